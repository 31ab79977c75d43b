/** The door's promises: right answers, checked statuses, honest limits, and it survives bad input. */
import assert from "node:assert/strict";
import { LP_LIMITS, LpBuilder, type LpModel, type LpOptions, solveLp } from "./mod.ts";
import { randomMaster, randomModel, randomSource } from "./testing/random_models.ts";
import { textbook } from "./testing/textbook.ts";

const near = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b)), `${what}: ${a}, ${b}`);

Deno.test("solveLp() gives optimum, values and duals of a textbook LP", () => {
  const { status, objective, x, rowDual, colDual } = solveLp(textbook());
  assert.equal(status, "optimal");
  near(objective, 11, "objective");
  assert.deepEqual([...x], [3, 1]);
  assert.deepEqual([...rowDual!], [2, 0]);
  assert.deepEqual([...colDual!], [1, 0]);
});

Deno.test("solveLp() gives the same answer with presolve and with the dual simplex", () => {
  for (const options of [{ presolve: true }, { method: "dual" }] as LpOptions[]) {
    const { status, objective, rowDual } = solveLp(textbook(), options);
    assert.equal(status, "optimal");
    near(objective, 11, "objective");
    assert.deepEqual([...rowDual!], [2, 0]);
  }
});

/** Complementary slackness and the sign of every dual, which together prove optimality. */
function assertDualsProveOptimum(model: LpModel, presolve: boolean): boolean {
  const { status, x, rowDual, colDual, objective } = solveLp(model, { presolve });
  if (status !== "optimal") return false;
  const sign = model.sense === "max" ? 1 : -1;
  const activity = new Float64Array(model.rows);
  for (let j = 0; j < model.cols; j++) {
    for (let k = model.starts[j]; k < model.starts[j + 1]; k++) {
      activity[model.index[k]] += model.value[k] * x[j];
    }
  }
  let dualObjective = 0;
  const check = (value: number, lo: number, hi: number, dual: number, what: string) => {
    if (Math.abs(dual) <= 1e-7) return;
    const bound = sign * dual > 0 ? hi : lo; // a useful increase is stopped by the upper bound
    near(value, bound, what);
    dualObjective += bound * dual;
  };
  activity.forEach((a, i) =>
    check(a, model.rowLower[i], model.rowUpper[i], rowDual![i], `row ${i}`)
  );
  x.forEach((v, j) => check(v, model.colLower[j], model.colUpper[j], colDual![j], `column ${j}`));
  near(objective, dualObjective, "strong duality");
  return true;
}

Deno.test("solveLp() returns duals that prove optimality on random LPs", () => {
  const random = randomSource(7);
  let optimal = 0;
  for (let n = 0; n < 300; n++) {
    const model = randomModel(random, { rows: 1 + n % 6, cols: 1 + n % 7, open: n % 3 === 0 });
    optimal += assertDualsProveOptimum(model, n % 2 === 0) ? 1 : 0;
  }
  optimal += assertDualsProveOptimum(randomMaster(random, 60, 400), false) ? 1 : 0;
  assert.ok(optimal > 100, `only ${optimal} of the models had an optimum`);
});

/** Best objective over all whole points of the boxes 0..3, or null. */
function bruteForce(model: LpModel): number | null {
  let best: number | null = null;
  const x = new Array(model.cols).fill(0);
  for (let code = 0; code < 4 ** model.cols; code++) {
    for (let j = 0, rest = code; j < model.cols; j++, rest >>= 2) x[j] = rest & 3;
    const activity = new Array(model.rows).fill(0);
    let value = 0;
    for (let j = 0; j < model.cols; j++) {
      value += model.objective[j] * x[j];
      for (let k = model.starts[j]; k < model.starts[j + 1]; k++) {
        activity[model.index[k]] += model.value[k] * x[j];
      }
    }
    if (activity.some((a, i) => a < model.rowLower[i] || a > model.rowUpper[i])) continue;
    if (best === null || (model.sense === "max" ? value > best : value < best)) best = value;
  }
  return best;
}

Deno.test("solveLp() finds the brute-force optimum of random MIPs, or that there is none", () => {
  const random = randomSource(11);
  const seen = { optimal: 0, infeasible: 0 };
  for (let n = 0; n < 200; n++) {
    const model = randomModel(random, { rows: 1 + n % 4, cols: 1 + n % 5, integer: true });
    const { status, objective, x } = solveLp(model, n % 3 === 0 ? { presolve: false } : {});
    const best = bruteForce(model);
    assert.equal(status, best === null ? "infeasible" : "optimal", `model ${n}`);
    if (best !== null) near(objective, best, `model ${n}`);
    assert.ok(x.every(Number.isInteger));
    seen[best === null ? "infeasible" : "optimal"]++;
  }
  assert.ok(seen.optimal > 30 && seen.infeasible > 30, JSON.stringify(seen));
});

Deno.test("solveLp() agrees with glpk.js's own interface on random models", async () => {
  const glpk = await (await import("glpk.js/node")).default();
  const random = randomSource(13);
  const statuses: Record<number, string[]> = {
    [glpk.GLP_OPT]: ["optimal"],
    [glpk.GLP_NOFEAS]: ["infeasible"],
    [glpk.GLP_UNBND]: ["unbounded"],
  };
  for (let n = 0; n < 60; n++) {
    const model = randomModel(random, { rows: 1 + n % 5, cols: 1 + n % 6, open: true });
    const { result } = glpk.solve(toJson(model), { presol: false, msglev: 0 });
    const { status, objective } = solveLp(model);
    assert.deepEqual(statuses[result.status], [status], `model ${n}`);
    if (status === "optimal") near(objective, result.z, `model ${n}`);
  }
});

