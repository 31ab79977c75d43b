// heartbeat-sweeper through HTTP: no run hangs. Time passes by moving timestamps.

import assert from "node:assert/strict";
import { requireEnv } from "../../shared/platform/env.ts";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import { call, callInternal, createOrg, ended, holdQueue, sql, type TestOrg } from "./fixture.ts";

/** A run inserted past the function, as after a dispatch that failed: nobody has called the solver. */
async function insertRun(org: TestOrg): Promise<string> {
  const { data, error } = await org.manager.client.from("allocation_planner_runs")
    .insert({ allocation_run: org.allocationRun, n_job_lines: 2 }).select("id").single();
  if (error) throw error;
  return data.id;
}

/** A run whose block a worker holds that is not there: it died, or is slow. */
async function insertClaimedRun(
  org: TestOrg,
  worker: string,
): Promise<{ id: string; token: string }> {
  await using _hold = await holdQueue(org.id);
  const id = await insertRun(org);
  await sql`update fleet.search_jobs set status = 'RUNNING', started_at = now() where run_id = ${id}`;
  const [{ token }] = await sql`
    select fleet.claim_work_block(id, ${worker}) as token
    from fleet.search_jobs where run_id = ${id}`;
  return { id, token };
}

async function sweep(): Promise<void> {
  const response = await callInternal("heartbeat-sweeper");
  assert.equal(response.status, 200);
  const { swept } = await response.json();
  assert.ok(swept.some((row: { search_type: string }) => row.search_type === "planner"));
}

Deno.test("sweeper calls the solver for a run whose dispatch was lost", async () => {
  await using org = await createOrg();
  const id = await insertRun(org);
  await sweep();
  assert.equal((await ended(id)).status, "COMPLETED");
});

Deno.test("sweeper resumes a run whose worker died, and the dead worker's claim is void", async () => {
  await using org = await createOrg();
  const { id, token } = await insertClaimedRun(org, "dead worker");
  await sql`update fleet.work_blocks set heartbeat_at = now() - interval '31 seconds' where claim_token = ${token}`;
  await sweep();
  assert.equal((await ended(id)).status, "COMPLETED");
  await assert.rejects(
    async () => await sql`select fleet.hold_claim(${token})`,
    { code: "RC001" },
  );
});

Deno.test("sweeper fails a run past its attempts, with a reason for a person", async () => {
  await using org = await createOrg();
  await using _hold = await holdQueue(org.id);
  const id = await insertRun(org);
  await sql`update fleet.search_jobs set status = 'RUNNING', started_at = now() where run_id = ${id}`;
  await sql`
    update fleet.work_blocks set attempts = 5
    where search_job_id = (select id from fleet.search_jobs where run_id = ${id})`;
  await sweep();
  const run = await ended(id);
  assert.equal(run.status, "FAILED");
  assert.equal(run.error_code, "ATTEMPTS_EXCEEDED");
  assert.match(run.error_message, /5 times/);
  const [entry] =
    await sql`select * from public.system_logs where run_id = ${id} and level = 'error'`;
  assert.equal(entry.component, "sweeper");
});

Deno.test("sweeper fails a run past its time to live", async () => {
  await using org = await createOrg();
  await using _hold = await holdQueue(org.id);
  const id = await insertRun(org);
  await sql`
    update fleet.search_jobs set status = 'RUNNING', started_at = now() where run_id = ${id}`;
  await sql`
    update fleet.work_blocks set worked = '901 seconds'
    where search_job_id = (select id from fleet.search_jobs where run_id = ${id})`;
  await sweep();
  const run = await ended(id);
  assert.deepEqual([run.status, run.error_code], ["FAILED", "TIME_TO_LIVE_EXCEEDED"]);
});

Deno.test("runs of several orgs begin in order of arrival, and one hands over to the next", async () => {
  await using first = await createOrg();
  await using second = await createOrg();
  await using third = await createOrg();
  const ids: string[] = [];
  {
    await using _hold = await holdQueue(first.id);
    for (const org of [first, second, third]) ids.push(await insertRun(org));
    const waiting = await sql`select status from public.allocation_planner_runs where id in ${
      sql(ids)
    }`;
    assert.deepEqual(waiting.map((run) => run.status), ["PENDING", "PENDING", "PENDING"]);
  }
  // One call is enough: each run that ends hands over to the next.
  const response = await callInternal("planner-solver");
  await response.body?.cancel();
  const runs = [];
  for (const id of ids) runs.push(await ended(id));
  assert.ok(runs[0].started_at <= runs[1].started_at);
  assert.ok(runs[1].started_at <= runs[2].started_at);
});

Deno.test("a run that cannot be read ends FAILED at once, with the reason", async () => {
  await using org = await createOrg();
  const id = await insertRun(org);
  // The database takes no rule that is not there: this one went with a deploy after somebody had asked for it.
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update public.allocation_planner_runs set constraints = '["NO_MONDAYS"]' where id = ${id}`;
  });
  await sweep();
  const run = await ended(id);
  assert.deepEqual([run.status, run.error_code], ["FAILED", "INVALID_CONSTRAINTS"]);
  assert.match(run.error_message, /NO_MONDAYS/);
});

Deno.test("a cancelled run is left alone by the slice that was working on it", async () => {
  await using org = await createOrg();
  const { id, token } = await insertClaimedRun(org, "slow worker");
  const response = await call(`planner-orchestration/${id}`, org.manager, { method: "DELETE" });
  assert.equal((await response.json()).status, "CANCELLED");
  await assert.rejects(
    async () =>
      await sql`select fleet.checkpoint_block(${token}, '{}', '{"phase":"x","cpu_ms":1,"wall_ms":1}')`,
    { code: "RC001" },
  );
  const [{ command }] = await sql`
    select pending_command as command from fleet.workers where worker_id = 'slow worker'`;
  assert.equal(command, "stop");
});

Deno.test("sweeper tells who has the internal key with which settings functions run, and nobody a key", async () => {
  const ask = (key: string) =>
    call("heartbeat-sweeper", null, { method: "GET", headers: { [INTERNAL_KEY_HEADER]: key } });
  const stranger = await ask("x");
  assert.deepEqual([stranger.status, (await stranger.json()).code], [401, "UNAUTHENTICATED"]);
  const key = requireEnv("RECEPTOR_INTERNAL_KEY");
  const text = await (await ask(key)).text();
  const { fault, api_key, signing_keys, auth_issuer, issuers } = JSON.parse(text);
  assert.deepEqual([fault, api_key, signing_keys], [null, "publishable", ["ES256"]]);
  assert.ok(issuers.includes(auth_issuer));
  for (const name of ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_ANON_KEY"]) {
    assert.ok(!text.includes(requireEnv(name)), name);
  }
  assert.ok(!text.includes(key));
});
