// The report against counting by hand: on any legal matching, not only the best, so that there is
// something to report.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { checkMatching, findBlockingPairs } from "../checker.ts";
import type { Allocation, AllocatorReport } from "../outcome.ts";
import type { AllocatorProblem } from "../problem.ts";
import { reportOn } from "./report.ts";
import { type AllocatorTables, buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";

/** Allocations by ids. */
function allocationsOf(tables: AllocatorTables, lineOf: number[]): Allocation[] {
  const { J, workers, lines, choice, rank } = tables;
  return lineOf.map((j, w) => ({
    worker: workers[w].id,
    line: lines[j].id,
    originalPreference: choice[w * J + j] > 0 ? rank[w * J + j] : null,
  }));
}

/** Random problems with a random legal matching of each, and all of its legal matchings. */
function* cases(seed: number, rounds: number, stability: boolean) {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    const problem = randomProblem(random, { caps: round % 2 === 0, stability });
    const tables = buildTables(problem);
    const legal = allMatchings(tables).filter((m) =>
      checkMatching(problem, allocationsOf(tables, m)).length === 0
    );
    if (legal.length === 0) continue;
    const lineOf = legal[random.below(legal.length)];
    yield { problem, tables, legal, lineOf, report: reportOn(tables, lineOf, [0], stability) };
  }
}

/** Moves and swaps of the worst off that hurt nobody: all matchings that differ by one of them. */
function helpfulByHand(tables: AllocatorTables, legal: number[][], lineOf: number[]) {
  const { J, rank, workers, lines } = tables;
  const own = lineOf.map((j, w) => rank[w * J + j]), worst = Math.max(...own);
  return legal.flatMap((other) => {
    const moved = lineOf.flatMap((j, w) => other[w] === j ? [] : [w]);
    const swap = moved.length === 2 && other[moved[0]] === lineOf[moved[1]] &&
      other[moved[1]] === lineOf[moved[0]];
    if (moved.length !== 1 && !swap) return [];
    const gain = (w: number) => own[w] - rank[w * J + other[w]];
    return moved.filter((w) =>
      own[w] === worst && gain(w) > 0 && moved.every((v) => v === w || gain(v) >= 0)
    ).map((w) => ({
      worker: workers[w].id,
      to: lines[other[w]].id,
      swapWith: swap ? workers[moved.find((v) => v !== w)!].id : null,
      cost: (matchingCost(tables, other) - matchingCost(tables, lineOf)) / 1000,
    }));
  });
}

const sorted = (moves: object[]) => moves.map((move) => JSON.stringify(move)).sort();

for (const stability of [false, true]) {
  Deno.test(`fairness finds every helpful move ${stability ? "with" : "without"} stability`, () => {
    let found = 0, told = 0;
    for (const { tables, legal, lineOf, report } of cases(95, 400, stability)) {
      const { worstOff, helpfulMoves, message } = report.fairness;
      const ranks = lineOf.map((j, w) => tables.rank[w * tables.J + j]);
      const worst = ranks.flatMap((r, w) => r === Math.max(...ranks) ? [tables.workers[w].id] : []);
      assert.deepEqual(worstOff.map(({ worker }) => worker).sort(), worst.sort());
      const truth = helpfulByHand(tables, legal, lineOf);
      assert.deepEqual(sorted(helpfulMoves), sorted(truth));
      assert.equal(message.includes("No free place and no swap"), truth.length === 0);
      found += truth.length;
      told++;
    }
    assert.ok(found > (stability ? 5 : 100) && told > 100, `${found} moves in ${told} matchings`);
  });
}

/** Sums that the report must agree with, from the problem alone. */
function checkSums(
  problem: AllocatorProblem,
  tables: AllocatorTables,
  report: AllocatorReport,
  m: number[],
) {
  const { J, rank, regard, choice } = tables, power = problem.options.preferencePower;
  const pairs = m.map((j, w) => w * J + j);
  const sum = (of: (p: number) => number) => pairs.reduce((total, p) => total + of(p), 0);
  assert.equal(report.unranked, pairs.filter((p) => choice[p] === 0).length);
  report.choices.forEach((n, i) =>
    assert.equal(n, pairs.filter((p) => choice[p] === i + 1).length)
  );
  assert.equal(report.choices.reduce((a, b) => a + b, 0) + report.unranked, problem.workers.length);
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} ${b}`);
  near(report.meanRankOfAll!, sum((p) => rank[p]) / m.length);
  const ranks = pairs.filter((p) => choice[p] > 0).map((p) => rank[p]);
  if (ranks.length === 0) assert.deepEqual([report.meanRank, report.worstRank], [null, null]);
  else {
    near(report.meanRank!, ranks.reduce((total, r) => total + r, 0) / ranks.length);
    assert.equal(report.worstRank, Math.max(...ranks));
  }
  near(report.dissatisfaction.workers, sum((p) => rank[p] ** power));
  near(report.dissatisfaction.preferencers, sum((p) => regard[p]));
  const a = problem.options.preferencerWeight;
  const { workers, preferencers } = report.dissatisfaction;
  const rounding = 0.001 * problem.workers.length;
  assert.ok(Math.abs((1 - a) * workers + a * preferencers - report.objective) <= rounding);
}

Deno.test("choices, unranked, dissatisfaction, unfilled lines and blocking pairs are counted right", () => {
  for (const { problem, tables, lineOf, report } of cases(96, 200, false)) {
    checkSums(problem, tables, report, lineOf);
    const allocations = allocationsOf(tables, lineOf);
    const key = (p: { worker: string; line: string }) => `${p.worker} ${p.line}`;
    assert.deepEqual(
      report.blockingPairs.pairs.map(key).sort(),
      findBlockingPairs(problem, allocations).map(key).sort(),
    );
    const unfilled = problem.lines.flatMap(({ id, name, capacity }) => {
      const used = allocations.filter(({ line }) => line === id).length;
      const free = capacity - used;
      return free > 0 ? [{ line: id, name, free, used }] : [];
    });
    assert.deepEqual(report.unfilledLines, unfilled);
  }
});

Deno.test("the note counts everybody who is worst off, and one move in the singular", () => {
  const tables = buildTables(problemOf(30, [30, 1], {
    preferences: [{ worker: "w0", ranks: [["l1", 1], ["l0", 2]] }],
  }));
  const everybodyOnFirst = new Array(30).fill(tables.lines.findIndex(({ id }) => id === "l0"));
  const { worstOff, message } = reportOn(tables, everybodyOnFirst, [0], false).fairness;
  assert.deepEqual(worstOff.map(({ worker }) => worker), ["w0"]);
  assert.equal(
    message,
    "Worst off: W0, with rank 2. 1 move or swap would help without hurting another doctor.",
  );
  // Three on the second of the two lines that they ranked.
  const ranks: [string, number][] = [["l1", 1], ["l0", 2]];
  const several = buildTables(problemOf(3, [3, 0], {
    preferences: ["w0", "w1", "w2"].map((worker) => ({ worker, ranks })),
  }));
  const second = several.lines.findIndex(({ id }) => id === "l0");
  const { fairness, bound } = reportOn(several, [second, second, second], [1_000, 2_500], false);
  assert.match(
    fairness.message,
    /^Worst off: W\d and 2 more, with rank 2\. No free place and no swap /,
  );
  assert.equal(bound, 3.5, "of all groups together");
});
