// The database is gone, or comes back: every function answers with a problem that reveals nothing, and the isolates that
// were there before work on.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { demoUsers } from "./demo_users.ts";
import { PATIENT, type Stack, startStack } from "./stack/mod.ts";
import { eventually } from "../shared/platform/testing/eventually.ts";

const INTERNAL_DETAILS = /ECONNREFUSED|127\.0\.0\.1|postgres|\.ts:\d|stack|select |sb_secret_/i;

/** A demo user's token, and an allocation run of theirs. */
async function signIn(stack: Stack): Promise<{ token: string; allocationRun: string }> {
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { email, password } = demoUsers[0];
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw error;
  const { data: runs } = await client.from("allocation_runs").select("id").limit(1);
  return { token: data.session.access_token, allocationRun: runs![0].id };
}

/** Somebody who may plan, on a stack. */
interface Scene {
  stack: Stack;
  token: string;
  allocationRun: string;
}

async function answersWithoutDatabase({ stack, token, allocationRun }: Scene): Promise<void> {
  const { postgres } = await stack.pids();
  Deno.kill(postgres, "SIGKILL");

  const call = (path: string, method: string, headers: Record<string, string>, body?: unknown) =>
    fetch(`${stack.url}/functions/v1/${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const user = { authorization: `Bearer ${token}` };
  const platform = { "x-receptor-key": stack.internalKey };
  const request = { allocation_run: allocationRun, n_job_lines: 1 };
  const calls: [string, Promise<Response>][] = [
    ["POST", call("planner-orchestration", "POST", user, request)],
    ["GET", call(`planner-orchestration/${crypto.randomUUID()}`, "GET", user)],
    ["DELETE", call(`planner-orchestration/${crypto.randomUUID()}`, "DELETE", user)],
    ["sweep", call("heartbeat-sweeper", "POST", platform, {})],
  ];
  for (const [what, answer] of calls) {
    const response = await answer;
    const text = await response.text();
    assert.equal(response.status, 503, `${what}: ${text}`);
    assert.equal(response.headers.get("content-type"), "application/problem+json", what);
    assert.doesNotMatch(text, INTERNAL_DETAILS, what);
    assert.match(JSON.parse(text).code, /^[A-Z_]+$/, what);
  }
  // A solver answers before it works; what it cannot do, the sweeper has it do later.
  const accepted = await call("planner-solver", "POST", platform, {});
  assert.equal(accepted.status, 202);
  await accepted.body?.cancel();
}

async function tellsBusy({ stack, token, allocationRun }: Scene): Promise<void> {
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    const request = () =>
      fetch(`${stack.url}/functions/v1/planner-orchestration`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${token}`,
          "idempotency-key": "busy",
        },
        body: JSON.stringify({
          allocation_run: allocationRun,
          n_job_lines: 1,
          accept_losses: true,
        }),
      });
    // What PostgreSQL says of a deadlock, a full server, a lock and a statement that took too long.
    for (const state of ["40P01", "40001", "53300", "55P03", "57014"]) {
      await sql.unsafe(`
        create function public.be_busy() returns trigger language plpgsql as
          $$ begin raise exception 'busy' using errcode = '${state}'; end $$;
        create trigger be_busy before insert on public.allocation_planner_runs
          for each row execute function public.be_busy()`);
      const response = await request();
      const { code } = await response.json();
      assert.deepEqual([response.status, code], [503, "BUSY"], state);
      assert.equal(response.headers.get("retry-after"), "2");
      await sql.unsafe("drop function public.be_busy() cascade");
    }
    const response = await request();
    const answer = await response.json();
    assert.equal(response.status, 202, JSON.stringify(answer));
  } finally {
    await sql.end();
  }
}

/** Has the sweeper find and the solver work a run, as cron does, only more often. @returns its status in the end */
async function plan(stack: Stack): Promise<string> {
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    const [{ id }] = await sql`
      insert into public.allocation_planner_runs (allocation_run, n_job_lines)
      select id, 2 from public.allocation_runs where status <> 'closed' order by name limit 1
      returning id`;
    return await eventually("the run ends", async () => {
      const answer = await fetch(`${stack.url}/functions/v1/heartbeat-sweeper`, {
        method: "POST",
        headers: { "x-receptor-key": stack.internalKey },
      });
      await answer.body?.cancel();
      const [{ status }] = await sql`
        select status from public.allocation_planner_runs where id = ${id}`;
      return !["PENDING", "GENERATING"].includes(status) && status;
    }, 100);
  } finally {
    await sql.end();
  }
}

async function worksOn({ stack }: Scene): Promise<void> {
  assert.equal(await plan(stack), "COMPLETED");
  const before = await stack.functions.isolates();
  for (const mode of ["fast", "immediate"] as const) {
    await stack.postgres.restart(mode);
    assert.equal(await plan(stack), "COMPLETED", mode);
  }
  const after = await stack.functions.isolates();
  assert.deepEqual(
    after.filter(({ outcome }) => !["running", "completed"].includes(outcome)),
    [],
  );
  for (const name of ["heartbeat-sweeper", "planner-solver"]) {
    const kept = before.filter((isolate) => isolate.function === name);
    assert.ok(
      kept.some(({ id, requests }) =>
        after.some((isolate) => isolate.id === id && isolate.requests > requests)
      ),
      `${name} was served by isolates that knew nothing of the restart`,
    );
  }
}

Deno.test("a database that comes back, is busy or is gone", async (t) => {
  const stack = await startStack({ ...PATIENT, cron: false });
  try {
    const scene: Scene = { stack, ...await signIn(stack) };
    await t.step(
      "a busy one is told as BUSY, and the same request under the same key works once it has time",
      () => tellsBusy(scene),
    );
    // While the solver is at what was asked for last.
    await t.step(
      "isolates that are kept work on after a restart and after a crash",
      () => worksOn(scene),
    );
    await t.step(
      "without one, functions answer 503 problems that reveal nothing, or leave it to the sweeper",
      () => answersWithoutDatabase(scene),
    );
  } finally {
    await stack.stop();
  }
});
