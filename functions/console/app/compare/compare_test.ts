// Which line is which, by id and by content, and what two rosters come to.

import assert from "node:assert/strict";
import { figuresOf, leaveWords, pairLines, type SideLine, totalsOf, touched } from "./compare.ts";

const line = (id: string | null, cells: string, more: Partial<SideLine> = {}): SideLine => ({
  id,
  name: id ?? cells,
  positions: [...cells].map((each) => each === "-" ? null : { id: each, name: each }),
  leave: [],
  affinity: 1,
  pathway: null,
  plannerRun: null,
  first_term: null,
  last_term: null,
  ...more,
});
const shown = (a: SideLine[], b: SideLine[], byId: boolean) =>
  pairLines(a, b, byId).map(({ a, b, terms }) => [a?.name ?? null, b?.name ?? null, terms]);

Deno.test("lines of one id are one line, whatever is in them", () => {
  assert.deepEqual(
    shown([line("1", "abc"), line("2", "def")], [line("2", "abc"), line("1", "def")], true),
    [
      ["1", "1", [0, 1, 2]],
      ["2", "2", [0, 1, 2]],
    ],
  );
});

Deno.test("a rebuild is compared by what is in a line: the same content first, then the most cells in common", () => {
  const before = [line("1", "abc"), line("2", "def"), line("3", "ghi")];
  const after = [line(null, "dex"), line(null, "abc"), line(null, "xyz")];
  assert.deepEqual(shown(before, after, false), [
    ["1", "abc", []],
    ["2", "dex", [2]],
    ["3", null, [0, 1, 2]],
    [null, "xyz", [0, 1, 2]],
  ]);
});

Deno.test("as many cells as possible stay over all lines, not line by line", () => {
  // Taken one by one, "1" would take "aby" and leave "2" with nothing in common.
  const pairs = pairLines([line("1", "abc"), line("2", "xby")], [
    line(null, "aby"),
    line(null, "abz"),
  ], false);
  assert.equal(totalsOf(pairs).cells, 2);
});

Deno.test("totals count lines and cells, and say which lines of today are touched", () => {
  const pairs = pairLines(
    [line("1", "abc"), line("2", "def"), line("3", "ghi")],
    [line("1", "abc"), line("2", "dxf"), line(null, "jkl")],
    true,
  );
  assert.deepEqual(totalsOf(pairs), {
    same: 1,
    changed: 1,
    added: 1,
    removed: 1,
    cells: 1,
    leave: 0,
  });
  assert.deepEqual(touched(pairs), ["2", "3"]);
});

Deno.test("leave at other times is a difference; lines with the same leave stand for each other", () => {
  const [early, late] = [[{ start: 2, weeks: 1 }], [{ start: 9, weeks: 2 }, {
    start: 4,
    weeks: 1,
  }]];
  const moved = pairLines(
    [line("1", "abc", { leave: early })],
    [line("1", "abc", { leave: late })],
    true,
  );
  assert.deepEqual(totalsOf(moved), {
    same: 0,
    changed: 1,
    added: 0,
    removed: 0,
    cells: 0,
    leave: 1,
  });
  assert.deepEqual(touched(moved), ["1"]);
  assert.deepEqual([
    leaveWords({ leave: early }),
    leaveWords({ leave: late }),
    leaveWords({ leave: [] }),
  ], [
    "weeks 3",
    "weeks 5, 10 to 11",
    "none",
  ]);
  const rebuilt = pairLines(
    [line("1", "abc", { leave: early }), line("2", "abc", { leave: late })],
    [line(null, "abc", { leave: late }), line(null, "abc", { leave: early })],
    false,
  );
  assert.equal(totalsOf(rebuilt).same, 2);
});

Deno.test("figures: different lines, posts missing and overfull, leave in the first half", () => {
  const posts = [
    { position: "a", term: 1, posts: 1, minimum_fill: 1 },
    { position: "b", term: 2, posts: 2, minimum_fill: 2 },
  ];
  const lines = [
    line("1", "ab", { leave: [{ start: 8, weeks: 4 }] }),
    line("2", "ab", { affinity: null }),
    line("3", "a-"),
  ];
  assert.deepEqual(figuresOf(lines, posts, 20), {
    lines: 3,
    different: 2,
    affinity: 2,
    missing: 0,
    overfull: 2,
    leaveWeeks: 4,
    early: 0.5,
  });
});
