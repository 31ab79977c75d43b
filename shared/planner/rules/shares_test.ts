// Shares of the year, and numbers in words.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { countOfTerms, percent, shareWeeks, termNames } from "./shares.ts";

Deno.test("shareWeeks() allows what a share is of the weeks, and a term whose percentage rounds to it", () => {
  const random = new Random(3);
  for (let round = 0; round < 300; round++) {
    const termWeeks = Array.from({ length: 1 + random.below(6) }, () => 4 + random.below(12));
    const total = termWeeks.reduce((sum, weeks) => sum + weeks, 0), share = random.below(101) / 100;
    const allowed = shareWeeks(share, termWeeks);
    assert.ok(allowed >= Math.floor(share * total + 1e-9));
    const rounded = termWeeks.filter((weeks) =>
      Math.round(100 * weeks / total) <= Math.round(100 * share)
    );
    assert.equal(allowed, Math.max(Math.floor(share * total + 1e-9), ...rounded));
  }
  assert.equal(shareWeeks(0.25, [13, 13, 13, 12]), 13);
  assert.equal(shareWeeks(0.2, [13, 13, 13, 13]), 10);
});

Deno.test("numbers in words", () => {
  assert.deepEqual([0.2, 0.235, 1].map(percent), ["20%", "23.5%", "100%"]);
  assert.deepEqual([[1], [0, 3], [0, 2, 3]].map(termNames), [
    "term 2",
    "terms 1 and 4",
    "terms 1, 3 and 4",
  ]);
  assert.deepEqual([0, 1, 2].map((n) => countOfTerms(n, "rural")), [
    "no rural term",
    "1 rural term",
    "2 rural terms",
  ]);
});
