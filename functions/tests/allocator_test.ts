// allocator-orchestration through HTTP: a match from the request to the allocations.

import assert from "node:assert/strict";
import { requireEnv } from "../../shared/platform/env.ts";
import { assertSnakeCase, call, createOrg, createUser, sql, type TestOrg } from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const FN = "allocator-orchestration";

/** Three doctors with different first choices among three lines, into the org's allocation run. */
async function populate(org: TestOrg, more: Record<string, unknown> = {}): Promise<void> {
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B", "C"].map((name) => ({ name })),
      workers: ["ann", "bob", "cid"].map((name) => ({ email: `${name}@x.example`, name })),
      preferences: [
        { worker: "ann@x.example", ranks: [["A", 1], ["B", 2]] },
        { worker: "bob@x.example", ranks: [["A", 2], ["B", 1]] },
        { worker: "cid@x.example", ranks: [["A", 1], ["C", 2]] },
      ],
      preferencers: [{
        name: "Dr P",
        lines: ["A"],
        ranks: [["ann@x.example", 1], ["cid@x.example", 2], ["bob@x.example", 3]],
      }],
      ...more,
    },
  });
  if (error) throw error;
}

/** The run once it has ended. */
// deno-lint-ignore no-explicit-any -- rows are looked at field by field in assertions
async function ended(runId: string): Promise<any> {
  return await eventually("the allocator run ends", async () => {
    const [run] = await sql`select * from public.allocator_py_runs where id = ${runId}`;
    return run?.finished_at && run;
  });
}

async function post(org: TestOrg, more: Record<string, unknown> = {}) {
  const response = await call(FN, org.manager, {
    body: { allocation_run: org.allocationRun, ...more },
  });
  assert.equal(response.status, 202, await response.clone().text());
  return await response.json();
}

async function matches(run: string): Promise<[string, string, number | null][]> {
  const rows = await sql`
    select w.name as worker, l.name as line, a.original_preference as rank
    from public.allocator_py_allocations a
    join public.allocation_run_worker_mappings m on m.id = a.worker_mapping
    join public.workers w on w.id = m.worker
    join public.job_lines l on l.id = a.job_line
    where a.run = ${run} order by w.name`;
  return rows.map((row) => [row.worker, row.line, row.rank]);
}

Deno.test("POST runs the match and writes one allocation per doctor", async () => {
  await using org = await createOrg();
  await populate(org);
  const answer = await post(org);
  assert.equal(answer.dispatch, "sent");
  const run = await ended(answer.allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.ok(run.completed_at);
  assert.equal(run.result.report.workers, 3);
  assert.equal(run.result.report.objective, run.result.report.bound);
  assert.deepEqual(await matches(run.id), [["ann", "A", 1], ["bob", "B", 1], ["cid", "C", 2]]);
  await assertSnakeCase(org.id);
});

Deno.test("of tied first choices each is stored as a first choice, beside the rank that they share", async () => {
  await using org = await createOrg();
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B", "C"].map((name) => ({ name })),
      workers: [{ email: "ann@x.example", name: "ann" }],
      preferences: [{ worker: "ann@x.example", ranks: [["A", 1], ["B", 1], ["C", 1]] }],
    },
  });
  assert.equal(error, null);
  const run = await ended((await post(org, { options: { allow_ties: true } })).allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  const [row] = await sql`select original_preference, choice from public.allocator_py_allocations
    where run = ${run.id}`;
  assert.deepEqual([row.original_preference, row.choice], [2, 1]);
  assert.deepEqual(run.result.report.choices, [1]);
});

