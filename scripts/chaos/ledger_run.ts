// A ledger over steps that are drawn by a seed: after each, what people put in is there, or comes back.

import assert from "node:assert/strict";
import postgres from "postgres";
import { hidden, isThere, lost, lostOwn, startLedger } from "./ledger.ts";
import {
  archive,
  changeTerms,
  copyYear,
  deleteAll,
  deleteOne,
  edit,
  enter,
  importPositions,
  pin,
  plan,
  populate,
  remark,
  restore,
  shorten,
  unarchive,
} from "./ledger_lines.ts";
import { comeAndGo, erase, match, publish, rankDoctors, wish } from "./ledger_people.ts";
import { came, newWorld, termsOf, type World } from "./ledger_world.ts";

/** What is drawn from, as often as it stands here. */
const STEPS_DRAWN: readonly ((world: World) => Promise<void>)[] = [
  ...Array(6).fill(enter),
  ...Array(6).fill(plan),
  ...Array(3).fill(restore),
  ...Array(2).fill(archive),
  ...Array(2).fill(unarchive),
  ...Array(2).fill(changeTerms),
  match,
  match,
  pin,
  populate,
  populate,
  ...Array(3).fill(wish),
  ...Array(3).fill(publish),
  ...Array(2).fill(remark),
  ...Array(3).fill(edit),
  shorten,
  copyYear,
  ...Array(2).fill(rankDoctors),
  ...Array(2).fill(erase),
  deleteAll,
  ...Array(2).fill(deleteOne),
  ...Array(2).fill(comeAndGo),
  ...Array(2).fill(importPositions),
];

/** What must hold after every step, beside the ledger. */
async function check({ admin, allocationRun }: World, told: string): Promise<void> {
  assert.deepEqual([...await lost(admin)], [], `lost: ${told}`);
  assert.deepEqual([...await lostOwn(admin)], [], `lost of what is somebody's own: ${told}`);
  const misdated = await admin`
    select l.name, r.term, r.starts_on, r.ends_on
    from public.job_lines l
    join public.allocation_runs ar on ar.id = l.allocation_run
    join public.rotations r on r.job_line = l.id
    left join private.terms(ar.starts_on, ar.term_weeks) t
      on t.term = r.term and t.starts_on = r.starts_on and t.ends_on = r.ends_on
    where l.archived_at is null and t.term is null`;
  assert.deepEqual([...misdated], [], `dates that are not those of the terms: ${told}`);
  const marked = await admin`
    select id from public.allocator_py_runs
    where allocation_run = ${allocationRun} and status = 'COMPLETED'
      and (lines_changed_at is null) <> (lines_fingerprint = allocator.lines_fingerprint(id))`;
  assert.deepEqual([...marked], [], `matches that say nothing of their lines: ${told}`);
}

/** What is archived or in a snapshot comes back by what it is said to come back by. */
async function bringBack(world: World, told: string): Promise<void> {
  const { admin, manager, allocationRun, draw } = world;
  // The terms of snapshots may be others by now, which is said to who restores; here they are set to what they were.
  for (const entry of (await hidden(admin, allocationRun)).filter(() => draw.chance(0.4))) {
    await admin.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: manager })}, true)`;
      await tx`update public.job_lines set is_locked = false where allocation_run = ${allocationRun}`;
      if (entry.snapshot) {
        await tx`
          update public.allocation_runs ar set starts_on = h.starts_on, term_weeks = h.term_weeks
          from public.job_lines_history h where h.id = ${entry.snapshot} and ar.id = h.allocation_run`;
        await tx`select public.restore_job_lines(${entry.snapshot})`;
      }
      // The snapshot says that the line was archived then, or nothing but its archive has it.
      const archived = await tx`
        select from public.job_lines where id = ${entry.line} and archived_at is not null`;
      if (archived.length > 0) {
        await setTermsOf(tx, world, entry.line);
        await tx`select public.unarchive_job_lines(${allocationRun}, ${[entry.line]})`;
      }
      const back = await isThere(tx as unknown as postgres.Sql, entry);
      assert.ok(back, `${JSON.stringify(entry)} does not come back: ${told}`);
      throw new Error("undo");
    }).catch((error) => {
      if (error.message !== "undo") throw error;
    });
  }
}

/** Sets the terms of an allocation run to some that an archived line fits into; it may be worked in a part of them. */
async function setTermsOf(tx: postgres.TransactionSql, world: World, line: string): Promise<void> {
  for (const { starts, weeks } of termsOf(world)) {
    const fits = await tx`
      update public.allocation_runs set starts_on = ${starts}, term_weeks = ${weeks}::int[]
      where id = ${world.allocationRun} and not exists (
        select from public.rotations r
        left join private.terms(${starts}::date, ${weeks}::int[]) t
          on t.term = r.term and t.starts_on = r.starts_on and t.ends_on = r.ends_on
        where r.job_line = ${line} and t.term is null)
      returning id`;
    if (fits.length > 0) return;
  }
}

/** Begins a ledger in a database, as its superuser; from here on commits of planner runs die where a step says so. */
export async function openLedger(admin: postgres.Sql): Promise<void> {
  await startLedger(admin);
  await admin.unsafe(`
    create table ledger.crashes (n int);
    create function ledger.crash() returns trigger language plpgsql security definer as $$
    begin
      -- The machine that works on it, or the session of the database itself.
      if exists (select from ledger.crashes where n = 2) then
        perform pg_terminate_backend(pg_backend_pid());
        perform pg_sleep(5);
      elsif exists (select from ledger.crashes) then
        raise exception 'the machine died' using errcode = 'XX000';
      end if;
      return null;
    end $$;
    create trigger crash after update of status on public.allocation_planner_runs for each row
      when (new.status = 'COMPLETED') execute function ledger.crash();
  `).simple();
}

/**
 * Draws steps on a new allocation run, and checks the ledger after each.
 * @param url as solvers connect
 * @param between what happens between two steps, e.g. a crash
 * @throws what does not hold, with the steps that led to it
 */
export async function keepLedger(
  admin: postgres.Sql,
  url: string,
  seed: number,
  steps: number,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  await admin`delete from ledger.entered`;
  await admin`delete from ledger.own_entered`;
  const world = await newWorld(admin, url, seed);
  const done: string[] = [];
  // What may be refused later comes through once, in this order: edits, a copy, a window, a remark, a result with a swap.
  const first = [
    (each: World) => plan(each, "rebuild"),
    enter,
    edit,
    shorten,
    (each: World) => plan(each, "replan"),
    copyYear,
    enter,
    rankDoctors,
    wish,
    remark,
    publish,
  ];
  const drawn = Array.from({ length: steps }, () => world.draw.of(STEPS_DRAWN));
  for (const step of [...first, ...drawn, erase]) {
    done.push(step.name || "plan");
    const told = `seed ${seed}, after ${done.join(", ")}`;
    try {
      await between();
      await step(world);
    } catch (error) {
      throw new Error(told, { cause: error });
    }
    await check(world, told);
  }
  await bringBack(world, `seed ${seed}, after ${done.join(", ")}`);
}

/** What never came through, of what may be refused: a ledger of such steps says nothing of them. */
export function neverCame(): string[] {
  return Object.entries(came).filter(([, times]) => times === 0).map(([what]) => what);
}
