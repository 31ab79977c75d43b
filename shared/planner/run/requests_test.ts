import assert from "node:assert/strict";
import { requestPlannerRun } from "./requests.ts";

type Client = Parameters<typeof requestPlannerRun>[0];

const ALLOCATION_RUN = crypto.randomUUID();
const BODY = { allocation_run: ALLOCATION_RUN, n_job_lines: 2, constraints: ["VIC_PGY1"] };

/** A client whose rpc() gives one answer and keeps what it was asked. */
function clientThat(answer: { data?: unknown; error?: unknown }): Client & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    rpc: (...call: unknown[]) => {
      asked.push(call);
      return Promise.resolve({ data: null, error: null, ...answer });
    },
  } as unknown as Client & { asked: unknown[] };
}

/** A solver function that answers with a status, or none at all; where requests go to it. */
async function withSolver(status: number | null, test: () => Promise<void>): Promise<void> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(null, { status: status ?? 200 }),
  );
  Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${server.addr.port}`);
  Deno.env.set("RECEPTOR_INTERNAL_KEY", "key");
  if (status === null) await server.shutdown();
  try {
    await test();
  } finally {
    if (status !== null) await server.shutdown();
  }
}

const created = {
  data: { outcome: "created", run: { id: "r", status: "PENDING", finished_at: null } },
};

Deno.test("requestPlannerRun() says sent when the solver heard of the run", async () => {
  await withSolver(202, async () => {
    assert.deepEqual(await requestPlannerRun(clientThat(created), BODY, null), {
      planner_run_id: "r",
      status: "PENDING",
      dispatch: "sent",
      replayed: false,
    });
  });
});

Deno.test("requestPlannerRun() says deferred when the solver refuses or is not there", async () => {
  for (const status of [503, null]) {
    await withSolver(status, async () => {
      const answer = await requestPlannerRun(clientThat(created), BODY, null);
      assert.deepEqual([answer.status, answer.dispatch], ["PENDING", "deferred"]);
    });
  }
});

Deno.test("requestPlannerRun() leaves the solver alone while other runs come first", async () => {
  // The last run to end looks for the next one; there is no solver here that could be called.
  // Of another type meanwhile: resolving the overloads of its rpc() takes the compiler seconds.
  const client = clientThat(created) as unknown as { rpc: (...call: unknown[]) => unknown };
  const { rpc } = client;
  client.rpc = (...call) =>
    call[0] === "solver_calls_needed" ? Promise.resolve({ data: 0, error: null }) : rpc(...call);
  const answer = await requestPlannerRun(client as unknown as Client, BODY, null);
  assert.equal(answer.dispatch, "queued");
});

Deno.test("requestPlannerRun() hands over the validated request with its defaults", async () => {
  await withSolver(202, async () => {
    const client = clientThat(created);
    await requestPlannerRun(client, BODY, "key");
    const options = { allow_partial: false, seed: 1, mode: "rebuild", dry_run: false };
    assert.deepEqual(client.asked[0], ["request_planner_run", {
      p_run: { ...BODY, options, accept_losses: false },
      p_request: { ...BODY, options, save_constraints: false, accept_losses: false },
      p_idempotency_key: "key",
      p_save_constraints: false,
    }]);
  });
});

Deno.test("requestPlannerRun() counts what would be lost, and asks", async () => {
  const losses = { lines: 2, ranks: 30 };
  const client = clientThat({ data: { outcome: "would_lose", losses } });
  await assert.rejects(requestPlannerRun(client, BODY, null), {
    status: 409,
    code: "WOULD_LOSE",
    extras: { members: { losses } },
  });
});

Deno.test("requestPlannerRun() tells a missing right from a fault of ours", async () => {
  const denied = clientThat({ error: { code: "42501", message: "permission denied for table x" } });
  await assert.rejects(requestPlannerRun(denied, BODY, null), { status: 403, code: "FORBIDDEN" });
  const broken = clientThat({ error: { code: "XX000", message: "cache lookup failed" } });
  await assert.rejects(requestPlannerRun(broken, BODY, null), { name: "Error", code: "XX000" });
});

Deno.test("requestPlannerRun() refuses an idempotency key that is too long", async () => {
  await assert.rejects(requestPlannerRun(clientThat(created), BODY, "x".repeat(201)), {
    status: 400,
    code: "INVALID_REQUEST",
  });
});
