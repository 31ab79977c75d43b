import assert from "node:assert/strict";
import { fileName } from "./roster.ts";
import { rosterCsv } from "./roster_csv.ts";
import { rosterOf, rosterPosition } from "./testing/rosters.ts";

Deno.test("rosterCsv() has a row per rotation, in UTF-8 with a byte order mark and CRLF", () => {
  const roster = rosterOf([
    rosterPosition('Ward "3", Nord', { experience_categories: ["A", "C"] }),
    rosterPosition("Nachtärzte", { fte: 0.5, is_nights_relief: true, subspecialty: "Nights" }),
  ], [[0, 1]]);
  roster.lines[0].overrides = [{ rule: "NO_NIGHTS", message: "nights", reason: "agreed" }];
  roster.lines[0].leave = [{ starts_on: "2027-03-15", ends_on: "2027-03-28" }];
  const year = {
    starts_on: roster.allocation_run.starts_on,
    ends_on: roster.allocation_run.ends_on,
  };
  roster.lines[0].doctors = [
    { name: "Ana Lim", ...year, fte: 0.5 },
    { name: "Bo", ...year, starts_on: "2027-03-22", fte: 1 },
  ];
  const [header, ...rows] = rosterCsv(roster).split("\r\n");
  assert.equal(
    header,
    "\ufeffline,line_order,pinned,pathway,line_affinity,term,starts_on,ends_on,first_week,last_week,hospital,team," +
      "position,specialty,subspecialty,categories,service,rural,nights_relief,clinical_team,non_clinical,fte,leave_weeks,remarks,doctors",
  );
  assert.deepEqual(rows.filter(Boolean), [
    'Line 1,1,No,,10,1,2027-01-11,2027-03-21,1,10,Wandoo Park,Team,"Ward ""3"", Nord",Medicine,,"A, C",No,No,No,Yes,No,1,10,Breaks a rule: nights. Reason: agreed,"Ana Lim (50%), Bo (from 2027-03-22)"',
    'Line 1,1,No,,10,2,2027-03-22,2027-06-13,11,22,Wandoo Park,Team,Nachtärzte,Medicine,Nights,B,No,No,Yes,Yes,No,0.5,11,Breaks a rule: nights. Reason: agreed,"Ana Lim (50%), Bo (from 2027-03-22)"',
  ]);
});

Deno.test("rosterCsv() disarms what a spreadsheet program would run as a formula", () => {
  for (const name of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"]) {
    const text = rosterCsv(rosterOf([rosterPosition(name)], [[0, null]]));
    assert.ok(text.includes(`,'${name},`) || text.includes(`,"'${name}",`), JSON.stringify(name));
  }
});

Deno.test("fileName() is letters, digits and hyphens", () => {
  const roster = rosterOf([], []);
  assert.equal(
    fileName(roster.allocation_run, "roster", "csv"),
    "Northern-Southern-Health-PGY1-2027-roster.csv",
  );
  roster.allocation_run.org = '"Ärzte"\r\n/../';
  assert.equal(fileName(roster.allocation_run, "roster", "csv"), "Arzte-PGY1-2027-roster.csv");
});
