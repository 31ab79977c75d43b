// What users ask of the search for primes: validated here, decided by row level security.

import * as z from "zod";
import { dispatchAll } from "../../fleet/dispatch.ts";
import {
  type DispatchAnswer,
  dispatchRun,
  refuseConflicts,
  type RunKind,
  theRun,
} from "../../fleet/run_requests.ts";
import type { Database, Json } from "../../platform/database.types.ts";
import { toJson } from "../../platform/json.ts";
import { readJson } from "../../platform/http.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, invalid, parseBody, parseKey } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { type Composite, type CostCalibration, MAX_BLOCKS, type SearchPlan } from "../engine.ts";
import { PrimeSearchError } from "../errors.ts";
import { unpackEvidence } from "../evidence.ts";
import { mpuText, readOffered } from "../exchange/offered.ts";
import { openSearch } from "../forms/mod.ts";
import { MAX_SIEVE_PRIME } from "../sieve/primes.ts";
import { MAX_SURVEY_BLOCK, SURVEY } from "../survey.ts";
import { expectedWork, planWork } from "../work.ts";

type PrimeSearchRun = Database["public"]["Tables"]["prime_search_runs"]["Row"];

const PRIME_SEARCH: RunKind = {
  name: "search for primes",
  idMember: "prime_search_run_id",
  notFound: "PRIME_SEARCH_NOT_FOUND",
  solver: "prime-solver",
};

/** The function that checks certificates. */
const CHECKER = "prime-checker";

const BYTES = "application/octet-stream";

/** Most composites of an answer, and how many where nothing is said. */
const COMPOSITES = { most: 10_000, page: 1000 };

const requestShape = z.strictObject({
  org_id: z.uuid().optional(),
  form: z.string(),
  params: z.record(z.string(), z.unknown()),
  block_size: z.int().min(1).max(MAX_SURVEY_BLOCK).optional(),
  max_concurrent_blocks: z.int().min(1).max(100).optional(),
  sieve_depth: z.int().min(0).max(MAX_SIEVE_PRIME).optional(),
  priority: z.int().min(-100).max(100).default(0),
  worked_by: z.enum(["everybody", "nodes"]).default("everybody"),
  dry_run: z.boolean().default(false),
});

/** What a search will be: how it is cut, what it takes and what it is expected to find, both roughly. */
export interface PlannedSearch {
  candidates: number;
  block_size: number;
  blocks: number;
  first: string;
  last: string;
  digits: [least: number, most: number];
  cpu_seconds: number;
  expected_finds: number;
}

/** Answer to a request; without a run where it was a dry run. */
export type PrimeSearchAnswer =
  | { dry_run: true; plan: PlannedSearch }
  | {
    prime_search_run_id: string;
    status: PrimeSearchRun["status"];
    plan: PlannedSearch;
    dispatch: DispatchAnswer;
    replayed: boolean;
  };

/**
 * Inserts a search with the caller's rights and calls as many solvers as it is worked by; a dry run says what it would be.
 * @param body as sent
 * @param idempotencyKey the header's value; the same key and body give the same run
 * @throws ApiError 400 INVALID_REQUEST, UNKNOWN_FORM, INVALID_PARAMS, INVALID_BLOCK; 403; 404 ORG_NOT_FOUND; 409
 */
export async function requestPrimeSearch(
  client: RestClient,
  body: unknown,
  idempotencyKey: string | null,
): Promise<PrimeSearchAnswer> {
  const request = parseBody(requestShape, body);
  const key = parseKey(idempotencyKey);
  const plan = planned(request, await calibrationOf(client, request.form));
  if (request.dry_run) return { dry_run: true, plan };
  const run = {
    ...request,
    candidates: plan.candidates,
    block_size: plan.block_size,
    blocks: plan.blocks,
  };
  const { data, error } = await client.rpc("request_prime_search", {
    p_run: run as Json,
    p_request: request as Json,
    p_idempotency_key: key ?? undefined,
  });
  if (error) throw databaseError(error);
  const answer = data as unknown as { outcome: string; run: PrimeSearchRun };
  refuseOrg(answer.outcome);
  refuseConflicts(PRIME_SEARCH, answer.outcome, answer.run?.id, "");
  return {
    prime_search_run_id: answer.run.id,
    status: answer.run.status,
    plan,
    dispatch: await dispatchRun(client, PRIME_SEARCH, answer.run),
    replayed: answer.outcome === "replayed",
  };
}

/** What blocks of a form have cost here; undefined where too few were worked. */
async function calibrationOf(
  client: RestClient,
  form: string,
): Promise<CostCalibration | undefined> {
  const { data, error } = await client.from("cost_calibrations").select("coeff_a,coeff_b")
    .eq("form", form).maybeSingle();
  if (error) throw databaseError(error);
  return data ?? undefined;
}

