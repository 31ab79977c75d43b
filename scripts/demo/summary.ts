// The one object that --json prints, from the run's own records.

import type { CpuMs, PlannerRun } from "../../shared/client/mod.ts";
import { toSnake } from "../../shared/platform/spelling.ts";
import { wallMs } from "./report.ts";

/** What --json prints; null where the run has no such figure. */
export interface DemoSummary {
  status: PlannerRun["status"] | null;
  /** Lines that the run wrote into the database, or left there: none in a dry run. */
  lines: number | null;
  cpu_ms: object | null;
  slices: number | null;
  bound: number | null;
  gap: number | null;
  /** From the request to the terminal state, in ms. */
  wall_ms: number | null;
  /** What a replan changed. */
  changes?: unknown;
}

/** Sums a run up; null stands for a run that never came to be. */
export function summarise(run: PlannerRun | null, lines: number | null): DemoSummary {
  const result = run?.result_metadata;
  return {
    status: run?.status ?? null,
    lines,
    cpu_ms: result?.cpuMs ? inOrder(result.cpuMs) : null,
    slices: result?.slices ?? null,
    bound: result?.bound ?? null,
    gap: result?.gap ?? null,
    wall_ms: run ? wallMs(run) : null,
    ...result?.changes && { changes: toSnake(result.changes) },
  };
}

/** The database keeps the keys of an object in an order of its own. */
function inOrder({ total, p50Slice, p95Slice, maxSlice }: CpuMs) {
  return { total, p50_slice: p50Slice, p95_slice: p95Slice, max_slice: maxSlice };
}
