import assert from "node:assert/strict";
import { localInput, localWords, remaining } from "./due.ts";

Deno.test("localInput() is the local time of the plan, on either side of daylight saving", () => {
  assert.equal(localInput("2027-05-14T07:00:00Z", "Australia/Melbourne"), "2027-05-14T17:00");
  assert.equal(localInput("2027-01-14T13:30:00Z", "Australia/Melbourne"), "2027-01-15T00:30");
  assert.equal(localInput("2027-01-14T13:30:00Z", "Australia/Perth"), "2027-01-14T21:30");
  assert.equal(localInput(null, "Australia/Perth"), "");
});

Deno.test("localWords() has the day of the week", () => {
  assert.match(
    localWords("2027-05-14T07:00:00Z", "Australia/Melbourne"),
    /^Friday.*14 May 2027.*17:00$/,
  );
});

Deno.test("remaining() counts in the unit that says it, and never backwards", () => {
  const at = (minutes: number) =>
    remaining(
      "2027-01-01T00:00:00Z",
      new Date(Date.UTC(2027, 0, 1) + minutes * 60_000).toISOString(),
    );
  assert.deepEqual([2_880, 2_879, 119, 1, 0, -5].map(at), [
    "2 days",
    "47 hours",
    "119 minutes",
    "1 minute",
    "0 minutes",
    "0 minutes",
  ]);
});
