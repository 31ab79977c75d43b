// Follows the latest run of an allocation run, whoever started it and in whichever tab.

import { signal } from "@preact/signals";
import type { SupabaseClient } from "@supabase/supabase-js";
import type {
  ReceptorError,
  Run,
  RunWatch,
  WatchConnection,
  WatchOptions,
} from "../../../../shared/client/mod.ts";
import { isTerminal } from "../../../../shared/client/mod.ts";
import { onWake } from "../../../../shared/client/realtime.ts";

/** How often the latest run is asked for besides Realtime, in ms: an INSERT may be missed. */
const ASK_EVERY = 10_000;

/** When to ask after the channel was joined, in ms: events flow only a while later on hosted projects. */
const SETTLE = [0, 1_500, 4_000];

/** When to look again for a run that could not be read yet, in ms. */
const LOOK_AGAIN = 500;

let opened = 0;

/** Which runs are followed, and how. */
export interface Followed<R extends Run> {
  supabase: SupabaseClient;
  table: string;
  allocationRun: string;
  /** Only runs whose column is null, or is not. */
  only?: { column: string; isNull: boolean };
  watch(
    id: string,
    onUpdate: (run: R) => void,
    options: WatchOptions,
  ): RunWatch<R>;
}

/** The latest run of a kind, as signals. */
export class RunFollow<R extends Run> {
  /** Null: there is none yet. */
  readonly run = signal<R | null>(null);
  /** Whether the latest run was asked for with success at least once. */
  readonly known = signal(false);
  /** How the run is heard of; null while none is followed. */
  readonly connection = signal<WatchConnection | null>(null);
  #watch: RunWatch<R> | null = null;
  #watched = "";
  #stops: (() => void)[] = [];
  #stopped = false;

  /** @param onEnd told of each run that ends while it is followed */
  constructor(
    private readonly followed: Followed<R>,
    private readonly onEnd: (run: R) => void,
  ) {
    this.#stops.push(onWake(() => void this.refresh()), this.#listen());
    const timer = setInterval(() => void this.refresh(), ASK_EVERY);
    this.#stops.push(() => clearInterval(timer));
    void this.refresh();
  }

  /** Reads which run is the latest, and follows it. A failure is left to the next attempt. */
  async refresh(): Promise<void> {
    if (this.#stopped) return;
    const { supabase, table, allocationRun, only } = this.followed;
    const runs = supabase.from(table).select("id,status").eq("allocation_run", allocationRun);
    const { data, error } =
      await (only ? runs.filter(only.column, only.isNull ? "is" : "not.is", null) : runs)
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
  follow(id: string, news = true): void {
    if (this.#stopped || id === this.#watched) return;
    this.#watch?.stop();
    this.#watched = id;
    this.#watch = this.followed.watch(id, (run) => {
      if (this.#watched !== id || this.#stopped) return;
      this.run.value = run;
      if (isTerminal(run.status) && news) this.onEnd(run);
    }, { onConnection: (connection) => this.connection.value = connection });
    this.#watch.done.catch((error: ReceptorError) => {
      if (error.code === "STOPPED" || this.#watched !== id) return;
      this.#watched = "";
      this.#later(LOOK_AGAIN);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    for (const stop of this.#stops) stop();
  }

  /** Looks for the latest run in a while. */
  #later(ms: number): void {
    const timer = setTimeout(() => void this.refresh(), ms);
    this.#stops.push(() => clearTimeout(timer));
  }

  /** Runs that others ask for show by their INSERT, which comes a moment before the row can be read. */
  #listen(): () => void {
    const { supabase, table, allocationRun, only } = this.followed;
    const channel = supabase.channel(`console-${allocationRun}-${++opened}`)
      .on("postgres_changes", {
        event: "INSERT",
        schema: "public",
        table,
        filter: `allocation_run=eq.${allocationRun}`,
      }, ({ new: row }: { new: Record<string, unknown> }) => {
        if (!only || (row[only.column] === null) === only.isNull) this.follow(row.id as string);
      });
    const join = () => {
      if (!this.#stopped) channel.subscribe(() => SETTLE.forEach((ms) => this.#later(ms)));
    };
    supabase.realtime.setAuth().then(join, join);
    return () => void supabase.removeChannel(channel);
  }
}
