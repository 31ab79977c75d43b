// The way from an empty service to a released result.

import assert from "node:assert/strict";
import type { SetupProgress } from "../../../../shared/client/mod.ts";
import { nextStep, stepsOf } from "./steps.ts";

const EMPTY: SetupProgress = {
  status: "draft",
  members: 1,
  invitations: 0,
  hospitals: 0,
  teams: 0,
  positions: 0,
  positionsHere: 0,
  posts: [0, 0],
  specialties: [],
  unknownSpecialties: [],
  overfilled: [],
  affinityProfile: { id: "a", name: "Survey", version: 1, isShipped: true },
  constraints: 1,
  doctors: 0,
  withdrawn: 0,
  tags: 0,
  lines: 0,
  places: 0,
  mustHave: 0,
  eligibility: 0,
  preferencers: 0,
  rankedDoctors: 0,
  weightings: 0,
  wishes: 0,
  matches: 0,
  finalised: 0,
  released: 0,
};

/** Which step is next once so much is there. */
function next(progress: Partial<SetupProgress>): string | undefined {
  return nextStep(stepsOf({ ...EMPTY, ...progress }, 2))?.key;
}

Deno.test("nextStep() leads from positions by lines, doctors, places and wishes to the match", () => {
  const way: Partial<SetupProgress>[] = [
    {},
    { positionsHere: 3, specialties: ["Medicine"] },
    { lines: 2, places: 2 },
    { doctors: 3 },
    { places: 3 },
    { wishes: 1 },
    { matches: 1, finalised: 3 },
    { released: 3 },
  ];
  let there: Partial<SetupProgress> = {};
  const steps = way.map((more) => next(there = { ...there, ...more }));
  assert.deepEqual(steps, [
    "positions",
    "lines",
    "doctors",
    "places",
    "wishes",
    "match",
    "match",
    undefined,
  ]);
});

Deno.test("stepsOf() says what is there, and that wishes are the doctors' own in an open window", () => {
  const state = (key: string, progress: Partial<SetupProgress>) =>
    stepsOf({ ...EMPTY, ...progress }, 2).find((step) => step.key === key)!.state;
  assert.equal(state("service", { invitations: 2 }), "1 member, 2 invited");
  assert.equal(
    state("positions", { positionsHere: 1, posts: [2, 3] }),
    "1 position, 2, 3 posts by term",
  );
  assert.equal(
    state("affinities", { unknownSpecialties: ["Emergency Medicine"] }),
    "Survey, 1 specialty it does not know",
  );
  assert.match(state("wishes", { wishes: null, doctors: 3 }), /the doctors' own/);
  assert.equal(
    state("places", { lines: 1, places: 4, doctors: 3, mustHave: 1 }),
    "4 places for 3 doctors, 1 must have",
  );
});
