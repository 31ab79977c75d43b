// The roster as rows and cells: weeks, gaps, leave, words.

import assert from "node:assert/strict";
import {
  buildRoster,
  byDoctor,
  dayAfter,
  hasRoomForDates,
  hasRoomForWord,
  termsOf,
  weekNames,
} from "./roster.ts";
import type { LineDoctor } from "../../../../shared/client/mod.ts";
import { leave, line, PLACES, position, STARTS_ON, TERM_WEEKS } from "./testing.ts";

const cardiology = position("Cardiology", {
  subspecialty: "Cardiology",
  experience_categories: ["B", "C"],
});
const surgery = position("Surgery", { specialty: "Surgery", team: "t2", is_rural: true });
const nights = position("Nights", { specialty: "Relief", is_nights_relief: true });

function build(lines: ReturnType<typeof line>[]) {
  return buildRoster({ startsOn: STARTS_ON, termWeeks: TERM_WEEKS, lines, places: PLACES });
}

Deno.test("termsOf() dates the terms, Monday to Sunday", () => {
  assert.deepEqual(termsOf(STARTS_ON, TERM_WEEKS).map((t) => [t.start, t.startsOn, t.endsOn]), [
    [0, "2027-01-11", "2027-03-21"],
    [10, "2027-03-22", "2027-05-30"],
    [20, "2027-05-31", "2027-08-22"],
  ]);
});

Deno.test("of twenty-six terms each heading is its number alone, which is what there is room for", () => {
  const words = (weeks: number[]) => termsOf(STARTS_ON, weeks).map(hasRoomForWord);
  assert.deepEqual(termsOf(STARTS_ON, [10, 4, 3, 2]).map(hasRoomForDates), [
    true,
    true,
    false,
    false,
  ]);
  assert.deepEqual(words(Array(26).fill(2)), Array(26).fill(false));
  assert.deepEqual(words([13, 13, 13, 13]), Array(4).fill(true));
});

Deno.test("buildRoster() lays rotations over the weeks of the year", () => {
  const { rows, weeks } = build([line("L1", [cardiology, surgery, nights])]);
  assert.equal(weeks, 32);
  assert.deepEqual(rows[0].cells.map((c) => [c.term, c.start, c.weeks]), [
    [1, 0, 10],
    [2, 10, 10],
    [3, 20, 12],
  ]);
  assert.deepEqual(rows[0].categories, ["B", "C"]);
  assert.equal(rows[0].cells[1].rotation!.place.hospital, "Lyrebird Bay");
});

Deno.test("buildRoster() fills what has no rotation with empty cells, term by term", () => {
  const { rows } = build([line("L1", [cardiology, null, null]), line("L2", [])]);
  const shape = rows.map(({ cells }) => cells.map((c) => [c.term, c.weeks, c.rotation !== null]));
  assert.deepEqual(shape[0], [[1, 10, true], [2, 10, false], [3, 12, false]]);
  assert.deepEqual(shape[1], [[1, 10, false], [2, 10, false], [3, 12, false]]);
});

Deno.test("buildRoster() shows a line of other terms where its dates are, within the year", () => {
  const odd = line("L1", [cardiology]);
  odd.rotations[0].starts_on = dayAfter(STARTS_ON, 7 * 5);
  odd.rotations[0].ends_on = dayAfter(STARTS_ON, 7 * 99 - 1);
  const { rows } = build([odd]);
  assert.deepEqual(rows[0].cells.map((c) => [c.start, c.weeks, c.rotation !== null]), [
    [0, 5, false],
    [5, 27, true],
  ]);
});

Deno.test("leave is inside its cells", () => {
  const early = line("L1", [cardiology, surgery, nights], { leave: [leave(0, 5), leave(28, 3)] });
  const { rows: [{ cells, leave: all }] } = build([early]);
  assert.deepEqual(all, [{ start: 0, weeks: 5 }, { start: 28, weeks: 3 }]);
  assert.deepEqual(cells[0].rotation!.leave, [{ start: 0, weeks: 5 }]);
  assert.deepEqual(cells[1].rotation!.leave, []);
  assert.deepEqual(cells[2].rotation!.leave, [{ start: 8, weeks: 3 }]);
});

Deno.test("leave across two cells shows in both", () => {
  const across = line("L1", [cardiology, surgery, nights], { leave: [leave(8, 5)] });
  const { rows: [{ cells }] } = build([across]);
  assert.deepEqual(cells[0].rotation!.leave, [{ start: 8, weeks: 2 }]);
  assert.deepEqual(cells[1].rotation!.leave, [{ start: 0, weeks: 3 }]);
});

Deno.test("specialties are counted and coloured, hospitals listed", () => {
  const roster = build([line("L1", [cardiology, surgery, nights]), line("L2", [cardiology])]);
  assert.deepEqual(roster.specialties.map(({ name, rotations }) => [name, rotations]), [
    ["Medicine", 2],
    ["Relief", 1],
    ["Surgery", 1],
  ]);
  assert.equal(new Set(roster.specialties.map(({ tone }) => tone)).size, 3);
  assert.deepEqual(roster.hospitals, ["Lyrebird Bay", "Wandoo Park"]);
});

Deno.test("a label says all that a cell shows", () => {
  const { rows: [{ cells }] } = build([
    line("L1", [cardiology, surgery, null], { leave: [leave(2, 5)] }),
  ]);
  assert.deepEqual(cells.map(({ label }) => label), [
    "Term 1, weeks 1–10: Cardiology JMO; Medicine, Cardiology; Wandoo Park; categories B and C; " +
    "leave in weeks 3–7",
    "Term 2, weeks 11–20: Surgery JMO; Surgery; Lyrebird Bay; no category; rural",
    "Term 3, weeks 21–32: no rotation",
  ]);
  assert.equal(weekNames({ start: 4, weeks: 1 }), "week 5");
});

/** A doctor with the line of a name. */
function holder(doctor: string, jobLine: string | null): LineDoctor {
  return {
    workerMapping: `place of ${doctor}`,
    worker: doctor,
    doctor,
    jobLine,
    source: "result",
    startsOn: STARTS_ON,
    endsOn: "2027-08-22",
    fte: 1,
    choice: 1,
    rank: 1,
    correctionReason: null,
    overrides: [],
  };
}

Deno.test("rows name who has the line; by doctor each has a row, and lines of nobody come last", () => {
  const roster = buildRoster({
    startsOn: STARTS_ON,
    termWeeks: TERM_WEEKS,
    places: PLACES,
    lines: [
      line("L1", [cardiology, surgery, nights]),
      line("L2", [surgery, nights, cardiology]),
      line("L3", [nights, cardiology, surgery]),
    ],
    doctors: [holder("Zoe", "L1"), holder("Émile", "L3"), holder("Ana", "L1"), holder("Bo", null)],
  });
  assert.deepEqual(roster.rows.map(({ name, under }) => [name, under]), [
    ["L1", "Zoe, Ana"],
    ["L2", ""],
    ["L3", "Émile"],
  ]);
  assert.ok(roster.rows[0].search.includes("zoe"));
  const rows = byDoctor(roster).rows;
  assert.deepEqual(rows.map(({ name, under, line, order }) => [name, under, line, order]), [
    ["Ana", "L1", "L1", 0],
    ["Émile", "L3", "L3", 1],
    ["Zoe", "L1", "L1", 2],
    ["Nobody", "L2", "L2", 3],
  ]);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, "each row is one of its own");
});
