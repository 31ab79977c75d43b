// Bases of open nodes: what is kept is what is taken, whatever columns and cuts come and go between.

import assert from "node:assert/strict";
import { packBasis, unpackBasis } from "../../engine/packing.ts";
import { AT_LOWER, AT_UPPER, BASIC, isFitting } from "../../lp/basis.ts";
import { growBases, keepBasis, pruneBases, takeBasis, tightCuts, withoutCuts } from "./bases.ts";
import { type AllocatorState, firstState, type OpenNode } from "./state.ts";

const node = (bound: number): OpenNode => ({ decisions: [], bound, counted: false });

/** Rows 0 and 1 and two cuts, of which the second is slack, and three columns. */
const BASIS = Uint8Array.of(AT_UPPER, AT_LOWER, AT_LOWER, BASIC, BASIC, BASIC, BASIC);

function kept() {
  const state: AllocatorState = {
    ...firstState(),
    cuts: [[7], [8]],
    basis: packBasis(BASIS),
    basisRows: 4,
  };
  state.nodes = [node(1), node(2)];
  keepBasis(state, state.nodes);
  return state;
}

Deno.test("both halves of a node begin with its basis, and the last of them lets go of it", () => {
  const state = kept(), [one, other] = state.nodes;
  state.basis = null;
  takeBasis(state, one);
  assert.deepEqual([unpackBasis(state.basis!), state.basisRows], [BASIS, 4]);
  assert.equal(one.from, undefined);
  assert.equal(pruneBases(state).length, 1);
  takeBasis(state, other);
  assert.deepEqual(pruneBases(state), []);
});

Deno.test("a node whose basis is kept no longer goes on with the one at hand", () => {
  const state = kept(), before = state.basis;
  state.bases = [];
  takeBasis(state, state.nodes[0]);
  assert.equal(state.basis, before);
  assert.equal(state.nodes[0].from, undefined);
});

Deno.test("columns that come are at their lower bound in it", () => {
  const state = kept();
  state.bases = growBases(state, Int32Array.of(3, 5, 9), Int32Array.of(3, 4, 5, 9));
  takeBasis(state, state.nodes[0]);
  const grown = Uint8Array.of(...BASIS.subarray(0, 5), AT_LOWER, BASIC, BASIC);
  assert.deepEqual(unpackBasis(state.basis!), grown);
});

Deno.test("cuts that are tight in it stay, and without another it is still a basis", () => {
  const state = kept();
  assert.deepEqual(tightCuts(state, 2), [true, false]);
  state.bases = withoutCuts(state, 2, [true, false]);
  takeBasis(state, state.nodes[0]);
  assert.equal(state.basisRows, 3);
  assert.ok(isFitting(unpackBasis(state.basis!), 3, 3));
});

Deno.test("only so many are kept, those of the nodes of least bound", () => {
  const state = { ...firstState(), basisRows: 4_000 };
  for (let i = 0; i < 60; i++) {
    state.basis = packBasis(new Uint8Array(8_000).fill(BASIC, 0, 4_000));
    const own = node(100 - i);
    state.nodes.push(own);
    keepBasis(state, [own]);
    state.bases = pruneBases(state);
  }
  const text = state.bases.reduce((sum, { basis }) => sum + basis.length, 0);
  assert.ok(text > 22_000 && text <= 24_000, `${text}`);
  const left = state.nodes.filter(({ from }) => state.bases.some(({ id }) => id === from));
  assert.equal(Math.max(...left.map(({ bound }) => bound)), 40 + left.length);
});

Deno.test("what else a checkpoint has leaves less room for them", () => {
  const state = kept();
  assert.equal(pruneBases(state).length, 1);
  state.pool = "!".repeat(60_000);
  assert.deepEqual(pruneBases(state), []);
});
