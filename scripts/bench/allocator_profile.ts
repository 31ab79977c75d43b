/**
 * The allocator's gap over time on drawn problems. Every matching passes the independent checker and score, or the row says
 * INVALID.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { checkMatching, scoreMatching } from "../../shared/allocator/checker.ts";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import { ALLOCATOR_FAMILIES, drawAllocation } from "./allocator_drawn.ts";
import type { AllocatorSliceAnswer, AllocatorSliceRequest } from "./allocator_slice.ts";
import { type Column, runInWorker, tableLine } from "./harness.ts";

/** Seconds of CPU at which the gap is told. */
const MARKS = [1, 2, 5, 10, 20, 60];
const SLICE = import.meta.resolve("./allocator_slice.ts");

/** What is drawn, and how CPU counts. */
export interface AllocatorProfileOptions {
  count: number;
  seed: number;
  families: readonly string[] | null;
  /** Each millisecond counts as so many. */
  slow: number;
  sliceMs: number;
  /** CPU after which a run is given up, in seconds. */
  cpuS: number;
}

interface Row {
  name: string;
  problem: AllocatorProblem;
  status: string;
  /** At each mark, as a share; null before there is a matching with a bound. */
  gaps: (number | null)[];
  cpuMs: number;
  longestMs: number;
  stateBytes: number;
}

const percent = (gap: number | null) => gap === null ? "-" : (100 * gap).toFixed(3);

const COLUMNS: Column<Row>[] = [
  ["problem", -16, ({ name }) => name],
  ["doctors", 7, ({ problem }) => `${problem.workers.length}`],
  ["lines", 5, ({ problem }) => `${problem.lines.length}`],
  ["status", -20, ({ status }) => status],
  ...MARKS.map((s, i): Column<Row> => [`${s} s`, 7, ({ gaps }) => percent(gaps[i])]),
  ["cpu s", 6, ({ cpuMs }) => (cpuMs / 1000).toFixed(1)],
  ["longest ms", 10, ({ longestMs }) => longestMs.toFixed(0)],
  ["state KB", 8, ({ stateBytes }) => (stateBytes / 1024).toFixed(1)],
];

/** Runs and prints the problems of each family. @returns the exit code: 1 where a matching is invalid or a run failed */
export async function profileAllocator(options: AllocatorProfileOptions): Promise<number> {
  let code = 0;
  console.log(tableLine(COLUMNS, COLUMNS.map(([title]) => title)));
  for (const name of options.families ?? Object.keys(ALLOCATOR_FAMILIES)) {
    const rows: Row[] = [];
    for (let i = 0; i < options.count; i++) {
      const problem = drawAllocation(ALLOCATOR_FAMILIES[name], options.seed + i);
      const row = await run(`${name} ${options.seed + i}`, problem, options);
      if (/INVALID|FAILED/.test(row.status)) code = 1;
      rows.push(row);
      console.log(tableLine(COLUMNS, COLUMNS.map(([, , cell]) => cell(row))));
    }
    summarise(name, rows.filter(({ gaps }) => gaps.at(-1) !== null));
  }
  return code;
}

/** One problem, in slices of a fresh worker each. */
async function run(
  name: string,
  problem: AllocatorProblem,
  { slow, sliceMs, cpuS }: AllocatorProfileOptions,
): Promise<Row> {
  const text = JSON.stringify(problem), gaps: (number | null)[] = [];
  let state: string | null = null, last: number | null = null, answer: AllocatorSliceAnswer;
  let cpuMs = 0, longestMs = 0, stateBytes = 0;
  do {
    const request: AllocatorSliceRequest = { problem: text, state, sliceMs: sliceMs / slow };
    answer = await runInWorker<AllocatorSliceRequest, AllocatorSliceAnswer>(SLICE, request);
    cpuMs += slow * answer.cpuMs;
    // What a slice ends with was there by its end, and not before as far as is known.
    while (gaps.length < MARKS.length && cpuMs > 1000 * MARKS[gaps.length]) gaps.push(last);
    last = answer.progress.gap === null ? last : Math.min(last ?? Infinity, answer.progress.gap);
    longestMs = Math.max(longestMs, slow * answer.cpuMs);
    stateBytes = Math.max(stateBytes, new TextEncoder().encode(answer.state).length);
    state = answer.state;
  } while (answer.outcome === null && cpuMs < 1000 * cpuS);
  while (gaps.length < MARKS.length) gaps.push(last);
  const status = statusOf(problem, answer);
  return { name, problem, status, gaps, cpuMs, longestMs, stateBytes };
}

function statusOf(problem: AllocatorProblem, { outcome }: AllocatorSliceAnswer): string {
  if (outcome === null) return "given up";
  if (outcome.status === "FAILED") return `FAILED ${outcome.code}`;
  if (outcome.status === "INFEASIBLE") return outcome.status;
  const { allocations, report: { objective, bound } } = outcome;
  const isLegal = checkMatching(problem, allocations).length === 0;
  // Each cost is rounded to a thousandth.
  const off = Math.abs(scoreMatching(problem, allocations) - objective);
  if (!isLegal || off > 0.0005 * problem.workers.length + 1e-6) return "INVALID";
  return objective === bound ? "proven" : "COMPLETED";
}

/** Median and worst gap at each mark, and how many were proven. */
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
  const proven = rows.filter(({ status }) => status === "proven").length;
  const longest = Math.max(...rows.map(({ longestMs }) => longestMs));
  const state = Math.max(...rows.map(({ stateBytes }) => stateBytes)) / 1024;
  console.log(
    `  ${name}: ${proven} proven, longest slice ${longest.toFixed(0)} ms, state at most ${
      state.toFixed(0)
    } KB`,
  );
}
