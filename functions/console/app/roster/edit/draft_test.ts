// Lines as a hand changes them: cells, swaps, copies, what is saved of it, and what meets somebody else's changes.

import assert from "node:assert/strict";
import type { Position } from "../../../../../shared/client/mod.ts";
import { termsOf } from "../roster.ts";
import { leave, line, position, STARTS_ON, TERM_WEEKS } from "../testing.ts";
import {
  addLine,
  applyChanges,
  changesOf,
  freeName,
  type Lines,
  positionAt,
  removeLine,
  setCell,
  setFields,
  setLeave,
  swapCells,
  swapRest,
  undoable,
} from "./draft.ts";

const terms = termsOf(STARTS_ON, TERM_WEEKS);
const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => position(id));
const base: Lines = [
  line("Line 01", [a, b, c], { leave: [leave(2, 2), leave(22, 3)] }),
  line("Line 02", [c, a, b], { leave: [leave(24, 5)] }),
];
const around = {
  terms,
  startsOn: STARTS_ON,
  positions: new Map<string, Position>([a, b, c, d].map((each) => [each.id, each])),
  allocationRun: "a1",
};
const cells = (lines: Lines, id: string) =>
  terms.map(({ term }) => positionAt(lines.find((each) => each.id === id)!, term)?.id ?? "-").join(
    "",
  );

Deno.test("a cell is changed, and nothing else; what it was comes with it", () => {
  const next = setCell(base, terms, { line: "Line 01", term: 2 }, d);
  assert.deepEqual([cells(next, "Line 01"), cells(next, "Line 02")], ["adc", "cab"]);
  assert.equal(next[1], base[1], "a line that stays is the same object");
  assert.deepEqual(changesOf(base, next), {
    edits: [{ jobLine: "Line 01", cells: [{ term: 2, position: "d", before: "b" }] }],
    ids: ["Line 01"],
    cells: 1,
  });
  assert.deepEqual(
    changesOf(base, setCell(next, terms, { line: "Line 01", term: 2 }, b)).edits,
    [],
  );
});

Deno.test("cells are swapped within a line and between two, the rest of the year with its leave", () => {
  const within = swapCells(base, terms, { line: "Line 01", term: 1 }, { line: "Line 01", term: 3 });
  assert.equal(cells(within, "Line 01"), "cba");
  const between = swapCells(base, terms, { line: "Line 01", term: 1 }, {
    line: "Line 02",
    term: 1,
  });
  assert.deepEqual([cells(between, "Line 01"), cells(between, "Line 02")], ["cbc", "aab"]);
  const rest = swapRest(base, terms, "Line 01", "Line 02", 2);
  assert.deepEqual([cells(rest, "Line 01"), cells(rest, "Line 02")], ["aab", "cbc"]);
  assert.deepEqual(rest.map((each) => each.leave), [[leave(2, 2), leave(24, 5)], [leave(22, 3)]]);
  assert.deepEqual(changesOf(base, rest).cells, 4);
});

Deno.test("lines are added, copied and archived, with names of their own", () => {
  assert.equal(freeName(base, "Line 02"), "Line 03");
  assert.equal(freeName([line("Spare", [])], "Spare"), "Spare 2");
  const copied = addLine(base, "new:1", "a1", "Line 01");
  assert.deepEqual(copied.map(({ name }) => name), ["Line 01", "Line 03", "Line 02"]);
  const [edit] = changesOf(base, copied).edits;
  assert.deepEqual([edit.name, edit.cells?.length, edit.leave?.length], ["Line 03", 3, 2]);
  assert.deepEqual(changesOf(base, removeLine(base, "Line 02")), {
    edits: [{ jobLine: "Line 02", archive: true }],
    ids: ["Line 02"],
    cells: 3,
  });
  assert.deepEqual(changesOf(base, removeLine(copied, "new:1")).edits, []);
});

Deno.test("leave and words about a line are saved with what they were", () => {
  const moved = setLeave(base, STARTS_ON, "Line 02", [{ start: 25, weeks: 5 }]);
  const [{ leave: now, leaveBefore }] = changesOf(base, moved).edits;
  assert.deepEqual([now, leaveBefore], [[{ startsOn: "2027-07-05", weeks: 5 }], [{
    startsOn: "2027-06-28",
    weeks: 5,
  }]]);
  const named = setFields(base, "Line 02", { name: "Second", notes: "Note", max_n_workers: 2 });
  assert.deepEqual(changesOf(base, named).edits, [{
    jobLine: "Line 02",
    name: "Second",
    maxNWorkers: 2,
    notes: "Note",
  }]);
});

Deno.test("changes go over to lines that somebody else changed, and say which cell was met", () => {
  let mine = setCell(base, terms, { line: "Line 01", term: 2 }, d);
  mine = addLine(mine, "new:1", "a1", "Line 02");
  mine = setFields(mine, "Line 02", { notes: "Mine" });
  const changes = changesOf(base, mine);
  const same = applyChanges(base, changes, around);
  assert.deepEqual([cells(same.lines, "Line 01"), cells(same.lines, "new:1"), same.met], [
    "adc",
    "cab",
    [],
  ]);
  assert.deepEqual(changesOf(base, same.lines).edits, changes.edits);
  const theirs = setCell(base, terms, { line: "Line 01", term: 2 }, c);
  const met = applyChanges(theirs, changes, around);
  assert.deepEqual(met.met, ["Line 01, term 2: somebody else put c JMO there."]);
  assert.equal(cells(met.lines, "Line 01"), "adc", "the own change stays, to be looked at");
  assert.equal(applyChanges(removeLine(base, "Line 01"), changes, around).met.length, 1);
});

Deno.test("which save is taken back next, and which is done again", () => {
  const entry = (id: string, undoes: string | null = null, reason = "edit") => ({
    id,
    reason,
    cells: 1,
    undoes,
    replaced_at: "2026-11-26T08:00:00Z",
  });
  const next = (...entries: ReturnType<typeof entry>[]) => {
    const { undo, redo } = undoable(entries.toReversed());
    return [undo?.id ?? null, redo?.id ?? null];
  };
  assert.deepEqual(next(), [null, null]);
  assert.deepEqual(next(entry("1"), entry("2")), ["2", null]);
  assert.deepEqual(next(entry("1"), entry("2"), entry("3", "2")), ["1", "3"]);
  assert.deepEqual(next(entry("1"), entry("2"), entry("3", "2"), entry("4", "1")), [null, "4"]);
  assert.deepEqual(next(entry("1"), entry("2"), entry("3", "2"), entry("4", "3")), ["4", null]);
  assert.deepEqual(
    next(entry("1"), entry("2", "1"), entry("3")),
    ["3", null],
    "a new edit ends redo",
  );
  assert.deepEqual(next(entry("1"), entry("r", null, "planner_run")), [null, null]);
  assert.deepEqual(next(entry("1"), entry("k", null, "kept")), ["1", null]);
});
