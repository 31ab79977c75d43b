// A year of many terms whose every post is needed has a plan, however much is wished for: it was made from one.

import assert from "node:assert/strict";
import { draws } from "../../../engine/testing/draws.ts";
import { Random } from "../../../engine/random.ts";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { nextUnit } from "../units.ts";

const TERMS = 12, POSITIONS = 24, LINES = 48, SPARE = 6;

/** Positions of a line at random, one rural at most. */
function drawLine(random: Random, isRural: (r: number) => boolean): number[] {
  for (;;) {
    const order = Int32Array.from({ length: POSITIONS }, (_, r) => r);
    random.choose(order, TERMS);
    const line = Array.from(order.subarray(0, TERMS));
    // Of no subspecialty more than two, which are below a quarter of the year.
    const isMixed = line.every((r) => line.filter((q) => q % 8 === r % 8).length <= 2);
    if (isMixed && line.filter(isRural).length <= 1) return line;
  }
}

/** A problem of which no post can be left, and whose lines each need the one rural term that they may have. */
function needed(random: Random): PlannerProblem {
  const isRural = (r: number) => r % 4 === 0;
  const positions = Array.from(
    { length: POSITIONS },
    (_, r) => position(`p${r}`, { subspecialty: `s${r % 8}`, isRural: isRural(r) }),
  );
  const termWeeks = Array.from({ length: TERMS }, (_, t) => t % 3 === 2 ? 5 : 4);
  const posts = termWeeks.map(() => positions.map(() => 0));
  for (let n = 0; n < LINES; n++) {
    drawLine(random, isRural).forEach((r, t) => posts[t][r]++);
  }
  // Rural posts that no plan can use: what is wished for draws lines to them.
  const rural = Array.from(positions.keys()).filter(isRural);
  for (const own of posts) {
    for (let n = 0; n < SPARE; n++) own[rural[random.below(rural.length)]]++;
  }
  const weights = positions.flatMap((a, i) =>
    positions.slice(i).map((b): [string, string, number] => [
      a.subspecialty!,
      b.subspecialty!,
      random.below(201) - 100,
    ])
  );
  return problemOf(positions, {
    lines: LINES,
    termWeeks,
    posts,
    constraints: ["UNRESTRICTED", { name: "MAX_SUBSPECIALTY", value: 0.25 }],
    affinity: { profile: "test", version: 1, weights },
  });
}

Deno.test("of long years whose every post is needed each has a plan of all lines before its bound", () => {
  const random = new Random(1330);
  let again = 0;
  for (let round = 0; round < draws(6); round++) {
    const problem = needed(random), bounds = resolveRules(problem.constraints);
    const tables = buildTables(problem, bounds);
    const input = { problem, bounds, tables, merged: mergeTables(tables) };
    const search = new Search(input, firstState(1, LINES));
    let attempts = 0;
    while (search.state.phase !== "bound") {
      nextUnit(search)!.run(search);
      attempts = Math.max(attempts, search.state.attempt);
    }
    assert.equal(search.bestLines, LINES, `round ${round}`);
    if (attempts > 0) again++;
  }
  assert.ok(again > 0, "no construction missed a line");
});
