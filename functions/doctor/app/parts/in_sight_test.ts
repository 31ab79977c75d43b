// What a window shows of a long list.

import assert from "node:assert/strict";
import { cardsInSight, rowsInSight } from "./in_sight.ts";

Deno.test("as many cards as begin in the window, in as many columns", () => {
  const terms = Array<number>(140).fill(4);
  assert.equal(cardsInSight(terms, 844, 1), 1, "a phone");
  assert.equal(cardsInSight(terms, 932, 1), 2, "a large one");
  assert.equal(cardsInSight(terms, 1_080, 2), 4, "two columns");
  assert.equal(cardsInSight([2, 2, 4], 844, 1), 2, "short cards");
  assert.equal(cardsInSight([4], 4_000, 1), 1, "no more than there are");
  assert.equal(cardsInSight([], 844, 1), 0);
});

Deno.test("rows of an order fill what headings leave of the window, and no more", () => {
  const part = (rows: number) => ({ rows, hint: false });
  assert.deepEqual(rowsInSight([part(140)], 844), [9]);
  assert.deepEqual(rowsInSight([part(0), part(0), part(140), part(3)], 844), [0, 0, 5, 0]);
  assert.deepEqual(rowsInSight([part(2), part(140)], 844), [2, 6]);
  assert.deepEqual(rowsInSight([{ rows: 140, hint: true }], 844), [8], "a sentence takes room");
  assert.deepEqual(rowsInSight([part(2), part(2)], 4_000), [2, 2], "no more than there are");
});
