// `deno task bench:load --greedy`: one org presses Generate 100 times for long runs, and then 20 others once each for short
// ones. Measures after how many of the greedy org's slices the others begin, and when they hear of their end.

import postgres from "postgres";
import { createPlannerClient } from "../../shared/client/mod.ts";
import { createHealthService, signInManager } from "../health_services.ts";
import type { Stack } from "../stack/mod.ts";
import { importInstance, readInstance } from "./instances.ts";
import { storeProblem } from "./planner_stack.ts";

/** Runs that the greedy org asks for, as many as an org may have unfinished. */
const GREEDY_RUNS = 100;
const OTHERS = 20;
/** The others press within so many seconds. */
const WITHIN_S = 20;

/** What the others met. */
export interface GreedyFigures {
  greedy_runs: number;
  others: number;
  others_completed: number;
  /** Slices of the greedy org from the request of another's run to its first slice. */
  greedy_slices_before: { p50: number; max: number };
  begun_after_ms: { p50: number; p95: number; max: number };
  end_heard_after_ms: { p50: number; p95: number; max: number };
  load_average: number;
}

/** Runs the scenario on a stack. */
export async function measureGreedy(stack: Stack): Promise<GreedyFigures> {
  const sql = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    const greedy = await queueLongRuns(stack, sql);
    const others = await Promise.all(
      Array.from(
        { length: OTHERS },
        (_, n) => pressOnce(stack, sql, 1_000 * WITHIN_S * n / OTHERS),
      ),
    );
    const met = await Promise.all(others.map(({ run }) => beganAfter(sql, run, greedy)));
    return {
      greedy_runs: GREEDY_RUNS,
      others: OTHERS,
      others_completed: others.filter(({ status }) => status === "COMPLETED").length,
      greedy_slices_before: quantiles(met.map(({ slices }) => slices)),
      begun_after_ms: quantiles(met.map(({ ms }) => ms)),
      end_heard_after_ms: quantiles(others.map(({ heardMs }) => heardMs)),
      load_average: Deno.loadavg()[0],
    };
  } finally {
    await sql.end();
  }
}

/** The greedy org, at work. @returns its id */
async function queueLongRuns(stack: Stack, sql: postgres.Sql): Promise<string> {
  const { org, managers: [manager] } = await createHealthService(sql, {
    managers: 1,
    allocationRuns: 1,
  });
  const problem = importInstance(await readInstance("p060"));
  const { allocationRun } = await storeProblem(sql, org, "p060", problem);
  const copies = await sql`
    with copy as (
      insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
      select org_id, allocation_plan, name || ' ' || n, starts_on, term_weeks
      from public.allocation_runs, generate_series(2, ${GREEDY_RUNS}::int) n
      where id = ${allocationRun} returning id)
    select id from copy`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts, minimum_fill)
    select p.org_id, r.id, p.position, p.term, p.posts, p.minimum_fill
    from public.allocation_run_positions p
    cross join public.allocation_runs r
    where p.allocation_run = ${allocationRun} and r.id in ${sql(copies.map(({ id }) => id))}`;
  const planner = createPlannerClient(await signInManager(stack, manager.email));
  for (const id of [allocationRun, ...copies.map((copy) => copy.id)]) {
    await planner.generate({
      allocationRun: id,
      nJobLines: problem.lines,
      constraints: ["UNRESTRICTED"],
      options: { effort: "high" },
    });
  }
  return org;
}

/** Another org presses once and listens to the end. */
async function pressOnce(stack: Stack, sql: postgres.Sql, inMs: number) {
  const { managers: [manager], allocationRuns: [allocationRun] } = await createHealthService(sql, {
    managers: 1,
    allocationRuns: 1,
  });
  const client = await signInManager(stack, manager.email);
  const planner = createPlannerClient(client);
  await new Promise((resolve) => setTimeout(resolve, inMs));
  const pressed = performance.now();
  const { plannerRunId } = await planner.generate({
    allocationRun,
    nJobLines: 2,
    constraints: ["UNRESTRICTED"],
  });
  const { status } = await planner.watch(plannerRunId, () => {}).done;
  await client.removeAllChannels();
  return { run: plannerRunId, status, heardMs: Math.round(performance.now() - pressed) };
}

async function beganAfter(sql: postgres.Sql, run: string, greedy: string) {
  const [row] = await sql`
    select (extract(epoch from j.started_at - j.created_at) * 1000)::int as ms,
           (select count(*)::int from public.system_metrics m
            where m.org_id = ${greedy} and m.created_at between j.created_at and j.started_at) as slices
    from fleet.search_jobs j where j.run_id = ${run}`;
  return row as { ms: number; slices: number };
}

function quantiles(values: number[]): { p50: number; p95: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
