// Agents through HTTP: a program with a key takes tasks, spends and ends them; handlers work by themselves on the fleet.

import assert from "node:assert/strict";
import { createAgentsClient } from "../../shared/client/mod.ts";
import { requireEnv } from "../../shared/platform/env.ts";
import {
  callInternal,
  createOrg,
  oddBodiesAreTold,
  sql,
  type TestOrg,
  waiting,
} from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const NOBODY = `agent_${"0".repeat(64)}`;

interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any -- answers differ by call
  body: any;
}

/** Calls agent-api as a program would; a body that is text is sent as it is. */
async function ask(key: string, path: string, body?: unknown, method = "POST"): Promise<Answer> {
  const response = await fetch(`${requireEnv("SUPABASE_URL")}/functions/v1/agent-api/${path}`, {
    method,
    headers: { "x-agent-key": key, "content-type": "application/json" },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

/** What a manager asks by RPC. @throws where the database refuses it */
// deno-lint-ignore no-explicit-any -- answers differ by function
async function rpc(org: TestOrg, name: string, args: object): Promise<any> {
  const { data, error } = await org.manager.client.rpc(name, args);
  assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
  return data;
}

async function newAgent(org: TestOrg, more: object = {}): Promise<string> {
  return (await rpc(org, "create_agent", {
    p_agent: { org_id: org.id, name: `Agent ${crypto.randomUUID()}`, permission_level: 2, ...more },
  })).key;
}

const newTask = (org: TestOrg, more: object = {}) =>
  rpc(org, "request_agent_task", { p_task: { org_id: org.id, title: "Look", ...more } });

Deno.test("a program with a key takes a task, says what it does, spends, and ends it", async () => {
  await using org = await createOrg();
  const key = await newAgent(org);
  assert.equal((await ask(key, "claim")).status, 204, "there is nothing to do");
  const made = await newTask(org, {
    params: { form: "kbn" },
    max_cost_usd: 1,
    permission_level: 2,
  });
  const { status, body: { task, memory } } = await ask(key, "claim", { lease_secs: 60 });
  assert.deepEqual([status, task.id, task.params, memory], [200, made.id, { form: "kbn" }, []]);
  const held = { claim_token: task.claim_token };
  const at = `tasks/${task.id}`;
  assert.equal((await ask(key, `${at}/heartbeat`, held)).status, 200);
  const event = { ...held, event_type: "tool_call", summary: "Reads", tool_name: "read" };
  assert.equal((await ask(key, `${at}/event`, event)).status, 200);
  assert.equal((await ask(key, `${at}/spend`, { ...held, cost_usd: 0.5, tokens: 10 })).status, 200);
  const sub = { action: "create_task", params: { title: "Below" } };
  const acted = await ask(key, `${at}/act`, { ...held, ...sub });
  assert.equal(acted.body.outcome, "done");
  const result = { summary: "Seen" };
  assert.deepEqual(
    (await ask(key, `${at}/complete`, { ...held, result })).body,
    { outcome: "done", waits_for_sub_tasks: true },
  );
  const { body: { task: below } } = await ask(key, "claim");
  assert.deepEqual([below.id, below.parent_task_id], [acted.body.task_id, task.id]);
  const end = { claim_token: below.claim_token, result: {} };
  assert.equal((await ask(key, `tasks/${below.id}/complete`, end)).status, 200);
  const { data } = await org.manager.client.from("agent_tasks").select("status, cost_usd")
    .eq("id", task.id).single();
  assert.deepEqual([data?.status, Number(data?.cost_usd)], ["completed", 0.5]);
  const { data: events } = await org.manager.client.from("agent_events").select("event_type")
    .eq("task_id", task.id).order("id");
  assert.deepEqual(events?.map(({ event_type }) => event_type), [
    ...["created", "claimed", "tool_call", "action_done", "completed"],
  ]);
});

Deno.test("whatever is wrong with a call is told, and nothing is changed", async () => {
  await using org = await createOrg();
  const key = await newAgent(org);
  await newTask(org, { max_cost_usd: 1 });
  const { body: { task } } = await ask(key, "claim");
  const held = { claim_token: task.claim_token };
  const at = `tasks/${task.id}`;
  const code = async (path: string, body?: unknown, with_ = key) => {
    const answer = await ask(with_, path, body);
    return `${answer.status} ${answer.body.code}`;
  };
  assert.equal(await code("claim", {}, NOBODY), "401 UNAUTHENTICATED");
  assert.equal(await code("claim", {}, org.manager.token), "401 UNAUTHENTICATED");
  assert.equal(await code("claim", { lease_secs: 1 }), "400 INVALID_REQUEST");
  assert.equal(await code("nothing", {}), "404 NOT_FOUND");
  assert.equal(await code(`${at}/explode`, held), "404 NOT_FOUND");
  assert.equal(await code(`${at}/spend`, { ...held, cost_usd: -1 }), "400 INVALID_REQUEST");
  assert.equal(await code(`${at}/spend`, { ...held, cost_usd: null }), "400 INVALID_REQUEST");
  assert.equal(
    await code(`${at}/event`, { ...held, summary: "a\u0000b" }),
    "400 INVALID_REQUEST",
  );
  // So deep that neither JSON.stringify() nor PostgreSQL could follow.
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  for (const [call, more] of [["event", '"summary": "x", "detail"'], ["complete", '"result"']]) {
    const body = `{"claim_token": "${task.claim_token}", ${more}: {"deep": ${deep}}}`;
    assert.equal(await code(`${at}/${call}`, body), "400 INVALID_REQUEST");
  }
  assert.equal(
    await code(`${at}/act`, { ...held, action: "fly", params: {} }),
    "400 INVALID_REQUEST",
  );
  // More than is kept of it, also where it grows as the database writes it.
  for (const detail of [{ a: "x".repeat(60_000) }, { a: Array(300).fill(1e300) }]) {
    const answer = await ask(key, `${at}/event`, { ...held, summary: "x", detail });
    assert.deepEqual([answer.status, answer.body.errors?.[0].path], [400, "detail"]);
  }
  const grown = { result: { a: Array(600).fill(1e300) } };
  const ended = await ask(key, `${at}/complete`, { ...held, ...grown });
  assert.deepEqual([ended.status, ended.body.errors?.[0].path], [400, "result"]);
  // What would be denied, or put before a person, is read before.
  const huge = { ...held, action: "direct_project", params: { more: "x".repeat(60_000) } };
  assert.equal(await code(`${at}/act`, huge), "400 INVALID_REQUEST");
  const asked = await ask(key, `${at}/act`, { ...held, action: "remember", params: { key: "k" } });
  assert.deepEqual([asked.status, asked.body.errors], [400, [{
    path: "params.value",
    message: "missing",
  }]]);
  const another = { claim_token: crypto.randomUUID() };
  assert.equal(await code(`${at}/heartbeat`, another), "409 CLAIM_LOST");
  assert.equal(await code(`tasks/999999999/heartbeat`, held), "409 CLAIM_LOST");
  assert.equal((await ask(key, "approvals/1", undefined, "GET")).status, 404);
  const { status, body } = await ask(key, `${at}/spend`, { ...held, cost_usd: 2 });
  assert.deepEqual([status, body.code, body.period], [409, "BUDGET_EXCEEDED", "task"]);
  assert.equal(
    await code(`${at}/complete`, { ...held, result: {} }),
    "409 CLAIM_LOST",
    "it failed",
  );
});

Deno.test("whatever one member of an agent's call is, it is taken or told", async () => {
  await using org = await createOrg();
  const key = await newAgent(org, { permission_level: 3 });
  await newTask(org);
  const { body: { task } } = await ask(key, "claim");
  const held = { claim_token: task.claim_token };
  const act = (action: string, params: object) =>
    ["act", { ...held, action, params, summary: "why" }] as [string, Record<string, unknown>];
  const calls: [name: string, good: Record<string, unknown>][] = [
    ["heartbeat", { ...held, lease_secs: 60 }],
    ["event", { ...held, event_type: "message", summary: "s", detail: { at: 1 }, input_tokens: 1 }],
    ["spend", { ...held, cost_usd: 0, tokens: 0 }],
    act("remember", { key: "k", value: "v", category: "general" }),
    act("create_task", { title: "sub", handler: "analyze_results", priority: "low" }),
    act("pause_search", { search: 1 }),
    act("direct_project", { project_id: 1, action: "pause" }),
    act("change_calibration", { form: "kbn", coeff_a: 1, coeff_b: 2 }),
    ["fail", { ...held, error: "enough" }],
  ];
  for (const [name, good] of calls) {
    await oddBodiesAreTold(good, (body) => ask(key, `tasks/${task.id}/${name}`, body));
  }
});

Deno.test("what needs a person's word waits for it", async () => {
  await using org = await createOrg();
  const key = await newAgent(org);
  await rpc(org, "set_agent_permission", {
    p_org_id: org.id,
    p_role_name: "engine",
    p_action: "remember",
    p_permission: { allowed: true, requires_approval: true },
  });
  await newTask(org, { role_name: "engine" });
  const { body: { task } } = await ask(key, "claim");
  const remember = (params: object) =>
    ask(key, `tasks/${task.id}/act`, {
      claim_token: task.claim_token,
      action: "remember",
      params: { key: "depth", shared: true, ...params },
    });
  assert.equal((await remember({ value: "" })).status, 400, "nobody is asked for what cannot be");
  // As much as is remembered of one thing.
  const asked = await remember({ value: "x".repeat(20_000) });
  assert.equal(asked.body.outcome, "waiting_for_approval");
  const path = `approvals/${asked.body.approval_id}`;
  assert.equal((await ask(key, path, undefined, "GET")).body.status, "waiting");
  await rpc(org, "decide_agent_approval", {
    p_approval: asked.body.approval_id,
    p_approve: true,
  });
  assert.deepEqual((await ask(key, path, undefined, "GET")).body, {
    status: "approved",
    reason: null,
    result: { outcome: "done" },
  });
});

Deno.test("who holds one tree of tasks waits for no other: two who did would wait for each other", async () => {
  await using org = await createOrg();
  const trees = [];
  for (const _ of ["one", "other"]) {
    const key = await newAgent(org);
    await newTask(org, { permission_level: 2 });
    const { body: { task: { id, claim_token } } } = await ask(key, "claim");
    trees.push({ key, at: `tasks/${id}`, id, held: { claim_token } });
  }
  // Below each a task of a handler, which waits while the budget is spent; whoever calls looks whether it may begin.
  await rpc(org, "set_agent_budget", { p_org_id: org.id, p_period: "daily", p_budget_usd: 0 });
  for (const { key, at, held } of trees) {
    const params = { title: "Below", handler: "analyze_results" };
    const acted = await ask(key, `${at}/act`, { ...held, action: "create_task", params });
    assert.equal(acted.body.outcome, "done");
  }
  const [one, other] = trees;
  const heard = await sql.begin(async (tx) => {
    await tx`select agents.hold_tree(${other.id})`;
    const beat = ask(one.key, `${one.at}/heartbeat`, one.held);
    return await Promise.race([beat, waiting("agents.call").then(() => null)]);
  });
  assert.equal(heard?.status, 200, "it waits for a tree that is not its own");
});

Deno.test("fifty at once: what was approved is done once, and what is forbidden meanwhile is done by nobody", async () => {
  await using org = await createOrg();
  const key = await newAgent(org);
  const permit = (p_permission: Record<string, unknown>) =>
    rpc(org, "set_agent_permission", {
      p_org_id: org.id,
      p_role_name: "engine",
      p_action: "remember",
      p_permission,
    });
  const noted = async (event: string) =>
    (await sql`
      select count(*)::int as n from public.agent_events e join public.agent_tasks t on t.id = e.task_id
      where t.org_id = ${org.id} and e.event_type = ${event}`)[0].n;
  await permit({ allowed: true, requires_approval: true });
  await newTask(org, { role_name: "engine" });
  const { body: { task } } = await ask(key, "claim");
  const { claim_token } = task;
  const remember = (value: string) =>
    ask(key, `tasks/${task.id}/act`, {
      claim_token,
      action: "remember",
      params: { key: "depth", value, shared: true },
    });
  const { body: { approval_id } } = await remember("1");
  const decided = await Promise.all(
    Array.from(
      { length: 50 },
      () => rpc(org, "decide_agent_approval", { p_approval: approval_id, p_approve: true }),
    ),
  );
  assert.deepEqual([...new Set(decided.map(({ status }) => status))], ["approved"]);
  assert.equal(await noted("approval_given"), 1, "once");

  // Permission is taken away amid fifty that act: each of them is done or denied, and none of those that come after it.
  await permit({ allowed: true, requires_approval: false });
  const acting = Array.from({ length: 50 }, (_, n) => remember(`${n}`));
  await permit({ allowed: false });
  const outcomes = (await Promise.all(acting)).map(({ body }) => body.outcome);
  const done = outcomes.filter((outcome) => outcome === "done").length;
  assert.equal(outcomes.filter((outcome) => outcome === "denied").length, 50 - done);
  assert.deepEqual([await noted("action_done"), await noted("action_denied")], [done, 50 - done]);
  assert.equal((await remember("late")).body.outcome, "denied");
});

Deno.test("a task asked for again under its key is made once, also where both come at once", async () => {
  await using org = await createOrg();
  const agents = createAgentsClient(org.manager.client);
  const asked = { org: org.id, title: "Look", idempotencyKey: "press" };
  const answers = await Promise.all(Array.from({ length: 8 }, () => agents.request(asked)));
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
  const again = agents.expand("run-search", { org: org.id, idempotencyKey: "press" });
  await assert.rejects(again, { code: "IDEMPOTENCY_KEY_REUSED", status: 409 });
  const [{ made }] = await sql`
    select count(*)::int as made from public.agent_tasks where org_id = ${org.id}`;
  assert.equal(made, 1);
});

Deno.test("tasks of handlers are worked by the fleet, step by step of a template", async () => {
  await using org = await createOrg();
  const parent = await rpc(org, "expand_agent_template", {
    p_request: { org_id: org.id, template: "fix-errors", params: { days: 1 } },
  });
  await sql`
    insert into public.system_logs (level, source, component, message, org_id)
    values ('error', 'planner', 'slice', 'It broke 17 times', ${org.id})`;
  const key = await newAgent(org, { permission_level: 3 });
  /** Waits for tasks of handlers; the sweeper calls their function as cron would. */
  const steps = () =>
    eventually("the handler ends", async () => {
      const rows = await sql`
        select id, status, handler, result from public.agent_tasks
        where parent_task_id = ${parent.id} order by id`;
      if (rows.every(({ handler, status }) => handler === null || status !== "in_progress")) {
        return rows;
      }
      await callInternal("heartbeat-sweeper");
      return null;
    }, 100);
  const [first, second] = await steps();
  assert.deepEqual([first.status, second.status], ["completed", "pending"]);
  assert.match(first.result.summary, /1 failure in 1 group; 1 task opened/);
  const opened = await sql`
    select title, source from public.agent_tasks where org_id = ${org.id} and parent_task_id is null and id <> ${parent.id}`;
  assert.deepEqual([...opened], [{
    title: "Look into planner/slice: It broke <n> times",
    source: "automated",
  }]);
  const { body: { task } } = await ask(key, "claim");
  assert.equal(task.id, Number(second.id), "the step of an agent");
  const done = { claim_token: task.claim_token, result: { summary: "Mended" } };
  assert.equal((await ask(key, `tasks/${task.id}/complete`, done)).status, 200);
  assert.equal((await steps())[2].status, "completed");
  const [{ status }] = await sql`select status from public.agent_tasks where id = ${parent.id}`;
  assert.equal(status, "completed");
});

Deno.test("fifty at once overspend nothing, take no task twice, and fire no schedule twice", async () => {
  await using org = await createOrg();
  const keys = await Promise.all([1, 2, 3, 4, 5].map(() => newAgent(org)));
  await Promise.all(Array.from({ length: 10 }, () => newTask(org)));
  const claims = await Promise.all(
    Array.from({ length: 50 }, (_, n) => ask(keys[n % 5], "claim")),
  );
  const taken = claims.filter(({ status }) => status === 200)
    .map(({ body }) => body.task as { id: number; claim_token: string });
  assert.equal(new Set(taken.map(({ id }) => id)).size, taken.length, "none twice");
  assert.equal(taken.length, 10, "and all of them");
  await rpc(org, "set_agent_budget", { p_org_id: org.id, p_period: "daily", p_budget_usd: 1 });
  // The key that holds a task is among the five.
  const held = await Promise.all(taken.map(async ({ id, claim_token }) => {
    for (const key of keys) {
      if ((await ask(key, `tasks/${id}/heartbeat`, { claim_token })).status === 200) {
        return { key, id, claim_token };
      }
    }
    throw new Error("nobody holds it");
  }));
  // A day may begin meanwhile: then as much again may be spent, and rightly so.
  const day = () => Math.floor(Date.now() / 86_400_000);
  const today = day();
  const spent = await Promise.all(Array.from({ length: 50 }, (_, n) => {
    const { key, id, claim_token } = held[n % held.length];
    return ask(key, `tasks/${id}/spend`, { claim_token, cost_usd: 0.07 });
  }));
  const times = spent.filter(({ status }) => status === 200).length;
  const budgets = await rpc(org, "get_agent_budgets", { p_org_id: org.id });
  if (day() === today) {
    assert.equal(times, 14, "14 x 0.07 fit 1 dollar");
    assert.deepEqual(budgets.map((each: { spent_usd: number }) => each.spent_usd), [
      0.98,
      0.98,
      0.98,
    ]);
  } else assert.ok(times >= 14 && times <= 28, `${times} times`);

  await rpc(org, "set_agent_budget", { p_org_id: org.id, p_period: "daily", p_budget_usd: 10 });
  // A minute may begin meanwhile: then the schedule is due once more, and rightly so.
  const minute = () => Math.floor(Date.now() / 60_000);
  const before = minute();
  await rpc(org, "save_agent_schedule", {
    p_schedule: {
      org_id: org.id,
      name: "Each minute",
      enabled: true,
      task_title: "Scheduled",
      cron_expr: "* * * * *",
    },
  });
  await sql`
    update public.agent_schedules set last_checked_at = now() - interval '3 minutes' where org_id = ${org.id}`;
  await Promise.all(Array.from({ length: 50 }, () => sql`select agents.tick()`));
  // Where cron's own tick has the turn, ours do nothing, and what it fired is there when it ends.
  const count = await eventually("the schedule fires", async () => {
    await sql`select agents.tick()`;
    const [{ count }] = await sql<{ count: number }[]>`
      select count(*)::int from public.agent_tasks where org_id = ${org.id} and title = 'Scheduled'`;
    return count || null;
  });
  assert.ok(count >= 1 && count <= 1 + minute() - before, `fired ${count} times`);
});

Deno.test("an agent that makes without end is told so by a code, and can end its task", async () => {
  await using org = await createOrg();
  const key = await newAgent(org);
  const { id } = await newTask(org, { permission_level: 2 });
  const { claim_token } = (await ask(key, "claim")).body.task;
  await sql`
    insert into public.agent_events (org_id, task_id, event_type, summary)
    select ${org.id}, ${id}, 'message', 'x' from generate_series(1, 5000)`;
  const { status, body } = await ask(key, `tasks/${id}/event`, { claim_token, summary: "more" });
  assert.deepEqual([status, body.code], [409, "TOO_MANY_EVENTS"]);
  assert.equal((await ask(key, `tasks/${id}/complete`, { claim_token, result: {} })).status, 200);
});
