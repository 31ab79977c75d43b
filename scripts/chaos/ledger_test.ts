// Whatever is done to the lines of an allocation run, in whatever order: what a person put onto them is there, or comes
// back. Steps are drawn by seed: planning again in every mode, with and without a yes, with entries that come in between
// and with commits that die; restores, archiving, pins, other terms, populate, imports of positions, edits by hand, matches,
// windows in which doctors say what they wish, results in versions, doctors who leave, come back or are erased, and deletions.

import assert from "node:assert/strict";
import postgres from "postgres";
import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { runSlice } from "../../shared/fleet/slice.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect } from "../../shared/platform/database.ts";
import { createHealthService, MOST_LINES } from "../health_services.ts";
import { startStack } from "../stack/mod.ts";
import {
  giveUp,
  hidden,
  isThere,
  lost,
  lostOwn,
  note,
  noteOwn,
  type Own,
  startLedger,
} from "./ledger.ts";

const SEEDS = Number(Deno.env.get("LEDGER_SEEDS") ?? 4);
const STEPS = 22;

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
const came = { wish: 0, receipt: 0, publish: 0, corrected: 0, remark: 0, erase: 0 };

interface World {
  admin: postgres.Sql;
  /** As solvers connect. */
  url: string;
  draw: ReturnType<typeof drawer>;
  org: string;
  manager: string;
  allocationRun: string;
  doctors: string[];
  /** A doctor with an account, by their place. */
  account: { doctor: string; user: string };
  preferencers: string[];
  populated: number;
}

/** Calls as the manager, with their rights; answers the first row, or the refusal's code. */
function asManager(
  world: World,
  call: (tx: postgres.TransactionSql) => Promise<postgres.Row[]>,
): Promise<{ row?: postgres.Row; refused?: string }> {
  return asUser(world.admin, world.manager, call);
}

async function asUser(
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

async function linesOf({ admin, allocationRun }: World, archived = false): Promise<string[]> {
  const rows = await admin`
    select id from public.job_lines
    where allocation_run = ${allocationRun} and (archived_at is not null) = ${archived} order by name, id`;
  return rows.map(({ id }) => id);
}

/** People enter a few things. */
async function enter(world: World): Promise<void> {
  for (let n = world.draw.below(5); n >= 0; n--) await enterOne(world);
}

/** A person enters something onto a line that is there. */
async function enterOne(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const line = draw.of(lines), doctor = draw.of(world.doctors);
  const value = 1 + draw.below(9);
  switch (draw.below(7)) {
    case 0:
      await asManager(
        world,
        (tx) => tx`update public.job_lines set max_n_workers = ${value} where id = ${line}`,
      );
      return await note(admin, "places", line, null, value);
    case 1:
      await asManager(
        world,
        (tx) => tx`update public.job_lines set must_have_workers = true where id = ${line}`,
      );
      return await note(admin, "must_have", line, null, 1);
    case 2: {
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
          values (${org}, ${allocationRun}, ${line}, array[${doctor}::uuid])`,
      );
      return refused ? undefined : await note(admin, "eligibility", line, doctor, 1);
    }
    case 3: {
      const id = crypto.randomUUID();
      await asManager(
        world,
        (tx) =>
          tx`insert into public.allocation_run_preferencer_weightings (id, org_id, allocation_run, job_line, weighting)
          values (${id}, ${org}, ${allocationRun}, ${line}, ${value})`,
      );
      return await note(admin, "weighting", line, id, value);
    }
    case 4: {
      const preferencer = draw.of(world.preferencers);
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.preferencer_job_lines values (${org}, ${allocationRun}, ${preferencer}, ${line})`,
      );
      return refused ? undefined : await note(admin, "preferencer", line, preferencer, 1);
    }
    default: {
      const { refused } = await asManager(
        world,
        (tx) =>
          tx`insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
          values (${org}, ${allocationRun}, ${doctor}, ${line}, ${value})
          on conflict (worker_mapping, job_line) do update set order_preference = excluded.order_preference`,
      );
      assert.equal(refused, undefined);
      return await note(admin, "rank", line, doctor, value);
    }
  }
}

