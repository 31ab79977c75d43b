// The main job under fire: its isolates are killed again and again, and the plan comes out the same.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { createPlannerClient, type PlannerRunOptions } from "../shared/client/mod.ts";
import { demoUsers } from "./demo_users.ts";
import { eventually } from "../shared/platform/testing/eventually.ts";
import { PATIENT, type Stack, type StackOptions, startStack } from "./stack/mod.ts";

const RUN_NAME = "PGY1 2027";

interface Scene {
  stack: Stack;
  sql: postgres.Sql;
  generate(options?: PlannerRunOptions, asked?: Asked): Promise<string>;
}

/** What a run is asked for. */
interface Asked {
  allocationRun: string;
  nJobLines: number;
  constraints: string[];
}

/** Of a roster that something else is tried on, or that is to take no longer than it must. */
const SCENERY: PlannerRunOptions = { effort: 0.1 };

/** A roster of which only is asked that it is made, however that goes. */
const FEW: Asked = { allocationRun: RUN_NAME, nJobLines: 3, constraints: ["VIC_PGY1"] };

/** As small as a year is that takes a good many slices of isolates that take themselves for slow. */
const FIRST_YEAR: Asked = { allocationRun: RUN_NAME, nJobLines: 7, constraints: ["VIC_PGY1"] };

async function scene(stackOptions: StackOptions): Promise<Scene & AsyncDisposable> {
  const stack = await startStack({ ...PATIENT, cron: false, ...stackOptions });
  const sql = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await client.auth.signInWithPassword(demoUsers[0]);
  if (error) throw error;
  const planner = createPlannerClient(client);
  return {
    stack,
    sql,
    generate: async (options, asked = FIRST_YEAR) => {
      const [{ id }] = await sql`
        select id from public.allocation_runs where name = ${asked.allocationRun}`;
      return (await planner.generate({ ...asked, allocationRun: id, options })).plannerRunId;
    },
    [Symbol.asyncDispose]: async () => {
      await sql.end();
      await stack.stop();
    },
  };
}

async function status(sql: postgres.Sql, run: string): Promise<string> {
  const [row] = await sql`
    select status, error_message from public.allocation_planner_runs where id = ${run}`;
  assert.notEqual(row.status, "FAILED", row.error_message);
  return row.status;
}

/** The lines of a run as text, whatever their ids. */
async function plan(sql: postgres.Sql, run: string): Promise<string[]> {
  const rows = await sql`
    select l.name || ': ' || string_agg(p.name, ', ' order by r.term) as line
    from public.job_lines l
    join public.rotations r on r.job_line = l.id
    join public.positions p on p.id = r.position
    where l.planner_run = ${run} and l.archived_at is null group by l.name order by l.name`;
  return rows.map((row) => row.line);
}

