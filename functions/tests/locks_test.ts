// Two who write at once wait for each other, in one order, and neither fails for it but for what the other one did.

import assert from "node:assert/strict";
import { addDoctor, addLines } from "./doctors.ts";
import { createOrg, createUser, sql, waiting } from "./fixture.ts";

Deno.test("who deletes a position waits for the commit that is under way, and is told that it is worked by then", async () => {
  await using org = await createOrg();
  const [position] = org.positions;
  let deleted: PromiseLike<{ code?: string }> | undefined;
  await sql.begin(async (tx) => {
    // As planner.commit_run() does: first the allocation run, then lines with their rotations.
    await tx`select from public.allocation_runs where id = ${org.allocationRun} for update`;
    deleted = org.manager.client.from("positions").delete().eq("id", position)
      .then(({ error }) => ({ code: error?.code }));
    await waiting(`positions`);
    const [line] = await tx`insert into public.job_lines (org_id, allocation_run, name)
      values (${org.id}, ${org.allocationRun}, 'L') returning id`;
    await tx`insert into public.rotations
        (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
      select ${org.id}, r.id, ${line.id}, ${position}, t.term, t.starts_on, t.ends_on
      from public.allocation_runs r, private.terms(r.starts_on, r.term_weeks) t
      where r.id = ${org.allocationRun} and t.term = 1`;
  });
  assert.deepEqual(await deleted, { code: "RC409" });
  const held = await sql`select from public.rotations where position = ${position}`;
  assert.equal(held.length, 1);
});

