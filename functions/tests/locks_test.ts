// Two who write at once wait for each other, in one order, and neither fails for it but for what the other one did.

import assert from "node:assert/strict";
import { addDoctor, addLines } from "./doctors.ts";
import { createOrg, sql, waiting } from "./fixture.ts";

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