async function ended(sql: postgres.Sql, run: string): Promise<void> {
  const isOver = async () => !["PENDING", "GENERATING"].includes(await status(sql, run));
  await eventually("the run ends", isOver, 100);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Waits for a slice behind slice number `after` to be at work, kills it, and lets its lease run out. Its block is held
 * meanwhile, so that it cannot end first, however fast it is.
 * @returns the number of the slice, or null when the run ended first
 */
async function killSlice(
  { stack, sql }: Scene,
  run: string,
  after: number,
): Promise<number | null> {
  for (;;) {
    if (await status(sql, run) === "COMPLETED") return null;
    const slice = await sql.begin(async (held) => {
      const [block] = await held`
        select b.id, b.slices + 1 as slice
        from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
        where j.run_id = ${run} and b.status = 'CLAIMED' and b.slices + 1 > ${after} for update of b`;
      if (!block) return null;
      const killed = await stack.functions.killWorkers("planner-solver");
      if (!killed.some(({ open }) => open > 0)) return null;
      await held`
        update fleet.work_blocks set heartbeat_at = now() - interval '1 minute' where id = ${block.id}`;
      return block.slice as number;
    });
    if (slice !== null) return slice;
    await pause();
  }
}

async function sweep(stack: Stack): Promise<void> {
  const response = await fetch(`${stack.url}/functions/v1/heartbeat-sweeper`, {
    method: "POST",
    headers: { "x-receptor-key": stack.internalKey },
  });
  assert.equal(response.status, 200, await response.text());
}

/**
 * Sweeps as cron does, again and again, until a run has ended; but not while a slice of it is at work, which takes nothing from it.
 * @returns how often
 */
async function sweptToItsEnd(stack: Stack, sql: postgres.Sql, run: string): Promise<number> {
  let sweeps = 0;
  await eventually("the swept run ends", async () => {
    if (!["PENDING", "GENERATING"].includes(await status(sql, run))) return true;
    const [atWork] = await sql`
      select from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where j.run_id = ${run} and b.status = 'CLAIMED' and b.heartbeat_at > now() - interval '50 seconds'`;
    if (atWork) return false;
    await sweep(stack);
    sweeps++;
    return false;
  }, 100);
  return sweeps;
}

/**
 * Sweeps until the claim of a killed slice is taken back. Once is not always enough: the connection of the one who was killed may
 * still wait for the block with its last statement, and a sweep passes over who is in use.
 */
async function takenBack({ stack, sql }: Scene, run: string, slice: number): Promise<void> {
  await eventually(`slice ${slice} is taken back`, async () => {
    await sweep(stack);
    const [stale] = await sql`
      select from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where j.run_id = ${run} and b.status = 'CLAIMED' and b.slices + 1 = ${slice}
        and b.heartbeat_at < now() - interval '50 seconds'`;
    return !stale;
  });
}

/** Slices of a run that are killed at most: how many it has is a matter of the machine. */
const MOST_KILLS = 3;

/**
 * Kills the first slice of a run and others after it; the next try gets each done.
 * @param apart how far each is from the one before
 * @returns their numbers
 */
async function killSlices(it: Scene, run: string, apart: number): Promise<number[]> {
  const killed: number[] = [];
  while (killed.length < MOST_KILLS) {
    const last = killed.at(-1);
    const slice = await killSlice(it, run, last === undefined ? 0 : last + apart - 1);
    if (slice === null) break;
    killed.push(slice);
    await takenBack(it, run, slice);
  }
  return killed;
}

async function killRebuild(it: Scene): Promise<void> {
  const calm = await it.generate(SCENERY);
  await ended(it.sql, calm);
  const expected = await plan(it.sql, calm);
  assert.equal(expected.length, FIRST_YEAR.nJobLines);

  const stormy = await it.generate(SCENERY);
  const killed = await killSlices(it, stormy, 2);
  await ended(it.sql, stormy);
  assert.ok(killed.length > 1, `killed ${killed}`);
  assert.equal(await status(it.sql, stormy), "COMPLETED");
  assert.deepEqual(await plan(it.sql, stormy), expected);
  const [{ count }] = await it.sql`
    select count(*)::int from public.job_lines_history where planner_run = ${stormy}`;
  assert.equal(count, 1);
}

/** How many posts a replan has to do without. */
const LOST_POSTS = 4;

/** Of the lines that the rebuild made. */
async function killReplan(it: Scene): Promise<void> {
  const { sql } = it;
  // Posts that lines stand on are lost.
  await sql`
    update public.allocation_run_positions arp set posts = used.lines - 1,
      minimum_fill = least(arp.minimum_fill, used.lines - 1)
    from (
      select r.allocation_run, r.position, r.term, count(*)::int as lines
      from public.rotations r join public.job_lines l on l.id = r.job_line and l.archived_at is null
      group by 1, 2, 3 order by r.term, r.position limit ${LOST_POSTS}
    ) as used
    where (arp.allocation_run, arp.position, arp.term) = (used.allocation_run, used.position, used.term)`;
  const calm = await it.generate({ ...SCENERY, mode: "replan", dryRun: true });
  await ended(sql, calm);
  const [preview] = await sql`
    select p.lines, r.result_metadata -> 'changes' as changes
    from public.planner_run_previews p
    join public.allocation_planner_runs r on r.id = p.planner_run where r.id = ${calm}`;
  assert.ok(preview.changes.rotations >= LOST_POSTS, JSON.stringify(preview.changes));

  const stormy = await it.generate({ ...SCENERY, mode: "replan" });
  const killed = await killSlices(it, stormy, 1);
  await ended(sql, stormy);
  assert.ok(killed.length > 1, `killed ${killed}`);
  const lines = await sql`
    select l.id, array_agg(r.position::text order by r.term) as positions
    from public.job_lines l join public.rotations r on r.job_line = l.id
    where l.archived_at is null
      and l.allocation_run = (select allocation_run from public.allocation_planner_runs where id = ${stormy})
    group by l.id`;
  const expected = new Map(
    preview.lines.map((line: { id: string; positions: string[] }) => [line.id, line.positions]),
  );
  assert.deepEqual(new Map(lines.map((line) => [line.id, line.positions])), expected);
}

async function killFill(it: Scene): Promise<void> {
  const { sql } = it;
  const some = {
    allocationRun: "PGY2 2027",
    nJobLines: 6,
    constraints: ["VIC_PGY2", "ANNUAL_LEAVE"],
  };
  await ended(sql, await it.generate(SCENERY, some));
  const more = { ...some, nJobLines: 11 };
  const calm = await it.generate({ ...SCENERY, mode: "fill", dryRun: true }, more);
  await ended(sql, calm);
  const [preview] = await sql`
    select jsonb_agg(jsonb_build_array(line ->> 'name', line -> 'positions', line -> 'leave') order by line ->> 'name') as lines
    from public.planner_run_previews p, jsonb_array_elements(p.lines) as line
    where p.planner_run = ${calm}`;
  assert.equal(preview.lines.length, more.nJobLines - some.nJobLines);

  const stormy = await it.generate({ ...SCENERY, mode: "fill" }, more);
  const killed = await killSlices(it, stormy, 2);
  await ended(sql, stormy);
  assert.ok(killed.length > 1, `killed ${killed}`);
  const [written] = await sql`
    select jsonb_agg(jsonb_build_array(l.name, r.positions, v.leave) order by l.name) as lines
    from public.job_lines l
    join public.allocation_runs ar on ar.id = l.allocation_run
    cross join lateral (
      select jsonb_agg(r.position order by r.term) as positions from public.rotations r where r.job_line = l.id) as r
    cross join lateral (
      select jsonb_agg(jsonb_build_object('weeks', (v.ends_on + 1 - v.starts_on) / 7,
        'start_week', (v.starts_on - ar.starts_on) / 7) order by v.starts_on) as leave
      from public.job_line_leave v where v.job_line = l.id) as v
    where l.planner_run = ${stormy}`;
  assert.deepEqual(written.lines, preview.lines);
  // Six-month terms are whole: as many first halves as second ones, one term later.
  const [halves] = await sql`
    select count(*) filter (where p.six_month_part = 1)::int as first, count(*) filter (
      where p.six_month_part = 2 and exists (
        select from public.rotations r1 join public.positions p1 on p1.id = r1.position
        where r1.job_line = r.job_line and r1.term = r.term - 1 and p1.six_month_part = 1
          and p1.six_month_term = p.six_month_term))::int as second
    from public.rotations r join public.positions p on p.id = r.position`;
  assert.ok(halves.first > 0, "no line has a six-month term");
  assert.equal(halves.first, halves.second);
}

async function runByCron(it: Scene): Promise<void> {
  // As after a dispatch that was lost: the run is there, and nobody has called the solver.
  const [{ id }] = await it.sql`
    insert into public.allocation_planner_runs (allocation_run, n_job_lines)
    select id, 2 from public.allocation_runs where name = ${RUN_NAME} returning id`;
  await it.stack.cron.run("receptor-sweep");
  await ended(it.sql, id);
  assert.equal(await status(it.sql, id), "COMPLETED");
}

async function crashDatabase(it: Scene): Promise<void> {
  const run = await it.generate(SCENERY, FEW);
  await it.stack.postgres.restart("immediate");
  const sql = postgres(it.stack.adminDbUrl, { max: 1 });
  try {
    await sql`update fleet.work_blocks set heartbeat_at = now() - interval '1 minute' where status = 'CLAIMED'`;
    // More than once: a slice may still be finding out that its connection is gone.
    await sweptToItsEnd(it.stack, sql, run);
    assert.equal(await status(sql, run), "COMPLETED");
    assert.equal((await plan(sql, run)).length, FEW.nJobLines);
  } finally {
    await sql.end();
  }
}

Deno.test("runs of every mode are worked on, however they are called and whatever is killed", async (t) => {
  // Isolates that take themselves for slow: a run takes several slices, whatever machine this is.
  await using it = await scene({ limits: { clockRate: 10 } });
  await t.step(
    "a run whose slices are killed resumes from its checkpoints to the same plan",
    () => killRebuild(it),
  );
  await t.step(
    "a replan whose slices are killed changes the same rotations as the one that was previewed",
    () => killReplan(it),
  );
  await t.step(
    "a fill with leave and six-month terms whose slices are killed adds the lines that were previewed",
    () => killFill(it),
  );
  await t.step(
    "pg_cron calls the sweeper through pg_net, and the sweeper the solver",
    () => runByCron(it),
  );
  await t.step("a run survives a crash of the database", () => crashDatabase(it));
});

Deno.test("runs go on when their chain of calls is at the platform's limit: the sweeper begins another", async () => {
  const log: string[] = [];
  await using it = await scene({
    limits: { chainCalls: 1, clockRate: 10 },
    log: (line) => log.push(line),
  });
  const run = await it.generate(SCENERY, FEW);
  const sweeps = await sweptToItsEnd(it.stack, it.sql, run);
  assert.equal((await plan(it.sql, run)).length, FEW.nJobLines);
  assert.ok(sweeps > 1, `${sweeps} sweeps`);
  const refused = log.filter((line) => line.includes("RateLimitError"));
  assert.ok(refused.length > 0, "no call was refused");
  const [{ slices, attempts }] = await it.sql`
    select count(*)::int as slices, count(distinct slice)::int as attempts
    from public.system_metrics where run_id = ${run}`;
  assert.equal(slices, attempts, "no slice was worked twice");
});
