// planner-orchestration/job-lines/<id>/rules through HTTP, and the client's pinning: what a roster asks for.

import assert from "node:assert/strict";
import { createPlannerClient } from "../../shared/client/mod.ts";
import { createOrg, createUser, generateLines, newClient, sql } from "./fixture.ts";

Deno.test("GET job-lines/<id>/rules judges a line by the constraints of its run", async () => {
  await using org = await createOrg();
  const run = await generateLines(org, 2, [
    { name: "REQUIRED_CATEGORIES", value: ["A"] },
    "ANNUAL_LEAVE",
  ]);

  const planner = createPlannerClient(org.manager.client);
  const [line] = await planner.lines(org.allocationRun);
  const answer = await planner.lineRules(line.id);
  assert.equal(answer.jobLine, line.id);
  assert.equal(answer.plannerRun, run.id);
  assert.equal(Date.parse(answer.askedAt!), run.created_at.getTime());
  assert.equal(answer.ruleset, "UNRESTRICTED");
  const of = (rule: string) => answer.rules.find((verdict) => verdict.rule === rule)!;
  assert.deepEqual(of("REQUIRED_CATEGORIES"), {
    rule: "REQUIRED_CATEGORIES",
    requirement: "every line covers A",
    met: true,
    finding: "A in terms 1 and 2",
    terms: [1, 2],
  });
  assert.match(of("ANNUAL_LEAVE").finding, /^5 weeks of leave: weeks \d+-\d+ \(term [12]\)/);
  assert.ok(answer.rules.every(({ met }) => met !== false), JSON.stringify(answer.rules));

  // Without the run, the allocation run's own constraints count.
  await sql`update public.job_lines set planner_run = null where id = ${line.id}`;
  await sql`update public.allocation_runs set constraints = '["NSW_PGY1"]' where id = ${org.allocationRun}`;
  const byHand = await planner.lineRules(line.id);
  assert.deepEqual([byHand.plannerRun, byHand.ruleset], [null, "NSW_PGY1"]);
  assert.deepEqual(
    byHand.rules.filter(({ met }) => met === false).map(({ finding }) => finding)[0],
    "the year has 2 terms, and 5 are required",
  );
});

Deno.test("GET job-lines/<id>/rules refuses ids, other orgs and lines with a hole", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const [{ id }] = await sql`
    insert into public.job_lines (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'Line 1') returning id`;
  const planner = createPlannerClient(org.manager.client);
  const code = (error: Error & { code?: string }) => error.code;
  assert.equal(await planner.lineRules("no-id").catch(code), "INVALID_REQUEST");
  assert.equal(await planner.lineRules(id).catch(code), "LINE_INCOMPLETE");
  const rival = createPlannerClient(other.manager.client);
  assert.equal(await rival.lineRules(id).catch(code), "JOB_LINE_NOT_FOUND");
  assert.equal(
    await createPlannerClient(newClient()).lineRules(id).catch(code),
    "UNAUTHENTICATED",
  );
});

Deno.test("lock() pins lines with the user's own rights, and says why not", async () => {
  await using org = await createOrg();
  const rows = await sql`
    insert into public.job_lines (org_id, allocation_run, name)
    select ${org.id}, ${org.allocationRun}, 'Line ' || n from generate_series(1, 3) n returning id`;
  const ids = rows.map((row) => row.id as string);
  const planner = createPlannerClient(org.manager.client);
  assert.equal(await planner.lock(org.allocationRun, ids.slice(1), true), 2);
  const locked = async () =>
    (await sql`select id from public.job_lines where is_locked and allocation_run = ${org.allocationRun}`)
      .map((row) => row.id).sort();
  assert.deepEqual(await locked(), ids.slice(1).sort());
  const viewer = createPlannerClient((await createUser(org.id, "viewer")).client);
  await assert.rejects(viewer.lock(org.allocationRun, ids, false), { code: "FORBIDDEN" });
  await assert.rejects(planner.lock(org.allocationRun, [crypto.randomUUID()], false), {
    code: "CONFLICT",
  });
  assert.deepEqual(await locked(), ids.slice(1).sort());
});
