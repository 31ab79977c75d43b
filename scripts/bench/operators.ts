// deno-lint-ignore-file no-console -- a command line tool
// `deno task bench:operators [blocks]`: three operators work a search through the real functions: one honest, one that lies in counts, one
// that lies in residues. Says what was verified, what was done again, and what the checks cost beside the work.

import process from "node:process";
import postgres from "postgres";
import { digestOf, type Find, planSearch } from "../../shared/primes/engine.ts";
import { SecondOpinion } from "../../shared/primes/nodes/second.ts";
import { prepareWork, type WorkResult } from "../../shared/primes/work.ts";
import { signIn } from "../demo/session.ts";
import { NodeApiError, type NodeClaim, NodeClient } from "../node/client.ts";
import { startStack } from "../stack/mod.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task bench:operators [blocks] [options]
  blocks     how many (default 1000)
  --size N   candidates a block (default 30: less than a second; 300 are some seconds, as blocks are cut by themselves)
  --trusted  the honest operator has trust 4 from the beginning, and nobody lies
  --second   a trusted operator's node gives second opinions
`;
const { values, words, number, refuse } = commandLine(USAGE, {
  size: { type: "string", default: "30" },
  trusted: { type: "boolean", default: false },
  second: { type: "boolean", default: false },
}, 1);
const BLOCKS = Number(words[0] ?? 1000);
if (!(BLOCKS >= 1)) refuse(`What is ${words[0]}?`);
const BLOCK_SIZE = number("size", 1);
const CANDIDATES = BLOCKS * BLOCK_SIZE;
const FORM = "kbn";
/** Numbers of some 900 digits: a test takes about 20 ms. */
const PARAMS = { n: 3000, min_k: 1, max_k: CANDIDATES, sign: "+" };
/** Fixed, so that every block has the same residues however busy the machine is. */
const SIEVE_DEPTH = 2000;
/** The liars' waits are ended so many times, for them to lie more often. */
const PARDONS = 20;

interface Operator {
  name: string;
  id: string;
  client: NodeClient;
  node: string;
}

const stack = await startStack();
const sql = postgres(stack.dbUrl, { max: 2, onnotice: () => {} });
const API = `${stack.url}/functions/v1/operator-api`;

/** As if an operator had earned it. */
const trust = (id: string) =>
  sql`update public.operator_trust set trust_level = 4, consecutive_valid = 500, total_valid = 500 where operator_id = ${id}`;

/** CPU of this process so far, in ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Gives every second opinion that is asked for. @returns CPU of it, in ms */
async function giveOpinions({ client, node }: Operator): Promise<number> {
  let spent = 0;
  for (;;) {
    const { checks } = await client.takeChecks(node, 16);
    if (checks.length === 0) return spent;
    for (const check of checks) {
      const before = cpuMs();
      const second = new SecondOpinion(check);
      const opinions = second.result(second.step(second.start(), { remainingMs: () => Infinity }));
      spent += cpuMs() - before;
      await client.submitCheck(node, check.token, opinions);
    }
  }
}

async function join(org: string, name: string, checks = false): Promise<Operator> {
  const [{ told }] = await asManager((tx) => tx`select public.invite_operator(${org}) as told`);
  const { operator_id, key } = await new NodeClient(API, null).register(told.invitation, name);
  const client = new NodeClient(API, key);
  const { id: node } = await client.registerNode({ node_id: name, cores: 16, checks });
  return { name, id: operator_id, client, node };
}

let manager = "";
function asManager<Result>(work: (tx: postgres.TransactionSql) => Promise<Result>) {
  return sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: manager })}, true)`;
    return await work(tx);
  }) as Promise<Result>;
}

let workMs = 0;
/** By this process's own work, whoever handed it in. */
const found = new Map<number, Find>();
function work({ form, params, start, end }: NodeClaim): WorkResult {
  const before = cpuMs();
  const block = prepareWork({ form, params, start, end, sieveDepth: SIEVE_DEPTH });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  const result = block.result(state);
  workMs += cpuMs() - before;
  for (const find of result.finds) found.set(find.index, find);
  return result;
}

function lying(how: "counts" | "residues", result: WorkResult): WorkResult {
  const lie = structuredClone(result);
  if (how === "counts") lie.tested += 1000;
  else {
    const failed = lie.evidence!.residues.find(([, test]) => test !== "factor");
    if (failed) failed[3] = "badbadbadbadbad0";
    else lie.tested += 1;
  }
  return lie;
}

/** Whoever claims a few, works them and hands them in; nothing where it has to wait. */
async function turn(
  { client, node }: Operator,
  count: number,
  alter: (result: WorkResult) => WorkResult,
): Promise<number> {
  try {
    const { claims } = await client.claim(node, { count });
    for (const claim of claims) await client.submit(node, claim.token, alter(work(claim)));
    return claims.length;
  } catch (error) {
    if (error instanceof NodeApiError && error.code === "BACK_OFF") return 0;
    throw error;
  }
}