Deno.test("POST for a batch places only those who are in it", async () => {
  await using org = await createOrg();
  await populate(org);
  const [cid] = await sql`
    select m.id from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
    where w.org_id = ${org.id} and w.name = 'cid'`;
  const first = await post(org, { included_worker_mappings: [cid.id] });
  assert.deepEqual(await matches((await ended(first.allocator_run_id)).id), [["cid", "A", 1]]);
  const second = await post(org, { is_exclusive: true });
  const run = await ended(second.allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  const placed = await matches(run.id);
  assert.deepEqual(placed.map(([worker]) => worker), ["ann", "bob"]);
  assert.ok(placed.every(([, line]) => line !== "A"), "what is placed stays");
});

Deno.test("an impossible match ends INFEASIBLE and names who cannot be placed", async () => {
  await using org = await createOrg();
  await populate(org, {
    lines: ["A", "B", "C"].map((name) => ({
      name,
      eligibility: { excluded_workers: ["bob@x.example"] },
    })),
  });
  const run = await ended((await post(org)).allocator_run_id);
  assert.equal(run.status, "INFEASIBLE");
  const { bob } = await idsOf(org);
  assert.match(run.error_message, new RegExp(`^\\{doctor:${bob}\\} is not eligible`));
  assert.deepEqual(await matches(run.id), []);
});

Deno.test("a rank that cannot be is refused at the door, and gaps stop nobody's match", async () => {
  await using org = await createOrg();
  const preferences = [{ worker: "ann@x.example", ranks: [["A", 3], ["B", 7]] }];
  await populate(org, { preferences, order_only: true });
  const path = "preferences[0].ranks[0][1]";
  for (
    const [rank, fault] of [[-1, { path, message: "not a rank: -1" }], [2, {
      path,
      code: "GAP",
      message: "2 leaves a gap; with 0 ranked better it can be 1 at most",
    }]] as const
  ) {
    const { error } = await org.manager.client.rpc("populate_allocation_run", {
      p_document: {
        allocation_run: org.allocationRun,
        preferences: [{ worker: "ann@x.example", ranks: [["A", rank]] }],
      },
    });
    assert.deepEqual([error?.code, JSON.parse(error!.details)], ["RC400", [fault]]);
  }
  const run = await ended((await post(org)).allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  const { count, lists: [{ by, flaws }] } = run.result.report.mended;
  assert.deepEqual([count, by, flaws], [1, "worker", ["gaps"]]);
  assert.ok((await matches(run.id)).some(([who, line]) => who === "ann" && line === "A"));
});

Deno.test("POST leaves it to row level security who may run the match", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const body = { allocation_run: org.allocationRun };
  const cases: [Response, number, string][] = [
    [await call(FN, viewer, { body }), 403, "FORBIDDEN"],
    [await call(FN, other.manager, { body }), 404, "ALLOCATION_RUN_NOT_FOUND"],
    [await call(FN, null, { body }), 401, "UNAUTHENTICATED"],
    [await call(FN, org.manager, { body: { ...body, options: { x: 1 } } }), 400, "INVALID_REQUEST"],
    [
      await call(`${FN}/${crypto.randomUUID()}`, org.manager, { method: "GET" }),
      404,
      "ALLOCATOR_RUN_NOT_FOUND",
    ],
  ];
  for (const [response, status, code] of cases) {
    assert.equal(response.status, status);
    assert.equal((await response.json()).code, code);
  }
});

Deno.test("POST for a batch that names another org's lines or doctors is a 404", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  await populate(org);
  await populate(other);
  const [line] = await sql`select id from public.job_lines where org_id = ${other.id} limit 1`;
  const [mapping] = await sql`
    select id from public.allocation_run_worker_mappings where org_id = ${other.id} limit 1`;
  const cases: [Record<string, unknown>, string][] = [
    [{ included_job_lines: [line.id] }, "JOB_LINE_NOT_FOUND"],
    [{ included_worker_mappings: [mapping.id] }, "WORKER_MAPPING_NOT_FOUND"],
  ];
  for (const [batch, code] of cases) {
    const response = await call(FN, org.manager, {
      body: { allocation_run: org.allocationRun, ...batch },
    });
    assert.deepEqual([response.status, (await response.json()).code], [404, code]);
  }
});

