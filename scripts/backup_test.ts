// The rehearsal of scripts/ops/README.md, "Backup and restore": taken in the middle of runs of all engines, restored into an
// empty project, where they end with the results that they have without the interruption.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { backup, restore, SCHEMAS } from "./ops/backup.ts";
import { eventually } from "../shared/platform/testing/eventually.ts";
import { planSearch } from "../shared/primes/engine.ts";
import { setup } from "./ops/commands.ts";
import { replay } from "./ops/replay.ts";
import { PATIENT, type Stack, type StackOptions, startStack } from "./stack/mod.ts";

type Sql = postgres.Sql;

/** The advisory lock by which the test holds a slice. */
const HOLD = 20_270_111;

/** In a partition that no migration makes: each day has its own. */
const SAMPLED = "2026-01-05T23:59:00Z";

const quiet = (sql: Sql) => ({ sql, say: () => {} });

function connect(stack: Stack): Sql {
  // As operators do: the role postgres is no superuser.
  return postgres(stack.dbUrl, { max: 2, onnotice: () => {} });
}

async function sweep(stack: Stack): Promise<void> {
  const response = await fetch(`${stack.url}/functions/v1/heartbeat-sweeper`, {
    method: "POST",
    headers: { "x-receptor-key": stack.internalKey },
  });
  await response.body?.cancel();
}

/** Doctors with wishes for every line. */
async function newDoctors(sql: Sql, allocationRun: string, count: number): Promise<void> {
  await sql`update public.job_lines set max_n_workers = 5 where allocation_run = ${allocationRun}`;
  await sql`
    with doctor as (
      insert into public.workers (org_id, email, name)
      select r.org_id, 'doctor' || n || '@backup.example', 'Doctor ' || n
      from public.allocation_runs r, generate_series(1, ${count}) n where r.id = ${allocationRun}
      returning id, org_id, email
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select d.org_id, ${allocationRun}, d.id from doctor d`;
  await sql`
    insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
    select m.org_id, m.allocation_run, m.id, l.id,
      row_number() over (partition by m.id order by md5(w.email || l.name))
    from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker
    join public.job_lines l on l.allocation_run = m.allocation_run and l.archived_at is null
    where m.allocation_run = ${allocationRun}`;
  await sql`
    with unit as (
      insert into public.preferencers (org_id, allocation_run, name)
      select org_id, id, 'Unit' from public.allocation_runs where id = ${allocationRun} returning *
    ), lines as (
      insert into public.preferencer_job_lines (org_id, allocation_run, preferencer, job_line)
      select u.org_id, u.allocation_run, u.id, l.id
      from unit u join public.job_lines l on l.allocation_run = u.allocation_run and l.archived_at is null returning 1
    )
    insert into public.preferencer_worker_ranks (org_id, allocation_run, preferencer, worker_mapping, order_preference)
    select u.org_id, u.allocation_run, u.id, m.id, row_number() over (order by md5(w.email))
    from unit u join public.allocation_run_worker_mappings m on m.allocation_run = u.allocation_run
    join public.workers w on w.id = m.worker`;
}

/** Of the roster that is made, and of the match: as small as they are where each still takes several slices. */
const LINES = 4, DOCTORS = 30;

interface Runs {
  planner: string;
  allocator: string;
  search: string;
}

/** A search of two blocks, with one prime in it. */
const SEARCH = { form: "kbn", params: { k: 15, min_n: 1_300, max_n: 1_600, sign: "+" } };
const SEARCH_BLOCK = 200;

/** Isolates that take themselves for slow: every run takes several slices, whatever machine this is. */
const SLOW = { ...PATIENT, cron: false, limits: { clockRate: 10 } } as const satisfies StackOptions;

/** Waits until all runs have ended; has them begun, and gone on with, where nobody is at work. */
async function ended(stack: Stack, sql: Sql): Promise<void> {
  await eventually("all runs end", async () => {
    const [{ open, idle }] = await sql`
      select count(*)::int as open, count(*) filter (where not exists (
        select from fleet.work_blocks b where b.search_job_id = j.id and b.status = 'CLAIMED'
          and b.heartbeat_at > now() - interval '30 seconds'))::int as idle
      from fleet.search_jobs j where j.status in ('QUEUED', 'RUNNING') and j.search_type <> 'prime_check'`;
    if (idle > 0) await sweep(stack);
    return open === 0;
  }, 200);
}

/**
 * Has a run worked on until its second slice has its block, and kills that one. However fast the machine is, the slice does
 * not get further: what it writes waits for a lock that the test has, and is refused then. However slow it is, nobody takes the
 * block up before the test says so, and nothing that the dead slice still had under way is written.
 */
