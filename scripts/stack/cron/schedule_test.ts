import assert from "node:assert/strict";
import { nextDue, parseSchedule } from "./schedule.ts";

/** The next time after a time, both in ISO form. */
function next(schedule: string, after: string): string {
  return new Date(nextDue(parseSchedule(schedule), Date.parse(after))).toISOString();
}

Deno.test("nextDue() counts seconds from the last run", () => {
  assert.equal(next("15 seconds", "2026-03-01T10:00:07Z"), "2026-03-01T10:00:22.000Z");
  assert.equal(next("1 second", "2026-03-01T10:00:07Z"), "2026-03-01T10:00:08.000Z");
});

Deno.test("nextDue() finds the next whole minute that fits", () => {
  assert.equal(next("* * * * *", "2026-03-01T10:00:00Z"), "2026-03-01T10:01:00.000Z");
  assert.equal(next("*/15 * * * *", "2026-03-01T10:16:10Z"), "2026-03-01T10:30:00.000Z");
  assert.equal(next("5 4 * * *", "2026-03-01T10:00:00Z"), "2026-03-02T04:05:00.000Z");
  assert.equal(next("0 0 29 feb *", "2026-03-01T10:00:00Z"), "2028-02-29T00:00:00.000Z");
  assert.equal(next("10-20/5,50 8 * * *", "2026-03-01T08:20:00Z"), "2026-03-01T08:50:00.000Z");
  assert.equal(next("@hourly", "2026-03-01T10:00:00Z"), "2026-03-01T11:00:00.000Z");
});

Deno.test("nextDue() takes Sunday as 0 and 7, and days by name", () => {
  for (const sunday of ["0", "7", "sun"]) {
    assert.equal(next(`0 3 * * ${sunday}`, "2026-03-02T00:00:00Z"), "2026-03-08T03:00:00.000Z");
  }
});

Deno.test("nextDue() needs only one of two restricted day fields, as cron does", () => {
  assert.equal(next("0 0 15 * mon", "2026-03-03T00:00:00Z"), "2026-03-09T00:00:00.000Z");
  assert.equal(next("0 0 15 * mon", "2026-03-10T00:00:00Z"), "2026-03-15T00:00:00.000Z");
});

Deno.test("nextDue() is never for a day that does not exist", () => {
  assert.equal(nextDue(parseSchedule("0 0 31 2 *"), 0), Infinity);
});

Deno.test("parseSchedule() refuses what pg_cron refuses", () => {
  for (
    const wrong of [
      "",
      "60 seconds",
      "0 seconds",
      "* * * *",
      "60 * * * *",
      "* 24 * * *",
      "*/0 * * * *",
      "x * * * *",
    ]
  ) {
    assert.throws(() => parseSchedule(wrong), /invalid schedule/, wrong);
  }
});
