// What a finished run says about itself: how good the lines are, where the time went, or why there are none.

import type { PlannerExplanation, PlannerResult, PlannerRun } from "../../shared/client/mod.ts";
import { plural } from "../../shared/engine/words.ts";
import { type Paint, unpainted } from "./paint.ts";
import { drawBar } from "./progress.ts";
import { duration, padLeft, padRight, percent, thousands, widthOf, wrap } from "./text.ts";

/** Columns before the text of a labelled row. */
const LABEL = 16;

/** What a report is printed with. */
export interface ReportLayout {
  /** Columns of the terminal; Infinity where nothing limits them. */
  width: number;
  paint: Paint;
}

/** The quality figures of a COMPLETED run, which has all of them. */
export function reportQuality(run: PlannerRun, layout: ReportLayout): string[] {
  const result = run.result_metadata as PlannerResult;
  const { lines, affinity, diversity, minimumFill: fill } = result;
  const rows: [string, string][] = [
    [
      "Lines",
      `${lines.built} built` + keptOf(lines) + ` of ${lines.wanted} wanted; ` +
      `no plan has more than ${lines.bound + lines.kept}`,
    ],
    ...(lines.reason ? [["", lines.reason] as [string, string]] : []),
    ...changesOf(result),
    ["Objective", thousands(result.objective) + proofOf(result)],
    [
      "Affinity",
      `min ${thousands(affinity.min)}, mean ${thousands(affinity.mean)}, max ${
        thousands(affinity.max)
      } a line` + ` (${result.affinityProfile}, version ${result.affinityProfileVersion})`,
    ],
    [
      "Diversity",
      `two lines differ in ${diversity.meanDistance.toFixed(1)} terms on average; ` +
      (diversity.largestIdenticalGroup > 1
        ? `up to ${diversity.largestIdenticalGroup} lines are identical`
        : "no two are identical"),
    ],
    ["Minimum fill", `${fill.missed} of ${plural(fill.wanted, "post")} missed`],
    [
      "Empty posts",
      `${result.unfilledPosts.total}, by term ${result.unfilledPosts.byTerm.join(", ")}`,
    ],
    ["Rules", `${result.ruleset}, version ${result.rulesetVersion}; seed ${result.seed}`],
  ];
  return [layout.paint.bold("Quality"), ...labelled(rows, layout)];
}

/** The lines that a run took as they are. */
function keptOf({ kept, locked }: PlannerResult["lines"]): string {
  if (kept === 0) return "";
  return ` beside ${kept} kept` + (locked > 0 ? ` (${locked} locked)` : "");
}

/** How few rotations a replan changed. */
function changesOf({ changes }: PlannerResult): [string, string][] {
  if (!changes) return [];
  const { rotations, linesChanged, linesAdded, linesRemoved, proven, bound } = changes;
  const proof = proven ? "no plan changes fewer" : `no plan changes fewer than ${bound}`;
  return [[
    "Changes",
    `${plural(rotations, "rotation")} in ${plural(linesChanged, "line")}, ` +
    `${plural(linesAdded, "line")} added, ${linesRemoved} removed; ${proof}`,
  ]];
}

function proofOf({ bound, gap }: PlannerResult): string {
  if (bound === null || gap === null) return "";
  return `, proven bound ${thousands(bound)}: gap ${percent(gap)}`;
}

/** What a run took, step by step. Times in ms. */
export interface Times {
  /** Phases of the stack's start; `total` covers them all. */
  startup: Record<string, number>;
  /** From the request to its 202. */
  answerMs: number;
  run: PlannerRun;
}

