// Follows the latest planner run of an allocation run, and says when its job lines may have changed.

import { signal } from "@preact/signals";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { PlannerClient, PlannerRun } from "../../../../shared/client/mod.ts";
import { listenForRuns, readLatest, type RunsOf } from "./latest_run.ts";
import { RunFollow } from "./run_follow.ts";

/** The latest planner run of an allocation run, as signals. */
export class PlannerFollow extends RunFollow<PlannerRun> {
  /** Grows whenever the job lines may have changed. */
  readonly linesVersion = signal(0);

  /** @param onEnd told of each run that ends while it is followed */
  constructor(
    supabase: SupabaseClient,
    planner: PlannerClient,
    allocationRun: string,
    onEnd: (run: PlannerRun) => void,
  ) {
    // What the editor asks for a cell is its own: no news, and nothing to go on with.
    const only = { column: "options", member: "recommend", isNull: true };
    const runs: RunsOf = { table: "allocation_planner_runs", allocationRun, only };
    super({
      latest: () => readLatest(supabase, runs),
      listen: (listener) => listenForRuns(supabase, runs, listener),
      watch: (id, onUpdate, options) => planner.watch(id, onUpdate, options),
    }, (run) => {
      if (run.status === "COMPLETED") this.linesChanged();
      onEnd(run);
    });
  }

  /** Says that job lines changed in another way. */
  readonly linesChanged = (): void => {
    this.linesVersion.value++;
  };
}
