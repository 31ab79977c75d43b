// A matching with couples to begin with: whoever settles is within places and links, and rarely blocked.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { blockingLinks, linksHold } from "../model/links.ts";
import { buildTables, loadsOf } from "../model/tables.ts";
import { coupledProblem, problemOf, randomProblem, withLinks } from "../testing/problems.ts";
import { groundOf } from "../testing/couples_ground.ts";
import { settleCouples } from "./couples.ts";
import { blockingPairs, wishesOf } from "./stability.ts";
import { PairOrder, WishOrder } from "./in_order.ts";

/** Ranks that a couple's first pairs read at most, for each line: all its pairs would be read a fourth of the lines for each. */
const READS_PER_LINE = 30;

Deno.test("settleCouples() places everybody within the places and the links, and mostly nobody would rather move", () => {
  const random = new Random(81);
  let settled = 0, coupled = 0, unstable = 0;
  for (let round = 0; round < 500; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    const tables = buildTables(problem), { W, J, cost, capacity } = tables;
    // However ties are broken.
    const ties = round % 2 === 0 ? null : tables.cost.map(() => random.next());
    const lineOf = settleCouples(groundOf(tables), ties);
    if (lineOf === null) continue;
    assert.equal(lineOf.length, W);
    lineOf.forEach((j, w) =>
      assert.ok(cost[w * J + j] < Infinity, `worker ${w} may not have ${j}`)
    );
    assert.ok(loadsOf(J, lineOf).every((n, j) => n <= capacity[j]), `round ${round}`);
    assert.ok(linksHold(tables, lineOf), `round ${round}`);
    const isStable = blockingPairs(tables, lineOf).length === 0 &&
      blockingLinks(tables, lineOf).length === 0;
    // It is a start, and checked by who takes it: where it settled, it mostly is stable.
    if (!isStable) unstable++;
    settled++;
    if (tables.links.length > 0) coupled++;
  }
  assert.ok(settled > 100 && coupled > 60, `${settled} ${coupled}`);
  assert.ok(unstable < coupled / 10, `${unstable} of ${coupled}`);
});

for (const [couples, least] of [[3, 16], [15, 11]]) {
  Deno.test(`of drawn problems with ${couples} couples of 70 doctors most settle, and nobody would rather move`, () => {
    const random = new Random(83);
    let settled = 0;
    for (let round = 0; round < 20; round++) {
      const tables = buildTables(coupledProblem(random, { workers: 70, lines: 40, couples }));
      const ties = tables.cost.map(() => random.next());
      const lineOf = settleCouples(groundOf(tables), ties);
      if (lineOf === null) continue;
      assert.ok(linksHold(tables, lineOf));
      if (blockingPairs(tables, lineOf).length + blockingLinks(tables, lineOf).length > 0) continue;
      settled++;
    }
    assert.ok(settled >= least, `${settled}`);
  });
}

Deno.test("what goes round in circles is given up the sooner the fewer there are", () => {
  // The couple takes both lines or none; the one alone is put before one of them, and behind the other.
  const problem = problemOf(3, [1, 1, 2], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l2", 2]] },
      { worker: "w1", ranks: [["l1", 1], ["l2", 2]] },
      { worker: "w2", ranks: [["l0", 1], ["l1", 2], ["l2", 3]] },
    ],
    preferencers: [["l0", "w0", "w2"], ["l1", "w2", "w1"]].map(([line, first, second]) => ({
      id: line,
      name: line,
      lines: [line],
      maxLines: null,
      maxWorkers: null,
      ranks: [[first, 1], [second, 2]],
    })),
    links: [{
      workers: ["w0", "w1"],
      fit: { kind: "pairs", pairs: [["l0", "l1"], ["l2", "l2"]] },
    }],
  });
  const ground = groundOf(buildTables(problem)), { order } = ground.standings;
  let offers = 0;
  Object.defineProperty(ground.standings, "order", {
    get() {
      offers++;
      return order;
    },
  });
  assert.equal(settleCouples(ground), null);
  assert.ok(offers > 1_000 && offers < 20_000, `${offers} places were offered`);
});

Deno.test("pairs of a couple come as sorting all of them would bring them, however ties are broken", () => {
  const random = new Random(82);
  let couples = 0, long = 0;
  for (let round = 0; round < 400; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    const tables = buildTables(problem), { J, rank } = tables, wishes = wishesOf(tables);
    const ties = round % 2 === 0 ? null : tables.cost.map(() => random.below(4));
    const order = new WishOrder(tables, wishes, ties);
    for (const link of tables.links) {
      const [a, b] = link.workers;
      const own = Array.from({ length: wishes[a].length }, (_, i) => order.at(a, i));
      const all = own.flatMap((j) =>
        link.near[0][j].filter((k) => wishes[b].includes(k)).map((k) => ({
          pair: j * J + k,
          worth: link.order?.get(j * J + k) ?? rank[a * J + j] + rank[b * J + k],
          tie: ties ? ties[a * J + j] + ties[b * J + k] : 0,
        }))
      ).sort((p, q) => p.worth - q.worth || p.tie - q.tie);
      const pairs = new PairOrder(order, link), found: number[] = [];
      for (let i = 0; pairs.at(i) >= 0; i++) found.push(pairs.at(i));
      // Alike in all that counts, pairs may come either way.
      const key = (pair: number) => all.find((each) => each.pair === pair)!;
      assert.deepEqual(
        found.map((pair) => [key(pair).worth, key(pair).tie]),
        all.map(({ worth, tie }) => [worth, tie]),
      );
      assert.deepEqual(
        found.toSorted((p, q) => p - q),
        all.map(({ pair }) => pair).toSorted((p, q) => p - q),
      );
      couples++;
      if (found.length > 6) long++;
    }
  }
  assert.ok(couples > 300 && long > 50, `${couples} ${long}`);
});

Deno.test("a couple's first pairs take reading and sorting lines, not lines times lines", () => {
  for (const lines of [40, 160, 320]) {
    const random = new Random(lines);
    const problem = coupledProblem(random, { workers: lines, lines, couples: 2 });
    const tables = buildTables(problem), wishes = wishesOf(tables);
    let reads = 0;
    const rank = new Proxy(tables.rank, {
      get(ranks, at) {
        reads++;
        return Reflect.get(ranks, at);
      },
    });
    const ties = tables.cost.map(() => random.next());
    const order = new WishOrder({ ...tables, rank }, wishes, ties);
    for (const link of tables.links) {
      const pairs = new PairOrder(order, link);
      for (let i = 0; i < 20; i++) assert.ok(pairs.at(i) >= 0);
    }
    const most = READS_PER_LINE * tables.J * tables.links.length;
    assert.ok(reads > tables.J && reads < most, `${lines} lines: ${reads} of ${most}`);
  }
});
