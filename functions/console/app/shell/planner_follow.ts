// Follows the latest planner run of an allocation run, whoever started it and in whichever tab.

import { signal } from "@preact/signals";
import type { SupabaseClient } from "@supabase/supabase-js";
import type {
  PlannerClient,
  PlannerRun,
  ReceptorError,
  RunWatch,
  WatchConnection,
} from "../../../../shared/client/mod.ts";
import { isTerminal } from "../../../../shared/client/mod.ts";
import { onWake } from "../../../../shared/client/realtime.ts";

/** How often the latest run is asked for besides Realtime, in ms: an INSERT may be missed. */
const ASK_EVERY = 30_000;

/** When to look again for a run that could not be read yet, in ms. */
const LOOK_AGAIN = 500;

let opened = 0;

/** The latest planner run of an allocation run, as signals. */
export class PlannerFollow {
  /** Null: there is none yet. */
  readonly run = signal<PlannerRun | null>(null);
  /** Whether the latest run was asked for with success at least once. */
  readonly known = signal(false);
  /** How the run is heard of; null while none is followed. */
  readonly connection = signal<WatchConnection | null>(null);
  /** Grows whenever the job lines may have changed. */
  readonly linesVersion = signal(0);
  #watch: RunWatch<PlannerRun> | null = null;
  #watched = "";
  #stops: (() => void)[] = [];
  #stopped = false;

  /** @param onEnd told of each run that ends while it is followed */
  constructor(
    private readonly supabase: SupabaseClient,
    private readonly planner: PlannerClient,
    private readonly allocationRun: string,
    private readonly onEnd: (run: PlannerRun) => void,
  ) {
    this.#stops.push(onWake(() => void this.refresh()), this.#listen());
    const timer = setInterval(() => void this.refresh(), ASK_EVERY);
    this.#stops.push(() => clearInterval(timer));
    void this.refresh();
  }

  /** Reads which run is the latest, and follows it. A failure is left to the next attempt. */
  async refresh(): Promise<void> {
    const { data, error } = await this.supabase.from("allocation_planner_runs").select("id,status")
      .eq("allocation_run", this.allocationRun)
      .order("created_at", { ascending: false }).limit(1).maybeSingle();
    if (this.#stopped || error) return;
    // What had ended before anybody looked is no news.
    const news = this.known.value || !isTerminal(data?.status ?? "COMPLETED");
    this.known.value = true;
    if (data) this.follow(data.id, news);
  }

  /**
   * Follows a run to its end.
   * @param news whether its end is told even if it is seen only afterwards
   */
  follow(plannerRunId: string, news = true): void {
    if (this.#stopped || plannerRunId === this.#watched) return;
    this.#watch?.stop();
    this.#watched = plannerRunId;
    const watch = this.planner.watch(plannerRunId, (run) => {
      if (this.#watched !== plannerRunId || this.#stopped) return;
      this.run.value = run;
      if (isTerminal(run.status) && news) this.#ended(run);
    }, { onConnection: (connection) => this.connection.value = connection });
    this.#watch = watch;
    watch.done.catch((error: ReceptorError) => {
      if (error.code === "STOPPED" || this.#watched !== plannerRunId) return;
      this.#watched = "";
      setTimeout(() => void this.refresh(), LOOK_AGAIN);
    });
  }

  /** Says that job lines changed in another way. */
  readonly linesChanged = (): void => {
    this.linesVersion.value++;
  };

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    for (const stop of this.#stops) stop();
  }

  #ended(run: PlannerRun): void {
    if (run.status === "COMPLETED") this.linesChanged();
    this.onEnd(run);
  }

  /** Runs that others ask for show by their INSERT, which comes a moment before the row can be read. */
  #listen(): () => void {
    const channel = this.supabase.channel(`console-${this.allocationRun}-${++opened}`)
      .on("postgres_changes", {
        event: "INSERT",
        schema: "public",
        table: "allocation_planner_runs",
        filter: `allocation_run=eq.${this.allocationRun}`,
      }, ({ new: row }) => this.follow((row as { id: string }).id));
    const join = () => {
      if (!this.#stopped) channel.subscribe(() => void this.refresh());
    };
    this.supabase.realtime.setAuth().then(join, join);
    return () => void this.supabase.removeChannel(channel);
  }
}
