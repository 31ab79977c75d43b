// Searches for primes through the real functions, on several isolates: what a UI gets to see, to the check of each prime.

import assert from "node:assert/strict";
import {
  createPlannerClient,
  createPrimesClient,
  type PrimeFind,
  type PrimesClient,
  ReceptorError,
} from "../../shared/client/mod.ts";
import { digestOf, type Find, planSearch, prepareBlock } from "../../shared/primes/engine.ts";
import { prepareSurvey } from "../../shared/primes/survey.ts";
import {
  assertSnakeCase,
  call,
  callInternal,
  createOrg,
  createUser,
  ended,
  sql,
  type TestOrg,
} from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

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
  return await eventually("all is verified", async () => {
    const finds = await primes.finds(run);
    if (finds.every((find) => find.verified)) return finds;
    await callInternal("heartbeat-sweeper");
    return null;
  }, 100);
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
  await assertSnakeCase(org.id);
});

/** A search whose blocks are cut anew before anybody begins one, as if its first had cost much. @returns its id */
async function cutAnew({ id }: TestOrg, form: string, params: Record<string, unknown>) {
  return await sql.begin(async (tx) => {
    const [{ run }] = await tx`
      insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, sizes)
      values (${id}, ${form}, ${
      tx.json(params as never)
    }, 120, 20, 6, '{}', 'measured') returning id as run`;
    const [{ job }] = await tx`
      update fleet.search_jobs set status = 'RUNNING', started_at = now() where run_id = ${run} returning id as job`;
    await tx`
      update public.prime_search_blocks set status = 'completed', completed_at = now(), sieved = 20, digest = repeat('0', 64), cpu_ms = 12000
      where run = ${run} and block_number = 1`;
    await tx`update fleet.work_blocks set slices = 1 where search_job_id = ${job} and block_number = 1`;
    const [{ recut }] = await tx`select prime_search.recut(${run}) as recut`;
    assert.equal(recut, true);
    await tx`
      update public.prime_search_blocks set status = 'available', completed_at = null, sieved = 0, digest = null, cpu_ms = 0
      where run = ${run} and block_number = 1`;
    await tx`update fleet.work_blocks set slices = 0 where search_job_id = ${job} and block_number = 1`;
    return run as string;
  });
}

