// Merged positions: plans split into ones of equal value that break nothing, and what a line may hold
// twice stays apart.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer, planValue } from "./line_values.ts";
import { mergeTables, splitPlan } from "./merge.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import { randomFill } from "../moves/random_fill.ts";
import type { ConstraintEntry } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "./build.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { sample60 } from "../testing/samples.ts";

Deno.test("a plan over merged positions splits into one of equal value and faults", () => {
  const random = new Random(7);
  let merged = 0;
  for (let round = 0; round < 200; round++) {
    const problem = round === 0 ? sample60() : randomProblem(() => random.next(), {
      lines: 1 + random.below(5),
      terms: 1 + random.below(4),
      positions: 3 + random.below(8),
      postsUpTo: 1 + random.below(3),
      cells: round % 2 === 0,
      pathways: round % 3 === 0,
    });
    const full = buildTables(problem, resolveRules(problem.constraints));
    const found = mergeTables(full), { tables } = found;
    if (tables.positions < full.positions) merged++;
    const posts = Array.from(
      { length: tables.terms },
      (_, t) =>
        tables.cap.subarray(t * tables.positions, (t + 1) * tables.positions)
          .reduce((sum, n) => sum + n, 0),
    );
    const lines = Math.min(problem.lines, ...posts);
    const cells = randomFill(tables, lines, random);
    const moves = new PlanMoves(tables, cells, random);
    for (let i = 0; i < 5; i++) moves.move(50);
    const split = splitPlan(found, cells);
    assert.equal(planValue(full, split, lines), planValue(tables, cells, lines));
    for (let at = 0; at < cells.length; at += full.terms) {
      const whole = new LineScorer(full), part = new LineScorer(tables);
      // Where a merged line breaks rules, it may hold one position twice or two of its class.
      const legal = part.faults(cells, at) === 0;
      if (legal) assert.equal(whole.faults(split, at), 0);
      assert.equal(whole.value(split, at), part.value(cells, at));
    }
  }
  assert.ok(merged > 50);
});

Deno.test("positions of a class that a line may hold together stay apart", () => {
  const same = { specialty: "Medicine" };
  const positions = [position("a", same), position("b", same), position("c")];
  const tables = (constraints: ConstraintEntry[]) => {
    const problem = problemOf(positions, { termWeeks: [26, 26], constraints });
    return mergeTables(buildTables(problem, resolveRules(problem.constraints))).tables.positions;
  };
  assert.equal(tables([]), 3);
  assert.equal(tables([{ name: "UNIQUE_POSITIONS", value: false }]), 2);
  assert.equal(tables([{ name: "MAX_SPECIALTY", value: 0.5 }]), 2);
});
