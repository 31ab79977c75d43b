import assert from "node:assert/strict";
import { loadedPosition } from "../testing/documents.ts";
import { toPlannerInput } from "./load.ts";
import { toWriteBack } from "./write_back.ts";

const position = (id: string, more: Record<string, unknown> = {}) =>
  loadedPosition(id, { categories: ["B"], team: `team of ${id}`, ...more });

/** A line with a rotation per entry: position of term 1, of term 2... */
function line(id: string, positions: (string | null)[] = [], more: Record<string, unknown> = {}) {
  const rotations = positions.flatMap((position, t) => position ? [{ position, term: t + 1 }] : []);
  return {
    id,
    name: `Line ${id}`,
    sort_order: 1,
    is_locked: false,
    affinity: null,
    pathway: null,
    is_at_stake: false,
    first_term: null,
    last_term: null,
    leave: [],
    rotations,
    ...more,
  };
}

const locked = { is_locked: true };

function run(more: Record<string, unknown> = {}) {
  return {
    n_job_lines: 3,
    constraints: ["VIC_PGY1"],
    options: { allow_partial: true, seed: 7 },
    starts_on: "2027-01-11",
    term_weeks: [26, 26],
    positions: [position("p"), position("q", { subspecialty: "Cardiology", is_rural: true })],
    six_month_terms: [],
    posts: [
      { position: "p", term: 1, posts: 2, minimum_fill: 2 },
      { position: "q", term: 2, posts: 3, minimum_fill: 0 },
    ],
    lines: [],
    fingerprint: "as loaded",
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
  const input = toPlannerInput(run({
    // More locked than there are posts left, and a position that lost all of its posts.
    lines: [line("b", ["p", "q"], locked), line("a", ["gone", "q"], locked), line("c", ["p", "q"])],
  }));
  assert.equal(input.problem.lines, 1);
  assert.equal(input.linesWanted, 3);
  assert.deepEqual(input.problem.posts, [[1, 0], [0, 1]]);
  assert.deepEqual(input.problem.minimumFill, [[1, 0], [0, 0]]);
  assert.deepEqual(input.lockedIds, ["a", "b"]);
  assert.deepEqual(input.takenNames, ["Line b", "Line a"]);
  assert.deepEqual([input.mode, input.dryRun], ["rebuild", false]);
  assert.deepEqual(input.existingIds, ["a", "b", "c"]);
  assert.deepEqual(input.before.map(({ id }) => id), ["c"]);
});

Deno.test("toPlannerInput() keeps every line for a fill", () => {
  const lines = [line("b", ["p", "q"], { sort_order: 7 }), line("a", ["p", "q"], locked)];
  const input = toPlannerInput(run({ options: { mode: "fill" }, lines }));
  assert.equal(input.problem.lines, 1);
  assert.deepEqual(input.problem.posts, [[0, 0], [0, 1]]);
  assert.deepEqual(input.existingIds, ["a", "b"]);
  assert.deepEqual(input.lockedIds, ["a"]);
  assert.deepEqual([input.takenNames, input.lastOrder], [["Line b", "Line a"], 7]);
  assert.deepEqual(input.before, []);
});

Deno.test("toPlannerInput() hands the unlocked lines to a replan", () => {
  const lines = [line("b", [null, "q"]), line("a", ["p", "q"], locked)];
  const input = toPlannerInput(run({ options: { mode: "replan", dry_run: true }, lines }));
  assert.equal(input.problem.lines, 2);
  assert.deepEqual(input.problem.posts, [[1, 0], [0, 2]]);
  assert.deepEqual(input.before.map(({ id, positions }) => [id, positions]), [["b", [null, "q"]]]);
  assert.equal(input.dryRun, true);
});

