// Limits in weeks, against the sums of whole lines.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";
import { WeekLimits } from "./week_limits.ts";

Deno.test("legal lines keep to limits in weeks, and what is refused breaks one", () => {
  const random = new Random(405);
  let refused = 0;
  for (const { tables, at, held } of drawKeyed(random, 40)) {
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, classOf } = tables;
    const limits = new WeekLimits(tables, at), all = Array.from(at.keys());
    const follow = (elements: ArrayLike<number>) => {
      const own = limits.among(all);
      let weeks: readonly number[] | null = own.none;
      for (let t = 0; t < T && weeks !== null; t++) weeks = own.use(weeks, elements[t], t);
      return weeks !== null;
    };
    for (const { elements } of held) assert.ok(follow(elements));
    for (let n = 0; n < 50; n++) {
      const elements = Array.from({ length: T }, () => random.below(at.length));
      assert.equal(limits.among(all).broken(elements) === 0, follow(elements));
      if (follow(elements)) continue;
      refused++;
      const used = new Int32Array(tables.limits);
      elements.forEach((e, t) => {
        const c = classOf[at[e]];
        for (let i = limitStart[c]; i < limitStart[c + 1]; i++) {
          used[limitOf[i]] += limitWeight[limitOf[i] * T + t];
        }
      });
      assert.ok(used.some((weeks, l) => weeks > limitMax[l]));
    }
  }
  assert.ok(refused > 0);
});
