// The lines of one choice alone: what is legal in its tables is what is legal with that choice in the whole ones.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomOrder, randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import { groupTables } from "./groups.ts";
import { LineScorer } from "./line_values.ts";
import type { PlannerTables } from "./tables.ts";

function isLegal(tables: PlannerTables, scorer: LineScorer, line: readonly number[]): boolean {
  return line.every((r, t) => tables.cap[t * tables.positions + r] > 0) &&
    scorer.faults(Int32Array.from(line), 0) === 0;
}

/** Every sequence of positions. */
function* sequences(positions: number, terms: number): Generator<number[]> {
  if (terms === 0) return yield [];
  for (const rest of sequences(positions, terms - 1)) {
    for (let r = 0; r < positions; r++) yield [...rest, r];
  }
}

Deno.test("groupTables() allows just the lines that are legal with the choice, and values them alike", () => {
  const random = new Random(19);
  let legal = 0, choices = 0;
  for (let round = 0; round < 80; round++) {
    const shape = {
      lines: 2 + random.below(2),
      terms: 2 + random.below(2),
      positions: 4,
      postsUpTo: 2,
    };
    const problem = randomProblem(() => random.next(), { ...shape, pathways: round % 2 === 0 });
    if (round % 3 === 0) {
      problem.constraints.push(...randomOrder(() => random.next(), problem.positions));
    }
    if (round % 2 === 1) {
      const capacity_weeks = problem.termWeeks.map(() => 5);
      problem.constraints.push({ name: "ANNUAL_LEAVE", value: { capacity_weeks } });
    }
    const tables = buildTables(problem, resolveRules(problem.constraints));
    const { terms: T, positions: R, year } = tables;
    if (T !== year + 1) continue;
    const whole = new LineScorer(tables);
    const last = tables.groups.length > 0 ? tables.groups : tables.leave!.options;
    for (const group of last.filter((r) => tables.cap[year * R + r] > 0)) {
      const alone = groupTables(tables, group), scorer = new LineScorer(alone);
      assert.deepEqual([alone.terms, alone.groups, alone.leave], [year, [], null]);
      choices++;
      for (const line of sequences(problem.positions.length, year)) {
        const isWhole = isLegal(tables, whole, [...line, group]);
        assert.equal(isLegal(alone, scorer, line), isWhole, `round ${round}: ${line} of ${group}`);
        if (!isWhole) continue;
        legal++;
        const cells = Int32Array.from([...line, group]);
        assert.equal(scorer.value(cells, 0), whole.value(cells, 0));
      }
    }
  }
  assert.ok(choices > 80 && legal > 200, `${choices} ${legal}`);
});
