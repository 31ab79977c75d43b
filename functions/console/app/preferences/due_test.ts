import assert from "node:assert/strict";
import { endOf, localInput, localWords, remaining } from "./due.ts";

Deno.test("localInput() is the local time of the plan, on either side of daylight saving", () => {
  assert.equal(localInput("2027-05-14T07:00:00Z", "Australia/Melbourne"), "2027-05-14T17:00");
  assert.equal(localInput("2027-01-14T13:30:00Z", "Australia/Melbourne"), "2027-01-15T00:30");
  assert.equal(localInput("2027-01-14T13:30:00Z", "Australia/Perth"), "2027-01-14T21:30");
  assert.equal(localInput(null, "Australia/Perth"), "");
});

Deno.test("endOf() leaves an end as it was that nobody changed, to the second and on either side of daylight saving", () => {
  const zone = "Australia/Melbourne";
  // Half past two comes twice in the night of 4 April 2027.
  const moments = ["2027-04-03T15:30:00Z", "2027-04-03T16:30:00Z", "2027-05-14T06:59:59.999Z"];
  for (const was of moments) {
    assert.deepEqual(endOf(localInput(was, zone), was, zone), { dueDate: was });
    assert.deepEqual(endOf("2027-05-14T18:00", was, zone), { dueLocal: "2027-05-14T18:00" });
    assert.deepEqual(endOf("", was, zone), {});
  }
  assert.deepEqual(endOf("2027-05-14T18:00", null, zone), { dueLocal: "2027-05-14T18:00" });
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
