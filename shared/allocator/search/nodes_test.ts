// Packed nodes and cuts are read back as they were, and nodes are small where they share much.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { packState, packTree, unpackTree } from "./nodes.ts";
import { firstState, type OpenNode } from "./state.ts";

Deno.test("nodes are the same packed and unpacked, once or twice", () => {
  const random = new Random(6);
  for (let round = 0; round < 200; round++) {
    let decisions: number[] = [];
    const nodes = Array.from({ length: random.below(12) }, (_, i): OpenNode => {
      const more = { ...i % 3 === 0 && { dived: true as const }, ...i % 4 === 1 && { from: i } };
      decisions = decisions.slice(0, random.below(decisions.length + 1));
      while (random.next() < 0.6) decisions.push(random.below(9_000) - 99);
      return { decisions: [...decisions], bound: i + 0.25, counted: i % 2 === 0, ...more };
    });
    const cuts = nodes.map(({ decisions }) => [...decisions, -1]);
    const state = { ...firstState(), nodes, cuts }, packed = packState(state);
    assert.deepEqual(unpackTree(packed), { nodes, cuts });
    assert.deepEqual(unpackTree(state), { nodes, cuts });
    const again = packState({ ...packed, ...unpackTree(packed), packed: null });
    assert.deepEqual(unpackTree(JSON.parse(JSON.stringify(again))), { nodes, cuts });
  }
});

Deno.test("what nodes share is written once", () => {
  const way = Array.from({ length: 100 }, (_, i) => 1_000 + i);
  const nodes = way.map((_, i): OpenNode => ({
    decisions: way.slice(0, i + 1),
    bound: 0,
    counted: true,
  }));
  const written = packTree({ ...firstState(), nodes }).nodes.flat();
  assert.ok(written.length <= 5 * way.length, `${written.length} numbers`);
});