/** Works a run to its end; where a commit dies, it is taken up again. */
async function work(world: World, run: string, table: string): Promise<string> {
  const sql = connect(world.url);
  const meter = cpuMeter();
  try {
    for (let slice = 0; slice < 20; slice++) {
      const [{ status }] = await world.admin`
        select status from ${world.admin(`public.${table}`)} where id = ${run}`;
      if (!["PENDING", "GENERATING"].includes(status)) return status;
      const environment = {
        sql,
        workerId: `ledger-${run}-${slice}`,
        meter,
        cpuStartMs: meter.usedMs(),
        cpuLimitMs: 10_000,
      };
      if (table === "allocator_py_runs") await runSlice(allocatorWorkload, environment);
      else await runSlice(plannerWorkload, environment);
      await world.admin`delete from ledger.crashes`;
      await world
        .admin`update fleet.work_blocks set not_before = now() - interval '1 second' where status = 'PENDING'`;
    }
    throw new Error(`run ${run} does not end`);
  } finally {
    await sql.end();
  }
}

async function plan(world: World, mode?: string): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const options = {
    mode: mode ?? draw.of(["rebuild", "rebuild", "fill", "replan"]),
    seed: draw.below(3),
    allow_partial: true,
    dry_run: draw.chance(0.1),
  };
  const yes = draw.chance(0.7);
  const before = await thereNow(world);
  const { row, refused } = await asManager(
    world,
    (tx) =>
      tx`select public.request_planner_run(${
        tx.json({
          allocation_run: allocationRun,
          n_job_lines: 1 + draw.below(MOST_LINES),
          constraints: ["UNRESTRICTED"],
          options,
          accept_losses: yes,
        })
      }, '{}') as answer`,
  );
  assert.equal(refused, undefined);
  const { outcome, run } = row!.answer;
  if (outcome === "would_lose") {
    assert.equal(yes, false, "who said yes is not asked again");
    assert.deepEqual(await thereNow(world), before);
    return;
  }
  assert.equal(outcome, "created");
  const isLate = draw.chance(0.3);
  if (isLate) await enterOne(world);
  if (draw.chance(0.3)) await admin`insert into ledger.crashes values (1)`;
  const entered = await thereNow(world);
  const status = await work(world, run.id, "allocation_planner_runs");
  if (status !== "COMPLETED" || options.dry_run || options.mode === "fill") {
    // Whatever does not replace lines leaves all that hangs on them where it was.
    const now = new Set(await thereNow(world));
    assert.deepEqual(entered.filter((entry) => !now.has(entry)), [], `${options.mode} ${status}`);
  }
}

/** All that hangs on lines that are there. */
async function thereNow({ admin, allocationRun }: World): Promise<string[]> {
  const rows = await admin`
    select concat_ws(' ', t.kind, t.line, t.who, t.value) as entry
    from ledger.there t join public.job_lines l on l.id = t.line
    where l.allocation_run = ${allocationRun} and l.archived_at is null order by 1`;
  return rows.map(({ entry }) => entry);
}

async function restore(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const snapshots = await admin`
    select id from public.job_lines_history where allocation_run = ${allocationRun} order by replaced_at, id`;
  if (snapshots.length === 0) return;
  const { id } = draw.of(snapshots);
  const { refused } = await asManager(world, (tx) => tx`select public.restore_job_lines(${id})`);
  assert.ok(refused === undefined || refused === "RC409", refused);
}

