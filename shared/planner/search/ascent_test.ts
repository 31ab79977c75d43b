// The bound on whole plans, against brute force.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { resolveRules } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { Ascent } from "./ascent.ts";

function drawn(random: Random, round: number, apart?: number) {
  const problem = randomProblem(() => random.next(), {
    lines: 1 + random.below(3),
    terms: 2 + random.below(2),
    positions: 5,
    postsUpTo: 2,
    allowPartial: round % 2 === 0,
    pathways: round % 3 === 0,
    cells: round % 5 === 0,
  });
  const { best } = bruteForce(problem);
  if (best === null) return null;
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const ascent = Ascent.of(tables, apart);
  return ascent === null ? null : { best, tables, ascent };
}

Deno.test("no plan is worth more than the bound, wherever the ascent begins and whatever it aims at", () => {
  const random = new Random(81);
  let compared = 0, near = 0;
  for (let round = 0; round < 100; round++) {
    // Every second time the lines of all groups are bounded as one.
    const found = drawn(random, round, round % 2 === 0 ? 0 : undefined);
    if (found === null) continue;
    const { best, tables, ascent } = found;
    let least = Infinity;
    for (const target of [best.objective, best.objective - 1e4, best.objective + 1e4]) {
      ascent.prices = Float64Array.from(tables.cap, () => random.below(300) - 200);
      for (let work = 0, isOver = false; work < 15_000 && !isOver;) {
        const unit = ascent.climb(target, 3_000), { bound } = unit;
        assert.ok(bound >= best.objective - 1e-6, `round ${round}: ${bound} of ${best.objective}`);
        least = Math.min(least, bound);
        work += unit.work;
        isOver = ascent.isOver;
      }
    }
    if (least <= best.objective + 100) near++;
    compared++;
  }
  assert.ok(compared > 25 && near > compared / 3, `${near} of ${compared}`);
});

Deno.test("an ascent goes on from what it saved as if it had not stopped", () => {
  const random = new Random(82);
  let compared = 0, proven = 0;
  for (let round = 0; round < 60 && compared < 8; round++) {
    const found = drawn(random, round);
    if (found === null) continue;
    const { ascent, tables, best } = found;
    for (let unit = 0; unit < 12 && !ascent.isOver; unit++) {
      ascent.climb(best.objective, 1_000);
      const other = Ascent.of(tables)!;
      other.load(JSON.parse(JSON.stringify(ascent.save())));
      assert.deepEqual(other.save(), ascent.save());
      const [a, b] = [ascent, other].map((own) => own.climb(best.objective, 1_000));
      assert.deepEqual(a, b);
      assert.deepEqual(other.save(), ascent.save());
      if (ascent.save().proven !== null) proven++;
    }
    compared++;
  }
  assert.equal(compared, 8);
  assert.ok(proven > 8, "some stop within a proof");
});
