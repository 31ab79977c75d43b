// The audit log through HTTP: what people and engines did is there, with the way it came in, page by page.

import assert from "node:assert/strict";
import { createAuditClient, createPlannerClient } from "../../shared/client/mod.ts";
import { createOrg, createUser, generateLines, sql } from "./fixture.ts";

Deno.test("what was done through REST, an RPC and an engine is told with its way in", async () => {
  await using org = await createOrg();
  const { manager, allocationRun } = org;
  const run = await generateLines(org, 2, []);
  const [line] = await createPlannerClient(manager.client).lines(allocationRun);
  const pinned = await manager.client.rpc("lock_job_lines", {
    p_allocation_run: allocationRun,
    p_job_lines: [line.id],
    p_locked: true,
  });
  assert.equal(pinned.error, null);
  const renamed = await manager.client.from("job_lines").update({ name: "Ours" }).eq("id", line.id);
  assert.equal(renamed.error, null);

  const audit = createAuditClient(manager.client);
  const entries = await audit.entries(org.id, { subjects: [line.id], tables: ["job_lines"] });
  assert.deepEqual(
    entries.map(({ operation, through, actor, actor_name }) => [
      operation,
      through,
      actor,
      actor_name,
    ]),
    [
      ["update", "rest", manager.id, manager.email],
      ["update", "rpc:lock_job_lines", manager.id, manager.email],
      ["insert", `engine:${run.id}`, manager.id, manager.email],
    ],
  );
  assert.deepEqual(entries[0].rows[0].before, { name: line.name });
  assert.deepEqual(entries[0].rows[0].after, { name: "Ours" });
  const names = await audit.names(org.id, entries);
  assert.equal(names.get(line.id), "Ours");
});

Deno.test("pages follow each other without gap or overlap; the parts of a statement are apart", async () => {
  await using org = await createOrg();
  await sql`
    insert into public.hospitals (org_id, name) select ${org.id}, 'Hospital ' || n from generate_series(1, 120) as n`;
  for (const name of ["A", "B", "C", "D", "E"]) {
    await org.manager.client.from("hospitals").update({ name: `H ${name}` })
      .eq("org_id", org.id).eq("name", `Hospital ${name.charCodeAt(0)}`);
  }
  const audit = createAuditClient(org.manager.client);
  const filter = { tables: ["hospitals"], limit: 2 };
  const ids: number[] = [];
  let page = await audit.entries(org.id, filter);
  while (page.length > 0) {
    ids.push(...page.map(({ id }) => id));
    page = await audit.entries(org.id, { ...filter, before: page.at(-1)!.id });
  }
  // Five changes, the 120 that came at once, and the one that every org of the tests has.
  assert.equal(ids.length, 7);
  assert.deepEqual(ids, ids.toSorted((a, b) => b - a));
  const all = (await audit.entries(org.id, { tables: ["hospitals"] })).find(({ parts }) =>
    parts > 1
  )!;
  assert.equal(all.parts, 120);
  const first = await audit.parts(all);
  const second = await audit.parts(all, first.at(-1)!.id);
  const third = await audit.parts(all, second.at(-1)!.id);
  assert.equal(first.length + second.length + third.length, 119);
});

Deno.test("nobody but managers reads it, and nobody writes it", async () => {
  await using org = await createOrg();
  for (const role of ["viewer", "doctor"]) {
    const user = await createUser(org.id, role);
    assert.deepEqual(await createAuditClient(user.client).entries(org.id), [], role);
  }
  const { client } = org.manager;
  assert.notDeepEqual(await createAuditClient(client).entries(org.id), []);
  const changed = await client.from("audit_log").update({ reason: "Mine." }).eq("org_id", org.id);
  assert.equal(changed.error?.code, "42501");
  const deleted = await client.from("audit_log").delete().eq("org_id", org.id);
  assert.equal(deleted.error?.code, "42501");
});
