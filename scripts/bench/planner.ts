/**
 * Benchmark of the planner on the sample instances: runs it in slices, each in a fresh worker with its
 * state as JSON, as the fleet does, and prints one row per instance. Every plan passes the
 * independent checker and is scored by independent code, or the row says INVALID.
 * Run: deno task bench:planner [--instance NAME] [--quick] [--runs N] [--slice-ms N] [--json]
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { parseArgs } from "node:util";
import { checkPlan } from "../../shared/planner/checker.ts";
import type { PlannerOutcome } from "../../shared/planner/engine.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { scorePlan } from "../../shared/planner/score.ts";
import { importInstance, type InstanceFile, INSTANCES, readInstance } from "./instances.ts";
import type { SliceAnswer, SliceRequest } from "./planner_slice.ts";

const HELP = `Usage: deno task bench:planner [options]
  --instance NAME   only this instance (may be repeated)
  --quick           p020, p060, over140cap79 and infTerm5 only
  --runs N          seeds 1..N, medians of their figures (default 1)
  --slice-ms N      what a slice may use (default 600; cold start and the last unit come on top)
  --json            one JSON array instead of the table
  --help`;

const QUICK = ["p020", "p060", "over140cap79", "infTerm5"];
/** A run that needs more slices than this is broken. */
const MOST_SLICES = 500;

/** Figures of one run, or the medians of several. */
interface Row {
  instance: string;
  /** The engine's status, or INVALID when the checker or the score disagrees with it. */
  status: string;
  lines: number;
  wanted: number;
  /** By `scorePlan`; null without a plan. */
  objective: number | null;
  bound: number | null;
  /** (bound - objective) / |bound|. */
  gap: number | null;
  slices: number;
  cpuMs: { total: number; p50: number; p95: number; max: number; cold: number };
  /** Largest state between slices, and largest memory of a slice. */
  stateBytes: number;
  heapBytes: number;
  /** Violations, the engine's explanation or its failure. */
  detail: unknown;
}

