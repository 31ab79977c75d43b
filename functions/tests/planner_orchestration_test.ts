// planner-orchestration through HTTP: requests, refusals, idempotency, cancelling.

import assert from "node:assert/strict";
import {
  assertSnakeCase,
  call,
  callInternal,
  createOrg,
  createUser,
  ended,
  holdQueue,
  sql,
} from "./fixture.ts";

const FN = "planner-orchestration";

function request(allocationRun: string, more: Record<string, unknown> = {}) {
  return { allocation_run: allocationRun, n_job_lines: 2, ...more };
}

Deno.test("POST starts a run that writes its lines", async () => {
  await using org = await createOrg();
  const response = await call(FN, org.manager, {
    body: request(org.allocationRun, { n_job_lines: 6 }),
  });
  assert.equal(response.status, 202);
  const answer = await response.json();
  assert.equal(answer.dispatch, "sent");
  assert.equal(answer.replayed, false);

  const run = await ended(answer.planner_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.equal(run.requested_by, org.manager.id);
  assert.equal(run.result_metadata.lines.built, 6);

  const rotations = await sql`
    select r.*, r.starts_on::text as starts, r.ends_on::text as ends from public.rotations r
    join public.job_lines l on l.id = r.job_line
    where l.planner_run = ${run.id} order by l.sort_order, r.term`;
  assert.equal(rotations.length, 12);
  assert.deepEqual([rotations[0].starts, rotations[0].ends], ["2027-01-11", "2027-07-11"]);
  assert.deepEqual([rotations[1].starts, rotations[1].ends], ["2027-07-12", "2028-01-09"]);
  await assertSnakeCase(org.id);
});

Deno.test("POST replaces unlocked lines, keeps locked ones and snapshots what it replaces", async () => {
  await using org = await createOrg();
  const first = await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();
  await ended(first.planner_run_id);
  const [locked] = await sql`
    update public.job_lines set is_locked = true
    where id = (select id from public.job_lines where planner_run = ${first.planner_run_id} order by name limit 1)
    returning id, name`;

  const second = await (await call(FN, org.manager, {
    body: request(org.allocationRun, { n_job_lines: 6 }),
  })).json();
  const run = await ended(second.planner_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.equal(run.result_metadata.lines.locked, 1);

  const lines = await sql`
    select * from public.job_lines where allocation_run = ${org.allocationRun} and archived_at is null`;
  assert.equal(lines.length, 6);
  assert.ok(
    lines.some((line) => line.id === locked.id && line.planner_run === first.planner_run_id),
  );
  const [history] = await sql`
    select * from public.job_lines_history where planner_run = ${second.planner_run_id}`;
  assert.equal(history.line_count, 1);
  assert.equal(history.snapshot[0].rotations.length, 2);
  assert.equal(history.replaced_by, org.manager.id);
});

Deno.test("POST answers what is wrong with each field", async () => {
  await using org = await createOrg();
  const response = await call(FN, org.manager, {
    body: { allocation_run: "no-uuid", n_job_lines: 0, surprise: 1 },
  });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const problem = await response.json();
  assert.equal(problem.code, "INVALID_REQUEST");
  assert.deepEqual(
    problem.errors.map((error: { path: string }) => error.path).sort(),
    ["allocation_run", "n_job_lines", "surprise"],
  );
});

Deno.test("POST refuses unknown constraints and names the known ones", async () => {
  await using org = await createOrg();
  const response = await call(FN, org.manager, {
    body: request(org.allocationRun, { constraints: ["NO_NIGHTS", "NO_MONDAYS"] }),
  });
  const problem = await response.json();
  assert.equal(response.status, 400);
  assert.equal(problem.code, "INVALID_CONSTRAINTS");
  assert.equal(problem.errors[0].path, "constraints[1]");
  assert.ok(problem.known_constraints.includes("VIC_PGY1"));
  const [{ count }] = await sql`
    select count(*)::int from public.allocation_planner_runs where org_id = ${org.id}`;
  assert.equal(count, 0);
});

Deno.test("POST refuses what is not JSON, too large, or not a method of it", async () => {
  await using org = await createOrg();
  const cases: [Response, number, string][] = [
    [await call(FN, org.manager, { body: "{" }), 400, "INVALID_JSON"],
    [await call(FN, org.manager, { body: `"${"x".repeat(300_000)}"` }), 413, "BODY_TOO_LARGE"],
    [await call(FN, org.manager, { method: "PUT", body: {} }), 405, "METHOD_NOT_ALLOWED"],
  ];
  for (const [response, status, code] of cases) {
    assert.equal(response.status, status);
    assert.equal((await response.json()).code, code);
  }
});

Deno.test("POST answers browsers' preflight requests", async () => {
  const response = await call(FN, null, { method: "OPTIONS" });
  await response.body?.cancel();
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(
    response.headers.get("access-control-allow-headers")!,
    /authorization.*idempotency-key/,
  );
});

Deno.test("POST needs a signed-in user", async () => {
  await using org = await createOrg();
  const [header, payload] = org.manager.token.split(".");
  const none = btoa(JSON.stringify({ alg: "none", typ: "JWT" })).replaceAll("=", "");
  const callers = [
    null,
    { token: "nonsense" },
    { token: `${header}.${payload}.${"A".repeat(86)}` },
    { token: `${none}.${payload}.` },
  ];
  for (const caller of callers) {
    const response = await call(FN, caller, { body: request(org.allocationRun) });
    assert.equal(response.status, 401);
    assert.equal((await response.json()).code, "UNAUTHENTICATED");
  }
});

Deno.test("POST leaves it to row level security who may generate", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const doctor = await createUser(org.id, "doctor");
  const cases: [Response, number, string][] = [
    [await call(FN, viewer, { body: request(org.allocationRun) }), 403, "FORBIDDEN"],
    [await call(FN, doctor, { body: request(org.allocationRun) }), 404, "ALLOCATION_RUN_NOT_FOUND"],
    [
      await call(FN, org.manager, { body: request(other.allocationRun) }),
      404,
      "ALLOCATION_RUN_NOT_FOUND",
    ],
    [
      await call(FN, org.manager, { body: request(other.allocationRun, { constraints: [] }) }),
      404,
      "ALLOCATION_RUN_NOT_FOUND",
    ],
  ];
  for (const [response, status, code] of cases) {
    assert.equal(response.status, status);
    assert.equal((await response.json()).code, code);
  }
});

Deno.test("POST with the same idempotency key gives the same run, another body a 409", async () => {
  await using org = await createOrg();
  const headers = { "idempotency-key": crypto.randomUUID() };
  const post = (body: unknown) => call(FN, org.manager, { body, headers });
  const [first, again] = await Promise.all([
    post(request(org.allocationRun)).then((response) => response.json()),
    post(request(org.allocationRun)).then((response) => response.json()),
  ]);
  assert.equal(first.planner_run_id, again.planner_run_id);
  assert.deepEqual([first.replayed, again.replayed].sort(), [false, true]);

  const other = await post(request(org.allocationRun, { n_job_lines: 3 }));
  assert.equal(other.status, 409);
  const problem = await other.json();
  assert.equal(problem.code, "IDEMPOTENCY_KEY_REUSED");
  assert.equal(problem.planner_run_id, first.planner_run_id);

  await ended(first.planner_run_id);
  const late = await (await post(request(org.allocationRun))).json();
  assert.deepEqual([late.planner_run_id, late.dispatch], [first.planner_run_id, "none"]);
});

Deno.test("POST for an allocation run with an unfinished run is a 409 that names it", async () => {
  await using org = await createOrg();
  await using _hold = await holdQueue(org.id);
  const first = await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();
  const second = await call(FN, org.manager, { body: request(org.allocationRun) });
  assert.equal(second.status, 409);
  const problem = await second.json();
  assert.equal(problem.code, "UNFINISHED_RUN");
  assert.equal(problem.planner_run_id, first.planner_run_id);
});

Deno.test("POST keeps overrides on the run, and on the allocation run only when asked", async () => {
  await using org = await createOrg();
  const stored = async () =>
    (await sql`select constraints from public.allocation_runs where id = ${org.allocationRun}`)[0]
      .constraints;
  const constraints = [{ name: "MAX_SERVICE_TERMS", value: 1 }];
  const first = await (await call(FN, org.manager, {
    body: request(org.allocationRun, { constraints }),
  })).json();
  assert.deepEqual((await ended(first.planner_run_id)).constraints, constraints);
  assert.deepEqual(await stored(), []);

  const second = await (await call(FN, org.manager, {
    body: request(org.allocationRun, { constraints, save_constraints: true }),
  })).json();
  await ended(second.planner_run_id);
  assert.deepEqual(await stored(), constraints);

  const third = await (await call(FN, org.manager, {
    body: request(org.allocationRun, {
      n_job_lines: 50,
      constraints: [{ name: "MAX_SERVICE_TERMS", value: 2 }],
      save_constraints: true,
    }),
  })).json();
  assert.equal((await ended(third.planner_run_id)).status, "INFEASIBLE");
  assert.deepEqual(await stored(), constraints, "rules of an impossible run are not kept");

  // Another manager, who read the rules before the second run saved its own.
  const late = await call(FN, org.manager, {
    body: request(org.allocationRun, {
      constraints: ["NO_NIGHTS"],
      save_constraints: true,
      seen_constraints: [],
    }),
  });
  assert.equal(late.status, 409);
  const { code, now } = await late.json();
  assert.deepEqual([code, now], ["CHANGED_MEANWHILE", { constraints }]);
  assert.deepEqual(await stored(), constraints);
});

Deno.test("GET reads a run of one's own org, and nobody else's", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const { planner_run_id: id } =
    await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();
  const own = await call(`${FN}/${id}`, org.manager, { method: "GET" });
  assert.equal(own.status, 200);
  assert.equal((await own.json()).id, id);
  const foreign = await call(`${FN}/${id}`, other.manager, { method: "GET" });
  assert.equal(foreign.status, 404);
  assert.equal((await foreign.json()).code, "PLANNER_RUN_NOT_FOUND");
  const nameless = await call(FN, org.manager, { method: "GET" });
  assert.equal(nameless.status, 400);
  await nameless.body?.cancel();
  await ended(id);
});