Deno.test("toPlannerInput() leaves leave that was taken before the day its weeks, whatever its terms may take by now", () => {
  const leave = [{ start_week: 3, weeks: 5 }];
  const lines = [line("a", ["p", "q"], { leave }), line("b", ["p", "q"], { leave })];
  const capacity = (from?: string) => {
    const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [5, 5] } }];
    const read = run({ constraints, lines, n_job_lines: 2, options: { mode: "replan", from } });
    return toPlannerInput(read).problem.constraints;
  };
  const told = (
    ...capacity_weeks: number[]
  ) => [{ name: "ANNUAL_LEAVE", value: { capacity_weeks } }];
  assert.deepEqual(capacity("2027-07-01"), told(10, 5));
  assert.deepEqual(capacity(), told(5, 5));
});

Deno.test("toPlannerInput() freezes the terms that began before the day from which is planned", () => {
  const constraints = [
    { name: "FORBIDDEN_CELLS", value: [{ position: "p" }, { position: "q", terms: [1] }] },
    { name: "FORCED_CELLS", value: [{ position: "p", term: 1 }, { position: "q", term: 2 }] },
  ];
  const lines = [
    line("a", ["p", "q"]),
    line("b", ["p", "q"]),
    line("c", ["p"], { last_term: 1 }),
    line("d", [null, "q"], { first_term: 2 }),
  ];
  const read = (from: string, more: Record<string, unknown> = {}) =>
    toPlannerInput(
      run({ constraints, lines, n_job_lines: 5, options: { mode: "replan", from, ...more } }),
    );
  const { problem, frozenTerms, before } = read("2027-07-01");
  assert.equal(frozenTerms, 1);
  // Three lines hold p in the first term, whatever posts it has by now; the fifth line begins in the second.
  assert.deepEqual(problem.posts, [[3, 0, 2, 0], [0, 3, 0, 1]]);
  assert.deepEqual(problem.positions.map(({ id }) => id), ["p", "q", "absent:1", "absent:2"]);
  assert.deepEqual(before.map(({ positions }) => positions), [
    ["p", "q"],
    ["p", "q"],
    ["p", "absent:2"],
    ["absent:1", "q"],
  ]);
  assert.deepEqual(problem.constraints, [
    { name: "FORBIDDEN_CELLS", value: [{ position: "p", terms: [2] }] },
    { name: "FORCED_CELLS", value: [{ position: "q", term: 2 }] },
  ]);
  // The day on which a term begins belongs to it.
  assert.deepEqual(
    ["2027-01-01", "2027-01-11", "2027-01-12", "2027-07-12"].map((day) => read(day).frozenTerms),
    [
      0,
      0,
      1,
      1,
    ],
  );
  assert.throws(() => read("2027-07-13"), { code: "NOTHING_TO_BUILD" });
  assert.throws(
    () =>
      toPlannerInput(
        run({ lines, n_job_lines: 3, options: { mode: "replan", from: "2027-07-01" } }),
      ),
    { code: "NOTHING_TO_BUILD" },
  );
});

Deno.test("toWriteBack() of a replan from a day on writes no rotation where a line is not worked", () => {
  const lines = [line("a", ["p", "q"]), line("c", ["p"], { last_term: 1 })];
  const options = { mode: "replan", from: "2027-07-01", dry_run: true };
  const input = toPlannerInput(run({ options, lines, n_job_lines: 3 }));
  const planned = [
    { positions: ["p", "p"], affinity: 1, existing: 0, changes: 1 },
    { positions: ["p", "absent:2"], affinity: 1, existing: 1, changes: 0 },
    { positions: ["absent:1", "q"], affinity: 1, existing: null, changes: 0 },
  ];
  const { lines: written, plan } = toWriteBack(planned, input);
  assert.deepEqual(written.map(({ id, positions, first_term }) => [id, positions, first_term]), [
    ["a", ["p", "p"], undefined],
    [undefined, [null, "q"], 2],
  ]);
  assert.equal(plan.frozen_terms, 1);
  assert.deepEqual(plan.preview!.map(({ positions }) => positions), [["p", "p"], ["p", null], [
    null,
    "q",
  ]]);
});