async function archive(world: World): Promise<void> {
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const some = lines.filter(() => world.draw.chance(0.4));
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.archive_job_lines(${world.allocationRun}, ${some})`,
  );
  assert.equal(refused, undefined);
}

async function unarchive(world: World): Promise<void> {
  const lines = await linesOf(world, true);
  if (lines.length === 0) return;
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`select public.unarchive_job_lines(${world.allocationRun}, ${[world.draw.of(lines)]})`,
  );
  assert.ok(refused === undefined || refused === "RC409", refused);
}

async function changeTerms(world: World): Promise<void> {
  const weeks = world.draw.of([[26, 26], [27, 25], [20, 20, 12], [52]]);
  const starts = world.draw.of(["2027-01-11", "2027-01-18"]);
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`update public.allocation_runs set term_weeks = ${weeks}::int[], starts_on = ${starts}
      where id = ${world.allocationRun}`,
  );
  assert.ok(refused === undefined || refused === "RC409", refused);
}

async function pin(world: World): Promise<void> {
  await asManager(
    world,
    (tx) =>
      tx`update public.job_lines set is_locked = ${world.draw.chance(0.5)} where id in (
      select id from public.job_lines where allocation_run = ${world.allocationRun}
      order by md5(id::text || ${world.draw.below(99)}::text) limit 2)`,
  );
}

/** One doctor more, with a wish; now and then in place of all that was wished, which then is in a snapshot. */
async function populate(world: World): Promise<void> {
  const email = `new-${world.populated++}@ledger.example`;
  const lines = await linesOf(world);
  const [named] = lines.length > 0
    ? await world.admin`select name from public.job_lines where id = ${world.draw.of(lines)}`
    : [];
  const { refused } = await asManager(
    world,
    (tx) =>
      tx`select public.populate_allocation_run(${
        tx.json({
          allocation_run: world.allocationRun,
          workers: [{ email, name: "Dr New" }],
          replace: world.draw.chance(0.3),
          ...named && { preferences: [{ worker: email, ranks: [[named.name, 1]] }] },
        })
      })`,
  );
  assert.equal(refused, undefined);
}

async function match(world: World): Promise<void> {
  const { row } = await asManager(
    world,
    (tx) =>
      tx`select public.request_allocator_run(${
        tx.json({ allocation_run: world.allocationRun })
      }, '{}') as answer`,
  );
  const { run } = row!.answer;
  if (await work(world, run.id, "allocator_py_runs") !== "COMPLETED") return;
  await world.admin`
    insert into ledger.entered
    select distinct 'allocation', job_line, worker_mapping, 1 from public.allocator_py_allocations where run = ${run.id}`;
  await noteOwn(
    world.admin,
    await world.admin<Own[]>`
      select kind, who, about, value::float8 from ledger.own_there where kind = 'run' and who = ${run.id}`,
  );
}

/** A window: the doctor with an account says what they wish, for themselves and for others to read, and may submit it. */
async function wish(world: World): Promise<void> {
  const { admin, draw, allocationRun, account: { doctor, user } } = world;
  const barred = await admin`
    select job_line from public.job_line_eligibility
    where allocation_run = ${allocationRun} and excluded_worker_mapping_ids @> array[${doctor}::uuid]`;
  const lines = (await linesOf(world)).filter((line) =>
    draw.chance(0.8) && !barred.some(({ job_line }) => job_line === line)
  );
  const [{ status }] =
    await admin`select status from public.allocation_runs where id = ${allocationRun}`;
  const opened = await asManager(
    world,
    (tx) =>
      status === "closed"
        ? tx`select public.reopen_window(${allocationRun}, 'drawn')`
        : tx`select public.open_window(${allocationRun})`,
  );
  if (opened.refused) return assert.equal(opened.refused, "RC409");
  const positions = await admin`
    select p.id, p.specialty from public.positions p where p.org_id = ${world.org} order by p.id limit 2`;
  const at = { changed_at: new Date().toISOString() };
  const wishes = lines.map((line, n) => ({
    job_line: line,
    order_preference: n + 1,
    like_dislike_preference: draw.below(2) + 1,
    notes: `Note ${draw.below(99)}`,
    ...at,
  }));
  const bucket = draw.below(5) - 2, sentiment = draw.below(5) - 2, active = draw.chance(0.5);
  const saved = await asUser(
    admin,
    user,
    (tx) =>
      tx`select public.save_wishes(${doctor}, ${
        tx.json({
          lines: wishes,
          rotations: positions.map(({ id }) => ({
            position: id,
            like_dislike_preference: bucket,
            ...at,
          })),
          specialties: [{ specialty: "Medicine", sentiment, ...at }],
          screening: [{ kind: "rural", active, ...at }],
        } as never)
      }) ->> 'ignored' as ignored`,
  );
  // A line that they may not have, or a place that they withdrew from: nothing was saved.
  if (saved.refused) {
    assert.ok(["RC400", "RC404", "RC409"].includes(saved.refused), saved.refused);
  } else {
    assert.equal(saved.row!.ignored, "0");
    const own: Own[] = [
      ...positions.map(({ id }) => ({ kind: "position", who: doctor, about: id, value: bucket })),
      { kind: "sentiment", who: doctor, about: "Medicine", value: sentiment },
      { kind: "exclusion", who: doctor, about: "rural", value: Number(active) },
    ];
    for (const { job_line, order_preference, like_dislike_preference, notes } of wishes) {
      await note(admin, "rank", job_line, doctor, order_preference);
      await note(admin, "bucket", job_line, doctor, like_dislike_preference);
      const [{ value }] = await admin`select hashtext(${notes}) as value`;
      own.push({ kind: "note", who: doctor, about: job_line, value });
    }
    await noteOwn(admin, own);
    came.wish++;
    const { row } = await asUser(
      admin,
      user,
      (tx) => tx`select public.submit_wishes(${doctor}) ->> 'receipt' as receipt`,
    );
    if (row) {
      await noteOwn(admin, [{ kind: "receipt", who: doctor, about: row.receipt, value: 1 }]);
      came.receipt++;
    }
  }
  const closed = await asManager(world, (tx) => tx`select public.close_window(${allocationRun})`);
  assert.equal(closed.refused, undefined);
}

/** A match becomes the result, is released and corrected, and stands no more: each version stays. */
async function publish(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  await match(world);
  const [made] = await admin`
    select id from public.allocator_py_runs where allocation_run = ${allocationRun} and status = 'COMPLETED'
    order by completed_at desc limit 1`;
  if (!made) return;
  const done = await asManager(
    world,
    (tx) => tx`select public.finalise_match(${made.id}, '[]', 'drawn')`,
  );
  // Its lines changed, or doctors left.
  if (done.refused) return assert.match(done.refused, /^RC4/);
  await asManager(world, (tx) => tx`select public.release_result(${allocationRun})`);
  const versions = await admin`
    select worker_mapping, job_line from public.job_line_worker_mappings
    where allocation_run = ${allocationRun} and superseded_at is null order by worker_mapping`;
  const lines = await linesOf(world);
  if (lines.length > 0 && versions.length > 0) {
    const { worker_mapping } = draw.of(versions);
    const moves = [{ worker_mapping, job_line: draw.of(lines), override: true }];
    const { refused } = await asManager(
      world,
      (tx) => tx`select public.correct_result(${allocationRun}, ${tx.json(moves)}, 'drawn')`,
    );
    if (!refused) came.corrected++;
  }
  await noteOwn(
    admin,
    await admin<Own[]>`
      select t.kind, t.who, t.about, t.value::float8 from ledger.own_there t
      where t.kind = 'version' and t.about in (
        select id::text from public.job_line_worker_mappings where allocation_run = ${allocationRun})`,
  );
  const undone = await asManager(
    world,
    (tx) => tx`select public.unfinalise_match(${allocationRun}, 'drawn')`,
  );
  assert.equal(undone.refused, undefined);
  came.publish++;
}

/** A manager notes something on a line, by an edit by hand. */
async function remark(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const lines = await linesOf(world);
  if (lines.length === 0) return;
  const line = draw.of(lines), notes = `Remark ${draw.below(99)}`;
  const edit = { lines: [{ id: line, expected: {}, state: { notes } }] };
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.edit_job_lines(${allocationRun}, ${tx.json(edit)}, 'drawn')`,
  );
  if (refused) return assert.match(refused, /^RC4/);
  const [{ value }] = await admin`select hashtext(${notes}) as value`;
  await note(admin, "remark", line, null, value);
  came.remark++;
}

