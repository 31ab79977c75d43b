// What a change by hand would break and mend, and the ways out.

import assert from "node:assert/strict";
import { termsOf } from "../roster.ts";
import { leave, line, position, STARTS_ON, TERM_WEEKS } from "../testing.ts";
import { type Lines, positionAt, setCell } from "./draft.ts";
import { Effects } from "./effects.ts";

const terms = termsOf(STARTS_ON, TERM_WEEKS);
const a = position("a", { experience_categories: ["A"] });
const b = position("b", { experience_categories: ["B"] });
const nights = position("nights", { is_service: true, is_nights_relief: true });
const spare = position("spare", { experience_categories: ["A"] });
const c = position("c", { experience_categories: ["A", "B"] });
const constraints = [{ name: "REQUIRED_CATEGORIES", value: ["A", "B"] }, "NO_NIGHTS"] as never[];

function effects(posts: Record<string, number> = {}, rules = constraints) {
  const all = { a: 1, b: 1, c: 0, nights: 1, spare: 1, ...posts };
  return new Effects({
    startsOn: STARTS_ON,
    terms,
    positions: [a, b, c, nights, spare],
    sixMonthTerms: [],
    posts: Object.entries(all).flatMap(([position, n]) =>
      terms.map(({ term }) => ({ position, term, posts: n, minimum_fill: 0 }))
    ),
    hospitals: new Map([[a.team, "H"], ["away", "Elsewhere"]]),
    constraints: new Map([["r1", rules], ["", []]]),
    affinities: [],
  });
}

const lines: Lines = [
  line("one", [a, nights, b], { leave: [leave(0, 5)] }),
  line("two", [b, a, spare]),
  line("free", [nights, b, a], { planner_run: null }),
];

Deno.test("a line is judged by the constraints of its run", () => {
  const each = effects();
  assert.deepEqual(lines.map((line) => each.broken(line).map(({ rule }) => rule)), [
    ["NO_NIGHTS"],
    [],
    [],
  ]);
});

Deno.test("rules that go by hospital or by part of full time know the positions' own", () => {
  const rules = [{ name: "MAX_HOSPITALS", value: 1 }] as never[];
  const away = line("one", [a, { ...b, team: "away" }, { ...c, fte: 0.5 }]);
  const judge = new Effects({
    ...effects({}, rules).input,
    positions: [a, { ...b, team: "away" }, { ...c, fte: 0.5 }],
  });
  assert.deepEqual(judge.broken(away).map(({ rule }) => rule), ["MAX_HOSPITALS", "SAME_FTE"]);
});

Deno.test("a line of part of the year is judged in the terms in which it is worked", () => {
  const each = effects();
  const short = line("one", [a, nights], { last_term: 2 });
  assert.deepEqual(each.broken(short).map(({ rule }) => rule), ["NO_NIGHTS"]);
  assert.deepEqual(each.broken({ ...short, last_term: null })[0].rule, "EMPTY_TERM");
  assert.equal(each.affinity(short), 0);
});

Deno.test("candidates for a cell: free and harmless ones first, with what each breaks and mends", () => {
  const each = effects().candidates(lines, { line: "one", term: 2 });
  assert.deepEqual(
    each.map(({ position, free, breaks, mends }) => [
      position.id,
      free,
      breaks.map(({ rule }) => rule),
      mends.map(({ rule }) => rule),
    ]),
    [
      ["spare", 1, [], ["NO_NIGHTS"]],
      ["nights", 1, [], []],
      ["a", 0, ["UNIQUE_POSITIONS"], ["NO_NIGHTS"]],
      ["b", 0, ["UNIQUE_POSITIONS"], ["NO_NIGHTS"]],
    ].filter(([id]) => each.some(({ position }) => position.id === id)),
  );
  assert.equal(each[0].position.id, "spare");
});

Deno.test("the fewest changes come first, and no way harms another line", () => {
  const [first, ...others] = effects().repairs(lines, "one");
  assert.deepEqual([first.words, first.cells, first.others, first.left], [
    "Term 2: spare JMO",
    1,
    0,
    0,
  ]);
  for (const { lines: next } of others) {
    assert.deepEqual(effects().broken(next.find(({ id }) => id === "two")!), []);
  }
});

Deno.test("where no post is free a swap is found, and for a cell something else than it has", () => {
  const full = effects({ spare: 0 });
  const way = full.repairs(lines, "one").find(({ left }) => left === 0);
  assert.ok(way === undefined || way.others >= 1);
  const other = effects({ a: 2, spare: 2 }).repairs(
    [line("two", [b, a, spare]), line("other", [spare, b, a])],
    "two",
    1,
  );
  assert.ok(other.length > 0);
  for (const { lines: next } of other) {
    const changed = positionAt(next.find(({ id }) => id === "two")!, 1);
    assert.notEqual(changed?.id, "b");
  }
});

Deno.test("posts that are held by more lines than there are", () => {
  const each = effects();
  const next = setCell(lines, terms, { line: "two", term: 1 }, a);
  assert.equal(each.isOverfull(next, 1, "a"), true);
  assert.equal(each.isOverfull(lines, 1, "a"), false);
});

Deno.test("where nothing is free for a cell, ways over two and three lines are found, harming none", () => {
  // Every post is held once; `three` holds what nobody else may give up but in a ring.
  const ring = [line("one", [b, a, c]), line("two", [c, b, a]), line("three", [a, c, b])];
  const each = effects({ a: 1, b: 1, c: 1, spare: 0 });
  const ways = each.repairs(ring, "one", 1);
  for (const { words, lines: next, cells, others } of ways) {
    assert.ok(cells <= 3 && others <= 2, words);
    const count = (all: typeof ring) => all.map((of) => positionAt(of, 1)!.id).sort().join();
    if (others > 0) assert.equal(count([...next]), count(ring), words);
    assert.notEqual(positionAt(next.find(({ id }) => id === "one")!, 1)!.id, "b");
    for (const of of next.filter(({ id }) => id !== "one")) {
      const was = ring.find(({ id }) => id === of.id)!;
      assert.ok(each.broken(of).length <= each.broken(was).length, words);
    }
  }
});
