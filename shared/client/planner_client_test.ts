// The client over the unmodified supabase-js, whose fetch and WebSocket the test answers.

import assert from "node:assert/strict";
import { ReceptorError } from "./errors.ts";
import { createPlannerClient } from "./planner_client.ts";
import { type FakeServer, type FakeSocket, fakeSupabase } from "./testing/fake_supabase.ts";
import { FakeTimers } from "./testing/fake_timers.ts";
import { completed, generating, plannerRun, RUN_ID } from "./testing/runs.ts";
import type { PlannerRun } from "./planner_types.ts";
import type { WatchTimers } from "./watch.ts";

/** Timers that never make anyone wait: a callback is run at once, in order. */
const atOnce: WatchTimers = { set: (callback) => queueMicrotask(callback), clear: () => {} };

function client(server: FakeServer, timers: WatchTimers = atOnce) {
  const fake = fakeSupabase(server);
  return { ...fake, planner: createPlannerClient(fake.supabase, { timers }) };
}

function accepted(changes: object = {}): Response {
  const answer = { planner_run_id: RUN_ID, status: "PENDING", dispatch: "sent", replayed: false };
  return Response.json({ ...answer, ...changes }, { status: 202 });
}

function problem(status: number, code: string, more: object = {}): Response {
  const body = JSON.stringify({ title: code, status, code, detail: `${code}!`, ...more });
  return new Response(body, { status, headers: { "Content-Type": "application/problem+json" } });
}

function hasCode(code: string) {
  return (error: unknown) => error instanceof ReceptorError && error.code === code;
}

Deno.test("generate() posts the request and answers the run", async () => {
  const { planner, requests } = client(() => accepted());
  const answer = await planner.generate({
    allocationRun: "a1",
    nJobLines: 60,
    constraints: ["VIC_PGY1"],
    options: { allowPartial: true },
    saveConstraints: true,
    seenConstraints: [],
  });
  assert.deepEqual(answer, {
    plannerRunId: RUN_ID,
    status: "PENDING",
    dispatch: "sent",
    replayed: false,
  });
  assert.equal(requests[0].method, "POST");
  assert.equal(requests[0].path, "/functions/v1/planner-orchestration");
  assert.deepEqual(requests[0].body, {
    allocation_run: "a1",
    n_job_lines: 60,
    constraints: ["VIC_PGY1"],
    options: { allow_partial: true },
    save_constraints: true,
    seen_constraints: [],
  });
});

Deno.test("constraints() reads the catalogue", async () => {
  const bounds = { LEAVE: { min_weeks: 2 } }, parameter = { properties: { min_weeks: {} } };
  const catalogue = {
    version: 2,
    default_ruleset: "UNRESTRICTED",
    rulesets: [{ name: "VIC", bounds }],
    rules: [{ name: "LEAVE", parameter, may_be_bare: false }],
  };
  const { planner, requests } = client(() => Response.json(catalogue));
  // What a form sends back as a value of a constraint keeps its spelling.
  assert.deepEqual(await planner.constraints(), {
    version: 2,
    defaultRuleset: "UNRESTRICTED",
    rulesets: [{ name: "VIC", bounds }],
    rules: [{ name: "LEAVE", parameter, mayBeBare: false }],
  });
  assert.equal(requests[0].method, "GET");
  assert.equal(requests[0].path, "/functions/v1/planner-orchestration/constraints");
});

Deno.test("generate() sends a lost request again under the same idempotency key", async () => {
  const answers = [
    () => {
      throw new TypeError("connection reset");
    },
    () => new Response("gateway timeout", { status: 504 }),
    () => accepted({ replayed: true }),
  ];
  const { planner, requests } = client(() => answers.shift()!());
  const answer = await planner.generate({ allocationRun: "a1", nJobLines: 60 });
  const keys = requests.map((request) => request.headers.get("Idempotency-Key"));
  assert.equal(answer.replayed, true);
  assert.equal(keys.length, 3);
  assert.match(keys[0]!, /^[0-9a-f]{32}$/);
  assert.equal(new Set(keys).size, 1);
});

Deno.test("generate() sends again under the same key what the database was too busy for", async () => {
  const answers = [problem(503, "BUSY"), problem(503, "BUSY"), accepted({ replayed: false })];
  const { planner, requests } = client(() => answers.shift()!);
  await planner.generate({ allocationRun: "a1", nJobLines: 60 });
  const keys = requests.map((request) => request.headers.get("Idempotency-Key"));
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
});

