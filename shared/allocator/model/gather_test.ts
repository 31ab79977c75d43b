// Lists of ranks and weightings as arrays, by hand.

import assert from "node:assert/strict";
import { WorkerLookup } from "../input/eligibility.ts";
import { problemOf } from "../testing/problems.ts";
import { readPreferences, readRegard } from "./gather.ts";

Deno.test("readPreferences() joins a worker's lists, and mends what names nothing or a line twice", () => {
  const problem = problemOf(2, [1, 1, 1], {
    preferences: [
      { worker: "w0", ranks: [["l2", 1], ["gone", 2]] },
      { worker: "w0", ranks: [["l0", 3], ["l2", 5]] },
      { worker: "stranger", ranks: [["l0", 1]] },
    ],
  });
  const { rank, choice, mended } = readPreferences(problem, problem.workers, problem.lines);
  // Two lines are ranked; the third stands behind them.
  assert.deepEqual([...rank.subarray(0, 3)], [2, 3, 1]);
  assert.deepEqual([...choice.subarray(0, 3)], [2, 0, 1]);
  // Who ranks nothing has all lines at the mean place.
  assert.deepEqual([...rank.subarray(3)], [2, 2, 2]);
  assert.deepEqual([...choice.subarray(3)], [0, 0, 0]);
  assert.deepEqual(
    mended.map(({ id, flaws, ignored }) => [id, flaws.includes("ignored"), ignored]),
    [
      ["stranger", true, ["l0"]],
      ["w0", true, ["gone", "l2"]],
    ],
  );
});

Deno.test("readPreferences() counts lines outside the batch as places, without giving them to anybody", () => {
  const problem = problemOf(1, [1, 1], {
    outside: { workers: [], lines: [{ id: "other", name: "Other" }] },
    preferences: [{ worker: "w0", ranks: [["other", 1], ["l1", 2]] }],
  });
  const { rank, choice, mended } = readPreferences(problem, problem.workers, problem.lines);
  assert.deepEqual([[...rank], [...choice], mended], [[3, 2], [0, 2], []]);
});

Deno.test("readRegard() adds what each preferencer of a line thinks, by the power, and weightings once for each", () => {
  const preferencer = (id: string, lines: string[], ranks: [string, number][]) => ({
    id,
    name: id,
    lines,
    maxLines: null,
    maxWorkers: null,
    ranks,
  });
  const problem = problemOf(2, [1, 1], {
    preferencers: [
      preferencer("p0", ["l0"], [["w1", 1], ["w0", 2]]),
      preferencer("p1", ["l0", "l1"], [["w0", 1]]),
    ],
    weightings: [
      { line: "l0", workers: ["w0"], tags: [], weighting: 10 },
      { line: null, workers: [], tags: [], weighting: 0.5 },
    ],
  });
  problem.options.preferencePower = 2;
  const lookup = new WorkerLookup(problem.workers);
  const { regard } = readRegard(
    problem,
    problem.preferencers,
    problem.workers,
    problem.lines,
    lookup,
  );
  // l0: both think of each, and each weighting counts for both; l1: p1 alone.
  assert.deepEqual([...regard], [4 + 1 + 20 + 1, 1 + 0.5, 1 + 4 + 1, 4 + 0.5]);
});
