// planner-orchestration through HTTP: a yes is asked for before something is lost, the same lines keep what hangs on them,
// and the client brings back what went.

import assert from "node:assert/strict";
import { createAllocatorClient, createPlannerClient } from "../../shared/client/mod.ts";
import { createOrg, ended, sql, type TestOrg, waiting } from "./fixture.ts";

/** Something of each kind on every line: a rank, a second place, a must-have. */
async function wishFor(org: TestOrg): Promise<void> {
  await sql`
    with doctor as (
      insert into public.workers (org_id, email, name) values (${org.id}, 'dr@tests.example', 'Dr') returning id
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org.id}, ${org.allocationRun}, id from doctor`;
  await sql`
    insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
    select l.org_id, l.allocation_run, m.id, l.id, row_number() over (order by l.name)
    from public.job_lines l join public.allocation_run_worker_mappings m on m.allocation_run = l.allocation_run
    where l.allocation_run = ${org.allocationRun}`;
  await sql`
    update public.job_lines set max_n_workers = 2, must_have_workers = true where allocation_run = ${org.allocationRun}`;
}

Deno.test("generating again asks with counts, keeps what hangs on the same lines, and what goes comes back", async () => {
  await using org = await createOrg();
  const planner = createPlannerClient(org.manager.client);
  const generate = async (nJobLines: number, acceptLosses?: boolean, reason?: string) =>
    await ended(
      (await planner.generate({
        allocationRun: org.allocationRun,
        nJobLines,
        acceptLosses,
        reason,
      }))
        .plannerRunId,
    );
  const first = await generate(5);
  assert.equal(first.status, "COMPLETED", first.error_message);
  await wishFor(org);
  const before = await planner.lines(org.allocationRun);

  const losses = {
    lines: 5,
    ranks: 5,
    doctors: 1,
    eligibility: 0,
    preferencers: 0,
    weightings: 0,
    places: 5,
    mustHave: 5,
    allocations: 0,
  };
  await assert.rejects(generate(5), { status: 409, code: "WOULD_LOSE", losses });
  const again = await generate(5, true);
  assert.equal(again.status, "COMPLETED", again.error_message);
  assert.equal(again.result_metadata.archived.archived, 0);
  const ids = (lines: { id: string }[]) => lines.map(({ id }) => id).sort();
  assert.deepEqual(ids(await planner.lines(org.allocationRun)), ids(before));

  const fewer = await generate(4, true, "A post went");
  assert.equal(fewer.status, "COMPLETED", fewer.error_message);
  const [yes] = await sql`
    select l.reason, l.after from public.audit_log l
    where l.table_name = 'allocation_planner_runs' and l.operation = 'insert' and l.reason is not null
      and l.org_id = ${org.id}`;
  assert.equal(yes.reason, "A post went", "the audit names who said yes, and why");
  const gone = await planner.archivedLines(org.allocationRun);
  assert.equal(gone.length, fewer.result_metadata.archived.archived);
  assert.ok(gone.length > 0);
  assert.deepEqual([gone[0].ranks, gone[0].places, gone[0].must_have], [1, 2, true]);

  const [snapshot] = await planner.history(org.allocationRun);
  assert.deepEqual(snapshot.counts, losses);
  const restored = await planner.restore(snapshot.id);
  assert.deepEqual([restored.lines, restored.counts], [5, losses]);
  assert.deepEqual(ids(await planner.lines(org.allocationRun)), ids(before));

  const away = await planner.archiveLines(org.allocationRun, [before[0].id]);
  assert.deepEqual([away.archived, away.ranks, away.mustHave], [1, 1, 1]);
  assert.equal((await planner.lines(org.allocationRun)).length, 4);
  assert.equal(await planner.unarchiveLines(org.allocationRun, [before[0].id]), 1);
  assert.equal((await planner.lines(org.allocationRun)).length, 5);
});

