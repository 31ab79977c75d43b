import assert from "node:assert/strict";
import type { PreviewLine } from "../../../../shared/client/mod.ts";
import { line, position, STARTS_ON, TERM_WEEKS } from "../roster/testing.ts";
import {
  type Draft,
  emptyDraft,
  freeFrom,
  frozenTerms,
  type Holder,
  movesOf,
  requestOf,
  saysTheSame,
  termStarts,
  type Year,
} from "./draft.ts";

const [a, b, c] = ["a", "b", "c"].map((id) => position(id));

function holder(mapping: string, line: string | null, more: Partial<Holder> = {}): Holder {
  return {
    mapping,
    name: `Dr ${mapping}`,
    line,
    starts: STARTS_ON,
    ends: "2027-08-22",
    fte: 1,
    hasLeft: false,
    ...more,
  };
}

const YEAR: Year = {
  startsOn: STARTS_ON,
  termWeeks: TERM_WEEKS,
  lines: [
    line("L1", [a, b, c]),
    line("L2", [b, c, a], { max_n_workers: 2 }),
    line("L3", [c, a, b], { is_locked: true }),
  ],
  positions: [a, b, c],
  posts: [{ position: "a", term: 2, posts: 2 }, { position: "a", term: 3, posts: 2 }],
  holders: [holder("one", "L1"), holder("two", "L2"), holder("three", "L2"), holder("four", null)],
  isFinalised: true,
};

const draft = (more: Partial<Draft>): Draft => ({
  ...emptyDraft(YEAR, "2027-01-01"),
  from: "2027-03-22",
  ...more,
});

const faults = (more: Partial<Draft>) => requestOf(draft(more), YEAR).faults.map((f) => f.field);

Deno.test("the day is by default the next term that begins", () => {
  assert.deepEqual(termStarts(YEAR), ["2027-01-11", "2027-03-22", "2027-05-31"]);
  assert.equal(emptyDraft(YEAR, "2027-01-01").from, "2027-03-22");
  assert.equal(emptyDraft(YEAR, "2027-03-23").from, "2027-05-31");
  assert.equal(emptyDraft(YEAR, "2028-01-01").from, "2027-03-22");
  assert.equal(frozenTerms(YEAR, "2027-03-22"), 1);
  assert.equal(frozenTerms(YEAR, "2027-03-23"), 2);
});

Deno.test("a draft becomes the changes of a replan", () => {
  const asked = requestOf(
    draft({
      leavers: [{ mapping: "one", rest: "free" }, { mapping: "four", rest: "vacant" }],
      posts: [{ position: "a", first: 2, last: 3, posts: 1 }],
      works: [{ line: "L2", first: 1, last: 2 }],
      added: " 1 ",
      reason: " The ward closes ",
    }),
    YEAR,
  );
  assert.deepEqual(asked, {
    nJobLines: 4,
    options: {
      mode: "replan",
      from: "2027-03-22",
      changes: {
        posts: [{ position: "a", term: 2, posts: 1 }, { position: "a", term: 3, posts: 1 }],
        lines: [
          { jobLine: "L2", firstTerm: null, lastTerm: 2 },
          { jobLine: "L1", firstTerm: null, lastTerm: 1 },
        ],
        leavers: [{ workerMapping: "one" }, { workerMapping: "four" }],
        reason: "The ward closes",
      },
    },
    faults: [],
  });
});

