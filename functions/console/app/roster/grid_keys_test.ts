// Arrow keys in the grid: cells of different lines need not begin in the same week.

import assert from "node:assert/strict";
import { isStop, moveFocus, type Stop } from "./grid_keys.ts";
import { buildRoster, dayAfter } from "./roster.ts";
import { line, PLACES, position, STARTS_ON, TERM_WEEKS } from "./testing.ts";

const p = position("P");
const odd = line("B", [p, p]);
odd.rotations[0].ends_on = dayAfter(STARTS_ON, 7 * 13 - 1);
odd.rotations[1].starts_on = dayAfter(STARTS_ON, 7 * 13);
const { rows } = buildRoster({
  startsOn: STARTS_ON,
  termWeeks: TERM_WEEKS,
  places: PLACES,
  lines: [line("A", [p, p, p]), odd, ...Array.from({ length: 20 }, (_, i) => line(`C${i}`, [p]))],
});

/** Where keys lead, one after the other. */
function walk(from: Stop, ...keys: string[]): [string, Stop["column"]] {
  const at = keys.reduce((stop, key) => {
    const control = key.startsWith("Ctrl+");
    return moveFocus(rows, stop, key.replace("Ctrl+", ""), control) ?? stop;
  }, from);
  return [at.line, at.column];
}

const start: Stop = { line: "A", column: "pin" };

Deno.test("left and right pass pin, name, affinity and the cells, and stop at the ends", () => {
  assert.deepEqual(walk(start, "ArrowRight"), ["A", "name"]);
  assert.deepEqual(walk(start, ..."RRR".split("").map(() => "ArrowRight")), ["A", 0]);
  assert.deepEqual(walk({ line: "A", column: 0 }, "ArrowRight", "ArrowRight", "ArrowRight"), [
    "A",
    20,
  ]);
  assert.deepEqual(walk({ line: "A", column: 0 }, "ArrowLeft"), ["A", "affinity"]);
  assert.deepEqual(walk(start, "ArrowLeft"), ["A", "pin"]);
});

Deno.test("up and down keep the week, whatever cell covers it", () => {
  const down = walk({ line: "A", column: 10 }, "ArrowDown");
  assert.deepEqual(down, ["B", 10]);
  assert.equal(isStop(rows[1], { line: "B", column: 10 }, 0), true, "the cell of weeks 1 to 13");
  assert.deepEqual(walk({ line: "B", column: 10 }, "ArrowRight"), ["B", 13]);
  assert.deepEqual(walk({ line: "B", column: 10 }, "ArrowDown", "ArrowUp", "ArrowUp"), ["A", 10]);
});

Deno.test("pages, Home and End, with and without Ctrl", () => {
  assert.deepEqual(walk(start, "PageDown"), ["C8", "pin"]);
  assert.deepEqual(walk(start, "PageDown", "PageDown", "PageDown"), ["C19", "pin"]);
  assert.deepEqual(walk(start, "PageDown", "PageUp", "PageUp"), ["A", "pin"]);
  assert.deepEqual(walk(start, "End"), ["A", 20]);
  assert.deepEqual(walk({ line: "C0", column: 10 }, "Ctrl+Home"), ["A", "pin"]);
  assert.deepEqual(walk({ line: "C0", column: 10 }, "Home"), ["C0", "pin"]);
  assert.equal(walk(start, "Ctrl+End")[0], "C19");
});

Deno.test("other keys move nothing, and a line that is gone counts as the first", () => {
  assert.equal(moveFocus(rows, start, "x", false), null);
  assert.equal(moveFocus([], start, "ArrowDown", false), null);
  assert.deepEqual(moveFocus(rows, { line: "gone", column: "name" }, "ArrowDown", false), {
    line: "B",
    column: "name",
  });
});