Deno.test("blocks that are cut anew while a search runs change nothing of what is found, and every candidate has its evidence", async () => {
  await using org = await primeOrg();
  const params = { start: 1, end: 60 };
  const id = await cutAnew(org, "factorial", params);
  await callInternal("prime-solver");
  const run = await org.primes.watch(id).done;
  assert.equal(run.status, "COMPLETED", run.error_message ?? "");
  const expected = alone("factorial", params);
  assert.deepEqual([run.result!.digest, run.result!.sieved + run.result!.tested], [
    digestOf(expected),
    120,
  ]);
  const blocks = await sql`
    select block_start::int as start, block_end::int as end from public.prime_search_blocks where run = ${id} order by block_start`;
  assert.ok(blocks.some(({ start, end }) => start > 0 && end - start !== 19));
  let next = 0;
  for (const { start, end } of blocks) {
    assert.equal(start, next);
    next = end + 1;
  }
  assert.equal(next, 120);
  const composites = await org.primes.composites(id, { from: 15, to: 90 });
  const found = expected.map(({ index }) => index).filter((index) => index >= 15 && index <= 90);
  assert.equal(composites.length + found.length, 76);
  assert.ok(composites.every(({ candidate }) => !found.includes(candidate)));
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
  await eventually("nothing is under way", async () => {
    const [{ claimed }] = await sql`
      select count(*)::int as claimed from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where j.run_id = ${id} and b.status = 'CLAIMED'`;
    return claimed === 0;
  });
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
    "colour",
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

Deno.test("a survey counts in blocks side by side, and its digest is that of the whole", async () => {
  await using org = await primeOrg();
  for (
    const [what, from, to, count] of [
      ["primes", 0, 10_000_000, 664_579],
      ["twins", 1, 1_000_000, 8169],
      ["palindromes", 0, 999_999, 113],
    ] as const
  ) {
    const search = { form: "survey", params: { what, from, to } };
    const plan = await org.primes.plan({ ...search, blockSize: 3_000_001 });
    assert.equal(plan.candidates, to - from + 1);
    assert.ok(Math.abs(plan.expectedFinds / count - 1) < 0.3, `${plan.expectedFinds}`);
    const { primeSearchRunId } = await org.primes.search({ ...search, blockSize: 3_000_001 });
    const { status, result, error_message } = await org.primes.watch(primeSearchRunId).done;
    assert.equal(status, "COMPLETED", error_message ?? "");
    const survey = prepareSurvey({ what, from, to });
    let state = survey.start();
    while (!survey.done(state)) state = survey.step(state, { remainingMs: () => Infinity });
    const { first, last, sum, digest } = survey.outcome(state);
    assert.deepEqual(result!.counted, { count, first, last, sum });
    assert.equal(result!.digest, digest);
    assert.deepEqual(
      [result!.found, result!.proven, result!.sieved + result!.tested],
      [count, count, to - from + 1],
    );
    assert.deepEqual(await org.primes.finds(primeSearchRunId), []);
    await assert.rejects(
      org.primes.composites(primeSearchRunId),
      (error: ReceptorError) => error.code === "SURVEY_LISTS_NOTHING",
    );
  }
});

Deno.test("every candidate that is no prime keeps a factor or a residue", async () => {
  await using org = await primeOrg();
  const search = { form: "factorial", params: { start: 30, end: 60 } };
  const { primeSearchRunId: id } = await org.primes.search({ ...search, blockSize: 13 });
  const { result } = await org.primes.watch(id).done;
  const composites = await org.primes.composites(id);
  assert.equal(composites.length + result!.found, 62);
  for (const { expression, factor, res64 } of composites) {
    const [, n, sign] = /^(\d+)! ([+-]) 1$/.exec(expression)!;
    let value = 1n;
    for (let i = 2n; i <= BigInt(n); i++) value *= i;
    value += sign === "+" ? 1n : -1n;
    assert.ok(factor ? value % BigInt(factor) === 0n && BigInt(factor) < value : res64, expression);
  }
  assert.deepEqual(
    await org.primes.composites(id, { from: 12, to: 14 }),
    composites.filter(({ candidate }) => candidate >= 12 && candidate <= 14),
  );
  for (const range of [{ from: 62 }, { from: 5, to: 4 }, { from: 0.5 }]) {
    await assert.rejects(
      org.primes.composites(id, range),
      (error: ReceptorError) => error.status === 400,
    );
  }
});

/** gp's print of primecert(10^40 + 121), which N-1 and N+1 do not prove easily. */
const PARI_40 = "[[10000000000000000000000000000000000000121, -22, 9459152, 1, " +
  "[8986749531375339305571207626880980158008, 264228802877425555654626166509072893057]], " +
  "[1057177218422962227480856634928797, 62077446265796342, 8, 1057177218422962227480856634928796, " +
  "[905038879671103388539143088846700, 503347634661221293400802691838893]], " +
  "[132147152302870270675426296141557, 19090413001043459, 3028746964909, " +
  "132147152237868558693369200973557, [66474910464743596764054967879224, " +
  "65282052016992429384368617117346]], [43630964829325274911, -13164857771, 1568796679, 0, " +
  "[37072770371681123870, 18457839869214529154]]]";

Deno.test("certificates come as JSON and as text of Math::Prime::Util, and from outside by the checker's leave", async () => {
  await using org = await primeOrg();
  const { primeSearchRunId: id } = await org.primes.search({
    form: "factorial",
    params: { start: 27, end: 38 },
  });
  await org.primes.watch(id).done;
  const finds = await verified(org.primes, id);
  const plus = finds.find(({ expression }) => expression === "37! + 1")!;
  const mpu = await org.primes.certificate(plus.id, "mpu");
  assert.match(await mpu.blob.text(), /^\[MPU - Primality Certificate\]\nVersion 1.0/);
  assert.equal(mpu.name, `prime-${plus.id}.txt`);
  const json = await org.primes.certificate(plus.id);
  const { expression, certificate } = JSON.parse(await json.blob.text());
  assert.deepEqual([expression, certificate.type], ["37! + 1", "pocklington"]);
  const minus = finds.find(({ expression }) => expression === "38! - 1")!;
  await assert.rejects(
    org.primes.certificate(minus.id, "mpu"),
    (error: ReceptorError) => error.code === "NO_MPU_CERTIFICATE",
  );

  // A number that is proven by nothing yet: the curves of somebody else's program prove it.
  const [{ prime }] = await sql`
    insert into public.primes (form, expression, digits, tags)
    values ('kbn', '1000000000000000000000000000000000000012*10^1 + 1', 41, '{kbn,probabilistic,prp-only}')
    on conflict (form, md5(expression)) do update set digits = 41 returning id::int as prime`;
  try {
    for (
      const [offered, message] of [
        ["[[1,2]]", /is not \[N, t, s, a/],
        ["7", /another number/],
        [{ type: "small" }, /certificate\.n/],
        [["7", "7"], /two numbers/],
      ] as const
    ) {
      await assert.rejects(
        org.primes.offer(prime, offered),
        (error: ReceptorError) =>
          error.code === "INVALID_CERTIFICATE" && message.test(error.message),
      );
    }
    const broken = PARI_40.replace("62077446265796342", "62077446265796344");
    await org.primes.offer(prime, broken);
    const checks = (count: number) =>
      eventually(`${count} are checked`, async () => {
        const made = await org.primes.checks(prime);
        if (made.length >= count) return made;
        await callInternal("heartbeat-sweeper");
        return null;
      }, 100);
    assert.equal((await checks(1))[0].valid, false);
    assert.equal((await org.primes.prime(prime)).proof_method, "probabilistic");
    await org.primes.offer(prime, PARI_40);
    assert.equal((await checks(2))[0].method, "ecpp");
    const proven = await org.primes.prime(prime);
    assert.deepEqual(
      [proven.proof_method, proven.verified, proven.verification_method],
      ["deterministic", true, "ecpp"],
    );
    const text = await (await org.primes.certificate(prime, "mpu")).blob.text();
    assert.match(text, /Type ECPP/);
  } finally {
    await sql`delete from public.primes where id = ${prime}`;
  }
});

Deno.test("a planner run that comes while isolates search begins within two slices of theirs, and the search goes on after it", async () => {
  await using org = await primeOrg();
  await sql`update fleet.search_types set metrics_every = 1 where search_type = 'prime_search'`;
  try {
    const { primeSearchRunId: id } = await org.primes.search({
      form: "kbn",
      // More than any machine is done with before the planner's run has ended.
      params: { n: 3000, min_k: 1, max_k: 400_001 },
      blockSize: 400,
    });
    const begun = async (from: Date, until: Date) => {
      const [{ slices }] = await sql`
        select count(*)::int as slices from public.system_metrics
        where run_id = ${id} and created_at - wall_ms * interval '1 millisecond' between ${from} and ${until}`;
      return slices;
    };
    const always = new Date(0);
    await eventually("the search is worked", async () => await begun(always, new Date()) >= 8);
    const planner = createPlannerClient(org.manager.client);
    const { plannerRunId } = await planner.generate({
      allocationRun: org.allocationRun,
      nJobLines: 3,
      constraints: [],
    });
    // From here on everybody sees that it waits; its request took a while itself.
    const [{ asked }] = await sql`select clock_timestamp() as asked`;
    assert.equal((await ended(plannerRunId)).status, "COMPLETED");
    const [job] = await sql`
      select started_at, finished_at from fleet.search_jobs where run_id = ${plannerRunId}`;
    // Up to four isolates search: none of them begins more than two slices before the planner's first.
    const meanwhile = await begun(asked, job.started_at);
    assert.ok(meanwhile <= 8, `${meanwhile} slices began before the planner's first`);
    await eventually("the search goes on", () => begun(job.finished_at, new Date()));
    await org.primes.cancel(id);
  } finally {
    await sql`update fleet.search_types set metrics_every = 50 where search_type = 'prime_search'`;
  }
});
