import assert from "node:assert/strict";
import { scoreMatching } from "../checker.ts";
import { type BaseRun, differenceOf } from "./difference.ts";
import { type AllocatorProblem, prepareAllocator } from "../engine.ts";
import { DEFAULT_OPTIONS } from "../problem.ts";
import { visitMatchings } from "../testing/brute_force.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import { Random } from "../../engine/random.ts";

const endless = { remainingMs: () => 1e9 };

function solve(problem: AllocatorProblem) {
  const allocator = prepareAllocator(problem);
  const outcome = allocator.outcome(allocator.step(allocator.start(), endless));
  assert(outcome.status === "COMPLETED");
  return { allocator, ...outcome };
}

/** What the problem comes to, as a base run. */
function baseOf(problem: AllocatorProblem): BaseRun {
  const { allocations, report: { choices, unranked } } = solve(problem);
  return { run: "base", allocations, choices, unranked };
}

/** A what-if on `problem` with some changes. */
function ask(problem: AllocatorProblem, base: BaseRun, change: Partial<AllocatorProblem>) {
  const { allocator, allocations, report } = solve({
    ...problem,
    near: base.allocations,
    ...change,
  });
  return { report, ...differenceOf(allocator.tables, base, allocations) };
}

/** Three doctors and lines; each would rather have the line with their number, l0 is most popular. */
const small = problemOf(3, [1, 1, 1], {
  preferences: [
    { worker: "w0", ranks: [["l0", 1], ["l1", 2], ["l2", 3]] },
    { worker: "w1", ranks: [["l0", 1], ["l1", 2], ["l2", 3]] },
    { worker: "w2", ranks: [["l0", 1], ["l2", 2]] },
  ],
  preferencers: [{
    id: "p",
    name: "P",
    lines: ["l0"],
    maxLines: null,
    maxWorkers: null,
    ranks: [["w0", 1], ["w1", 2], ["w2", 3]],
  }],
});

Deno.test("differenceOf() tells who moves, with ranks before and after, and the figures of both", () => {
  const base = baseOf(small);
  const { difference, moves, report } = ask(small, base, {
    pins: [{ worker: "w1", line: "l0" }],
  });
  assert.deepEqual(moves, [{
    worker: "w1",
    from: { line: "l1", name: "L1", rank: 2, choice: 2 },
    to: { line: "l0", name: "L0", rank: 1, choice: 1 },
  }, {
    worker: "w0",
    from: { line: "l0", name: "L0", rank: 1, choice: 1 },
    to: { line: "l1", name: "L1", rank: 2, choice: 2 },
  }]);
  assert.deepEqual(difference.moved, { total: 2, better: 1, worse: 1, same: 0 });
  assert.deepEqual([difference.before.choices, difference.after.choices], [[1, 2], [1, 2]]);
  assert.deepEqual(difference.before.dissatisfaction, { workers: 5, preferencers: 1 });
  assert.deepEqual(difference.after.dissatisfaction, { workers: 5, preferencers: 2 });
  assert.equal(difference.after.objective, report.objective);
  assert.equal(difference.after.blockingPairs, report.blockingPairs.count);
  assert.equal(difference.inputChanged, false);
});

Deno.test("differenceOf() measures both matchings by the what-if's weights", () => {
  const base = baseOf(small);
  const options = { ...DEFAULT_OPTIONS, preferencerWeight: 1, preferencePower: 2 };
  const { difference, report } = ask(small, base, { options });
  assert.equal(difference.before.dissatisfaction.workers, 1 + 4 + 4);
  assert.equal(difference.before.objective, 1);
  assert.equal(difference.after.objective, report.objective);
});

Deno.test("differenceOf() knows doctors who came or went, and wishes that changed, since the base run", () => {
  const base = baseOf(small);
  const fewer = { ...base, allocations: base.allocations.filter(({ worker }) => worker !== "w2") };
  const came = ask(small, fewer, {}).difference;
  assert.deepEqual([came.before.workers, came.gone, came.inputChanged], [2, 0, true]);
  assert.equal(came.before.blockingPairs, null);
  assert.equal(ask(small, fewer, {}).moves[0].from, null);
  const more = { ...base, allocations: [...base.allocations, { worker: "w9", line: "l0" }] };
  assert.equal(ask(small, more, {}).difference.gone, 1);
  const rewritten = small.preferences.map(({ worker, ranks }) => ({
    worker,
    ranks: ranks.slice(0, 1),
  }));
  assert.equal(ask(small, base, { preferences: rewritten }).difference.inputChanged, true);
});

Deno.test("a what-if that changes nothing moves nobody, whatever the seed chooses among equals", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const problem = randomProblem(new Random(seed), {
      caps: seed % 2 === 0,
      stability: seed % 3 === 0,
    });
    const first = prepareAllocator(problem);
    if (first.outcome(first.step(first.start(), endless)).status !== "COMPLETED") continue;
    const base = baseOf(problem);
    const options = { ...problem.options, seed: problem.options.seed + 1 };
    const { moves, difference } = ask(problem, base, { options });
    assert.deepEqual([seed, moves], [seed, []]);
    assert.equal(difference.before.objective, difference.after.objective);
  }
});

/** Fewest moves from the base of any matching of least objective, by trying all. */
function fewestMoves(problem: AllocatorProblem, base: BaseRun): number {
  const from = new Map(base.allocations.map(({ worker, line }) => [worker, line]));
  const found: { score: number; moves: number }[] = [];
  visitMatchings(problem, (allocations) => {
    const score = Math.round(1000 * scoreMatching(problem, allocations));
    const moves = allocations.filter(({ worker, line }) => from.get(worker) !== line).length;
    found.push({ score, moves });
  });
  const best = Math.min(...found.map(({ score }) => score));
  return Math.min(...found.filter(({ score }) => score === best).map(({ moves }) => moves));
}

Deno.test("a what-if stays as near to the base run as any matching that is equally good", () => {
  let compared = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const problem = randomProblem(new Random(seed), { caps: false, stability: false });
    problem.options.preferencePower = 1;
    const first = prepareAllocator(problem);
    if (first.outcome(first.step(first.start(), endless)).status !== "COMPLETED") continue;
    const base = baseOf(problem);
    const changed = { ...problem, options: { ...problem.options, preferencerWeight: 0.5 } };
    assert.deepEqual(
      [seed, ask(changed, base, {}).moves.length],
      [seed, fewestMoves(changed, base)],
    );
    compared++;
  }
  assert(compared > 20);
});
