// Lines that others make needless: as many lines can be built without them, with what is forced and the weeks of leave.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { mostLines } from "./count_lp.ts";
import { scarceLines } from "./scarce.ts";

Deno.test("as many lines can be built of the scarce ones as of all", () => {
  const random = new Random(1511);
  let rounds = 0, all = 0, kept = 0;
  for (let round = 0; round < 200; round++) {
    const lines = 2 + random.below(3), terms = 2 + random.below(2);
    const problem = randomProblem(() => random.next(), {
      lines,
      terms,
      positions: 4 + random.below(2),
      postsUpTo: 1 + random.below(5),
      cells: true,
      pathways: random.next() < 0.3,
    });
    if (round % 2 === 1) {
      const capacity_weeks = problem.termWeeks.map(() => random.below(12));
      problem.constraints.push({ name: "ANNUAL_LEAVE", value: { capacity_weeks } });
    }
    const tables = buildTables(problem, resolveRules(problem.constraints));
    if (tables.structureFault || tables.forced.some((n, s) => n > tables.cap[s])) continue;
    const listed = pricingFor(tables).list(new Float64Array(tables.cap.length), -1e9, 1_500);
    if (!listed.complete || listed.lines.length === 0) continue;
    const scarce = scarceLines(tables, listed.lines, Infinity)!;
    const whole = mostLines(tables, listed.lines, 50_000);
    if (!whole.proven) continue;
    const part = mostLines(tables, scarce, 50_000);
    assert.deepEqual([part.found, part.proven], [whole.found, true], `round ${round}`);
    const few = scarce.length / tables.terms;
    assert.deepEqual(scarceLines(tables, listed.lines, few), scarce);
    if (few > 0) assert.equal(scarceLines(tables, listed.lines, few - 1), null);
    rounds++;
    all += listed.lines.length;
    kept += scarce.length;
  }
  assert.ok(rounds > 60 && kept < 0.7 * all, `${rounds} rounds, ${kept} of ${all}`);
});

Deno.test("a line through posts that suffice for all makes those through scarce ones needless", () => {
  const positions = ["a", "b", "c"].map((id) => position(id));
  const problem = problemOf(positions, { termWeeks: [26, 26], lines: 2, postsEach: 2 });
  problem.posts[0] = [2, 1, 1];
  const tables = buildTables(problem, resolveRules([]));
  const lines = Int32Array.of(1, 0, 0, 1, 2, 1, 0, 2);
  assert.deepEqual([...scarceLines(tables, lines, 4)!], [0, 1]);
  tables.forced[1] = 1;
  assert.deepEqual(
    [...scarceLines(tables, lines, 4)!],
    [0, 1, 1, 0],
    "what is forced is never needless",
  );
});
