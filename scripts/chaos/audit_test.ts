// The check of the harness must see what it is there for: each kind of damage, done on purpose, is found.

import assert from "node:assert/strict";
import postgres from "postgres";
import { runSlice } from "../../shared/fleet/slice.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect } from "../../shared/platform/database.ts";
import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { startStack } from "../stack/mod.ts";
import { checkRuns } from "./audit.ts";
import { checkRound, makeScene, requestRound, type Scene } from "./scene.ts";

/** Works everything that waits, in peace. */
async function workAll(url: string): Promise<void> {
  const sql = connect(url);
  const meter = cpuMeter();
  const environment = () => ({
    pool: () => sql,
    workerId: "calm",
    meter,
    cpuStartMs: meter.usedMs(),
    cpuLimitMs: 10_000,
  });
  while (await runSlice(plannerWorkload, environment()) !== "idle");
  while (await runSlice(allocatorWorkload, environment()) !== "idle");
  await sql.end();
}

/** What the check finds after some damage, which is undone again. */
async function findingsAfter(scene: Scene, round: Parameters<typeof checkRuns>[1], damage: string) {
  let findings: Awaited<ReturnType<typeof checkRuns>> | undefined;
  await scene.admin.begin(async (tx) => {
    await tx.unsafe(damage);
    findings = await checkRuns(tx as unknown as postgres.Sql, round);
    throw new Error("undo");
  }).catch((error) => assert.equal(error.message, "undo"));
  return findings!;
}

Deno.test("the audit finds what is lost, what is doubled, and rows of others that change", async () => {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    const scene = await makeScene(stack, admin);
    for (let n = 0; n < 2; n++) {
      const round = await requestRound(scene);
      await workAll(stack.dbUrl);
      await checkRound(scene, round);
    }
    assert.deepEqual(scene.findings, { lost: [], doubled: [] });

    const round = await requestRound(scene);
    await workAll(stack.dbUrl);
    const [{ run, allocationRun, replaced }] = round.plans;
    const match = round.matches[0].run;
    const line = `(select id from public.job_lines where planner_run = '${run}' limit 1)`;
    const lost = [
      `delete from public.job_lines where id = ${line}`,
      `delete from public.rotations where job_line = ${line} and term = 1`,
      `delete from public.job_lines_history where planner_run = '${run}'`,
      `update public.job_lines_history set snapshot = '[]' where planner_run = '${run}'`,
      `delete from chaos.run_ends where run = '${run}'`,
      `delete from public.allocator_py_allocations where run = '${match}'`,
      `delete from chaos.run_ends where run = '${match}'`,
      `delete from public.preference_worker_job_lines where job_line in (select line from chaos.wishes limit 1)`,
      `update public.preference_worker_job_lines set order_preference = null where job_line in (select line from chaos.wishes limit 1)`,
      `update public.job_lines_history set attachments = '{}'`,
      `insert into chaos.lines_deleted select '${replaced}', line from chaos.lines_made limit 1`,
    ];
    for (const damage of lost) {
      assert.notDeepEqual((await findingsAfter(scene, round, damage)).lost, [], damage);
    }
    const doubled = [
      `insert into public.job_lines (org_id, allocation_run, name, planner_run)
       select org_id, allocation_run, 'twice', planner_run from public.job_lines where id = ${line}`,
      `insert into public.job_lines (org_id, allocation_run, name)
       select org_id, id, 'of nobody' from public.allocation_runs where id = '${allocationRun}'`,
      `insert into chaos.block_steps select * from chaos.block_steps where run = '${run}' limit 1`,
      `insert into chaos.run_ends select * from chaos.run_ends where run = '${run}'`,
      `insert into chaos.allocations_made select * from chaos.allocations_made where run = '${match}'`,
      `insert into chaos.allocations_removed select * from chaos.allocations_made where run = '${match}'`,
      `update public.allocator_py_allocations set job_line = (select min(job_line::text)::uuid
       from public.allocator_py_allocations where run = '${match}') where run = '${match}'`,
    ];
    for (const damage of doubled) {
      assert.notDeepEqual((await findingsAfter(scene, round, damage)).doubled, [], damage);
    }

    await admin`update public.job_lines set name = 'mine' where org_id = ${scene.bystander.org}
      and name = 'Line 1'`;
    await checkRound(scene, { plans: [], matches: [] });
    assert.match(scene.findings.lost.join(), /org that did nothing/);
  } finally {
    await admin.end();
    await stack.stop();
  }
});
