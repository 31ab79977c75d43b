// What is packed must come back unchanged.

import assert from "node:assert/strict";
import {
  packBasis,
  packBits,
  packCells,
  packLists,
  packNumbers,
  packPrices,
  packRising,
  unpackBasis,
  unpackBits,
  unpackCells,
  unpackLists,
  unpackNumbers,
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
  assert.ok(packRising(Int32Array.from({ length: 1_000 }, (_, i) => 500 * i)).length <= 2_000);
});

Deno.test("unpackNumbers() returns whole numbers, small ones in a character", () => {
  for (const numbers of [[], [0], [44, 45, 0, 2 ** 40]]) {
    assert.deepEqual(unpackNumbers(packNumbers(numbers)), numbers);
  }
  assert.equal(packNumbers([0, 44, 3]).length, 3);
});

Deno.test("unpackBits() returns what is so, thirteen in two characters", () => {
  for (const length of [0, 1, 12, 13, 14, 26, 1_000]) {
    const bits = Uint8Array.from({ length }, (_, i) => i % 3 === 0 || i % 7 === 1 ? 1 : 0);
    const packed = packBits(bits);
    assert.deepEqual(unpackBits(packed, length), bits);
    assert.equal(packed.length, 2 * Math.ceil(length / 13));
  }
  const all = new Uint8Array(13).fill(1);
  assert.deepEqual(unpackBits(packBits(all), 13), all);
});

Deno.test("unpackLists() returns lists of whole numbers of either sign, in few characters", () => {
  for (const lists of [[], [[]], [[7], [], [-1, 44, 45, 46, 2 ** 40, -(2 ** 41)]], [[0, 0, 9]]]) {
    assert.deepEqual(unpackLists(packLists(lists)), lists);
  }
  const rising = Array.from(
    { length: 100 },
    (_, i) => Array.from({ length: 15 }, (_, k) => i + 50 * k),
  );
  assert.deepEqual(unpackLists(packLists(rising)), rising);
  assert.ok(packLists(rising).length < 100 * 32, `${packLists(rising).length}`);
});
