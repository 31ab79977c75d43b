// planner-orchestration through HTTP: a yes is asked for before something is lost, the same lines keep what hangs on them,
// and the client brings back what went.

import assert from "node:assert/strict";
import type { TransactionSql } from "postgres";
import {
  createAllocatorClient,
  createPlannerClient,
  type PlannerRunOptions,
} from "../../shared/client/mod.ts";
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

/** Asks for a run, and changes something when it is made and waits to be written. @returns the run's id */
async function changedUnderWay(
  org: TestOrg,
  ask: () => Promise<string>,
  commit: string,
  change: (tx: TransactionSql) => Promise<unknown>,
): Promise<string> {
  return await sql.begin(async (tx) => {
    await tx`select from public.allocation_runs where id = ${org.allocationRun} for no key update`;
    const run = await ask();
    await waiting(commit);
    await change(tx);
    return run;
  });
}

Deno.test("a match that was made for other lines, other caps or other doctors who may take them is not stored, nor a what-if", async () => {
  await using org = await orgWithMatch();
  const allocator = createAllocatorClient(org.manager.client);
  const ask = { allocationRun: org.allocationRun };
  const first = await allocator.watch((await allocator.allocate(ask)).allocatorRunId).done;
  assert.equal(first.status, "COMPLETED");
  const [{ tag, unit }] = await sql`
    with tag as (
      insert into public.qualification_tags (org_id, name) values (${org.id}, 'PGY2') returning id
    ), unit as (
      insert into public.preferencers (org_id, allocation_run, name) values (${org.id}, ${org.allocationRun}, 'Unit') returning id
    ), lines as (
      insert into public.preferencer_job_lines (org_id, allocation_run, preferencer, job_line)
      select ${org.id}, ${org.allocationRun}, unit.id, l.id
      from unit, public.job_lines l where l.allocation_run = ${org.allocationRun}
    )
    select tag.id as tag, unit.id as unit from tag, unit`;
  const changes: ((tx: TransactionSql) => Promise<unknown>)[] = [
    (tx) =>
      tx`update public.job_lines set max_n_workers = max_n_workers + 1
        where allocation_run = ${org.allocationRun} and name = 'A'`,
    (tx) =>
      tx`insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_qualification_tag_ids)
        select org_id, allocation_run, id, array[${tag}::uuid] from public.job_lines
        where allocation_run = ${org.allocationRun} and name = 'A'`,
    (tx) =>
      tx`insert into public.worker_qualifications (org_id, worker, qualification_tag)
        select org_id, id, ${tag} from public.workers where org_id = ${org.id} and name = 'Ann'`,
    (tx) =>
      tx`update public.allocation_run_worker_mappings set fte = 0.5 where allocation_run = ${org.allocationRun}`,
    (tx) => tx`update public.preferencers set max_workers = 1 where id = ${unit}`,
  ];
  for (const [n, change] of changes.entries()) {
    const request = () => n === 0 ? allocator.whatIf(ask) : allocator.allocate(ask);
    const run = await changedUnderWay(
      org,
      async () => (await request()).allocatorRunId,
      "allocator.commit_",
      change,
    );
    const ended = await allocator.watch(run).done;
    assert.deepEqual(
      [ended.status, ended.error_code],
      ["FAILED", "ALLOCATION_RUN_CHANGED"],
      String(change),
    );
    assert.match(
      ended.error_message!,
      /^The job lines, who may take them or caps of departments were changed.*run the match again\.$/,
    );
  }
  // Ann may not have A any more, and of the unit's lines one is given; what doctors wish is no part of it.
  await sql`update public.preferencers set max_workers = null where id = ${unit}`;
  const again = await changedUnderWay(
    org,
    async () => (await allocator.allocate(ask)).allocatorRunId,
    "allocator.commit_",
    (tx) =>
      tx`update public.preference_worker_job_lines set order_preference = 3 - order_preference
        where allocation_run = ${org.allocationRun}`,
  );
  assert.equal((await allocator.watch(again).done).status, "COMPLETED");
  const got = await allocator.allocations(again);
  assert.deepEqual(got.map(({ worker, line }) => `${worker.name} ${line.name}`).sort(), [
    "Ann B",
    "Bob A",
  ]);
});

Deno.test("lines that were made for other flags or minimum fills are not stored, also of positions that the run itself adds", async () => {
  await using org = await createOrg();
  const planner = createPlannerClient(org.manager.client);
  const [{ id: added }] = await sql`
    insert into public.positions (org_id, team, name, specialty, experience_categories)
    select org_id, team, 'Added', 'Medicine', '{A,B}' from public.positions where id = ${
    org.positions[0]
  } returning id`;
  const ask = (options: PlannerRunOptions = {}) => async () =>
    (await planner.generate({
      allocationRun: org.allocationRun,
      nJobLines: 2,
      constraints: [],
      options,
    })).plannerRunId;
  const first = await planner.watch(await ask()()).done;
  assert.equal(first.status, "COMPLETED", first.error_message ?? "");
  const adding: PlannerRunOptions = {
    mode: "replan",
    from: "2027-07-01",
    changes: { posts: [{ position: added, term: 2, posts: 1 }], reason: "New" },
  };
  const changes: [PlannerRunOptions, (tx: TransactionSql) => Promise<unknown>][] = [
    [{}, (tx) => tx`update public.positions set is_rural = true where id = ${org.positions[0]}`],
    [
      {},
      (tx) =>
        tx`update public.allocation_run_positions set minimum_fill = 1 where allocation_run = ${org.allocationRun}`,
    ],
    [adding, (tx) => tx`update public.positions set is_rural = true where id = ${added}`],
  ];
  for (const [options, change] of changes) {
    const run = await changedUnderWay(org, ask(options), "planner.commit_run", change);
    const ended = await planner.watch(run).done;
    assert.deepEqual(
      [ended.status, ended.error_code],
      ["FAILED", "ALLOCATION_RUN_CHANGED"],
      String(change),
    );
    assert.match(
      ended.error_message!,
      /^Positions of the allocation run .* changed.*generate again\.$/,
    );
  }
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
