// Posts by position and term: how they stand, and what a filter leaves.

import assert from "node:assert/strict";
import { line, PLACES, position } from "../roster/testing.ts";
import type { Posts } from "../data/posts.ts";
import { buildCoverage, coverageLabel, filterCoverage, shade } from "./coverage.ts";

const medicine = position("Medicine");
const surgery = position("Surgery", { specialty: "Surgery", team: "t2" });
const excludable = position("Clinic", { specialty: "Clinic", is_excludable: true });
const unused = position("Unused");

function posts(position: string, ...cells: [posts: number, minimum?: number][]): Posts[] {
  return cells.map(([posts, minimum_fill = 0], t) => ({
    position,
    term: t + 1,
    posts,
    minimum_fill,
  }));
}

const coverage = buildCoverage({
  terms: 3,
  lines: [line("L1", [medicine, medicine, surgery]), line("L2", [medicine, surgery, surgery])],
  posts: [
    ...posts("Medicine", [2], [3, 2], [2]),
    ...posts("Surgery", [0], [1], [1]),
    ...posts("Clinic", [1, 1], [1], [0]),
    { position: "Gone", term: 1, posts: 1, minimum_fill: 1 },
  ],
  positions: [medicine, surgery, excludable, unused],
  places: PLACES,
});

Deno.test("buildCoverage() tells how each cell stands", () => {
  const states = coverage.rows.map(({ position, cells }) => [
    position.name,
    ...cells.map(({ state }) => state),
  ]);
  assert.deepEqual(states, [
    ["Surgery JMO", "closed", "full", "over"],
    ["Clinic JMO", "waived", "empty", "closed"],
    ["Medicine JMO", "full", "short", "empty"],
  ]);
});

Deno.test("buildCoverage() adds up by position, by term and over all", () => {
  assert.deepEqual(coverage.rows.map(({ filled, posts, missing }) => [filled, posts, missing]), [
    [2, 2, 0],
    [0, 2, 0],
    [3, 7, 1],
  ]);
  assert.deepEqual(coverage.terms, [
    { term: 1, posts: 3, filled: 2, missing: 0 },
    { term: 2, posts: 5, filled: 2, missing: 1 },
    { term: 3, posts: 3, filled: 1, missing: 0 },
  ]);
  assert.deepEqual([coverage.posts, coverage.filled, coverage.missing, coverage.over], [
    11,
    5,
    1,
    1,
  ]);
});

Deno.test("a position that has lines and no posts any more is not hidden", () => {
  const { rows, over, filled } = buildCoverage({
    terms: 3,
    lines: [line("L1", [unused, null, null])],
    posts: [],
    positions: [unused, medicine],
    places: PLACES,
  });
  assert.deepEqual(rows.map(({ position }) => position.name), ["Unused JMO"]);
  assert.deepEqual([over, filled], [1, 0]);
});

Deno.test("filterCoverage() by text, hospital, specialty and trouble", () => {
  const all = { text: "", hospital: "", specialty: "", troubled: false };
  const names = (changes: object) =>
    filterCoverage(coverage, { ...all, ...changes }).map(({ position }) => position.id);
  assert.deepEqual(names({}), ["Surgery", "Clinic", "Medicine"]);
  assert.deepEqual(names({ text: "surg jmo" }), ["Surgery"]);
  assert.deepEqual(names({ hospital: "Wandoo Park" }), ["Clinic", "Medicine"]);
  assert.deepEqual(names({ specialty: "Clinic" }), ["Clinic"]);
  assert.deepEqual(names({ troubled: true }), ["Surgery", "Medicine"]);
});

Deno.test("coverageLabel() says in words what the colour says", () => {
  const [surgery, clinic, medicine] = coverage.rows.map(({ cells }) => cells.map(coverageLabel));
  assert.deepEqual(surgery, [
    "Term 1: no posts",
    "Term 2: 1 of 1 post filled",
    "Term 3: 2 of 1 post filled: 1 more than there are",
  ]);
  assert.equal(
    clinic[0],
    "Term 1: 0 of 1 post filled, at least 1 wanted; this position may stay empty",
  );
  assert.equal(medicine[1], "Term 2: 1 of 3 posts filled, at least 2 wanted: 1 missing");
});

Deno.test("shade() grows with the share that is filled, and is full only where all are", () => {
  const at = (filled: number, posts: number) => shade({ filled, posts });
  assert.deepEqual([at(0, 4), at(1, 4), at(2, 4), at(3, 4), at(4, 4), at(5, 4)], [
    0,
    1,
    2,
    3,
    4,
    4,
  ]);
  assert.equal(at(0, 0), 0);
  assert.equal(at(99, 100), 3);
});
