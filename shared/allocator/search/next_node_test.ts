// Which node comes next: the least bound, then what is warm, then what makes room.

import assert from "node:assert/strict";
import { packBasis } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { AT_LOWER, BASIC } from "../../lp/basis.ts";
import { keepBasis } from "./bases.ts";
import { goOnWithBest, isFarDown } from "./next_node.ts";
import { type AllocatorState, firstState, type OpenNode } from "./state.ts";

const node = (bound: number): OpenNode => ({ decisions: [], bound, counted: false });

/** Open nodes of some bounds. */
function open(bounds: number[], bestCost: number | null): AllocatorState {
  return { ...firstState(), nodes: bounds.map(node), bestCost, bound: Math.min(...bounds) };
}

/** Keeps a basis for one of them that takes about so much text. */
function warm(state: AllocatorState, i: number, text: number): void {
  const rows = Math.round(6.5 * text / 2), random = new Random(i);
  const basis = new Uint8Array(2 * rows).fill(AT_LOWER);
  const order = Int32Array.from(basis.keys());
  random.choose(order, rows);
  for (const k of order.subarray(0, rows)) basis[k] = BASIC;
  Object.assign(state, { basis: packBasis(basis), basisRows: rows });
  keepBasis(state, [state.nodes[i]]);
}

/** The bound of the node that comes next. */
function next(state: AllocatorState): number {
  goOnWithBest(state);
  return state.nodes.at(-1)!.bound;
}

Deno.test("without bases the node of least bound comes next, whether there is a matching or not", () => {
  assert.equal(next(open([30, 10, 20], 1_000)), 10);
  assert.equal(next(open([30, 10, 20], null)), 10);
});

Deno.test("one whose basis is kept comes before another that is not far below it", () => {
  const near = open([10_000, 10_200, 10_900], 11_000), far = open([10_000, 10_400, 10_900], 11_000);
  for (const state of [near, far]) warm(state, 1, 500);
  assert.equal(next(near), 10_200);
  assert.equal(next(far), 10_000);
});

Deno.test("once the room for bases is taken what is soon done with comes next, where the gap is small", () => {
  const bounds = [10_000, 10_010, 10_090];
  const crowded = open(bounds, 10_095), roomy = open(bounds, 10_095), wide = open(bounds, 10_200);
  for (const state of [crowded, wide]) for (const i of [1, 2]) warm(state, i, 17_000);
  for (const i of [1, 2]) warm(roomy, i, 1_000);
  assert.equal(next(crowded), 10_090);
  assert.equal(next(roomy), 10_010);
  assert.equal(next(wide), 10_010);
});

Deno.test("a node is far down a quarter of the way from the bound to the best matching", () => {
  assert.equal(isFarDown(open([100, 126], 200)), true);
  assert.equal(isFarDown(open([100, 124], 200)), false);
  assert.equal(isFarDown(open([100, 199], null)), false);
});
