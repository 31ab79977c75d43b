import assert from "node:assert/strict";
import { endFault, endOf, localInput, localWords, momentsOf, remaining } from "./due.ts";

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

Deno.test("momentsOf() finds no moment of a time that clocks skip, and both of one that comes again", () => {
  const cases: [zone: string, local: string, moments: string[]][] = [
    ["Australia/Melbourne", "2027-05-14T17:00", ["2027-05-14T07:00:00.000Z"]],
    ["Australia/Melbourne", "2027-10-03T01:59", ["2027-10-02T15:59:00.000Z"]],
    ["Australia/Melbourne", "2027-10-03T02:00", []],
    ["Australia/Melbourne", "2027-10-03T02:59", []],
    ["Australia/Melbourne", "2027-10-03T03:00", ["2027-10-02T16:00:00.000Z"]],
    [
      "Australia/Melbourne",
      "2027-04-04T02:30",
      ["2027-04-03T15:30:00.000Z", "2027-04-03T16:30:00.000Z"],
    ],
    ["Australia/Melbourne", "2027-04-04T03:00", ["2027-04-03T17:00:00.000Z"]],
    // By half an hour only.
    ["Australia/Lord_Howe", "2027-10-03T02:15", []],
    ["Australia/Lord_Howe", "2027-10-03T02:30", ["2027-10-02T15:30:00.000Z"]],
    [
      "Australia/Lord_Howe",
      "2027-04-04T01:45",
      ["2027-04-03T14:45:00.000Z", "2027-04-03T15:15:00.000Z"],
    ],
    // A whole day was left out.
    ["Pacific/Apia", "2011-12-30T12:00", []],
    ["Pacific/Apia", "2011-12-31T12:00", ["2011-12-30T22:00:00.000Z"]],
    ["Australia/Brisbane", "2027-10-03T02:30", ["2027-10-02T16:30:00.000Z"]],
  ];
  for (const [zone, local, moments] of cases) {
    assert.deepEqual(momentsOf(local, zone), moments, `${zone} ${local}`);
  }
});

Deno.test("an end that clocks skip is told before it is sent", () => {
  const zone = "Australia/Melbourne";
  const faults = ["", "2027-10-03", "2027-10-03T02:30", "2027-10-03T03:30"]
    .map((typed) => endFault(typed, zone));
  assert.deepEqual(faults, [
    undefined,
    "Not a date and time.",
    "Clocks do not show this time: they are put forward then.",
    undefined,
  ]);
});

Deno.test("localWords() tells two moments apart that clocks show alike", () => {
  const zone = "Australia/Melbourne";
  const words = momentsOf("2027-04-04T02:30", zone).map((moment) => localWords(moment, zone));
  assert.match(words[0], /02:30 AEDT$/);
  assert.match(words[1], /02:30 AEST$/);
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
