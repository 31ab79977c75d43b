/**
 * The gap over time on drawn problems. Every plan passes the independent checker and score, or the row says INVALID.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { checkPlan } from "../../shared/planner/check/checker.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { drawProblem, FAMILIES, withRanges } from "./drawn.ts";
import { type Column, tableLine } from "./harness.ts";
import { type RunOptions, runSlices } from "./planner_run.ts";
import type { SliceAnswer } from "./planner_slice.ts";
import { type FamilyProfile, plotProfiles } from "./profile_plot.ts";

/** Seconds of CPU at which the gap is told. */
const MARKS = [1, 2, 5, 10, 20, 60];

/** What is drawn and how CPU counts. */
export interface DrawnOptions {
  count: number;
  seed: number;
  families: readonly string[] | null;
  /** Ranges that replace the families', such as "terms=6..13". */
  ranges: readonly string[];
  slow: number;
  /** Where the picture goes; null: nowhere. */
  svg: string | null;
  /** Rows and summaries as one JSON object instead of the table. */
  json: boolean;
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
  { count, seed, families, ranges, slow, svg, json }: DrawnOptions,
  run: RunOptions,
): Promise<number> {
  const names = families ?? Object.keys(FAMILIES).filter((name) => name !== "thousand");
  const unknown = names.filter((name) => !(name in FAMILIES));
  if (unknown.length > 0) {
    throw new Error(`unknown family ${unknown}; known: ${Object.keys(FAMILIES)}`);
  }
  const slower = { ...run, sliceMs: run.sliceMs / slow, cpuS: run.cpuS / slow };
  const marks = MARKS.filter((s) => s <= run.cpuS);
  const all: Row[] = [], profiles: FamilyProfile[] = [];
  const tell = json ? () => {} : (line: string) => console.log(line);
  tell(tableLine(COLUMNS, COLUMNS.map(([title]) => title)));
  for (const name of names) {
    const shape = withRanges(FAMILIES[name], ranges), rows: Row[] = [];
    for (let i = 0; i < count; i++) {
      const problem = drawProblem(shape, seed + i);
      const answers = await runSlices(problem, slower);
      const row = rowOf(`${name} ${seed + i}`, problem, answers, slow);
      rows.push(row);
      tell(tableLine(COLUMNS, COLUMNS.map(([, , cell]) => cell(row))));
    }
    all.push(...rows);
    const found = summarise(name, rows, marks);
    profiles.push(found);
    tell(summaryOf(found, rows, marks));
    // After each family: a long run that is cut short leaves a picture too.
    if (svg !== null) await Deno.writeTextFile(svg, plotProfiles(profiles, marks));
  }
  const longest = all.reduce((most, { longestMs }) => Math.max(most, longestMs), 0);
  tell(`longest slice of all: ${longest.toFixed(0)} ms`);
  if (json) {
    const rows = all.map(({ problem, ...row }) => ({
      ...row,
      terms: problem.termWeeks.length,
      lines: problem.lines,
      positions: problem.positions.length,
    }));
    console.log(JSON.stringify({ marks: MARKS, rows, families: profiles }));
  }
  return all.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

/** Median and worst gap of a family at each mark. */
function summarise(name: string, rows: readonly Row[], marks: readonly number[]): FamilyProfile {
  const done = rows.filter(({ status }) => status === "COMPLETED");
  const at = (i: number, share: number) => {
    const sorted = done.map(({ gaps }) => gaps[i] ?? Infinity).sort((a, b) => a - b);
    const gap = sorted[Math.ceil(share * sorted.length) - 1] ?? Infinity;
    return gap === Infinity ? null : gap;
  };
  return {
    name,
    problems: done.length,
    median: marks.map((_, i) => at(i, 0.5)),
    worst: marks.map((_, i) => at(i, 1)),
  };
}

function summaryOf(
  { name, problems, median, worst }: FamilyProfile,
  rows: readonly Row[],
  marks: readonly number[],
): string {
  const told = (gaps: readonly (number | null)[]) =>
    gaps.map((gap, i) => `${marks[i]} s ${percent(gap)}`).join(", ");
  const others = rows.map(({ status }) => status).filter((status) => status !== "COMPLETED");
  const longest = Math.max(...rows.map(({ longestMs }) => longestMs)).toFixed(0);
  return `  ${name}, ${problems} of ${rows.length} completed${
    others.length > 0 ? ` (others: ${[...new Set(others)].join(", ")})` : ""
  }, longest slice ${longest} ms\n    median: ${told(median)}\n    worst:  ${told(worst)}`;
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
