/**
 * What runs of the planner left, a line of JSON each in a file that is only appended to: a long measurement is run in
 * pieces, and told again without being run again.
 */
import { checkPlan } from "../../shared/planner/check/checker.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import type { RunOptions } from "./planner_run.ts";
import type { SliceAnswer } from "./planner_slice.ts";

/** One run of one problem. */
export interface RunRecord {
  /** What was run and how: problem, budget, slices, the engine's version. */
  key: string;
  /** Family or instance, and the name of the problem within the table. */
  group: string;
  name: string;
  terms: number;
  lines: number;
  positions: number;
  /** COMPLETED, INFEASIBLE, INVALID (checker or score disagree), or FAILED with why. */
  status: string;
  /** Of the last plan; null without one. */
  objective: number | null;
  bound: number | null;
  /** What gaps are relative to (`planSize`); null without a plan. */
  scale: number | null;
  /** At the end of each slice: seconds of CPU or counted work, cold starts included, and the gap; null where there was no plan with a bound. */
  profile: [seconds: number, gap: number | null][];
  /** Seconds of CPU until a plan with every line; null where there was none. */
  firstS: number | null;
  /** Seconds of CPU until the plan was proven optimal or impossible; null where it was not. */
  provenS: number | null;
  /** Of its slices, with the memory of a fresh isolate below; null where time is counted work, which tells neither. */
  longestMs: number | null;
  stateBytes: number;
  heapBytes: number | null;
}

/** What a run left. */
export function recordOf(
  of: Pick<RunRecord, "key" | "group" | "name">,
  problem: PlannerProblem,
  answers: readonly SliceAnswer[],
  { counted }: Pick<RunOptions, "counted">,
): RunRecord {
  let ms = 0, first: number | null = null;
  const profile: RunRecord["profile"] = [];
  for (const { cpuMs, firstMs, progress } of answers) {
    if (firstMs !== null) first ??= (ms + firstMs) / 1000;
    ms += cpuMs;
    profile.push([ms / 1000, progress.gap]);
  }
  const last = answers.at(-1)!, status = statusOf(problem, last);
  const isProven = status === "INFEASIBLE" || status === "COMPLETED" && last.progress.gap === 0;
  const until = status === "INFEASIBLE"
    ? profile.length - 1
    : profile.findIndex(([, g]) => g === 0);
  return {
    ...of,
    terms: problem.termWeeks.length,
    lines: problem.lines,
    positions: problem.positions.length,
    status,
    objective: last.progress.objective,
    bound: last.progress.bound,
    scale: last.outcome?.status === "COMPLETED" ? last.outcome.quality.scale : null,
    profile,
    firstS: first,
    provenS: isProven ? profile[until][0] : null,
    longestMs: counted ? null : Math.max(...answers.map(({ cpuMs }) => cpuMs)),
    stateBytes: Math.max(...answers.map(({ state }) => new TextEncoder().encode(state).length)),
    heapBytes: counted ? null : Math.max(...answers.map(({ heapBytes }) => heapBytes)),
  };
}

/** What is left of a run that threw. */
export function brokenRecord(
  of: Pick<RunRecord, "key" | "group" | "name">,
  problem: PlannerProblem,
  message: string,
): RunRecord {
  return {
    ...of,
    terms: problem.termWeeks.length,
    lines: problem.lines,
    positions: problem.positions.length,
    status: `FAILED ${message}`,
    objective: null,
    bound: null,
    scale: null,
    profile: [],
    firstS: null,
    provenS: null,
    longestMs: null,
    stateBytes: 0,
    heapBytes: null,
  };
}

function statusOf(problem: PlannerProblem, { outcome, progress }: SliceAnswer): string {
  if (outcome === null) return "FAILED no end";
  if (outcome.status === "FAILED") return `FAILED ${outcome.code}`;
  if (outcome.status === "INFEASIBLE") return outcome.status;
  const lines = outcome.lines.map(({ positions }) => positions);
  const isLegal = checkPlan(problem, lines, outcome.lines).length === 0;
  const { objective } = scorePlan(problem, lines);
  const isTrue = progress.objective === null || Math.abs(objective - progress.objective) < 1e-6;
  return isLegal && isTrue ? "COMPLETED" : "INVALID";
}

/**
 * The gap that a run had after so many seconds of CPU. What a slice ends with was there by its end, and not before as far
 * as is known; a run that ended stays where it ended.
 */
export function gapAfter({ profile }: RunRecord, seconds: number): number | null {
  return profile.findLast(([at]) => at <= seconds)?.[1] ?? null;
}

/** Whether the gap ever grew, or a plan with a bound was lost. */
export function hasGrown({ profile }: RunRecord): boolean {
  return profile.some(([, gap], i) => {
    const before = i === 0 ? null : profile[i - 1][1];
    return before !== null && (gap === null || gap > before + 1e-12);
  });
}

/** Records of a file by their keys; in memory alone without one. */
export class Records<Kept extends { key: string } = RunRecord> {
  readonly #path: string | null;
  readonly #known = new Map<string, Kept>();

  private constructor(path: string | null) {
    this.#path = path;
  }

  /** Reads a file. @param path what is not there yet is made with the first record; null keeps nothing */
  static async open<Kept extends { key: string }>(path: string | null): Promise<Records<Kept>> {
    const records = new Records<Kept>(path);
    const text = path === null ? "" : await Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    // The last line may have been cut short with the run that wrote it.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (path !== null && whole.length < text.length) await Deno.writeTextFile(path, whole);
    for (const line of whole.split("\n").filter((line) => line !== "")) {
      const record: Kept = JSON.parse(line);
      records.#known.set(record.key, record);
    }
    return records;
  }

  /** The record of a run, made where there is none. */
  async of(key: string, run: () => Promise<Kept>): Promise<Kept> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const record = await run();
    this.#known.set(key, record);
    if (this.#path !== null) {
      await Deno.writeTextFile(this.#path, `${JSON.stringify(record)}\n`, { append: true });
    }
    return record;
  }
}
