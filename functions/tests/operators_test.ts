// Operators and their nodes through the real function: invitation, key, node, claims, results, checks, credit.

import assert from "node:assert/strict";
import { requireEnv } from "../../shared/platform/env.ts";
import { digestOf } from "../../shared/primes/engine.ts";
import {
  claimed,
  drawnAgain,
  drawnOf,
  type Opinions,
  SecondOpinion,
} from "../../shared/primes/nodes/second.ts";
import { prepareWork, type WorkResult } from "../../shared/primes/work.ts";
import { hidingFirst, withWrongResidues } from "../../shared/primes/testing/node_answers.ts";
import {
  callInternal,
  createOrg,
  createUser,
  oddBodiesAreTold,
  sql,
  type TestOrg,
} from "./fixture.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

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

interface Operator {
  id: string;
  key: string;
  node: string;
}

async function join(org: TestOrg, username: string, cores = 16): Promise<Operator> {
  const invitation = await invite(org);
  const { operator_id, key } = await right(null, "POST", "operators/register", {
    invitation,
    username,
  });
  const { id } = await right(key, "POST", "nodes/register", { node_id: "one", cores });
  return { id: operator_id, key, node: id };
}

const claimsOf = async ({ key, node }: Operator, count = 1, wish = {}): Promise<Answer[]> =>
  (await right(key, "POST", `nodes/${node}/claims`, { count, ...wish })).claims;

const submit = ({ key, node }: Operator, token: string, result: unknown) =>
  ask(key, "POST", `nodes/${node}/claims/${token}/submit`, result);

/** What is to be known of an operator, and of what there is of them. */
async function standing({ id }: Operator) {
  const [row] = await sql`
    select t.trust_level, t.consecutive_valid, t.total_valid, t.total_invalid, o.credit::float, o.primes_found,
      (select coalesce(sum(credit), 0)::float from public.operator_credits c where c.operator_id = o.id) as credits
    from public.operators o join public.operator_trust t on t.operator_id = o.id where o.id = ${id}`;
  assert.equal(row.credit, row.credits, "credit is the sum of its entries");
  return row;
}

