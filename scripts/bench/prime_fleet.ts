// deno-lint-ignore-file no-console -- a command line tool
// `deno task bench:prime-fleet`: one search for primes through the real functions, on one isolate and on two side by side: wall
// time, CPU, how much of a slice's CPU goes into sieving and testing, and how many times as fast two are as one.

import { parseArgs } from "node:util";
import { median } from "./median.ts";
import postgres from "postgres";
import { createPrimesClient } from "../../shared/client/mod.ts";
import { signIn } from "../demo/session.ts";
import { startStack } from "../stack/mod.ts";

const HELP = `Usage: deno task bench:prime-fleet [options]
  --to K      k*2^3300+1 with k from 1 to K is searched (default 29999: half a minute on one isolate)
  --rounds N  each of one and two isolates so often, in turns (default 2)
  --help

Two isolates show what they can on two cores that nobody else uses. Exit status: 0 where two are at least 1.8 times as fast as
one (median), 1 otherwise.
`;

/** How many times as fast two isolates are to be as one. */
const LEAST_SPEEDUP = 1.8;

const { values } = parseArgs({
  options: {
    to: { type: "string", default: "29999" },
    rounds: { type: "string", default: "2" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(HELP);
  Deno.exit(0);
}

/** Tests of some 1,000 digits, in blocks as they are cut by themselves: they take several slices. */
const SEARCH = { form: "kbn", params: { n: 3300, min_k: 1, max_k: Number(values.to), sign: "+" } };
/** One, two, two, one, one, two...: what slows the machine down for a while meets both. */
const TURNS = Array.from({ length: 2 * Number(values.rounds) }, (_, i) => (i + 1 >> 1) % 2 + 1);

let speedup = 0;
const stack = await startStack();
const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
try {
  await sql`update fleet.search_types set metrics_every = 1 where search_type = 'prime_search'`;
  const supabase = await signIn(stack);
  const primes = createPrimesClient(supabase);
  const rows: Record<string, number>[] = [];
  for (const isolates of TURNS) {
    const { primeSearchRunId } = await primes.search({ ...SEARCH, maxConcurrentBlocks: isolates });
    const run = await primes.watch(primeSearchRunId).done;
    if (run.status !== "COMPLETED") throw new Error(run.error_message ?? run.status);
    const [slices] = await sql`
      select count(*)::int as slices, round(avg(cpu_ms))::int as cpu_ms, max(cpu_ms)::int as most_ms,
             round((100 * sum(coalesce((details #>> '{cpu_ms_by_phase,Sieving}')::numeric, 0)
                    + coalesce((details #>> '{cpu_ms_by_phase,Testing}')::numeric, 0)) / sum(cpu_ms))::numeric, 1)::float8 as useful_percent,
             (max(memory_bytes) / 1048576)::int as most_mb
      from public.system_metrics where run_id = ${run.id}`;
    const wallMs = Date.parse(run.finished_at!) - Date.parse(run.started_at!);
    rows.push({ isolates, wall_s: wallMs / 1000, found: run.result!.found, ...slices });
  }
  console.table(rows);
  const wallOf = (count: number) =>
    median(rows.filter(({ isolates }) => isolates === count).map(({ wall_s }) => wall_s));
  speedup = wallOf(1) / wallOf(2);
  console.log(`Two isolates are ${speedup.toFixed(2)} times as fast as one.`);
  await supabase.removeAllChannels();
  await supabase.auth.signOut({ scope: "local" });
} finally {
  await sql.end({ timeout: 1 });
  await stack.stop();
}
Deno.exit(speedup >= LEAST_SPEEDUP ? 0 : 1);