async function stopInTheMiddle(stack: Stack, sql: Sql, run: string, solver: string): Promise<void> {
  const [{ id: job }] = await sql`select id from fleet.search_jobs where run_id = ${run}`;
  const holder = await sql.reserve();
  try {
    await holder`select pg_advisory_lock(${HOLD})`;
    await holder.unsafe(`
      create function public.hold_block() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(${HOLD});
        raise exception 'This slice is held.';
      end
      $$;
      create trigger hold_block before update on fleet.work_blocks for each row
      when (old.search_job_id = ${job} and old.status = 'CLAIMED' and old.checkpoint is not null)
      execute function public.hold_block()`);
    await eventually("the second slice has its block", async () => {
      const [block] = await sql`
        select bool_or(b.status = 'CLAIMED' and b.checkpoint is not null) as held, j.status
        from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id where j.id = ${job}
        group by j.status`;
      assert.ok(["QUEUED", "RUNNING"].includes(block.status), `${solver}: ${block.status}`);
      if (!block.held) await sweep(stack);
      return block.held;
    }, 200);
    await stack.functions.killWorkers(solver);
    await holder`select pg_advisory_unlock(${HOLD})`;
    await holder.unsafe(`
      begin;
      drop trigger hold_block on fleet.work_blocks;
      drop function public.hold_block();
      update fleet.work_blocks set claim_token = gen_random_uuid(), heartbeat_at = 'infinity'
      where search_job_id = ${job} and status = 'CLAIMED';
      commit`);
  } finally {
    holder.release();
  }
}

/** Starts a run of each engine, and kills all in their second slices: they stand in the middle. */
async function runsInTheMiddle(stack: Stack, sql: Sql): Promise<Runs> {
  const [{ pgy1, pgy2 }] = await sql`
    select (select id from public.allocation_runs where name = 'PGY1 2027') as pgy1,
      (select id from public.allocation_runs where name = 'PGY2 2027') as pgy2`;
  await sql`insert into public.allocation_planner_runs (allocation_run, n_job_lines, options)
    values (${pgy2}, 6, '{"effort": 0.1}')`;
  await ended(stack, sql);
  await newDoctors(sql, pgy2, DOCTORS);
  const [{ id: planner }] = await sql`
    insert into public.allocation_planner_runs (allocation_run, n_job_lines, options, constraints)
    values (${pgy1}, ${LINES}, '{"effort": 0.1}', '["VIC_PGY1"]') returning id`;
  const [{ id: allocator }] = await sql`
    insert into public.allocator_py_runs (allocation_run, queued_at, options)
    values (${pgy2}, now(), '{"stability": true, "preferencer_weight": 0.5}') returning id`;
  await stopInTheMiddle(stack, sql, planner, "planner-solver");
  await stopInTheMiddle(stack, sql, allocator, "allocator-solver");
  // One block at a time, so that it is the one whose second slice is killed.
  await sql`update fleet.search_types set enabled = true, max_concurrent_blocks = 1 where search_type = 'prime_search'`;
  const { candidates, blocks, blockSize } = planSearch(SEARCH, SEARCH_BLOCK);
  const [{ id: search }] = await sql`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
    select org_id, ${SEARCH.form}, ${
    sql.json(SEARCH.params)
  }, ${candidates}, ${blockSize}, ${blocks}, '{}'
    from public.allocation_runs where id = ${pgy1} returning id`;
  await stopInTheMiddle(stack, sql, search, "prime-solver");
  return { planner, allocator, search };
}

/** What the runs came to. */
async function resultsOf(sql: Sql, { planner, allocator, search }: Runs) {
  const lines = await sql`
    select l.name, array_agg(r.position order by r.term) as positions
    from public.job_lines l join public.rotations r on r.job_line = l.id
    where l.planner_run = ${planner} and l.archived_at is null group by l.name order by l.name`;
  const allocations = await sql`
    select worker_mapping, job_line from public.allocator_py_allocations where run = ${allocator} order by 1`;
  const blocks = await sql`
    select block_number, digest from public.prime_search_blocks where run = ${search} and status = 'completed' order by 1`;
  const finds = await sql`
    select f.candidate, p.expression from public.prime_search_finds f join public.primes p on p.id = f.prime_id
    where f.run = ${search} order by 1`;
  return {
    lines: [...lines],
    allocations: [...allocations],
    blocks: [...blocks],
    finds: [...finds],
  };
}