Deno.test("DELETE cancels a waiting run, and only who may create one can", async () => {
  await using org = await createOrg();
  await using _hold = await holdQueue(org.id);
  const viewer = await createUser(org.id, "viewer");
  const { planner_run_id: id } =
    await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();

  const refused = await call(`${FN}/${id}`, viewer, { method: "DELETE" });
  assert.equal(refused.status, 403);
  await refused.body?.cancel();

  const response = await call(`${FN}/${id}`, org.manager, { method: "DELETE" });
  assert.equal((await response.json()).status, "CANCELLED");
  const again = await call(`${FN}/${id}`, org.manager, { method: "DELETE" });
  assert.equal((await again.json()).status, "CANCELLED");
});

Deno.test("DELETE leaves a completed run as it is", async () => {
  await using org = await createOrg();
  const { planner_run_id: id } =
    await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();
  await ended(id);
  const response = await call(`${FN}/${id}`, org.manager, { method: "DELETE" });
  assert.equal((await response.json()).status, "COMPLETED");
});

/** Limits of an org of its own. */
async function limit(orgId: string, limits: { perMinute: number; unfinished: number }) {
  await sql`
    insert into fleet.request_limits (org_id, per_minute_and_user, unfinished_per_org)
    values (${orgId}, ${limits.perMinute}, ${limits.unfinished})`;
}

