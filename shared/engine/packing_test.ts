// What is packed must come back unchanged.

import assert from "node:assert/strict";
import {
  packBasis,
  packCells,
  packPrices,
  packRising,
  unpackBasis,
  unpackCells,
  unpackPrices,
  unpackRising,
} from "./packing.ts";

Deno.test("unpackCells() returns the packed lines, whatever the terms and positions", () => {
  for (const [positions, terms] of [[1, 1], [2, 5], [50, 5], [89, 4], [150, 5], [2_000, 12]]) {
    const cells = Int32Array.from({ length: 3 * terms }, (_, i) => (i * 7 + 3) % positions);
    cells[terms] = positions - 1;
    assert.deepEqual(unpackCells(packCells(cells, positions, terms), positions, terms), cells);
  }
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

Deno.test("unpackRising() returns numbers that rise, in few characters", () => {
  for (const numbers of [[], [0], [7], [0, 1, 2], [3, 40, 41, 5_000, 499_999]]) {
    const packed = packRising(Int32Array.from(numbers));
    assert.deepEqual([...unpackRising(packed)], numbers);
  }
  assert.ok(packRising(Int32Array.from({ length: 1_000 }, (_, i) => 500 * i)).length < 4_000);
});
