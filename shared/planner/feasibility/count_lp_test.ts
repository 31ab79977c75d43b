// How many lines exist: the bounds against brute force, and the counts in words.

import assert from "node:assert/strict";
import { pricingFor } from "../pricing/group_pricing.ts";
import { countRound, fewLines, mostLines, startCount } from "./count_lp.ts";
import { countTables } from "./project.ts";
import { describeCount, quickCounts } from "./quick_counts.ts";
import { LP_LIMITS } from "../../lp/mod.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";

Deno.test("quick counts and the count LP are never below the lines that exist", () => {
  const random = new Random(51);
  let exactMeets = 0, rounds = 0;
  for (let round = 0; round < 150; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 3,
      terms: 1 + random.below(3),
      positions: 3 + random.below(3),
      postsUpTo: 1,
      allowPartial: true,
      cells: round % 3 === 0,
      sixMonth: round % 4 === 1,
    });
    const bounds = resolveRules(problem.constraints);
    const { mostLines } = bruteForce(problem);
    const quick = quickCounts(problem, bounds, buildTables(problem, bounds));
    assert.ok(quick.every((found) => found.lines >= mostLines));
    for (const exact of [false, true]) {
      const tables = countTables(problem, bounds, exact);
      let state = startCount(problem, bounds, new Int32Array(0), exact);
      while (!state.done) state = countRound(tables, state);
      assert.ok(state.bound !== null && state.bound >= mostLines);
      if (exact) exactMeets += state.bound === mostLines ? 1 : 0;
    }
    rounds++;
  }
  assert.ok(exactMeets > 0.9 * rounds);
});

Deno.test("describeCount() reads as a planner would say it", () => {
  const positions = [
    position("a", { categories: ["C"], specialty: "Surgery" }),
    ...["b", "c", "d", "e"].map((id) => position(id, { specialty: "Medicine" })),
  ];
  const problem = problemOf(positions, {
    lines: 4,
    termWeeks: [26, 26],
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["C"] }],
  });
  const bounds = resolveRules(problem.constraints);
  const [tightest] = quickCounts(problem, bounds, buildTables(problem, bounds));
  assert.equal(describeCount(tightest, 4), "category C: 2 posts a year for 4 lines");
  assert.deepEqual(tightest.rules, ["REQUIRED_CATEGORIES"]);
});

Deno.test("a count that is too much work ends with what is proven, and claims nothing", () => {
  const problem = sample20(), bounds = resolveRules(problem.constraints);
  const tables = countTables(problem, bounds, true);
  let state = startCount(problem, bounds, new Int32Array(0), true);
  while (state.rounds < 3 || state.pricing !== null) state = countRound(tables, state);
  assert.equal(state.done, false);
  let ended = state;
  while (!ended.done) ended = countRound(tables, ended, 1);
  const { rounds, bound, columns, proof } = ended;
  assert.deepEqual({ rounds, bound, columns, proof }, {
    rounds: state.rounds + 1,
    bound: state.bound,
    columns: state.columns,
    proof: state.proof,
  });
});

Deno.test("mostLines() ends at its limit with what it has, and does not call that the most", () => {
  const tables = countTables(sample20(), resolveRules(sample20().constraints), true);
  const { lines } = pricingFor(tables).list(new Float64Array(tables.cap.length), -1e9, 400, {
    workLimit: 100_000,
  });
  const { work, proven } = mostLines(tables, lines, 3);
  assert.ok(work <= 4, `${work}`);
  assert.equal(proven, false);
});

/** A year of 26 terms, 400 positions and 1,000 lines: the largest that requests bring. */
function largest(constraints: ConstraintEntry[]): PlannerProblem {
  const positions = Array.from(
    { length: 400 },
    (_, r) => position(`p${r}`, { specialty: `S${r % 40}`, allowsLeave: r % 8 !== 0 }),
  );
  return problemOf(positions, {
    lines: 1_000,
    termWeeks: Array.from({ length: 26 }, () => 2),
    postsEach: 3,
    constraints,
  });
}

Deno.test("what is too large for a model is not counted: nothing is thrown, and nothing is claimed", () => {
  // Three weeks each: leave is taken in any two terms, and each pair of them is a column of its own.
  const capacity_weeks = Array.from({ length: 26 }, () => 197);
  const leave = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks } }];
  const problem = { ...largest(leave), termWeeks: capacity_weeks.map(() => 3) };
  const tables = countTables(problem, resolveRules(problem.constraints), true);
  assert.ok(tables.cap.length > LP_LIMITS.rows, `${tables.cap.length} rows`);
  const state = startCount(problem, resolveRules(problem.constraints), new Int32Array(0), true);
  assert.deepEqual(countRound(tables, state), { ...state, rounds: 1, done: true });
  assert.equal(fewLines(tables), null);
});

Deno.test("a count ends before its lines are too many, whatever they are", () => {
  const problem = largest([]), bounds = resolveRules(problem.constraints);
  const tables = countTables(problem, bounds, true),
    state = startCount(
      problem,
      bounds,
      Int32Array.from({ length: 26 * 10_000 }, (_, i) => i % 400),
      true,
    );
  assert.deepEqual(countRound(tables, state), { ...state, rounds: 1, done: true });
});
