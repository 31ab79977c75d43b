// What is packed must come back unchanged.

import assert from "node:assert/strict";
import {
  packBasis,
  packCells,
  packPrices,
  unpackBasis,
  unpackCells,
  unpackPrices,
} from "./packing.ts";

Deno.test("unpackCells() returns the packed indexes, in one or two characters each", () => {
  const few = Int32Array.of(0, 1, 44, 88), many = Int32Array.of(0, 149, 90, 91, 8_000);
  assert.deepEqual(unpackCells(packCells(few, 80), 80), few);
  assert.deepEqual(unpackCells(packCells(many, 8_001), 8_001), many);
});

Deno.test("unpackBasis() returns the packed basis for odd and even lengths", () => {
  for (const basis of [[], [1], [5, 0], [1, 2, 3, 4, 5]]) {
    assert.deepEqual(unpackBasis(packBasis(Uint8Array.from(basis))), Uint8Array.from(basis));
  }
});

Deno.test("unpackPrices() returns prices to a thousandth", () => {
  const prices = Float64Array.of(0, -20.125, 1234.567, -0.001);
  assert.deepEqual(unpackPrices(packPrices(prices)), prices);
  assert.deepEqual(unpackPrices(packPrices(new Float64Array(0))), new Float64Array(0));
});
