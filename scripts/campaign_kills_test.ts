// A campaign that is killed at every write of every transaction: ticks, slices and what a manager does. A backend ends itself at a
// change of a row, where none has died yet that had changed the same until then; then at the next, until the transaction gets through
// and the next one begins. Ticks overlap, claims are lost with their isolates. The outcome and the events are those of the same
// campaign that nobody disturbed.

import assert from "node:assert/strict";
import postgres from "postgres";
import { sweep } from "../shared/fleet/queue.ts";
import { runSlice } from "../shared/fleet/slice.ts";
import type { Workload } from "../shared/fleet/workload.ts";
import { cpuMeter } from "../shared/platform/cpu.ts";
import { connect } from "../shared/platform/database.ts";
import { readProjectFile } from "../shared/primes/projects/document.ts";
import { planProject } from "../shared/primes/projects/plan.ts";
import { TEMPLATES } from "../shared/primes/projects/templates.ts";
import { primeCheckWorkload } from "../shared/primes/run/check_workload.ts";
import { primeSearchWorkload } from "../shared/primes/run/search_workload.ts";
import { startStack } from "./stack/mod.ts";

type Sql = postgres.Sql;

/** A shipped template, with spans of a test's size: the first finds nothing and is extended, and money runs out on the way. */
function campaign() {
  const template = TEMPLATES.find(({ name }) => name === "factorial-record")!;
  const document = readProjectFile(template.toml);
  const phase = (name: string, start: number, end: number, more = {}) => ({
    name,
    description: "",
    search_params: { start, end },
    block_size: 2,
    depends_on: [],
    ...more,
  });
  return planProject({
    ...document,
    target: { target_digits: 60 },
    strategy: {
      ...document.strategy,
      max_extensions: 2,
      phases: [
        phase("search", 28, 29),
        phase("never", 20, 20, {
          depends_on: ["search"],
          activation_condition: "previous_phase_found_prime",
        }),
        phase("further", 40, 60, { depends_on: ["search"], completion: "n_primes_found:1" }),
      ],
    },
    // A dollar a second of what the slices' clocks tell.
    budget: {
      max_cost_usd: 0.12,
      cost_alert_threshold_usd: 0.06,
      cloud_rate_usd_per_core_hour: 3600,
    },
  });
}

/** What is written to on the way: a change of a row of these may be the last thing that a backend does. */
const TABLES = [
  "public.projects",
  "public.project_phases",
  "public.project_events",
  "public.prime_search_runs",
  "public.prime_search_blocks",
  "public.prime_search_finds",
  "public.prime_search_evidence",
  "public.primes",
  "public.prime_checks",
  "public.prime_check_runs",
  "fleet.search_jobs",
  "fleet.work_blocks",
];

/**
 * A backend that was told so ends at its first write that comes after others than those of any backend that died before. What counts
 * of a write is the table, the row's state, and what an event tells of. What stays of it is the value of a sequence, which no rollback
 * takes back.
 */
async function armTables(admin: Sql): Promise<void> {
  await admin`create schema kills`;
  await admin`create sequence kills.written`;
  await admin`create table kills.died (written bigint primary key)`;
  await admin`
    create function kills.at_write() returns trigger language plpgsql security definer as $$
    declare
      v_row jsonb := to_jsonb(coalesce(new, old));
      v_written bigint;
    begin
      if coalesce(current_setting('kill.armed', true), '') = '' then return null; end if;
      v_written := 1 + (hashtextextended(concat_ws(' ', current_setting('kill.written', true), tg_op, tg_table_name,
        v_row ->> 'status', v_row ->> 'event_type'), 0) & x'3fffffffffffffff'::bigint);
      perform set_config('kill.written', v_written::text, true);
      if not exists (select from kills.died d where d.written = v_written) then
        perform setval('kills.written', v_written);
        perform pg_terminate_backend(pg_backend_pid());
        perform pg_sleep(60);
      end if;
      return null;
    end $$`;
  await admin`grant usage on schema kills to public`;
  for (const table of TABLES) {
    await admin.unsafe(`create trigger zz_kill after insert or update or delete on ${table}
      for each row execute function kills.at_write()`);
  }
}

/** A clock that goes on by a millisecond with each look: what a slice costs is the same each time. */
function ticking(): () => number {
  let ms = 0;
  return () => ms++;
}

interface World extends AsyncDisposable {
  admin: Sql;
  /** Does something in a session of its own, killed at every write first where the world is one of kills. */
  through(work: (sql: Sql) => Promise<unknown>): Promise<void>;
  kills: number;
}

async function world(killing: boolean): Promise<World> {
  const stack = await startStack({ functions: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 3, onnotice: () => {} });
  await armTables(admin);
  await admin`update fleet.search_types set max_attempts = 100000, lease_seconds = 600`;
  const url = new URL(stack.dbUrl);
  if (killing) url.searchParams.set("kill.armed", "yes");
  const scene: World = {
    admin,
    kills: 0,
    async through(work) {
      for (;;) {
        const sql = connect(url.href);
        await work(sql).catch((error) => {
          if (!killing) throw error;
        });
        await sql.end({ timeout: 0 }).catch(() => {});
        if (!killing || !await hasDied(admin)) return;
        scene.kills++;
        // The isolate is gone, with what it held: its lease runs out, and the sweeper takes the block back.
        await admin`
          update fleet.work_blocks set heartbeat_at = now() - interval '1 hour', not_before = now() where status = 'CLAIMED'`;
        await sweep(admin);
        await admin`update fleet.work_blocks set not_before = now() where status = 'PENDING'`;
      }
    },
    async [Symbol.asyncDispose]() {
      await admin.end({ timeout: 1 });
      await stack.stop();
    },
  };
  return scene;
}

