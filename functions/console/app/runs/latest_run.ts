// Which run of an allocation run is the latest, and news of further ones, over supabase-js.

import type { SupabaseClient } from "@supabase/supabase-js";
import { randomId } from "../../../../shared/client/random_id.ts";
import type { RunStatus } from "../../../../shared/client/run_state.ts";
import { result } from "../data/query.ts";
import type { RunListener } from "./run_follow.ts";

/**
 * When to ask after the channel was joined, in ms: events flow only a while later on hosted projects. Who begins to listen has
 * asked just now; after an interruption the first question is at once.
 */
const SETTLE = [1_500, 4_000];

/** Which runs are meant. */
export interface RunsOf {
  table: "allocation_planner_runs" | "allocator_py_runs";
  allocationRun: string;
  /** Only runs whose column (or a member of its document) is null, or is not. */
  only?: { column: string; member?: string; isNull: boolean };
}

/**
 * The latest of the runs; null where there is none.
 * @throws {ReceptorError}
 */
export function readLatest(
  supabase: SupabaseClient,
  { table, allocationRun, only }: RunsOf,
): Promise<{ id: string; status: RunStatus } | null> {
  const runs = supabase.from(table).select("id,status").eq("allocation_run", allocationRun);
  const { column, member } = only ?? {};
  const tested = member ? `${column}->>${member}` : column;
  return result(
    (only ? runs.filter(tested!, only.isNull ? "is" : "not.is", null) : runs)
      .order("created_at", { ascending: false }).limit(1).maybeSingle(),
  );
}

function valueOf(row: Record<string, unknown>, { column, member }: NonNullable<RunsOf["only"]>) {
  if (!member) return row[column];
  return (row[column] as Record<string, unknown> | null)?.[member] ?? null;
}

/** Listens for new runs by their INSERT, which comes a moment before the row can be read. @returns what ends that */
export function listenForRuns(
  supabase: SupabaseClient,
  { table, allocationRun, only }: RunsOf,
  { inserted, look }: RunListener,
): () => void {
  let stopped = false;
  let began = false;
  let timers: ReturnType<typeof setTimeout>[] = [];
  const settle = () => {
    timers.forEach(clearTimeout);
    if (stopped) return;
    timers = (began ? [0, ...SETTLE] : SETTLE).map((ms) => setTimeout(look, ms));
    began = true;
  };
  // A topic that is being left cannot be joined again at once, so that each has one of its own.
  const channel = supabase.channel(`console-${randomId()}`)
    .on("postgres_changes", {
      event: "INSERT",
      schema: "public",
      table,
      filter: `allocation_run=eq.${allocationRun}`,
    }, ({ new: row }: { new: Record<string, unknown> }) => {
      if (only && (valueOf(row, only) === null) !== only.isNull) return;
      inserted({ id: row.id as string, created_at: row.created_at as string });
    });
  const join = () => {
    if (!stopped) channel.subscribe(settle);
  };
  supabase.realtime.setAuth().then(join, join);
  return () => {
    stopped = true;
    timers.forEach(clearTimeout);
    void supabase.removeChannel(channel);
  };
}
