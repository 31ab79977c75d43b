/**
 * The function operator-api: what operators and their nodes ask for, by the operator's key. It reads what comes, hashes keys, prices blocks
 * and counts what is handed in; all that is decided is decided in the database (supabase/migrations, work_for_nodes).
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { sha256 } from "../../engine/digest.ts";
import { dispatch } from "../../fleet/dispatch.ts";
import { keptPool, type Sql, type Transaction } from "../../platform/database.ts";
import { createHandler, type Handler, readJson } from "../../platform/http.ts";
import { ID_PATTERN } from "../../platform/ids.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { parseBody } from "../../platform/requests.ts";
import { asService } from "../../platform/service.ts";
import { blockPrices } from "../engine.ts";
import { PrimeSearchError } from "../errors.ts";
import { answerShape, readAnswer } from "../nodes/answer.ts";
import { differences, type DrawnFrom, drawnOf, opinionsShape } from "../nodes/second.ts";

/** Carries an operator's key. */
export const OPERATOR_KEY_HEADER = "x-operator-key";
/** What works the checks of what is handed in. */
const CHECKER = "node-checker";
/** An answer of 20,000 candidates with their residues. */
const MAX_ANSWER_BYTES = 3 * 1024 * 1024;
const MAX_CHECKPOINT_BYTES = 1024 * 1024;

const text = (most: number) =>
  z.string().trim().min(1).max(most).regex(
    /^[^\p{C}\p{Z}](?:[^\p{C}]*[^\p{C}\p{Z}])?$/u,
    "has characters that nobody sees",
  );
const forms = z.array(z.string().regex(/^[a-z][a-z_]*$/, "is no form's name")).max(50);
const version = z.string().regex(/^[0-9A-Za-z.+_-]{1,50}$/, "is no version");
const channel = z.enum(["stable", "beta", "nightly"]);

const registrationShape = z.strictObject({
  invitation: z.string().regex(/^inv_[0-9a-f]{48}$/, "is no invitation"),
  username: z.string().regex(
    /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,38}[A-Za-z0-9])?$/,
    "is to be 1 to 40 letters, digits, dots, dashes and underscores",
  ),
  team: text(80).optional(),
  email: z.email().max(254).optional(),
});

const nodeShape = z.strictObject({
  node_id: text(100),
  hostname: text(200).optional(),
  cores: z.int().min(1).max(4096).default(1),
  cpu_model: text(200).optional(),
  os: text(50).optional(),
  arch: text(50).optional(),
  ram_gb: z.number().min(0.1).max(1_000_000).optional(),
  has_gpu: z.boolean().default(false),
  gpu_model: text(200).optional(),
  gpu_vram_gb: z.number().min(0.1).max(1_000_000).optional(),
  worker_version: version.optional(),
  update_channel: channel.default("stable"),
  benchmark_score: z.number().min(0).max(100_000_000).optional(),
  checks: z.boolean().default(false),
  program: z.uuid().optional(),
});

const heartbeatShape = z.strictObject({
  program: z.uuid().optional(),
  claims: z.array(z.uuid()).max(1000).optional(),
  worker_version: version.optional(),
  update_channel: channel.optional(),
  benchmark_score: z.number().min(0).max(100_000_000).optional(),
});

const leaveShape = z.strictObject({ program: z.uuid() });

const claimShape = z.strictObject({
  count: z.int().min(1).max(64).default(1),
  forms: forms.optional(),
  exclude_forms: forms.optional(),
});

const checksShape = z.strictObject({ count: z.int().min(1).max(64).default(1) });

const progressShape = z.strictObject({
  tested: z.int().min(0),
  found: z.int().min(0),
  checkpoint: z.unknown().optional(),
});

const ackShape = z.strictObject({
  succeeded: z.boolean(),
  message: z.string().max(2000).optional(),
});

/** A claim, as a node is told. */
interface ToldClaim {
  token: string;
  search: number;
  form: string;
  params: Record<string, unknown>;
  start: number;
  end: number;
  credit: number;
}