/** Whether a backend has ended itself since this was asked last. */
async function hasDied(admin: Sql): Promise<boolean> {
  const { count } = await admin`
    insert into kills.died select last_value from kills.written where is_called on conflict do nothing`;
  return count > 0;
}

async function slice<Input, State>(
  sql: Sql,
  workload: Workload<Input, State, never>,
): Promise<string> {
  return await runSlice(workload as never, {
    pool: () => sql,
    workerId: crypto.randomUUID(),
    meter: cpuMeter(ticking()),
    cpuStartMs: 0,
    cpuLimitMs: 160,
  });
}

/** A project as it came out: nothing that differs by the clock or by ids. */
async function outcome(admin: Sql, project: number) {
  const [whole] = await admin`
    select status, total_tested::int, total_found::int, best_digits::int, total_cost_usd::text as cost, budget_alerted_at is not null as alerted,
      (select expression from public.primes p where p.id = best_prime_id) as best
    from public.projects where id = ${project}`;
  const phases = await admin`
    select name, status, total_tested::int, total_found::int, attempts, extends, search_params, total_cost_usd::text as cost
    from public.project_phases where project_id = ${project} order by phase_order`;
  const events = await admin`
    select event_type, summary, detail - 'search_job_id' as detail from public.project_events where project_id = ${project} order by id`;
  const searches = await admin`
    select r.status, r.result - 'cpu_ms' - 'slices' as result from public.prime_search_runs r where r.project_id = ${project} order by r.number`;
  const checks = await admin`
    select p.expression, p.verified, count(c.*)::int as checks from public.prime_search_runs r
    join public.prime_search_finds f on f.run = r.id join public.primes p on p.id = f.prime_id
    left join public.prime_checks c on c.prime_id = p.id
    where r.project_id = ${project} group by p.id order by p.expression`;
  return { whole, phases, events, searches, checks };
}

/** Carries the campaign to its end, by ticks and slices; a manager gives it more money where it stops. */
async function run(scene: World) {
  const { admin } = scene;
  const [{ user_id }] =
    await admin`select user_id from public.org_members where role = 'manager' limit 1`;
  const claims = JSON.stringify({ sub: user_id, role: "authenticated" });
  // One message, one transaction: a connection that ends in it is sent no rollback.
  const asManager = (call: string) =>
    scene.through((sql) =>
      sql.unsafe(
        `select set_config('request.jwt.claims', '${claims}', true), set_config('role', 'authenticated', true); select public.${call}`,
      )
    );
  const text = (json: unknown) => `'${JSON.stringify(json).replaceAll("'", "''")}'::jsonb`;
  const { forecast: _, phases, ...project } = campaign();
  const document = { ...project, phases: phases.map(({ forecast: _, ...phase }) => phase) };
  await asManager(`request_project(${text(document)})`);
  const [{ id }] = await admin`select id::int from public.projects where slug = ${project.slug}`;
  await asManager(`direct_project(${id}, 'activate')`);
  let paid = 0;
  for (let turn = 0; turn < 400; turn++) {
    const [{ status }] = await admin`select status from public.projects where id = ${id}`;
    if (status === "completed") return { ...await outcome(admin, id), paid };
    if (status === "paused") {
      paid++;
      // Without a threshold: a new one would alert anew.
      const { cost_alert_threshold_usd: _, ...budget } = { ...project.budget, max_cost_usd: 100 };
      await asManager(`set_project_budget(${id}, ${text(budget)})`);
      await asManager(`direct_project(${id}, 'resume')`);
    }
    await scene.through((sql) => slice(sql, primeSearchWorkload as never));
    await scene.through((sql) => slice(sql, primeCheckWorkload as never));
    await scene.through((sql) => sql`select prime_search.tick_projects()`);
    await Promise.all([1, 2, 3].map(() => admin`select prime_search.tick_projects()`));
  }
  throw new Error(`the campaign did not end: ${JSON.stringify(await outcome(admin, id))}`);
}

Deno.test("a campaign killed at every write comes to what it comes to undisturbed, and its events tell the same story", async () => {
  await using calm = await world(false);
  const expected = await run(calm);
  assert.equal(calm.kills, 0);
  assert.equal(expected.whole.status, "completed");
  assert.equal(expected.paid, 1, "its budget stopped it once");
  const told = expected.events.map(({ event_type, detail }) =>
    `${event_type} ${detail.phase ?? ""}`.trim()
  );
  for (
    const event of [
      "project_created",
      "project_activated",
      "phase_activated search",
      "phase_completed search",
      "phase_generated search",
      "phase_skipped never",
      "phase_completed search-extend",
      "budget_alert",
      "budget_exceeded",
      "budget_changed",
      "project_resumed",
      "phase_completed further",
      "project_completed",
    ]
  ) assert.equal(told.filter((each) => each === event).length, 1, `${event} in ${told.join(", ")}`);
  assert.ok(expected.checks.every(({ verified }) => verified));

  await using fire = await world(true);
  const { ...under } = await run(fire);
  assert.ok(fire.kills > 120, `${fire.kills} kills`);
  assert.deepEqual(under, expected);
});
