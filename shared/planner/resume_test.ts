// A run survives a kill at every one of its checkpoints: whatever was done after a checkpoint and lost is
// done again to the letter, in every mode, and the plan is that of the run that nobody disturbed.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { type SliceBudget, UNLIMITED } from "../engine/units.ts";
import { preparePlanner } from "./engine.ts";
import { toPlannerInput } from "./run/load.ts";
import type { ConstraintEntry, PlannerProblem, SixMonthTerm } from "./problem.ts";
import { prepareReplanner } from "./replan/replan.ts";
import type { ExistingLine } from "./replan/model.ts";
import { position, randomProblem } from "./testing/problems.ts";
import { sample20 } from "./testing/samples.ts";

interface Search<State, Outcome> {
  start(): State;
  step(state: State, budget: SliceBudget): State;
  done(state: State): boolean;
  outcome(state: State): Outcome;
}

/** Members that are no numbers: JSON reads them back as null, and a slice that did without them goes on otherwise. */
function notFinite(value: unknown, path = ""): string[] {
  if (typeof value === "number" && !Number.isFinite(value)) return [`${path} is ${value}`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, own]) => notFinite(own, `${path}.${name}`));
}

/** Units of a slice of an isolate that is kept. */
const SEVERAL = 20;

/** A slice of so many units, which take no time. */
function slice(units: number): SliceBudget {
  let left = units, isAtWork = false;
  return {
    enter: () => {
      left--;
      isAtWork = true;
    },
    remainingMs: () => {
      const isOver = left <= 0 && !isAtWork;
      isAtWork = false;
      return isOver ? -1 : 1e6;
    },
  };
}

/** A checkpoint without how far the search was shown to be, which is looked at where slices end. */
function textOf(state: unknown): string {
  return JSON.stringify(state, (name, value) => name === "fraction" ? null : value);
}

/**
 * Runs a search unit by unit in a fresh isolate each, then does all units once more in one isolate, in slices of several: what a
 * unit finds at hand of those before, in its slice or in its isolate, changes nothing. Checkpoints are compared, not plans alone:
 * small problems end with the same plan by whatever random numbers, but what was drawn and done stands in there.
 * @returns how it ended, and the number of checkpoints
 */
function disturbed<State, Outcome>(prepare: () => Search<State, Outcome>) {
  const kept = prepare();
  let text = JSON.stringify(kept.start()), begun = text, units = 0;
  for (let checkpoints = 1;; checkpoints++) {
    const fresh = prepare(), state = JSON.parse(text) as State, isDone = fresh.done(state);
    if (units === SEVERAL || isDone && units > 0) {
      const again = kept.step(JSON.parse(begun), slice(units));
      assert.equal(textOf(again), textOf(state), `${units} units to checkpoint ${checkpoints}`);
      [begun, units] = [text, 0];
    }
    if (isDone) return { outcome: fresh.outcome(state), checkpoints };
    const after = fresh.step(state, slice(1));
    assert.deepEqual(notFinite(after), [], `checkpoint ${checkpoints}`);
    text = JSON.stringify(after);
    assert.ok(text.length < 64 * 1024, `checkpoint of ${text.length} bytes`);
    units++;
  }
}

function twenty(constraints: ConstraintEntry[] = []): PlannerProblem {
  const problem = sample20();
  problem.constraints = [...problem.constraints, ...constraints];
  problem.options.effort = 0.1;
  return problem;
}

const LEAVE: ConstraintEntry[] = [
  { name: "ANNUAL_LEAVE", value: { capacity_weeks: [30, 30, 20, 20, 20] } },
];

function withSixMonthTerms(): PlannerProblem {
  const problem = twenty([{ name: "SIX_MONTH_TERMS", value: { rest_covers: ["A"] } }, ...LEAVE]);
  const components = ["Obstetrics", "Gynaecology"].map((subspecialty) =>
    position(subspecialty, { subspecialty, allowsLeave: false, categories: ["D"] })
  );
  const term: SixMonthTerm = {
    id: "women",
    name: "Women's health",
    components: ["Obstetrics", "Gynaecology"],
    qualification: "Certificate",
    college: "RANZCOG",
  };
  const row = (t: number) => [t % 2 === 0 ? 2 : 1, t % 2 === 1 ? 2 : 1];
  return {
    ...problem,
    positions: [...problem.positions, ...components],
    posts: problem.posts.map((posts, t) => [...posts, ...row(t)]),
    minimumFill: problem.minimumFill.map((fill, t) => [...fill, ...row(t)]),
    sixMonthTerms: [term],
  };
}

/** Plans by what was asked for: several scenes begin at the lines of one. */
const planned = new Map<string, ExistingLine[]>();

/** The lines of a plan, as lines that are there. */
function linesOf(problem: PlannerProblem): ExistingLine[] {
  const asked = JSON.stringify(problem), known = planned.get(asked);
  if (known) return known;
  const planner = preparePlanner(problem);
  const outcome = planner.outcome(planner.step(planner.start(), UNLIMITED));
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  const lines = outcome.lines.map(({ positions, leave }) => ({ positions, leave }));
  planned.set(asked, lines);
  return lines;
}

/** The problem with one post less than lines hold, for the first line in each term. */
function withLosses(problem: PlannerProblem, lines: ExistingLine[], terms: number): PlannerProblem {
  const lost = structuredClone(problem);
  for (let t = 0; t < terms; t++) {
    const id = lines[3 * t].positions[t];
    const r = problem.positions.findIndex((p) => p.id === id);
    lost.posts[t][r] = lines.filter(({ positions }) => positions[t] === id).length - 1;
    lost.minimumFill[t][r] = 0;
  }
  return lost;
}