/** A result that a node is to give a second opinion on, as the database has it; the node is told its candidates alone. */
interface TakenCheck extends DrawnFrom {
  token: string;
  search: number;
  /** Candidates of the block that were tested, of which some are drawn. */
  tested: number;
  lease_until: string;
}

/** One request, with the hash of its key and the parts of its path that are not fixed. */
interface Asked {
  request: Request;
  key: string;
  parts: string[];
  /** One transaction, whose refusals are told to the caller. */
  ask<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer>;
}

type Route = [
  method: "GET" | "POST" | "DELETE",
  path: RegExp,
  answer: (asked: Asked) => Promise<unknown>,
];

const at = (path: string) =>
  new RegExp(
    `^${path.replaceAll(":id", `(${ID_PATTERN})`).replace(":number", "([1-9]\\d{0,15})")}$`,
  );

const ROUTES: Route[] = [
  ["POST", at("operators/register"), register],
  ["POST", at("operators/rotate-key"), rotateKey],
  ["GET", at("operators/(?:me|stats)"), stats],
  ["GET", at("operators/me/nodes"), async (asked) => ({ nodes: (await stats(asked)).nodes })],
  ["GET", at("operators/leaderboard"), leaderboard],
  ["POST", at("nodes/register"), registerNode],
  ["POST", at("nodes/:id/heartbeat"), heartbeat],
  ["POST", at("nodes/:id/leave"), leave],
  ["GET", at("nodes/:id/release"), latest],
  ["POST", at("nodes/:id/commands/:number/ack"), acknowledge],
  ["GET", at("nodes/:id/claims"), openClaims],
  ["POST", at("nodes/:id/claims"), claim],
  ["POST", at("nodes/:id/claims/:id/progress"), progress],
  ["POST", at("nodes/:id/claims/:id/submit"), submit],
  ["DELETE", at("nodes/:id/claims/:id"), release],
  ["POST", at("nodes/:id/checks"), takeChecks],
  ["POST", at("nodes/:id/checks/:id/submit"), submitCheck],
  ["DELETE", at("nodes/:id/checks/:id"), releaseCheck],
];

/** The fetch handler of operator-api. */
export function createOperatorApi(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  const answer: Handler = async (request, path) => {
    // Who has no key is told so first, whatever they ask for.
    const key = path === "operators/register" ? "" : keyHash(request);
    const route = ROUTES.find(([method, each]) => method === request.method && each.test(path));
    if (!route) {
      throw new ApiError(404, "UNKNOWN_PATH", `${functionName} has no ${request.method} ${path}.`);
    }
    const [, pattern, work] = route;
    const parts = pattern.exec(path)!.slice(1);
    const result = await work({ request, key, parts, ask: (ask) => asking(pool(), key, ask) });
    return Response.json(result, {
      status: work === register || work === registerNode ? 201 : 200,
    });
  };
  return createHandler(functionName, { GET: answer, POST: answer, DELETE: answer });
}

/** SHA-256 of the key that came. @throws ApiError 401 */
function keyHash(request: Request): string {
  const key = request.headers.get(OPERATOR_KEY_HEADER) ?? "";
  if (/^opk_[0-9a-f]{64}$/.test(key)) return sha256(key);
  const detail = `Send your operator's key in the header ${OPERATOR_KEY_HEADER}.`;
  throw new ApiError(401, "UNAUTHENTICATED", detail);
}

function newKey(): string {
  return `opk_${randomBytes(32).toString("hex")}`;
}

/**
 * A transaction as service_role; what prime_search.refuse() raised is told as it is. A request that is refused counts as well, though its
 * transaction is undone: what somebody may ask for in vain without end is worth limiting most.
 * @param key its hash; "" for who has none yet
 */
async function asking<Answer>(
  sql: Sql,
  key: string,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await asService(sql, work);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    // Who came too often is not let in later for it.
    if (key !== "" && refusal.status !== 429) {
      await asService(sql, (tx) => tx`select prime_search.count_refused(${key})`);
    }
    throw refusal;
  }
}

