// What every unit of every phase keeps, on drawn problems whose best plan is known: the plan at hand is legal and never
// worse than before, the bound never rises nor falls below the best plan there is, the pool holds legal lines alone.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { draws } from "../../../engine/testing/draws.ts";
import { lineChecker } from "../../check/checker.ts";
import { LineScorer, planValue, slotCounts } from "../../model/line_values.ts";
import { mergeTables, splitPlan } from "../../model/merge.ts";
import { buildTables } from "../../model/build.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { exactAnswer } from "../../testing/oracle.ts";
import { contested, position, postPoor, problemOf, randomProblem } from "../../testing/problems.ts";
import { sample20 } from "../../testing/samples.ts";
import { Search, type SearchInput } from "../search.ts";
import type { ProofState } from "../prove.ts";
import { firstState, type PlannerState } from "../state.ts";
import { nextUnit } from "../units.ts";
import { expire } from "./finish.ts";
import { FIRST_TURN } from "./prove.ts";

function inputOf(problem: PlannerProblem): SearchInput {
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  return { problem, bounds, tables, merged: mergeTables(tables) };
}

/** What is known of a problem: most lines, and the best value of so many. */
interface Known {
  lines: number;
  value: number | null;
}

/** What the units before came to. */
interface Before {
  missing: number;
  lines: number;
  value: number | null;
  bound: number | null;
  linesBound: number;
}

function assertBestIsLegal(search: Search): void {
  const { problem, tables, merged } = search.input, T = tables.terms;
  const cells = splitPlan(merged, search.best);
  for (let at = 0; at < cells.length; at += T) {
    const ids = problem.termWeeks.map((_, t) => problem.positions[cells[at + t]].id);
    assert.deepEqual([...lineChecker(problem)(ids)], [], search.state.phase);
  }
  const counts = slotCounts(tables, cells, cells.length / T);
  assert.ok(counts.every((n, s) => n <= tables.cap[s]), "more lines than posts");
  if (cells.length === 0) return;
  assert.equal(planValue(tables, cells, cells.length / T), search.state.bestValue);
}

function assertPoolIsLegal({ pool, tables }: Search): void {
  const scorer = new LineScorer(tables);
  for (let j = 0; j < pool.count; j++) assert.equal(scorer.faults(pool.cells, j * tables.terms), 0);
}

/** What the unit that just ran must not have changed for the worse. */
function assertKept(search: Search, before: Before, known: Known | null): Before {
  const { state, bestLines: lines, bestMissing: missing } = search;
  const value = state.bestValue, bound = state.bound;
  const isSame = missing === before.missing && lines === before.lines;
  assert.ok(missing <= before.missing || before.lines === 0, `${state.phase}: forced cells lost`);
  assert.ok(missing < before.missing || lines >= before.lines, `${state.phase}: lines lost`);
  if (isSame && before.value !== null) assert.ok(value! >= before.value, `${state.phase}: worse`);
  if (before.bound !== null) assert.ok(bound! <= before.bound, `${state.phase}: the bound rises`);
  assert.ok(state.linesBound <= before.linesBound);
  if (known) {
    assert.ok(state.linesBound >= known.lines, `${state.phase}: fewer lines than there are`);
    assert.ok(lines <= known.lines);
    if (bound !== null && known.value !== null && state.linesBound === known.lines) {
      assert.ok(bound >= known.value - 1e-6, `${state.phase}: bound ${bound} of ${known.value}`);
    }
  }
  return { missing, lines, value, bound, linesBound: state.linesBound };
}

