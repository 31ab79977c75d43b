// Allocator runs for tests.

import type { AllocatorRun } from "../allocator_types.ts";

/** The id of the allocator run that tests follow. */
export const MATCH_ID = "00000000-0000-4000-8000-00000000000b";

/** A run at work, in its first slice. */
export function allocatorRun(changes: Partial<AllocatorRun> = {}): AllocatorRun {
  return {
    id: MATCH_ID,
    org_id: "00000000-0000-4000-8000-000000000001",
    allocation_run: "00000000-0000-4000-8000-000000000002",
    created_at: "2026-01-05T00:00:00+00:00",
    status: "GENERATING",
    is_exclusive: false,
    included_job_lines: null,
    included_worker_mappings: null,
    options: {},
    base_run: null,
    requested_by: null,
    progress: {
      phase: "Placing doctors",
      fraction: 0.25,
      workers: 60,
      matched: 42,
      objective: null,
      bound: null,
      gap: null,
      slice: 1,
      cpuMs: 500,
    },
    result: null,
    error_code: null,
    error_message: null,
    queued_at: "2026-01-05T00:00:00+00:00",
    started_at: "2026-01-05T00:00:01+00:00",
    finished_at: null,
    completed_at: null,
    lines_changed_at: null,
    doctors_left_at: null,
    updated_at: "2026-01-05T00:00:01+00:00",
    ...changes,
  };
}
