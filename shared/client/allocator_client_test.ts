// The allocator's client over the unmodified supabase-js, whose fetch and WebSocket the test answers.

import assert from "node:assert/strict";
import { createAllocatorClient } from "./allocator_client.ts";
import type { AllocatorRun } from "./allocator_types.ts";
import { ReceptorError } from "./errors.ts";
import { allocatorRun, MATCH_ID } from "./testing/allocator_runs.ts";
import { type FakeServer, fakeSupabase } from "./testing/fake_supabase.ts";
import type { WatchTimers } from "./watch.ts";

/** Timers that never make anyone wait: a callback is run at once, in order. */
const atOnce: WatchTimers = { set: (callback) => queueMicrotask(callback), clear: () => {} };
/** Timers that never come due: what a test sees came over the channel, or was read at once. */
const never: WatchTimers = { set: () => 0, clear: () => {} };

function client(server: FakeServer, timers: WatchTimers = atOnce) {
  const fake = fakeSupabase(server);
  return { ...fake, allocator: createAllocatorClient(fake.supabase, { timers }) };
}

function accepted(): Response {
  const answer = { allocator_run_id: MATCH_ID, status: "PENDING", dispatch: "sent" };
  return Response.json({ ...answer, replayed: false }, { status: 202 });
}

function refusal(check: (error: ReceptorError) => void) {
  return (error: unknown) => {
    assert(error instanceof ReceptorError);
    check(error);
    return true;
  };
}

Deno.test("allocate() posts the request and answers the run", async () => {
  const { allocator, requests } = client(accepted);
  const answer = await allocator.allocate({
    allocationRun: "a1",
    isExclusive: true,
    includedJobLines: ["l1"],
    includedWorkerMappings: ["m1"],
    options: { stability: true },
  });
  const expected = { allocatorRunId: MATCH_ID, status: "PENDING", dispatch: "sent" };
  assert.deepEqual(answer, { ...expected, replayed: false });
  assert.equal(requests[0].method, "POST");
  assert.equal(requests[0].path, "/functions/v1/allocator-orchestration");
  assert.deepEqual(requests[0].body, {
    allocation_run: "a1",
    is_exclusive: true,
    included_job_lines: ["l1"],
    included_worker_mappings: ["m1"],
    options: { stability: true },
  });
});

Deno.test("allocate() sends a lost request again under the same idempotency key", async () => {
  const answers = [() => new Response("gateway timeout", { status: 504 }), accepted];
  const { allocator, requests } = client(() => answers.shift()!());
  await allocator.allocate({ allocationRun: "a1" });
  const keys = requests.map((request) => request.headers.get("Idempotency-Key"));
  assert.match(keys[0]!, /^[0-9a-f]{32}$/);
  assert.deepEqual(keys, [keys[0], keys[0]]);
  assert.deepEqual(requests[0].body, { allocation_run: "a1" }, "what is left out has its default");
});

Deno.test("allocate() names the run that stands in the way", async () => {
  const problem = { code: "UNFINISHED_RUN", detail: "A run is under way.", allocator_run_id: "r9" };
  const { allocator, requests } = client(() => Response.json(problem, { status: 409 }));
  await assert.rejects(
    allocator.allocate({ allocationRun: "a1" }),
    refusal((error) =>
      assert.deepEqual([error.code, error.allocatorRunId], ["UNFINISHED_RUN", "r9"])
    ),
  );
  assert.equal(requests.length, 1);
});

Deno.test("whatIf() posts what is asked, and preview() reads who would move", async () => {
  const { allocator, requests } = client(accepted);
  const pin = { workerMapping: "m1", jobLine: "l1" };
  const answer = await allocator.whatIf({
    allocationRun: "a1",
    options: { preferencerWeight: 0.6 },
    pins: [pin],
  });
  assert.equal(answer.allocatorRunId, MATCH_ID);
  assert.deepEqual(requests[0].body, {
    allocation_run: "a1",
    options: {
      preferencer_weight: 0.6,
      what_if: { pins: [{ worker_mapping: "m1", job_line: "l1" }] },
    },
  });
  const move = { worker: "m1", name: "Dr 1", from: null, to: { line: "l1", name: "Line 1" } };
  const row = { allocations: [["m1", "l1", 1.5, 1], ["m2", "l2", null, null]], moves: [move] };
  const found = client(() => Response.json([row]));
  assert.deepEqual(await found.allocator.preview(MATCH_ID), {
    allocations: [
      { worker: "m1", line: "l1", originalPreference: 1.5, choice: 1 },
      { worker: "m2", line: "l2", originalPreference: null, choice: null },
    ],
    moves: [move],
  });
  assert.equal(found.requests[0].params.get("run"), `eq.${MATCH_ID}`);
  const none = client(() => Response.json([]));
  await assert.rejects(
    none.allocator.preview(MATCH_ID),
    refusal((error) => assert.equal(error.code, "NOT_FOUND")),
  );
});