Deno.test("who deletes a doctor waits for the commit of a match, and is told to withdraw them", async () => {
  await using org = await createOrg();
  const document = {
    allocation_run: org.allocationRun,
    workers: [{ email: "ann@x.example", name: "Ann" }],
  };
  await org.manager.client.rpc("populate_allocation_run", { p_document: document });
  let deleted: PromiseLike<{ code?: string; message?: string }> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from public.allocation_runs where id = ${org.allocationRun} for update`;
    deleted = org.manager.client.from("workers").delete().eq("org_id", org.id)
      .then(({ error }) => ({ code: error?.code, message: error?.message }));
    await waiting("workers");
    await tx`update public.allocation_run_worker_mappings set created_at = now()
      where allocation_run = ${org.allocationRun}`;
  });
  const { code, message } = (await deleted)!;
  assert.equal(code, "RC409");
  assert.match(message!, /^The doctor "Ann" takes part.*withdraw_doctors\(\)/);
  const left = await sql`select from public.workers where org_id = ${org.id}`;
  assert.equal(left.length, 1);
});

Deno.test("two who write into one list take turns, so that they leave no gap together", async () => {
  await using org = await createOrg();
  const lines = Object.values(await addLines(org, ["A", "B"]));
  const doctors = [await addDoctor(org, "Ann"), await addDoctor(org, "Bob")].map(({ place }) =>
    place
  );
  const [{ id: department }] =
    await sql`insert into public.preferencers (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'D') returning id`;
  for (
    const { table, list, of, item, items } of [
      {
        table: "preference_worker_job_lines",
        list: "worker_mapping",
        of: doctors[0],
        item: "job_line",
        items: lines,
      },
      {
        table: "preferencer_worker_ranks",
        list: "preferencer",
        of: department,
        item: "worker_mapping",
        items: doctors,
      },
    ]
  ) {
    const { client } = org.manager;
    const { error } = await client.from(table).insert(items.map((id) => ({
      org_id: org.id,
      allocation_run: org.allocationRun,
      [list]: of,
      [item]: id,
      order_preference: 1,
    })));
    assert.equal(error, null);
    // Of two equals each goes to the second place: the one who comes later would leave nobody at the first.
    let later: PromiseLike<string | undefined> | undefined;
    await sql.begin(async (tx) => {
      await tx`update ${tx(table)} set order_preference = 2 where ${tx(list)} = ${of} and ${
        tx(item)
      } = ${items[0]}`;
      later = client.from(table).update({ order_preference: 2 }).eq(list, of).eq(item, items[1])
        .then(({ error }) => error?.code);
      await Promise.race([waiting(table), later]);
    });
    assert.equal(await later, "RC400", table);
    const left = await sql`select order_preference as rank from ${sql(table)} where ${
      sql(list)
    } = ${of} order by 1`;
    assert.deepEqual(left.map(({ rank }) => rank), [1, 2], table);
  }
});

Deno.test("a right that is taken away while a call waits counts no more for it", async () => {
  await using org = await createOrg();
  const { client, id: manager } = org.manager;
  await createUser(org.id, "manager"); // there is always one
  await addLines(org, ["A"]);
  const { data: snapshot } = await client.rpc("keep_job_lines", {
    p_allocation_run: org.allocationRun,
    p_name: "Kept",
  });
  const [{ id: preferencer }] = await sql`
    insert into public.preferencers (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'D') returning id`;
  const run = { p_allocation_run: org.allocationRun };
  const held = {
    run: (tx: typeof sql) =>
      tx`select from public.allocation_runs where id = ${org.allocationRun} for update`,
    org: (tx: typeof sql) => tx`select from public.orgs where id = ${org.id} for update`,
    members: (tx: typeof sql) =>
      tx`select from public.org_members where org_id = ${org.id} for update`,
    snapshot: (tx: typeof sql) =>
      tx`select from public.job_lines_history where id = ${snapshot} for update`,
    preferencer: (tx: typeof sql) =>
      tx`select from public.preferencers where id = ${preferencer} for update`,
    affinities: (tx: typeof sql) =>
      tx`select pg_advisory_xact_lock(hashtextextended('import_affinities ' || ${org.id}, 0))`,
  };
  const calls: [string, keyof typeof held, object][] = [
    ["open_window", "run", run],
    ["archive_allocation_run", "run", run],
    ["archive_job_lines", "run", { ...run, p_job_lines: [] }],
    ["rename_org", "org", { p_org_id: org.id, p_name: "Mine" }],
    ["invite_members", "org", { p_org_id: org.id, p_members: [] }],
    ["set_member_role", "members", { p_org_id: org.id, p_user_id: manager, p_role: "manager" }],
    ["name_snapshot", "snapshot", { p_snapshot: snapshot, p_name: "Mine" }],
    ["assign_preferencer", "preferencer", { p_preferencer: preferencer, p_email: null }],
    ["import_affinities", "affinities", {
      p_org_id: org.id,
      p_name: "Mine",
      p_weights: [],
      p_dry_run: false,
    }],
  ];
  for (const [name, lock, parameters] of calls) {
    let refused: PromiseLike<string | undefined> | undefined;
    await sql.begin(async (tx) => {
      await held[lock](tx as unknown as typeof sql);
      refused = client.rpc(name, parameters).then(({ error }) => error?.code);
      await waiting(name);
      await tx`update public.org_members set role = 'viewer' where user_id = ${manager}`;
    });
    assert.equal(await refused, "42501", name);
    await sql`update public.org_members set role = 'manager' where user_id = ${manager}`;
  }
});

Deno.test("who has lines made under rules that are saved waits for who writes others, and is told", async () => {
  await using org = await createOrg();
  const ask = {
    p_run: {
      allocation_run: org.allocationRun,
      n_job_lines: 1,
      constraints: ["NO_NIGHTS"],
      options: {},
    },
    p_request: {},
    p_save_constraints: true,
    p_seen: { constraints: [] },
  };
  let asked: PromiseLike<{ hint?: string; details?: string }> | undefined;
  await sql.begin(async (tx) => {
    await tx`update public.allocation_runs set constraints = '["VIC_PGY1"]' where id = ${org.allocationRun}`;
    asked = org.manager.client.rpc("request_planner_run", ask)
      .then(({ error }) => ({ hint: error?.hint, details: error?.details }));
    await waiting("request_planner_run");
  });
  assert.deepEqual(await asked, {
    hint: "CHANGED_MEANWHILE",
    details: '{"now": {"constraints": ["VIC_PGY1"]}}',
  });
  const runs =
    await sql`select from public.allocation_planner_runs where allocation_run = ${org.allocationRun}`;
  assert.equal(runs.length, 0);
});

Deno.test("who makes what somebody else makes at the same moment is told by its name, or comes after them", async () => {
  await using org = await createOrg();
  type Refusal = { code: string; details: string } | null;
  let copied: PromiseLike<Refusal> | undefined;
  await sql.begin(async (tx) => {
    await tx`insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
      select org_id, allocation_plan, 'Next', '2028-01-10', '{52}' from public.allocation_runs where id = ${org.allocationRun}`;
    copied = org.manager.client.rpc("copy_allocation_run", {
      p_allocation_run: org.allocationRun,
      p_document: { name: "Next" },
    }).then(({ error }) => error);
    await waiting("copy_allocation_run");
  });
  const refusal = await copied;
  assert.equal(refusal?.code, "RC400");
  assert.deepEqual(JSON.parse(refusal!.details), [
    { path: "name", message: "the plan has another allocation run Next" },
  ]);

  const [{ id: operator }] = await sql`
    insert into public.operators (org_id, username) values (${org.id}, ${`twice-${
    org.id.slice(0, 8)
  }`}) returning id`;
  let reset: PromiseLike<Refusal> | undefined;
  await sql.begin(async (tx) => {
    await tx`select prime_search.give_key(${operator}, ${"1".repeat(64)})`;
    reset = org.manager.client.rpc("reset_operator_key", { p_operator: operator })
      .then(({ error }) => error);
    await waiting("reset_operator_key");
  });
  assert.equal(await reset, null);
  const keys = await sql`select from prime_search.operator_keys
    where operator_id = ${operator} and revoked_at is null and key_hash <> ${"1".repeat(64)}`;
  assert.equal(keys.length, 1);
});