function planned(
  { form, params, block_size }: z.infer<typeof requestShape>,
  calibration: CostCalibration | undefined,
): PlannedSearch {
  const search = { form, params };
  const { plan, finds } = reading(() => ({
    plan: planWork(search, block_size, calibration),
    finds: expectedWork(search),
  }));
  if (plan.blocks > MAX_BLOCKS) {
    const message =
      `${plan.candidates} candidates make ${plan.blocks} blocks of ${plan.blockSize}, more than ${MAX_BLOCKS}`;
    throw invalid([{ path: block_size === undefined ? "params" : "block_size", message }]);
  }
  return toAnswer(plan, finds);
}

function toAnswer(plan: SearchPlan, finds: number): PlannedSearch {
  const { candidates, blockSize, blocks, first, last, digits, cpuSeconds } = plan;
  return {
    candidates,
    block_size: blockSize,
    blocks,
    first,
    last,
    digits,
    cpu_seconds: Number(cpuSeconds.toPrecision(3)),
    expected_finds: Number(finds.toPrecision(3)),
  };
}

/** What the engine cannot read, as a problem with its paths. */
function reading<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    throw new ApiError(400, error.code, error.message, { errors: error.issues });
  }
}

function refuseOrg(outcome: string): void {
  if (outcome === "no_org") {
    const detail = "Name an organisation in which you may search for primes.";
    throw new ApiError(404, "ORG_NOT_FOUND", detail, {
      errors: [{ path: "org_id", message: "names no organisation in which you may do this" }],
    });
  }
  if (outcome === "off") {
    throw new ApiError(
      409,
      "PRIME_SEARCH_OFF",
      "This project does not search for primes. An operator switches it on: deno task ops enable prime_search.",
    );
  }
}

/** The caller's search. @throws ApiError 404 when they see none of this id */
export function readPrimeSearch(client: RestClient, id: string): Promise<PrimeSearchRun> {
  return theRun(PRIME_SEARCH, id, () =>
    client.from("prime_search_runs").select("*").eq("id", id)
      .maybeSingle());
}

/** Cancels the caller's search; one that has ended is answered as it is. @throws ApiError 403, 404 */
export function cancelPrimeSearch(client: RestClient, id: string): Promise<PrimeSearchRun> {
  return theRun(PRIME_SEARCH, id, () => client.rpc("cancel_prime_search", { p_run: id }));
}

/** Pauses or resumes the caller's search; one that has ended is answered as it is. @throws ApiError 403, 404 */
export async function pausePrimeSearch(
  client: RestClient,
  id: string,
  pause: boolean,
): Promise<PrimeSearchRun> {
  const run = await theRun<PrimeSearchRun>(
    PRIME_SEARCH,
    id,
    () => client.rpc("pause_prime_search", { p_run: id, p_pause: pause }),
  );
  if (!pause) await dispatchRun(client, PRIME_SEARCH, run);
  return run;
}

/** The number of a prime in a path. @throws ApiError 400 */
function primeNumber(id: string): number {
  if (/^[1-9]\d{0,15}$/.test(id)) return Number(id);
  throw invalid([{ path: "prime", message: "not the number of a prime" }]);
}

interface PrimeRow {
  form: string;
  expression: string;
  certificate: unknown;
}

async function readPrime(client: RestClient, id: string): Promise<PrimeRow> {
  const { data, error } = await client.from("primes").select("form,expression,certificate")
    .eq("id", primeNumber(id)).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noPrime(id);
  return data;
}

function noPrime(id: string): ApiError {
  return new ApiError(404, "PRIME_NOT_FOUND", `There is no prime ${id}.`);
}

function noCertificate(): ApiError {
  const detail = "Nothing proves this prime yet, so there is nothing to check.";
  return new ApiError(409, "NO_CERTIFICATE", detail);
}

const offerShape = z.strictObject({ org_id: z.uuid().optional(), certificate: z.unknown() });

/** Certificates by elliptic curves are long: some 500 KB for 1,000 digits. */
const MAX_CERTIFICATE_BYTES = 4 * 1024 * 1024;

/** The body of a request that offers a certificate. @throws ApiError 400, 413 */
export async function readOffer(request: Request): Promise<z.infer<typeof offerShape>> {
  return parseBody(offerShape, await readJson(request, MAX_CERTIFICATE_BYTES));
}

/**
 * Has the checker read a prime's certificate again, or one from outside: our JSON, the text of Math::Prime::Util or of PARI/GP's
 * primecert(), of a pair a list of two. The prime gets such a one once it is accepted.
 * @throws ApiError 400 INVALID_CERTIFICATE...; 403, 404, 409
 */
