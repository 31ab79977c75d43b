// What the functions log while runs go through them: one line per slice, nothing for calls that find no work, and nothing
// for requests that are answered; so that the platform's limit of lines is far away (shared/platform/log.ts keeps to it).

import assert from "node:assert/strict";
import postgres from "postgres";
import { createHealthService, MANAGER_PASSWORD } from "./health_services.ts";
import { PATIENT, startStack } from "./stack/mod.ts";

const RUNS = 5;
const IDLE_CALLS = 20;

/** What is told of a function that a busy machine did not start in time: it is worth its line, and no slice's. */
const LATE = /"component":"dispatch".*"name":"TimeoutError"/;

Deno.test("functions log one line of JSON per slice, and none for what is not worth one", async () => {
  const lines: string[] = [];
  const stack = await startStack({
    ...PATIENT,
    seed: false,
    cron: false,
    log: (line) => lines.push(line),
  });
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    const service = await createHealthService(sql, { managers: 1, allocationRuns: RUNS });
    const call = async (name: string, headers: Record<string, string>, body: unknown) => {
      const response = await fetch(`${stack.url}/functions/v1/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
      return response.status;
    };
    const login = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { apikey: stack.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email: service.managers[0].email, password: MANAGER_PASSWORD }),
    });
    const user = { authorization: `Bearer ${(await login.json()).access_token}` };
    for (const allocationRun of service.allocationRuns) {
      const request = {
        allocation_run: allocationRun,
        n_job_lines: 2,
        constraints: ["UNRESTRICTED"],
      };
      assert.equal(await call("planner-orchestration", user, request), 202);
      assert.equal(await call("planner-orchestration", user, { ...request, n_job_lines: 0 }), 400);
    }
    const platform = { "x-receptor-key": stack.internalKey };
    for (let n = 0; n < IDLE_CALLS; n++) {
      for (const name of ["planner-solver", "allocator-solver", "heartbeat-sweeper"]) {
        assert.ok([200, 202].includes(await call(name, platform, {})));
      }
    }
    const open = () => sql`select from fleet.search_jobs where finished_at is null`;
    while ((await open()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const [{ slices }] = await sql`select count(*)::int as slices from public.system_metrics`;
    const logged = () => lines.filter((line) => line.startsWith("[") && !LATE.test(line));
    // A line may arrive a moment after the commit that it tells of.
    while (logged().length < slices) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(slices >= RUNS);
    assert.equal(logged().length, slices, logged().join("\n"));
    for (const line of logged()) {
      const entry = JSON.parse(line.slice(line.indexOf("{")));
      assert.deepEqual([entry.level, entry.component], ["info", "planner"]);
      assert.ok(line.length < 2_000, line);
    }
  } finally {
    await sql.end();
    await stack.stop();
  }
});
