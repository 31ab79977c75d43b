// The allocation run that the ledger is kept of: its people, what they see of it, and how its runs are worked.

import type postgres from "postgres";
import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { runSlice } from "../../shared/fleet/slice.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect } from "../../shared/platform/database.ts";
import { createHealthService } from "../health_services.ts";

/** Numbers from a seed, the same everywhere (mulberry32). */
function drawer(seed: number) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    of: <T>(items: readonly T[]): T => items[below(items.length)],
    chance: (p: number) => next() < p,
  };
}

/** What people did that came through, counted, of what may be refused: a step that never does would test nothing. */
export const came = {
  wish: 0,
  receipt: 0,
  publish: 0,
  corrected: 0,
  remark: 0,
  erase: 0,
  swap: 0,
  edit: 0,
  undo: 0,
  fromADay: 0,
  terms: 0,
  copy: 0,
  department: 0,
  link: 0,
};

/** A health service that much is done to, and what is known of it. */
export interface World {
  admin: postgres.Sql;
  /** As solvers connect. */
  url: string;
  draw: ReturnType<typeof drawer>;
  org: string;
  manager: string;
  allocationRun: string;
  doctors: string[];
  /** Doctors with accounts, by their places; they swap and ask for one another, and are not erased. */
  accounts: { doctor: string; user: string; email: string }[];
  /** The Monday that the year begins on, some weeks from now, whenever this runs: what has begun is swapped no more. */
  starts: string;
  preferencers: string[];
  populated: number;
}

/** Monday of a week from now. */
function monday(weeks: number): string {
  const day = new Date(Date.now() + weeks * 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() - (day.getUTCDay() + 6) % 7);
  return day.toISOString().slice(0, 10);
}

/** The terms that the allocation run may have. */
export function termsOf({ starts }: World): { starts: string; weeks: number[] }[] {
  const weeks = [[26, 26], [27, 25], [20, 20, 12], [52]];
  return weeks.flatMap((each) => [starts, monday(11)].map((day) => ({ starts: day, weeks: each })));
}

/** Calls as the manager, with their rights; answers the first row, or the refusal's code. */
export function asManager(
  world: World,
  call: (tx: postgres.TransactionSql) => Promise<postgres.Row[]>,
): Promise<{ row?: postgres.Row; refused?: string }> {
  return asUser(world.admin, world.manager, call);
}

/** A call as a signed-in user, in a transaction of its own. @returns its first row, or the code that refused it */
export async function asUser(
  admin: postgres.Sql,
  user: string,
  call: (tx: postgres.TransactionSql) => Promise<postgres.Row[]>,
): Promise<{ row?: postgres.Row; refused?: string }> {
  try {
    return await admin.begin(async (tx) => {
      await tx`select set_config('role', 'authenticated', true),
        set_config('request.jwt.claims', ${JSON.stringify({ sub: user })}, true)`;
      return { row: (await call(tx))[0] };
    });
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code) throw error;
    return { refused: code };
  }
}

/** Lines of the allocation run, those that are there or those that are archived. */
export async function linesOf(
  { admin, allocationRun }: World,
  archived = false,
): Promise<string[]> {
  const rows = await admin`
    select id from public.job_lines
    where allocation_run = ${allocationRun} and (archived_at is not null) = ${archived} order by name, id`;
  return rows.map(({ id }) => id);
}

/** All that hangs on lines that are there. */
export async function thereNow({ admin, allocationRun }: World): Promise<string[]> {
  const rows = await admin`
    select concat_ws(' ', t.kind, t.line, t.who, t.value) as entry
    from ledger.there t join public.job_lines l on l.id = t.line
    where l.allocation_run = ${allocationRun} and l.archived_at is null order by 1`;
  return rows.map(({ entry }) => entry);
}

/** Works a run to its end; where a commit dies, it is taken up again. */
export async function work(world: World, run: string, table: string): Promise<string> {
  const sql = connect(world.url);
  const meter = cpuMeter();
  try {
    for (let slice = 0; slice < 20; slice++) {
      const [{ status }] = await world.admin`
        select status from ${world.admin(`public.${table}`)} where id = ${run}`;
      if (!["PENDING", "GENERATING"].includes(status)) return status;
      const environment = {
        pool: () => sql,
        workerId: `ledger-${run}-${slice}`,
        meter,
        cpuStartMs: meter.usedMs(),
        cpuLimitMs: 10_000,
      };
      if (table === "allocator_py_runs") await runSlice(allocatorWorkload, environment);
      else await runSlice(plannerWorkload, environment);
      await world.admin`delete from ledger.crashes`;
      // A session that ended took its worker along: the lease runs out, and the sweeper comes.
      await world
        .admin`update fleet.work_blocks set heartbeat_at = now() - interval '31 seconds' where status = 'CLAIMED'`;
      await world.admin`select fleet.reclaim_stale_blocks(30)`;
      await world
        .admin`update fleet.work_blocks set not_before = now() - interval '1 second' where status = 'PENDING'`;
    }
    throw new Error(`run ${run} does not end`);
  } finally {
    await sql.end();
  }
}

/** A service with one manager, a year some weeks from now, and doctors. @param seed of all that is drawn in it */
export async function newWorld(admin: postgres.Sql, url: string, seed: number): Promise<World> {
  const { org, managers, allocationRuns } = await createHealthService(admin, {
    managers: 1,
    allocationRuns: 1,
  });
  const [allocationRun] = allocationRuns;
  const starts = monday(10);
  await admin`update public.allocation_runs set starts_on = ${starts} where id = ${allocationRun}`;
  await admin`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select org_id, allocation_run, position, 3, 2 from public.allocation_run_positions
    where allocation_run = ${allocationRun} and term = 1`;
  const doctors = await admin`
    with doctor as (
      insert into public.workers (org_id, email, name)
      select ${org}, n || '@ledger.example', 'Dr ' || n from generate_series(1, 4) n returning id
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org}, ${allocationRun}, id from doctor returning id`;
  const preferencers = await admin`
    insert into public.preferencers (org_id, allocation_run, name)
    select ${org}, ${allocationRun}, 'Unit ' || n from generate_series(1, 2) n returning id`;
  const ids = (rows: postgres.RowList<postgres.Row[]>) => rows.map(({ id }) => id as string);
  const accounts = [];
  for (const { id: doctor } of doctors.slice(0, 2)) {
    const [{ id: user, email }] = await admin`
      with account as (
        insert into auth.users (id, email, email_confirmed_at)
        values (gen_random_uuid(), gen_random_uuid() || '@ledger.example', now()) returning id, email
      ), member as (
        insert into public.org_members (org_id, user_id, role) select ${org}, id, 'doctor' from account
      )
      select id, email from account`;
    await admin`
      update public.workers set user_id = ${user}, email = ${email}
      where id = (select worker from public.allocation_run_worker_mappings where id = ${doctor})`;
    accounts.push({ doctor, user, email });
  }
  return {
    admin,
    url,
    draw: drawer(seed),
    org,
    manager: managers[0].id,
    allocationRun,
    doctors: ids(doctors),
    accounts,
    starts,
    preferencers: ids(preferencers),
    populated: 0,
  };
}
