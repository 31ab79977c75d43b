// Races between connections, which pgTAP cannot show in its one transaction: claimers, cancels and requests at once.

import assert from "node:assert/strict";
import postgres from "postgres";
import { startStack } from "./stack/mod.ts";

type Sql = postgres.Sql;

/** Runs a test on a fresh database with as many connections as it needs. */
async function withDatabase(connections: number, test: (sql: Sql) => Promise<void>) {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: connections, onnotice: () => {} });
  try {
    await test(sql);
  } finally {
    await sql.end();
    await stack.stop();
  }
}

const SLICE = { phase: "race", cpu_ms: 1, wall_ms: 1 };

Deno.test("the database under races", async (t) => {
  await withDatabase(12, async (sql) => {
    await sql`insert into fleet.search_types (search_type, function_name) values ('race', 'race-solver')`;
    const [{ id: org }] = await sql`insert into public.orgs (name) values ('Race') returning id`;
    const enqueue = async () => {
      const run = crypto.randomUUID();
      await sql`select fleet.enqueue_job('race', ${org}, ${run}, 1)`;
      return run;
    };

    await t.step(
      "claim_next_block() works jobs one at a time, in order, under racing claimers",
      async () => {
        for (let job = 0; job < 5; job++) await enqueue();
        const jobs: number[] = [];
        const work = async (worker: number) => {
          for (let turn = 0; turn < 30; turn++) {
            const [claim] = await sql`
            select * from fleet.claim_next_block('race', ${`worker-${worker}-${turn}`})`;
            if (!claim) continue;
            jobs.push(Number(claim.job_id));
            await (claim.slice < 3
              ? sql`select fleet.checkpoint_block(${claim.claim_token}, '{}', ${sql.json(SLICE)})`
              : sql`select fleet.finish_block(${claim.claim_token})`);
          }
        };
        await Promise.all(Array.from({ length: 12 }, (_, worker) => work(worker)));
        await work(12);
        assert.equal(jobs.length, 15);
        assert.deepEqual(jobs, jobs.toSorted((a, b) => a - b));
      },
    );

    await t.step(
      "claim_next_block() keeps the turns of orgs under racing claimers, cancels and deletions of orgs",
      async () => {
        await sql`insert into fleet.search_types (search_type, function_name) values ('turns', 'race-solver')`;
        const queue = async (runs: number) => {
          const [{ id }] = await sql`insert into public.orgs (name) values ('Turns') returning id`;
          for (let n = 0; n < runs; n++) {
            await sql`select fleet.enqueue_job('turns', ${id}, gen_random_uuid(), 1)`;
          }
          return id as string;
        };
        const greedy = await queue(40);
        const others = await Promise.all(Array.from({ length: 6 }, () => queue(1)));
        const leaving = await queue(3);
        const orgs: string[] = [];
        const work = async (worker: number, turns: number) => {
          for (let turn = 0; turn < turns; turn++) {
            const [claim] = await sql`
              select * from fleet.claim_next_block('turns', ${`turns-${worker}-${turn}`})`;
            if (!claim) continue;
            orgs.push(claim.org_id);
            const [{ claimed }] = await sql`
              select count(*)::int as claimed from fleet.work_blocks b
              join fleet.search_jobs j on j.id = b.search_job_id
              where j.search_type = 'turns' and b.status = 'CLAIMED'`;
            assert.ok(claimed <= 1, `${claimed} at once`); // none where this one was cancelled
            const token = claim.claim_token;
            await (claim.slice < 3
              ? sql`select fleet.checkpoint_block(${token}, '{}', ${sql.json(SLICE)})`
              : sql`select fleet.finish_block(${token})`).catch((error) =>
                assert.equal(error.code, "RC001")
              );
          }
        };
        await Promise.all([
          ...Array.from({ length: 8 }, (_, worker) => work(worker, 40)),
          sql`select fleet.cancel_job('turns', run_id) from fleet.search_jobs
              where search_type = 'turns' and org_id = ${greedy} and id % 4 = 0`,
          sql`delete from public.orgs where id = ${leaving}`,
        ]);
        await work(8, 200);
        const [{ open }] = await sql`
          select count(*)::int as open from fleet.search_jobs where search_type = 'turns' and finished_at is null`;
        assert.equal(open, 0);
        // While an org waits nobody has two turns: between two of the greedy one's all others have theirs.
        for (const org of others) {
          const turns = orgs.flatMap((of, at) => of === org ? [at] : []);
          assert.equal(turns.length, 3);
          for (const [from, to] of [[-1, turns[0]], [turns[0], turns[1]], [turns[1], turns[2]]]) {
            const between = orgs.slice(from + 1, to);
            assert.equal(new Set(between).size, between.length, between.join());
          }
        }
      },
    );

    await t.step(
      "blocks of one job side by side: none is lost or counted twice, whatever is paused, taken back or given up meanwhile",
      async () => {
        await sql`insert into fleet.search_types (search_type, function_name, max_concurrent_blocks, max_attempts, gives_up_blocks)
          values ('side', 'race-solver', 7, 3, true)`;
        const [{ job }] = await sql`
          select fleet.enqueue_job('side', ${org}, gen_random_uuid(), 60)::int as job`;
        const done: number[] = [];
        let most = 0;
        const work = async (worker: number, turns: number) => {
          for (let turn = 0; turn < turns; turn++) {
            const [claim] = await sql`
              select * from fleet.claim_next_block('side', ${`side-${worker}-${turn}`})`;
            if (!claim) continue;
            const [{ claimed }] = await sql`
              select count(*)::int as claimed from fleet.work_blocks where search_job_id = ${job} and status = 'CLAIMED'`;
            most = Math.max(most, claimed);
            const token = claim.claim_token;
            const end = claim.block_number % 20 === 0
              ? sql`select fleet.fail_claimed_job(${token}, 'BAD', 'Bad.', '{}')`
              : claim.slice < 3
              ? sql`select fleet.checkpoint_block(${token}, '{}', ${sql.json(SLICE)})`
              : sql`select fleet.finish_block(${token})`.then(() => done.push(claim.block_number));
            await end.catch((error) => assert.equal(error.code, "RC001"));
          }
        };
        const disturb = async () => {
          for (let n = 0; n < 20; n++) {
            await sql`select fleet.pause_job('side', run_id, ${
              n % 2 === 0
            }) from fleet.search_jobs where id = ${job}`;
            await sql`update fleet.work_blocks set heartbeat_at = now() - interval '1 hour'
              where search_job_id = ${job} and status = 'CLAIMED' and id % 3 = ${n % 3}`;
            await sql`select fleet.reclaim_stale_blocks(30, 'side'), fleet.end_overdue_jobs()`;
          }
        };
        await Promise.all([
          ...Array.from({ length: 10 }, (_, n) => work(n, 25)),
          disturb(),
        ]);
        await sql`update fleet.work_blocks set not_before = now() where search_job_id = ${job}`;
        await work(10, 200);
        const [{ status, error_code }] = await sql`
          select status, error_code from fleet.search_jobs where id = ${job}`;
        const given = (await sql`
          select block_number from fleet.work_blocks
          where search_job_id = ${job} and status = 'ABANDONED'`).map((row) => row.block_number);
        assert.deepEqual([status, error_code], ["FAILED", "BLOCKS_GIVEN_UP"]);
        assert.ok([20, 40, 60].every((number) => given.includes(number)), given.join());
        assert.ok(most > 1 && most <= 7, `${most} at once`);
        const all = [...done, ...given].toSorted((a, b) => a - b);
        assert.deepEqual(all, Array.from({ length: 60 }, (_, n) => n + 1));
      },
    );

    await t.step(
      "next_job() reads some rows of the index per org, whatever is queued",
      async () => {
        await sql`insert into fleet.search_types (search_type, function_name) values ('plans', 'race-solver')`;
        await sql`insert into public.orgs (name) select 'Plans ' || n from generate_series(1, 50) n`;
        await sql`
        with job as (
          insert into fleet.search_jobs (search_type, org_id, run_id)
          select 'plans', o.id, gen_random_uuid()
          from public.orgs o cross join generate_series(1, 100) where o.name like 'Plans %'
          returning id)
        insert into fleet.work_blocks (search_job_id, block_number) select id, 1 from job`;
        await sql`analyze fleet.search_jobs, fleet.work_blocks`;
        const read = await sql.begin(async (tx) => {
          // PostgreSQL counts what the session has not yet reported along: only what is added counts.
          const rowsRead = async () => {
            const [{ rows }] = await tx`
              select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows
              from pg_stat_xact_user_tables where schemaname = 'fleet'`;
            return rows as number;
          };
          const before = await rowsRead();
          await tx`select fleet.next_job('plans')`;
          return await rowsRead() - before;
        });
        assert.ok(read >= 50 && read < 1_000, `${read} rows of 5,000 jobs`);
      },
    );

    await t.step("what happened is told while the schedule that waits for it fires", async () => {
      const [{ id }] = await sql`
        insert into public.agent_schedules (org_id, name, enabled, trigger_type, event_filter, action_type, task_title)
        values (${org}, 'Errors', true, 'event', '{"event": "error"}', 'task', 'Look') returning id`;
      const goWrong = (sql: Sql) =>
        sql`
        insert into public.system_logs (level, source, component, message, org_id)
        values ('error', 'race', 'tests', 'It broke', ${org})`;
      await goWrong(sql);
      await sql.begin(async (tick) => {
        const [{ fired }] = await tick`select agents.fire_on_events(${id}) as fired`;
        assert.equal(fired, 1);
        await sql.begin(async (other) => {
          await other`set local lock_timeout = '5s'`;
          await goWrong(other as unknown as Sql);
        });
      });
      const [{ waiting }] =
        await sql`select count(*)::int as waiting from agents.signals where schedule_id = ${id}`;
      assert.equal(waiting, 1, "the next tick's");
    });

    await t.step("request_planner_run() creates one run of many requests at once", async () => {
      const { user, allocationRun } = await newAllocationRun(sql, org);
      const request = (key: string | null) =>
        sql.begin(async (tx) => {
          await tx`select set_config('role', 'authenticated', true),
            set_config('request.jwt.claims', ${JSON.stringify({ sub: user })}, true)`;
          const run = {
            allocation_run: allocationRun,
            n_job_lines: 1,
            constraints: [],
            options: {},
          };
          const [{ answer }] = await tx`
            select public.request_planner_run(${tx.json(run)}, '{}', ${key}) as answer`;
          return answer as { outcome: string; run: { id: string } };
        });
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () => request("key")),
        ...Array.from({ length: 5 }, () => request(null)),
      ]);
      assert.equal(answers.filter(({ outcome }) => outcome === "created").length, 1);
      assert.equal(new Set(answers.map(({ run }) => run.id)).size, 1);
      const [{ jobs }] = await sql`
        select count(*)::int as jobs from fleet.search_jobs where search_type = 'planner'`;
      assert.equal(jobs, 1);
    });
  });
});