Deno.test("cancel() deletes the run and answers it; run() reads it", async () => {
  const cancelled = allocatorRun({ status: "CANCELLED" });
  const { allocator, requests } = client(() => Response.json(cancelled));
  assert.equal((await allocator.cancel(MATCH_ID)).status, "CANCELLED");
  assert.equal(requests[0].method, "DELETE");
  assert.equal(requests[0].path, `/functions/v1/allocator-orchestration/${MATCH_ID}`);
  const found = client(() => Response.json([cancelled]));
  assert.deepEqual(await found.allocator.run(MATCH_ID), cancelled);
  const none = client(() => Response.json([]));
  await assert.rejects(
    none.allocator.run(MATCH_ID),
    refusal((error) => assert.match(error.message, /^There is no allocator run /)),
  );
});

Deno.test("watch() follows a run on the allocator's table to its terminal event", async () => {
  const state = { row: allocatorRun({ status: "PENDING", started_at: null, progress: null }) };
  const { allocator, supabase, sockets } = client(() => Response.json([state.row]), never);
  const seen: AllocatorRun[] = [];
  const live = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const watch = allocator.watch(MATCH_ID, (run) => {
    seen.push(run);
    first.resolve();
  }, { onConnection: () => live.resolve() });
  await Promise.all([live.promise, first.promise]);
  assert.match([...sockets[0].joined.keys()][0], /allocator_py_runs/);
  sockets[0].update({ ...allocatorRun(), request: {} });
  const ended = "2026-01-05T00:00:02+00:00";
  state.row = allocatorRun({ status: "COMPLETED", finished_at: ended, updated_at: ended });
  sockets[0].update(state.row);
  assert.deepEqual(await watch.done, state.row);
  assert.deepEqual(seen.map((run) => run.status), ["PENDING", "GENERATING", "COMPLETED"]);
  assert.deepEqual(seen[1], allocatorRun(), "columns that are none of a UI's are dropped");
  await supabase.removeAllChannels();
});

/** An allocation of doctor n as the API embeds it. */
function allocationRow(n: number, change: object = {}): { run: string; [column: string]: unknown } {
  return {
    id: `a${n}`,
    run: MATCH_ID,
    original_preference: n === 0 ? null : n + 0.5,
    choice: n === 0 ? null : n,
    mapping: { id: `m${n}`, worker: { id: `w${n}`, name: `Dr ${n}` } },
    line: { id: `l${n}`, name: `Line ${n}`, sort_order: n },
    ...change,
  };
}

/** A server of allocations, of a match that these runs make up, the newest first. */
function allocationServer(all: object[], runs: string[] = [MATCH_ID]): FakeServer {
  return ({ path, params }) => {
    if (path.endsWith("/rpc/match_runs")) return Response.json(runs.map((run) => ({ run })));
    const offset = Number(params.get("offset"));
    const page = all.slice(offset, offset + 1000);
    const range = `${offset}-${offset + page.length - 1}/${all.length}`;
    return Response.json(page, { headers: { "Content-Range": range } });
  };
}

Deno.test("allocations() reads 2,500 doctors and lines with their names, a thousand at a time", async () => {
  const all = Array.from({ length: 2500 }, (_, i) => allocationRow(2499 - i));
  const { allocator, requests } = client(allocationServer(all));
  const allocations = await allocator.allocations(MATCH_ID);
  assert.equal(requests.length, 4);
  assert.deepEqual(requests[0].body, { p_run: MATCH_ID });
  assert.equal(requests[1].params.get("run"), `in.(${MATCH_ID})`);
  assert.deepEqual(allocations.map(({ line }) => line.sort_order), all.map((_, i) => i));
  assert.deepEqual(
    allocations.slice(0, 2),
    [0, 1].map((n) => ({
      id: `a${n}`,
      run: MATCH_ID,
      worker: { mapping: `m${n}`, id: `w${n}`, name: `Dr ${n}` },
      line: { id: `l${n}`, name: `Line ${n}`, sort_order: n },
      originalPreference: n === 0 ? null : n + 0.5,
      choice: n === 0 ? null : n,
    })),
  );
});

