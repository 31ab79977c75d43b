// A campaign through the real functions: made of a template or a file, begun, carried on by ticks, ended; and what is refused.

import assert from "node:assert/strict";
import {
  createPrimesClient,
  createProjectsClient,
  ReceptorError,
} from "../../shared/client/mod.ts";
import { call, callInternal, createOrg, createUser, sql } from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const FILE = `
[project]
name = "Small factorials"
objective = "custom"
form = "factorial"

[strategy]
max_extensions = 2

[[strategy.phases]]
name = "first"
search_params = { start = 28, end = 29 }

[[strategy.phases]]
name = "second"
search_params = { start = 40, end = 60 }
depends_on = ["first"]
activation_condition = "previous_phase_found_zero"
completion = "n_primes_found:1"

[[strategy.phases]]
name = "count"
search_params = { search_type = "survey", what = "primes", from = 0, to = 1000000 }

[budget]
max_cost_usd = 1.0
`;

Deno.test("a campaign from a file to its end, with a phase that is extended", async () => {
  await using org = await createOrg();
  const projects = createProjectsClient(org.manager.client);
  const preview = await projects.preview({ toml: FILE });
  assert.deepEqual(preview.phases.map(({ name }) => name), ["first", "second", "count"]);
  assert.ok(preview.cost_usd > 0 && preview.expected_finds > 1000 && preview.cpu_seconds > 0);
  assert.deepEqual(await projects.projects(), []);

  const { projectId, status } = await projects.create({ toml: FILE, activate: true });
  assert.equal(status, "active");
  await eventually("the project ends", async () => {
    const { project } = await projects.project(projectId);
    if (project.completed_at !== null) return true;
    await callInternal("heartbeat-sweeper");
    await sql`select prime_search.tick_projects()`;
    return false;
  }, 100);
  const { project, phases, events } = await projects.project(projectId);
  assert.equal(project.status, "completed", JSON.stringify(events));
  const by = new Map(phases.map((phase) => [phase.name, phase]));
  // 28! and 29! have no primes beside them; 30! - 1 is one.
  assert.deepEqual(by.get("first-extend")!.search_params, { start: 30, end: 31 });
  assert.equal(by.get("first-extend")!.total_found, 1);
  assert.equal(by.get("first-extend")!.extends, "first");
  assert.equal(by.get("count")!.total_found, 78_498);
  assert.equal(by.get("second")!.status, "completed");
  assert.ok(project.total_cost_usd > 0 && project.best_digits >= 33 && project.best_prime_id);
  assert.equal(events[0].event_type, "project_completed");
  assert.ok(events.some(({ event_type }) => event_type === "phase_generated"));
  const searches = await createPrimesClient(org.manager.client).searches({ org: org.id });
  assert.equal(searches.length, phases.length);
});

Deno.test("a campaign of a template is directed by hand, within its budget", async () => {
  await using org = await createOrg();
  const projects = createProjectsClient(org.manager.client);
  const templates = await projects.templates();
  assert.equal(templates.length, 13);
  const made = await projects.create({ template: "primorial", name: "As it comes" });
  assert.equal(made.status, "draft");
  // Its first phase is work for far longer than this test takes, so that it still is one to skip on the fastest machine.
  const toml = templates.find(({ name }) => name === "primorial")!.toml
    .replace("end = 1000", "end = 20000").replace(
      "start = 1001, end = 3000",
      "start = 20001, end = 22000",
    );
  const ours = { toml, name: "Ours", idempotencyKey: "ours" };
  const { projectId: id, status } = await projects.create(ours);
  assert.equal(status, "draft");
  // Asked again because its answer was lost, it is that one.
  const again = await projects.create(ours);
  assert.deepEqual([again.projectId, again.replayed, again.status], [id, true, "draft"]);
  const refused = async (code: string, work: Promise<unknown>) => {
    await assert.rejects(work, (error: ReceptorError) => error.code === code);
  };
  await refused("PROJECT_EXISTS", projects.create({ template: "primorial", name: "Ours" }));
  await refused("IDEMPOTENCY_KEY_REUSED", projects.create({ ...ours, name: "Theirs" }));
  await refused("WRONG_PROJECT_STATE", projects.pause(id));
  assert.equal((await projects.activate(id)).status, "active");
  assert.equal((await projects.pause(id)).status, "paused");
  // Its search goes on with it only: else it would spend past the budget that paused it.
  const [{ id: search }] = await createPrimesClient(org.manager.client).searches({ org: org.id });
  await refused("PROJECT_PAUSED", createPrimesClient(org.manager.client).resume(search));
  assert.deepEqual((await projects.setBudget(id, { max_cost_usd: 0 })).budget, { max_cost_usd: 0 });
  await refused("BUDGET_SPENT", projects.resume(id));
  await assert.rejects(
    projects.setBudget(id, { max_cost_usd: 9 }, { max_cost_usd: 1 }),
    ({ code, now }: ReceptorError) => {
      assert.deepEqual({ code, now }, {
        code: "CHANGED_MEANWHILE",
        now: { budget: { max_cost_usd: 0 } },
      });
      return true;
    },
  );
  await projects.setBudget(id, { max_cost_usd: 2 }, { max_cost_usd: 0 });
  assert.equal((await projects.resume(id)).status, "active");
  await refused("PHASE_NOT_FOUND", projects.skip(id, "nobody"));
  await projects.skip(id, "small");
  assert.deepEqual(
    (await projects.project(id)).phases.map(({ status }) => status),
    ["skipped", "active"],
  );
  assert.equal((await projects.cancel(id)).status, "cancelled");
  await refused("WRONG_PROJECT_STATE", projects.retry(id, "small"));

  // Who did what: the audit log has each step with its author and the way in.
  const log = await sql`
    select through, table_name, after -> 'status' ->> 0 as status from public.audit_log
    where org_id = ${org.id} and actor = ${org.manager.id} and table_name in ('projects', 'project_phases')
      and (operation = 'insert' or after ? 'status' or after ? 'budget') order by id`;
  const told = log.map(({ through, table_name, status }) => `${through} ${table_name} ${status}`);
  for (
    const step of [
      "rpc:request_project projects draft",
      "rpc:direct_project projects active",
      "rpc:direct_project projects paused",
      "rpc:set_project_budget projects null",
      "rpc:direct_project project_phases skipped",
      "rpc:direct_project projects cancelled",
    ]
  ) assert.ok(told.includes(step), `${step} is not in ${told.join(", ")}`);
});

