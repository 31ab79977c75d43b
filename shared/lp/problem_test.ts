/** What GLPK is told and what it answers, against the enumeration of a model's vertices. */
import assert from "node:assert/strict";
import { BASIC } from "./basis.ts";
import { glpk } from "./glpk.ts";
import type { LpModel } from "./model.ts";
import {
  createProblem,
  readBasis,
  readColumns,
  readRowDuals,
  setColBounds,
  setRowBounds,
  solveBranchAndCut,
  solveSimplex,
  writeBasis,
} from "./problem.ts";
import { randomModel, randomSource } from "./testing/random_models.ts";
import { textbook } from "./testing/textbook.ts";
import { isFeasible, objectiveOf } from "./verify.ts";

/** Lets a problem of GLPK go when its test is over. */
function withProblem<T>(model: LpModel, run: (problem: number) => T): T {
  const problem = createProblem(glpk(), model);
  try {
    return run(problem);
  } finally {
    glpk().call.glp_delete_prob(problem);
  }
}

/** The lines a x + b y = c on which rows and bounds of a model of two columns lie. */
function edges(model: LpModel): [number, number, number][] {
  const entry = (i: number, j: number) => {
    for (let k = model.starts[j]; k < model.starts[j + 1]; k++) {
      if (model.index[k] === i) return model.value[k];
    }
    return 0;
  };
  const found: [number, number, number][] = [];
  for (let i = 0; i < model.rows; i++) {
    for (const c of [model.rowLower[i], model.rowUpper[i]]) {
      found.push([entry(i, 0), entry(i, 1), c]);
    }
  }
  for (const c of [model.colLower[0], model.colUpper[0]]) found.push([1, 0, c]);
  for (const c of [model.colLower[1], model.colUpper[1]]) found.push([0, 1, c]);
  return found.filter(([, , c]) => Number.isFinite(c));
}

/** The best feasible crossing of two edges; null where there is none. */
function bestVertex(model: LpModel): number | null {
  const all = edges(model), sign = model.sense === "max" ? 1 : -1;
  let best: number | null = null;
  for (const [a, b, c] of all) {
    for (const [d, e, f] of all) {
      const det = a * e - b * d;
      if (Math.abs(det) < 1e-9) continue;
      const x = Float64Array.of((c * e - b * f) / det, (a * f - c * d) / det);
      if (!isFeasible(model, x)) continue;
      const value = objectiveOf(model, x);
      if (best === null || sign * value > sign * best) best = value;
    }
  }
  return best;
}

Deno.test("simplex over two columns finds the best vertex, or that there is none", () => {
  const random = randomSource(41);
  const seen = { optimal: 0, infeasible: 0 };
  for (let n = 0; n < 300; n++) {
    const model = randomModel(random, { rows: 1 + n % 4, cols: 2 });
    const best = bestVertex(model);
    withProblem(model, (problem) => {
      const { status } = solveSimplex(glpk(), problem, { presolve: n % 2 === 0 });
      assert.equal(status, best === null ? "infeasible" : "optimal", `model ${n}`);
      seen[best === null ? "infeasible" : "optimal"]++;
      if (best === null) return;
      const value = objectiveOf(model, readColumns(glpk(), problem, 2, false));
      assert.ok(Math.abs(value - best) < 1e-6, `model ${n}: ${value} of ${best}`);
    });
  }
  assert.ok(seen.optimal > 50 && seen.infeasible > 50, JSON.stringify(seen));
});

Deno.test("changed bounds of a row and of a column are what the next solve keeps", () => {
  withProblem(textbook(), (problem) => {
    const solved = () => {
      solveSimplex(glpk(), problem, {});
      return [...readColumns(glpk(), problem, 2, false)];
    };
    assert.deepEqual(solved(), [3, 1]);
    assert.deepEqual([...readRowDuals(glpk(), problem, 2)], [2, 0]);
    setColBounds(glpk(), problem, 0, 0, 1);
    assert.deepEqual(solved(), [1, 8 / 3]);
    setRowBounds(glpk(), problem, 1, -Infinity, 4);
    assert.deepEqual(solved(), [1, 1]);
    setColBounds(glpk(), problem, 1, 0, 0);
    assert.deepEqual(solved(), [1, 0]);
    setColBounds(glpk(), problem, 0, -Infinity, Infinity);
    assert.deepEqual(solved(), [4, 0]);
  });
});

Deno.test("a basis put back into a new problem is read as it was, with as many basic as rows", () => {
  const random = randomSource(43);
  let compared = 0;
  for (let n = 0; n < 60; n++) {
    const model = randomModel(random, { rows: 3, cols: 4 });
    const basis = withProblem(model, (problem) => {
      const { status } = solveSimplex(glpk(), problem, {});
      return status === "optimal" ? readBasis(glpk(), problem, 3, 4) : null;
    });
    if (basis === null) continue;
    assert.equal(basis.filter((status) => status === BASIC).length, 3);
    withProblem(model, (problem) => {
      writeBasis(glpk(), problem, basis, 3);
      assert.deepEqual(readBasis(glpk(), problem, 3, 4), basis);
      assert.equal(solveSimplex(glpk(), problem, {}).status, "optimal");
      assert.deepEqual(readBasis(glpk(), problem, 3, 4), basis, "nothing is left to do");
    });
    compared++;
  }
  assert.ok(compared > 20, `${compared}`);
});

Deno.test("branch and cut takes whole columns whole, and says so of what it cannot", () => {
  const model = textbook(true);
  model.rowUpper[0] = 3.5;
  withProblem(model, (problem) => {
    assert.deepEqual(solveBranchAndCut(glpk(), problem, {}), { status: "optimal", mip: true });
    assert.deepEqual([...readColumns(glpk(), problem, 2, true)], [3, 0]);
  });
  model.rowLower[0] = 3.2;
  withProblem(model, (problem) => {
    assert.equal(solveBranchAndCut(glpk(), problem, {}).status, "infeasible");
  });
});