/** Where the time went: the stack's start, the queue, CPU by phase, slices. */
export function reportTimes({ startup, answerMs, run }: Times, layout: ReportLayout): string[] {
  const { total, ...phases } = startup;
  const result = run.result_metadata ?? {};
  const started = run.started_at ? millisecondsBetween(run.created_at, run.started_at) : null;
  const wall = wallMs(run);
  const rows: [string, string][] = [
    [
      "Start-up",
      `${duration(total ?? 0)}: ` +
      Object.entries(phases).map(([name, ms]) => `${name} ${duration(ms)}`).join(", "),
    ],
    ["Request", `answered in ${duration(answerMs)}`],
    ...(started !== null ? [["Queue", duration(started)] as [string, string]] : []),
    ...(wall !== null
      ? [["Wall", `${duration(wall)} from the run's insert to ${run.status}`] as [string, string]]
      : []),
    ...slices(result),
    ...cpuByPhase(result.cpuMsByPhase ?? {}, layout.paint),
  ];
  return [layout.paint.bold("Where the time went"), ...labelled(rows, layout)];
}

/** Why a run is INFEASIBLE, and what would help. */
export function reportInfeasible(run: PlannerRun, { width, paint }: ReportLayout): string[] {
  const explanation: PlannerExplanation | undefined = run.result_metadata?.explanation;
  const reason = run.error_message ?? explanation?.message ?? "no such lines exist";
  const rows = hang(reason, "", width).map(paint.bad);
  if (!explanation) return rows;
  const list = (title: string, items: string[]) => {
    if (items.length > 0) {
      rows.push(
        "",
        paint.bold(title),
        ...items.flatMap((item) => hang(item, "  ", width)),
      );
    }
  };
  const { wanted, possible } = explanation.lines;
  rows.push(`At most ${possible} of the ${wanted} lines exist.`);
  list("Bottlenecks", explanation.bottlenecks.map((bottleneck) => bottleneck.message));
  list("Rules in conflict", explanation.rules);
  list("What would help", explanation.relaxations.map((relaxation) => relaxation.message));
  return rows;
}

/** From the request to the end of a run, in ms; null while it has not ended. */
export function wallMs(run: Pick<PlannerRun, "created_at" | "finished_at">): number | null {
  return run.finished_at === null ? null : millisecondsBetween(run.created_at, run.finished_at);
}

/** What a run cost, of either engine. */
export function slices(
  { slices, cpuMs: cpu, memoryBytesMax: memory }: Partial<
    Pick<PlannerResult, "slices" | "cpuMs" | "memoryBytesMax">
  >,
): [string, string][] {
  if (!cpu) return [];
  const rows: [string, string][] = [[
    "Solver CPU",
    `${duration(cpu.total)} in ${slices} slice${slices === 1 ? "" : "s"}: ` +
    `p50 ${duration(cpu.p50Slice)}, p95 ${duration(cpu.p95Slice)}, max ${duration(cpu.maxSlice)}`,
  ]];
  if (memory) rows.push(["Memory", `${Math.round(memory / 2 ** 20)} MB at most in an isolate`]);
  return rows;
}

function cpuByPhase(phases: Record<string, number>, paint: Paint): [string, string][] {
  const all = Object.entries(phases).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...all.map(([, ms]) => Number(ms)));
  const nameWidth = Math.max(0, ...all.map(([name]) => widthOf(name)));
  return all.map(([name, ms], i) => [
    i === 0 ? "CPU by phase" : "",
    `${padRight(name, nameWidth)} ${padLeft(duration(Number(ms)), 7)} ` +
    drawBar(Number(ms) / most, 20, paint),
  ]);
}

/** Rows of a label and a text, which goes on below itself where the width ends. */
export function labelled(rows: [string, string][], { width, paint }: ReportLayout): string[] {
  return rows.flatMap(([label, text]) =>
    hang(text, " ".repeat(LABEL), width).map((row, i) =>
      i === 0 ? `  ${paint.dim(padRight(label, LABEL - 2))}${row.slice(LABEL)}` : row
    )
  );
}

/** Where a row may end: not between a number and its unit. */
const BREAK = / (?!(?:ms|s|min|MB)\b)/;

/** The text in rows of a width, each after the same indent. */
export function hang(text: string, indent: string, width: number): string[] {
  const measure = (row: string) => widthOf(unpainted(row));
  return wrap(text.split(BREAK), " ", width - indent.length, measure).map((row) => indent + row);
}

function millisecondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
