/** A basis follows its model: what is added is nonbasic or a slack, and the rest stays where it was. */
import assert from "node:assert/strict";
import {
  AT_LOWER,
  AT_UPPER,
  BASIC,
  fittingStatus,
  growBasis,
  insertRows,
  isFitting,
  keepItems,
} from "./basis.ts";

const basis = Uint8Array.of(BASIC, AT_UPPER, BASIC, AT_LOWER); // two rows, two columns

Deno.test("fittingStatus() keeps a status that the bounds allow, and takes the nearest where not", () => {
  assert.equal(fittingStatus(BASIC, 1, 1), BASIC);
  assert.equal(fittingStatus(AT_UPPER, 0, 4), AT_UPPER);
  assert.equal(fittingStatus(AT_UPPER, 0, Infinity), AT_LOWER);
  assert.equal(fittingStatus(AT_LOWER, -Infinity, 4), AT_UPPER);
  assert.equal(fittingStatus(AT_LOWER, 3, 3), 5);
  assert.equal(fittingStatus(AT_LOWER, -Infinity, Infinity), 4);
});

Deno.test("isFitting() wants a status a row, no more columns than there are, and as many basic as rows", () => {
  assert.ok(isFitting(basis, 2, 2));
  assert.ok(isFitting(basis, 2, 5), "columns beyond it start nonbasic");
  assert.ok(!isFitting(basis, 2, 1));
  assert.ok(!isFitting(basis, 3, 2));
  assert.ok(!isFitting(Uint8Array.of(BASIC), 2, 2));
});

Deno.test("insertRows() puts basic slacks where the rows come", () => {
  assert.deepEqual([...insertRows(basis, 1, 2)], [BASIC, BASIC, BASIC, AT_UPPER, BASIC, AT_LOWER]);
  assert.deepEqual([...insertRows(basis, 2, 0)], [...basis]);
  assert.ok(isFitting(insertRows(basis, 2, 3), 5, 2));
});

Deno.test("keepItems() drops items of a part, and leaves what lies before and behind", () => {
  assert.deepEqual([...keepItems(basis, 1, [0, 1])], [BASIC, BASIC, AT_LOWER]);
  assert.deepEqual([...keepItems(basis, 2, Uint8Array.of(1, 0))], [BASIC, AT_UPPER, BASIC]);
});

Deno.test("growBasis() finds old columns among the new ones and makes new rows basic", () => {
  const grown = growBasis(basis, 2, 3, [7], [5, 7, 9]);
  assert.deepEqual([...grown], [BASIC, AT_UPPER, BASIC, BASIC, AT_LOWER, AT_LOWER, AT_LOWER]);
  const basic = growBasis(Uint8Array.of(AT_UPPER, BASIC, BASIC, AT_LOWER), 2, 2, [1, 4], [1, 2, 4]);
  assert.deepEqual([...basic], [AT_UPPER, BASIC, BASIC, AT_LOWER, AT_LOWER]);
});
