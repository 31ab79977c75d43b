/**
 * A general solver on a planner problem, in a process of its own: the problem as JSON on stdin, figures as a line of JSON on
 * stdout whenever they got better, so that whoever started it can end it at any moment. CPU counts from the process's start.
 * Run: deno run -A scripts/bench/peers/planner_peer.ts PEER SECONDS
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { readFileSync } from "node:fs";
import process from "node:process";
import highsModule, { type Highs } from "highs";
import { CpModel, CpSolver } from "or-tools-wasm/cp-sat";
import { checkPlan } from "../../../shared/planner/check/checker.ts";
import { scorePlan } from "../../../shared/planner/check/score.ts";
import type { PlannerProblem } from "../../../shared/planner/problem.ts";
import { columnModel, generateColumns, listedLines } from "./planner_columns.ts";
import { directModel } from "./planner_direct.ts";
import type { PeerModel } from "./planner_model.ts";
import { tableModel } from "./planner_table.ts";

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

/** Solver and formulation of each peer. */
export const PEERS = {
  "cp-sat": { solve: solveCpSat, model: "cells" },
  highs: { solve: solveHighs, model: "cells" },
  "cp-sat tables": { solve: solveCpSat, model: "tables" },
  "cp-sat columns": { solve: solveCpSat, model: "columns" },
  "highs columns": { solve: solveHighs, model: "columns" },
} as const;

/** Lines that are chosen among at first; where nothing better is proven to be among these, among more. */
const FIRST_COLUMNS = 2_000;
const MORE = 4;
const MOST_COLUMNS = 130_000;
/** Share of the CPU after which columns are no longer generated. */
const GENERATING = 0.6;

/** Its types say a module where the runtime has the function. */
const loadHighs = highsModule as unknown as () => Promise<Highs>;

/** CPU of the whole process: a solver may have threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The best plan and bound so far, told whenever they change. */
class Findings {
  readonly #problem: PlannerProblem;
  readonly #figures: PeerFigures;

