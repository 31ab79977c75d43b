// Operators and their nodes through the real function: invitation, key, node, claims, results, checks, credit.

import assert from "node:assert/strict";
import { requireEnv } from "../../shared/platform/env.ts";
import { digestOf } from "../../shared/primes/engine.ts";
import { prepareWork, type WorkResult } from "../../shared/primes/work.ts";
import { callInternal, createOrg, sql, type TestOrg } from "./fixture.ts";

const API = `${requireEnv("SUPABASE_URL")}/functions/v1/operator-api`;

// deno-lint-ignore no-explicit-any -- answers are looked at member by member
type Answer = any;

/** Asks the function; without a key as nobody. */
async function ask(
  key: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Answer; headers: Headers }> {
  const response = await fetch(`${API}/${path}`, {
    method,
    headers: { "content-type": "application/json", ...(key ? { "x-operator-key": key } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

async function right(key: string | null, method: string, path: string, body?: unknown) {
  const answer = await ask(key, method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function refused(
  expected: [status: number, code: string],
  key: string | null,
  method: string,
  path: string,
  body?: unknown,
) {
  const answer = await ask(key, method, path, body);
  assert.deepEqual([answer.status, answer.body.code], expected, JSON.stringify(answer.body));
  return answer;
}

async function invite({ manager, id }: TestOrg): Promise<string> {
  const { data, error } = await manager.client.rpc("invite_operator", { p_org_id: id });
  assert.equal(error, null);
  return data.invitation;
}

/** An org whose finds are gone afterwards. */
async function primeOrg(): Promise<TestOrg & AsyncDisposable> {
  const org = await createOrg();
  return {
    ...org,
    [Symbol.asyncDispose]: async () => {
      await sql`
        delete from public.primes p using public.prime_search_finds f
        where f.prime_id = p.id and f.org_id = ${org.id}
          and not exists (select from public.prime_search_finds o where o.prime_id = p.id and o.org_id <> ${org.id})`;
      await org[Symbol.asyncDispose]();
    },
  };
}

/** A search that waits for nodes. */
async function searchFor(
  { id }: TestOrg,
  form: string,
  params: Record<string, unknown>,
  candidates: number,
  blockSize: number,
): Promise<string> {
  const [row] = await sql`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, worked_by)
    values (${id}, ${form}, ${sql.json(params as never)}, ${candidates}, ${blockSize},
      ${Math.ceil(candidates / blockSize)}, '{}', 'nodes') returning id`;
  return row.id;
}

/** What an honest node hands in. */
function work({ form, params, start, end }: Answer): WorkResult {
  const block = prepareWork({ form, params, start, end, sieveDepth: 1000 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return block.result(state);
}

/** Waits until nothing of an org waits to be checked. */
async function allChecked(org: TestOrg): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const [{ left }] = await sql`
      select count(*)::int as left from public.verification_queue where org_id = ${org.id} and status in ('pending', 'claimed')`;
    if (left === 0) return;
    await callInternal("node-checker");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("not all was checked");
}

const KBN = { n: 100, min_k: 1, max_k: 399, sign: "+" };

Deno.test("an operator comes by an invitation, once, and works; what was checked counts", async () => {
  await using org = await primeOrg();
  const invitation = await invite(org);
  const register = { invitation, username: "ada", team: "Looms", email: "ada@test.example" };
  const operator = await right(null, "POST", "operators/register", register);
  assert.match(operator.key, /^opk_[0-9a-f]{64}$/);
  await refused([409, "INVITATION_USED"], null, "POST", "operators/register", register);
  const { key } = operator;
  const node = await right(key, "POST", "nodes/register", {
    node_id: "loom",
    cores: 2,
    os: "linux",
  });
  const run = await searchFor(org, "kbn", KBN, 200, 50);

  const { claims } = await right(key, "POST", `nodes/${node.id}/claims`, { count: 10 });
  assert.equal(claims.length, 4);
  assert.ok(claims.every((each: Answer) => each.credit > 0 && each.checkpoint === null));
  const beat = await right(key, "POST", `nodes/${node.id}/heartbeat`, {});
  assert.equal(beat.claims.length, 4);
  for (const each of claims) {
    const path = `nodes/${node.id}/claims/${each.token}`;
    await right(key, "POST", `${path}/progress`, { tested: 1, found: 0, checkpoint: { at: 1 } });
    const told = await right(key, "POST", `${path}/submit`, work(each));
    assert.equal(told.outcome, "submitted");
    const again = await right(key, "POST", `${path}/submit`, work(each));
    assert.equal(again.outcome, "replayed");
  }
  await allChecked(org);
  const [search] = await sql`select status, result from public.prime_search_runs where id = ${run}`;
  assert.equal(search.status, "COMPLETED");
  const alone = prepareWork({ form: "kbn", params: KBN, start: 0, end: 199, sieveDepth: 1000 });
  let state = alone.start();
  while (!alone.done(state)) state = alone.step(state, { remainingMs: () => Infinity });
  assert.equal(search.result.digest, digestOf(alone.result(state).finds));
  const stats = await right(key, "GET", "operators/me");
  assert.equal(stats.results.verified, 4);
  assert.ok(
    stats.credit >= claims.reduce((sum: number, each: Answer) => sum + each.credit, 0) - 1e-6,
  );
  assert.equal(stats.primes_found, alone.result(state).finds.length);
});
