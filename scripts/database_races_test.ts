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

    await t.step("ending a job never deadlocks with its worker", async () => {
      for (let round = 0; round < 25; round++) {
        const run = await enqueue();
        const worker = `storm-${round}`;
        const [{ claim_token: token }] = await sql`
          select claim_token from fleet.claim_next_block('race', ${worker})`;
        const calls = await Promise.allSettled([
          ...Array.from(
            { length: 5 },
            () => sql`select fleet.worker_heartbeat(${worker}, ${token})`,
          ),
          sql`select fleet.cancel_job('race', ${run})`,
          sql`select * from fleet.sweep()`,
          sql`select fleet.reclaim_stale_blocks(0, 'race')`,
          sql`select fleet.checkpoint_block(${token}, '{}', ${sql.json(SLICE)})`,
        ]);
        const codes = calls.filter((call) => call.status === "rejected")
          .map((call) => call.reason.code);
        // Whoever came too late finds the claim lost; nobody is a deadlock's victim.
        assert.deepEqual(codes.filter((code) => code !== "RC001"), []);
        const [{ status }] = await sql`
          select status from fleet.search_jobs where run_id = ${run}`;
        assert.equal(status, "CANCELLED");
      }
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
