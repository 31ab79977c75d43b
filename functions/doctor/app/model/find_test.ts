// Finding lines, and telling the time.

import assert from "node:assert/strict";
import { createFinder, EVERYTHING, type Marks, type Search } from "./find.ts";
import type { Line } from "./lines.ts";
import { day, days, moment, timeLeft } from "./when.ts";

const rotation = (specialty: string, hospital: string) => ({
  term: 1,
  startsOn: "2027-01-11",
  endsOn: "2027-04-11",
  position: {
    id: specialty,
    name: `${specialty} JMO`,
    hospital,
    hospitalId: hospital,
    specialty,
    subspecialty: null,
    rural: false,
    nights: false,
    categories: [],
  },
});
const line: Line = {
  id: "l",
  name: "JL 7",
  eligible: true,
  reason: null,
  leave: [],
  places: 1,
  fte: 1,
  rotations: [rotation("Médicine", "North"), rotation("Surgery", "South")],
};
const matches = (line: Line, marks: Marks, search: Search) => createFinder(search)(line, marks);
const marks = { bucket: 1, mixed: false, notes: "near Mum" } as const;

Deno.test("words are found in names, hospitals, specialties and notes, in any order and case", () => {
  const finds = (text: string) => matches(line, marks, { ...EVERYTHING, text });
  assert.ok(finds("") && finds("surgery jl") && finds("MEDICINE") && finds("mum south"));
  assert.ok(!finds("surgery east"));
});

Deno.test("specialty and hospital are looked for in one rotation", () => {
  const finds = (specialty: string, hospital: string) =>
    matches(line, marks, { ...EVERYTHING, specialty, hospital });
  assert.ok(finds("Surgery", "South") && finds("Surgery", "") && finds("", "North"));
  assert.ok(!finds("Surgery", "North"));
});

Deno.test("buckets, mixed signals and notes narrow the search", () => {
  assert.ok(matches(line, marks, { ...EVERYTHING, bucket: 1, noted: true }));
  assert.ok(!matches(line, marks, { ...EVERYTHING, bucket: 2 }));
  assert.ok(!matches(line, marks, { ...EVERYTHING, mixed: true }));
  assert.ok(!matches(line, { ...marks, notes: "" }, { ...EVERYTHING, noted: true }));
});

Deno.test("days are those that were written, in any time zone; moments name theirs", () => {
  assert.equal(day("2027-01-11"), "11 Jan 2027");
  assert.match(days({ startsOn: "2027-01-11", endsOn: "2027-04-11" }), /^11 Jan\W+11 Apr 2027$/);
  assert.match(
    moment("2026-12-04T06:00:00Z", "Australia/Melbourne"),
    /4 Dec 2026.*5:00.*(AEDT|GMT\+11)/,
  );
});

Deno.test("time left is coarse while it is long, and nothing when it is over", () => {
  const minute = 60_000, hour = 60 * minute, d = 24 * hour;
  assert.equal(timeLeft(12 * d + hour), "12 days");
  assert.equal(timeLeft(d + 3 * hour), "1 day 3 h");
  assert.equal(timeLeft(2 * hour + 5 * minute), "2 h 5 min");
  assert.equal(timeLeft(39_500), "40 s");
  assert.equal(timeLeft(0), null);
});
