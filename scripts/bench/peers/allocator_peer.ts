/**
 * One peer on the full model of one instance, in a process of its own; prints one line of JSON. CPU
 * counts from the finished tables on: loading the solver, building its model, solving (all threads).
 * Run: deno run -A scripts/bench/peers/allocator_peer.ts cp-sat|highs INSTANCE SECONDS
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import process from "node:process";
import type { Highs } from "highs";
import { buildTables } from "../../../shared/allocator/tables.ts";
import { importAllocatorInstance, readAllocatorInstance } from "../allocator_instances.ts";
import { type FullModel, fullModel } from "./allocator_model.ts";

/** What a peer found. */
export interface PeerAnswer {
  /** `OPTIMAL` when it proved it. */
  status: string;
  /** In thousandths. */
  objective: number | null;
  cpuMs: number;
  wallMs: number;
  rssBytes: number;
}

type Found = Pick<PeerAnswer, "status" | "objective">;

async function solveCpSat({ cost, rows }: FullModel, seconds: number): Promise<Found> {
  const { CpModel, CpSolver } = await import("or-tools-wasm/cp-sat");
  const FAR = 1_000_000;
  const model = new CpModel({
    variables: cost.map(() => ({ domain: [0, 1] })),
    constraints: rows.map(({ cols, values, lower, upper }) => ({
      linear: { vars: cols, coeffs: values, domain: [lower ?? -FAR, upper ?? FAR] },
    })),
    objective: { vars: cost.map((_, i) => i), coeffs: cost },
  });
  const solver = new CpSolver();
  const status = await solver.solve(model, { numSearchWorkers: 1, maxTimeInSeconds: seconds });
  const name = String(solver.statusName(status));
  const found = name === "OPTIMAL" || name === "FEASIBLE";
  return { status: name, objective: found ? Math.round(solver.objectiveValue()) : null };
}

/** The model in CPLEX LP format, a term a line: HiGHS limits the length of lines. */
function lpText({ cost, rows }: FullModel): string {
  const sum = (cols: number[], values: number[]) =>
    cols.map((c, i) => `${values[i] < 0 ? "-" : "+"} ${Math.abs(values[i])} x${c}`).join("\n");
  const text = ["Minimize", "obj:", sum(cost.map((_, i) => i), cost), "Subject To"];
  for (const [i, { cols, values, lower, upper }] of rows.entries()) {
    const left = sum(cols, values);
    if (lower === upper) text.push(`r${i}:`, left, `= ${lower}`);
    else {
      if (lower !== null) text.push(`l${i}:`, left, `>= ${lower}`);
      if (upper !== null) text.push(`u${i}:`, left, `<= ${upper}`);
    }
  }
  text.push("Binary", cost.map((_, i) => `x${i}`).join("\n"), "End");
  return text.join("\n");
}

async function solveHighs(model: FullModel, seconds: number): Promise<Found> {
  const { default: module } = await import("highs");
  // Its types describe a namespace where the module is the loader itself.
  const highs = await (module as unknown as () => Promise<Highs>)();
  const { Status, ObjectiveValue } = highs.solve(lpText(model), {
    time_limit: seconds,
    mip_rel_gap: 0,
    mip_abs_gap: 0.5,
  });
  const optimal = Status === "Optimal";
  return {
    status: optimal ? "OPTIMAL" : Status,
    objective: optimal ? Math.round(ObjectiveValue) : null,
  };
}

async function main([peer, instance, seconds]: string[]): Promise<void> {
  const problem = importAllocatorInstance(await readAllocatorInstance(instance));
  const tables = buildTables(problem);
  const before = process.cpuUsage(), started = performance.now();
  const model = fullModel(tables, problem.options.stability);
  const solve = peer === "highs" ? solveHighs : solveCpSat;
  const found = await solve(model, Number(seconds));
  const { user, system } = process.cpuUsage(before);
  const answer: PeerAnswer = {
    ...found,
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - started,
    rssBytes: process.resourceUsage().maxRSS * 1024,
  };
  console.log(JSON.stringify(answer));
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0); // solvers leave their threads behind
}