Deno.test("generate() sends again what the host or a proxy answered, and not Receptor's own failure", async () => {
  const page = (status: number) => new Response("<html>", { status });
  for (const status of [500, 520, 522, 546]) {
    const answers = [page(status), page(200), accepted({ replayed: true })];
    const { planner, requests } = client(() => answers.shift()!);
    await planner.generate({ allocationRun: "a1", nJobLines: 60 });
    const keys = requests.map((request) => request.headers.get("Idempotency-Key"));
    assert.equal(keys.length, 3, `${status}`);
    assert.equal(new Set(keys).size, 1);
  }
  const { planner, requests } = client(() => problem(500, "INTERNAL_ERROR"));
  await assert.rejects(
    planner.generate({ allocationRun: "a1", nJobLines: 60 }),
    hasCode("INTERNAL_ERROR"),
  );
  assert.equal(requests.length, 1);
});

Deno.test("generate() makes a key per call and uses the caller's where there is one", async () => {
  const { planner, requests } = client(() => accepted());
  const request = { allocationRun: "a1", nJobLines: 60 };
  await planner.generate(request);
  await planner.generate(request);
  await planner.generate({ ...request, idempotencyKey: "mine" });
  const keys = requests.map((request) => request.headers.get("Idempotency-Key"));
  assert.notEqual(keys[0], keys[1]);
  assert.equal(keys[2], "mine");
});

Deno.test("generate() gives up with NETWORK where nothing can be reached", async () => {
  const { planner, requests } = client(() => {
    throw new TypeError("offline");
  });
  const request = planner.generate({ allocationRun: "a1", nJobLines: 60 });
  await assert.rejects(request, hasCode("NETWORK"));
  assert.equal(requests.length, 3);
});

Deno.test("generate() names the run that stands in the way and does not insist", async () => {
  const { planner, requests } = client(() =>
    problem(409, "UNFINISHED_RUN", { planner_run_id: "r9" })
  );
  await assert.rejects(planner.generate({ allocationRun: "a1", nJobLines: 60 }), (error) => {
    assert(error instanceof ReceptorError);
    assert.equal(error.code, "UNFINISHED_RUN");
    assert.equal(error.plannerRunId, "r9");
    return true;
  });
  assert.equal(requests.length, 1);
});

Deno.test("generate() hands on a path for each fault", async () => {
  const errors = [{ path: "n_job_lines", message: "must be at least 1" }];
  const { planner } = client(() => problem(400, "INVALID_REQUEST", { errors }));
  await assert.rejects(planner.generate({ allocationRun: "a1", nJobLines: 0 }), (error) => {
    assert.deepEqual((error as ReceptorError).errors, errors);
    return true;
  });
});

Deno.test("cancel() deletes the run and answers it", async () => {
  const { planner, requests } = client(() => Response.json(plannerRun({ status: "CANCELLED" })));
  assert.equal((await planner.cancel(RUN_ID)).status, "CANCELLED");
  assert.equal(requests[0].method, "DELETE");
  assert.equal(requests[0].path, `/functions/v1/planner-orchestration/${RUN_ID}`);
});

Deno.test("run() answers the row, and NOT_FOUND where there is none", async () => {
  const found = client(() => Response.json([plannerRun()]));
  assert.deepEqual(await found.planner.run(RUN_ID), plannerRun());
  const none = client(() => Response.json([]));
  await assert.rejects(none.planner.run(RUN_ID), hasCode("NOT_FOUND"));
});

Deno.test("preview() names the positions of a dry run's lines", async () => {
  const line = {
    id: "l1",
    name: "Line 01",
    sort_order: 1,
    change: "changed",
    positions: ["p1", "gone"],
    leave: [{ start_week: 3, weeks: 2 }],
  };
  const stored = { org_id: "o1", lines: [{ ...line, before: ["p2", null] }] };
  // Numbers that some servers tell as texts.
  const positions = [{ id: "p1", name: "One", fte: 1 }, { id: "p2", name: "Two", fte: 0.5 }];
  const told = positions.map((each) => ({ ...each, fte: each.fte.toFixed(2) }));
  const { planner } = client((request) =>
    request.path.includes("/planner_run_previews")
      ? Response.json([stored])
      : Response.json(told, { headers: { "Content-Range": "0-1/2" } })
  );
  const [answer] = await planner.preview(RUN_ID);
  assert.deepEqual(answer.positions, [positions[0], null]);
  assert.deepEqual(answer.before, [positions[1], null]);
  assert.equal(answer.change, "changed");
  assert.deepEqual([answer.sortOrder, answer.leave], [1, [{ startWeek: 3, weeks: 2 }]]);
  const none = client(() => Response.json([]));
  await assert.rejects(none.planner.preview(RUN_ID), hasCode("NOT_FOUND"));
});

Deno.test("restore() answers what was put back and maps the database's refusals", async () => {
  const done = client(() => Response.json({ lines: 3, replaced_snapshot: "s2" }));
  assert.deepEqual(await done.planner.restore("s1"), { lines: 3, replacedSnapshot: "s2" });
  assert.deepEqual(done.requests[0].body, { p_snapshot: "s1" });
  const refused = client(() =>
    Response.json({ code: "RC409", message: "A planner run is under way." }, { status: 400 })
  );
  await assert.rejects(refused.planner.restore("s1"), hasCode("CONFLICT"));
});