export async function requestCheck(
  client: RestClient,
  id: string,
  offer: z.infer<typeof offerShape> | null,
): Promise<{ prime_check_run_id: string; dispatch: DispatchAnswer }> {
  const p_prime = primeNumber(id);
  const { data, error } = await client.rpc("verify_prime", {
    p_prime,
    ...(offer && { p_org_id: offer.org_id, p_offered: await readable(client, id, offer) }),
  });
  if (error) throw databaseError(error);
  const { outcome, check_run } = data as unknown as { outcome: string; check_run: string };
  refuseOrg(outcome);
  if (outcome === "not_found") throw noPrime(id);
  if (outcome === "no_certificate") throw noCertificate();
  const sent = await dispatchAll(CHECKER, 1);
  return { prime_check_run_id: check_run, dispatch: sent ? "sent" : "deferred" };
}

/** The offered certificate, if it is one for this prime. */
async function readable(
  client: RestClient,
  id: string,
  { certificate }: z.infer<typeof offerShape>,
): Promise<Json> {
  const prime = await readPrime(client, id);
  return toJson(reading(() => readOffered(certificate, prime)));
}

/**
 * A prime's certificate as a file: JSON, or the text of Math::Prime::Util.
 * @param format "json" or "mpu"; null: json
 * @param accept the header; supabase-js makes text of what is not answered as application/octet-stream
 * @throws ApiError 400, 404; 409 NO_CERTIFICATE, NO_MPU_CERTIFICATE
 */
export async function readCertificate(
  client: RestClient,
  id: string,
  format: string | null,
  accept: string | null,
): Promise<Response> {
  if (format !== null && format !== "json" && format !== "mpu") {
    throw invalid([{ path: "format", message: "is to be json or mpu" }]);
  }
  const prime = await readPrime(client, id);
  if (prime.certificate === null) throw noCertificate();
  const [text, type, name] = format === "mpu"
    ? [mpuOf(prime), "text/plain; charset=utf-8", `prime-${id}.txt`]
    : [JSON.stringify(prime, null, 1), "application/json", `prime-${id}.json`];
  return new Response(text, {
    headers: {
      "content-type": accept === BYTES ? BYTES : type,
      "content-disposition": `attachment; filename="${name}"`,
    },
  });
}

function mpuOf(prime: PrimeRow): string {
  const text = reading(() => mpuText(prime, prime.certificate));
  if (text !== null) return text;
  throw new ApiError(
    409,
    "NO_MPU_CERTIFICATE",
    "Math::Prime::Util has no type for this proof (LLR, or by N+1); it is there as JSON.",
  );
}

/** A composite of a search, with what shows that it is none of the primes. */
export type CompositeAnswer = Omit<Composite, "index"> & { candidate: number; expression: string };

/**
 * Why candidates of a search are no primes, as far as their blocks are done.
 * @param query from and to: candidates, both included; at most 10,000 of them
 * @throws ApiError 400, 404
 */
export async function readComposites(
  client: RestClient,
  id: string,
  query: URLSearchParams,
): Promise<{ from: number; to: number; composites: CompositeAnswer[] }> {
  const { form, params, candidates } = await readPrimeSearch(client, id);
  if (form === SURVEY) {
    throw new ApiError(409, "SURVEY_LISTS_NOTHING", "A survey counts; it keeps no list.");
  }
  const last = candidates - 1;
  const from = candidateIn(query, "from", 0, last, 0);
  const most = Math.min(last, from + COMPOSITES.most - 1);
  const to = candidateIn(query, "to", from, most, Math.min(most, from + COMPOSITES.page - 1));
  const blocks = await client.from("prime_search_blocks").select("block_number,block_start")
    .eq("run", id).lte("block_start", to).gte("block_end", from);
  if (blocks.error) throw databaseError(blocks.error);
  const starts = new Map(blocks.data.map((block) => [block.block_number, block.block_start]));
  const { data, error } = await client.from("prime_search_evidence")
    .select("block_number,factors,residues").eq("run", id)
    .gte("block_number", Math.min(...starts.keys()))
    .lte("block_number", Math.max(...starts.keys())).order("block_number");
  if (error) throw databaseError(error);
  const search = openSearch(form, params);
  const composites = data.flatMap(({ block_number, factors, residues }) =>
    unpackEvidence(starts.get(block_number)!, { factors, residues: residues as never })
  ).filter(({ index }) => index >= from && index <= to);
  return {
    from,
    to,
    composites: composites.map(({ index, ...evidence }) => ({
      candidate: index,
      expression: search.candidate(index).expression,
      ...evidence,
    })),
  };
}

function candidateIn(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= least && value <= most) return value;
  throw invalid([{ path: name, message: `is to be a candidate from ${least} to ${most}` }]);
}
