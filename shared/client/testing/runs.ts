// Planner runs for tests.

import type { PlannerRun } from "../planner_types.ts";

/** The id of the run that tests follow. */
export const RUN_ID = "00000000-0000-4000-8000-00000000000a";

/** A PENDING run; `second` sets `updated_at`. */
export function plannerRun(changes: Partial<PlannerRun> = {}, second = 0): PlannerRun {
  return {
    id: RUN_ID,
    org_id: "00000000-0000-4000-8000-000000000001",
    allocation_run: "00000000-0000-4000-8000-000000000002",
    created_at: "2026-01-05T00:00:00+00:00",
    status: "PENDING",
    n_job_lines: 60,
    constraints: ["VIC_PGY1"],
    options: {},
    name: null,
    requested_by: null,
    progress: null,
    result_metadata: null,
    error_code: null,
    error_message: null,
    started_at: null,
    finished_at: null,
    updated_at: `2026-01-05T00:00:${String(second).padStart(2, "0")}+00:00`,
    ...changes,
  };
}

/** The run while it works, at a slice. */
export function generating(slice: number): PlannerRun {
  return plannerRun({
    status: "GENERATING",
    started_at: "2026-01-05T00:00:01+00:00",
    progress: {
      phase: "improve",
      fraction: slice / 10,
      lines: 60,
      linesWanted: 60,
      bound: null,
      objective: null,
      gap: null,
      slice,
      cpuMs: 500 * slice,
    },
  }, slice);
}

/** The run after it ended. */
export function completed(): PlannerRun {
  return { ...generating(50), status: "COMPLETED", finished_at: "2026-01-05T00:00:50+00:00" };
}