/** A model in glpk.js's JSON, for comparison. */
function toJson(model: LpModel) {
  const bounds = (lo: number, hi: number) => ({
    type: lo === hi ? 5 : lo === -Infinity ? (hi === Infinity ? 1 : 3) : hi === Infinity ? 2 : 4,
    lb: Number.isFinite(lo) ? lo : -Number.MAX_VALUE,
    ub: Number.isFinite(hi) ? hi : Number.MAX_VALUE,
  });
  const rows = Array.from(model.rowLower, (lo, i) => ({
    name: `r${i}`,
    vars: [] as { name: string; coef: number }[],
    bnds: bounds(lo, model.rowUpper[i]),
  }));
  for (let j = 0; j < model.cols; j++) {
    for (let k = model.starts[j]; k < model.starts[j + 1]; k++) {
      rows[model.index[k]].vars.push({ name: `x${j}`, coef: model.value[k] });
    }
  }
  return {
    name: "comparison",
    objective: {
      direction: model.sense === "max" ? 2 : 1,
      name: "z",
      vars: Array.from(model.objective, (coef, j) => ({ name: `x${j}`, coef })),
    },
    subjectTo: rows,
    bounds: Array.from(model.colLower, (lo, j) => ({
      name: `x${j}`,
      ...bounds(lo, model.colUpper[j]),
    })),
  };
}

/** A single column with given bounds and one row lo <= x <= hi. */
function single(
  bounds: [number, number],
  row: [number, number],
  integer = false,
  sense: "max" | "min" = "max",
): LpModel {
  const builder = new LpBuilder(sense);
  builder.addRow(...row);
  builder.addColumn(1, ...bounds, integer);
  builder.add(0, 1);
  return builder.build();
}

Deno.test("solveLp() tells infeasible from unbounded, as LP and MIP, with and without presolve", () => {
  for (const integer of [false, true]) {
    for (const presolve of [false, true]) {
      const status = (model: LpModel) => solveLp(model, { presolve }).status;
      assert.equal(status(single([0, 1], [2, 3], integer)), "infeasible");
      assert.equal(status(single([0, Infinity], [1, Infinity], integer)), "unbounded");
      assert.equal(status(single([-Infinity, 0], [-Infinity, 5], integer, "min")), "unbounded");
    }
  }
  assert.equal(solveLp(single([0.2, 0.8], [0, 5], true)).status, "infeasible");
  assert.equal(solveLp(single([0.2, 2.8], [0, 5], true)).objective, 2);
});

Deno.test("solveLp() solves models without rows, without columns, and without entries", () => {
  const noRows = new LpBuilder("max");
  noRows.addColumn(2, 0, 5);
  assert.equal(solveLp(noRows.build()).objective, 10);
  const noColumns = new LpBuilder("min");
  noColumns.addRow(-1, 1);
  assert.equal(solveLp(noColumns.build()).objective, 0);
  const impossible = new LpBuilder("min");
  impossible.addRow(1, 2);
  assert.equal(solveLp(impossible.build()).status, "infeasible");
});

/** An odd-capacity packing MIP whose LP bound is weak: no proof within a few pivots. */
function hardMip(): LpModel {
  const random = randomSource(3);
  const builder = new LpBuilder("max");
  for (let i = 0; i < 12; i++) builder.addRow(-Infinity, 400);
  for (let j = 0; j < 40; j++) {
    builder.addColumn(100 + Math.floor(random() * 50), 0, 1, true);
    for (let i = 0; i < 12; i++) builder.add(i, 20 + Math.floor(random() * 60));
  }
  return builder.build();
}

Deno.test("solveLp() answers limit without and feasible with an incumbent when work runs out", () => {
  const early = solveLp(hardMip(), { workLimit: 3 });
  assert.deepEqual([early.status, early.stoppedBy], ["limit", "limit"]);
  assert.ok(Number.isNaN(early.objective) && early.x.every((v) => v === 0));
  const late = solveLp(hardMip(), { workLimit: 300 });
  assert.deepEqual([late.status, late.stoppedBy], ["feasible", "limit"]);
  assert.ok(late.objective > 0 && late.x.every((v) => v === 0 || v === 1));
  const lp = solveLp(randomMaster(randomSource(5), 60, 400), { workLimit: 5 });
  assert.ok(lp.status === "limit" || lp.status === "feasible");
  assert.equal(lp.rowDual, undefined);
});

Deno.test("solveLp() stops at the same answer every time under a work limit", () => {
  const once = solveLp(hardMip(), { workLimit: 500 });
  assert.deepEqual(solveLp(hardMip(), { workLimit: 500 }), once);
  assert.ok(once.work <= 500, `${once.work}`);
});

Deno.test("solveLp() never works past its work limit, wherever in the tree it ends", () => {
  for (let workLimit = 1; workLimit < 200; workLimit += 7) {
    const { status, stoppedBy, work } = solveLp(hardMip(), { workLimit });
    assert.ok(status === "limit" || status === "feasible", status);
    assert.deepEqual([stoppedBy, work], ["limit", workLimit]);
  }
});

Deno.test("a program whose work nobody limits ends all the same", () => {
  // Two times a whole number is not odd, which only looking at every combination tells.
  const builder = new LpBuilder("max"), odd = builder.addRow(31, 31);
  for (let j = 0; j < 31; j++) {
    builder.addColumn(0, 0, 1, true);
    builder.add(odd, 2);
  }
  const { status, stoppedBy, work } = solveLp(builder.build());
  assert.deepEqual([status, stoppedBy], ["limit", "limit"]);
  assert.ok(work <= LP_LIMITS.work + 1, `${work}`);
});