Deno.test("a backup in the middle of runs of all engines is restored into an empty project, and they end the same", async () => {
  const folder = join(await Deno.makeTempDir(), "backup");
  const old = await startStack(SLOW);
  const before = connect(old);
  let runs: Runs, expected: Awaited<ReturnType<typeof resultsOf>>;
  try {
    runs = await runsInTheMiddle(old, before);
    const open = await before`
      select j.search_type, b.slices from fleet.search_jobs j join fleet.work_blocks b on b.search_job_id = j.id
      where j.status = 'RUNNING' and b.checkpoint is not null order by 1`;
    assert.deepEqual(
      open.map((row) => row.search_type),
      ["allocator", "planner", "prime_search"],
      "in the middle of all",
    );
    await before`select private.ensure_partition('public.metric_samples', ${SAMPLED})`;
    await before`insert into public.metric_samples (ts, scope, metric, value) values (${SAMPLED}, 'fleet', 'backed_up', 7)`;
    await backup(quiet(before), folder);
    await assert.rejects(backup(quiet(before), folder), /exists already/);
    await assert.rejects(backup(quiet(before), `${folder}/no/where`), {
      name: "OpsError",
      message: /no\/where could not be written: /,
    });
    await assert.rejects(restore(quiet(before), folder), /orgs or users already/);
    // Without the interruption.
    await before`update fleet.work_blocks set heartbeat_at = now() - interval '1 minute' where status = 'CLAIMED'`;
    await ended(old, before);
    expected = await resultsOf(before, runs);
    assert.deepEqual([expected.lines.length, expected.allocations.length], [LINES, DOCTORS]);
    assert.ok(expected.blocks.length > 1 && expected.finds.length > 0);
  } finally {
    await before.end();
    await old.stop();
  }

  // 1. An empty project with the migrations. 2. The rows. 3. ops setup. 4. The functions. 5. The sweeper has them go on.
  // On a machine that is faster, as it may be: all that runs come to is the same.
  const fresh = await startStack({ ...PATIENT, cron: false, seed: false });
  const after = connect(fresh);
  try {
    await after`delete from vault.secrets`;
    // A file of which half is lost: it is named, and nothing of the others stays.
    const half = join(folder, "public.workers.rows.gz");
    const whole = await Deno.readFile(half);
    await Deno.writeFile(half, whole.subarray(0, whole.length / 2));
    await assert.rejects(restore(quiet(after), folder), /public\.workers\.rows\.gz is damaged/);
    await Deno.writeFile(half, whole);
    await restore(quiet(after), folder);
    await assert.rejects(restore(quiet(after), folder), /orgs or users already/);
    await setup(quiet(after), {
      functionsUrl: `${fresh.url}/functions/v1`,
      key: { given: fresh.internalKey },
      dryRun: false,
    });
    await after`update fleet.work_blocks set heartbeat_at = now() - interval '1 minute' where status = 'CLAIMED'`;
    await ended(fresh, after);
    assert.deepEqual(await resultsOf(after, runs), expected);
    for (const run of Object.values(runs)) assert.ok(await replay(quiet(after), run), run);
    const [sample] = await after`select value from public.metric_samples where ts = ${SAMPLED}`;
    assert.equal(sample.value, 7);
    // Sequences go on behind what is there, and the log of who did what goes on.
    const [{ id }] = await after`
      insert into public.orgs (name) values ('After the restore') returning id`;
    const [{ entries }] = await after`
      select count(*)::int as entries from public.audit_log where org_id = ${id}`;
    assert.equal(entries, 1);
  } finally {
    await after.end();
    await fresh.stop();
    await Deno.remove(join(folder, ".."), { recursive: true });
  }
});

Deno.test("a backup has every schema that the migrations make", async () => {
  const folder = new URL("../supabase/migrations/", import.meta.url);
  const made = new Set(["public"]);
  for (const file of await readdir(folder)) {
    const text = await readFile(new URL(file, folder), "utf8");
    for (const [, name] of text.matchAll(/^create schema if not exists (\w+)/gm)) made.add(name);
  }
  assert.deepEqual([...made].sort(), SCHEMAS.toSorted());
});

Deno.test("what is no backup is not restored", async () => {
  const folder = await Deno.makeTempDir();
  const nothing = quiet(null as never);
  await assert.rejects(restore(nothing, undefined), /Name the folder/);
  await assert.rejects(restore(nothing, folder), /no backup, or one that was broken off/);
  await Deno.writeTextFile(
    join(folder, "manifest.json"),
    JSON.stringify({ format: 1, tables: [{ name: "public.orgs", columns: [], rows: 1 }] }),
  );
  await assert.rejects(restore(nothing, folder), /file of public.orgs is missing/);
  await Deno.writeTextFile(join(folder, "manifest.json"), '{"format": 1, "tab');
  await assert.rejects(restore(nothing, folder), /manifest\.json is damaged/);
  await Deno.remove(folder, { recursive: true });
});
