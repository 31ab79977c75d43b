// Exchanges keep every line legal and posts as they are, and better a plan.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { planValue } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { resolveRules } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { assertWithinPosts } from "../testing/relaxed.ts";
import { Exchanges } from "./exchange.ts";

/** Legal plans of drawn problems, with the best there is. */
function* plans(): Generator<{ tables: PlannerTables; cells: Int32Array; best: number }> {
  const random = new Random(91);
  for (let round = 0; round < 150; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2 + random.below(2),
      terms: 2 + random.below(2),
      positions: 5,
      postsUpTo: 3,
    });
    const { best } = bruteForce(problem);
    if (best === null) continue;
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
    const cells = Int32Array.from(best.lines.flat(), (id) => index.get(id)!);
    if (tables.terms === tables.year) yield { tables, cells, best: best.objective };
  }
}

Deno.test("whatever the heat, lines stay legal and posts last", () => {
  let looked = 0, moved = 0;
  for (const { tables, cells, best } of plans()) {
    const before = cells.slice();
    new Exchanges(tables, cells, new Random(looked)).run(400, 1e6);
    assert.ok(Exchanges.areLegal(tables, cells));
    assertWithinPosts(tables, cells);
    const N = cells.length / tables.terms;
    assert.ok(planValue(tables, cells, N) <= best + 1e-6);
    if (cells.some((r, i) => r !== before[i])) moved++;
    looked++;
  }
  assert.ok(looked > 30 && moved > looked / 2, `${moved} of ${looked}`);
});

Deno.test("without heat a plan never gets worse, and from anywhere it often gets best", () => {
  let looked = 0, found = 0;
  for (const { tables, cells, best } of plans()) {
    const random = new Random(looked), N = cells.length / tables.terms;
    const exchanges = new Exchanges(tables, cells, random);
    exchanges.run(200, 1e6);
    let value = planValue(tables, cells, N);
    for (let i = 0; i < 10; i++) {
      exchanges.run(100, 0);
      const next = planValue(tables, cells, N);
      assert.ok(next >= value - 1e-6, `${next} after ${value}`);
      value = next;
    }
    if (value >= best - 1e-6) found++;
    looked++;
  }
  assert.ok(found > looked / 3, `${found} of ${looked}`);
});

Deno.test("lines before the first one that may change stay as they are", () => {
  let moved = 0;
  for (const { tables, cells } of plans()) {
    const before = cells.slice(), T = tables.terms;
    for (const from of [1, cells.length / T]) {
      new Exchanges(tables, cells, new Random(moved), from).run(400, 1e6);
      assert.ok(Exchanges.areLegal(tables, cells));
      assertWithinPosts(tables, cells);
      assert.deepEqual(cells.subarray(0, T), before.subarray(0, T));
      if (from > 1) assert.deepEqual(cells, before);
      else before.set(cells);
      moved++;
    }
  }
  assert.ok(moved > 30);
});

Deno.test("two lines whose positions stand in another order exchange those of two terms at once", () => {
  // Either term alone would leave a line with one position twice, and no post is free.
  const ids = ["a", "b", "c"];
  const positions = ids.map((id) => position(id, { specialty: id.toUpperCase() }));
  const problem = problemOf(positions, { termWeeks: [8, 8, 8], lines: 2, postsEach: 0 });
  problem.posts = [[1, 1, 0], [1, 1, 0], [0, 0, 2]];
  problem.constraints = ["UNIQUE_POSITIONS"];
  problem.affinity.weights = [["A", "C", 50], ["B", "C", -50]];
  const tables = buildTables(problem, resolveRules(problem.constraints));
  assert.ok(tables.distinct);
  const cells = Int32Array.from([0, 1, 2, 1, 0, 2]), before = cells.slice();
  const random = new Random(1);
  const seen = new Set<string>();
  const exchanges = new Exchanges(tables, cells, random);
  for (let i = 0; i < 200; i++) {
    exchanges.run(1, 1e6);
    assert.ok(Exchanges.areLegal(tables, cells));
    seen.add(cells.join());
  }
  assert.deepEqual(seen, new Set([before.join(), "1,0,2,0,1,2"]));
});