Deno.test("an org keeps a manager, however many take each other's place away at once", async () => {
  await withDatabase(8, async (sql) => {
    for (const isolation of ["read committed", "repeatable read", "serializable"]) {
      const [{ id: org }] = await sql`insert into public.orgs (name) values ('Race') returning id`;
      const managers = Array.from({ length: 8 }, () => crypto.randomUUID());
      for (const user of managers) {
        await sql`insert into auth.users (id, email) values (${user}, ${`${user}@tests.example`})`;
        await sql`insert into public.org_members (org_id, user_id, role) values (${org}, ${user}, 'manager')`;
      }
      const gone = await Promise.all(
        managers.map((user, n) =>
          sql.begin(`isolation level ${isolation}`, async (tx) => {
            await (n % 2
              ? tx`delete from public.org_members where org_id = ${org} and user_id = ${user}`
              : tx`update public.org_members set role = 'viewer' where org_id = ${org} and user_id = ${user}`);
          }).then(() => true, () => false)
        ),
      );
      const [{ left }] = await sql`
        select count(*)::int as left from public.org_members where org_id = ${org} and role = 'manager'`;
      assert.ok(left >= 1, isolation);
      assert.equal(left, gone.filter((went) => !went).length, isolation);
    }
  });
});

/** An allocation run and a manager of its org. */
async function newAllocationRun(sql: Sql, org: string) {
  const [{ id: user }] = await sql`
    insert into auth.users (id, email) values (gen_random_uuid(), 'race@tests.example') returning id`;
  await sql`insert into public.org_members (org_id, user_id, role) values (${org}, ${user}, 'manager')`;
  const [{ id: plan }] = await sql`
    insert into public.allocation_plans (org_id, name) values (${org}, 'Plan') returning id`;
  const [{ id: allocationRun }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    values (${org}, ${plan}, 'Run', '2027-01-11', '{52}') returning id`;
  return { user: user as string, allocationRun: allocationRun as string };
}
