// Which lines a selection shows, in which order, and that an address keeps it.

import assert from "node:assert/strict";
import { buildRoster } from "./roster.ts";
import {
  EVERYTHING,
  isFiltered,
  isWanted,
  readSelection,
  type Selection,
  selectRows,
  writeSelection,
} from "./selection.ts";
import { line, PLACES, position, STARTS_ON, TERM_WEEKS } from "./testing.ts";

const cardiology = position("Cardiology", { experience_categories: ["B"] });
const surgery = position("Surgery", {
  specialty: "Surgery",
  team: "t2",
  experience_categories: ["D"],
});
const emergency = position("Emergency", { specialty: "Emergency", experience_categories: ["A"] });

const roster = buildRoster({
  startsOn: STARTS_ON,
  termWeeks: TERM_WEEKS,
  places: PLACES,
  lines: [
    line("Line 10", [cardiology, surgery, emergency], { affinity: 5, pathway: "Rural" }),
    line("Line 2", [emergency, cardiology, cardiology], { affinity: null }),
    line("Line 1", [surgery, emergency, surgery], { affinity: -7, is_locked: true }),
  ],
});

const shown = (changes: Partial<Selection>) =>
  selectRows(roster, { ...EVERYTHING, ...changes }).map(({ name }) => name);

Deno.test("selectRows() shows everything in the planner's order", () => {
  assert.deepEqual(shown({}), ["Line 10", "Line 2", "Line 1"]);
});

Deno.test("selectRows() filters by each of text, specialty, hospital, category and pin", () => {
  assert.deepEqual(shown({ text: "LINE cardio" }), ["Line 10", "Line 2"]);
  assert.deepEqual(shown({ text: "rural" }), ["Line 10"]);
  assert.deepEqual(shown({ text: "surgery 2" }), []);
  assert.deepEqual(shown({ text: '"surgery jmo" 10' }), ["Line 10"]);
  assert.deepEqual(shown({ text: '"line jmo"' }), []);
  assert.deepEqual(shown({ specialty: "Surgery" }), ["Line 10", "Line 1"]);
  assert.deepEqual(shown({ hospital: "Lyrebird Bay" }), ["Line 10", "Line 1"]);
  assert.deepEqual(shown({ category: "B" }), ["Line 10", "Line 2"]);
  assert.deepEqual(shown({ pinned: "yes" }), ["Line 1"]);
  assert.deepEqual(shown({ pinned: "no" }), ["Line 10", "Line 2"]);
  assert.deepEqual(shown({ text: "nothing of the kind" }), []);
});

Deno.test("filters on rotations must hold of one and the same rotation", () => {
  assert.deepEqual(shown({ specialty: "Emergency", category: "D" }), []);
  assert.deepEqual(shown({ specialty: "Surgery", category: "D" }), ["Line 10", "Line 1"]);
});

Deno.test("selectRows() sorts by name as people count, affinity, pins, pathway and term", () => {
  assert.deepEqual(shown({ sort: "name" }), ["Line 1", "Line 2", "Line 10"]);
  assert.deepEqual(shown({ sort: "name", descending: true }), ["Line 10", "Line 2", "Line 1"]);
  assert.deepEqual(shown({ sort: "affinity" }), ["Line 1", "Line 10", "Line 2"]);
  assert.deepEqual(shown({ sort: "affinity", descending: true }), ["Line 10", "Line 1", "Line 2"]);
  assert.deepEqual(shown({ sort: "pinned" }), ["Line 1", "Line 10", "Line 2"]);
  assert.deepEqual(shown({ sort: "pathway" }), ["Line 10", "Line 2", "Line 1"]);
  assert.deepEqual(shown({ sort: "term1" }), ["Line 2", "Line 10", "Line 1"]);
  assert.deepEqual(shown({ sort: "no such order" }), ["Line 10", "Line 2", "Line 1"]);
});

Deno.test("isWanted() picks the cells that a selection looks for", () => {
  const of = (changes: Partial<Selection>) =>
    roster.rows[0].cells.map((cell) => isWanted(cell, { ...EVERYTHING, ...changes }));
  assert.deepEqual(of({}), [true, true, true]);
  assert.deepEqual(of({ pinned: "yes" }), [true, true, true]);
  assert.deepEqual(of({ specialty: "Surgery" }), [false, true, false]);
  assert.deepEqual(of({ text: "emerg" }), [false, false, true]);
});

Deno.test("an address keeps a selection, and only what is not as usual", () => {
  const selection: Selection = {
    by: "doctor",
    text: "ward",
    specialty: "Surgery",
    hospital: "Lyrebird Bay",
    category: "D",
    pinned: "no",
    sort: "affinity",
    descending: true,
  };
  assert.deepEqual(
    readSelection(new URLSearchParams(writeSelection(selection).toString())),
    selection,
  );
  assert.equal(writeSelection(EVERYTHING).toString(), "");
  assert.equal(isFiltered(EVERYTHING), false);
  assert.equal(isFiltered({ ...EVERYTHING, sort: "name" }), false);
  assert.equal(isFiltered(selection), true);
  assert.deepEqual(readSelection(new URLSearchParams("pinned=maybe")), EVERYTHING);
});
