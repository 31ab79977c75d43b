// Bounds from affinity keys are never below what a legal line is worth.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { LineScorer } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { OBJECTIVE } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { isBoundedByKeys, KeyBounds } from "./key_bounds.ts";

/** [k] best affinity to another key, at least 0. */
function bestRows({ keys: K, affinity }: PlannerTables): Float64Array {
  return Float64Array.from({ length: K }, (_, k) => {
    const row = affinity.subarray(k * K, (k + 1) * K);
    return Math.max(0, ...Array.from(row).filter((_, other) => other !== k));
  });
}

/** [t] classes with a post, and [t * C + c] the best -price of a position of the class. */
function classValues(
  { terms: T, positions: R, classes: C, cap, members }: PlannerTables,
  prices: Float64Array,
) {
  const values = new Float64Array(T * C).fill(-Infinity);
  const open = Array.from({ length: T }, (_, t) => {
    members.forEach((rs, c) => {
      for (const r of rs) {
        const s = t * R + r;
        if (cap[s] > 0) values[t * C + c] = Math.max(values[t * C + c], -prices[s]);
      }
    });
    return Int32Array.from(members.keys().filter((c) => values[t * C + c] > -Infinity));
  });
  return { values, open };
}

/** A drawn problem with its bounds, and every legal line of it. */
function drawn(random: Random, round: number) {
  const problem = randomProblem(() => random.next(), {
    lines: 2,
    terms: 3 + round % 3,
    positions: 6,
    postsUpTo: 2,
  });
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  return {
    tables,
    bounds: new KeyBounds(tables, bestRows(tables)),
    scorer: new LineScorer(tables),
    lines: legalLines(problem).map((ids) => Int32Array.from(ids, (id) => indexOf.get(id)!)),
    drawPrices: () => Float64Array.from(tables.cap, () => random.below(400) - 200),
  };
}

Deno.test("the bound on a whole line is at least the value of every legal one, whatever the prices", () => {
  const random = new Random(71);
  let lines = 0;
  for (let round = 0; round < 60; round++) {
    const { tables, bounds, scorer, lines: all, drawPrices } = drawn(random, round);
    assert.ok(isBoundedByKeys(tables));
    for (let n = 0; n < 3; n++) {
      const prices = drawPrices();
      const { values, open } = classValues(tables, prices);
      bounds.update(values, open);
      const bound = bounds.after(0, 0, tables.need);
      for (const cells of all) {
        let value = scorer.value(cells, 0);
        cells.forEach((r, t) => value -= prices[t * tables.positions + r]);
        assert.ok(value <= bound + 1e-9, `round ${round}: ${value} above ${bound}`);
        lines++;
      }
    }
  }
  assert.ok(lines > 500, `${lines} lines`);
});

Deno.test("with each pair of ends as it is the bound of what follows the inner terms is lower, and above every line", () => {
  const random = new Random(74);
  let lines = 0, lower = 0;
  for (let round = 0; round < 60; round++) {
    const { tables, bounds, scorer, lines: all, drawPrices } = drawn(random, round);
    const { terms: T, keys: K, classOf, keyOf, cover, need, positions: R } = tables;
    const prices = drawPrices();
    const { values, open } = classValues(tables, prices);
    bounds.update(values, open);
    for (const cells of all) {
      const inner = cells.subarray(1, T - 1);
      const index = inner.reduce((all, r) => all * K + keyOf[classOf[r]], 0);
      const covered = inner.reduce((all, r) => all | cover[classOf[r]], 0);
      // What the inner terms are worth alone: the ends bring the rest.
      const ends = endsOf(tables, cells, scorer) -
        prices[cells[0]] - prices[(T - 1) * R + cells[T - 1]];
      const missing = bounds.missing(need & ~covered, 2, new Int32Array(tables.limits));
      const loose = bounds.after(T - 2, index, missing);
      const sharp = bounds.afterInner(index, missing, -1e6);
      assert.ok(ends <= sharp + 1e-9, `round ${round}: ${ends} above ${sharp}`);
      if (sharp < loose - 1e-9) lower++;
      lines++;
    }
  }
  assert.ok(lines > 500 && lower > 100, `${lower} of ${lines} lower`);
});

/** What both ends of a line bring beside its inner terms: neighbours and pairs. */
function endsOf(
  { terms: T, keys: K, classOf, keyOf, affinity }: PlannerTables,
  cells: Int32Array,
  scorer: LineScorer,
): number {
  const keys = Array.from(cells, (r) => keyOf[classOf[r]]);
  const pairsOf = (all: number[]) => {
    const different = [...new Set(all)];
    return different.reduce(
      (sum, a, i) => sum + different.slice(i + 1).reduce((n, b) => n + affinity[a * K + b], 0),
      0,
    );
  };
  const inner = keys.slice(1, -1);
  let adjacent = 0;
  for (let t = 2; t < T - 1; t++) adjacent += affinity[keys[t - 1] * K + keys[t]];
  return scorer.value(cells, 0) - OBJECTIVE.adj * adjacent - OBJECTIVE.all * pairsOf(inner);
}

Deno.test("no more terms of a specialty are counted than its limit allows", () => {
  const random = new Random(73);
  let lower = 0;
  for (let round = 0; round < 20; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2,
      terms: 5,
      positions: 8,
      postsUpTo: 2,
    });
    const boundUnder = (share: number) => {
      const rules = resolveRules([{ name: "MAX_SPECIALTY", value: share }]);
      const tables = buildTables(problem, rules);
      const bounds = new KeyBounds(tables, bestRows(tables));
      const { values, open } = classValues(tables, new Float64Array(tables.cap.length));
      bounds.update(values, open);
      return bounds.after(0, 0, tables.need);
    };
    const [few, all] = [boundUnder(0.25), boundUnder(1)];
    assert.ok(few <= all, `round ${round}: ${few} above ${all}`);
    if (few < all) lower++;
  }
  assert.ok(lower > 5, `${lower} of 20 lower`);
});

Deno.test("too many terms or too few have no such bounds", () => {
  const random = new Random(72);
  for (const [terms, is] of [[2, false], [3, true], [5, true], [6, false]] as const) {
    const problem = randomProblem(() => random.next(), {
      lines: 1,
      terms,
      positions: 4,
      postsUpTo: 1,
    });
    assert.equal(isBoundedByKeys(buildTables(problem, resolveRules([]))), is, `${terms} terms`);
  }
});