/** A doctor is erased: the explicit yes by which something goes for good, and which the audit names. */
async function erase(world: World): Promise<void> {
  const { admin, draw, account } = world;
  if (world.doctors.length < 3) return;
  const doctor = draw.of(world.doctors.filter((each) => each !== account.doctor));
  const [{ worker }] = await admin`
    select worker from public.allocation_run_worker_mappings where id = ${doctor}`;
  const { refused } = await asManager(
    world,
    (tx) => tx`select public.erase_person(${worker}, 'They asked.')`,
  );
  assert.equal(refused, undefined);
  const [{ named }] = await admin`
    select count(*)::int as named from public.audit_log
    where subjects @> array[${worker}::uuid] and reason = 'They asked.' and actor = ${world.manager}`;
  assert.ok(named > 0, "the audit names who erased them and why");
  await giveUp(admin, doctor);
  came.erase++;
  world.doctors = world.doctors.filter((each) => each !== doctor);
}

/** Deletions past the functions, as any client could try them. */
async function deleteAll(world: World): Promise<void> {
  for (const table of ["job_lines", "rotations", "job_line_leave", "job_lines_history"]) {
    const { refused } = await asManager(world, (tx) => tx`delete from ${tx(`public.${table}`)}`);
    assert.equal(refused, "42501", table);
  }
  for (const table of ["allocation_runs", "allocation_plans"]) {
    const { refused } = await asManager(world, (tx) => tx`delete from ${tx(`public.${table}`)}`);
    assert.equal(refused, "RC409", table);
  }
}

