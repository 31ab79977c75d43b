// Bases of open nodes: what is kept is what is taken, whatever columns and cuts come and go between.

import assert from "node:assert/strict";
import { packBasis, unpackBasis } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { AT_LOWER, AT_UPPER, BASIC, growBasis, insertRows, isFitting } from "../../lp/basis.ts";
import {
  crowding,
  growBases,
  keepBasis,
  pruneBases,
  takeBasis,
  tightCuts,
  withoutCuts,
} from "./bases.ts";
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

/** A basis of so many rows and columns, half of them basic. */
function randomBasis(random: Random, rows: number, columns: number): Uint8Array {
  const order = Int32Array.from({ length: rows + columns }, (_, i) => i);
  random.choose(order, rows);
  const basis = new Uint8Array(rows + columns).fill(AT_LOWER);
  for (const i of order.subarray(0, rows)) basis[i] = BASIC;
  return basis;
}

Deno.test("only so many are kept, those of the nodes of least bound", () => {
  const state = { ...firstState(), basisRows: 4_000 }, random = new Random(3);
  for (let i = 0; i < 60; i++) {
    state.basis = packBasis(randomBasis(random, 4_000, 4_000));
    const own = node(100 - i);
    state.nodes.push(own);
    keepBasis(state, [own]);
    state.bases = pruneBases(state);
  }
  const text = state.bases.reduce((sum, { basis }) => sum + basis.length, 0);
  assert.ok(text > 35_000 && text <= 40_000, `${text}`);
  assert.ok(crowding(state) > 0.9 && crowding(state) <= 1);
  const left = state.nodes.filter(({ from }) => state.bases.some(({ id }) => id === from));
  assert.equal(Math.max(...left.map(({ bound }) => bound)), 40 + left.length);
});

/** Some pivots: one that was basic for one that was not. */
function pivoted(random: Random, basis: Uint8Array, times: number): Uint8Array {
  const next = basis.slice();
  for (let i = 0; i < times; i++) {
    const from = random.below(next.length), to = random.below(next.length);
    if (next[from] === BASIC && next[to] !== BASIC) {
      next[from] = random.next() < 0.1 ? AT_UPPER : AT_LOWER;
      next[to] = BASIC;
    }
  }
  return next;
}

Deno.test("what differs little takes little, and each is read as it was, whatever of the others goes and whatever rows and columns come", () => {
  const random = new Random(4);
  let alone = 0, near = 0;
  for (let round = 0; round < 20; round++) {
    let columns = 400, basis = randomBasis(random, 200, columns), rows = 200;
    const state = { ...firstState() }, kept = new Map<number, Uint8Array>();
    for (let i = 0; i < 25; i++) {
      if (random.next() < 0.3) {
        basis = insertRows(basis, rows, 2);
        rows += 2;
      }
      basis = pivoted(random, basis, 30);
      Object.assign(state, { basis: packBasis(basis), basisRows: rows });
      const own = node(random.below(100));
      state.nodes.push(own);
      keepBasis(state, [own]);
      kept.set(own.from!, basis);
      if (random.next() < 0.5) {
        const gone = state.nodes.splice(random.below(state.nodes.length), 1)[0];
        kept.delete(gone.from!);
      }
      if (random.next() < 0.3) {
        const pool = Int32Array.from({ length: columns }, (_, k) => 2 * k), grown = [...pool, 1];
        const ids = Int32Array.from(grown).sort();
        state.bases = growBases(state, pool, ids);
        const wider = (own: Uint8Array, r: number) => growBasis(own, r, r, pool, ids);
        for (const [id, own] of kept) kept.set(id, wider(own, own.length - columns));
        basis = wider(basis, rows);
        columns++;
      }
      state.bases = pruneBases(JSON.parse(JSON.stringify(state)));
    }
    for (const { near: by } of state.bases) by === null ? alone++ : near++;
    for (const own of state.nodes) {
      const was = kept.get(own.from!)!;
      takeBasis(state, own);
      assert.deepEqual(unpackBasis(state.basis!), was);
    }
  }
  assert.ok(near > 5 * alone && alone > 0, `${alone} alone, ${near} near others`);
});

Deno.test("what else a checkpoint has leaves less room for them", () => {
  const state = kept();
  assert.equal(pruneBases(state).length, 1);
  state.pool = "!".repeat(60_000);
  assert.deepEqual(pruneBases(state), []);
});
