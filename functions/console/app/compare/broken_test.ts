// The rules that lines of a side break.

import assert from "node:assert/strict";
import { Effects } from "../roster/edit/effects.ts";
import { termsOf } from "../roster/roster.ts";
import { line, position, STARTS_ON, TERM_WEEKS } from "../roster/testing.ts";
import { brokenLines } from "./broken.ts";
import { sideOfToday } from "./compare.ts";

const a = position("a", { experience_categories: ["A"] });
const nights = position("nights", { is_service: true, is_nights_relief: true });
const effects = new Effects({
  startsOn: STARTS_ON,
  terms: termsOf(STARTS_ON, TERM_WEEKS),
  positions: [a, nights],
  sixMonthTerms: [],
  posts: [],
  hospitals: new Map(),
  constraints: new Map([
    ["", [{ name: "UNIQUE_POSITIONS", value: false }]],
    ["dry", [{ name: "UNIQUE_POSITIONS", value: false }, "NO_NIGHTS"]],
  ]),
  affinities: [],
});
const lines = sideOfToday(
  [line("one", [a, nights, a], { planner_run: null }), line("two", [a, a, a])],
  TERM_WEEKS.length,
  () => 0,
);
const of = (side: typeof lines) =>
  brokenLines(effects, side).map(({ name, broken }) => [name, broken.map(({ rule }) => rule)]);

Deno.test("a side is judged by the rules of the run that made it", () => {
  assert.deepEqual(of(lines), []);
  const dry = lines.map((line) => ({ ...line, plannerRun: "dry" }));
  assert.deepEqual(of(dry), [[lines[0].name, ["NO_NIGHTS"]]]);
});

Deno.test("an empty term is told, but not of a line that is not worked then", () => {
  const [, full] = lines;
  const short = { ...full, positions: [full.positions[0], full.positions[1], null] };
  assert.deepEqual(of([short]), [[full.name, ["EMPTY_TERM"]]]);
  assert.deepEqual(of([{ ...short, last_term: 2 }]), []);
});