Deno.test("a strategy that is enabled makes its project by itself, and carries it to its end", async () => {
  await using org = await createOrg();
  const projects = createProjectsClient(org.manager.client);
  await projects.setStrategy(org.id, {
    enabled: true,
    preferred_forms: ["wagstaff"],
    max_per_project_budget_usd: 0.5,
    max_monthly_budget_usd: 0.8,
    min_idle_workers_to_create: 0,
  });
  const tick = async () => {
    await sql`update public.strategy_config set ticked_at = null where org_id = ${org.id}`;
    await sql`select prime_search.tick_strategies(), agents.tick()`;
    await sql`select prime_search.tick_projects()`;
    await callInternal("heartbeat-sweeper");
  };
  const first = async () => (await projects.projects({ org: org.id })).at(-1);
  await eventually("the project of the strategy ends", async () => {
    if ((await first())?.completed_at) return true;
    await tick();
    return false;
  }, 100);
  const { project, phases, events } = await projects.project((await first())!.id);
  assert.equal(project.status, "completed", JSON.stringify(events));
  assert.equal(project.form, "wagstaff");
  assert.deepEqual(project.budget, { max_cost_usd: 0.5 });
  assert.equal(phases[0].total_found, 17, "exponents of Wagstaff primes to 200");
  assert.ok(events.some(({ summary }) => /^The strategy began/.test(summary)));
  const decision = (await projects.decisions(org.id)).find(({ project_id }) =>
    project_id === project.id
  );
  assert.equal(decision?.action_taken, "executed");
  const all = await projects.projects({ org: org.id });
  const promised = all.filter(({ status }) => status === "active")
    .reduce((sum, { budget }) => sum + Number(budget.max_cost_usd), 0);
  assert.ok(promised <= 0.8, "together they may cost no more than the month has");
});

Deno.test("what is no project, and who may not, is told", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const { projectId: id } = await createProjectsClient(org.manager.client)
    .create({ template: "twin" });
  const status = async (
    user: Parameters<typeof call>[1],
    path: string,
    body?: unknown,
  ): Promise<[number, string?, string?]> => {
    const response = await call(
      `project-orchestration${path}`,
      user,
      body ? { body } : { method: "GET" },
    );
    const { code, errors } = await response.json();
    return [response.status, code, errors?.[0]?.path];
  };
  const asked = (body: unknown) => status(org.manager, "", body);
  assert.deepEqual(await asked({}), [400, "INVALID_REQUEST", ""]);
  assert.deepEqual(await asked({ template: "twin", toml: FILE }), [400, "INVALID_REQUEST", ""]);
  assert.deepEqual(await asked({ template: "nobody" }), [404, "UNKNOWN_TEMPLATE", undefined]);
  assert.deepEqual(await asked({ toml: "= 1" }), [400, "INVALID_TOML", "toml"]);
  assert.deepEqual(await asked({ toml: FILE.replace("end = 29", "end = 2") }), [
    400,
    "INVALID_PROJECT",
    "strategy.phases[0].search_params.end",
  ]);
  assert.deepEqual(await asked({ project: { project: { name: "x" } } }), [
    400,
    "INVALID_PROJECT",
    "project.objective",
  ]);
  assert.deepEqual(await status(viewer, "", { template: "twin" }), [403, "FORBIDDEN", undefined]);
  assert.deepEqual(await status(viewer, `/${id}/activate`, {}), [403, "FORBIDDEN", undefined]);
  assert.equal((await status(viewer, `/${id}`))[0], 200);
  assert.deepEqual(await status(other.manager, `/${id}`), [404, "PROJECT_NOT_FOUND", undefined]);
  assert.deepEqual(await status(other.manager, `/${id}/activate`, {}), [
    404,
    "PROJECT_NOT_FOUND",
    undefined,
  ]);
  assert.equal((await status(org.manager, "/x"))[0], 404);
  assert.equal((await status(org.manager, `/${id}/budget`, { max_cost_usd: -1 }))[0], 400);
});
