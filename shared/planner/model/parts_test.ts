// One more term beside those of the year.

import assert from "node:assert/strict";
import { addTerm, type Parts } from "./parts.ts";

const slots = (...values: number[]) => Int32Array.from(values);

/** Two terms over two positions of two keys. */
function plain(): Parts {
  return {
    terms: 2,
    positions: 2,
    year: 2,
    leave: null,
    groups: [],
    cap: slots(1, 2, 3, 4),
    slots: {
      minFill: slots(1, 0, 0, 2),
      short: slots(5, 6, 5, 6),
      wishLines: slots(0, 0, 0, 0),
      wishWeight: slots(0, 0, 0, 0),
      forced: slots(0, 0, 1, 0),
      forceWeight: 900,
      coll: slots(4, 4, 4, 4),
    },
    limits: [{ rule: "X", kind: "x", max: 1, positions: [0], termWeight: [1, 1] }],
    covers: slots(1, 2),
    keyOf: [0, 1],
    affinity: slots(0, 7, 7, 3),
  };
}

Deno.test("addTerm() keeps every slot where it was, and opens the new positions in the new term alone", () => {
  const more = { rule: "Y", kind: "y", max: 0, positions: [3], termWeight: [0, 0, 1] };
  const found = addTerm(plain(), [8, 9], [more]);
  assert.deepEqual([found.terms, found.positions, found.year], [3, 4, 2]);
  assert.deepEqual([...found.cap], [1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 8, 9]);
  assert.deepEqual([...found.slots.minFill], [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...found.slots.forced], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(found.slots.forceWeight, 900);
  assert.deepEqual(found.limits.map(({ termWeight }) => termWeight), [[1, 1, 0], [0, 0, 1]]);
});

Deno.test("addTerm() gives the new positions one key that no affinity knows, and nothing that they cover", () => {
  const found = addTerm(plain(), [1, 1], []);
  assert.deepEqual(found.keyOf, [0, 1, 2, 2]);
  assert.deepEqual([...found.affinity], [0, 7, 0, 7, 3, 0, 0, 0, 0]);
  assert.deepEqual([...found.covers], [1, 2, 0, 0]);
});
