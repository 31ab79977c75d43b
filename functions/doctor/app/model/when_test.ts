// Days and times as they are read.

import assert from "node:assert/strict";
import { day, days, moment, nextTick, timeLeft } from "./when.ts";

Deno.test("spans say once what both days have in common", () => {
  const span = (startsOn: string, endsOn: string) => days({ startsOn, endsOn });
  assert.equal(day("2027-09-05"), "5 Sept 2027");
  assert.equal(span("2027-01-11", "2027-04-11"), "11 Jan – 11 Apr 2027");
  assert.equal(span("2027-06-07", "2027-06-13"), "7–13 June 2027");
  assert.equal(span("2026-12-28", "2027-01-03"), "28 Dec 2026 – 3 Jan 2027");
  assert.equal(span("2027-01-11", "2027-01-11"), "11 Jan 2027");
});

Deno.test("a moment is told with its time zone", () => {
  assert.match(moment("2026-12-04T06:00:00Z", "Australia/Melbourne"), /4 Dec 2026, 5:00 pm AEDT/);
});

Deno.test("time left is coarse where it is long, and ticks as it is told", () => {
  const hour = 3_600_000;
  assert.deepEqual(
    [100 * hour, 30 * hour, 2.5 * hour, 61_000, 1_500, 0].map(timeLeft),
    ["4 days", "1 day 6 h", "2 h 30 min", "1 min", "2 s", null],
  );
  assert.deepEqual([100 * hour, hour, 60_000].map(nextTick), [hour, 30_000, 1_000]);
});
