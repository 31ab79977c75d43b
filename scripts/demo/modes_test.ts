// Fill, replan and dry run in the demo: which posts go, and what changed, in words.

import assert from "node:assert/strict";
import type { PreviewLine } from "../../shared/client/mod.ts";
import { describeChanges, describePreview, postsToLose, previewedLines } from "./modes.ts";
import { createPaint } from "./paint.ts";
import { drawRoster } from "./roster.ts";
import { jobLines, TERM_WEEKS } from "./testing.ts";

const plain = { width: Infinity, paint: createPaint("none") };
const allocationRun = { id: "a", name: "PGY1", starts_on: "2027-01-11", term_weeks: TERM_WEEKS };

/** Lines with one rotation of the first line swapped for another position. */
function swapped(count: number) {
  const lines = jobLines(count);
  lines[0].rotations[2] = {
    ...lines[0].rotations[2],
    position: jobLines(9)[8].rotations[0].position,
  };
  return lines;
}

/** A preview of changed, kept, added and removed lines. */
function preview(): PreviewLine[] {
  const before = jobLines(3), after = swapped(4);
  const row = (
    line: typeof after[number],
    change: PreviewLine["change"],
    i: number,
  ): PreviewLine => ({
    id: change === "added" ? null : line.id,
    name: line.name,
    sortOrder: line.sort_order,
    affinity: line.affinity,
    pathway: null,
    leave: [],
    change,
    positions: line.rotations.map((r) => r.position),
    before: change === "changed" ? before[i].rotations.map((r) => r.position) : null,
  });
  return [
    row(after[0], "changed", 0),
    row(after[1], "kept", 1),
    row(after[3], "added", 3),
    row(after[2], "removed", 2),
  ];
}

Deno.test("postsToLose() takes rotations of different lines and terms, each once", () => {
  const lost = postsToLose(jobLines(20), 5);
  assert.equal(new Set(lost.map(({ term }) => term)).size, 5);
  assert.ok(lost.every(({ held }) => held >= 1));
  assert.deepEqual(postsToLose([], 5), []);
});

Deno.test("describeChanges() names each rotation that is another one, and counts the lines", () => {
  const rows = describeChanges(jobLines(3), swapped(4).slice(0, 2).concat(jobLines(4)[3]), plain);
  assert.equal(rows[0], "What changed: lines 1 kept, 1 changed, 1 added, 1 removed");
  assert.match(rows[1], /^ {2}Line 01, term 3: \S.* to \S.*$/);
  assert.equal(rows.length, 2);
});

Deno.test("describePreview() says the same of a dry run", () => {
  const rows = describePreview(preview(), plain);
  assert.equal(rows[0], "What changed: lines 1 kept, 1 changed, 1 added, 1 removed");
  assert.match(rows[1], /^ {2}Line 01, term 3: /);
});

Deno.test("a dry run is drawn as the roster that it would have made, with the dates of its terms", () => {
  const lines = previewedLines(preview(), allocationRun);
  assert.deepEqual(lines.map(({ name }) => name), ["Line 01", "Line 02", "Line 04"]);
  assert.deepEqual(
    lines[0].rotations.map(({ starts_on, ends_on }) => [starts_on, ends_on]),
    jobLines(1)[0].rotations.map(({ starts_on, ends_on }) => [starts_on, ends_on]),
  );
  assert.ok(drawRoster(lines, TERM_WEEKS, plain).length >= 4);
});
