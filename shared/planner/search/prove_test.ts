// Proofs against brute force, and against integer programs over all lines: whatever the prices, the lines listed are
// enough for the best plan, and the search over them ends in it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { planValue } from "../model/line_values.ts";
import { LinePool, Master } from "./master.ts";
import { Pricer } from "../pricing/pricing.ts";
import { beginProof, decisiveLines, lookAtNode, nextWanted } from "./prove.ts";
import { LineTree, newTree, type TreeState } from "./tree.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerTables } from "../model/tables.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { exactAnswer } from "../testing/oracle.ts";
import { contested, randomProblem } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";

/** The nodes of a proof one by one; where it ends, and how many were cut on the way. */
function lookAtNodes(
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

/** The proof from a value on, in steps and stretches of little work; where it ends, and the nodes that it looked at. */
function prove(
  tables: PlannerTables,
  prices: Float64Array,
  linePrice: number,
  start: number,
  truth: number,
): { value: number; looked: number } {
  const proof = beginProof(tables, prices, linePrice, start);
  assert.ok(proof, "no bound");
  let { bound, wanted } = proof, value = start, looked = 0;
  while (bound > value && wanted <= bound) {
    const columns = decisiveLines(tables, prices, { ...proof, wanted });
    assert.ok(columns, "too many lines");
    const tree = new LineTree(tables, columns, prices);
    let state = newTree(), least = Math.max(wanted, value + 1);
    while (state.open > 0) {
      state = JSON.parse(JSON.stringify(state)) as TreeState;
      const { plan, isStuck } = tree.grow(state, least, 1);
      assert.ok(!isStuck, "a program resists");
      if (plan === null) continue;
      value = planValue(tables, plan, tables.lines);
      assert.ok(value >= least);
      least = value + 1;
    }
    looked += state.looked;
    assert.ok(truth < wanted || value === truth, `${truth} is possible, ${wanted} was refuted`);
    if (wanted <= value + 1) return { value, looked };
    wanted = nextWanted(proof.bound, value, wanted);
  }
  return { value, looked };
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
      const { value } = prove(tables, prices, -1e6, start, best.objective);
      assert.equal(value, best.objective);
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

Deno.test("where the linear program is not whole a proof ends in the plan that an integer program over all lines proves", () => {
  const random = new Random(63);
  let proofs = 0, open = 0, looked = 0;
  while (proofs < draws(40)) {
    const problem = contested(random);
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const { prices, linePrice, value, weights } = relaxed(tables);
    if (weights.every((y) => Math.abs(y - Math.round(y)) < 1e-6)) continue;
    const truth = exactAnswer(problem, true)?.value;
    assert.ok(truth);
    if (Math.floor(value + 1e-6) > truth) open++;
    const found = prove(tables, prices, linePrice, truth - random.below(60), truth);
    assert.equal(found.value, truth);
    looked += found.looked;
    proofs++;
  }
  assert.ok(2 * open > proofs && looked > 4 * proofs, `${open} open, ${looked} nodes`);
});

Deno.test("cut into nodes, a proof ends where GLPK ends in one go", () => {
  let cuts = 0;
  for (const lines of [6, 9, 12]) {
    const problem = { ...sample20(), lines };
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const { prices, linePrice, value } = relaxed(tables);
    const start = Math.floor(value) - 15;
    const proof = beginProof(tables, prices, linePrice, start);
    assert.ok(proof, "no bound");
    const columns = decisiveLines(tables, prices, { ...proof, wanted: start + 1 });
    assert.ok(columns, "too many lines");
    const parts = lookAtNodes(tables, columns, start, { lines: 20, work: 100 });
    const whole = lookAtNodes(tables, columns, start, { lines: Infinity, work: 1e6 });
    assert.equal(parts.value, whole.value);
    assert.equal(prove(tables, prices, linePrice, start, whole.value).value, whole.value);
    cuts += parts.cuts;
  }
  assert.ok(cuts > 3, `${cuts} cuts`);
});
