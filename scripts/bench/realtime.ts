// `deno task bench:realtime`: does the last update that a client sees tell the end of a run? Generates many small runs
// on a local stack and compares what a plain supabase-js channel and the client's watch saw with every update that was
// committed, as a trigger of this script recorded it.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createPlannerClient, isTerminal, type PlannerRun } from "../../shared/client/mod.ts";
import { signIn } from "../demo/session.ts";
import { type Stack, startStack } from "../stack/mod.ts";
import { commandLine } from "../command_line.ts";

/** How long the plain channel may take to catch up with a run that has ended, in ms. */
const CATCH_UP = 5_000;

/** What was seen of one run. */
interface Sighting {
  run: PlannerRun;
  /** Updates committed after the channel was open: `updated_at` of each. */
  committed: string[];
  /** Updates that the plain channel delivered. */
  seen: { status: string; updated_at: string }[];
  /** Status that the watch delivered last. */
  watched: string;
  /** From the end of the run to its event, in ms; null where it never came. */
  latency: number | null;
}

/** Records every update of a planner run, as the truth to compare with. */
const AUDIT = `
  create schema bench;
  create table bench.updates (
    n bigint generated always as identity, run uuid not null, updated_at timestamptz not null);
  create function bench.record_update() returns trigger language plpgsql security definer as $$
  begin
    insert into bench.updates (run, updated_at) values (new.id, new.updated_at);
    return null;
  end $$;
  create trigger record_update after update on public.allocation_planner_runs
    for each row execute function bench.record_update();
`;

/** A plain channel for all planner runs that the user may see: what a UI without this project's client would have. */
class PlainChannel {
  #updates = new Map<string, Sighting["seen"]>();
  #arrived = new Map<string, number>();
  #ended = new Map<string, () => void>();

  async open(supabase: SupabaseClient): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      supabase.channel("plain").on("postgres_changes", {
        event: "UPDATE",
        schema: "public",
        table: "allocation_planner_runs",
      }, ({ new: row }) => this.#take(row as PlannerRun)).subscribe((status) => {
        if (status === "SUBSCRIBED") resolve();
        else reject(new Error(`The channel was ${status}.`));
      });
    });
  }

  /** Waits for the terminal event of a run. */
  async ended(runId: string): Promise<void> {
    if (this.#arrived.has(runId)) return;
    let timer;
    await new Promise<void>((resolve) => {
      this.#ended.set(runId, resolve);
      timer = setTimeout(resolve, CATCH_UP);
    });
    clearTimeout(timer);
  }

  updates(runId: string): Sighting["seen"] {
    return this.#updates.get(runId) ?? [];
  }

  /** When the terminal event of a run came (ms since the epoch). */
  arrival(runId: string): number | null {
    return this.#arrived.get(runId) ?? null;
  }

  #take({ id, status, updated_at }: PlannerRun): void {
    this.#updates.set(id, [...this.updates(id), { status, updated_at }]);
    if (!isTerminal(status)) return;
    this.#arrived.set(id, Date.now());
    this.#ended.get(id)?.();
  }
}

async function sight(
  supabase: SupabaseClient,
  sql: postgres.Sql,
  channel: PlainChannel,
  allocationRun: string,
  lines: number,
): Promise<Sighting> {
  const planner = createPlannerClient(supabase);
  const { plannerRunId } = await planner.generate({
    allocationRun,
    nJobLines: lines,
    constraints: ["UNRESTRICTED"],
  });
  let watched = "nothing";
  const run = await planner.watch(plannerRunId, ({ status }) => watched = status).done;
  await channel.ended(run.id);
  const arrival = channel.arrival(run.id);
  const rows = await sql`
    select to_json(updated_at) as at from bench.updates where run = ${run.id} order by n`;
  return {
    run,
    committed: rows.map((row) => row.at),
    seen: channel.updates(run.id),
    watched,
    latency: arrival === null ? null : Math.max(0, arrival - Date.parse(run.finished_at!)),
  };
}

/** The figures over all runs. */
function sumUp(sightings: Sighting[]) {
  const latencies = sightings.flatMap(({ latency }) => latency ?? []).sort((a, b) => a - b);
  const quantile = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? null;
  const count = (test: (sighting: Sighting) => boolean) => sightings.filter(test).length;
  const sum = (figure: (sighting: Sighting) => number) =>
    sightings.reduce((total, sighting) => total + figure(sighting), 0);
  const instants = (times: string[]) => new Set(times.map((time) => Date.parse(time)));
  return {
    runs: sightings.length,
    completed: count(({ run }) => run.status === "COMPLETED"),
    plain_last_is_terminal: count(({ run, seen }) => seen.at(-1)?.status === run.status),
    watch_last_is_terminal: count(({ run, watched }) => watched === run.status),
    updates_committed: sum(({ committed }) => committed.length),
    events_seen: sum(({ seen }) => seen.length),
    events_lost: sum(({ committed, seen }) => Math.max(0, committed.length - seen.length)),
    runs_out_of_order: count(({ seen }) =>
      seen.some(({ updated_at }, i) =>
        i > 0 && Date.parse(updated_at) < Date.parse(seen[i - 1].updated_at)
      )
    ),
    instants_lost: sum(({ committed, seen }) => {
      const heard = instants(seen.map(({ updated_at }) => updated_at));
      return [...instants(committed)].filter((instant) => !heard.has(instant)).length;
    }),
    latency_ms: { p50: quantile(0.5), p95: quantile(0.95), max: latencies.at(-1) ?? null },
  };
}

function printTable(figures: ReturnType<typeof sumUp>): void {
  const { latency_ms, ...counts } = figures;
  const rows = [
    ...Object.entries(counts),
    ...Object.entries(latency_ms).map((
      [name, ms],
    ) => [`terminal event after, ${name}`, `${ms} ms`]),
  ].map(([name, value]) => [String(name).replaceAll("_", " "), String(value)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value.padStart(8)}`);
}

async function soak(stack: Stack, runs: number, lines: number): Promise<Sighting[]> {
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  const supabase = await signIn(stack);
  try {
    await sql.unsafe(AUDIT);
    const { data, error } = await supabase.from("allocation_runs").select("id").order("name");
    if (error) throw new Error(error.message);
    const channel = new PlainChannel();
    await channel.open(supabase);
    const sightings: Sighting[] = [];
    for (let i = 0; i < runs; i++) {
      sightings.push(await sight(supabase, sql, channel, data[i % data.length].id, lines));
      if ((i + 1) % 10 === 0) console.error(`${i + 1} of ${runs} runs`);
    }
    return sightings;
  } finally {
    await supabase.removeAllChannels();
    await supabase.auth.signOut({ scope: "local" });
    await sql.end();
  }
}

if (import.meta.main) {
  const { values, number } = commandLine(
    "deno task bench:realtime [--runs N (default 100)] [--lines N a run (default 5)] [--json]",
    {
      runs: { type: "string", default: "100" },
      lines: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  );
  const stack = await startStack();
  let exit = 1;
  try {
    const figures = sumUp(await soak(stack, number("runs", 1), number("lines", 1)));
    if (values.json) console.log(JSON.stringify(figures));
    else printTable(figures);
    exit = figures.plain_last_is_terminal === figures.runs &&
        figures.watch_last_is_terminal === figures.runs
      ? 0
      : 1;
  } finally {
    await stack.stop();
  }
  Deno.exit(exit);
}
