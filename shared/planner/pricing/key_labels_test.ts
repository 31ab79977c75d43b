// The best line of a set of keys, against every legal line that holds it.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";
import { KeyHalves } from "./key_halves.ts";
import { KeyLabels } from "./key_labels.ts";

Deno.test("the best line of a set is the best legal one, whatever the multipliers", () => {
  const random = new Random(404);
  let equal = 0, compared = 0;
  for (const { tables, at, key, limits, walks, sequences, held } of drawKeyed(random, 30)) {
    const hasOf = (keys: readonly number[]) =>
      Uint8Array.from(key, (k) => keys.includes(k) ? 1 : 0);
    const all = [
      ...limits.groups.map(({ keys, most }) => ({ has: hasOf(keys), most })),
      ...Array.from(limits.keyMost, (most, k) => ({ has: hasOf([k]), most })),
      ...limits.has.map((has, l) => ({ has, most: limits.most[l] })),
    ];
    const labels = new KeyLabels(tables, at, key, walks, sequences, all);
    const halves = KeyHalves.of(tables, limits)!;
    for (const mask of new Set(held.map((own) => own.mask))) {
      const own = held.filter((line) => line.mask === mask), best = own[0].value;
      const cost = Float64Array.from(key, () => random.below(60) - 30), pairs = halves.pairs(mask);
      const worth = pairs + Array.from(cost).sort((a, b) => b - a)
        .slice(0, tables.terms).reduce((sum, x) => sum + x, 0);
      const found = labels.best({ mask, pairs, cost, worth }, best - 1)!;
      assert.ok(found.value >= best - 1e-6, `${found.value} of ${best}`);
      if (found.value <= best + 1e-6) equal++;
      compared++;
      const none = labels.best({ mask, pairs, cost, worth }, found.value + 0.5)!;
      assert.deepEqual(none, { value: -Infinity, line: null });
    }
  }
  assert.ok(equal > 0.9 * compared, `${equal} of ${compared}`);
});
