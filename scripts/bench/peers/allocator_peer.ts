/**
 * One peer on the full model of one instance, in a process of its own; prints one line of JSON. CPU
 * counts from the finished tables on: loading the solver, building its model, solving (all threads).
 * Run: deno run -A scripts/bench/peers/allocator_peer.ts cp-sat|highs INSTANCE SECONDS
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import process from "node:process";
import type { Highs } from "highs";
import { buildTables } from "../../../shared/allocator/model/tables.ts";
import { importAllocatorInstance, readAllocatorInstance } from "../allocator_instances.ts";
import type { PeerFigures } from "../harness.ts";
import { type FullModel, fullModel, type ModelRow } from "./allocator_model.ts";

/** What a peer found, in thousandths. */
export interface Found {
  optimal: boolean;
  objective: number | null;
}

/**
 * What serves CP-SAT best here: the whole linear relaxation from the start and nothing that looks for
 * structure first. Measured on a139x100: 4 s; 18 s without the last three; no proof in 55 s at level 1.
 */
const CP_SAT = {
  numWorkers: 1,
  linearizationLevel: 2,
  addLpConstraintsLazily: false,
  cpModelProbingLevel: 0,
  symmetryLevel: 0,
};

async function solveCpSat({ cost, upper, rows }: FullModel, seconds: number): Promise<Found> {
  const { CpModel, CpSolver } = await import("or-tools-wasm/cp-sat");
  const model = new CpModel({
    variables: upper.map((most) => ({ domain: [0, most] })),
    constraints: rows.map((row) => cpConstraint(row, upper)),
    objective: {
      vars: [...cost.keys()].filter((i) => cost[i] !== 0),
      coeffs: cost.filter((c) => c !== 0),
    },
  });
  const solver = new CpSolver();
  const status = await solver.solve(model, { ...CP_SAT, maxTimeInSeconds: seconds });
  const name = String(solver.statusName(status));
  const found = name === "OPTIMAL" || name === "FEASIBLE";
  return {
    optimal: name === "OPTIMAL",
    objective: found ? Math.round(solver.objectiveValue()) : null,
  };
}

/** A row as CP-SAT propagates it best. */
function cpConstraint({ cols, values, lower, upper }: ModelRow, most: readonly number[]) {
  const literals = values.every((v) => v === 1) && cols.every((c) => most[c] === 1);
  if (literals && lower === 1 && upper === 1) return { exactlyOne: { literals: cols } };
  if (literals && lower === null && upper === 1) return { atMostOne: { literals: cols } };
  if (literals && lower === 1 && upper === null) return { boolOr: { literals: cols } };
  const FAR = 1_000_000;
  return { linear: { vars: cols, coeffs: values, domain: [lower ?? -FAR, upper ?? FAR] } };
}

/** HiGHS on a model, with a limit in seconds. */
export async function solveHighs(
  { cost, upper, rows }: FullModel,
  seconds: number,
): Promise<Found> {
  const { default: module } = await import("highs");
  // Its types describe a namespace where the module is the loader itself.
  const highs = await (module as unknown as () => Promise<Highs>)();
  const starts = [0];
  for (const { cols } of rows) starts.push(starts.at(-1)! + cols.length);
  const solver = highs.createModel({
    numCols: cost.length,
    numRows: rows.length,
    sense: highs.constants.objectiveSense.minimize,
    offset: 0,
    colCost: cost,
    colLower: cost.map(() => 0),
    colUpper: upper,
    rowLower: rows.map(({ lower }) => lower ?? -highs.infinity),
    rowUpper: rows.map(({ upper }) => upper ?? highs.infinity),
    integrality: cost.map(() => highs.constants.variableType.integer),
    matrix: {
      format: "csr",
      numRows: rows.length,
      numCols: cost.length,
      starts,
      indices: rows.flatMap(({ cols }) => cols),
      values: rows.flatMap(({ values }) => values),
    },
  });
  solver.options.set({
    output_flag: false,
    time_limit: seconds,
    mip_rel_gap: 0,
    mip_abs_gap: 0.5,
  });
  solver.run();
  const optimal = solver.getModelStatus() === highs.constants.modelStatus.optimal;
  const objective = Number(solver.info.get("objective_function_value"));
  // Its infinity stands for "no solution"; no sum of costs comes near.
  const found = optimal || (Number.isFinite(objective) && Math.abs(objective) < 1e20);
  return { optimal, objective: found ? Math.round(objective) : null };
}

async function main([peer, instance, seconds]: string[]): Promise<void> {
  const problem = importAllocatorInstance(await readAllocatorInstance(instance));
  const tables = buildTables(problem);
  const before = process.cpuUsage();
  const model = fullModel(tables, problem.options.stability);
  const solve = peer === "highs" ? solveHighs : solveCpSat;
  const { optimal, objective } = await solve(model, Number(seconds));
  const { user, system } = process.cpuUsage(before);
  const figures: PeerFigures = {
    name: peer,
    objective: objective === null ? null : objective / 1000,
    optimal,
    cpu_ms: (user + system) / 1000,
    rss_mb: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(figures));
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0); // solvers leave their threads behind
}
