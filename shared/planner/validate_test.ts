// What the engine refuses to read, and under which code.

import assert from "node:assert/strict";
import { PlannerInputError, type PlannerProblem } from "./problem.ts";
import { position, problemOf } from "./testing/problems.ts";
import { validateProblem } from "./validate.ts";

const fine = problemOf([position("a"), position("b")], { termWeeks: [26, 26] });

/** Code and paths of the faults; null for a problem that is read. */
function faults(changes: Partial<PlannerProblem>): { code: string; paths: string[] } | null {
  try {
    validateProblem({ ...fine, ...changes });
    return null;
  } catch (error) {
    assert.ok(error instanceof PlannerInputError);
    return { code: error.code, paths: error.errors.map(({ path }) => path) };
  }
}

Deno.test("validateProblem() reads a problem that is in order", () => {
  assert.equal(faults({}), null);
});

Deno.test("validateProblem() names each field that is wrong", () => {
  const wrong = (paths: string[]) => ({ code: "INVALID_PROBLEM", paths });
  assert.deepEqual(faults({ lines: 1001 }), wrong(["lines"]));
  assert.deepEqual(faults({ termWeeks: [26, 0] }), wrong(["termWeeks[1]"]));
  assert.deepEqual(faults({ posts: [[1, 1], [1, -1]] }), wrong(["posts[1][1]"]));
  assert.deepEqual(faults({ minimumFill: [[0, 0]] }), wrong(["minimumFill"]));
  assert.deepEqual(
    faults({ positions: [position("a"), position("b", { categories: ["A", "B", "C"] })] }),
    wrong(["positions[1].categories"]),
  );
  const weights: [string, string, number][] = [["a specialty", "b specialty", 101]];
  assert.deepEqual(
    faults({ affinity: { profile: "p", version: 1, weights } }),
    wrong(["affinity.weights[0]"]),
  );
});

Deno.test("validateProblem() has a code of its own where only the constraints are wrong", () => {
  const code = (constraints: PlannerProblem["constraints"]) => faults({ constraints })?.code;
  assert.equal(code(["NOPE"]), "INVALID_CONSTRAINTS");
  const pathway = (value: object) => code([{ name: "PATHWAYS", value: [value] }]);
  const named = { name: "Rural", lines: 1 };
  assert.equal(pathway({ ...named, positions: ["a"], need: 1 }), undefined);
  assert.equal(pathway({ ...named, positions: ["zz"], need: 1 }), "INVALID_CONSTRAINTS");
  assert.equal(pathway({ ...named, sequence: ["a"] }), "INVALID_CONSTRAINTS");
  assert.equal(pathway({ ...named, lines: 2, positions: ["a"], need: 1 }), "INVALID_CONSTRAINTS");
  const leave = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [5] } }];
  assert.equal(code(leave), "INVALID_CONSTRAINTS");
  const twice = { position: "a", term: 1 };
  assert.equal(code([{ name: "FORCED_CELLS", value: [twice, twice] }]), "INVALID_CONSTRAINTS");
});