Deno.test("allocations() of an exclusive match has those that stood before, each doctor once", async () => {
  const all = [
    allocationRow(1, { run: "before" }),
    allocationRow(2, { run: "before" }),
    allocationRow(2, { id: "newer", line: { id: "l9", name: "Line 9", sort_order: 9 } }),
    allocationRow(3),
  ];
  const { allocator } = client(allocationServer(all, [MATCH_ID, "before"]));
  const allocations = await allocator.allocations(MATCH_ID);
  assert.deepEqual(allocations.map(({ run, worker, line }) => [run, worker.name, line.name]), [
    ["before", "Dr 1", "Line 1"],
    [MATCH_ID, "Dr 3", "Line 3"],
    [MATCH_ID, "Dr 2", "Line 9"],
  ]);
});

Deno.test("allocations() of a run that makes no match is nobody's, without a second request", async () => {
  const { allocator, requests } = client(allocationServer([allocationRow(1)], []));
  assert.deepEqual(await allocator.allocations(MATCH_ID), []);
  assert.equal(requests.length, 1);
});

Deno.test("populate() hands the document over, and on the path of each fault", async () => {
  const constraints = [{ name: "LEAVE", value: { min_weeks: 2, someThing: 1 } }];
  const people = { workers: [{ email: "a@x.example", name: "A" }], constraints };
  const document = {
    allocationRun: "a1",
    ...people,
    lines: [{ name: "L", maxNWorkers: 2, eligibility: { excludedWorkers: ["a@x.example"] } }],
  };
  const done = client(() =>
    Response.json({ allocation_run: "a1", workers: 1, lines: 3, snapshot: null, gaps: 0 })
  );
  const population = await done.allocator.populate(document);
  assert.deepEqual(population, {
    allocationRun: "a1",
    workers: 1,
    lines: 3,
    snapshot: null,
    gaps: 0,
  });
  assert.deepEqual(done.requests[0].body, {
    p_document: {
      allocation_run: "a1",
      ...people,
      lines: [{ name: "L", max_n_workers: 2, eligibility: { excluded_workers: ["a@x.example"] } }],
    },
  });
  const errors = [{ path: "preferences[0].worker", message: "no doctor b@x.example" }];
  const body = { code: "RC400", message: "no", details: JSON.stringify(errors) };
  const refused = client(() => Response.json(body, { status: 500 }));
  await assert.rejects(
    refused.allocator.populate(document),
    refusal((error) => assert.deepEqual(error.errors, errors)),
  );
});

Deno.test("reasons() answers why doctors did not get better lines, of all or of one", async () => {
  const values = { placed: 2, objective: 1.5, objective_exact: true, ranks: 3, exact: true };
  const row = { worker_mapping: "m1", job_line: "l1", code: "FULL_BETTER", values };
  const { allocator, requests } = client(() =>
    Response.json([row], { headers: { "Content-Range": "0-0/1" } })
  );
  const { objective_exact: objectiveExact, ...others } = values;
  assert.deepEqual(await allocator.reasons(MATCH_ID, "m1"), [
    { worker: "m1", line: "l1", code: "FULL_BETTER", values: { ...others, objectiveExact } },
  ]);
  assert.equal(requests[0].path.split("?")[0], "/rest/v1/allocator_run_reasons");
});

Deno.test("allocate() sends what is decided by hand with its reasons", async () => {
  const { allocator, requests } = client(accepted);
  const pin = { workerMapping: "m1", jobLine: "l1", reason: "Agreed." };
  await allocator.allocate({ allocationRun: "a1", options: { pins: [pin] } });
  assert.deepEqual((requests[0].body as { options: unknown }).options, {
    pins: [{ worker_mapping: "m1", job_line: "l1", reason: "Agreed." }],
  });
});