/** Deletions of one row of what lines, wishes and matches refer to. */
async function deleteOne(world: World): Promise<void> {
  const { admin, draw, org } = world;
  const table = draw.of([
    "workers",
    "allocation_run_worker_mappings",
    "preferencers",
    "positions",
    "teams",
    "hospitals",
  ]);
  const rows = await admin`select id from ${
    admin(`public.${table}`)
  } where org_id = ${org} order by id`;
  if (rows.length === 0) return;
  const { id } = draw.of(rows);
  const { refused } = await asManager(
    world,
    (tx) => tx`delete from ${tx(`public.${table}`)} where id = ${id}`,
  );
  assert.ok(refused === undefined || refused === "RC409", `${table}: ${refused}`);
  if (refused) return;
  // Nothing hung on it; nobody ranks with it any more.
  world.doctors = world.doctors.filter((each) => each !== id);
  world.preferencers = world.preferencers.filter((each) => each !== id);
}

/** A doctor leaves the allocation run, or comes back. */
async function comeAndGo(world: World): Promise<void> {
  const { admin, draw, allocationRun } = world;
  const doctor = draw.of(world.doctors);
  const before = await thereNow(world);
  const [{ withdrawn_at }] = await admin`
    select withdrawn_at from public.allocation_run_worker_mappings where id = ${doctor}`;
  const { refused } = await asManager(
    world,
    (tx) =>
      withdrawn_at === null
        ? tx`select public.withdraw_doctors(${allocationRun}, ${[doctor]}, 'drawn')`
        : tx`select public.reinstate_doctors(${allocationRun}, ${[doctor]})`,
  );
  assert.equal(refused, undefined);
  assert.deepEqual(await thereNow(world), before, "all of theirs stays");
}

/** A table of positions comes in: flags and posts of some changed, one new, now and then in place of the others. */
async function importPositions(world: World): Promise<void> {
  const { admin, draw, org, allocationRun } = world;
  const positions = await admin`
    select p.id, h.name as hospital, t.name as team, p.name, p.specialty, p.is_rural
    from public.positions p join public.teams t on t.id = p.team join public.hospitals h on h.id = t.hospital
    where p.org_id = ${org} order by p.name, p.id`;
  const posts = () => [0, 1, 2].map(() => 1 + draw.below(3));
  const rows = positions.filter(() => draw.chance(0.6)).map((position) => ({
    ...position,
    is_rural: draw.chance(0.3) !== position.is_rural,
    posts: posts(),
  }));
  const isNew = positions.length < 6 && draw.chance(0.5);
  if (isNew) {
    const name = `Ward ${draw.below(99)}`;
    rows.push(
      { hospital: "New", team: "New", name, specialty: "Medicine", posts: posts() } as never,
    );
  }
  const before = await thereNow(world);
  const { row, refused } = await asManager(
    world,
    (tx) =>
      tx`select public.import_positions(${allocationRun}, ${tx.json(rows as never)}, ${
        draw.chance(0.2)
      }, false) as answer`,
  );
  assert.equal(refused, undefined);
  // The new one may have the name of one that is there.
  const { outcome } = row!.answer;
  assert.ok(outcome === "imported" || isNew && outcome === "refused", outcome);
  assert.deepEqual(await thereNow(world), before, "an import takes nothing off the lines");
}

const STEPS_DRAWN = [
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
  ...Array(2).fill(erase),
  deleteAll,
  ...Array(2).fill(deleteOne),
  ...Array(2).fill(comeAndGo),
  ...Array(2).fill(importPositions),
] as ((world: World) => Promise<void>)[];

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
        await setTermsOf(tx, entry.line);
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

