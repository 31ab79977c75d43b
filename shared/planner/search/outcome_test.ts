// How a search ends, by ids and in words.

import assert from "node:assert/strict";
import { checkPlan } from "../check/checker.ts";
import { scoreLine, scorePlan } from "../check/score.ts";
import { buildTables } from "../model/build.ts";
import { mergeTables } from "../model/merge.ts";
import { packCells } from "../../engine/packing.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { gapOf, outcome, type PlannerOutcome } from "./outcome.ts";
import type { SearchInput } from "./search.ts";
import { firstState, type PlannerState } from "./state.ts";

const [A, B, C] = [0, 1, 2];

/** Two lines of two terms; c sorts before the others by its name. */
function scene(constraints: PlannerProblem["constraints"] = []): SearchInput {
  const positions = [
    position("a", { specialty: "x" }),
    position("b", { specialty: "y" }),
    position("c", { specialty: "z", name: "Aged care" }),
  ];
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 2,
    constraints,
    affinity: { profile: "test", version: 1, weights: [["x", "y", 40]] },
  });
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  return { problem, bounds, tables, merged: mergeTables(tables) };
}

/** The state of a search that has ended with a plan. */
function ended({ merged: { tables } }: SearchInput, cells: number[], more: Partial<PlannerState>) {
  const best = packCells(Int32Array.from(cells), tables.positions, tables.terms);
  return { ...firstState(1, 2), phase: "done" as const, best, ...more };
}

function completed(found: PlannerOutcome) {
  assert.equal(found.status, "COMPLETED");
  return found as Extract<PlannerOutcome, { status: "COMPLETED" }>;
}

Deno.test("outcome() throws while the search is not done", () => {
  assert.throws(() => outcome(scene(), firstState(1, 2)), /phase init/);
});

Deno.test("outcome() names positions, in the order of their names, with what each line and the plan are worth", () => {
  const input = scene(), { problem } = input;
  const lines = [["c", "a"], ["a", "b"]];
  const { objective } = scorePlan(problem, lines);
  const state = ended(input, [A, B, C, A], { bestValue: objective, bound: objective + 5 });
  const found = completed(outcome(input, state));
  assert.deepEqual(found.lines.map((line) => line.positions), lines);
  assert.deepEqual(
    found.lines.map((line) => line.affinity),
    lines.map((l) => scoreLine(problem, l)),
  );
  assert.deepEqual(checkPlan(problem, lines), []);
  const { quality } = found;
  assert.deepEqual([quality.objective, quality.bound], [objective, objective + 5]);
  assert.equal(quality.gap, 5 / Math.max(1, quality.scale));
  assert.deepEqual(quality.lines, { wanted: 2, built: 2, bound: 2, reason: null });
});

Deno.test("gapOf() is relative to the plan's size, and unknown where objective or bound are", () => {
  assert.deepEqual([gapOf(80, null, 100), gapOf(null, 80, 100)], [null, null]);
  assert.deepEqual([gapOf(80, 90, 100), gapOf(80, 80, 0)], [0.1, 0]);
});

Deno.test("lines of a pathway carry its name", () => {
  const input = scene([{
    name: "PATHWAYS",
    value: [{ name: "Aged", lines: 1, positions: ["c"], need: 1 }],
  }]);
  const [aged, rest] = input.tables.groups;
  const state = ended(input, [A, B, rest, C, A, aged], { bestValue: 0, bound: 0 });
  const { lines } = completed(outcome(input, state));
  assert.deepEqual(lines.map(({ positions, pathway }) => [...positions, pathway ?? null]), [
    ["c", "a", "Aged"],
    ["a", "b", null],
  ]);
});

Deno.test("failures and explanations are told before any plan", () => {
  const input = scene();
  const failure = { code: "LINES_NOT_FOUND", message: "1 of 2 lines were found." };
  const state = ended(input, [A, B], { bestValue: 80, failure });
  assert.deepEqual(outcome(input, state), { status: "FAILED", ...failure });
  const explanation = { lines: { wanted: 2 } } as unknown as PlannerState["explanation"];
  assert.deepEqual(outcome(input, { ...state, explanation }), {
    status: "INFEASIBLE",
    explanation,
  });
});
