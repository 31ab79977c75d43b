/**
 * A general solver on the direct model, in a process of its own: problem as JSON on stdin, figures as
 * JSON on the last line of stdout.
 * Run: deno run -A scripts/bench/peer.ts cp-sat|highs SECONDS
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { readFileSync } from "node:fs";
import process from "node:process";
import highsModule, { type Highs } from "highs";
import { CpModel, CpSolver } from "or-tools-wasm/cp-sat";
import { checkPlan } from "../../shared/planner/check/checker.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import { type DirectModel, directModel, plannedPositions } from "./direct_model.ts";

/** What a peer reached. */
export interface PeerFigures {
  name: string;
  /** By `scorePlan`; null where no legal plan was found. */
  objective: number | null;
  bound: number | null;
  optimal: boolean;
  lines: number;
  first_cpu_ms: number | null;
  /** null where its process ended without figures. */
  cpu_ms: number | null;
  rss_mb: number | null;
}

/** Its types say a module where the runtime has the function. */
const loadHighs = highsModule as unknown as () => Promise<Highs>;

interface Solved {
  bound: number | null;
  optimal: boolean;
  value: ((variable: number) => number) | null;
  firstMs: number | null;
}

/** CPU of the whole process: a solver may have threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function solveCpSat(model: DirectModel, seconds: number): Promise<Solved> {
  const proto = new CpModel({
    variables: model.objective.map(() => ({ domain: [0, 1] })),
    constraints: model.rows.map(({ vars, coeffs, lower, upper }) => ({
      linear: { vars, coeffs, domain: [whole(lower), whole(upper)] },
    })),
    // It minimises.
    objective: {
      vars: model.objective.map((_, v) => v),
      coeffs: model.objective.map((c) => -c),
    },
  });
  const solver = new CpSolver();
  let firstMs: number | null = null;
  await solver.solve(proto, { maxTimeInSeconds: seconds, numWorkers: 1 }, {
    onSolution: () => firstMs ??= cpuMs(),
  });
  const status = solver.statusName();
  const found = status === "OPTIMAL" || status === "FEASIBLE";
  const solution = found ? solver.response()!.solution!.map(Number) : null;
  return {
    bound: found ? model.constant - solver.bestObjectiveBound() : null,
    optimal: status === "OPTIMAL",
    value: solution && ((variable) => solution[variable]),
    firstMs: found ? firstMs ?? cpuMs() : null,
  };
}

/** CP-SAT's "no bound". */
function whole(bound: number): number {
  return Number.isFinite(bound) ? bound : Math.sign(bound) * 2 ** 40;
}

async function solveHighs(model: DirectModel, seconds: number): Promise<Solved> {
  const highs = await loadHighs();
  const starts = [0];
  for (const { vars } of model.rows) starts.push(starts.at(-1)! + vars.length);
  const columns = model.objective.length;
  const bound = (x: number) => Number.isFinite(x) ? x : Math.sign(x) * highs.infinity;
  const solver = highs.createModel({
    numCols: columns,
    numRows: model.rows.length,
    sense: highs.constants.objectiveSense.maximize,
    offset: model.constant,
    colCost: model.objective,
    colLower: new Array(columns).fill(0),
    colUpper: new Array(columns).fill(1),
    rowLower: model.rows.map(({ lower }) => bound(lower)),
    rowUpper: model.rows.map(({ upper }) => bound(upper)),
    integrality: new Array(columns).fill(highs.constants.variableType.integer),
    matrix: {
      format: "csr",
      numRows: model.rows.length,
      numCols: columns,
      starts,
      indices: model.rows.flatMap(({ vars }) => vars),
      values: model.rows.flatMap(({ coeffs }) => coeffs),
    },
  });
  solver.options.set({ output_flag: false, time_limit: seconds });
  let firstMs: number | null = null;
  solver.run({
    [highs.constants.callbackType.mipImprovingSolution]() {
      firstMs ??= cpuMs();
    },
  });
  const optimal = solver.getModelStatus() === highs.constants.modelStatus.optimal;
  const { colValue } = solver.getSolution();
  const dualBound = Number(solver.info.get("mip_dual_bound"));
  return {
    bound: Number.isFinite(dualBound) ? dualBound : null,
    optimal,
    value: firstMs === null && !optimal ? null : (variable) => colValue[variable],
    firstMs,
  };
}

async function main(): Promise<void> {
  const [name, seconds] = Deno.args;
  const problem: PlannerProblem = JSON.parse(readFileSync(0, "utf8"));
  const model = directModel(problem);
  const solve = name === "highs" ? solveHighs : solveCpSat;
  const found = await solve(model, Number(seconds));
  const plan = found.value === null ? [] : plannedPositions(model, found.value)
    .filter((line) => !line.includes(-1))
    .map((line) => line.map((r) => problem.positions[r].id));
  const legal = plan.length > 0 && checkPlan(problem, plan).length === 0;
  const figures: PeerFigures = {
    name,
    objective: legal ? scorePlan(problem, plan).objective : null,
    bound: found.bound,
    optimal: found.optimal && legal,
    lines: legal ? plan.length : 0,
    first_cpu_ms: legal ? found.firstMs : null,
    cpu_ms: cpuMs(),
    rss_mb: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(figures));
}

if (import.meta.main) {
  await main();
  process.exit(0); // a solver's threads may still be there
}