Deno.test("an allocation run that holds anything is archived and brought back, not deleted", async () => {
  await using org = await createOrg();
  const planner = createPlannerClient(org.manager.client);
  const { error } = await org.manager.client.from("allocation_runs").delete()
    .eq("id", org.allocationRun);
  assert.equal(error?.code, "RC409");
  await planner.archiveRun(org.allocationRun);
  await assert.rejects(planner.restoreForm(org.allocationRun), { code: "NOT_FOUND" });
  const [archived] = await planner.archivedRuns(org.id);
  assert.equal(archived.id, org.allocationRun);
  await planner.unarchiveRun(org.allocationRun);
  assert.equal((await planner.restoreForm(org.allocationRun)).allocationRun.id, org.allocationRun);
});

/** An org whose two doctors both like line A most. */
async function orgWithMatch(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  await createAllocatorClient(org.manager.client).populate({
    allocationRun: org.allocationRun,
    lines: ["A", "B"].map((name) => ({ name })),
    workers: ["Ann", "Bob"].map((name) => ({ email: `${name}@x.example`, name })),
    preferences: ["Ann", "Bob"].map((name) => ({
      worker: `${name}@x.example`,
      ranks: [["A", 1], ["B", 2]],
    })),
  });
  return org;
}

Deno.test("a match that was made for other lines is not stored, nor a what-if", async () => {
  await using org = await orgWithMatch();
  const allocator = createAllocatorClient(org.manager.client);
  const ask = { allocationRun: org.allocationRun };
  const first = await allocator.watch((await allocator.allocate(ask)).allocatorRunId).done;
  assert.equal(first.status, "COMPLETED");
  for (const request of [() => allocator.allocate(ask), () => allocator.whatIf(ask)]) {
    let run = "";
    await sql.begin(async (tx) => {
      // The match is asked for and made, and waits to be written.
      await tx`select from public.allocation_runs where id = ${org.allocationRun} for no key update`;
      run = (await request()).allocatorRunId;
      await waiting("allocator.commit_");
      await tx`update public.job_lines set max_n_workers = max_n_workers + 1
        where allocation_run = ${org.allocationRun} and name = 'A'`;
    });
    const ended = await allocator.watch(run).done;
    assert.deepEqual([ended.status, ended.error_code], ["FAILED", "ALLOCATION_RUN_CHANGED"]);
    assert.match(ended.error_message!, /^The job lines were changed.*run the match again\.$/);
  }
  const again = await allocator.watch((await allocator.allocate(ask)).allocatorRunId).done;
  assert.equal(again.status, "COMPLETED");
});

Deno.test("a doctor withdraws, the match places the others, and all of theirs is there when they are back", async () => {
  await using org = await orgWithMatch();
  const { client } = org.manager;
  const allocator = createAllocatorClient(client);
  const match = async () => {
    const { allocatorRunId } = await allocator.allocate({ allocationRun: org.allocationRun });
    const run = await allocator.watch(allocatorRunId).done;
    assert.equal(run.status, "COMPLETED", run.error_message ?? "");
    const got = await allocator.allocations(allocatorRunId);
    return got.map(({ worker, line }) => `${worker.name} ${line.name}`).sort();
  };
  assert.equal((await match()).length, 2);
  const [{ id: ann }] = await sql`
    select m.id from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
    where w.org_id = ${org.id} and w.name = 'Ann'`;
  for (
    const [table, column] of [["workers", "name"], [
      "allocation_run_worker_mappings",
      "allocation_run",
    ]]
  ) {
    const { error } = await client.from(table).delete().eq(
      column,
      table === "workers" ? "Ann" : org.allocationRun,
    );
    assert.equal(error?.code, "RC409");
    assert.match(error!.message, /withdraw_doctors\(\)/);
  }
  const left = await allocator.withdraw(org.allocationRun, [ann], "Moved away");
  assert.deepEqual(left, { withdrawn: 1, ranks: 2, preferencerRanks: 0, allocations: 1 });
  await assert.rejects(allocator.withdraw(org.allocationRun, [ann]), { code: "CONFLICT" });
  assert.deepEqual(await match(), ["Bob A"]);
  assert.equal(await allocator.reinstate(org.allocationRun, [ann]), 1);
  assert.equal((await match()).length, 2);
});
