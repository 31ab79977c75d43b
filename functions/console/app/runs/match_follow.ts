// Follows the latest match of an allocation run, or the latest what-if.

import type { SupabaseClient } from "@supabase/supabase-js";
import type { AllocatorClient, AllocatorRun } from "../../../../shared/client/mod.ts";
import { listenForRuns, readLatest, type RunsOf } from "./latest_run.ts";
import { RunFollow } from "./run_follow.ts";

/** The latest match or what-if, as signals. */
export type MatchFollow = RunFollow<AllocatorRun>;

/** @param kind a what-if has a base run that it is compared with, a match has none */
export function followMatches(
  supabase: SupabaseClient,
  allocator: AllocatorClient,
  allocationRun: string,
  kind: "match" | "what-if",
  onEnd: (run: AllocatorRun) => void,
): MatchFollow {
  const only = { column: "base_run", isNull: kind === "match" };
  const runs: RunsOf = { table: "allocator_py_runs", allocationRun, only };
  return new RunFollow<AllocatorRun>({
    latest: () => readLatest(supabase, runs),
    listen: (listener) => listenForRuns(supabase, runs, listener),
    watch: (id, onUpdate, options) => allocator.watch(id, onUpdate, options),
  }, onEnd);
}
