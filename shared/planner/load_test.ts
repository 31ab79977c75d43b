import assert from "node:assert/strict";
import { toPlannerInput } from "./load.ts";
import { toCommittedLines } from "./write_back.ts";

function position(id: string, more: Record<string, unknown> = {}) {
  return {
    id,
    name: `Position ${id}`,
    specialty: "Medicine",
    subspecialty: null,
    categories: ["B"],
    is_service: false,
    is_rural: false,
    is_nights_relief: false,
    is_clinical_team: true,
    is_non_clinical: false,
    is_excludable: false,
    min_weeks: 1,
    ...more,
  };
}

function run(more: Record<string, unknown> = {}) {
  return {
    n_job_lines: 3,
    constraints: ["VIC_PGY1"],
    options: { allow_partial: true, seed: 7 },
    term_weeks: [26, 26],
    positions: [position("p"), position("q", { subspecialty: "Cardiology", is_rural: true })],
    posts: [
      { position: "p", term: 1, posts: 2, minimum_fill: 2 },
      { position: "q", term: 2, posts: 3, minimum_fill: 0 },
    ],
    locked_rotations: [],
    locked_lines: [],
    affinity: { profile: "Survey", version: 2, weights: [["Cardiology", "Medicine", 12]] },
    ...more,
  };
}

Deno.test("toPlannerInput() lays posts out by term and position", () => {
  const { problem } = toPlannerInput(run());
  assert.equal(problem.lines, 3);
  assert.deepEqual(problem.posts, [[2, 0], [0, 3]]);
  assert.deepEqual(problem.minimumFill, [[2, 0], [0, 0]]);
  assert.deepEqual(problem.options, { allowPartial: true, seed: 7 });
  assert.deepEqual(problem.affinity.weights, [["Cardiology", "Medicine", 12]]);
  assert.equal(problem.positions[1].isRural, true);
});

Deno.test("toPlannerInput() takes locked lines and their posts away", () => {
  const { problem, linesWanted, lockedIds, lockedNames } = toPlannerInput(run({
    locked_lines: [{ id: "b", name: "Line 02" }, { id: "a", name: "Kept" }],
    locked_rotations: [
      { position: "p", term: 1 },
      { position: "q", term: 2 },
      { position: "q", term: 2 },
      // More locked than there are posts left, and a position that lost all of its posts.
      { position: "q", term: 1 },
      { position: "gone", term: 1 },
    ],
  }));
  assert.equal(problem.lines, 1);
  assert.equal(linesWanted, 3);
  assert.deepEqual(problem.posts, [[1, 0], [0, 1]]);
  assert.deepEqual(problem.minimumFill, [[1, 0], [0, 0]]);
  assert.deepEqual(lockedIds, ["a", "b"]);
  assert.deepEqual(lockedNames, ["Line 02", "Kept"]);
});

Deno.test("toPlannerInput() refuses a run that has nothing to build", () => {
  const locked = ["a", "b", "c"].map((id) => ({ id, name: id }));
  assert.throws(() => toPlannerInput(run({ locked_lines: locked })), { code: "NOTHING_TO_BUILD" });
});

Deno.test("toPlannerInput() refuses constraints that it does not know, by name", () => {
  assert.throws(() => toPlannerInput(run({ constraints: ["NO_MONDAYS"] })), {
    code: "INVALID_CONSTRAINTS",
    message: /NO_MONDAYS/,
  });
});

Deno.test("toPlannerInput() refuses what is not a run", () => {
  assert.throws(() => toPlannerInput(null), { code: "INVALID_INPUT" });
});

Deno.test("toPlannerInput() does without an affinity profile", () => {
  assert.deepEqual(toPlannerInput(run({ affinity: null })).problem.affinity.weights, []);
});

Deno.test("toCommittedLines() numbers lines and passes over names that are taken", () => {
  const input = toPlannerInput(run({ locked_lines: [{ id: "b", name: "Line 02" }] }));
  const planned = [1, 2].map((affinity) => ({ positions: ["p", "q"], affinity }));
  assert.deepEqual(toCommittedLines(planned, input), [
    { name: "Line 01", sort_order: 1, affinity: 1, positions: ["p", "q"] },
    { name: "Line 03", sort_order: 2, affinity: 2, positions: ["p", "q"] },
  ]);
});
