// Tilts: the same wherever a line stands, none of few terms, and no sums that an exchange leaves as they are.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { randomProblem } from "../testing/problems.ts";
import { tiltsOf } from "./tilts.ts";

/** Tables of a year of so many terms. */
function tablesOf(terms: number) {
  const random = new Random(7);
  const problem = randomProblem(() => random.next(), {
    lines: 4,
    terms,
    positions: 14,
    postsUpTo: 2,
  });
  return buildTables(problem, resolveRules(problem.constraints));
}

Deno.test("a line is worth as much less wherever it stands, and none is below ten terms", () => {
  for (const terms of [9, 10]) {
    const tables = tablesOf(terms), random = new Random(8), lines = 50;
    const cells = Int32Array.from({ length: lines * terms }, () => random.below(14));
    const all = tiltsOf(tables, cells, Int32Array.from({ length: lines }, (_, j) => j));
    assert.equal(all.some((tilt) => tilt > 0), terms === 10);
    assert.ok(all.every((tilt) => tilt >= 0 && tilt < 1));
    const last = cells.slice((lines - 1) * terms);
    assert.equal(tiltsOf(tables, last, Int32Array.of(0))[0], all[lines - 1]);
    assert.deepEqual([...tiltsOf(tables, cells, Int32Array.of(3, 40))], [all[3], all[40]]);
  }
});

Deno.test("two lines that exchange what they hold from a term on are worth another sum, and tilts are spread evenly", () => {
  const terms = 10, tables = tablesOf(terms), random = new Random(9);
  let sum = 0;
  for (let n = 0; n < 300; n++) {
    const [a, b] = [0, 1].map(() => Array.from({ length: terms }, () => random.below(14)));
    const from = 1 + random.below(terms - 1);
    [a[0], b[0]] = [0, 1];
    [a[terms - 1], b[terms - 1]] = [2, 3];
    const lines = [a, b, [...a.slice(0, from), ...b.slice(from)], [
      ...b.slice(0, from),
      ...a.slice(from),
    ]];
    const tilts = tiltsOf(tables, Int32Array.from(lines.flat()), Int32Array.of(0, 1, 2, 3));
    assert.ok(Math.abs(tilts[0] + tilts[1] - tilts[2] - tilts[3]) % 1 > 1e-6, `${lines}`);
    sum += tilts[0];
  }
  assert.ok(Math.abs(sum / 300 - 0.5) < 0.1, `${sum}`);
});
