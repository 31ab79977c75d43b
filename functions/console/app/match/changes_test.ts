import assert from "node:assert/strict";
import type { MatchChange } from "../../../../shared/client/mod.ts";
import { changeWords } from "./changes.ts";

const told = (change: MatchChange["change"], since: string | null = null) =>
  changeWords({
    change,
    since,
    workerMapping: "m",
    workerName: "Ann",
    jobLine: "l",
    lineName: "Line 1",
    rule: change === "rule_broken" ? "NOT_ELIGIBLE" : null,
  });

Deno.test("changeWords() says who or what changed", () => {
  assert.deepEqual(
    (["doctor_left", "doctor_joined", "line_archived", "line_changed", "rule_broken"] as const).map(
      (
        change,
      ) => told(change),
    ),
    [
      "Ann withdrew; Line 1 has a free place.",
      "Ann was added and has no line.",
      "Line 1, which Ann got, was archived.",
      "Line 1, which Ann got, has other rotations.",
      "Line 1, which Ann got, breaks a rule now: not eligible.",
    ],
  );
});

Deno.test("changeWords() says when, where that is known", () => {
  assert.match(told("doctor_left", "2027-03-01T10:00:00Z"), /^Ann withdrew on .*2027.*; Line 1/);
  assert.match(told("line_changed", "2027-03-01T10:00:00Z"), /rotations since .*2027/);
});
