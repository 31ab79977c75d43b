// Lines by hand: what they break, what a change breaks and mends, and what their leave may not be.

import assert from "node:assert/strict";
import type { PlannerPosition } from "../problem.ts";
import { heldBy, problemAround } from "./judge.ts";
import { leaveFaults } from "./leave_faults.ts";
import { compareBroken, EMPTY_TERM, lineAffinity, LineJudge, weightsOf } from "./line_judge.ts";

const position = (id: string, more: Partial<PlannerPosition> = {}): PlannerPosition => ({
  id,
  name: id.toUpperCase(),
  specialty: "Medicine",
  subspecialty: null,
  categories: ["A"],
  isService: false,
  isRural: false,
  isNightsRelief: false,
  isClinicalTeam: true,
  isNonClinical: false,
  isExcludable: false,
  minWeeks: 1,
  ...more,
});
const POSITIONS = [
  position("a"),
  position("b", { categories: ["B"], specialty: "Surgery" }),
  position("nights", { isService: true, isNightsRelief: true, categories: [] }),
  position("clinic", { allowsLeave: false }),
];
const problem = problemAround([20, 20, 12], POSITIONS, []);
const line = (positions: (string | null)[], leave: [number, number][] = []) => ({
  positions,
  pathway: null,
  leave: leave.map(([startWeek, weeks]) => ({ startWeek, weeks })),
});

Deno.test("a judge names what a line breaks, and knows a line that it saw", () => {
  const judge = new LineJudge(problem, [
    { name: "REQUIRED_CATEGORIES", value: ["B"] },
    "NO_NIGHTS",
  ]);
  const names = (positions: (string | null)[]) =>
    judge.broken(line(positions)).map(({ rule }) => rule);
  assert.deepEqual(names(["a", "b", "clinic"]), []);
  assert.deepEqual(names(["a", "nights", "clinic"]).sort(), ["NO_NIGHTS", "REQUIRED_CATEGORIES"]);
  const same = line(["a", "nights", "clinic"]);
  assert.equal(judge.broken(same), judge.broken(structuredClone(same)));
  const [empty] = judge.broken(line(["a", null, "gone"]));
  assert.deepEqual([empty.rule, empty.terms, empty.message], [
    EMPTY_TERM,
    [1, 2],
    "no position in term 2, 3",
  ]);
});

Deno.test("a change is compared by the rules that it breaks and mends", () => {
  const judge = new LineJudge(problem, [
    { name: "REQUIRED_CATEGORIES", value: ["B"] },
    "NO_NIGHTS",
  ]);
  const before = judge.broken(line(["a", "clinic", "nights"]));
  const { breaks, mends } = compareBroken(before, judge.broken(line(["a", "clinic", "b"])));
  assert.deepEqual(breaks, []);
  assert.deepEqual(mends.map(({ rule }) => rule).sort(), ["NO_NIGHTS", "REQUIRED_CATEGORIES"]);
});

Deno.test("leave lies within a term that takes it, and its parts lie apart", () => {
  const places = ["a", "nights", "clinic"].map((id) => POSITIONS.find((each) => each.id === id));
  const faults = (...blocks: [number, number][]) =>
    leaveFaults(problem.termWeeks, places, line([], blocks).leave).map(({ text }) => text);
  assert.deepEqual(faults([2, 5]), []);
  assert.deepEqual(faults([18, 5]), ["leave from week 19 is not within a term"]);
  assert.deepEqual(faults([22, 5]), ["leave from week 23 is in NIGHTS, a service term"]);
  assert.deepEqual(faults([42, 5]), ["leave from week 43 is in CLINIC, which allows none"]);
  assert.deepEqual(faults([60, 5]), ["leave from week 61 is not in the year"]);
  assert.deepEqual(faults([0, 2], [10, 3]), ["only 8 weeks lie between its parts"]);
});

Deno.test("the rule of leave says where leave lies that a hand moved", () => {
  const judge = new LineJudge(problem, ["ANNUAL_LEAVE"]);
  assert.deepEqual(judge.broken(line(["a", "nights", "clinic"], [[2, 5]])), []);
  const [moved] = judge.broken(line(["a", "nights", "clinic"], [[22, 5]]));
  assert.match(moved.message, /week 23 is in NIGHTS/);
  assert.deepEqual(moved.terms, [1]);
});

Deno.test("who works a part of the year has the leave of that part: all of it, some or none", () => {
  const judge = new LineJudge(problem, ["ANNUAL_LEAVE"]);
  const part = heldBy(["a", null, null], { first_term: 1, last_term: 1 });
  for (const blocks of [[], [[2, 2]], [[2, 5]]] as [number, number][][]) {
    assert.deepEqual(judge.broken(line(part, blocks)), [], `${blocks}`);
  }
  assert.equal(judge.broken(line(["a", "nights", "clinic"])).length, 1);
});

Deno.test("the affinity of a line is the planner's: twice each step, once each pair of specialties", () => {
  const weight = weightsOf([["Surgery", "Medicine", 10]]);
  assert.equal(lineAffinity(problem, weight, ["a", "b", "a"]), 2 * 10 + 2 * 10 + 10);
  assert.equal(lineAffinity(problem, weight, ["a", null, "a"]), null);
});
