// Where leave can lie, against looking at every week of the year.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { termOfWeek } from "../rules/calendar.ts";
import { leaveOptions } from "../rules/leave_options.ts";
import { placementsOf } from "./placements.ts";

/** Every way to take five weeks: one block, or two and three at least thirteen weeks apart, each within a term. */
function everyWay(termWeeks: readonly number[]): string[] {
  const year = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const isWithin = (start: number, weeks: number) =>
    start + weeks <= year &&
    termOfWeek(termWeeks, start) === termOfWeek(termWeeks, start + weeks - 1);
  const found: string[] = [];
  for (let a = 0; a < year; a++) {
    if (isWithin(a, 5)) found.push(`${a}+5`);
    for (const [first, second] of [[2, 3], [3, 2]]) {
      if (!isWithin(a, first)) continue;
      for (let b = a + first + 13; b < year; b++) {
        if (isWithin(b, second)) found.push(`${a}+${first} ${b}+${second}`);
      }
    }
  }
  return found.sort();
}

Deno.test("placementsOf() has every week at which leave can lie, each once, with its weeks in the first half", () => {
  const random = new Random(5);
  let split = 0;
  for (let round = 0; round < 40; round++) {
    const termWeeks = Array.from({ length: 2 + random.below(5) }, () => 2 + random.below(13));
    const placed = placementsOf(termWeeks, leaveOptions(termWeeks)).flatMap((o) => o.placements);
    const names = placed.map(({ blocks }) =>
      blocks.map(({ startWeek, weeks }) => `${startWeek}+${weeks}`).join(" ")
    );
    // Two parts in one term are no option: a line takes leave once a term.
    const wanted = everyWay(termWeeks).filter((name) => {
      const terms = name.split(" ").map((part) => termOfWeek(termWeeks, Number.parseInt(part)));
      return new Set(terms).size === terms.length;
    });
    assert.deepEqual(names.sort(), wanted);
    const half = termWeeks.reduce((sum, weeks) => sum + weeks, 0) / 2;
    for (const { blocks, early } of placed) {
      let n = 0;
      for (const { startWeek, weeks } of blocks) {
        for (let w = startWeek; w < startWeek + weeks; w++) n += Math.min(1, Math.max(0, half - w));
      }
      assert.equal(early, n);
      if (blocks.length > 1) split++;
    }
  }
  assert.ok(split > 100, `${split}`);
});