/** Answers a REST request for rows as a server with a limit of 1,000 rows does. */
function rows(request: { params: URLSearchParams }, all: object[]): Response {
  const offset = Number(request.params.get("offset") ?? 0);
  const limit = Math.min(Number(request.params.get("limit") ?? 1000), 1000);
  const page = all.slice(offset, offset + limit);
  const range = page.length ? `${offset}-${offset + page.length - 1}` : "*";
  return Response.json(page, { headers: { "Content-Range": `${range}/${all.length}` } });
}

const pad = (n: number) => String(n).padStart(4, "0");

/** `count` lines of five rotations over 40 positions, as tables. */
function tables(count: number) {
  const lines = Array.from({ length: count }, (_, i) => ({
    id: `line-${pad(i)}`,
    org_id: "o1",
    name: `Line ${pad(i)}`,
    sort_order: i,
  }));
  const rotations = lines.flatMap((line, i) =>
    [1, 2, 3, 4, 5].map((term) => ({
      id: `${line.id}-${term}`,
      job_line: line.id,
      position: `position-${(i + term) % 40}`,
      term,
    }))
  );
  const positions = Array.from({ length: 40 }, (_, i) => ({ id: `position-${i}`, name: `P${i}` }));
  const job_line_leave = lines.map(({ id }) => ({ job_line: id, starts_on: "2027-01-25" }));
  const job_line_remarks: object[] = [];
  return { job_lines: lines, rotations, job_line_leave, job_line_remarks, positions } as Record<
    string,
    object[]
  >;
}

function restServer(data: Record<string, object[]>): FakeServer {
  return (request) => rows(request, data[request.path.split("?")[0].split("/").at(-1)!]);
}

Deno.test("lines() assembles 1,000 lines and 5,000 rotations past the limit of rows", async () => {
  const { planner, requests } = client(restServer(tables(1000)));
  const lines = await planner.lines("a1");
  assert.equal(lines.length, 1000);
  assert.deepEqual(lines[999].rotations.map((r) => r.term), [1, 2, 3, 4, 5]);
  assert.equal(lines[999].rotations[0].position.name, "P0");
  assert.deepEqual(lines[999].leave, [{ starts_on: "2027-01-25" } as never]);
  assert.equal(requests.length, 1 + 5 + 1 + 1 + 1, "no request per line");
});

Deno.test("lines() of an allocation run without lines is empty", async () => {
  const { planner } = client(restServer(tables(0)));
  assert.deepEqual(await planner.lines("a1"), []);
});

Deno.test("lines() reads again when a planner run replaced them between its queries", async () => {
  const now = tables(3);
  const before = {
    ...now,
    job_lines: now.job_lines.map((line, i) => ({ ...line, id: `old-${i}` })),
  };
  const servers = Array.from({ length: 5 }, () => restServer(before));
  const { planner } = client((request) => (servers.shift() ?? restServer(now))(request));
  const lines = await planner.lines("a1");
  assert.deepEqual(lines.map((line) => line.id), ["line-0000", "line-0001", "line-0002"]);
});

Deno.test("lines() asks for no positions that its caller has asked for, but where they miss one", async () => {
  const known = client(restServer(tables(3)));
  const read = known.planner.positions("o1");
  const lines = await known.planner.lines("a1", read);
  assert.match(lines[0].rotations[0].position.name, /^P\d$/);
  const positionsAsked = (requests: { path: string }[]) =>
    requests.filter(({ path }) => /\/positions\b/.test(path)).length;
  assert.equal(positionsAsked(known.requests), 1);
  const { planner, requests } = client(restServer(tables(3)));
  const again = await planner.lines("a1", Promise.resolve([]));
  assert.deepEqual(again, lines);
  assert.equal(positionsAsked(requests), 1);
});

Deno.test("lines() says so when they keep changing", async () => {
  const data = tables(2);
  data.job_lines = [{ id: "other", org_id: "o1", name: "Other", sort_order: 0 }];
  const { planner } = client(restServer(data));
  await assert.rejects(planner.lines("a1"), hasCode("CONFLICT"));
});

Deno.test("history() lists snapshots past the limit of rows", async () => {
  const snapshots = Array.from({ length: 1200 }, (_, i) => ({ id: `s${i}`, line_count: i }));
  const { planner } = client(restServer({ job_lines_history: snapshots }));
  assert.equal((await planner.history("a1")).length, 1200);
});

