// `deno task bench:statistics`: how long figures of the search take where there is much of it: a million primes, and a year of series.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import { startStack } from "../stack/mod.ts";
import { threadCpuMs } from "../stack/functions/isolate_process.ts";
import { median } from "./median.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:statistics [options]
  --primes N  how many (default 1000000)

Told are the time until the answer is here, not yet parsed, and the CPU of the database's session within it, which other
work on the machine does not change. Exit status: 0 when every figure was there within 50 ms (median of 9); 1 otherwise.
`;

/** Milliseconds within which a figure is to be there. */
const MOST_MS = 50;
const ROUNDS = 9;

const { number } = commandLine(USAGE, { primes: { type: "string", default: "1000000" } });

const FIGURES: Record<string, string> = {
  "get_stats()": "select public.get_stats()",
  "get_discovery_timeline('day')": "select public.get_discovery_timeline('day')",
  "get_discovery_timeline('month')": "select public.get_discovery_timeline('month')",
  "get_discovery_timeline('hour')": "select public.get_discovery_timeline('hour')",
  "get_digit_distribution(10)": "select public.get_digit_distribution(10)",
  "get_digit_distribution(1000)": "select public.get_digit_distribution(1000)",
  "form_leaderboard()": "select public.form_leaderboard()",
  "metric_series() of a day, by the minute":
    "select public.metric_series('fleet', 'jobs_queued', now() - interval '1 day')",
  "metric_series() of two months, by the hour":
    "select public.metric_series('fleet', 'jobs_queued', now() - interval '60 days')",
  "metric_series() of a year, by the day":
    "select public.metric_series('fleet', 'jobs_queued', now() - interval '365 days')",
};

/** Primes of ten forms over a year, of 10 to 5,000 digits; four kinds of work sampled as cron would have. */
async function fill(sql: postgres.Sql, primes: number): Promise<void> {
  await sql`
    insert into public.primes (form, expression, digits, found_at)
    select 'form_' || chr(97 + n % 10), 'n ' || n, 10 + (n::bigint * 7919) % 4990,
           now() - (n::bigint * 104729 % 525600) * interval '1 minute'
    from generate_series(1, ${primes}) n`;
  await sql`
    do $$
    declare d timestamptz;
    begin
      for d in select generate_series(now() - interval '370 days', now(), interval '1 day') loop
        perform private.ensure_partition('public.metric_rollups_hourly', d), private.ensure_partition('public.metric_rollups_daily', d);
      end loop;
      for d in select generate_series(now() - interval '2 days', now(), interval '1 day') loop
        perform private.ensure_partition('public.metric_samples', d);
      end loop;
    end $$`;
  const metrics = "unnest(array['jobs_queued', 'jobs_running', 'blocks_claimed']) as m, " +
    "unnest(array['planner', 'allocator', 'prime_search', 'prime_check']) as k";
  await sql.unsafe(`
    insert into public.metric_samples (ts, scope, metric, labels, value)
    select t, 'fleet', m, jsonb_build_object('kind', k), 1
    from generate_series(date_trunc('minute', now() - interval '1 day'), now(), interval '1 minute') t, ${metrics}`);
  await sql.unsafe(`
    insert into public.metric_rollups_hourly (bucket_start, scope, metric, labels, count, sum, min, max)
    select t, 'fleet', m, jsonb_build_object('kind', k), 60, 60, 1, 1
    from generate_series(date_trunc('hour', now() - interval '365 days'), now(), interval '1 hour') t, ${metrics}`);
  await sql.unsafe(`
    insert into public.metric_rollups_daily (day, source, metric, labels, count, sum, min, max)
    select t::date, 'fleet', m, jsonb_build_object('kind', k), 1440, 1440, 1, 1
    from generate_series(now() - interval '365 days', now() - interval '1 day', interval '1 day') t, ${metrics}`);
  const began = performance.now();
  await sql`select private.refresh_statistics()`;
  console.log(`counts made anew in ${Math.round(performance.now() - began)} ms`);
  await sql`vacuum analyze public.primes`;
}

/** Asks nine times, and tells how long that took. */
async function measure(name: string, query: string): Promise<void> {
  const [{ pid }] = await sql`select pg_backend_pid() as pid`;
  const walls: number[] = [], cpus: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [began, used] = [performance.now(), threadCpuMs(pid) ?? NaN];
    await sql.unsafe(query).raw();
    walls.push(performance.now() - began);
    cpus.push((threadCpuMs(pid) ?? NaN) - used);
  }
  const wall = median(walls);
  late ||= wall > MOST_MS;
  const figures = [wall, Math.max(...walls), median(cpus)].map((ms) => ms.toFixed(1));
  console.log(`${name}: median ${figures[0]} ms, longest ${figures[1]} ms, CPU ${figures[2]} ms`);
}

const stack = await startStack({ functions: false, cron: false });
const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
let late = false;
try {
  await fill(sql, number("primes", 1));
  const [{ id }] =
    await sql`select user_id as id from public.org_members where role = 'manager' limit 1`;
  await sql`select set_config('request.jwt.claims', ${
    JSON.stringify({ sub: id, role: "authenticated" })
  }, false)`;
  await sql`set role authenticated`;
  for (const [name, query] of Object.entries(FIGURES)) await measure(name, query);
  await sql`reset role`;
  await sql`
    insert into public.primes (form, expression, digits)
    select 'form_' || chr(97 + n % 10), 'new ' || n, 5000 from generate_series(1, 900) n`;
  await sql`set role authenticated`;
  const hourly = "get_discovery_timeline('hour')";
  await measure(`${hourly}, 900 new finds`, FIGURES[hourly]);
} finally {
  await sql.end();
  await stack.stop();
}
Deno.exit(late ? 1 : 0);
