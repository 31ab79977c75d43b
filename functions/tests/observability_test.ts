// What operators see of a run that went through every function: its timeline, its slices' figures, the sweeper's pulse.

import assert from "node:assert/strict";
import { call, callInternal, createOrg, ended, sql } from "./fixture.ts";

Deno.test("a run's timeline tells of the request, the slices and the commit, with the slices' figures", async () => {
  await using org = await createOrg();
  const response = await call("planner-orchestration", org.manager, {
    body: { allocation_run: org.allocationRun, n_job_lines: 4 },
  });
  const { planner_run_id: id } = await response.json();
  await ended(id);
  const events = await sql`
    select event, details from public.run_timeline where run_id = ${id} order by step`;
  const names = events.map((event) => event.event);
  assert.deepEqual(names.slice(0, 3), ["requested", "queued", "started"]);
  assert.equal(names.at(-1), "committed");
  assert.equal(events[0].details.by, org.manager.id);
  const slices = events.filter((event) => event.event === "slice");
  assert.ok(slices.length >= 1);
  const last = slices.at(-1)!.details;
  assert.equal(last.phase, "commit");
  assert.equal(last.lines, 4);
  assert.ok(last.columns >= 4, `${last.columns} columns`);
  assert.ok(last.gap >= 0 && last.gap < 1, `gap ${last.gap}`);
  assert.ok(last.cpu_ms > 0 && last.wall_ms > 0 && last.memory_bytes > 0);
});

Deno.test("a sweep leaves its time behind", async () => {
  await sql`update fleet.last_sweep set swept_at = now() - interval '1 hour'`;
  const response = await callInternal("heartbeat-sweeper");
  await response.body?.cancel();
  const [{ recent }] = await sql`
    select last_sweep > now() - interval '30 minutes' as recent from public.fleet_status limit 1`;
  assert.equal(recent, true);
});