function formServer(lastRun: PlannerRun | null): FakeServer {
  return (request) => {
    if (request.path.includes("/allocation_planner_runs")) {
      return Response.json(lastRun ? [lastRun] : []);
    }
    if (request.path.includes("/job_lines")) {
      return new Response(null, { headers: { "Content-Range": "0-56/57" } });
    }
    if (request.path.includes("/allocation_run_positions")) {
      const rows = [[1, 30], [2, 40], [1, 35], [2, 22]].map(([term, posts]) => ({ term, posts }));
      return Response.json(rows, { headers: { "Content-Range": "0-3/4" } });
    }
    const parent = { id: "a1", name: "PGY1 2027", status: "open", starts_on: "2027-01-04" };
    const terms = { ends_on: "2028-01-02", constraints: ["VIC_PGY1"], term_weeks: [10, 10] };
    return Response.json([{ ...parent, ...terms }]);
  };
}

Deno.test("restoreForm() gathers what a form shows", async () => {
  const options = { seed: 7, allow_partial: true };
  const { planner } = client(formServer({ ...completed(), options: options as object }));
  const form = await planner.restoreForm("a1");
  assert.deepEqual(form.allocationRun, {
    id: "a1",
    name: "PGY1 2027",
    status: "open",
    starts_on: "2027-01-04",
    ends_on: "2028-01-02",
  });
  assert.deepEqual(form.constraints, ["VIC_PGY1"]);
  assert.deepEqual(form.termWeeks, [10, 10]);
  assert.deepEqual(form.options, { seed: 7, allowPartial: true });
  assert.equal(form.nJobLines, 60);
  assert.equal(form.unfinishedRun, null);
  assert.equal(form.lastRun?.status, "COMPLETED");
  assert.equal(form.replacedLines, 57);
  assert.equal(form.fewestPosts, 62, "of the second term");
});

Deno.test("restoreForm() finds the run under way, and makes do without any", async () => {
  const busy = await client(formServer(generating(2))).planner.restoreForm("a1");
  assert.equal(busy.unfinishedRun?.id, RUN_ID);
  const fresh = await client(formServer(null)).planner.restoreForm("a1");
  assert.equal(fresh.lastRun, null);
  assert.equal(fresh.nJobLines, null);
  assert.equal(fresh.options, null);
});

/** A watched run whose row the test changes; `next(n)` waits until n updates were seen. */
function watched() {
  const state = { row: plannerRun() };
  const timers = new FakeTimers();
  const { planner, supabase, sockets } = client(() => Response.json([state.row]), timers);
  const seen: PlannerRun[] = [];
  let heard = () => {};
  let live: (() => void)[] = [];
  const watch = planner.watch(RUN_ID, (run) => {
    seen.push(run);
    heard();
  }, {
    onConnection: (connection) => {
      if (connection === "live") live.forEach((resolve) => resolve());
      if (connection === "live") live = [];
    },
  });
  const next = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => seen.length >= count && resolve();
      heard();
    });
  const joined = () => new Promise<void>((resolve) => live.push(resolve));
  const end = (socket: FakeSocket) => {
    state.row = completed();
    socket.update(state.row);
  };
  const close = () => supabase.removeAllChannels();
  return { state, timers, sockets, watch, seen, next, joined, end, close };
}

Deno.test("watch() follows a run over supabase-js to its terminal event", async () => {
  const w = watched();
  await w.joined();
  await w.next(1);
  w.sockets[0].update({ ...generating(1), request: {} });
  w.end(w.sockets[0]);
  assert.deepEqual(await w.watch.done, completed());
  assert.deepEqual(w.seen.map((run) => run.status), ["PENDING", "GENERATING", "COMPLETED"]);
  assert.deepEqual(w.seen[1], generating(1));
  await w.close();
});

Deno.test("watch() joins again after the server closed its channel", async () => {
  const w = watched();
  await w.joined();
  const again = w.joined();
  w.sockets[0].closeChannels();
  await w.timers.pass(500);
  await again;
  w.end(w.sockets.at(-1)!);
  assert.equal((await w.watch.done).status, "COMPLETED");
  await w.close();
});

Deno.test("watch() connects again after the socket broke", async () => {
  const w = watched();
  await w.joined();
  const again = w.joined();
  w.sockets[0].close(1006, "gone");
  await w.timers.pass(500);
  await again;
  assert.equal(w.sockets.length, 2);
  w.end(w.sockets[1]);
  assert.equal((await w.watch.done).status, "COMPLETED");
  await w.close();
});

Deno.test("watch() reads the row when an event was cut for its size", async () => {
  const w = watched();
  await w.joined();
  await w.next(1);
  w.state.row = completed();
  w.sockets[0].update({ id: RUN_ID, status: "COMPLETED" }, ["Error 413: Payload Too Large"]);
  assert.deepEqual(await w.watch.done, completed());
  await w.close();
});
