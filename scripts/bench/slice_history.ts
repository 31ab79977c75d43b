// `deno run -A scripts/bench/slice_history.ts`: how long operators wait for slice_cpu_daily when three months of a busy
// fleet are in system_metrics, and what an hour's roll-up costs.
// deno-lint-ignore-file no-console -- this is a command line tool

import postgres from "postgres";
import { commandLine } from "../command_line.ts";
import { startStack } from "../stack/mod.ts";

const { number } = commandLine(
  "deno run -A scripts/bench/slice_history.ts [--rows N (default 4200000)]",
  { rows: { type: "string", default: "4200000" } },
);
const rows = number("rows", 1);
const stack = await startStack({ seed: false, functions: false, cron: false });
const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });

/** Milliseconds of a statement, the median of three. */
async function time(statement: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 3; n++) {
    const started = performance.now();
    await statement();
    times.push(performance.now() - started);
  }
  return Math.round(times.toSorted((a, b) => a - b)[1]);
}

try {
  await sql`
    insert into public.system_metrics (created_at, source, slice, phase, cpu_ms, wall_ms, memory_bytes)
    select now() - interval '90 days' * (1 - n::float8 / ${rows}), (array['planner', 'allocator'])[1 + n % 2], 1,
           (array['bound', 'columns', 'polish', 'commit'])[1 + n / 2 % 4], 700 * random(), 800, 1e8
    from generate_series(1, ${rows}::int) n`;
  await sql`analyze public.system_metrics`;
  const ask = () => sql`select * from public.slice_cpu_daily`;
  const unrolled = await time(ask);
  await sql`
    select private.rollup_metrics(d::date)
    from generate_series(now() - interval '91 days', now(), '1 day') d`;
  const rolled = await time(ask);
  const hourly = await time(() =>
    sql`select private.rollup_metrics(d::date)
        from generate_series(now() - interval '1 day', now(), '1 day') d`
  );
  console.table({ rows, unrolled, rolled, hourly, load_average: Deno.loadavg()[0] });
} finally {
  await sql.end();
  await stack.stop();
}
