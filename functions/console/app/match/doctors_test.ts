// Which doctors are shown, and which choice they got.

import assert from "node:assert/strict";
import type { Allocation, AllocatorRun, ResultRow } from "../../../../shared/client/mod.ts";
import { doctorRows, type Filter, filterOf, FILTERS, gotWord, keptIn } from "./doctors.ts";

/** @param rank ties shared; @param choice of the same line */
function got(doctor: string, rank: number | null, choice: number | null): Allocation {
  return {
    run: "match",
    id: doctor,
    worker: { mapping: doctor, id: doctor, name: doctor },
    line: { id: "l", name: `Line of ${doctor}`, sort_order: 0 },
    originalPreference: rank,
    choice,
  };
}

// Ann has three first choices and got one of them; Bob got his second; Cid his fourth; Dan an unranked line; Eve none.
const allocations = [got("Ann", 2, 1), got("Bob", 2, 2), got("Cid", 4, 4), got("Dan", null, null)];
const field = {
  doctors: ["Ann", "Bob", "Cid", "Dan", "Eve"].map((name) => ({
    mapping: name,
    worker: name,
    erasedAt: null,
    name,
    withdrawnAt: null,
    fte: 1,
  })),
  preferencers: [],
  tags: [],
  lines: [],
};
const match = { run: { id: "match" } as AllocatorRun, allocations, changes: [] };
const names = (search: string, filter: Filter) =>
  doctorRows(field, match, [], search, filter).map(({ name }) => name);

Deno.test("gotWord() says the choice, which tied lines share, and not their shared rank", () => {
  assert.deepEqual(allocations.map(gotWord), ["1st", "2nd", "4th", "not ranked"]);
  assert.equal(gotWord(undefined), "–");
});

Deno.test("doctorRows() filters by the choice that doctors got", () => {
  assert.deepEqual(names("", "all"), ["Ann", "Bob", "Cid", "Dan", "Eve"]);
  assert.deepEqual(names("", "first"), ["Ann"]);
  assert.deepEqual(names("", "low"), ["Cid"]);
  assert.deepEqual(names("", "unranked"), ["Dan"]);
  assert.deepEqual(names("", "none"), ["Eve"]);
});

Deno.test("doctorRows() searches names and lines; before the first match nobody has a line", () => {
  assert.deepEqual(names(" line of b", "all"), ["Bob"]);
  assert.equal(doctorRows(field, null, [], "", "none").length, 5);
});

Deno.test("doctors whom an earlier run placed are shown as kept", () => {
  const added = {
    ...match,
    allocations: [{ ...got("Ann", 1, 1), run: "before" }, got("Bob", 2, 2)],
  };
  const kept = doctorRows(field, added, [], "", "all").filter(({ isKept }) => isKept);
  assert.deepEqual(kept.map(({ name }) => name), ["Ann"]);
  assert.equal(keptIn(added), 1);
  assert.equal(keptIn(match), 0);
});

Deno.test("filterOf() takes whatever stands in the address", () => {
  for (const name of Object.keys(FILTERS)) assert.equal(filterOf(name), name);
  for (const name of [null, "", "constructor", "other"]) assert.equal(filterOf(name), "all");
});

Deno.test("doctorRows() finds who withdrew, and counts them among nobody else", () => {
  const left = {
    ...field,
    doctors: field.doctors.map((doctor) =>
      doctor.name === "Eve" ? { ...doctor, withdrawnAt: "2027-01-01T00:00:00Z" } : doctor
    ),
  };
  const shown = (filter: "left" | "none" | "all") =>
    doctorRows(left, null, [], "", filter).map(({ name }) => name);
  assert.deepEqual(shown("left"), ["Eve"]);
  assert.deepEqual(shown("none"), ["Ann", "Bob", "Cid", "Dan"]);
  assert.equal(shown("all").length, 5);
});

Deno.test("doctorRows() says what the result gives where one is finalised, made elsewhere or corrected", () => {
  const row = (workerMapping: string, jobLine: string | null, preferenceNumber: number | null) =>
    ({
      workerMapping,
      jobLine,
      jobLineName: jobLine && `Line ${jobLine}`,
      preferenceNumber,
    }) as ResultRow;
  const results = [row("Ann", "l", 1), row("Bob", "m", 5), row("Cid", null, null)];
  const said = (made: typeof match | null, filter: Filter = "all") =>
    doctorRows(field, made, results, "", filter).map(({ name, got, isCorrected }) =>
      `${name} ${got?.lineName ?? "-"} ${gotWord(got)}${isCorrected ? " corrected" : ""}`
    );
  assert.deepEqual(said(match), [
    "Ann Line l 1st",
    "Bob Line m 5th corrected",
    "Cid - – corrected",
    "Dan - –",
    "Eve - –",
  ]);
  assert.deepEqual(said(null).slice(0, 2), ["Ann Line l 1st", "Bob Line m 5th"]);
  assert.deepEqual(said(match, "low"), ["Bob Line m 5th corrected"]);
  assert.equal(doctorRows(field, match, results, "line m", "all")[0].name, "Bob");
});