Deno.test("POST with the same idempotency key gives the same run; GET reads it, DELETE leaves it", async () => {
  await using org = await createOrg();
  await populate(org);
  const headers = { "idempotency-key": crypto.randomUUID() };
  const body = { allocation_run: org.allocationRun };
  const first = await (await call(FN, org.manager, { body, headers })).json();
  const again = await (await call(FN, org.manager, { body, headers })).json();
  assert.deepEqual([again.allocator_run_id, again.replayed], [first.allocator_run_id, true]);
  const other = await call(FN, org.manager, {
    body: { ...body, options: { rng_seed: 2 } },
    headers,
  });
  assert.deepEqual([other.status, (await other.json()).code], [409, "IDEMPOTENCY_KEY_REUSED"]);
  await ended(first.allocator_run_id);
  for (const method of ["GET", "DELETE"]) {
    const response = await call(`${FN}/${first.allocator_run_id}`, org.manager, { method });
    assert.equal((await response.json()).status, "COMPLETED");
  }
});

Deno.test("POST beyond the org's limits is a 429 that says when to try again", async () => {
  await using org = await createOrg();
  await populate(org);
  await ended((await post(org)).allocator_run_id);
  await sql`insert into fleet.request_limits (org_id, per_minute_and_org) values (${org.id}, 1)`;
  const refused = await call(FN, org.manager, { body: { allocation_run: org.allocationRun } });
  assert.deepEqual([refused.status, (await refused.json()).code], [429, "RATE_LIMITED"]);
  const wait = Number(refused.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60, `retry-after ${wait}`);
});

Deno.test("process-pending queues what other systems inserted, for the secret key only", async () => {
  await using org = await createOrg();
  await populate(org);
  const { data, error } = await org.manager.client.from("allocator_py_runs")
    .insert({ allocation_run: org.allocationRun }).select("id").single();
  if (error) throw error;
  const refused = await call(`${FN}/process-pending`, org.manager, { body: {} });
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
  const response = await call(`${FN}/process-pending`, null, {
    body: {},
    headers: { apikey: requireEnv("SUPABASE_SECRET_KEY") },
  });
  assert.equal(response.status, 202);
  assert.ok((await response.json()).queued >= 1);
  assert.equal((await ended(data.id)).status, "COMPLETED");
});

/** Worker mappings and job lines of an org by name. */
async function idsOf(org: TestOrg): Promise<Record<string, string>> {
  const rows = await sql`
    select w.name, m.id from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker where m.allocation_run = ${org.allocationRun}
    union all select name, id from public.job_lines where allocation_run = ${org.allocationRun}`;
  return Object.fromEntries(rows.map(({ name, id }) => [name, id]));
}

