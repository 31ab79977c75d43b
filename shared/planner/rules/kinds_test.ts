// Kinds of terms: what is of a kind, and its name.

import assert from "node:assert/strict";
import { position, problemOf } from "../testing/problems.ts";
import { isOfKind, kindName, positionsOfKind, termKind, unknownInKinds } from "./kinds.ts";

const positions = [
  position("a", { specialty: "Surgery", subspecialty: "Vascular", isRural: true }),
  position("b", { specialty: "Medicine", subspecialty: null, isNightsRelief: true }),
  position("c", { specialty: "Emergency", isClinicalTeam: false, isNonClinical: true }),
];
const kind = (value: object) => termKind().parse(value);

Deno.test("a position is of a kind by a flag, its specialty or subspecialty, or itself", () => {
  const problem = problemOf(positions);
  const of = (value: object) => positionsOfKind(kind(value), problem);
  assert.deepEqual(of({ flags: ["rural"] }), [0]);
  assert.deepEqual(of({ flags: ["nights_relief", "non_clinical"] }), [1, 2]);
  assert.deepEqual(of({ flags: ["clinical_team"] }), [0, 1]);
  assert.deepEqual(of({ flags: ["service"] }), []);
  assert.deepEqual(of({ specialties: ["Vascular", "Medicine"] }), [0, 1]);
  assert.deepEqual(of({ positions: ["c"] }), [2]);
  assert.equal(isOfKind(kind({ specialties: ["null"] }), positions[1]), false);
});

Deno.test("a kind names something, and nothing that nobody knows", () => {
  assert.equal(termKind().safeParse({}).success, false);
  assert.equal(termKind().safeParse({ flags: ["tall"] }).success, false);
  assert.equal(termKind().safeParse({ specialties: [""] }).success, false);
  const kinds = [kind({ positions: ["a", "x"] }), kind({ positions: ["x", "y"] })];
  assert.deepEqual(unknownInKinds(problemOf(positions), kinds), [
    'there is no position "x"',
    'there is no position "y"',
  ]);
});

Deno.test("kindName() reads as a list", () => {
  assert.equal(kindName(kind({ flags: ["nights_relief"] })), "nights/relief");
  assert.equal(
    kindName(kind({ flags: ["non_clinical"], specialties: ["Surgery"] })),
    "non-clinical or Surgery",
  );
  assert.equal(kindName(kind({ specialties: ["A", "B"], positions: ["c"] })), "A, B or 1 position");
  assert.equal(kindName(kind({ positions: ["c", "d"] })), "2 positions");
});