Deno.test("toPlannerInput() asks less of new lines where lines that stay hold it already", () => {
  const constraints = [
    "VIC_PGY1",
    {
      name: "FORCED_CELLS",
      value: [{ position: "p", term: 1, lines: 2 }, { position: "q", term: 2 }],
    },
    { name: "PATHWAYS", value: [{ name: "S", lines: 2, positions: ["p"], need: 1 }] },
    { name: "ANNUAL_LEAVE", value: { capacity_weeks: [12, 9] } },
  ];
  const leave = [{ start_week: 3, weeks: 2 }, { start_week: 30, weeks: 3 }];
  const lines = [line("a", ["p", "q"], { ...locked, pathway: "S", leave })];
  assert.deepEqual(toPlannerInput(run({ constraints, lines })).problem.constraints, [
    "VIC_PGY1",
    { name: "FORCED_CELLS", value: [{ position: "p", term: 1, lines: 1 }] },
    { name: "PATHWAYS", value: [{ name: "S", lines: 1, positions: ["p"], need: 1 }] },
    { name: "ANNUAL_LEAVE", value: { capacity_weeks: [10, 6] } },
  ]);
  assert.deepEqual(toPlannerInput(run({ constraints, lines })).problem.leaveBeside, [{
    teams: ["team of p", "team of q"],
    leave: [{ startWeek: 3, weeks: 2 }, { startWeek: 30, weeks: 3 }],
  }]);
});

