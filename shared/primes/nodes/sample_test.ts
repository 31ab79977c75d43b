import assert from "node:assert/strict";
import { drawn } from "./sample.ts";

Deno.test("the same seed draws the same, another one others", () => {
  assert.deepEqual(drawn("a", 0.3, 100), drawn("a", 0.3, 100));
  assert.notDeepEqual(drawn("a", 0.3, 100), drawn("b", 0.3, 100));
});

Deno.test("all are drawn where the share is one, and about the share of many", () => {
  assert.deepEqual(drawn("a", 1, 3), [0, 1, 2]);
  assert.deepEqual(drawn("a", 0.1, 0), []);
  assert.ok(Math.abs(drawn("a", 0.1, 10_000).length - 1000) < 150);
});

Deno.test("k wrong ones are missed as often as the formula says, and not more often", () => {
  const seeds = 1_000;
  for (const [share, wrong] of [[0.25, 3], [0.1, 10], [0.05, 20]]) {
    // Wherever they are: in a row, as well as one here and one there.
    for (const places of [0, 1].map((row) => spread(wrong, row === 0 ? 1 : 2))) {
      let missed = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const sample = new Set(drawn(`${share} ${wrong} ${seed}`, share, 60));
        if (places.every((place) => !sample.has(place))) missed++;
      }
      const expected = (1 - share) ** wrong;
      // Five standard deviations of so many trials; the draw is of fixed seeds, so that this is no game of chance.
      const bound = 5 * Math.sqrt(expected * (1 - expected) / seeds);
      assert.ok(
        Math.abs(missed / seeds - expected) < bound,
        `${share} ${wrong}: ${missed / seeds}`,
      );
    }
  }
});

function spread(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, i) => 3 + i * step);
}