function slice(request: SliceRequest): Promise<SliceAnswer> {
  const worker = new Worker(import.meta.resolve("./planner_slice.ts"), { type: "module" });
  return new Promise<SliceAnswer>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<SliceAnswer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

async function runOnce(instance: string, seed: number, sliceMs: number): Promise<Row> {
  const file = await readInstance(instance);
  const problem = importInstance(file, seed);
  const text = JSON.stringify(problem);
  const answers: SliceAnswer[] = [];
  let state: string | null = null;
  while (!answers.at(-1)?.outcome) {
    if (answers.length === MOST_SLICES) throw new Error(`${instance}: no end`);
    const answer: SliceAnswer = await slice({ problem: text, state, sliceMs });
    answers.push(answer);
    state = answer.state;
  }
  return summarise(file, problem, answers);
}

function summarise(file: InstanceFile, problem: PlannerProblem, answers: SliceAnswer[]): Row {
  const { outcome, progress } = answers.at(-1)!;
  const judged = outcome!.status === "COMPLETED"
    ? judgePlan(problem, outcome!.lines, progress.objective)
    : judgeRefusal(file, outcome!);
  const { objective } = judged;
  const { bound } = progress;
  const gap = objective === null || bound === null
    ? null
    : (bound - objective) / Math.max(1, Math.abs(bound));
  return {
    instance: file.name,
    wanted: problem.lines,
    ...judged,
    bound,
    gap,
    slices: answers.length,
    cpuMs: cpuFigures(answers),
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
    heapBytes: Math.max(...answers.map(({ heapBytes }) => heapBytes)),
  };
}

function cpuFigures(answers: SliceAnswer[]): Row["cpuMs"] {
  const cpu = answers.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const cold = answers.map(({ coldMs }) => coldMs).sort((a, b) => a - b);
  const at = (sorted: number[], share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  return {
    total: cpu.reduce((sum, ms) => sum + ms, 0),
    p50: at(cpu, 0.5),
    p95: at(cpu, 0.95),
    max: cpu.at(-1)!,
    cold: at(cold, 0.5),
  };
}

type Judgement = Pick<Row, "status" | "lines" | "objective" | "detail">;

/** A plan as the independent checker and score see it. */
function judgePlan(
  problem: PlannerProblem,
  planned: { positions: string[] }[],
  claimed: number | null,
): Judgement {
  const lines = planned.map(({ positions }) => positions);
  const violations = checkPlan(problem, lines);
  const { objective } = scorePlan(problem, lines);
  const wrongScore = claimed !== null && Math.abs(claimed - objective) > 1e-6;
  const status = violations.length > 0 || wrongScore ? "INVALID" : "COMPLETED";
  const detail = wrongScore ? { claimed, objective } : violations.slice(0, 5);
  return { status, lines: lines.length, objective, detail };
}

/** No plan: right only where the instance is known to have none. */
function judgeRefusal(
  { expect }: InstanceFile,
  outcome: Exclude<PlannerOutcome, { status: "COMPLETED" }>,
): Judgement {
  const none = { lines: 0, objective: null };
  if (outcome.status === "FAILED") return { ...none, status: "FAILED", detail: outcome.message };
  const status = expect.startsWith("infeasible") ? "INFEASIBLE" : "INVALID";
  return { ...none, status, detail: outcome.explanation };
}

/** Median of every figure; statuses that differ between runs are all named. */
function medians(rows: Row[]): Row {
  const median = (pick: (row: Row) => number | null): number | null => {
    const values = rows.map(pick).filter((v): v is number => v !== null).sort((a, b) => a - b);
    return values.length === 0 ? null : values[Math.floor((values.length - 1) / 2)];
  };
  const cpu = (name: keyof Row["cpuMs"]) => median((row) => row.cpuMs[name])!;
  return {
    ...rows[0],
    status: [...new Set(rows.map(({ status }) => status))].join("/"),
    lines: median((row) => row.lines)!,
    objective: median((row) => row.objective),
    bound: median((row) => row.bound),
    gap: median((row) => row.gap),
    slices: median((row) => row.slices)!,
    cpuMs: {
      total: cpu("total"),
      p50: cpu("p50"),
      p95: cpu("p95"),
      max: Math.max(...rows.map((row) => row.cpuMs.max)), // a limit is kept in every run or not at all
      cold: cpu("cold"),
    },
    stateBytes: Math.max(...rows.map((row) => row.stateBytes)),
    heapBytes: Math.max(...rows.map((row) => row.heapBytes)),
  };
}

const COLUMNS: [title: string, width: number, cell: (row: Row) => string][] = [
  ["instance", -13, (row) => row.instance],
  ["status", -10, (row) => row.status],
  ["lines", 8, (row) => `${row.lines}/${row.wanted}`],
  ["objective", 10, (row) => whole(row.objective)],
  ["bound", 10, (row) => whole(row.bound)],
  ["gap %", 6, (row) => row.gap === null ? "-" : (100 * row.gap).toFixed(2)],
  ["slices", 6, (row) => `${row.slices}`],
  ["cpu s", 6, (row) => (row.cpuMs.total / 1000).toFixed(2)],
  ["p50 ms", 6, (row) => whole(row.cpuMs.p50)],
  ["p95 ms", 6, (row) => whole(row.cpuMs.p95)],
  ["max ms", 6, (row) => whole(row.cpuMs.max)],
  ["cold ms", 7, (row) => whole(row.cpuMs.cold)],
  ["state KB", 8, (row) => (row.stateBytes / 1024).toFixed(1)],
  ["heap MB", 7, (row) => whole(row.heapBytes / 2 ** 20)],
];

function whole(value: number | null): string {
  return value === null ? "-" : value.toFixed(0);
}

function tableLine(cells: string[]): string {
  return cells.map((cell, i) => {
    const width = COLUMNS[i][1];
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  }).join("  ");
}

function printRow(row: Row): void {
  console.log(tableLine(COLUMNS.map(([, , cell]) => cell(row))));
  if (row.status !== "COMPLETED") console.log(`    ${JSON.stringify(row.detail).slice(0, 300)}`);
}

function options() {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      instance: { type: "string", multiple: true },
      quick: { type: "boolean" },
      runs: { type: "string", default: "1" },
      "slice-ms": { type: "string", default: "600" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const instances = values.instance ?? (values.quick ? QUICK : [...INSTANCES]);
  const unknown = instances.filter((name) => !(INSTANCES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`unknown instance ${unknown}; known: ${INSTANCES}`);
  return {
    instances,
    runs: positive("runs", values.runs),
    sliceMs: positive("slice-ms", values["slice-ms"]),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is ${text}`);
  return number;
}

async function main(): Promise<number> {
  const { instances, runs, sliceMs, json, help } = options();
  if (help) {
    console.log(HELP);
    return 0;
  }
  if (!json) console.log(tableLine(COLUMNS.map(([title]) => title)));
  const results: Row[] = [];
  for (const instance of instances) {
    const rows: Row[] = [];
    for (let seed = 1; seed <= runs; seed++) rows.push(await runOnce(instance, seed, sliceMs));
    const row = medians(rows);
    results.push(row);
    if (!json) printRow(row);
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  return results.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
