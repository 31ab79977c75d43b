// Bits of numbers, against their digits.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { bitCount, bitsIn } from "./bits.ts";

Deno.test("bitCount() and bitsIn() see what the digits of a number show, the sign's too", () => {
  const random = new Random(5);
  const drawn = Array.from({ length: 200 }, () => random.below(2 ** 31) << random.below(2));
  for (const mask of [0, 1, -1, 1 << 31, 0x7fffffff, ...drawn]) {
    const digits = [...(mask >>> 0).toString(2)].reverse();
    const places = digits.flatMap((digit, i) => digit === "1" ? [i] : []);
    assert.equal(bitCount(mask), places.length);
    assert.deepEqual([...bitsIn(mask)], places);
  }
});
