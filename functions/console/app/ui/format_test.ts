// Numbers, times and dates in words.

import assert from "node:assert/strict";
import { count, date, dateTime, duration, percent, plural, someOf } from "./format.ts";

Deno.test("count(), plural() and percent() write numbers as people here do", () => {
  assert.equal(count(1234), "1,234");
  assert.equal(plural(1, "line"), "1 line");
  assert.equal(plural(1200, "line"), "1,200 lines");
  assert.equal(plural(0, "entry", "entries"), "0 entries");
  assert.equal(percent(0.0049), "0.5%");
  assert.equal(percent(null), "–");
});

Deno.test("duration() picks its unit, and never shows 60 seconds", () => {
  assert.equal(duration(850), "850 ms");
  assert.equal(duration(3_400), "3.4 s");
  assert.equal(duration(59_990), "1 min 00 s");
  assert.equal(duration(125_000), "2 min 05 s");
});

Deno.test("date() is the day of the calendar, whatever the reader's time zone", () => {
  assert.match(date("2027-01-11"), /^11 Jan(uary)? 2027$/);
});

Deno.test("what the calendar has not is said as it is", () => {
  assert.equal(date("2027-99-99"), "2027-99-99");
  assert.equal(dateTime("2027-13-45T00:00:00Z"), "2027-13-45T00:00:00Z");
});

Deno.test("someOf() names the first of many, and counts the others", () => {
  assert.equal(someOf(["a", "b"]), "a, b");
  assert.equal(someOf(["a", "b", "c", "d"], 2), "a, b and 2 more");
});
