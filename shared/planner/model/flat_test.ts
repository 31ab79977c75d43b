import assert from "node:assert/strict";
import {
  cellOf,
  firstCellOf,
  firstSlotOf,
  firstWeightOf,
  lineOfCell,
  linesIn,
  positionOfSlot,
  slotOf,
  termOfCell,
  termOfSlot,
  useAt,
  weightAt,
} from "./flat.ts";

Deno.test("slotOf(): a term's slots stand side by side, each has a place of its own, and says what it is of", () => {
  const T = 4, R = 7;
  let place = 0;
  for (let t = 0; t < T; t++) {
    assert.equal(firstSlotOf(t, R), place);
    for (let r = 0; r < R; r++, place++) {
      assert.equal(slotOf(t, r, R), place);
      assert.deepEqual([termOfSlot(place, R), positionOfSlot(place, R)], [t, r]);
    }
  }
  assert.equal(firstSlotOf(T, R), T * R);
});

Deno.test("cellOf(), weightAt(), useAt(): lines, limits and options of leave stand one after another, term by term", () => {
  const rows = 5, T = 6;
  let place = 0;
  for (let i = 0; i < rows; i++) {
    assert.deepEqual([firstCellOf(i, T), firstWeightOf(i, T)], [place, place]);
    for (let t = 0; t < T; t++, place++) {
      assert.deepEqual([cellOf(i, t, T), weightAt(i, t, T), useAt(i, t, T)], [place, place, place]);
      assert.deepEqual([lineOfCell(place, T), termOfCell(place, T)], [i, t]);
    }
  }
  assert.equal(firstCellOf(rows, T), rows * T);
  assert.equal(linesIn(new Int32Array(rows * T), T), rows);
});
