// Searches for primes through the real functions, on several isolates: what a UI gets to see, to the check of each prime.

import assert from "node:assert/strict";
import {
  createPrimesClient,
  type PrimeFind,
  type PrimesClient,
  ReceptorError,
} from "../../shared/client/mod.ts";
import { digestOf, type Find, planSearch, prepareBlock } from "../../shared/primes/engine.ts";
import { call, callInternal, createOrg, createUser, sql, type TestOrg } from "./fixture.ts";

/** An org whose finds are gone afterwards, although primes are nobody's. */
async function primeOrg(): Promise<TestOrg & AsyncDisposable & { primes: PrimesClient }> {
  const org = await createOrg();
  return {
    ...org,
    primes: createPrimesClient(org.manager.client),
    [Symbol.asyncDispose]: async () => {
      await org.manager.client.removeAllChannels();
      await sql`
        delete from public.primes p using public.prime_search_finds f
        where f.prime_id = p.id and f.org_id = ${org.id}
          and not exists (select from public.prime_search_finds o where o.prime_id = p.id and o.org_id <> ${org.id})`;
      await org[Symbol.asyncDispose]();
    },
  };
}

/** The same search in this process, as one block. */
function alone(form: string, params: Record<string, unknown>): Find[] {
  const end = planSearch({ form, params }).candidates - 1;
  const block = prepareBlock({ form, params, start: 0, end, sieveDepth: 1000 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return block.outcome(state).finds;
}

/** Waits until the checker has read all that a search found; it is called as the sweeper would. */
async function verified(primes: PrimesClient, run: string): Promise<PrimeFind[]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const finds = await primes.finds(run);
    if (finds.every((find) => find.verified)) return finds;
    await callInternal("heartbeat-sweeper");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("not all was verified");
}

Deno.test("a search is worked in blocks side by side, and the checker verifies what it found", async () => {
  await using org = await primeOrg();
  const search = { form: "factorial", params: { start: 1, end: 60 } };
  const plan = await org.primes.plan({ ...search, blockSize: 13 });
  assert.deepEqual([plan.candidates, plan.blocks, plan.blockSize], [120, 10, 13]);
  assert.deepEqual([plan.first, plan.last], ["1! - 1", "60! + 1"]);
  assert.ok(plan.cpuSeconds > 0 && plan.expectedFinds > 5 && plan.expectedFinds < 50);

  const answer = await org.primes.search({ ...search, blockSize: 13 });
  assert.equal(answer.dispatch, "sent");
  const run = await org.primes.watch(answer.primeSearchRunId).done;
  assert.equal(run.status, "COMPLETED", run.error_message ?? "");
  const expected = alone(search.form, search.params);
  assert.equal(run.result!.digest, digestOf(expected));
  assert.equal(run.result!.sieved + run.result!.tested, 120);
  assert.deepEqual([run.result!.found, run.result!.proven, run.result!.missing], [
    expected.length,
    expected.length,
    [],
  ]);
  const blocks = await org.primes.blocks(run.id);
  assert.ok(blocks.every(({ status }) => status === "completed"));

  const finds = await verified(org.primes, run.id);
  assert.deepEqual(
    finds.map(({ expression }) => expression),
    expected.map(({ expression }) => expression),
  );
  assert.ok(
    finds.every((find) => find.proof_method === "deterministic" && find.verification_method),
  );
  const checks = await sql`
    select count(*)::int as checks, bool_and(valid) as valid from public.prime_checks
    where prime_id = any(${finds.map(({ id }) => id)})`;
  assert.deepEqual([checks[0].checks, checks[0].valid], [finds.length, true]);

  const { primes: largest, total } = await org.primes.primes({
    form: "factorial",
    sort: "digits",
    descending: true,
    limit: 1,
    tag: "deterministic",
    search: "! - 1",
  });
  assert.ok(total > 3 && largest.length === 1);
  const again = await org.primes.verify(largest[0].id);
  assert.match(again.primeCheckRunId, /^[0-9a-f-]{36}$/);
});

Deno.test("block sizes and isolates change nothing of what is found", async () => {
  await using org = await primeOrg();
  const search = { form: "kbn", params: { n: 40, min_k: 1, max_k: 399, sign: "+" } };
  const digests = await Promise.all([45, 130, 400].map(async (blockSize, at) => {
    const { primeSearchRunId } = await org.primes.search({
      ...search,
      blockSize,
      maxConcurrentBlocks: at + 1,
    });
    const run = await org.primes.watch(primeSearchRunId).done;
    assert.equal(run.status, "COMPLETED", run.error_message ?? "");
    return run.result!.digest;
  }));
  assert.deepEqual(new Set(digests), new Set([digestOf(alone(search.form, search.params))]));
});

Deno.test("a search is paused, resumed and cancelled; what was found stays", async () => {
  await using org = await primeOrg();
  const { primeSearchRunId: id } = await org.primes.search({
    form: "kbn",
    params: { n: 3000, min_k: 1, max_k: 20_001 },
  });
  const paused = await org.primes.pause(id);
  assert.ok(paused.paused_at);
  // What was under way ends with its checkpoint; nothing begins.
  for (let attempt = 0; attempt < 100; attempt++) {
    const [{ claimed }] = await sql`
      select count(*)::int as claimed from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where j.run_id = ${id} and b.status = 'CLAIMED'`;
    if (claimed === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const slices = async () => {
    const [row] = await sql`
      select sum(b.slices)::int as slices from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where j.run_id = ${id}`;
    return row.slices;
  };
  const before = await slices();
  await callInternal("prime-solver");
  await callInternal("heartbeat-sweeper");
  assert.equal(await slices(), before);
  assert.equal((await org.primes.resume(id)).paused_at, null);
  const cancelled = await org.primes.cancel(id);
  assert.equal(cancelled.status, "CANCELLED");
  assert.ok(cancelled.result!.missing.length > 0);
  assert.equal((await org.primes.cancel(id)).status, "CANCELLED");
  assert.equal((await org.primes.pause(id)).paused_at, null);
});

Deno.test("a key that comes again is the same search; with another request it is refused", async () => {
  await using org = await primeOrg();
  const request = { form: "mersenne", params: { min_exp: 2, max_exp: 31 }, idempotencyKey: "once" };
  const first = await org.primes.search(request);
  const second = await org.primes.search(request);
  assert.deepEqual([second.primeSearchRunId, second.replayed], [first.primeSearchRunId, true]);
  await assert.rejects(
    org.primes.search({ ...request, params: { min_exp: 2, max_exp: 61 } }),
    (error: ReceptorError) => error.code === "IDEMPOTENCY_KEY_REUSED",
  );
  await org.primes.watch(first.primeSearchRunId).done;
});

Deno.test("what cannot be searched for is told with its path", async () => {
  await using org = await primeOrg();
  const refused = async (body: unknown) => {
    const response = await call("prime-orchestration", org.manager, { body });
    const { code, errors } = await response.json();
    return [response.status, code, errors?.[0]?.path];
  };
  assert.deepEqual(await refused({ form: "fibonacci", params: {} }), [400, "UNKNOWN_FORM", "form"]);
  assert.deepEqual(await refused({ form: "factorial", params: { start: 1 } }), [
    400,
    "INVALID_PARAMS",
    "params.end",
  ]);
  assert.deepEqual(await refused({ form: "factorial", params: { start: 9, end: 1 } }), [
    400,
    "INVALID_PARAMS",
    "params.end",
  ]);
  assert.deepEqual(await refused({ form: "factorial", params: { start: 1, end: 9, base: 2 } }), [
    400,
    "INVALID_PARAMS",
    "params.base",
  ]);
  assert.deepEqual(await refused({ form: "factorial" }), [400, "INVALID_REQUEST", "params"]);
  assert.deepEqual(await refused({ form: "factorial", params: { start: 1, end: 9 }, colour: 1 }), [
    400,
    "INVALID_REQUEST",
    "",
  ]);
  assert.deepEqual(
    await refused({ form: "kbn", params: { n: 50, min_k: 1, max_k: 2 ** 40 } }),
    [400, "INVALID_REQUEST", "params"],
  );
  assert.deepEqual(
    await refused({ form: "factorial", params: { start: 1, end: 9 }, org_id: crypto.randomUUID() }),
    [404, "ORG_NOT_FOUND", "org_id"],
  );
});

Deno.test("who may not search reads primes, and nothing else; strangers see no search", async () => {
  await using org = await primeOrg();
  await using other = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  const doctor = await createUser(org.id, "doctor");
  const { primeSearchRunId: id } = await org.primes.search({
    form: "mersenne",
    params: { min_exp: 2, max_exp: 31 },
  });
  const body = { form: "mersenne", params: { min_exp: 2, max_exp: 3 } };
  const status = async (
    path: string,
    user: Parameters<typeof call>[1],
    init: Parameters<typeof call>[2],
  ) => {
    const response = await call(`prime-orchestration${path}`, user, init);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status("", viewer, { body }), 403);
  assert.equal(await status("", doctor, { body }), 403);
  assert.equal(await status("", null, { body }), 401);
  assert.equal(await status(`/${id}`, viewer, { method: "GET" }), 200);
  assert.equal(await status(`/${id}`, viewer, { method: "DELETE" }), 403);
  assert.equal(await status(`/${id}/pause`, viewer, { body: {} }), 403);
  for (const stranger of [doctor, other.manager]) {
    assert.equal(await status(`/${id}`, stranger, { method: "GET" }), 404);
    assert.equal(await status(`/${id}`, stranger, { method: "DELETE" }), 404);
    assert.equal(await status(`/${id}/resume`, stranger, { body: {} }), 404);
  }
  await org.primes.watch(id).done;
  assert.ok((await createPrimesClient(doctor.client).primes({ form: "mersenne" })).total > 0);
  assert.equal(await status("/primes/0/verify", org.manager, { body: {} }), 400);
  assert.equal(await status("/primes/999999999/verify", org.manager, { body: {} }), 404);
  assert.equal(await status("/forms", doctor, { method: "GET" }), 200);
});

Deno.test("the solver and the checker take the internal key and nothing else", async () => {
  await using org = await createOrg();
  for (const name of ["prime-solver", "prime-checker"]) {
    const response = await call(name, org.manager, { body: {} });
    await response.body?.cancel();
    assert.equal(response.status, 401);
  }
});

Deno.test("a project that has it switched off says so", async () => {
  await using org = await primeOrg();
  await sql`update fleet.search_types set enabled = false where search_type = 'prime_search'`;
  try {
    await assert.rejects(
      org.primes.search({ form: "mersenne", params: { min_exp: 2, max_exp: 3 } }),
      (error: ReceptorError) => error.code === "PRIME_SEARCH_OFF",
    );
  } finally {
    await sql`update fleet.search_types set enabled = true where search_type = 'prime_search'`;
  }
});
