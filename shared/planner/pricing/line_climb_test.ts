// Climbs stay legal, never lose, and end where no step of theirs is worth anything.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { PlannerTables } from "../model/tables.ts";
import { byClass, drawPriced, valueAt } from "../testing/priced.ts";
import { type ClassPrices, LineClimb } from "./line_climb.ts";

function dayOf(tables: PlannerTables, prices: Float64Array): ClassPrices {
  const { terms: T, classes: C, members, cap } = tables, { v, vAt } = byClass(tables, prices);
  const open = Array.from(
    { length: T },
    (_, t) => Int32Array.from(members.keys().filter((c) => v[t * C + c] > -Infinity)),
  );
  return { open, v, vAt, prices, cap };
}

Deno.test("climb() leads from a legal line to a legal one that is worth no less, often to the best", () => {
  const random = new Random(71);
  let better = 0, best = 0, climbed = 0;
  for (let round = 0; round < 60; round++) {
    const shape = { lines: 3, terms: 2 + random.below(4), positions: 6, postsUpTo: 3 };
    const { tables, prices, lines } = drawPriced(random, shape);
    if (lines.length === 0) continue;
    const climb = new LineClimb(tables);
    climb.setPrices(dayOf(tables, prices));
    const names = new Set(lines.map(({ line }) => line.join()));
    const start = lines[random.below(lines.length)];
    const line = start.line.slice(), value = climb.climb(line);
    assert.ok(names.has(line.join()) && climb.isLegal(line) && climb.isOpen(line));
    assert.equal(value, valueAt(tables, prices, line));
    assert.ok(value >= start.value);
    // What was promised for a step is what it was worth: a second climb finds none.
    assert.equal(climb.climb(line.slice()), value);
    climbed++;
    if (value > start.value) better++;
    if (value === lines[0].value) best++;
    const kicked = line.slice();
    assert.equal(climb.kick(kicked, random), names.has(kicked.join()));
  }
  assert.ok(climbed > 30 && better > 15 && best > 8, `${better}, ${best} of ${climbed}`);
});
