// Rounding the LP's point to a whole plan.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { pairPlaces } from "../model/pairs.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { assertWithinPosts, relaxed } from "../testing/relaxed.ts";
import { LinePool } from "./master.ts";
import { roundSolution } from "./rounding.ts";

Deno.test("roundSolution() places the whole parts of the LP and fills every line", () => {
  const { tables, master, pool, basis } = relaxed();
  const { session, firstLine } = master.open(
    pool,
    basis,
    new Int32Array(pool.count),
    Int32Array.from({ length: pool.count }, (_, j) => j),
  );
  const weight = session.solve({ presolve: false }).x.subarray(firstLine);
  session.close();
  const plan = roundSolution(tables, pool, weight, 20, new Random(2));
  assertWithinPosts(tables, plan);
  const names = Array.from({ length: 20 }, (_, i) => plan.subarray(i * 5, i * 5 + 5).join());
  for (let j = 0; j < pool.count; j++) {
    if (weight[j] < 1 - 1e-6) continue;
    assert.ok(names.includes(pool.cells.subarray(j * 5, j * 5 + 5).join()));
  }
});

Deno.test("roundSolution() fills a plan from nothing within the posts, a line with leave or a pathway included", () => {
  const random = new Random(7);
  let filled = 0, pairs = 0;
  for (let round = 0; round < 120; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 3,
      terms: 3,
      positions: 6,
      postsUpTo: 2,
      sixMonth: round % 3 === 0,
      pathways: round % 3 === 1,
    });
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const R = tables.positions;
    const posts = Array.from(
      { length: tables.terms },
      (_, t) => tables.cap.subarray(t * R, (t + 1) * R).reduce((sum, n) => sum + n, 0),
    );
    const lines = Math.min(3, ...posts);
    if (lines === 0) continue;
    const plan = roundSolution(tables, new LinePool(tables), new Float64Array(0), lines, random);
    assert.equal(plan.length, lines * tables.terms);
    assertWithinPosts(tables, plan);
    filled++;
    if (tables.hasPairs && pairPlaces(tables).length > 0) pairs++;
  }
  assert.ok(filled > 60 && pairs > 10, `${filled} ${pairs}`);
});
