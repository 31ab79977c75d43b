// Proofs against brute force and against GLPK in one go: whatever the prices, the lines listed are
// enough for the best plan, and the search over them ends in it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { planValue } from "../model/line_values.ts";
import { LinePool, Master } from "./master.ts";
import { Pricer } from "../pricing/pricing.ts";
import { decisiveLines, lookAtNode, packNodes, unpackNodes } from "./prove.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerTables } from "../model/tables.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";

/** The proof from a value on; where it ends, and the nodes that were cut on the way. */
function prove(
  tables: PlannerTables,
  columns: Int32Array,
  start: number,
  limits?: { lines: number; work: number },
): { value: number; cuts: number } {
  let value = start, cuts = 0, basis: Uint8Array | null = null;
  for (const nodes: number[][] = [[]]; nodes.length > 0;) {
    const node = nodes.pop()!;
    const found = lookAtNode(tables, columns, node, value, basis, limits);
    const { plan, children } = found;
    if (node.length === 0) basis = found.basis;
    if (plan) {
      const better = planValue(tables, plan, tables.lines);
      assert.ok(better > value);
      value = better;
    }
    assert.ok(children, "a node resists");
    cuts += children.length > 0 ? 1 : 0;
    nodes.push(...children);
  }
  return { value, cuts };
}

Deno.test("a proof ends in the best plan, and finds nothing better than it", () => {
  const random = new Random(61);
  let proofs = 0;
  for (let round = 0; round < 150; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2 + random.below(3),
      terms: 2 + random.below(3),
      positions: 4 + random.below(3),
      postsUpTo: 2,
      pathways: round % 4 === 0,
    });
    const { best, mostLines } = bruteForce(problem);
    if (best === null || mostLines < problem.lines) continue;
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const prices = Float64Array.from(tables.cap, () => random.below(60) - 30);
    for (const start of [best.objective - 1 - random.below(300), best.objective]) {
      const columns = decisiveLines(tables, prices, -1e6, start);
      assert.ok(columns, "too many lines");
      assert.equal(prove(tables, columns, start).value, best.objective);
      proofs++;
    }
  }
  assert.ok(proofs > 40, `${proofs} proofs`);
});

/** Prices of the LP's optimum, and its value. */
function relaxed(tables: PlannerTables) {
  const master = new Master(tables), pricer = new Pricer(tables), pool = new LinePool(tables);
  for (let round = 0; round < 60; round++) {
    const found = master.solve(pool, null);
    assert.ok(found.prices);
    const priced = pricer.price(found.prices, found.linePrice + 0.01);
    let added = 0;
    for (let j = 0; j < priced.count; j++) if (pool.add(priced.lines, j * tables.terms)) added++;
    if (added === 0) {
      const value = found.value - tables.line * tables.lines - tables.emptyCost;
      return { ...found, value };
    }
  }
  throw new Error("column generation did not close");
}

Deno.test("cut into nodes, a proof ends where GLPK ends in one go", () => {
  let cuts = 0;
  for (const lines of [6, 9, 12]) {
    const problem = { ...sample20(), lines };
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const { prices, linePrice, value } = relaxed(tables);
    const start = Math.floor(value) - 15;
    const columns = decisiveLines(tables, prices, linePrice, start);
    assert.ok(columns, "too many lines");
    const parts = prove(tables, columns, start, { lines: 20, work: 100 });
    const whole = prove(tables, columns, start, { lines: Infinity, work: 1e6 });
    assert.equal(parts.value, whole.value);
    cuts += parts.cuts;
  }
  assert.ok(cuts > 3, `${cuts} cuts`);
});

Deno.test("packed nodes come back as they were, and those of one search are short", () => {
  const random = new Random(63);
  for (let round = 0; round < 50; round++) {
    const nodes: number[][] = [[]];
    for (let i = 0; i < 30; i++) {
      const before = nodes.at(-1)!, kept = before.slice(0, 4 * random.below(before.length / 4 + 1));
      nodes.push([
        ...kept,
        ...Array.from({ length: 4 * random.below(3) }, () => random.below(900)),
      ]);
    }
    assert.deepEqual(unpackNodes(packNodes(nodes)), nodes);
  }
  // The open nodes of a search a hundred deep: each has all bounds of the ones before it but the last.
  const deep = Array.from(
    { length: 100 },
    (_, i) => Array.from({ length: 4 * i }, (_, k) => k === 4 * i - 1 ? 1 : k % 600),
  );
  assert.ok(packNodes(deep).length < 2_000, `${packNodes(deep).length}`);
});
