// Calendars: what RFC 5545 asks of their text.

import assert from "node:assert/strict";
import { type Calendar, calendarText } from "./ics.ts";
import { icsOf } from "./result_calendar.ts";

const CALENDAR: Calendar = {
  name: "Interns 2028",
  changedAt: new Date("2027-10-01T02:03:04.567Z"),
  sequence: 3,
  events: [{ uid: "a@receptor", summary: "Ward", startsOn: "2028-01-10", endsOn: "2028-02-29" }],
};

/** A calendar's lines, unfolded. */
function unfolded(text: string): string[] {
  return text.replaceAll("\r\n ", "").split("\r\n");
}

Deno.test("an event of whole days ends on the day after its last one", () => {
  const lines = unfolded(calendarText(CALENDAR));
  assert.ok(lines.includes("DTSTART;VALUE=DATE:20280110"));
  assert.ok(lines.includes("DTEND;VALUE=DATE:20280301"), "after a leap day");
  assert.ok(lines.includes("DTSTAMP:20271001T020304Z"));
  assert.ok(lines.includes("SEQUENCE:3"));
});

Deno.test("each line ends in CRLF and has at most 75 octets, and no character is cut", () => {
  const summary = "Überraschend lange Bezeichnung, 北部地区総合医療センター 🏥 ".repeat(6).trim();
  const text = calendarText({ ...CALENDAR, events: [{ ...CALENDAR.events[0], summary }] });
  assert.ok(text.endsWith("END:VCALENDAR\r\n"));
  assert.doesNotMatch(text.replaceAll("\r\n", ""), /[\r\n]/);
  const encoder = new TextEncoder();
  for (const line of text.split("\r\n")) {
    assert.ok(encoder.encode(line).length <= 75, line);
    assert.ok(line.isWellFormed(), line);
  }
  assert.ok(unfolded(text).includes(`SUMMARY:${summary.replaceAll(",", "\\,")}`));
});

Deno.test("what a text may hold is escaped, so that it begins no line of its own", () => {
  const summary = "A;B,C\\D\nEND:VEVENT\r\nX\u0000";
  const lines = unfolded(
    calendarText({ ...CALENDAR, events: [{ ...CALENDAR.events[0], summary }] }),
  );
  assert.ok(lines.includes("SUMMARY:A\\;B\\,C\\\\D\\nEND:VEVENT\\nX"));
  assert.equal(lines.filter((line) => line === "END:VEVENT").length, 1);
});

const DOCUMENT = {
  worker_mapping: "m1",
  run: "Interns",
  org: "North",
  result: {
    released_at: "2027-10-01T00:00:00Z",
    calendar: { sequence: 2, changed_at: "2027-10-02T00:00:00.123456+00:00" },
    start_date: "2028-01-10",
    end_date: "2029-01-07",
    line: {
      name: "Line 7",
      rotations: [{
        term: 1,
        starts_on: "2028-01-10",
        ends_on: "2028-03-19",
        position: "p1",
      }],
      leave: [
        { term: 1, starts_on: "2028-02-07", ends_on: "2028-02-13" },
        { term: 2, starts_on: "2028-03-20", ends_on: "2028-04-16" },
      ],
    },
    positions: [{ id: "p1", name: "Ward A", hospital_name: "North Hospital", team: "Medicine" }],
  },
};

Deno.test("a result is an event for each rotation and each block of leave, whose identities stay", () => {
  const lines = unfolded(icsOf(DOCUMENT));
  assert.deepEqual(lines.filter((line) => /^(UID|SUMMARY|LOCATION|TRANSP)/.test(line)), [
    "UID:m1-term-1@receptor",
    "SUMMARY:Ward A",
    "LOCATION:North Hospital",
    "TRANSP:OPAQUE",
    "UID:m1-leave-1-1@receptor",
    "SUMMARY:Annual leave",
    "TRANSP:TRANSPARENT",
    // A whole term away: the line works nowhere in it.
    "UID:m1-leave-2-1@receptor",
    "SUMMARY:Annual leave",
    "TRANSP:TRANSPARENT",
  ]);
  assert.equal(icsOf(DOCUMENT), icsOf(DOCUMENT), "the same result is the same text");
});

Deno.test("who comes later or goes earlier has nothing in the calendar of the days that are not theirs", () => {
  const days = (start_date: string, end_date: string) =>
    unfolded(icsOf({ ...DOCUMENT, result: { ...DOCUMENT.result, start_date, end_date } }))
      .filter((line) => /^(UID|DTSTART|DTEND)/.test(line)).map((line) =>
        line.replace(/^.*[:]/, "")
      );
  assert.deepEqual(days("2028-02-10", "2028-03-31"), [
    ...["m1-term-1@receptor", "20280210", "20280320"],
    ...["m1-leave-1-1@receptor", "20280210", "20280214"],
    ...["m1-leave-2-1@receptor", "20280320", "20280401"],
  ]);
  assert.deepEqual(days("2028-05-01", "2029-01-07"), []);
});

Deno.test("a result that has changed stands before the one of earlier, whatever of it changed", () => {
  const stands = (result: object) =>
    unfolded(icsOf({ ...DOCUMENT, result: { ...DOCUMENT.result, ...result } }))
      .filter((line) => /^(DTSTAMP|SEQUENCE):/.test(line)).slice(0, 2)
      .map((line) => line.replace(/^.*:/, ""));
  assert.deepEqual(stands({}), ["20271002T000000Z", "2"]);
  // The leaver's last day was entered; the release, and its version, are what they were.
  const calendar = { sequence: 3, changed_at: "2027-12-01T00:00:00Z" };
  assert.deepEqual(stands({ end_date: "2028-03-31", calendar }), ["20271201T000000Z", "3"]);
  const kept = stands({ calendar: undefined });
  assert.deepEqual(kept, ["20271001T000000Z", "0"], "kept by a device from before it was told");
});

Deno.test("before the release, and without a line, a calendar is empty", () => {
  for (const result of [null, { ...DOCUMENT.result, line: null }]) {
    const lines = unfolded(icsOf({ ...DOCUMENT, result }));
    assert.ok(!lines.includes("BEGIN:VEVENT"));
    assert.ok(lines.includes("X-WR-CALNAME:Interns\\, North"));
  }
});
