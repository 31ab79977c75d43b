// Limits as counts: every legal line keeps to them.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawPriced } from "../testing/priced.ts";
import { countedLimits } from "./counted_limits.ts";

Deno.test("every legal line keeps to the counts, and some line would not", () => {
  const random = new Random(70);
  let kept = 0, broken = 0;
  for (let round = 0; round < 40; round++) {
    const shape = { lines: 3, terms: 1 + random.below(4), positions: 5, postsUpTo: 3 };
    const { tables, lines } = drawPriced(random, shape);
    const limits = countedLimits(tables);
    const within = (line: ArrayLike<number>) =>
      limits.every(({ has, most }) =>
        Array.from(line).filter((r) => has[tables.classOf[r]] === 1).length <= most
      );
    for (const { line } of lines) assert.ok(within(line), `round ${round}`);
    kept += lines.length;
    for (let r = 0; r < tables.positions; r++) {
      if (!within(Array.from({ length: tables.terms }, () => r))) broken++;
    }
  }
  assert.ok(kept > 200 && broken > 50, `${kept}, ${broken}`);
});
