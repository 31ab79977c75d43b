// One other position in a legal line, against the count of all of a line's faults.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import { LineRules } from "./line_rules.ts";
import { LineScorer } from "./line_values.ts";
import type { PlannerTables } from "./tables.ts";

/** Problems with two of their legal lines, that need not go together. */
function* drawn(): Generator<{ tables: PlannerTables; cells: Int32Array }> {
  const random = new Random(31);
  for (let round = 0; round < 400; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 2,
      terms: 2 + random.below(3),
      positions: 6,
      postsUpTo: 3,
      sixMonth: round % 3 === 0,
    });
    const legal = legalLines(problem);
    if (legal.length === 0) continue;
    const tables = buildTables(problem, resolveRules(problem.constraints));
    if (tables.terms !== tables.year) continue;
    const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
    const two = [legal[random.below(legal.length)], legal[random.below(legal.length)]].flat();
    yield { tables, cells: Int32Array.from(two, (id) => index.get(id)!) };
  }
}

Deno.test("allows() is whether the line has no faults then, also after lines changed", () => {
  const random = new Random(32);
  let allowed = 0, refused = 0;
  for (const { tables, cells } of drawn()) {
    const { terms: T, positions: R } = tables, scorer = new LineScorer(tables);
    // Who asks looks at repeats first.
    const single = { ...tables, distinct: false };
    const rules = LineRules.of(tables, cells), whole = new LineScorer(single);
    if (rules === null) continue;
    for (let n = 0; n < 40; n++) {
      const i = random.below(2), t = random.below(T), r = random.below(R), old = cells[i * T + t];
      const isAllowed: boolean = rules.allows(i, t, r);
      cells[i * T + t] = r;
      assert.equal(isAllowed, whole.faults(cells, i * T) === 0, `${cells} ${t} ${old}`);
      if (scorer.faults(cells, i * T) > 0) cells[i * T + t] = old;
      else if (n % 2 === 0) rules.put(i, t, old, r);
      else rules.count(i);
      if (isAllowed) allowed++;
      else refused++;
    }
  }
  assert.ok(allowed > 500 && refused > 500, `${allowed} ${refused}`);
});

Deno.test("exchange() is whether the line has no faults with two of its positions exchanged, and counts it then", () => {
  const random = new Random(33);
  let allowed = 0, refused = 0;
  for (const { tables, cells } of drawn()) {
    // Some terms weigh more than others.
    const limitWeight = tables.limitWeight.map((w, at) => w * (1 + at % tables.terms % 3));
    const own = { ...tables, limitWeight, distinct: false }, { terms: T } = tables;
    const scorer = new LineScorer(own), isLegal = (i: number) => scorer.faults(cells, i * T) === 0;
    const rules = isLegal(0) && isLegal(1) ? LineRules.of(own, cells) : null;
    if (rules === null) continue;
    for (let n = 0; n < 40; n++) {
      const i = random.below(2), u = random.below(T), t = random.below(T);
      if (u === t) continue;
      const a = cells[i * T + u], b = cells[i * T + t];
      const isAllowed: boolean = rules.exchange(i, u, t, a, b);
      [cells[i * T + u], cells[i * T + t]] = [b, a];
      assert.equal(isAllowed, isLegal(i), `${cells} ${u} ${t}`);
      if (!isAllowed) [cells[i * T + u], cells[i * T + t]] = [a, b];
      if (isAllowed) allowed++;
      else refused++;
      const r = random.below(tables.positions);
      const old = cells[i * T + t], isWith: boolean = rules.allows(i, t, r);
      cells[i * T + t] = r;
      assert.equal(isWith, isLegal(i), `${cells} ${t} ${old}`);
      cells[i * T + t] = old;
    }
  }
  assert.ok(allowed > 300 && refused > 100, `${allowed} ${refused}`);
});

Deno.test("of() is null where positions alone do not tell", () => {
  let looked = 0;
  for (const { tables, cells } of drawn()) {
    if (LineRules.of(tables, cells) === null) continue;
    const variety = { groupOf: new Int32Array(tables.classes), groups: 1, most: 1, least: 0 };
    assert.equal(LineRules.of({ ...tables, varieties: [variety] }, cells), null);
    assert.equal(LineRules.of({ ...tables, hasPairs: true }, cells), null);
    if (tables.limits > 1 && tables.limitMax[0] !== tables.limitMax[1]) {
      const limitUse = tables.limitUse.slice();
      limitUse[0] = limitUse[1] = 1;
      assert.equal(LineRules.of({ ...tables, limitUse }, cells), null);
      looked++;
    }
  }
  assert.ok(looked > 20, `${looked}`);
});
