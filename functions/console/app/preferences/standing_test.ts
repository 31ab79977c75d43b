import assert from "node:assert/strict";
import type { DoctorProgress } from "../../../../shared/client/mod.ts";
import { narrowed, SHOWN, type Shown, shownOf, standing, tally } from "./standing.ts";

const AT = "2027-01-01T00:00:00Z";
const doctor = (name: string, more: Partial<DoctorProgress> = {}): DoctorProgress => ({
  workerMapping: name,
  worker: name,
  name,
  email: `${name.toLowerCase()}@x.example`,
  hasAccount: true,
  invitedAt: null,
  begunAt: null,
  lines: 0,
  submittedAt: null,
  changedSinceSubmit: false,
  lockedAt: null,
  withdrawnAt: null,
  withdrawalReason: null,
  ...more,
});
const DOCTORS = [
  doctor("Ann"),
  doctor("Bo", { invitedAt: AT }),
  doctor("Cy", { invitedAt: AT, begunAt: AT, lockedAt: AT }),
  doctor("Di", { invitedAt: AT, begunAt: AT, submittedAt: AT }),
  doctor("Ed", { invitedAt: AT, begunAt: AT, submittedAt: AT, changedSinceSubmit: true }),
  doctor("Fay", { invitedAt: AT, begunAt: AT, withdrawnAt: AT }),
];

Deno.test("each doctor has one standing, the furthest", () => {
  assert.deepEqual(DOCTORS.map(standing), [
    "not invited",
    "invited",
    "begun",
    "submitted",
    "changed since submitting",
    "withdrawn",
  ]);
});

Deno.test("filters and words narrow the list; who withdrew is under that alone", () => {
  const names = (shown: Shown, words = "") =>
    narrowed(DOCTORS, words, shown).map(({ name }) => name);
  assert.deepEqual(names("not-submitted"), ["Ann", "Bo", "Cy"]);
  assert.deepEqual(names("withdrawn"), ["Fay"]);
  assert.deepEqual(names("locked"), ["Cy"]);
  assert.deepEqual(names("all", " BO@"), ["Bo"]);
  assert.equal(shownOf("nonsense"), "all");
  assert.ok(Object.keys(SHOWN).every((name) => shownOf(name) === name));
});

Deno.test("figures leave out who withdrew", () => {
  assert.deepEqual(tally(DOCTORS), {
    doctors: 5,
    invited: 4,
    begun: 3,
    submitted: 2,
    withdrawn: 1,
  });
});