Deno.test("a what-if tells who would move, and writes no allocation", async () => {
  await using org = await createOrg();
  await populate(org);
  const base = await ended((await post(org)).allocator_run_id);
  const placed = await matches(base.id);
  const { bob, ann, cid, A, B } = await idsOf(org);
  const answer = await post(org, {
    options: {
      preferencer_weight: 0,
      what_if: {
        pins: [{ worker_mapping: bob, job_line: A }],
        exclusions: [{ worker_mapping: ann, job_line: B }],
      },
    },
  });
  assert.equal(answer.dispatch, "sent");
  const run = await ended(answer.allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.equal(run.base_run, base.id);
  assert.deepEqual([run.options.preferencer_weight, run.options.rng_seed], [0, 1234]);
  const { difference } = run.result;
  assert.deepEqual(difference.moved, { total: 3, better: 0, worse: 3, same: 0 });
  assert.deepEqual([difference.before.choices, difference.after.choices], [[2, 1], [0, 1]]);
  assert.equal(difference.input_changed, false);
  const { data } = await org.manager.client.from("allocator_run_previews").select("*")
    .eq("run", run.id).single();
  // deno-lint-ignore no-explicit-any -- JSON as the API answers it
  const moves = data.moves.map((move: any) => [move.worker, move.from.name, move.to.name]);
  assert.deepEqual(moves.sort(), [[ann, "A", "C"], [bob, "B", "A"], [cid, "C", "B"]].sort());
  assert.deepEqual(await matches(run.id), []);
  assert.deepEqual(await matches(base.id), placed, "the match stands as it was");
});

Deno.test("a what-if with pins that cannot be is refused by code, at the door or by the run", async () => {
  await using org = await createOrg();
  await populate(org, {
    lines: ["A", "B", "C"].map((name) => ({
      name,
      ...(name === "C" ? { eligibility: { excluded_workers: ["bob@x.example"] } } : {}),
    })),
  });
  const { ann, bob, A, B, C } = await idsOf(org);
  const pin = (worker_mapping: string, job_line: string) => ({ worker_mapping, job_line });
  const ask = (what_if: unknown, more: Record<string, unknown> = {}) =>
    call(FN, org.manager, {
      body: { allocation_run: org.allocationRun, options: { what_if }, ...more },
    });
  const nothing = await ask({});
  assert.deepEqual([nothing.status, (await nothing.json()).code], [409, "NO_BASE_RUN"]);
  await ended((await post(org)).allocator_run_id);

  const elsewhere = crypto.randomUUID();
  const cases: [Response, number, string][] = [
    [await ask({ base_run: elsewhere }), 404, "ALLOCATOR_RUN_NOT_FOUND"],
    [await ask({ pins: [pin(ann, elsewhere)] }), 404, "JOB_LINE_NOT_FOUND"],
    [await ask({ exclusions: [pin(elsewhere, A)] }), 404, "WORKER_MAPPING_NOT_FOUND"],
    [await ask({ pins: [pin(ann, A), pin(ann, B)] }), 400, "CONTRADICTORY_PINS"],
    [await ask({ pins: [{ worker_mapping: ann }] }), 400, "INVALID_REQUEST"],
    [await ask({}, { included_job_lines: [A] }), 400, "INVALID_REQUEST"],
  ];
  for (const [response, status, code] of cases) {
    assert.deepEqual([response.status, (await response.json()).code], [status, code]);
  }
  const barred = await ended(
    (await post(org, { options: { what_if: { pins: [pin(bob, C)] } } })).allocator_run_id,
  );
  assert.deepEqual([barred.status, barred.error_code], ["FAILED", "PIN_NOT_ELIGIBLE"]);
  assert.ok(barred.error_message.includes(`{doctor:${bob}} to C`), barred.error_message);
  const full = await ended(
    (await post(org, { options: { what_if: { pins: [pin(ann, A), pin(bob, A)] } } }))
      .allocator_run_id,
  );
  assert.equal(full.status, "INFEASIBLE");
  assert.match(full.error_message, new RegExp(`This what-if pins .*(${ann}|${bob})\\} to A`));
  const [{ change }] = full.result.explanation.relaxations;
  assert.match(change, new RegExp(`^Unpin \\{doctor:(${ann}|${bob})\\} from A\\.$`));
});

Deno.test("pins and exclusions of a run hold, keep their reasons, and a what-if of it keeps them", async () => {
  await using org = await createOrg();
  await populate(org);
  const { ann, bob, cid, A, B, C } = await idsOf(org);
  const by = (worker_mapping: string, job_line: string, reason = "Agreed with both.") => ({
    worker_mapping,
    job_line,
    reason,
  });
  const ask = (options: unknown) =>
    call(FN, org.manager, { body: { allocation_run: org.allocationRun, options } });
  const cases: [Response, number, string, string | undefined][] = [
    [await ask({ pins: [by(ann, A, " ")] }), 400, "INVALID_REQUEST", "options.pins[0].reason"],
    [await ask({ pins: [by(ann, A), by(ann, B)] }), 400, "CONTRADICTORY_PINS", "options.pins[1]"],
    [
      await ask({ pins: [by(ann, A)], exclusions: [by(ann, A)] }),
      400,
      "CONTRADICTORY_PINS",
      "options.pins[0]",
    ],
    [await ask({ pins: [by(ann, crypto.randomUUID())] }), 404, "JOB_LINE_NOT_FOUND", undefined],
    [
      await ask({ exclusions: [by(crypto.randomUUID(), A)] }),
      404,
      "WORKER_MAPPING_NOT_FOUND",
      undefined,
    ],
  ];
  for (const [response, status, code, path] of cases) {
    const problem = await response.json();
    assert.deepEqual([response.status, problem.code, problem.errors?.[0].path], [
      status,
      code,
      path,
    ]);
  }
  const options = { pins: [by(bob, A)], exclusions: [by(ann, B, "Trained there.")] };
  const run = await ended((await post(org, { options })).allocator_run_id);
  assert.equal(run.status, "COMPLETED", run.error_message);
  assert.deepEqual([run.options.pins, run.options.exclusions], [options.pins, options.exclusions]);
  assert.deepEqual((await matches(run.id)).map(([, line]) => line), ["C", "A", "B"]);
  const { data } = await org.manager.client.from("allocator_run_reasons")
    .select("worker_mapping, job_line, code, values, choice").eq("run", run.id);
  assert.deepEqual(
    data!.map(({ choice }) => choice).filter((choice) => !(choice >= 1)),
    [],
    "each says which choice the line was",
  );
  const reasons = data!.map((row) => [row.worker_mapping, row.job_line, row.code].join());
  assert.deepEqual(
    reasons.sort(),
    [
      [ann, A, "IMPOSSIBLE"],
      [ann, B, "NOT_ELIGIBLE"],
      [bob, B, "PINNED"],
      [cid, A, "IMPOSSIBLE"],
      [cid, C, "IMPOSSIBLE"],
    ].map(String).sort(),
  );
  assert.deepEqual(data!.find(({ code }) => code === "NOT_ELIGIBLE")!.values, {
    rule: "by_hand",
    tags: [],
  });
  const question = { exclusions: [{ worker_mapping: bob, job_line: A }] };
  const whatIf = await ended(
    (await post(org, { options: { what_if: question } })).allocator_run_id,
  );
  assert.equal(whatIf.status, "COMPLETED", whatIf.error_message);
  assert.deepEqual(whatIf.options.pins, options.pins);
  assert.equal(whatIf.result.difference.moved.better > 0, true, "bob is free again");
  const impossible = await ended(
    (await post(org, { options: { pins: [by(ann, A), by(bob, A)] } })).allocator_run_id,
  );
  assert.equal(impossible.status, "INFEASIBLE");
  assert.match(impossible.error_message, /This run pins .* to A/);
});

Deno.test("priority groups come one after the other, and couples get lines that fit, or the run says why not", async () => {
  await using org = await createOrg();
  await populate(org);
  const { ann, bob, cid, A, B, C } = await idsOf(org);
  const ask = (options: unknown) =>
    call(FN, org.manager, { body: { allocation_run: org.allocationRun, options } });
  const couple = (first: string, second: string, more: Record<string, unknown> = {}) => ({
    first,
    second,
    fit: "ranked_lines",
    ...more,
  });
  const nobody = crypto.randomUUID();
  const group = (name: string, worker_mappings: string[], qualification_tags: string[] = []) => ({
    name,
    worker_mappings,
    qualification_tags,
  });
  const cases: [unknown, number, string][] = [
    [{ linked_doctors: [couple(ann, bob), couple(bob, cid)] }, 400, "CONTRADICTORY_LINKS"],
    [{ linked_doctors: [couple(ann, ann)] }, 400, "CONTRADICTORY_LINKS"],
    [{ linked_doctors: [couple(ann, bob, { fit: "line_pairs" })] }, 400, "CONTRADICTORY_LINKS"],
    [{ linked_doctors: [couple(ann, bob, { fit: "near" })] }, 400, "INVALID_REQUEST"],
    [{ linked_doctors: [couple(ann, nobody)] }, 404, "WORKER_MAPPING_NOT_FOUND"],
    [{ priority_groups: [group("", [ann])] }, 400, "INVALID_REQUEST"],
    [{ priority_groups: [group("G", [nobody])] }, 404, "WORKER_MAPPING_NOT_FOUND"],
    [{ priority_groups: [group("G", [], [nobody])] }, 404, "QUALIFICATION_TAG_NOT_FOUND"],
  ];
  for (const [options, status, code] of cases) {
    const response = await ask(options);
    assert.deepEqual([response.status, (await response.json()).code], [status, code]);
  }
  const grouped = await ended(
    (await post(org, {
      options: { preferencer_weight: 0, priority_groups: [group("First", [cid])] },
    }))
      .allocator_run_id,
  );
  assert.equal(grouped.status, "COMPLETED", grouped.error_message);
  assert.equal((await matches(grouped.id))[2][1], "A", "cid comes first");
  const [first, rest] = grouped.result.report.groups;
  assert.deepEqual([first.name, first.workers, first.choices], ["First", 1, [1]]);
  assert.deepEqual([rest.name, rest.workers], [null, 2]);
  const pairs = [{ first: C, second: B }, { first: A, second: C }];
  const linked = await ended(
    (await post(org, {
      options: { linked_doctors: [couple(ann, bob, { fit: "line_pairs", line_pairs: pairs })] },
    })).allocator_run_id,
  );
  assert.equal(linked.status, "COMPLETED", linked.error_message);
  const [[, annsLine], [, bobsLine]] = await matches(linked.id);
  assert.ok(["CB", "AC"].includes(annsLine + bobsLine), annsLine + bobsLine);
  assert.deepEqual(linked.result.report.couples, { count: 1, blocking: [] });
  // No line has a hospital here, so that only the same line would do, which has one place.
  const apart = await ended(
    (await post(org, { options: { linked_doctors: [couple(ann, bob, { fit: "same_hospital" })] } }))
      .allocator_run_id,
  );
  assert.deepEqual([apart.status, apart.result.explanation.code], ["INFEASIBLE", "LINKED"]);
  assert.ok(
    apart.result.explanation.relaxations.some(({ change }: { change: string }) =>
      change === "Unlink the linked doctors."
    ),
  );
  const across = await ended(
    (await post(org, {
      options: {
        linked_doctors: [couple(ann, bob)],
        priority_groups: [group("First", [ann])],
      },
    })).allocator_run_id,
  );
  assert.deepEqual([across.status, across.error_code], ["FAILED", "LINKED_ACROSS_GROUPS"]);
});

Deno.test("a what-if follows the rules of every run: key, rights, one at a time", async () => {
  await using org = await createOrg();
  await using other = await createOrg();
  await populate(org);
  await ended((await post(org)).allocator_run_id);
  const body = { allocation_run: org.allocationRun, options: { what_if: {} } };
  const viewer = await createUser(org.id, "viewer");
  for (
    const [user, status, code] of [
      [viewer, 403, "FORBIDDEN"],
      [other.manager, 404, "ALLOCATION_RUN_NOT_FOUND"],
    ] as const
  ) {
    const response = await call(FN, user, { body });
    assert.deepEqual([response.status, (await response.json()).code], [status, code]);
  }
  const headers = { "idempotency-key": crypto.randomUUID() };
  const first = await (await call(FN, org.manager, { body, headers })).json();
  const again = await (await call(FN, org.manager, { body, headers })).json();
  assert.deepEqual([again.allocator_run_id, again.replayed], [first.allocator_run_id, true]);
  const run = await ended(first.allocator_run_id);
  assert.deepEqual(run.result.difference.moved.total, 0, "nothing asked, nobody moves");
});
