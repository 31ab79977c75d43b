import assert from "node:assert/strict";
import type { ResultRow } from "../../../../shared/client/mod.ts";
import { brokenRules, latecomers, movesOf, standing } from "./published.ts";

const row = (workerMapping: string, jobLine: string | null, more: Partial<ResultRow> = {}) =>
  ({
    workerMapping,
    doctor: workerMapping,
    jobLine,
    jobLineName: jobLine,
    version: 1,
    preferenceNumber: null,
    overrides: [],
    correctionReason: null,
    allocatorRun: "r",
    finalisedAt: "2026-01-02",
    releasedAt: null,
    emailedAt: null,
    versions: [],
    ...more,
  }) as ResultRow;

const rows = [
  row("a", "l1"),
  row("b", "l2", {
    version: 3,
    correctionReason: "Agreed.",
    overrides: ["OVER_CAPACITY"],
    releasedAt: "2026-01-04",
    finalisedAt: "2026-01-03",
  }),
  row("c", null, { releasedAt: "2026-01-05" }),
];

Deno.test("standing() tells since when a result stands, and what was corrected by hand", () => {
  const { corrected, ...rest } = standing(rows);
  assert.deepEqual(corrected.map(({ doctor }) => doctor), ["b"]);
  assert.deepEqual(rest, {
    finalisedAt: "2026-01-02",
    releasedAt: "2026-01-04",
    version: 3,
    without: 1,
    overridden: 1,
  });
});

Deno.test("movesOf() moves, swaps and takes lines away, and asks for nothing that changes nothing", () => {
  const moves = (
    kind: "move" | "swap" | "none",
    worker: string,
    line = "",
    other = "",
    override = false,
  ) => movesOf({ kind, worker, line, other }, rows, override);
  // Each says the line that the doctor was seen with, so that nobody is moved who has another by now.
  assert.deepEqual(moves("move", "a", "l3"), [{ workerMapping: "a", jobLine: "l3", from: "l1" }]);
  assert.deepEqual(moves("move", "a", "l3", "", true), [
    { workerMapping: "a", jobLine: "l3", from: "l1", override: true },
  ]);
  assert.deepEqual(moves("swap", "a", "", "b"), [
    { workerMapping: "a", jobLine: "l2", from: "l1" },
    { workerMapping: "b", jobLine: "l1", from: "l2" },
  ]);
  assert.deepEqual(moves("none", "a"), [{ workerMapping: "a", jobLine: null, from: "l1" }]);
  for (
    const nothing of [
      moves("move", "a", "l1"),
      moves("move", "a"),
      moves("none", "c"),
      moves("swap", "a", "", "a"),
      moves("move", "", "l1"),
    ]
  ) {
    assert.equal(nothing, null);
  }
});

Deno.test("who came after the match was finalised is given a line by a correction; who withdrew is not", () => {
  const doctors = [
    { mapping: "a", withdrawnAt: null },
    { mapping: "late", withdrawnAt: null },
    { mapping: "gone", withdrawnAt: "2026-11-26" },
  ];
  const late = latecomers(doctors, rows).map(({ mapping }) => mapping);
  assert.deepEqual(late, ["late"]);
  const ask = (kind: "move" | "swap" | "none", line: string, known = late) =>
    movesOf({ kind, worker: "late", line, other: "a" }, rows, false, known);
  assert.deepEqual(ask("move", "l3"), [{ workerMapping: "late", jobLine: "l3", from: null }]);
  assert.equal(ask("none", ""), null);
  assert.equal(ask("move", "l3", []), null);
});

Deno.test("brokenRules() are those of the match, with whose they are; what else was refused is none", () => {
  assert.deepEqual(
    brokenRules([
      { path: "allocations.m1", message: "not eligible" },
      { path: "allocations", message: "somebody must take it" },
      { path: "p_reason", message: "too long" },
    ]),
    [{ worker: "m1", message: "not eligible" }, { worker: null, message: "somebody must take it" }],
  );
  assert.deepEqual(brokenRules([]), []);
});
