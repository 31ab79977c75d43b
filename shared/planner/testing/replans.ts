// Runs of the replanner for tests, and what every one of them must keep.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { scorePlan } from "../check/score.ts";
import type { PlannerProblem } from "../problem.ts";
import type { ExistingLine } from "../replan/model.ts";
import type { ReplanOutcome } from "../replan/outcome.ts";
import { prepareReplanner } from "../replan/replan.ts";
import type { ReplanState } from "../replan/state.ts";
import { distance, type Line } from "./fewest_changes.ts";

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