Deno.test("what cannot be is told at its field before anything is asked", () => {
  assert.deepEqual(faults({}), ["all"]);
  assert.deepEqual(faults({ from: "", added: "1" }), ["from"]);
  assert.deepEqual(faults({ from: "2027-08-01", added: "1" }), ["from"]);
  for (const added of ["", "x", "-1", "501", "1.5"]) {
    assert.deepEqual(faults({ added }), ["added"], added);
  }
  assert.deepEqual(faults({ posts: [{ position: "a", first: 1, last: 2, posts: 0 }] }), ["posts"]);
  const twice = { position: "a", first: 2, last: 2, posts: 1 };
  assert.deepEqual(faults({ posts: [twice, { ...twice, last: 3 }] }), ["posts"]);
  assert.deepEqual(
    faults({ from: "2027-05-31", works: [{ line: "L1", first: 1, last: 1 }] }),
    ["works"],
  );
  // What was worked stays worked.
  const works = (first: number, last: number, line = "L1") =>
    faults({ from: "2027-03-22", works: [{ line, first, last }] });
  assert.deepEqual([works(2, 3), works(1, 2), works(1, 3)], [["works"], [], []]);
  const later = { ...YEAR, lines: YEAR.lines.map((each) => ({ ...each, first_term: 2 })) };
  const begins = (first: number) =>
    requestOf(draft({ works: [{ line: "L1", first, last: 3 }] }), later).faults.length;
  assert.deepEqual([begins(1), begins(2), begins(3)], [1, 0, 0]);
  // Somebody else works the line on: its rest cannot be free, unless both leave.
  assert.deepEqual(faults({ leavers: [{ mapping: "two", rest: "free" }] }), ["leavers"]);
  const both = ["two", "three"].map((mapping) => ({ mapping, rest: "free" as const }));
  assert.deepEqual(faults({ leavers: both }), []);
});

Deno.test("what moves is listed against the lines of today, those that doctors hold first", () => {
  const row = (id: string | null, more: Partial<PreviewLine>): PreviewLine => ({
    id,
    name: id ?? "L9",
    sortOrder: 1,
    affinity: 0,
    pathway: null,
    leave: [],
    change: "changed",
    positions: [],
    before: null,
    ...more,
  });
  const moved = movesOf(
    [
      row(null, { change: "added", positions: [null, a, c] }),
      row("L1", { change: "kept", positions: [a, null, null] }),
      row("L2", { positions: [b, c, a], leave: [{ startWeek: 12, weeks: 2 }] }),
    ],
    YEAR,
    "2027-03-22",
  );
  assert.deepEqual(moved, [
    {
      id: "L1",
      name: "L1",
      doctors: ["Dr one"],
      kind: "moved",
      moves: [{ term: 2, before: b.name, after: null }, { term: 3, before: c.name, after: null }],
      leave: null,
    },
    {
      id: "L2",
      name: "L2",
      doctors: ["Dr two", "Dr three"],
      kind: "moved",
      moves: [],
      leave: { before: "none", after: "weeks 13 to 14" },
    },
    {
      id: null,
      name: "L9",
      doctors: [],
      kind: "begins",
      moves: [{ term: 2, before: null, after: a.name }, { term: 3, before: null, after: c.name }],
      leave: null,
    },
  ]);
});

Deno.test("a line is free from the day on that somebody left it", () => {
  const year = (holders: Holder[]) => ({ ...YEAR, holders });
  assert.equal(freeFrom(year([]), "L1"), STARTS_ON);
  assert.equal(freeFrom(year([holder("one", "L1")]), "L1"), null);
  assert.equal(freeFrom(year([holder("one", "L1", { ends: "2027-04-30" })]), "L1"), "2027-05-01");
  assert.equal(freeFrom(year([holder("one", "L1", { ends: "" })]), "L1"), STARTS_ON);
  assert.equal(freeFrom(year([holder("one", "L2")]), "L2"), STARTS_ON);
  assert.equal(freeFrom(year([holder("one", "L1", { fte: 0.5 })]), "L1"), null);
  assert.equal(freeFrom(year([]), "L8"), null);
});

Deno.test("documents say the same whatever the order of their members", () => {
  assert.equal(
    saysTheSame({ a: 1, b: [{ c: 2, d: null }] }, { b: [{ d: null, c: 2 }], a: 1 }),
    true,
  );
  assert.equal(saysTheSame({ a: [1, 2] }, { a: [2, 1] }), false);
});