/** Runs a search unit by unit, looking at each. @param expireAt unit after which the time is up */
function walk(problem: PlannerProblem, known: Known | null, expireAt = Infinity) {
  const search = new Search(inputOf(problem), firstState(problem.options.seed, problem.lines));
  const phases: PlannerState["phase"][] = [];
  let before: Before = {
    missing: search.bestMissing,
    lines: 0,
    value: null,
    bound: null,
    linesBound: problem.lines,
  };
  for (let units = 0;; units++) {
    assert.ok(units < 3_000, `no end in ${search.state.phase}`);
    const { phase } = search.state;
    if (phases.at(-1) !== phase) phases.push(phase);
    if (units >= expireAt) expire(search);
    const unit = nextUnit(search);
    if (unit === null) return { search, phases, units };
    const [value, pool] = [search.state.bestValue, search.pool.count];
    unit.run(search);
    before = assertKept(search, before, known);
    if (search.state.bestValue !== value) assertBestIsLegal(search);
    if (search.pool.count !== pool) assertPoolIsLegal(search);
  }
}

function drawn(random: Random, round: number): PlannerProblem {
  const problem = randomProblem(() => random.next(), {
    lines: 2 + random.below(3),
    terms: 2 + random.below(3),
    positions: 4 + random.below(3),
    postsUpTo: 2,
    cells: round % 3 === 0,
    pathways: round % 4 === 1 || round % 6 === 5,
    sixMonth: round % 5 === 2,
    allowPartial: round % 2 === 0,
  });
  if (round % 4 === 2) {
    // Scarce in the first term, so that lines choose their leave.
    const capacity_weeks = problem.termWeeks.map((_, t) => t === 0 ? 5 : 20);
    problem.constraints.push({ name: "ANNUAL_LEAVE", value: { capacity_weeks } });
  }
  return problem;
}

/** With so much effort nothing is good enough but the best, so that plans are polished, and proven. */
function contestedToTheEnd(random: Random): PlannerProblem {
  const problem = contested(random);
  problem.options.effort = 100;
  return problem;
}

Deno.test("every unit of every phase keeps the plan legal and never worse, and the bound above the best", () => {
  const random = new Random(81), seen = new Set<string>();
  let proven = 0;
  for (let round = 0; round < draws(60); round++) {
    const problem = round % 4 === 3 ? contestedToTheEnd(random) : drawn(random, round);
    const answer = exactAnswer(problem, true);
    if (answer === null) continue;
    // A request for more lines than there are is answered by an explanation.
    const line = inputOf(problem).tables.line;
    const reward = problem.options.allowPartial ? line * answer.lines : 0;
    const value = answer.value === null ? null : answer.value + reward;
    const { search, phases } = walk(problem, { lines: answer.lines, value });
    for (const phase of phases) seen.add(phase);
    const { state } = search;
    const isPossible = problem.options.allowPartial
      ? answer.lines > 0
      : answer.lines === problem.lines;
    if (!isPossible) assert.ok(state.explanation || state.failure, `round ${round}`);
    else if (state.failure === null) {
      assert.equal(state.explanation, null, `round ${round}`);
      if (state.bound === state.bestValue) {
        assert.equal(state.bestValue, value, `round ${round}: proven, and not the best`);
        proven++;
      }
    }
  }
  for (
    const phase of [
      "init",
      "construct",
      "count",
      "bound",
      "round",
      "polish",
      "prove",
      "explain",
      "done",
    ]
  ) {
    assert.ok(seen.has(phase), `${phase} is not seen`);
  }
  assert.ok(proven > 12, `${proven}`);
});

Deno.test("twenty lines go through bound, dives and polishing in the same way", () => {
  const problem = sample20();
  problem.options.effort = 1;
  const { search, phases } = walk(problem, null);
  for (const phase of ["bound", "round", "polish"] as const) {
    assert.ok(phases.includes(phase), phase);
  }
  assert.equal(search.bestLines, 20);
  assert.ok(search.state.bestValue! <= search.state.bound!);
});

