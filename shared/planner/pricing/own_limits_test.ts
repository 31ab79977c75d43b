// The limits of a set's elements.

import assert from "node:assert/strict";
import { isTooMuch, ownLimits } from "./own_limits.ts";

Deno.test("limits that may bind among the elements of a set stand there once, each as tight as any", () => {
  const of = (most: number, ...elements: number[]) => ({
    has: Uint8Array.from({ length: 6 }, (_, e) => elements.includes(e) ? 1 : 0),
    most,
  });
  const limits = [of(2, 0, 1, 2), of(1, 0, 1, 2, 5), of(1, 3), of(1, 2, 3), of(3, 0, 1, 2, 3)];
  // Elements 0 to 3 of two keys, of which the first has three.
  const own = ownLimits(limits, [0, 1, 2, 3], Int32Array.of(0, 0, 0, 1), 2);
  assert.deepEqual(
    own.map(({ has, most, key }) => `${has} ${most} ${key}`),
    ["1,1,1,0 1 0", "0,0,0,1 1 1", "0,0,1,1 1 -1", "1,1,1,1 3 -1"],
  );
  assert.equal(isTooMuch(own, -1), false, "nothing is remembered");
  own[2].mask = 3;
  assert.equal(isTooMuch(own, 2), false);
  assert.equal(isTooMuch(own, 3), true);
});