try {
  await sql`update fleet.search_types set enabled = true where search_type in ('prime_search', 'prime_check', 'node_check')`;
  await sql`update fleet.search_types set metrics_every = 1 where search_type = 'node_check'`;
  const supabase = await signIn(stack);
  manager = (await supabase.auth.getUser()).data.user!.id;
  const [{ org }] =
    await sql`select org_id as org from public.org_members where user_id = ${manager} limit 1`;
  const plan = planSearch({ form: FORM, params: PARAMS }, BLOCK_SIZE);
  const [{ id: run }] = await sql`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, worked_by)
    values (${org}, ${FORM}, ${
    sql.json(PARAMS)
  }, ${plan.candidates}, ${BLOCK_SIZE}, ${plan.blocks}, '{}', 'nodes') returning id`;
  const honest = await join(org, "honest");
  const liars = values.trusted ? [] : [await join(org, "counts"), await join(org, "residues")];
  if (values.trusted) await trust(honest.id);
  const second = values.second ? await join(org, "second", true) : null;
  if (second) await trust(second.id);
  let secondMs = 0;
  const started = performance.now();
  let honestMs = 0;
  let handed = 0;
  for (let round = 0;; round++) {
    const [{ status, left }] = await sql`
      select r.status, (select count(*)::int from public.prime_search_blocks b where b.run = r.id and b.status <> 'completed') as left
      from public.prime_search_runs r where r.id = ${run}`;
    if (status !== "GENERATING" && status !== "PENDING") break;
    const pardoned = Math.floor(handed / plan.blocks * PARDONS);
    const due = Math.floor(Math.min(handed + 16, plan.blocks) / plan.blocks * PARDONS) > pardoned;
    if (due) await sql`update public.operator_trust set not_before = null`;
    for (const liar of liars) await turn(liar, 1, (result) => lying(liar.name as "counts", result));
    const before = workMs;
    const done = await turn(honest, 16, (result) => result);
    honestMs += workMs - before;
    handed += done;
    if (second) {
      await second.client.heartbeat(second.node, { claims: [] });
      secondMs += await giveOpinions(second);
    }
    if (done === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    if (round % 10 === 0) {
      console.log(`${Math.round((performance.now() - started) / 1000)} s: ${left} blocks left`);
    }
  }
  const wall = (performance.now() - started) / 1000;
  const expected = digestOf([...found.values()].sort((a, b) => a.index - b.index));
  const [{ digest }] =
    await sql`select result ->> 'digest' as digest from public.prime_search_runs where id = ${run}`;
  console.log(
    `${plan.blocks} blocks of ${BLOCK_SIZE} candidates in ${
      wall.toFixed(0)
    } s; the list of finds is ${digest === expected ? "right" : "WRONG"}`,
  );
  console.table(
    await sql`
    select o.username, t.trust_level as trust, t.total_valid as valid, t.total_invalid as invalid, o.credit::float,
      (select coalesce(sum(r.credit), 0)::float from public.node_block_results r where r.operator_id = o.id and r.status = 'verified') as worth,
      (select count(*)::int from public.node_block_results r where r.operator_id = o.id and r.status = 'void') as void
    from public.operators o join public.operator_trust t on t.operator_id = o.id where o.org_id = ${org} order by 1`,
  );
  console.table(
    await sql`
    select q.share, count(*)::int as results, count(*) filter (where q.status = 'conflict')::int as wrong, sum(q.original_tested)::int as tested,
      sum(q.verification_tested)::int as again, round(sum(q.cpu_ms) / 1000, 2)::float as check_s
    from public.verification_queue q where q.org_id = ${org} group by 1 order by 1 desc`,
  );
  const [{ check_s, slice_s }] = await sql`
    select (sum(cpu_ms) / 1000)::float as check_s, (select sum(cpu_ms) / 1000 from public.system_metrics where source = 'node_check')::float as slice_s
    from public.verification_queue where org_id = ${org}`;
  console.log(
    `the honest node's work ${
      (honestMs / 1000).toFixed(1)
    } s of this process's CPU; second opinions ${
      (secondMs / 1000).toFixed(1)
    } s; checks, by the clock, ${check_s.toFixed(1)} s (${
      (100_000 * check_s / honestMs).toFixed(1)
    } %), ` +
      `with their slices' beginning and end ${slice_s.toFixed(1)} s (${
        (100_000 * slice_s / honestMs).toFixed(1)
      } %)`,
  );
  await supabase.auth.signOut({ scope: "local" });
} finally {
  await sql.end({ timeout: 1 });
  await stack.stop();
}
