// Requests of allocator runs: what is refused before the database is asked, and what its outcomes come to.

import assert from "node:assert/strict";
import { ApiError } from "../../platform/problem_details.ts";
import { requestAllocatorRun } from "./requests.ts";

type Client = Parameters<typeof requestAllocatorRun>[0];

const id = () => crypto.randomUUID();

/** A client whose rpc() gives one answer and keeps what it was asked. */
function clientThat(data: unknown): Client & { asked: unknown[][] } {
  const asked: unknown[][] = [];
  const rpc = (...call: unknown[]) => {
    asked.push(call);
    // No solver is called: there is none here.
    const answer = call[0] === "solver_calls_needed" ? 0 : data;
    return Promise.resolve({ data: answer, error: null });
  };
  return { asked, rpc } as unknown as Client & { asked: unknown[][] };
}

const created = (outcome = "created") =>
  clientThat({ outcome, run: { id: "r", status: "PENDING", finished_at: null } });

async function refused(client: Client, body: unknown): Promise<ApiError> {
  try {
    await requestAllocatorRun(client, body, null);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error;
  }
  throw new Error("it was taken");
}

Deno.test("a request goes to the database with its defaults, and answers the run", async () => {
  const client = created(), allocation_run = id();
  const answer = await requestAllocatorRun(client, { allocation_run }, "key");
  assert.deepEqual(
    [answer.allocator_run_id, answer.status, answer.replayed],
    ["r", "PENDING", false],
  );
  const [name, sent] = client.asked[0] as [string, Record<string, Record<string, unknown>>];
  assert.equal(name, "request_allocator_run");
  assert.equal(sent.p_idempotency_key as unknown, "key");
  const { is_exclusive, included_job_lines } = sent.p_run;
  assert.deepEqual([sent.p_run.allocation_run, is_exclusive, included_job_lines], [
    allocation_run,
    false,
    null,
  ]);
  const again = await requestAllocatorRun(created("replayed"), { allocation_run }, "key");
  assert.equal(again.replayed, true);
});

Deno.test("a pin against another, or a doctor linked twice, is refused before the database hears of it", async () => {
  const [a, b, c, l, m] = [id(), id(), id(), id(), id()], allocation_run = id();
  const pins = [{ worker_mapping: a, job_line: l }, { worker_mapping: a, job_line: m }];
  const couples = [[a, b], [b, c]].map(([first, second]) => ({
    first,
    second,
    fit: "ranked_lines",
  }));
  for (
    const [options, code] of [
      [{ pins: pins.map((pin) => ({ ...pin, reason: "agreed" })) }, "CONTRADICTORY_PINS"],
      [{ linked_doctors: couples }, "CONTRADICTORY_LINKS"],
      [{ what_if: { pins } }, "CONTRADICTORY_PINS"],
    ] as const
  ) {
    const client = created(), error = await refused(client, { allocation_run, options });
    assert.deepEqual([error.status, error.code, client.asked.length], [400, code, 0]);
  }
});

Deno.test("a body that is no request is refused with its path", async () => {
  for (const body of [null, [], {}, { allocation_run: "x" }, { allocation_run: id(), seed: 1 }]) {
    const error = await refused(created(), body);
    assert.deepEqual([error.status, error.code], [400, "INVALID_REQUEST"], JSON.stringify(body));
  }
});

Deno.test("a what-if without a completed match has nothing to compare with: NO_BASE_RUN", async () => {
  const body = { allocation_run: id(), options: { what_if: {} } };
  const error = await refused(clientThat({ outcome: "no_base_run" }), body);
  assert.deepEqual([error.status, error.code], [409, "NO_BASE_RUN"]);
});
