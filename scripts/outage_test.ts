// The database is gone: every function answers with a problem that reveals nothing.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { demoUsers } from "./demo_users.ts";
import { startStack } from "./stack/mod.ts";

const INTERNAL_DETAILS = /ECONNREFUSED|127\.0\.0\.1|postgres|\.ts:\d|stack|select |sb_secret_/i;

Deno.test("without a database, functions answer 500 problems that reveal nothing, or leave it to the sweeper", async () => {
  const stack = await startStack({ cron: false });
  try {
    const client = createClient(stack.url, stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { email, password } = demoUsers[0];
    const { data, error } = await client.auth.signInWithPassword({ email, password });
    if (error) throw error;
    const { data: runs } = await client.from("allocation_runs").select("id").limit(1);
    const { postgres } = await stack.pids();
    Deno.kill(postgres, "SIGKILL");

    const call = (path: string, method: string, headers: Record<string, string>, body?: unknown) =>
      fetch(`${stack.url}/functions/v1/${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    const user = { authorization: `Bearer ${data.session.access_token}` };
    const platform = { "x-receptor-key": stack.internalKey };
    const request = { allocation_run: runs![0].id, n_job_lines: 1 };
    const calls: [string, Promise<Response>][] = [
      ["POST", call("planner-orchestration", "POST", user, request)],
      ["GET", call(`planner-orchestration/${crypto.randomUUID()}`, "GET", user)],
      ["DELETE", call(`planner-orchestration/${crypto.randomUUID()}`, "DELETE", user)],
      ["sweep", call("heartbeat-sweeper", "POST", platform, {})],
    ];
    for (const [what, answer] of calls) {
      const response = await answer;
      const text = await response.text();
      assert.ok([500, 503].includes(response.status), `${what}: ${response.status}`);
      assert.equal(response.headers.get("content-type"), "application/problem+json", what);
      assert.doesNotMatch(text, INTERNAL_DETAILS, what);
      assert.match(JSON.parse(text).code, /^[A-Z_]+$/, what);
    }
    // A solver answers before it works; what it cannot do, the sweeper has it do later.
    const accepted = await call("planner-solver", "POST", platform, {});
    assert.equal(accepted.status, 202);
    await accepted.body?.cancel();
  } finally {
    await stack.stop();
  }
});