  constructor(name: string, problem: PlannerProblem, readonly limitMs: number) {
    this.#problem = problem;
    this.#figures = {
      name,
      objective: null,
      bound: null,
      optimal: false,
      lines: 0,
      first_cpu_ms: null,
      cpu_ms: null,
      rss_mb: null,
    };
  }

  get objective(): number | null {
    return this.#figures.objective;
  }

  isOver(share = 1): boolean {
    return cpuMs() > share * this.limitMs;
  }

  /** A plan that the solver calls feasible: counts where the independent checker agrees. */
  offer(plan: string[][]): void {
    if (plan.length === 0 || checkPlan(this.#problem, plan).length > 0) return;
    const { objective } = scorePlan(this.#problem, plan), own = this.#figures;
    if (own.objective !== null && objective <= own.objective) return;
    Object.assign(own, {
      objective,
      lines: plan.length,
      first_cpu_ms: own.first_cpu_ms ?? cpuMs(),
    });
    this.tell();
  }

  /** A proven bound. Objectives are whole. */
  limit(bound: number): void {
    const whole = Math.floor(bound + 1e-6), own = this.#figures;
    if (!Number.isFinite(whole) || own.bound !== null && whole >= own.bound) return;
    own.bound = whole;
    this.tell();
  }

  tell(): void {
    const own = this.#figures;
    own.optimal = own.objective !== null && own.bound !== null && own.objective >= own.bound;
    own.cpu_ms = cpuMs();
    own.rss_mb = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify(own));
  }
}

/** What a solver tells while it runs. */
interface Listener {
  isOver(): boolean;
  solution(value: (variable: number) => number): void;
  bound(bound: number): void;
}

/** @returns whether nothing better is in the model */
async function solveCpSat(model: PeerModel, listener: Listener): Promise<boolean> {
  const proto = new CpModel({
    variables: model.least.map((least, v) => ({ domain: [least, model.most[v]] })),
    constraints: [
      ...model.rows.map((row) => cpConstraint(model, row)),
      ...model.tables.map(({ vars, values }) => ({
        table: { exprs: vars.map((v) => ({ vars: [v], coeffs: [1] })), values },
      })),
    ],
    // It minimises.
    objective: {
      vars: model.objective.map((_, v) => v),
      coeffs: model.objective.map((c) => -c),
    },
  });
  const solver = new CpSolver();
  // Time is kept by who ends the process.
  await solver.solve(proto, { maxTimeInSeconds: 1e5, numWorkers: 1, linearizationLevel: 2 }, {
    onSolution: ({ solution }) => listener.solution((variable) => Number(solution![variable])),
    onBestBound: (bound) => listener.bound(model.constant - bound),
  });
  const status = solver.statusName();
  if (status === "OPTIMAL" || status === "FEASIBLE") {
    const solution = solver.response()!.solution!.map(Number);
    listener.solution((variable) => solution[variable]);
    listener.bound(model.constant - solver.bestObjectiveBound());
  }
  return status === "OPTIMAL" || status === "INFEASIBLE";
}

/** A row as CP-SAT propagates it best. */
function cpConstraint(
  { least, most }: PeerModel,
  { vars, coeffs, lower, upper }: PeerModel["rows"][number],
) {
  const isLogic = coeffs.every((c) => c === 1) &&
    vars.every((v) => least[v] === 0 && most[v] === 1);
  if (isLogic && lower === 1 && upper === 1) return { exactlyOne: { literals: vars } };
  if (isLogic && lower === -Infinity && upper === 1) return { atMostOne: { literals: vars } };
  if (isLogic && lower === 1 && upper === Infinity) return { boolOr: { literals: vars } };
  return { linear: { vars, coeffs, domain: [whole(lower), whole(upper)] } };
}

/** CP-SAT's "no bound". */
function whole(bound: number): number {
  return Number.isFinite(bound) ? bound : Math.sign(bound) * 2 ** 40;
}

/** @returns whether nothing better is in the model */
async function solveHighs(model: PeerModel, listener: Listener): Promise<boolean> {
  const highs = await loadHighs();
  const starts = [0];
  for (const { vars } of model.rows) starts.push(starts.at(-1)! + vars.length);
  const columns = model.objective.length;
  const bound = (x: number) => Number.isFinite(x) ? x : Math.sign(x) * highs.infinity;
  const { integer, continuous } = highs.constants.variableType;
  const solver = highs.createModel({
    numCols: columns,
    numRows: model.rows.length,
    sense: highs.constants.objectiveSense.maximize,
    offset: model.constant,
    colCost: model.objective,
    colLower: model.least,
    colUpper: model.most,
    rowLower: model.rows.map(({ lower }) => bound(lower)),
    rowUpper: model.rows.map(({ upper }) => bound(upper)),
    integrality: model.objective.map((_, v) => model.free.has(v) ? continuous : integer),
    matrix: {
      format: "csr",
      numRows: model.rows.length,
      numCols: columns,
      starts,
      indices: model.rows.flatMap(({ vars }) => vars),
      values: model.rows.flatMap(({ coeffs }) => coeffs),
    },
  });
  solver.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0.5 });
  const { mipImprovingSolution, mipInterrupt } = highs.constants.callbackType;
  solver.run({
    [mipImprovingSolution]({ data }: { data: { mip_solution?: Float64Array } }) {
      if (data.mip_solution) listener.solution((variable) => data.mip_solution![variable]);
    },
    [mipInterrupt](event: { data: { mip_dual_bound?: number }; interrupt(): void }) {
      if (event.data.mip_dual_bound !== undefined) listener.bound(event.data.mip_dual_bound);
      if (listener.isOver()) event.interrupt();
    },
  });
  const { optimal, infeasible } = highs.constants.modelStatus;
  const status = solver.getModelStatus();
  if (status === optimal) {
    const { colValue } = solver.getSolution();
    listener.solution((variable) => colValue[variable]);
    listener.bound(Number(solver.info.get("mip_dual_bound")));
  }
  return status === optimal || status === infeasible;
}

type Solve = (model: PeerModel, listener: Listener) => Promise<boolean>;

/** A model of the whole problem. */
async function solveWhole(model: PeerModel, solve: Solve, found: Findings): Promise<void> {
  await solve(model, {
    isOver: () => found.isOver(),
    solution: (value) => found.offer(model.plan(value)),
    bound: (bound) => found.limit(bound),
  });
}

/** Columns: the nearest lines first, more where these are exhausted. */
async function solveColumns(
  problem: PlannerProblem,
  solve: Solve,
  found: Findings,
): Promise<void> {
  const program = generateColumns(problem, () => found.isOver(GENERATING));
  found.limit(program.bound);
  for (let most = FIRST_COLUMNS; most <= MOST_COLUMNS && !found.isOver(); most *= MORE) {
    const listed = listedLines(program, most), model = columnModel(problem, program, listed);
    const isDone = await solve(model, {
      isOver: () => found.isOver(),
      solution: (value) => found.offer(model.plan(value)),
      bound: () => {}, // of the listed lines alone
    });
    if (!isDone) return;
    // Nothing better is listed, and what is not listed is worth no more than `others`.
    if (found.objective !== null && listed.others < Infinity) {
      found.limit(Math.max(found.objective, listed.others));
      if (listed.others <= found.objective) return;
    }
  }
}

async function main([name, seconds]: string[]): Promise<void> {
  const problem: PlannerProblem = JSON.parse(readFileSync(0, "utf8"));
  const found = new Findings(name, problem, 1000 * Number(seconds));
  const { solve, model } = PEERS[name as keyof typeof PEERS];
  if (model === "columns") await solveColumns(problem, solve, found);
  else {
    const built = model === "tables" ? tableModel(problem) : directModel(problem);
    if (built !== null) await solveWhole(built, solve, found);
  }
  found.tell();
}

if (import.meta.main) {
  await main(Deno.args);
  process.exit(0); // a solver's threads may still be there
}
