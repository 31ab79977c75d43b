// The cheapest matching that is stable once ties are broken, against all matchings of tiny problems; and of larger ones what
// rotations keep: nothing blocks, and no matching is dearer than the workers' best.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type AllocatorTables, buildTables, matchingCost } from "../model/tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem, writeRanks } from "../testing/problems.ts";
import { standingsOf } from "./cutoffs.ts";
import { cheapestStable, type Strict } from "./rotations.ts";
import { blockingPairs, deferredAcceptance, wishesOf } from "./stability.ts";

function strictOf(tables: AllocatorTables, random: Random): Strict {
  const ties = tables.cost.map(() => random.next());
  return { tables, standings: standingsOf(tables), wishes: wishesOf(tables), ties };
}

/** Whether nobody and no line would both rather have each other, ties broken. */
function isStrictlyStable({ tables, standings: { level }, ties }: Strict, lineOf: number[]) {
  const { W, J, rank, cost, capacity } = tables;
  const before = (by: ArrayLike<number>, p: number, q: number) =>
    by[p] !== by[q] ? by[p] < by[q] : ties[p] < ties[q];
  for (let w = 0; w < W; w++) {
    for (let j = 0; j < J; j++) {
      const p = w * J + j;
      if (cost[p] === Infinity || capacity[j] === 0 || j === lineOf[w]) continue;
      if (!before(rank, p, w * J + lineOf[w])) continue;
      const on = lineOf.flatMap((k, v) => k === j ? [v] : []);
      if (on.length < capacity[j] || on.some((v) => before(level, p, v * J + j))) return false;
    }
  }
  return true;
}

/** Everybody has ranks of all others, in an order of their own. */
function market(random: Random, workerCount: number, capacities: number[]): AllocatorTables {
  const problem = problemOf(workerCount, capacities);
  const shuffled = (ids: string[]) => {
    const order = Int32Array.from(ids, (_, i) => i);
    random.choose(order, order.length);
    return writeRanks([...order].map((i) => [ids[i]]), "dense");
  };
  const workers = problem.workers.map(({ id }) => id), lines = problem.lines.map(({ id }) => id);
  problem.preferences = workers.map((worker) => ({ worker, ranks: shuffled(lines) }));
  problem.preferencers = lines.map((line, p) => ({
    id: `p${p}`,
    name: `P${p}`,
    lines: [line],
    maxLines: null,
    maxWorkers: null,
    ranks: shuffled(workers),
  }));
  return buildTables(problem);
}

Deno.test("no matching that is stable under the same order of ties is cheaper", () => {
  const random = new Random(121);
  let found = 0, turned = 0;
  for (let round = 0; round < 500; round++) {
    const tables = round % 2 === 0
      ? buildTables(randomProblem(random, { caps: false, stability: true }))
      : market(random, 5, Array.from({ length: 5 }, () => 1 + random.below(2)));
    const strict = strictOf(tables, random),
      cost = tables.cost.map((c) => c === Infinity ? c : random.below(1_000));
    const sum = (lineOf: ArrayLike<number>) => matchingCost({ ...tables, cost }, lineOf);
    const stable = allMatchings(tables).filter((m) => isStrictlyStable(strict, m)).map(sum);
    const lineOf = cheapestStable(strict, cost);
    if (lineOf === null) {
      assert.equal(stable.length, 0, `round ${round}`);
      continue;
    }
    assert.ok(isStrictlyStable(strict, [...lineOf]), `round ${round}`);
    assert.equal(sum(lineOf), Math.min(...stable), `round ${round}`);
    found++;
    if (stable.length > 1) turned++;
  }
  assert.ok(found > 250 && turned > 20, `${found} found, ${turned} of several`);
});

Deno.test("of 60 workers and lines in orders of their own many rotations are chosen from, all of them stable", () => {
  const random = new Random(122);
  for (let round = 0; round < 10; round++) {
    const tables = market(random, 60, new Array<number>(60).fill(1)),
      strict = strictOf(tables, random);
    const first = deferredAcceptance(tables), least = cheapestStable(strict, tables.cost)!;
    const most = cheapestStable(strict, tables.cost.map((c) => -c))!;
    for (const lineOf of [least, most]) assert.deepEqual(blockingPairs(tables, lineOf), []);
    const [a, b, c] = [least, first, most].map((lineOf) => matchingCost(tables, lineOf));
    assert.ok(a <= b && b <= c && a < c, `${a} ${b} ${c}`);
  }
});
