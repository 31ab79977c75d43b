/**
 * The gap over time on drawn problems. Every plan passes the independent checker and score, or the row says INVALID.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { checkPlan } from "../../shared/planner/check/checker.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { drawProblem, FAMILIES } from "./drawn.ts";
import { type Column, tableLine } from "./harness.ts";
import { type RunOptions, runSlices } from "./planner_run.ts";
import type { SliceAnswer } from "./planner_slice.ts";

/** Seconds of CPU at which the gap is told. */
const MARKS = [1, 2, 5, 10, 20, 60];

/** What is drawn and how CPU counts. */
export interface DrawnOptions {
  count: number;
  seed: number;
  families: readonly string[] | null;
  slow: number;
}

interface Row {
  name: string;
  problem: PlannerProblem;
  status: string;
  /** At each mark, as a share; null before there is a plan with a bound. */
  gaps: (number | null)[];
  longestMs: number;
  stateBytes: number;
}

const percent = (gap: number | null) => gap === null ? "-" : (100 * gap).toFixed(2);

const COLUMNS: Column<Row>[] = [
  ["problem", -16, ({ name }) => name],
  ["terms", 5, ({ problem }) => `${problem.termWeeks.length}`],
  ["lines", 5, ({ problem }) => `${problem.lines}`],
  ["positions", 9, ({ problem }) => `${problem.positions.length}`],
  ["status", -22, ({ status }) => status],
  ...MARKS.map((s, i): Column<Row> => [`${s} s`, 7, ({ gaps }) => percent(gaps[i])]),
  ["longest ms", 10, ({ longestMs }) => longestMs.toFixed(0)],
  ["state KB", 8, ({ stateBytes }) => (stateBytes / 1024).toFixed(1)],
];

/** Runs and prints the problems of each family. @returns the exit code: 1 where a plan is invalid or a run failed */
export async function profile(
  { count, seed, families, slow }: DrawnOptions,
  run: RunOptions,
): Promise<number> {
  const unknown = (families ?? []).filter((name) => !(name in FAMILIES));
  if (unknown.length > 0) {
    throw new Error(`unknown family ${unknown}; known: ${Object.keys(FAMILIES)}`);
  }
  const slower = { ...run, sliceMs: run.sliceMs / slow, cpuS: run.cpuS / slow };
  let code = 0;
  console.log(tableLine(COLUMNS, COLUMNS.map(([title]) => title)));
  for (const name of families ?? Object.keys(FAMILIES)) {
    const rows: Row[] = [];
    for (let i = 0; i < count; i++) {
      const problem = drawProblem(FAMILIES[name], seed + i);
      const answers = await runSlices(problem, slower);
      const row = rowOf(`${name} ${seed + i}`, problem, answers, slow);
      if (/INVALID|FAILED/.test(row.status)) code = 1;
      rows.push(row);
      console.log(tableLine(COLUMNS, COLUMNS.map(([, , cell]) => cell(row))));
    }
    summarise(name, rows.filter(({ status }) => status === "COMPLETED"));
  }
  return code;
}

/** Median and worst gap at each mark. */
function summarise(name: string, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  const at = (i: number, share: number) => {
    const sorted = rows.map(({ gaps }) => gaps[i] ?? Infinity).sort((a, b) => a - b);
    const gap = sorted[Math.ceil(share * sorted.length) - 1];
    return gap === Infinity ? "-" : percent(gap);
  };
  for (const [title, share] of [["median", 0.5], ["worst", 1]] as const) {
    const gaps = MARKS.map((s, i) => `${s} s ${at(i, share)}`).join(", ");
    console.log(`  ${name}, ${title} of ${rows.length}: ${gaps}`);
  }
}

function rowOf(name: string, problem: PlannerProblem, answers: SliceAnswer[], slow: number): Row {
  let spent = 0, last: number | null = null;
  const gaps: (number | null)[] = [];
  for (const { cpuMs, progress } of answers) {
    spent += slow * cpuMs;
    // What a slice ends with was there by its end, and not before as far as is known.
    while (gaps.length < MARKS.length && spent > 1000 * MARKS[gaps.length]) gaps.push(last);
    last = progress.gap === null ? last : Math.min(last ?? Infinity, progress.gap);
  }
  while (gaps.length < MARKS.length) gaps.push(last);
  return {
    name,
    problem,
    status: statusOf(problem, answers.at(-1)!),
    gaps,
    longestMs: slow * Math.max(...answers.map(({ cpuMs }) => cpuMs)),
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
  };
}

function statusOf(problem: PlannerProblem, { outcome, progress }: SliceAnswer): string {
  if (outcome === null) return "FAILED no end";
  if (outcome.status === "FAILED") return `FAILED ${outcome.code}`;
  if (outcome.status === "INFEASIBLE") return outcome.status;
  const lines = outcome.lines.map(({ positions }) => positions);
  const isLegal = checkPlan(problem, lines, outcome.lines).length === 0;
  const isTrue = scorePlan(problem, lines).objective === progress.objective;
  return isLegal && isTrue ? "COMPLETED" : "INVALID";
}