Deno.test("POST beyond the rate is a 429 that says when to try again", async () => {
  await using org = await createOrg();
  await limit(org.id, { perMinute: 1, unfinished: 10 });
  const headers = { "idempotency-key": crypto.randomUUID() };
  const post = (more: Record<string, string> = {}) =>
    call(FN, org.manager, { body: request(org.allocationRun), headers: more });
  const first = await (await post(headers)).json();
  await ended(first.planner_run_id);

  const refused = await post();
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
  const wait = Number(refused.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60, `retry-after ${wait}`);
  assert.match(refused.headers.get("access-control-expose-headers")!, /retry-after/);
  assert.equal((await refused.json()).code, "RATE_LIMITED");
  // An answer that got lost is asked for again, which starts nothing.
  assert.equal((await (await post(headers)).json()).planner_run_id, first.planner_run_id);
  const { error } = await org.manager.client.from("allocation_planner_runs")
    .insert({ allocation_run: org.allocationRun, n_job_lines: 2 });
  assert.equal(error?.code, "RC429");
});

Deno.test("POST beyond the org's queue is a 429", async () => {
  await using org = await createOrg();
  await using _hold = await holdQueue(org.id); // an unfinished job of this org
  await limit(org.id, { perMinute: 10, unfinished: 1 });
  const refused = await call(FN, org.manager, { body: request(org.allocationRun) });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  const problem = await refused.json();
  assert.equal(problem.code, "QUEUE_FULL");
  assert.match(problem.detail, /1 unfinished/);
});