/** Sets the terms of an allocation run to those that a line was archived with. */
async function setTermsOf(tx: postgres.TransactionSql, line: string): Promise<void> {
  await tx`
    update public.allocation_runs ar set starts_on = d.starts_on, term_weeks = d.weeks
    from (
      select allocation_run, min(starts_on) as starts_on,
        array_agg((ends_on + 1 - starts_on) / 7 order by term) as weeks
      from public.rotations where job_line = ${line} group by allocation_run
    ) as d
    where ar.id = d.allocation_run and exists (
      select from public.rotations r
      left join private.terms(ar.starts_on, ar.term_weeks) t on t.term = r.term and t.starts_on = r.starts_on
        and t.ends_on = r.ends_on
      where r.job_line = ${line} and t.term is null)`;
}

async function newWorld(admin: postgres.Sql, url: string, seed: number): Promise<World> {
  const { org, managers, allocationRuns } = await createHealthService(admin, {
    managers: 1,
    allocationRuns: 1,
  });
  const [allocationRun] = allocationRuns;
  await admin`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select org_id, allocation_run, position, 3, 2 from public.allocation_run_positions
    where allocation_run = ${allocationRun} and term = 1`;
  const doctors = await admin`
    with doctor as (
      insert into public.workers (org_id, email, name)
      select ${org}, n || '@ledger.example', 'Dr ' || n from generate_series(1, 3) n returning id
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org}, ${allocationRun}, id from doctor returning id`;
  const preferencers = await admin`
    insert into public.preferencers (org_id, allocation_run, name)
    select ${org}, ${allocationRun}, 'Unit ' || n from generate_series(1, 2) n returning id`;
  const ids = (rows: postgres.RowList<postgres.Row[]>) => rows.map(({ id }) => id as string);
  const [{ id: user }] = await admin`
    with account as (
      insert into auth.users (id, email, email_confirmed_at)
      values (gen_random_uuid(), gen_random_uuid() || '@ledger.example', now()) returning id
    ), member as (
      insert into public.org_members (org_id, user_id, role) select ${org}, id, 'doctor' from account
    )
    select id from account`;
  await admin`
    update public.workers set user_id = ${user}
    where id = (select worker from public.allocation_run_worker_mappings where id = ${
    doctors[0].id
  })`;
  return {
    admin,
    url,
    draw: drawer(seed),
    org,
    manager: managers[0].id,
    allocationRun,
    doctors: ids(doctors),
    account: { doctor: doctors[0].id, user },
    preferencers: ids(preferencers),
    populated: 0,
  };
}

Deno.test("what people put onto lines is there, or comes back, whatever is done in whatever order", async (t) => {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    await startLedger(admin);
    // A commit that dies after all of it was written, as a machine does.
    await admin.unsafe(`
      create table ledger.crashes (n int);
      create function ledger.crash() returns trigger language plpgsql security definer as $$
      begin
        if exists (select from ledger.crashes) then
          raise exception 'the machine died' using errcode = 'XX000';
        end if;
        return null;
      end $$;
      create trigger crash after update of status on public.allocation_planner_runs for each row
        when (new.status = 'COMPLETED') execute function ledger.crash();
    `).simple();
    for (let seed = 1; seed <= SEEDS; seed++) {
      await t.step(`seed ${seed}`, async () => {
        await admin`delete from ledger.entered`;
        await admin`delete from ledger.own_entered`;
        const world = await newWorld(admin, stack.dbUrl, seed);
        const done: string[] = [];
        await plan(world, "rebuild");
        for (let n = 0; n < 3; n++) await enter(world);
        // What may be refused later comes through once, in this order: a window, a remark, a result.
        await wish(world);
        await remark(world);
        await publish(world);
        for (let step = 0; step < STEPS; step++) {
          const next = world.draw.of(STEPS_DRAWN);
          done.push(next.name);
          const told = `seed ${seed}, after ${done.join(", ")}`;
          try {
            await next(world);
          } catch (error) {
            throw new Error(told, { cause: error });
          }
          await check(world, told);
        }
        await erase(world);
        await check(world, `seed ${seed}, at its end`);
        await bringBack(world, `seed ${seed}, after ${done.join(", ")}`);
      });
    }
    for (const times of Object.values(came)) assert.ok(times > 0, JSON.stringify(came));
  } finally {
    await admin.end();
    await stack.stop();
  }
});
