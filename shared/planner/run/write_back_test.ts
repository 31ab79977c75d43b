// Which rows a plan becomes: what is the same keeps its row, what is new gets a name, what is gone is told.

import assert from "node:assert/strict";
import type { PlannerProblem } from "../problem.ts";
import { inputOf as anyInput } from "../testing/inputs.ts";
import type { LineBefore, PlannerInput } from "./load.ts";
import { toWriteBack } from "./write_back.ts";

function before(id: string, positions: string[], more: Partial<LineBefore> = {}): LineBefore {
  return {
    id,
    name: `Old ${id}`,
    sortOrder: 1,
    isAtStake: false,
    affinity: 1,
    pathway: null,
    positions,
    leave: [],
    ...more,
  };
}

/** What is written does not depend on the problem. */
const inputOf = (change: Partial<PlannerInput>) =>
  anyInput({} as PlannerProblem, { linesWanted: 3, ...change });

const planned = (...positions: string[]) => ({ positions, affinity: 2 });

Deno.test("toWriteBack() numbers new lines, passing over names and places that are taken", () => {
  const input = inputOf({ mode: "fill", takenNames: ["Line 02", "Mine"], lastOrder: 7 });
  const { lines, plan } = toWriteBack([planned("a"), planned("b")], input);
  assert.deepEqual(lines.map(({ name, sort_order }) => [name, sort_order]), [
    ["Line 01", 8],
    ["Line 03", 9],
  ]);
  assert.ok(lines.every((line) => !("id" in line)));
  assert.deepEqual([plan.mode, plan.removed, plan.preview], ["fill", [], undefined]);
  const many = toWriteBack([planned("a")], inputOf({ linesWanted: 100 })).lines;
  assert.equal(many[0].name, "Line 001");
});

Deno.test("toWriteBack() finds lines of a rebuild again by their positions, those with something at stake first", () => {
  const input = inputOf({
    before: [
      before("x", ["a", "b"]),
      before("y", ["a", "b"], { isAtStake: true }),
      before("z", ["c", "d"]),
    ],
  });
  const { lines, plan } = toWriteBack([planned("b", "a"), planned("a", "b")], input);
  assert.deepEqual(lines.map(({ id, name }) => [id, name]), [
    [undefined, "Line 01"],
    ["y", "Old y"],
  ]);
  assert.deepEqual(plan.removed, ["x", "z"]);
  const both = toWriteBack([planned("a", "b"), planned("a", "b")], input);
  assert.deepEqual(both.lines.map(({ id }) => id), ["y", "x"]);
});

Deno.test("toWriteBack() writes what a replan changes and nothing else", () => {
  const input = inputOf({
    mode: "replan",
    before: [before("x", ["a", "b"]), before("y", ["a", "b"]), before("z", ["c", "d"])],
    dryRun: true,
  });
  const lines = [
    { ...planned("a", "b"), existing: 0 },
    { ...planned("a", "d"), existing: 1 },
    { ...planned("e", "e"), existing: null },
  ];
  const written = toWriteBack(lines as Parameters<typeof toWriteBack>[0], input);
  assert.deepEqual(written.lines.map(({ id, positions }) => [id, positions]), [
    ["y", ["a", "d"]],
    [undefined, ["e", "e"]],
  ]);
  assert.deepEqual(written.plan.removed, ["z"]);
  assert.deepEqual(written.plan.preview!.map(({ id, change, before }) => [id, change, before]), [
    ["x", "kept", null],
    ["y", "changed", ["a", "b"]],
    [null, "added", null],
    ["z", "removed", null],
  ]);
});

Deno.test("toWriteBack() counts another pathway or other leave as a change", () => {
  const old = before("x", ["a"], { pathway: "p", leave: [{ startWeek: 3, weeks: 5 }] });
  const input = inputOf({ mode: "replan", before: [old] });
  const same = { ...planned("a"), existing: 0, pathway: "p", leave: [{ startWeek: 3, weeks: 5 }] };
  const written = (line: object) => toWriteBack([line] as Parameters<typeof toWriteBack>[0], input);
  assert.deepEqual(written(same).lines, []);
  assert.equal(written({ ...same, pathway: undefined }).lines.length, 1);
  const { lines: [moved] } = written({ ...same, leave: [{ startWeek: 4, weeks: 5 }] });
  assert.deepEqual(moved.leave, [{ start_week: 4, weeks: 5 }]);
});