/** What a transaction was undone for, as its caller is told; null for what is no refusal. */
function refusalOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  const { code, hint, detail, message } = error as Record<string, string>;
  const status = /^RC(4\d\d)$/.exec(code ?? "")?.[1];
  if (!status) return null;
  const headers = status === "429" ? { headers: { "retry-after": detail } } : {};
  return new ApiError(Number(status), hint, message, headers);
}

/** What the engine cannot read, as a problem with its paths. */
function reading<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    throw new ApiError(400, "INVALID_RESULT", error.message, { errors: error.issues });
  }
}

async function register({ request, ask }: Asked) {
  const { invitation, ...operator } = parseBody(registrationShape, await readJson(request));
  const key = newKey();
  const registered = await ask(async (tx) => {
    const [row] = await tx`
      select prime_search.register_operator(${sha256(invitation)}, ${tx.json(toJson(operator))}, ${
      sha256(key)
    }) as answer`;
    return row.answer;
  });
  // Told here and nowhere else.
  return { ...registered, key };
}

async function rotateKey({ key, ask }: Asked) {
  const next = newKey();
  const answer = await ask(async (tx) => {
    const [row] = await tx`select prime_search.rotate_operator_key(${key}, ${
      sha256(next)
    }) as answer`;
    return row.answer;
  });
  return { ...answer, key: next };
}

function stats({ key, ask }: Asked) {
  return ask(async (tx) => (await tx`select prime_search.stats_of(${key}) as answer`)[0].answer);
}

function leaderboard({ key, ask }: Asked) {
  return ask(async (tx) =>
    (await tx`select prime_search.leaderboard_of(${key}) as answer`)[0].answer
  );
}

async function registerNode({ request, key, ask }: Asked) {
  const node = parseBody(nodeShape, await readJson(request));
  return await ask(async (tx) =>
    (await tx`select prime_search.register_node(${key}, ${tx.json(toJson(node))}) as answer`)[0]
      .answer
  );
}

async function heartbeat({ request, key, parts: [node], ask }: Asked) {
  const state = parseBody(heartbeatShape, await readJson(request));
  return await ask(async (tx) =>
    (await tx`select prime_search.node_heartbeat(${key}, ${node}, ${
      tx.json(toJson(state))
    }) as answer`)[0].answer
  );
}

async function leave({ request, key, parts: [node], ask }: Asked) {
  const { program } = parseBody(leaveShape, await readJson(request));
  return await ask(async (tx) =>
    (await tx`select prime_search.leave_node(${key}, ${node}, ${program}) as answer`)[0].answer
  );
}

async function acknowledge({ request, key, parts: [node, command], ask }: Asked) {
  const { succeeded, message } = parseBody(ackShape, await readJson(request));
  return await ask(async (tx) =>
    (await tx`
      select prime_search.ack_node_command(${key}, ${node}, ${command}, ${succeeded}, ${
      message ?? null
    }) as answer`)[0].answer
  );
}

function latest({ key, parts: [node], ask }: Asked) {
  return ask(async (tx) =>
    (await tx`select prime_search.node_release(${key}, ${node}) as answer`)[0].answer
  );
}

function openClaims({ key, parts: [node], ask }: Asked) {
  return ask(async (tx) =>
    (await tx`select prime_search.open_claims(${key}, ${node}) as answer`)[0].answer
  );
}

async function claim({ request, key, parts: [node], ask }: Asked) {
  const wish = parseBody(claimShape, await readJson(request));
  return await ask(async (tx) => {
    const [{ answer }] = await tx`
      select prime_search.claim_node_blocks(${key}, ${node}, ${tx.json(toJson(wish))}) as answer`;
    const claims = priced(answer.claims);
    const prices = Object.fromEntries(claims.map(({ token, credit }) => [token, credit]));
    if (claims.length > 0) await tx`select prime_search.price_claims(${tx.json(prices)})`;
    return { ...answer, claims };
  });
}

/** Claims with what they are worth: seconds of CPU by the model, whoever works them. */
function priced(claims: ToldClaim[]): ToldClaim[] {
  const prices = new Map<number, ReturnType<typeof blockPrices>>();
  return claims.map((each) => {
    const price = prices.get(each.search) ?? blockPrices(each);
    prices.set(each.search, price);
    return { ...each, credit: Math.max(0.001, Number(price(each.start, each.end).toFixed(3))) };
  });
}

