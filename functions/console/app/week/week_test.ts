// A week from lines: borders of terms, leave, part-year lines and doctors, time zones.

import assert from "node:assert/strict";
import type { LineDoctor } from "../../../../shared/client/mod.ts";
import { leave, line, PLACES, position, STARTS_ON, TERM_WEEKS } from "../roster/testing.ts";
import { isInYear, narrowed, type Week, type WeekInput, weekOf, weekOfDay } from "./week.ts";

const ward = position("Ward");
const surgery = position("Surgery", { specialty: "Surgery", team: "t2" });
const nights = position("Nights", { team: "elsewhere" });

const input = (changes: Partial<WeekInput> = {}): WeekInput => ({
  startsOn: STARTS_ON,
  termWeeks: TERM_WEEKS,
  lines: [line("L1", [ward, surgery, nights]), line("L2", [surgery, ward, ward])],
  doctors: [],
  places: PLACES,
  ...changes,
});

function doctor(
  name: string,
  jobLine: string | null,
  changes: Partial<LineDoctor> = {},
): LineDoctor {
  return {
    workerMapping: name,
    worker: name,
    doctor: name,
    jobLine,
    source: "result",
    startsOn: STARTS_ON,
    endsOn: "2027-08-22",
    fte: 1,
    choice: 1,
    rank: 1,
    correctionReason: null,
    overrides: [],
    ...changes,
  };
}

/** Everybody of a week: "hospital/team who position [days]", those away with "away". */
function told({ hospitals }: Week): string[] {
  const days = (entry: { days: { from: string; to: string } | null }) =>
    entry.days ? ` ${entry.days.from}..${entry.days.to}` : "";
  return hospitals.flatMap(({ hospital, teams }) =>
    teams.flatMap(({ team, working, away }) => [
      ...working.map((e) => `${hospital}/${team} ${e.who} ${e.position}${days(e)}`),
      ...away.map((e) =>
        `${hospital}/${team} away ${e.who}${days(e)} of ${e.leave.from}..${e.leave.to}`
      ),
    ])
  );
}

Deno.test("before a match lines stand for themselves, by hospital and team", () => {
  const week = weekOf(input(), 0);
  assert.deepEqual([week.from, week.to, week.term], ["2027-01-11", "2027-01-17", 1]);
  assert.deepEqual(told(week), [
    "Lyrebird Bay/Ward 2 L2 Surgery JMO",
    "Wandoo Park/Ward 1 L1 Ward JMO",
  ]);
  assert.deepEqual([week.working, week.away], [2, 0]);
});

Deno.test("a term's last week and the next one's first are two weeks", () => {
  assert.deepEqual(told(weekOf(input(), 9)).length, 2);
  const next = weekOf(input(), 10);
  assert.equal(next.term, 2);
  assert.deepEqual(told(next), [
    "Lyrebird Bay/Ward 2 L1 Surgery JMO",
    "Wandoo Park/Ward 1 L2 Ward JMO",
  ]);
  assert.deepEqual(told(weekOf(input(), 20)), [
    "/ L1 Nights JMO",
    "Wandoo Park/Ward 1 L2 Ward JMO",
  ], "a position without a place is shown all the same");
});

Deno.test("a border in the middle of a week parts it", () => {
  const odd = line("L1", [ward, surgery, null]);
  odd.rotations[0].ends_on = "2027-01-13";
  odd.rotations[1].starts_on = "2027-01-14";
  const week = weekOf(input({ lines: [odd] }), 0);
  assert.deepEqual(told(week), [
    "Lyrebird Bay/Ward 2 L1 Surgery JMO 2027-01-14..2027-01-17",
    "Wandoo Park/Ward 1 L1 Ward JMO 2027-01-11..2027-01-13",
  ]);
  assert.equal(week.working, 1, "one line, in two places");
});

Deno.test("who is on leave is away, with how long; for part of a week both", () => {
  const early = line("L1", [ward, surgery, nights], { leave: [leave(1, 2)] });
  assert.deepEqual(told(weekOf(input({ lines: [early] }), 2)), [
    "Wandoo Park/Ward 1 away L1 of 2027-01-18..2027-01-31",
  ]);
  assert.deepEqual(told(weekOf(input({ lines: [early] }), 3)), ["Wandoo Park/Ward 1 L1 Ward JMO"]);
  const part = line("L1", [ward, surgery, nights], {
    leave: [{ starts_on: "2027-01-13", ends_on: "2027-01-14" }],
  });
  const week = weekOf(input({ lines: [part] }), 0);
  assert.deepEqual(told(week), [
    "Wandoo Park/Ward 1 L1 Ward JMO 2027-01-11..2027-01-12",
    "Wandoo Park/Ward 1 L1 Ward JMO 2027-01-15..2027-01-17",
    "Wandoo Park/Ward 1 away L1 2027-01-13..2027-01-14 of 2027-01-13..2027-01-14",
  ]);
  assert.deepEqual([week.working, week.away], [1, 1]);
  // Leave over a border is away from where one would be.
  const over = line("L1", [ward, surgery, nights], { leave: [leave(9, 2)] });
  assert.deepEqual(told(weekOf(input({ lines: [over] }), 10)), [
    "Lyrebird Bay/Ward 2 away L1 of 2027-03-15..2027-03-28",
  ]);
});

Deno.test("once matched there are doctors, each as long as they have the line", () => {
  const doctors = [
    doctor("Leaver", "L1", { endsOn: "2027-01-13" }),
    doctor("Starter", "L1", { startsOn: "2027-01-14", fte: 0.6 }),
    doctor("Nobody's", null),
  ];
  const week = weekOf(input({ doctors }), 0);
  assert.deepEqual(told(week), [
    "Wandoo Park/Ward 1 Leaver Ward JMO 2027-01-11..2027-01-13",
    "Wandoo Park/Ward 1 Starter Ward JMO 2027-01-14..2027-01-17",
  ], "and a line that nobody has is not there");
  assert.deepEqual(week.hospitals[0].teams[0].working.map(({ line, fte }) => [line, fte]), [
    ["L1", 1],
    ["L1", 0.6],
  ]);
});

Deno.test("a part-year line is there in its terms alone", () => {
  const part = line("L1", [null, surgery, null]);
  assert.deepEqual(told(weekOf(input({ lines: [part] }), 0)), []);
  assert.equal(told(weekOf(input({ lines: [part] }), 10)).length, 1);
  assert.equal(weekOf(input(), 32).term, null);
});

Deno.test("each day lies in some week of the year", () => {
  assert.equal(weekOfDay(input(), "2027-01-17"), 0);
  assert.equal(weekOfDay(input(), "2027-01-18"), 1);
  assert.equal(weekOfDay(input(), "2026-01-01"), 0, "before the year its first week");
  assert.equal(weekOfDay(input(), "2029-01-01"), 31, "after it its last one");
  assert.equal(weekOfDay(input(), "soon"), 0);
  const days = ["2027-01-10", "2027-01-11", "2027-08-22", "2027-08-23"];
  assert.deepEqual(days.map((day) => isInYear(input(), day)), [false, true, true, false]);
});

Deno.test("a hospital or a team alone", () => {
  const { hospitals } = weekOf(input(), 0);
  const names = (hospital: string, team: string) =>
    narrowed(hospitals, { hospital, team }).map((each) => each.hospital);
  assert.deepEqual(names("", ""), ["Lyrebird Bay", "Wandoo Park"]);
  assert.deepEqual(names("Wandoo Park", ""), ["Wandoo Park"]);
  assert.deepEqual(names("Wandoo Park", "Ward 2"), []);
});