/** As if the wait after a wrong result were over. */
const forgive = ({ id }: Operator) =>
  sql`update public.operator_trust set not_before = null where operator_id = ${id}`;

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
  const block = prepareWork({ form, params, start, end, sieveDepth: 30 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return block.result(state);
}

/** Waits until nothing of an org waits to be checked. */
async function allChecked(org: TestOrg): Promise<void> {
  await eventually("all is checked", async () => {
    const [{ left }] = await sql`
      select count(*)::int as left from public.verification_queue where org_id = ${org.id} and status in ('pending', 'claimed')`;
    if (left === 0) return true;
    await callInternal("node-checker");
    return false;
  }, 50);
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

Deno.test("three nodes: the liars' work is done again, nothing wrong is verified, the honest one has its credit", async () => {
  await using org = await primeOrg();
  const params = { n: 90, min_k: 1, max_k: 1199, sign: "+" };
  const run = await searchFor(org, "kbn", params, 600, 10);
  const honest = await join(org, "honest");
  const counts = await join(org, "counts");
  const residues = await join(org, "residues");
  let earned = 0;
  for (let round = 0; round < 40; round++) {
    for (const liar of [counts, residues]) await forgive(liar);
    // In turn, the liars first: who asks while another's claim holds the rows may be given none.
    const lies = [await claimsOf(counts, 1), await claimsOf(residues, 1)];
    const mine = await claimsOf(honest, 6);
    for (const claim of lies[0]) {
      const result = work(claim);
      const told = await submit(counts, claim.token, { ...result, tested: result.tested + 1000 });
      assert.equal(told.body.outcome, "rejected");
      assert.match(told.body.reason, /it says tested \d+, its evidence shows \d+/);
    }
    for (const claim of lies[1]) {
      const told = await submit(
        residues,
        claim.token,
        withWrongResidues(work(claim) as never, [0]),
      );
      assert.equal(told.body.outcome, "submitted", JSON.stringify(told.body));
    }
    for (const claim of mine) {
      const told = await submit(honest, claim.token, work(claim));
      assert.equal(told.body.outcome, "submitted");
      earned += claim.credit;
    }
    await allChecked(org);
    const [{ status }] = await sql`select status from public.prime_search_runs where id = ${run}`;
    if (status === "COMPLETED") break;
  }
  const [search] = await sql`select status, result from public.prime_search_runs where id = ${run}`;
  assert.equal(search.status, "COMPLETED");
  const alone = work({ form: "kbn", params, start: 0, end: 599 });
  assert.deepEqual(
    [search.result.digest, search.result.sieved + search.result.tested, search.result.missing],
    [digestOf(alone.finds), 600, []],
  );
  // No wrong residue is in what was kept.
  const kept = await sql`select residues from public.prime_search_evidence where run = ${run}`;
  const all = new Set(alone.evidence!.residues.map(([, , , value]) => value));
  for (const { residues: list } of kept) {
    for (const [, , , value] of list) assert.ok(all.has(value), value);
  }
  const [good, ...bad] = await Promise.all([honest, counts, residues].map(standing));
  assert.equal(good.total_invalid, 0);
  assert.equal(good.total_valid, 60);
  assert.equal(good.trust_level, 2);
  assert.ok(good.credit >= earned - 1e-6, `${good.credit} of ${earned}`);
  assert.equal(good.primes_found, alone.finds.length);
  for (const liar of bad) {
    assert.deepEqual([liar.trust_level, liar.total_valid, liar.credit], [0, 0, 0]);
    assert.ok(liar.total_invalid > 1);
  }
  const [{ redone }] = await sql`
    select count(distinct r.block_id)::int as redone from public.node_block_results r
    where r.run = ${run} and r.status = 'rejected' and exists (
      select from public.node_block_results v where v.block_id = r.block_id and v.status = 'verified' and v.operator_id = ${honest.id})`;
  assert.ok(redone > 0, "blocks of the liars are the honest one's now");
  const [cost] = await sql`
    select sum(tested)::int as tested, sum(tested_again)::int as again from public.verification_cost_summary
    where org_id = ${org.id} and verification_method = 'sample'`;
  assert.ok(cost.again < 0.6 * cost.tested, `${cost.again} of ${cost.tested}`);
});

Deno.test("late, double and foreign submissions change nothing", async () => {
  await using org = await primeOrg();
  const run = await searchFor(org, "kbn", { ...KBN, n: 20 }, 200, 100);
  const [ann, bob] = [await join(org, "ann"), await join(org, "bob")];
  const [claim] = await claimsOf(ann);
  const result = work(claim);
  const path = (whose: Operator) => `nodes/${whose.node}/claims/${claim.token}/submit`;
  await refused([404, "CLAIM_NOT_FOUND"], bob.key, "POST", path(bob), result);
  await refused([404, "NODE_NOT_FOUND"], bob.key, "POST", path(ann), result);
  await refused(
    [404, "CLAIM_NOT_FOUND"],
    ann.key,
    "POST",
    path(ann).replace(claim.token, crypto.randomUUID()),
    result,
  );

  // Late: the lease is over, and bob has the block.
  await sql`update public.node_block_results set lease_until = now() - interval '1 second' where operator_id = ${ann.id}`;
  await refused([409, "CLAIM_LOST"], ann.key, "POST", path(ann), result);
  const [again] = await claimsOf(bob);
  assert.deepEqual([again.start, again.end], [claim.start, claim.end]);
  await refused([409, "CLAIM_LOST"], ann.key, "POST", path(ann), result);
  await refused([409, "CLAIM_LOST"], ann.key, "POST", path(ann).replace("submit", "progress"), {
    tested: 1,
    found: 0,
  });
  const beat = await right(ann.key, "POST", `nodes/${ann.node}/heartbeat`, {
    claims: [claim.token],
  });
  assert.deepEqual([beat.lost, beat.claims], [[claim.token], []]);

  // Double: the same is the same; another is refused.
  assert.equal((await submit(bob, again.token, result)).body.outcome, "submitted");
  await allChecked(org);
  const before = await standing(bob);
  assert.equal((await submit(bob, again.token, result)).body.outcome, "replayed");
  assert.equal(
    (await submit(bob, again.token, withWrongResidues(result as never, [0]))).body.outcome,
    "replayed",
  );
  const finds = result.finds.slice(1);
  const other = { ...result, finds, digest: digestOf(finds) };
  assert.equal((await submit(bob, again.token, other)).status, 400);
  await allChecked(org);
  assert.deepEqual(await standing(bob), before);
  assert.deepEqual([(await standing(ann)).credit, (await standing(ann)).total_valid], [0, 0]);
  const [{ done }] = await sql`
    select count(*)::int as done from public.prime_search_blocks where run = ${run} and status = 'completed'`;
  assert.equal(done, 1);
});

Deno.test("batches of claims obey the search: paused, cancelled, surveys and other orgs give nothing out", async () => {
  await using org = await primeOrg();
  await using other = await primeOrg();
  const run = await searchFor(org, "kbn", KBN, 200, 10);
  const ann = await join(org, "ann");
  const stranger = await join(other, "stranger");
  assert.deepEqual(await claimsOf(stranger, 10), []);
  const { client } = org.manager;
  await client.rpc("pause_prime_search", { p_run: run, p_pause: true });
  assert.deepEqual(await claimsOf(ann, 10), []);
  await client.rpc("pause_prime_search", { p_run: run, p_pause: false });
  assert.deepEqual(await claimsOf(ann, 10, { exclude_forms: ["kbn"] }), []);
  assert.deepEqual(await claimsOf(ann, 10, { forms: ["factorial"] }), []);
  const claims = await claimsOf(ann, 64, { forms: ["kbn"] });
  assert.equal(claims.length, 20);
  assert.equal(new Set(claims.map(({ start }) => start)).size, 20);
  // Both ends of the range are in exactly one block.
  assert.deepEqual([claims[0].start, claims.at(-1).end], [0, 199]);
  await client.rpc("cancel_prime_search", { p_run: run });
  await refused(
    [409, "CLAIM_LOST"],
    ann.key,
    "POST",
    `nodes/${ann.node}/claims/${claims[0].token}/submit`,
    work(claims[0]),
  );
  const [{ left }] = await sql`
    select count(*)::int as left from public.node_block_results where run = ${run} and status <> 'void'`;
  assert.equal(left, 0);
});

Deno.test("after a wrong result nothing unchecked of the operator stands, and nothing is given out for a while", async () => {
  await using org = await primeOrg();
  const run = await searchFor(org, "kbn", KBN, 200, 20);
  const liar = await join(org, "liar");
  const claims = await claimsOf(liar, 5);
  const [first, second] = claims;
  await sql`update fleet.search_types set enabled = false where search_type = 'node_check'`;
  await refused([409, "PRIME_SEARCH_OFF"], liar.key, "GET", "operators/me");
  await sql`update fleet.search_types set enabled = true where search_type = 'node_check'`;
  await submit(liar, first.token, withWrongResidues(work(first) as never, [0]));
  await submit(liar, second.token, work(second));
  await allChecked(org);
  const rows =
    await sql`select status, count(*)::int as n from public.node_block_results where run = ${run} group by 1 order by 1`;
  const by = Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  assert.equal(by.rejected, 1);
  assert.equal(by.void + (by.verified ?? 0), 4);
  const { headers } = await refused(
    [429, "BACK_OFF"],
    liar.key,
    "POST",
    `nodes/${liar.node}/claims`,
    { count: 1 },
  );
  assert.ok(Number(headers.get("retry-after")) > 30);
  const stats = await right(liar.key, "GET", "operators/me");
  assert.match(
    stats.reasons.map(({ reason }: Answer) => reason).join("\n"),
    /it says composite by/,
  );
  // Not the block that it was wrong about, again.
  await forgive(liar);
  const next = await claimsOf(liar, 10);
  assert.equal(next.length, 1, "one at a time, without trust");
  assert.notEqual(next[0].start, first.start);
});

Deno.test("keys are told once, rotated, revoked, expire, and are limited; invitations are for one, in time", async () => {
  await using org = await primeOrg();
  const viewer = await createUser(org.id, "viewer");
  const ann = await join(org, "ann");
  const { key } = await right(ann.key, "POST", "operators/rotate-key");
  await refused([401, "KEY_REVOKED"], ann.key, "GET", "operators/me");
  await right(key, "GET", "operators/me");
  const stored = await sql`select to_jsonb(k) as row from prime_search.operator_keys k`;
  assert.ok(stored.every(({ row }) => !JSON.stringify(row).includes(key)));
  await sql`update prime_search.operator_keys set expires_at = now() where operator_id = ${ann.id} and revoked_at is null`;
  await refused([401, "KEY_EXPIRED"], key, "GET", "operators/me");
  const { data: reset } = await org.manager.client.rpc("reset_operator_key", {
    p_operator: ann.id,
  });
  await sql`
    update prime_search.operator_keys set per_minute = 2, tokens = 2
    where operator_id = ${ann.id} and revoked_at is null`;
  await right(reset.key, "GET", "operators/me");
  // What is refused counts as well.
  await refused([404, "NODE_NOT_FOUND"], reset.key, "GET", `nodes/${org.id}/claims`);
  const limited = await refused([429, "RATE_LIMITED"], reset.key, "GET", "operators/me");
  assert.ok(Number(limited.headers.get("retry-after")) > 0);
  await sql`update prime_search.operator_keys set per_minute = 1200, tokens = 1200 where operator_id = ${ann.id}`;
  await org.manager.client.rpc("set_operator_active", { p_operator: ann.id, p_active: false });
  await refused([403, "OPERATOR_SUSPENDED"], reset.key, "GET", "operators/me");

  const register = (invitation: string, username: string) =>
    [null, "POST", "operators/register", { invitation, username }] as const;
  await refused([404, "INVITATION_NOT_FOUND"], ...register(`inv_${"0".repeat(48)}`, "eve"));
  await refused([409, "USERNAME_TAKEN"], ...register(await invite(org), "Ann"));
  const [late, taken] = [await invite(org), await invite(org)];
  await sql`update public.operator_invitations set expires_at = now() where id in (
    select invitation_id from prime_search.invitation_secrets where secret_hash = encode(sha256(${late}::text::bytea), 'hex'))`;
  await refused([409, "INVITATION_EXPIRED"], ...register(late, "eve"));
  const [{ id }] =
    await sql`select invitation_id as id from prime_search.invitation_secrets where secret_hash = encode(sha256(${taken}::text::bytea), 'hex')`;
  await org.manager.client.rpc("revoke_operator_invitation", { p_invitation: id });
  await refused([409, "INVITATION_REVOKED"], ...register(taken, "eve"));
  const { error } = await viewer.client.rpc("invite_operator", { p_org_id: org.id });
  assert.equal(error?.code, "42501");
  const bad = await refused([400, "INVALID_REQUEST"], ...register(late, "no name!"));
  assert.equal(bad.body.errors[0].path, "username");

  // Nobody reads keys or addresses; managers read addresses where they ask for them.
  for (const { client } of [viewer, org.manager]) {
    const { data } = await client.from("operators").select("*").eq("org_id", org.id);
    assert.ok(data!.length > 0 && !/opk_|@|hash/.test(JSON.stringify(data)));
  }
  const { data: erased } = await org.manager.client.rpc("erase_operator", { p_operator: ann.id });
  assert.match(erased.username, /^erased-/);
  await refused([401, "UNAUTHENTICATED"], reset.key, "GET", "operators/me");
});

Deno.test("whatever one member of a node's call is, it is taken or told", async () => {
  await using org = await primeOrg();
  const ann = await join(org, "ann");
  await searchFor(org, "kbn", KBN, 399, 20);
  const [{ token, ...claim }] = await claimsOf(ann);
  const at = `nodes/${ann.node}`;
  const calls: [path: string, good: Record<string, unknown>][] = [
    ["nodes/register", {
      ...{ node_id: "odd", hostname: "h", cores: 2, cpu_model: "c", os: "linux", arch: "x86_64" },
      ...{ ram_gb: 2, has_gpu: true, gpu_model: "g", gpu_vram_gb: 1, worker_version: "1.0.0" },
      ...{ update_channel: "stable", benchmark_score: 3, checks: false },
      program: crypto.randomUUID(),
    }],
    [`${at}/heartbeat`, { claims: [token], worker_version: "1.0.0", benchmark_score: 1 }],
    [`${at}/leave`, { program: crypto.randomUUID() }],
    [`${at}/claims`, { count: 1, forms: ["twin"], exclude_forms: ["kbn"] }],
    [`${at}/checks`, { count: 1 }],
    [`${at}/claims/${token}/progress`, { tested: 1, found: 0, checkpoint: { at: 1 } }],
    [`${at}/commands/1/ack`, { succeeded: true, message: "done" }],
    [`${at}/claims/${crypto.randomUUID()}/submit`, { ...work(claim) }],
  ];
  for (const [path, good] of calls) {
    await oddBodiesAreTold(
      JSON.parse(JSON.stringify(good)),
      (body) => ask(ann.key, "POST", path, body),
    );
  }
});

Deno.test("commands are told with heartbeats until they are acknowledged, three times at most", async () => {
  await using org = await primeOrg();
  const ann = await join(org, "ann");
  const command = async (name: string, payload = {}) => {
    const { data, error } = await org.manager.client.rpc("command_node", {
      p_node: ann.node,
      p_command: name,
      p_payload: payload,
    });
    assert.equal(error, null);
    return data.id;
  };
  const beat = async () =>
    (await right(ann.key, "POST", `nodes/${ann.node}/heartbeat`, {})).commands;
  const stop = await command("stop");
  const config = await command("update_config", { cores: 2 });
  const told = await beat();
  assert.deepEqual(told.map(({ id, payload }: Answer) => [id, payload]), [[stop, {}], [config, {
    cores: 2,
  }]]);
  assert.deepEqual(await beat(), [], "not again before there was time to answer");
  const ack = `nodes/${ann.node}/commands/${config}/ack`;
  assert.equal((await right(ann.key, "POST", ack, { succeeded: true })).status, "acked");
  assert.equal((await right(ann.key, "POST", ack, { succeeded: false })).status, "acked");
  for (const expected of [[stop], [stop], []]) {
    await sql`update public.node_commands set lease_until = now() where id = ${stop} and status = 'delivered'`;
    assert.deepEqual((await beat()).map(({ id }: Answer) => id), expected);
  }
  const { data } = await org.manager.client.from("node_commands").select("id,status,succeeded")
    .order("id");
  assert.deepEqual(data!.map(({ status }) => status), ["expired", "acked"]);
  await refused(
    [404, "COMMAND_NOT_FOUND"],
    ann.key,
    "POST",
    `nodes/${ann.node}/commands/${stop + 100000}/ack`,
    { succeeded: true },
  );
  const { error } = await org.manager.client.rpc("command_node", {
    p_node: ann.node,
    p_command: "explode",
  });
  assert.equal(error?.code, "RC400");
});

/** As if an operator had earned trust, with a node that gives second opinions and is heard of all day. */
async function trusted(operator: Operator): Promise<void> {
  await right(operator.key, "POST", "nodes/register", { node_id: "one", cores: 16, checks: true });
  await sql`
    update public.operator_trust set trust_level = 2, consecutive_valid = 10, total_valid = 10 where operator_id = ${operator.id}`;
  await sql`update public.operator_nodes set last_heartbeat = now() + interval '1 day' where id = ${operator.node}`;
}

const takeChecks = async ({ key, node }: Operator, count = 10): Promise<Answer[]> =>
  (await right(key, "POST", `nodes/${node}/checks`, { count })).checks;

/** What an honest node says of the candidates that it is asked about. */
function opinionsOf(check: Answer): Opinions {
  const second = new SecondOpinion(check);
  return second.result(second.step(second.start(), { remainingMs: () => Infinity }));
}

const queued = async (result: number) =>
  (await sql`
    select status, second_opinion, verification_volunteer_id as second, verification_worker as worker, original_tested::int as tested,
      verification_tested::int as again from public.verification_queue where result_id = ${result}`)[
    0
  ];

Deno.test("a node of another operator gives the second opinion; what the two differ in the fleet settles, against either", async () => {
  await using org = await primeOrg();
  const run = await searchFor(org, "kbn", { n: 130, min_k: 1, max_k: 599, sign: "+" }, 300, 50);
  const ann = await join(org, "ann");
  const bob = await join(org, "bob");
  await trusted(bob);
  const hand = async (alter: (result: WorkResult) => unknown = (result) => result) => {
    const [claim] = await claimsOf(ann);
    const { body } = await submit(ann, claim.token, alter(work(claim)));
    assert.equal(body.outcome, "submitted");
    return body.result as number;
  };
  const credit = async () =>
    (await sql`
      select coalesce(sum(credit), 0)::float as sum from public.operator_credits
      where operator_id = ${bob.id} and reason = 'verification'`)[0].sum;

  // Both say the same: the fleet looks at factors and finds, and computes a few residues again.
  const first = await hand();
  await callInternal("node-checker");
  assert.equal((await queued(first)).status, "pending", "the fleet leaves it to the other node");
  const told = await right(bob.key, "POST", `nodes/${bob.node}/heartbeat`, {});
  assert.equal(told.checks, 1);
  const [check] = await takeChecks(bob);
  assert.deepEqual(
    Object.keys(check).sort(),
    ["candidates", "credit", "form", "lease_until", "params", "search", "token"],
    "not what was said of them",
  );
  assert.deepEqual(await takeChecks(bob), [], "each is asked for once");
  const path = (whose: Operator, token: string) => `nodes/${whose.node}/checks/${token}`;
  const opinions = opinionsOf(check);
  const at = `${path(bob, check.token)}/submit`;
  await refused([400, "INVALID_RESULT"], bob.key, "POST", at, { opinions: opinions.slice(1) });
  await refused([404, "CHECK_NOT_FOUND"], ann.key, "POST", `${path(ann, check.token)}/submit`, {
    opinions,
  });
  assert.equal((await right(bob.key, "POST", at, { opinions })).outcome, "submitted");
  assert.equal((await right(bob.key, "POST", at, { opinions })).outcome, "replayed");
  await allChecked(org);
  const matched = await queued(first);
  assert.deepEqual(
    [matched.status, matched.second_opinion, matched.second, matched.worker],
    ["matched", "agrees", bob.id, bob.node],
  );
  assert.ok(matched.again < matched.tested, `${matched.again} of ${matched.tested}`);
  assert.ok(Math.abs(await credit() - check.credit) < 1e-6);

  // The first lies: the second, and the fleet as the third, are against it.
  const second = await hand((result) => withWrongResidues(result as never, [0]));
  const [doubt] = await takeChecks(bob);
  await right(bob.key, "POST", `${path(bob, doubt.token)}/submit`, { opinions: opinionsOf(doubt) });
  await allChecked(org);
  const conflict = await queued(second);
  assert.deepEqual([conflict.status, conflict.second_opinion], ["conflict", "differs"]);
  assert.ok(Math.abs(await credit() - check.credit - doubt.credit) < 1e-6);
  assert.deepEqual([(await standing(ann)).total_invalid, (await standing(ann)).trust_level], [
    1,
    0,
  ]);
  assert.equal((await standing(bob)).total_invalid, 0);

  // The second lies: the first keeps its result, and all of the second's that nobody has checked is taken back.
  await forgive(ann);
  const third = await hand();
  const [own] = await claimsOf(bob);
  const [lied] = await takeChecks(bob);
  const lies = opinionsOf(lied);
  lies[0] = { ...lies[0], says: "a probable prime" };
  await right(bob.key, "POST", `${path(bob, lied.token)}/submit`, { opinions: lies });
  await allChecked(org);
  const settled = await queued(third);
  assert.deepEqual([settled.status, settled.second_opinion], ["matched", "differs"]);
  assert.deepEqual([(await standing(bob)).total_invalid, (await standing(bob)).trust_level], [
    1,
    0,
  ]);
  assert.equal((await standing(ann)).total_invalid, 1);
  assert.ok(Math.abs(await credit() - check.credit - doubt.credit) < 1e-6, "no credit for a lie");
  await refused(
    [409, "CLAIM_LOST"],
    bob.key,
    "POST",
    `nodes/${bob.node}/claims/${own.token}/submit`,
    work(own),
  );
  await refused([429, "BACK_OFF"], bob.key, "POST", `nodes/${bob.node}/checks`, { count: 1 });
  const kept = await sql`select residues from public.prime_search_evidence where run = ${run}`;
  const all = new Set(
    work({ form: "kbn", params: { n: 130, min_k: 1, max_k: 599, sign: "+" }, start: 0, end: 299 })
      .evidence!.residues.map(([, , , value]) => value),
  );
  for (const { residues } of kept) for (const [, , , value] of residues) assert.ok(all.has(value));
});

Deno.test("nobody gives a second opinion on their own; what nobody gives in time, or gives back, the fleet does", async () => {
  await using org = await primeOrg();
  await searchFor(org, "kbn", { n: 140, min_k: 1, max_k: 399, sign: "+" }, 200, 50);
  const [ann, bob] = [await join(org, "ann"), await join(org, "bob")];
  await trusted(ann);
  const hand = async () => {
    const [claim] = await claimsOf(ann);
    await sql`update public.operator_trust set trust_level = 1 where operator_id = ${ann.id}`;
    const { result } = (await submit(ann, claim.token, work(claim))).body;
    await sql`update public.operator_trust set trust_level = 2 where operator_id = ${ann.id}`;
    return result as number;
  };
  // Ann's is the only node that would, and it is her own result: the fleet does it at once.
  const alone = await hand();
  assert.deepEqual(await takeChecks(ann), []);
  await allChecked(org);
  assert.deepEqual([(await queued(alone)).status, (await queued(alone)).worker], [
    "matched",
    "fleet",
  ]);

  await trusted(bob);
  const late = await hand();
  assert.deepEqual(await takeChecks(ann), [], "not on her own");
  const [check] = await takeChecks(bob);
  await sql`update public.verification_queue set offered_until = now() where result_id = ${late}`;
  const path = `nodes/${bob.node}/checks/${check.token}`;
  await refused([409, "CHECK_LOST"], bob.key, "POST", `${path}/submit`, {
    opinions: opinionsOf(check),
  });
  await sql`select prime_search.tick_nodes()`;
  await allChecked(org);
  const done = await queued(late);
  assert.deepEqual([done.status, done.worker, done.second_opinion], ["matched", "fleet", null]);

  const returned = await hand();
  const [given] = await takeChecks(bob);
  const back = `nodes/${bob.node}/checks/${given.token}`;
  assert.equal((await right(bob.key, "DELETE", back)).status, "void");
  await refused([409, "CHECK_LOST"], bob.key, "DELETE", back);
  await allChecked(org);
  assert.equal((await queued(returned)).worker, "fleet");
  assert.deepEqual([(await standing(bob)).total_invalid, (await standing(bob)).credit], [0, 0]);
});

Deno.test("what two operators agreed on is looked at again when one of them is found wrong: nothing wrong stays verified", async () => {
  await using org = await primeOrg();
  const params = { n: 150, min_k: 1, max_k: 399, sign: "+" };
  const run = await searchFor(org, "kbn", params, 200, 50);
  const [ann, bob] = [await join(org, "ann"), await join(org, "bob")];
  await trusted(bob);
  /** Ann hands in a block, Bob says the same of all that he is asked about; the fleet draws nothing of that. */
  const agree = async (alter: (result: never, claim: Answer) => unknown) => {
    const [claim] = await claimsOf(ann);
    const answer = alter(work(claim) as never, claim) as WorkResult;
    const { result } = (await submit(ann, claim.token, answer)).body;
    const { form, params, start, end } = claim;
    const from = { form, params, start, end, share: 1, answer: answer as never };
    const count = drawnOf({ ...from, seed: "" }).length;
    let seed = "";
    for (let n = 0; seed === "" || drawnAgain(seed, count).length > 0; n++) {
      seed = n.toString(16).padStart(64, "0");
    }
    await sql`update prime_search.node_claims set seed = ${seed} where result_id = ${result}`;
    const [check] = await takeChecks(bob);
    const opinions = drawnOf({ ...from, seed }).map((each) => ({
      index: each.index,
      says: claimed(each),
    }));
    await right(bob.key, "POST", `nodes/${bob.node}/checks/${check.token}/submit`, { opinions });
    await allChecked(org);
    assert.deepEqual([(await queued(result)).status, (await queued(result)).second_opinion], [
      "matched",
      "agrees",
    ]);
    return result as number;
  };
  const honest = await agree((result) => result);
  const wrong = await agree((result) => withWrongResidues(result, [0]));
  const hidden = await agree((result, claim) => hidingFirst(claim, result));
  const credits = async (whose: Operator) => (await standing(whose)).credit;
  const [before, second] = [await credits(ann), await credits(bob)];
  assert.ok(before > 0 && second > 0);

  // The last block ends the search, with a lie that the fleet meets.
  await sql`update public.operator_nodes set checks = false where operator_id = ${bob.id}`;
  const cat = await join(org, "cat");
  const [last] = await claimsOf(ann);
  await submit(ann, last.token, withWrongResidues(work(last) as never, [0]));
  await allChecked(org);
  const [again] = await claimsOf(cat);
  await submit(cat, again.token, work(again));
  await allChecked(org);

  const rows = await sql`
    select q.result_id::int as id, q.status, q.reopened_at is not null as reopened, r.status as result, q.resolution
    from public.verification_queue q join public.node_block_results r on r.id = q.result_id
    where q.result_id in ${sql([honest, wrong, hidden])} order by 1`;
  assert.deepEqual(rows.map(({ status, reopened, result }) => [status, reopened, result]), [
    ["matched", true, "verified"],
    ["conflict", true, "rejected"],
    ["conflict", true, "rejected"],
  ]);
  assert.match(rows[1].resolution, /^Looked at again: candidate \d+/);
  const [search] = await sql`select status, result from public.prime_search_runs where id = ${run}`;
  const alone = work({ form: "kbn", params, start: 0, end: 199 });
  assert.deepEqual([search.status, search.result.digest, search.result.found], [
    "COMPLETED",
    digestOf(alone.finds),
    alone.finds.length,
  ]);
  const kept = await sql`select residues from public.prime_search_evidence where run = ${run}`;
  const all = new Set(alone.evidence!.residues.map(([, , , value]) => value));
  for (const { residues } of kept) for (const [, , , value] of residues) assert.ok(all.has(value));
  // Nobody is trusted who said it, and nobody has credit for it.
  for (const whose of [ann, bob]) {
    assert.equal((await standing(whose)).trust_level, 0);
    assert.ok((await standing(whose)).total_invalid >= 2);
  }
  assert.ok(await credits(ann) < before && await credits(bob) < second);
  const entries = await sql`
    select o.username, c.reason, sum(c.credit)::float as credit from public.operator_credits c
    join public.operators o on o.id = c.operator_id
    where c.block_id in (select block_id from public.node_block_results where id in ${
    sql([wrong, hidden])
  }) and c.reason <> 'prime_discovered' group by 1, 2`;
  assert.ok(Math.abs(entries.reduce((sum, { credit }) => sum + credit, 0)) < 1e-6);
});