Deno.test("an impossible request ends INFEASIBLE with a reason and changes nothing", async () => {
  await using org = await createOrg();
  const first = await (await call(FN, org.manager, { body: request(org.allocationRun) })).json();
  await ended(first.planner_run_id);
  const { planner_run_id: id } = await (await call(FN, org.manager, {
    body: request(org.allocationRun, { n_job_lines: 7 }),
  })).json();
  const run = await ended(id);
  assert.equal(run.status, "INFEASIBLE");
  assert.match(run.error_message, /6/);
  const [{ count }] = await sql`
    select count(*)::int from public.job_lines where planner_run = ${first.planner_run_id}`;
  assert.equal(count, 2);
});

Deno.test("allow_partial builds as many lines as there are posts for", async () => {
  await using org = await createOrg();
  const { planner_run_id: id } = await (await call(FN, org.manager, {
    body: request(org.allocationRun, { n_job_lines: 9, options: { allow_partial: true } }),
  })).json();
  const run = await ended(id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.equal(run.result_metadata.lines.built, 6);
  assert.equal(run.result_metadata.lines.wanted, 9);
});

Deno.test("internal functions refuse every caller without the internal key", async () => {
  await using org = await createOrg();
  for (const name of ["planner-solver", "heartbeat-sweeper"]) {
    for (const key of [undefined, "", "wrong", org.manager.token]) {
      const response = await call(name, org.manager, {
        body: {},
        headers: key === undefined ? {} : { "x-receptor-key": key },
      });
      assert.equal(response.status, 401);
      await response.body?.cancel();
    }
  }
  const idle = await callInternal("planner-solver");
  assert.equal(idle.status, 202);
  await idle.body?.cancel();
});

Deno.test("GET constraints lists what a run may name, to signed-in users only", async () => {
  await using org = await createOrg();
  const response = await call(`${FN}/constraints`, org.manager, { method: "GET" });
  assert.equal(response.status, 200);
  const catalogue = await response.json();
  const rulesets = catalogue.rulesets.map((ruleset: { name: string }) => ruleset.name);
  assert.ok(rulesets.includes("TAS_PGY2") && rulesets.includes("PGY3_PLUS"));
  const service = catalogue.rules.find((rule: { name: string }) => rule.name === "MAX_SERVICE");
  assert.deepEqual(service.parameter.anyOf[0], { type: "number", minimum: 0, maximum: 1 });
  assert.equal((await call(`${FN}/constraints`, null, { method: "GET" })).status, 401);
});
