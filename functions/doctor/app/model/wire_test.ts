import assert from "node:assert/strict";
import { resultOf, type WireResult } from "./wire.ts";

const WARD = {
  id: "w",
  name: "Ward",
  hospital: "H",
  hospital_name: "Hill",
  specialty: "Medicine",
  team: "Ward",
  subspecialty: null,
  rural: false,
  nights: false,
  categories: ["A"],
};
const RESULT: WireResult = {
  version: 1,
  released_at: "2027-11-01T00:00:00Z",
  start_date: "2028-03-01",
  end_date: "2028-12-31",
  fte: 1,
  corrected: false,
  correction_reason: null,
  previous_line: null,
  line: {
    id: "l",
    name: "JL 1",
    places: 1,
    rotations: [
      { term: 1, position: "w", starts_on: "2028-01-01", ends_on: "2028-02-29" },
      { term: 2, position: "w", starts_on: "2028-03-01", ends_on: "2028-12-31" },
    ],
    leave: [{ term: 2, starts_on: "2028-12-25", ends_on: "2029-01-07" }],
  },
  positions: [WARD],
  preference_number: 1,
  why: [],
};

Deno.test("a result has the days of its line that are the doctor's", () => {
  const { line } = resultOf(RESULT);
  assert.deepEqual(line!.rotations.map(({ term }) => term), [2]);
  assert.deepEqual(line!.leave, [{ startsOn: "2028-12-25", endsOn: "2028-12-31" }]);
});

Deno.test("a result that a device keeps from before leave was told of the line is read", () => {
  const { leave: _, ...line } = RESULT.line!;
  assert.deepEqual(resultOf({ ...RESULT, line }).line!.leave, []);
});