Deno.test("toPlannerInput() refuses a run that has nothing to build", () => {
  const refused = { code: "NOTHING_TO_BUILD" };
  const lines = ["a", "b", "c"].map((id) => line(id));
  assert.throws(
    () => toPlannerInput(run({ lines: lines.map((l) => ({ ...l, ...locked })) })),
    refused,
  );
  assert.throws(() => toPlannerInput(run({ options: { mode: "fill" }, lines })), refused);
  assert.equal(toPlannerInput(run({ options: { mode: "replan" }, lines })).problem.lines, 3);
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

Deno.test("toWriteBack() numbers lines and passes over names that are taken", () => {
  const input = toPlannerInput(run({ lines: [line("b", [], { name: "Line 02", ...locked })] }));
  const planned = [1, 2].map((affinity) => ({ positions: ["p", "q"], affinity }));
  const { lines, plan } = toWriteBack(planned, input);
  const rest = { positions: ["p", "q"], pathway: null, leave: [] };
  assert.deepEqual(lines, [
    { name: "Line 01", sort_order: 1, affinity: 1, ...rest },
    { name: "Line 03", sort_order: 2, affinity: 2, ...rest },
  ]);
  assert.deepEqual(plan, {
    mode: "rebuild",
    existing: ["b"],
    fingerprint: "as loaded",
    removed: [],
  });
});

Deno.test("toWriteBack() of a rebuild keeps lines that come again, those that something hangs on first", () => {
  const lines = [
    line("a", ["p", "q"], { name: "Line 01", sort_order: 4 }),
    line("b", ["p", "q"], { name: "The nice one", sort_order: 5, is_at_stake: true }),
    line("c", ["q", "q"], { name: "Line 03", sort_order: 6 }),
    line("d", ["q", "p"], { name: "Line 04", sort_order: 7 }),
  ];
  const input = toPlannerInput(run({ lines, n_job_lines: 4, options: { dry_run: true } }));
  const planned = [["q", "p"], ["p", "q"], ["p", "p"], ["p", "p"]].map((positions) => ({
    positions,
    affinity: 9,
  }));
  const { lines: rows, plan } = toWriteBack(planned, input);
  assert.deepEqual(
    rows.map(({ id, name, sort_order, affinity }) => [id, name, sort_order, affinity]),
    [
      ["d", "Line 04", 7, 9],
      ["b", "The nice one", 5, 9],
      [undefined, "Line 01", 8, 9],
      [undefined, "Line 02", 9, 9],
    ],
  );
  assert.deepEqual(plan.removed, ["a", "c"]);
  assert.deepEqual(plan.preview!.map(({ id, change }) => [id, change]), [
    ["d", "kept"],
    ["b", "kept"],
    [null, "added"],
    [null, "added"],
    ["a", "removed"],
    ["c", "removed"],
  ]);
});

Deno.test("toWriteBack() keeps as many lines as come again, each once", () => {
  const lines = ["a", "b"].map((id) => line(id, ["p", "q"]));
  const input = toPlannerInput(run({ lines }));
  const planned = [1, 2, 3].map((affinity) => ({ positions: ["p", "q"], affinity }));
  const { lines: rows, plan } = toWriteBack(planned, input);
  assert.deepEqual(rows.map(({ id }) => id), ["a", "b", undefined]);
  assert.deepEqual(plan.removed, []);
});

Deno.test("toWriteBack() writes what a replan changes, and previews all of it", () => {
  const lines = [line("a", ["p", "q"]), line("b", ["q", "q"]), line("c", ["p", null])];
  const options = { mode: "replan", dry_run: true };
  const input = toPlannerInput(run({ options, lines, n_job_lines: 3 }));
  const planned = [
    { positions: ["p", "q"], affinity: 1, existing: 0, changes: 0 },
    { positions: ["p", "q"], affinity: 1, existing: 1, changes: 1 },
    { positions: ["p", "q"], affinity: 1, existing: null, changes: 0 },
  ];
  const { lines: written, plan } = toWriteBack(planned, input);
  assert.deepEqual(written.map(({ id, name }) => [id, name]), [
    ["b", "Line b"],
    [undefined, "Line 01"],
  ]);
  assert.deepEqual([plan.existing, plan.removed], [["a", "b", "c"], ["c"]]);
  assert.deepEqual(plan.preview!.map(({ id, change, before }) => [id, change, before]), [
    ["a", "kept", null],
    ["b", "changed", ["q", "q"]],
    [null, "added", null],
    ["c", "removed", null],
  ]);
});

Deno.test("toPlannerInput() takes the changes of a replan along: posts, new positions, terms of lines", () => {
  const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const [p, q, fresh, a, b] = [1, 2, 3, 4, 5].map(id);
  const posts = (position: string, term: number, n: number, minimum_fill = 0) => ({
    position,
    term,
    posts: n,
    minimum_fill,
  });
  const input = toPlannerInput(run({
    n_job_lines: 2,
    constraints: ["UNRESTRICTED"],
    term_weeks: [20, 16, 16],
    positions: [position(p), position(q), position(fresh)],
    posts: [posts(p, 1, 2), posts(p, 2, 2, 2), posts(q, 3, 2)],
    lines: [
      line(a, [p, p, q], { leave: [{ start_week: 3, weeks: 2 }, { start_week: 30, weeks: 3 }] }),
      line(b, [p, p, q]),
    ],
    options: {
      mode: "replan",
      from: "2027-05-31",
      changes: {
        posts: [{ position: p, term: 2, posts: 1 }, { position: fresh, term: 3, posts: 4 }],
        lines: [{ job_line: a, last_term: 1 }],
        reason: "Why",
      },
    },
  }));
  const { problem, before, frozenTerms } = input;
  const column = (position: string) => problem.positions.findIndex(({ id }) => id === position);
  assert.equal(frozenTerms, 1);
  assert.equal(problem.posts[1][column(p)], 1);
  assert.equal(problem.minimumFill[1][column(p)], 1, "no more is asked to be filled than there is");
  assert.equal(problem.posts[2][column(fresh)], 4);
  assert.deepEqual(before[0].positions, [p, "absent:2", "absent:3"]);
  assert.deepEqual(before[0].leave, [{ startWeek: 3, weeks: 2 }]);
  assert.deepEqual(before[1].positions, [p, p, q]);
});