/**
 * A year of ten terms, whose lines are priced by annealing, with two pathways: what it is large enough for is that all that a
 * checkpoint of such a year may hold is there in one.
 */
function tenTerms(): PlannerProblem {
  const random = new Random(2), shape = { lines: 4, terms: 10, positions: 14, postsUpTo: 3 };
  const problem = randomProblem(() => random.next(), shape);
  const ways = [0, 3].map((at) => ({
    name: `Way ${at}`,
    lines: 2,
    positions: problem.positions.slice(at, at + 3).map(({ id }) => id),
    need: 1,
  }));
  return {
    ...problem,
    posts: problem.posts.map((row) => row.map(() => 1)),
    constraints: [{ name: "PATHWAYS", value: ways }],
    options: { ...problem.options, effort: 0.1 },
  };
}

/** A fill as the database tells it: eight of twenty lines are there and stay. */
function filled(problem: PlannerProblem): PlannerProblem {
  const lines = linesOf(problem).slice(0, 8);
  const flags = { is_non_clinical: "isNonClinical", is_clinical_team: "isClinicalTeam" } as const;
  return toPlannerInput({
    n_job_lines: problem.lines,
    constraints: problem.constraints,
    options: { mode: "fill", effort: 0.1 },
    starts_on: "2027-01-11",
    term_weeks: problem.termWeeks,
    positions: problem.positions.map((p) => ({
      ...p,
      is_service: p.isService,
      is_rural: p.isRural,
      is_nights_relief: p.isNightsRelief,
      ...Object.fromEntries(Object.entries(flags).map(([name, key]) => [name, p[key]])),
      is_excludable: p.isExcludable,
      allows_leave: p.allowsLeave ?? true,
      min_weeks: p.minWeeks,
      team: p.team ?? p.id,
      hospital: p.hospital ?? "",
      six_month_term: null,
      six_month_part: null,
    })),
    six_month_terms: [],
    posts: problem.positions.flatMap(({ id }, r) =>
      problem.posts.map((row, t) => ({
        position: id,
        term: t + 1,
        posts: row[r],
        minimum_fill: problem.minimumFill[t][r],
      }))
    ),
    lines: lines.map((line, i) => ({
      id: `line ${i}`,
      name: `Line ${i}`,
      sort_order: i,
      is_locked: false,
      affinity: null,
      pathway: null,
      is_at_stake: false,
      first_term: null,
      last_term: null,
      rotations: line.positions.map((id, t) => ({ position: id, term: t + 1 })),
      leave: (line.leave ?? []).map((b) => ({ start_week: b.startWeek, weeks: b.weeks })),
    })),
    fingerprint: "as loaded",
    affinity: problem.affinity,
  }).problem;
}

const rebuilds: Record<string, () => PlannerProblem> = {
  "a rebuild": () => twenty(),
  "a rebuild with leave, pathways and cells": () => {
    const { positions: [first, second, third] } = sample20();
    return twenty([
      ...LEAVE,
      {
        name: "PATHWAYS",
        value: [{ name: "Way", lines: 2, positions: [first.id, second.id], need: 1 }],
      },
      { name: "PREFERRED_CELLS", value: [{ position: third.id, term: 2 }] },
    ]);
  },
  "a rebuild with six-month terms": withSixMonthTerms,
  "a rebuild of ten terms with pathways": tenTerms,
  "a fill": () => filled(twenty(LEAVE)),
  "a partial plan": () => {
    const problem = { ...twenty(), lines: 26 };
    problem.options.allowPartial = true;
    return problem;
  },
  "an impossible request": () => ({ ...twenty(), lines: 26 }),
};

for (const [name, problemOf] of Object.entries(rebuilds)) {
  Deno.test(`${name}, killed at every checkpoint, ends as if nobody had disturbed it`, () => {
    const problem = problemOf();
    const { outcome, checkpoints } = disturbed(() => preparePlanner(problem));
    assert.ok(checkpoints > 2, `${checkpoints} checkpoints`);
    assert.equal(
      outcome.status,
      name === "an impossible request" ? "INFEASIBLE" : "COMPLETED",
    );
  });
}

const replans: Record<string, () => { problem: PlannerProblem; lines: ExistingLine[] }> = {
  "a replan with leave": () => {
    const problem = twenty(LEAVE), lines = linesOf(problem);
    return { problem: withLosses(problem, lines, 5), lines };
  },
  "a replan with six-month terms": () => {
    const problem = withSixMonthTerms(), lines = linesOf(problem);
    return { problem: withLosses(problem, lines, 3), lines };
  },
  "a replan of fewer lines than there are posts for": () => {
    const problem = twenty(), lines = linesOf(problem);
    const lost = withLosses(problem, lines, 5);
    lost.options.allowPartial = true;
    return { problem: { ...lost, lines: 26 }, lines };
  },
  "an impossible replan": () => {
    const problem = twenty(), lines = linesOf(problem);
    return { problem: { ...problem, lines: 26 }, lines };
  },
};

for (const [name, sceneOf] of Object.entries(replans)) {
  Deno.test(`${name}, killed at every checkpoint, ends as if nobody had disturbed it`, () => {
    const { problem, lines } = sceneOf();
    const { outcome, checkpoints } = disturbed(() => prepareReplanner(problem, lines));
    assert.ok(checkpoints > 2, `${checkpoints} checkpoints`);
    assert.equal(
      outcome.status,
      name === "an impossible replan" ? "INFEASIBLE" : "COMPLETED",
    );
  });
}