Deno.test("wherever the time runs out the search ends, with the plan that it has by then", () => {
  const problem = sample20();
  problem.options.effort = 0.2;
  const { units } = walk(problem, null);
  for (const share of [0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9]) {
    const ended = walk(problem, null, Math.floor(share * units));
    assert.ok(ended.search.bestLines === 20, `${share}`);
    assert.ok(ended.units <= Math.max(6, share * units + 4), `${share}: ${ended.units} units`);
    assert.ok(ended.search.state.bound !== null, `${share}: without a bound`);
    assert.equal(ended.search.state.failure, null);
  }
});

Deno.test("a proof that ends sets the bound to the best plan's value", () => {
  const random = new Random(82);
  let proofs = 0;
  for (let round = 0; round < 20; round++) {
    const { search, phases } = walk(contestedToTheEnd(random), null);
    if (!phases.includes("prove")) continue;
    const { state } = search;
    if (state.unproven === state.bestValue) continue;
    assert.equal(state.bound, state.bestValue);
    proofs++;
  }
  assert.ok(proofs > 2, `${proofs}`);
});

Deno.test("a proof that takes long lets plans be polished, and goes on where it was", () => {
  const random = new Random(83);
  let resumed = 0;
  for (let round = 0; round < 20; round++) {
    const problem = contestedToTheEnd(random);
    const search = new Search(inputOf(problem), firstState(problem.options.seed, problem.lines));
    const { state } = search;
    const goTo = (phase: PlannerState["phase"]) => {
      for (let unit = nextUnit(search); unit !== null && state.phase !== phase;) {
        unit.run(search);
        unit = nextUnit(search);
      }
    };
    goTo("prove");
    nextUnit(search)?.run(search);
    const { proof } = state;
    if (proof === null) continue;
    proof.left = 1;
    nextUnit(search)!.run(search);
    if (state.proof === null) continue;
    assert.equal(state.phase, "polish");
    assert.equal((state.proof as ProofState).left, 2 * FIRST_TURN);
    assert.equal(state.unproven, null);
    const { wanted } = state.proof as ProofState;
    goTo("prove");
    assert.equal((state.proof as ProofState).wanted, wanted);
    goTo("done");
    assert.equal(state.bound, state.bestValue);
    resumed++;
  }
  assert.ok(resumed > 2, `${resumed}`);
});

Deno.test("lines that constructions miss are settled by choosing among all lines", () => {
  const problem = postPoor({ options: { allowPartial: true, seed: 1 } });
  const { search, phases } = walk(problem, { lines: 0, value: null });
  assert.deepEqual(phases.slice(-2), ["explain", "done"]);
  assert.equal(search.state.linesBound, 0);
});

Deno.test("a master that is too large is not solved: exchanges alone make the plan, and a bound stands beside it", () => {
  const termWeeks = Array.from({ length: 13 }, () => 4), subjects = 20;
  const positions = Array.from(
    { length: 240 },
    (_, r) => position(`p${r}`, { specialty: `S${r % subjects}` }),
  );
  const random = new Random(77);
  const weights = Array.from({ length: subjects }, (_, i) => i).flatMap((i) =>
    Array.from({ length: i + 1 }, (_, j): [string, string, number] => [
      `S${i}`,
      `S${j}`,
      random.below(121) - 60,
    ])
  );
  const problem = problemOf(positions, {
    lines: 12,
    termWeeks,
    constraints: ["UNRESTRICTED", { name: "MAX_SPECIALTY", value: 0.25 }],
    affinity: { profile: "test", version: 1, weights },
    options: { allowPartial: false, seed: 1, effort: "quick" },
  });
  const search = new Search(inputOf(problem), firstState(1, problem.lines));
  let first: number | null = null;
  for (let unit = nextUnit(search); unit !== null; unit = nextUnit(search)) {
    unit.run(search);
    first ??= search.state.bestValue;
    assert.ok(search.pool.count < problem.lines);
  }
  const { state } = search;
  assert.equal(search.bestLines, problem.lines);
  assertBestIsLegal(search);
  assert.ok(state.bound! >= state.bestValue! && state.bestValue! > first!);
  assert.equal(state.solves, 0);
  assert.equal(state.failure, null);
});
