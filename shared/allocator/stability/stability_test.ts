// Deferred acceptance is weakly stable whatever breaks its ties, and breaks them as a point asks.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { blockingPairs, deferredAcceptance, linesPropose } from "./stability.ts";
import { standingsOf } from "./cutoffs.ts";
import { buildTables } from "../model/tables.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";

Deno.test("deferredAcceptance() has no blocking pair, whatever point breaks its ties", () => {
  const random = new Random(45);
  let whole = 0, moved = 0;
  for (let round = 0; round < 400; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true }));
    const plain = deferredAcceptance(tables);
    for (let tries = 0; tries < 3; tries++) {
      const pairs = [...tables.cost.keys()].filter((p) =>
        tables.cost[p] < Infinity && random.next() < 0.4
      );
      const lineOf = deferredAcceptance(tables, { pairs, values: pairs.map(() => random.next()) });
      if (lineOf.some((j, w) => j !== plain[w])) moved++;
      if (lineOf.includes(-1)) continue;
      assert.deepEqual(blockingPairs(tables, lineOf), [], `round ${round}`);
      whole++;
    }
  }
  assert.ok(whole > 300 && moved > 100, `${whole} ${moved}`);
});

Deno.test("linesPropose() has no blocking pair, and often lines have what they would rather have", () => {
  const random = new Random(46);
  let whole = 0, better = 0;
  for (let round = 0; round < 400; round++) {
    const tables = buildTables(randomProblem(random, { caps: false, stability: true }));
    const lineOf = [...linesPropose(tables, standingsOf(tables))];
    if (lineOf.includes(-1)) continue;
    assert.deepEqual(blockingPairs(tables, lineOf), [], `round ${round}`);
    whole++;
    const regardOf = (m: ArrayLike<number>) =>
      Array.from(m).reduce((sum, j, w) => sum + tables.standing[w * tables.J + j], 0);
    if (regardOf(lineOf) < regardOf(deferredAcceptance(tables))) better++;
  }
  assert.ok(whole > 100 && better > 10, `${whole} ${better}`);
});

Deno.test("deferredAcceptance() gives tied workers and lines what the point gives them", () => {
  const tables = buildTables(problemOf(3, [1, 1, 1])); // nobody ranked anything: all are tied
  const { J, workers, lines } = tables;
  for (const shift of [0, 1, 2]) {
    const wanted = workers.map((_, w) => (w + shift) % lines.length);
    const pairs = wanted.map((j, w) => w * J + j);
    assert.deepEqual([...deferredAcceptance(tables, { pairs, values: [0.6, 0.7, 0.8] })], wanted);
  }
});
