// The roster's table on terminals of several widths.

import assert from "node:assert/strict";
import { createPaint, unpainted } from "./paint.ts";
import { drawLegend, drawRoster } from "./roster.ts";
import { jobLines, TERM_WEEKS } from "./testing.ts";
import { widthOf } from "./text.ts";

const plain = createPaint("none");

Deno.test("drawRoster() shows every line, term and position where there is room", () => {
  const rows = drawRoster(jobLines(2), TERM_WEEKS, { width: Infinity, paint: plain });
  assert.equal(rows.length, 3 + 2);
  assert.match(rows[0], /^Line {5}Term 1 .* Term 5 .*affinity$/);
  assert.match(rows[1], /^ +weeks 1–10 .* weeks 41–52$/);
  assert.match(rows[2], /^ +11 Jan – 21 Mar .* 18 Oct – 9 Jan$/);
  assert.match(rows[3], /^Line 01 {2}Emergency Short Stay WP .* Medical Nights WP .* 100$/);
  assert.match(rows[4], /^Line 02 {2}General Medicine 1 WP .* 99$/);
});

for (const width of [60, 80, 100, 120, 200]) {
  Deno.test(`drawRoster() fits ${width} columns, its columns in line`, () => {
    for (const depth of ["none", "256", "24bit"] as const) {
      const rows = drawRoster(jobLines(12), TERM_WEEKS, { width, paint: createPaint(depth) });
      const widths = rows.map((row) => widthOf(unpainted(row).trimEnd()));
      assert(Math.max(...widths) <= width, `${Math.max(...widths)} columns`);
      const starts = rows.slice(0, 2).map((row) =>
        unpainted(row).search(/Term 1|T1|weeks|wk|1–10/)
      );
      assert.equal(starts[0], starts[1]);
    }
  });
}

Deno.test("drawRoster() leaves the affinity out before it takes names apart", () => {
  const rows = drawRoster(jobLines(3), TERM_WEEKS, { width: 80, paint: plain });
  assert.doesNotMatch(rows[0], /affinity/);
  assert.match(rows[4], /^Line 02 +Gen Med 1 WP /);
});

Deno.test("drawRoster() says the same of every term, in as few words as it takes", () => {
  const header = (width: number) =>
    drawRoster(jobLines(1), TERM_WEEKS, { width, paint: plain }).slice(0, -1).map((row) =>
      row.trim()
    );
  assert.match(header(80)[2], /^from 11 Jan +from 22 Mar +from 31 May +from 9 Aug +from 18 Oct$/);
  assert.match(header(40)[0], /T1 +T2 +T3/);
});

Deno.test("drawRoster() puts each cell on its position's colour", () => {
  const paint = createPaint("24bit");
  const [row] = drawRoster(jobLines(1), TERM_WEEKS, { width: 120, paint }).slice(3);
  assert.match(row, /48;2;214;40;57m Emer/);
  assert.match(row, /48;2;52;58;64m Medical Nights/);
});

Deno.test("drawRoster() marks locked lines and says what the mark means", () => {
  const lines = jobLines(2);
  lines[1].is_locked = true;
  const rows = drawRoster(lines, TERM_WEEKS, { width: 120, paint: plain });
  assert.match(rows.at(-2)!, /^Line 02\*/);
  assert.equal(rows.at(-1), "* locked: kept as it was");
});

Deno.test("drawRoster() leaves a term without a rotation blank", () => {
  const lines = jobLines(2);
  lines[0].rotations = [];
  const rows = drawRoster(lines, TERM_WEEKS, { width: 120, paint: plain });
  assert.match(rows[3], /^Line 01 +100$/);
});

Deno.test("drawLegend() counts rotations by specialty, the most frequent first", () => {
  const rows = drawLegend(jobLines(4), { width: 60, paint: plain });
  const text = rows.join("   ");
  assert.match(text, /^Emergency 4 {3}General Medicine 4/);
  assert.equal([...text.matchAll(/ \d+/g)].reduce((sum, [n]) => sum + Number(n), 0), 20);
  assert(rows.every((row) => row.length <= 60));
});
