// Runs of the replanner for tests, and what every one of them must keep.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { scorePlan } from "../check/score.ts";
import type { Random } from "../../engine/random.ts";
import type { PlannerProblem } from "../problem.ts";
import type { ExistingLine } from "../replan/model.ts";
import type { ReplanOutcome } from "../replan/outcome.ts";
import { prepareReplanner } from "../replan/replan.ts";
import type { ReplanState } from "../replan/state.ts";
import { distance, type Line } from "./fewest_changes.ts";
import { randomProblem } from "./problems.ts";

/** The n-th drawn problem of three lines, and two to four lines that are there, some with terms without a rotation. */
export function drawReplan(
  random: Random,
  n: number,
): { problem: PlannerProblem; existing: Line[] } {
  const shape = { lines: 3, terms: 3, positions: 4, postsUpTo: 2, sixMonth: n % 4 === 1 };
  const problem = randomProblem(() => random.next(), shape);
  const ids = problem.positions.map(({ id }) => id);
  const existing = Array.from(
    { length: 2 + random.below(3) },
    () => problem.termWeeks.map(() => random.next() < 0.1 ? null : ids[random.below(ids.length)]),
  );
  return { problem, existing };
}

/** Replans. Slices of one unit each are the hardest slicing there is; a clock that stands still is the easiest. */
export function replan(
  problem: PlannerProblem,
  existing: (Line | ExistingLine)[],
  remainingMs = 1e6,
  frozen = 0,
): ReplanOutcome {
  const replanner = prepareReplanner(
    problem,
    existing.map((line) => "positions" in line ? line : { positions: line }),
    frozen,
  );
  let state = replanner.start();
  let fraction = 0;
  while (!replanner.done(state)) {
    const next = replanner.step(state, { remainingMs: () => remainingMs });
    state = JSON.parse(JSON.stringify(next)) as ReplanState;
    const shown = replanner.progress(state).fraction;
    assert.ok(shown >= fraction, "progress falls");
    fraction = shown;
  }
  return replanner.outcome(state);
}

/** The outcome of a replan that must have found a plan. */
export function completed(outcome: ReplanOutcome) {
  assert.equal(outcome.status, "COMPLETED");
  return outcome as Extract<ReplanOutcome, { status: "COMPLETED" }>;
}

/**
 * Holds an outcome against complete enumeration: a legal plan of as few changes, or none where there is none.
 * @param fewest see `fewestChanges`; null: no plan keeps all lines
 * @param told what a failure says
 * @returns the outcome that has a plan; null where there rightly is none
 */
export function heldAgainst(
  fewest: number | null,
  problem: PlannerProblem,
  existing: Line[],
  outcome: ReplanOutcome,
  told: string,
) {
  if (fewest === null) {
    assert.ok(outcome.status !== "COMPLETED", told);
    return null;
  }
  assert.equal(outcome.status, "COMPLETED", told);
  checkOutcome(problem, existing, outcome);
  const found = completed(outcome);
  assert.equal(found.quality.changes.rotations, fewest, told);
  return found;
}

/** A plan found must be legal, and tell truly what it is worth and what it changes. */
export function checkOutcome(
  problem: PlannerProblem,
  existing: Line[],
  outcome: ReplanOutcome,
): void {
  const { lines, quality } = completed(outcome);
  assert.deepEqual(checkPlan(problem, lines.map((line) => line.positions), lines), []);
  assert.equal(
    quality.objective,
    scorePlan(problem, lines.map((line) => line.positions)).objective,
  );
  for (const line of lines) {
    const changes = line.existing === null ? 0 : distance(existing[line.existing], line.positions);
    assert.equal(line.changes, changes);
  }
  const places = lines.flatMap((line) => line.existing ?? []);
  assert.equal(new Set(places).size, places.length, "a place is taken twice");
  const sum = lines.reduce((total, line) => total + line.changes, 0);
  assert.equal(quality.changes.rotations, sum);
  assert.ok(quality.changes.bound <= sum);
}
