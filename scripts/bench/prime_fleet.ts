// deno-lint-ignore-file no-console -- a command line tool
// `deno task bench:prime-fleet`: one search for primes through the real functions, bundled as they are deployed, on one isolate and
// on two side by side: wall time, how much of a slice's CPU goes into sieving and testing, how many times as fast two are as one,
// and what all processes of the stack take beside it.

import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./median.ts";
import { stackCpu, type StackPart } from "./process_cpu.ts";
import postgres from "postgres";
import { createPrimesClient } from "../../shared/client/mod.ts";
import { signIn } from "../demo/session.ts";
import { writeProject } from "../deploy.ts";
import { bundleFunctions } from "../deploy/bundle.ts";
import { startStack } from "../stack/mod.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:prime-fleet [options]
  --to K      k*2^3300+1 with k from 1 to K is searched (default 29999: half a minute on one isolate)
  --rounds N  each of one and two isolates so often, in turns (default 2)

Two isolates show what they can on two cores that nobody else uses. Exit status: 0 where two are at least 1.8 times as fast as
one (median), 1 otherwise.
`;

/** How many times as fast two isolates are to be as one. */
const LEAST_SPEEDUP = 1.8;

const { number } = commandLine(USAGE, {
  to: { type: "string", default: "29999" },
  rounds: { type: "string", default: "2" },
});

/** Tests of some 1,000 digits, in blocks as they are cut by themselves: they take several slices. */
const SEARCH = { form: "kbn", params: { n: 3300, min_k: 1, max_k: number("to", 1), sign: "+" } };
/** One, two, two, one, one, two...: what slows the machine down for a while meets both. */
const TURNS = Array.from({ length: 2 * number("rounds", 1) }, (_, i) => (i + 1 >> 1) % 2 + 1);

let speedup = 0;
const projectDir = await mkdtemp(join(tmpdir(), "receptor-prime-fleet-"));
const supabaseDir = fileURLToPath(new URL("../../supabase", import.meta.url));
await writeProject(await bundleFunctions(), projectDir);
for (const name of ["migrations", "seed.sql"]) {
  await symlink(join(supabaseDir, name), join(projectDir, "supabase", name));
}
const stack = await startStack({ projectDir });
const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
try {
  await sql`update fleet.search_types set metrics_every = 1 where search_type = 'prime_search'`;
  const supabase = await signIn(stack);
  const primes = createPrimesClient(supabase);
  const rows: { isolates: number; wall_s: number; found: number }[] = [];
  const costs: Record<string, number>[] = [];
  for (const isolates of TURNS) {
    const before = await stackCpu(stack);
    const { primeSearchRunId } = await primes.search({ ...SEARCH, maxConcurrentBlocks: isolates });
    const run = await primes.watch(primeSearchRunId).done;
    if (run.status !== "COMPLETED") throw new Error(run.error_message ?? run.status);
    const [slices] = await sql`
      select count(*)::int as slices, max(cpu_ms)::int as most_ms,
             round((100 * sum(coalesce((details #>> '{cpu_ms_by_phase,Sieving}')::numeric, 0)
                    + coalesce((details #>> '{cpu_ms_by_phase,Testing}')::numeric, 0)) / sum(cpu_ms))::numeric, 1)::float8 as useful_percent,
             (max(memory_bytes) / 1048576)::int as most_mb
      from public.system_metrics where run_id = ${run.id}`;
    const wallMs = Date.parse(run.finished_at!) - Date.parse(run.started_at!);
    rows.push({ isolates, wall_s: wallMs / 1000, found: run.result!.found, ...slices });
    costs.push({ isolates, ...await costOf(before, run.started_at!) });
  }
  console.table(rows);
  console.log(
    "Seconds of CPU; isolates that were started, and calls that they were given:",
  );
  console.table(costs);
  const wallOf = (count: number) =>
    median(rows.filter(({ isolates }) => isolates === count).map(({ wall_s }) => wall_s));
  speedup = wallOf(1) / wallOf(2);
  console.log(`Two isolates are ${speedup.toFixed(2)} times as fast as one.`);
  await supabase.removeAllChannels();
  await supabase.auth.signOut({ scope: "local" });
} finally {
  await sql.end({ timeout: 1 });
  await stack.stop();
  await rm(projectDir, { recursive: true });
}
Deno.exit(speedup >= LEAST_SPEEDUP ? 0 : 1);

/** What the stack used since then. */
async function costOf(before: Record<StackPart, number>, since: string) {
  const { isolates, ...others } = await stackCpu(stack);
  const after = { "isolates, all threads": isolates, ...others };
  const was = { "isolates, all threads": before.isolates, ...before };
  const started = (await stack.functions.isolates()).filter((each) =>
    each.function === "prime-solver" && each.startedAt >= since
  );
  const sum = (all: number[]) => all.reduce((total, each) => total + each, 0);
  return {
    ...Object.fromEntries(
      Object.entries(after).map(([part, seconds]) =>
        [part, round(seconds - was[part as keyof typeof was])] as const
      ),
    ),
    "of them the solver's threads": round(sum(started.map(({ cpuMs }) => cpuMs)) / 1000),
    "longest of an isolate, ms": Math.round(Math.max(...started.map(({ cpuMs }) => cpuMs))),
    "most resident of an isolate, MB": Math.round(
      Math.max(...started.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20,
    ),
    started: started.length,
    "of them below 300 ms": started.filter(({ cpuMs }) => cpuMs < 300).length,
    calls: sum(started.map(({ requests }) => requests)),
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
