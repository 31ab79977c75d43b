// What may be lost, against the logarithms of what was drawn.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { isAllowed } from "./heat.ts";

Deno.test("losses are allowed as logarithms of draws say, however large they are", () => {
  const random = new Random(77);
  let allowed = 0;
  for (let n = 0; n < 20_000; n++) {
    const heat = 10 ** (3 * random.next() - 1), luck = (1 - random.next()) ** (1 + n % 5);
    const gain = -heat * 40 * random.next() ** (1 + n % 7);
    const expected = gain >= heat * Math.log(luck);
    assert.equal(isAllowed(gain, heat, luck), expected, `${gain} at ${heat} with ${luck}`);
    allowed += Number(expected);
  }
  assert.ok(allowed > 2_000 && allowed < 18_000, `${allowed}`);
});

Deno.test("right at what was drawn nothing is refused, and a little beyond it nothing is allowed", () => {
  const random = new Random(78);
  for (let n = 0; n < 2_000; n++) {
    const luck = (1 - random.next()) ** (1 + n % 9), most = 50 * Math.log(luck);
    if (most === 0) continue;
    assert.equal(isAllowed(most, 50, luck), true);
    assert.equal(isAllowed(most * (1 + 1e-12) - 1e-12, 50, luck), false);
  }
});
