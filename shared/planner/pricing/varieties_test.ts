// Different groups of a line under construction, against the set of them.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { VarietyCount } from "./varieties.ts";

Deno.test("a class is allowed just where the line's groups can still become as many as they must", () => {
  const random = new Random(31);
  let allowed = 0, refused = 0;
  for (let round = 0; round < 200; round++) {
    const groups = 1 + random.below(4), classes = 2 + random.below(5);
    const groupOf = Int32Array.from({ length: classes }, () => random.below(groups + 1) - 1);
    const least = random.below(3), most = Math.max(1, least + random.below(2));
    const count = new VarietyCount({ groupOf, groups, least, most });
    const line: number[] = [];
    // Put and taken at random, as a search goes down and up its tree.
    for (let step = 0; step < 30; step++) {
      if (line.length > 0 && random.below(3) === 0) {
        count.use(line.pop()!, -1);
        continue;
      }
      const c = random.below(classes), open = random.below(4);
      const held = new Set([...line, c].map((each) => groupOf[each]).filter((group) => group >= 0));
      const may = held.size <= most && held.size + open >= least;
      assert.equal(count.allows(c, open), may, `round ${round}`);
      may ? allowed++ : refused++;
      count.use(c, 1);
      line.push(c);
    }
  }
  assert.ok(allowed > 500 && refused > 500, `${allowed} ${refused}`);
});
