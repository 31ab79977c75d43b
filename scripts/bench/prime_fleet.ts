// deno-lint-ignore-file no-console -- a command line tool
// `deno task bench:prime-fleet`: one search for primes through the real functions, on one isolate and on two side by side: wall
// time, CPU, and how much of a slice's CPU goes into sieving and testing.

import postgres from "postgres";
import { createPrimesClient } from "../../shared/client/mod.ts";
import { signIn } from "../demo/session.ts";
import { startStack } from "../stack/mod.ts";

/** Tests of some 1,000 digits, in blocks as they are cut by themselves: they take several slices. */
const SEARCH = { form: "kbn", params: { n: 3300, min_k: 1, max_k: 5_999, sign: "+" } };

const stack = await startStack();
const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
try {
  await sql`update fleet.search_types set metrics_every = 1 where search_type = 'prime_search'`;
  const supabase = await signIn(stack);
  const primes = createPrimesClient(supabase);
  const rows = [];
  for (const isolates of [1, 2, 2, 1]) {
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
  await supabase.removeAllChannels();
  await supabase.auth.signOut({ scope: "local" });
} finally {
  await sql.end({ timeout: 1 });
  await stack.stop();
}