async function progress({ request, key, parts: [node, token], ask }: Asked) {
  const told = parseBody(progressShape, await readJson(request, MAX_CHECKPOINT_BYTES));
  return await ask(async (tx) =>
    (await tx`
      select prime_search.node_progress(${key}, ${node}, ${token}, ${
      tx.json(JSON.parse(JSON.stringify(told)))
    }) as answer`)[0]
      .answer
  );
}

async function submit({ request, key, parts: [node, token], ask }: Asked) {
  const answer = parseBody(answerShape, await readJson(request, MAX_ANSWER_BYTES));
  const told = await ask(async (tx) => {
    const [{ block }] =
      await tx`select prime_search.claimed_block(${key}, ${node}, ${token}) as block`;
    // Whose key or claim it is not is said by what is asked next, without its answer being read.
    const { counts, result, flaw } = block === null
      ? { counts: null, result: null, flaw: null }
      : reading(() => readAnswer(block, answer));
    const [row] = await tx`
      select prime_search.submit_node_block(${key}, ${node}, ${token}, ${
      tx.json(JSON.parse(JSON.stringify(result)))
    },
        ${tx.json(counts)}, ${flaw}) as answer`;
    return row.answer;
  });
  const { checks, ...rest } = told;
  if (checks) await dispatch(CHECKER);
  return rest;
}

function release({ key, parts: [node, token], ask }: Asked) {
  return ask(async (tx) =>
    (await tx`select prime_search.release_claim(${key}, ${node}, ${token}) as answer`)[0].answer
  );
}

/** Second opinions for a node to give: candidates that were drawn of what another operator's node handed in, and not what that said. */
async function takeChecks({ request, key, parts: [node], ask }: Asked) {
  const { count } = parseBody(checksShape, await readJson(request));
  const { checks, wake } = await ask(async (tx) => {
    const [{ answer }] =
      await tx`select prime_search.take_checks(${key}, ${node}, ${count}) as answer`;
    const checks = (answer.checks as TakenCheck[]).map(toldCheck);
    const prices = Object.fromEntries(checks.map(({ token, credit }) => [token, credit]));
    const [{ wake }] = checks.length === 0 ? [{ wake: false }] : await tx`
      select prime_search.price_checks(${answer.org_id}, ${tx.json(prices)}) as wake`;
    return { checks: checks.filter(({ credit }) => credit > 0), wake };
  });
  // Of what nothing was drawn there is nothing to ask: the fleet goes on with it.
  if (wake) await dispatch(CHECKER);
  return { checks };
}

function toldCheck(check: TakenCheck) {
  const { token, search, form, params, start, end, tested, lease_until } = check;
  const candidates = drawnOf(check).map(({ index }) => index);
  const share = candidates.length / Math.max(1, tested);
  const credit = candidates.length === 0
    ? 0
    : Math.max(0.001, Number((share * blockPrices(check)(start, end)).toFixed(3)));
  return { token, search, form, params, candidates, credit, lease_until };
}

async function submitCheck({ request, key, parts: [node, token], ask }: Asked) {
  const { opinions } = parseBody(opinionsShape, await readJson(request, MAX_ANSWER_BYTES));
  const { checks, ...told } = await ask(async (tx) => {
    const [{ check }] = await tx`select prime_search.check_of(${key}, ${node}, ${token}) as check`;
    // Whose key or check it is not is said by what is asked next.
    const differ = check && reading(() => differences(drawnOf(check), opinions));
    const [row] = await tx`
      select prime_search.submit_check(${key}, ${node}, ${token}, ${
      differ && tx.json(differ)
    }) as answer`;
    return row.answer;
  });
  if (checks) await dispatch(CHECKER);
  return told;
}

async function releaseCheck({ key, parts: [node, token], ask }: Asked) {
  const { checks, ...told } = await ask(async (tx) =>
    (await tx`select prime_search.release_check(${key}, ${node}, ${token}) as answer`)[0].answer
  );
  if (checks) await dispatch(CHECKER);
  return told;
}
