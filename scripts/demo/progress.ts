// How a run is going: a bar that moves on a terminal, a line per phase elsewhere.

import type { AllocatorRun, PlannerRun } from "../../shared/client/mod.ts";
import type { Paint } from "./paint.ts";
import { duration, padLeft, percent, widthOf } from "./text.ts";

/** A run of either engine. */
export type AnyRun = PlannerRun | AllocatorRun;

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const BAR = 30;

/** A bar of `width` columns, filled to a share of 0..1 by eighths of a column. */
export function drawBar(share: number, width: number, paint: Paint): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return paint.good(full) + paint.dim("░".repeat(width - widthOf(full)));
}

/** The run in one row that fits a width: bar, share, phase and figures, the less important cut off. */
export function drawProgress(
  run: AnyRun,
  elapsedMs: number,
  width: number,
  paint: Paint,
): string {
  const share = run.progress?.fraction ?? 0;
  const parts = [padLeft(`${Math.floor(100 * share)}%`, 4), ...progressFigures(run)];
  parts.push(duration(elapsedMs));
  const bar = Math.min(BAR, Math.max(10, width - 50));
  let text = parts.shift()!;
  for (const part of parts) {
    if (bar + 1 + widthOf(text) + 3 + widthOf(part) > width - 1) break;
    text += ` · ${part}`;
  }
  return `${drawBar(share, bar, paint)} ${text}`;
}

/** The run as a line of a log, where nothing can be drawn over. */
export function describeProgress(run: AnyRun): string {
  return [`${Math.floor(100 * (run.progress?.fraction ?? 0))}%`, ...progressFigures(run)]
    .join(", ");
}

/** How the run ended. */
export function describeOutcome(run: AnyRun, elapsedMs: number, paint: Paint): string {
  const mark = run.status === "COMPLETED" ? paint.good : paint.bad;
  const code = run.status === "FAILED" ? ` (${run.error_code})` : "";
  return `${mark(run.status)}${code} after ${duration(elapsedMs)}`;
}

/** What changes when a new line is worth logging. */
export function phaseOf(run: AnyRun): string {
  return run.progress?.phase ?? (run.status === "PENDING" ? "queued" : "starting");
}

function progressFigures(run: AnyRun): string[] {
  const { progress } = run;
  if (!progress) return [phaseOf(run)];
  return [
    phaseOf(run),
    ...countFigure(progress),
    ...(progress.gap !== null ? [`gap ${percent(progress.gap)}`] : []),
    `slice ${progress.slice}`,
  ];
}

function countFigure(progress: NonNullable<AnyRun["progress"]>): string[] {
  const [done, wanted, what] = "lines" in progress
    ? [progress.lines, progress.linesWanted, "lines"]
    : [progress.matched, progress.workers, "doctors"];
  return done > 0 ? [`${done} of ${wanted} ${what}`] : [];
}
