// What the search for primes is asked and answers, as a UI sees it. Rows keep the names of their columns.

import type { RunStatus } from "./run_state.ts";

/** Parameters of a form by their own names, e.g. `{ start: 1, end: 500 }`; `forms()` describes them. */
export type PrimeParams = Record<string, unknown>;

/** A form, or the survey, with the JSON Schema of its parameters. */
export interface PrimeForm {
  name: string;
  title: string;
  schema: Record<string, unknown>;
  /** The pairs of parameters that may bound its range. */
  ranges: [from: string, to: string][];
}

/** What to search for. */
export interface PrimeSearchRequest {
  form: string;
  params: PrimeParams;
  /** Needed by whoever may search in several orgs. */
  org?: string;
  /** Candidates a block; chosen by the price of a test where it is left out. */
  blockSize?: number;
  /** Isolates that work on it at once, at most; as many as the project allows where it is left out. */
  maxConcurrentBlocks?: number;
  /** Of the org's searches the highest comes first. */
  priority?: number;
  /** One per press of the button; made by the client where it is left out. */
  idempotencyKey?: string;
}

/** What a search will be; CPU and finds are rough. */
export interface PlannedPrimeSearch {
  candidates: number;
  blockSize: number;
  blocks: number;
  /** Expressions of the first and last candidate. */
  first: string;
  last: string;
  /** Decimal digits of the smallest and largest candidate, about. */
  digits: [least: number, most: number];
  cpuSeconds: number;
  expectedFinds: number;
}

/** The answer to a request for a search. */
export interface PrimeSearchAnswer {
  primeSearchRunId: string;
  status: RunStatus;
  plan: PlannedPrimeSearch;
  /** As of `GenerateAnswer`. */
  dispatch: "sent" | "queued" | "deferred" | "none";
  /** The idempotency key had come before: this is that run. */
  replayed: boolean;
}

/** How far a search is. */
export interface PrimeSearchProgress {
  /** 0..1 */
  fraction: number;
  sieved: number;
  tested: number;
  found: number;
  blocks: number;
  blocksDone: number;
  /** What one of the isolates tests now; not there after a block that ended. */
  current?: string | null;
  cpuMs: number;
}

/** What a survey counted. */
export interface PrimeCounts {
  count: number;
  /** null where nothing was counted. */
  first: number | null;
  last: number | null;
  /** Of all counted numbers, modulo 2^64, in decimal. */
  sum: string;
}

/** What a search came to. */
export interface PrimeSearchResult {
  candidates: number;
  /** sieved + tested is candidates where nothing is missing. */
  sieved: number;
  tested: number;
  found: number;
  /** Of them with a certificate; of a survey, whose sieve decides, all. */
  proven: number;
  /** Of a survey. */
  counted?: PrimeCounts;
  /** SHA-256 of the list of finds: the same for the same search, however it was worked. */
  digest: string;
  blocks: number;
  blocksDone: number;
  fraction: number;
  cpuMs: number;
  slices: number;
  /** The first 100 blocks that are not done, and why. */
  missing: { block: number; start: number; end: number; code: string; message: string }[];
}

/** A search for primes. */
export interface PrimeSearchRun {
  id: string;
  /** A number for people. */
  number: number;
  org_id: string;
  form: string;
  params: PrimeParams;
  candidates: number;
  block_size: number;
  blocks: number;
  max_concurrent_blocks: number | null;
  priority: number;
  status: RunStatus;
  progress: PrimeSearchProgress | null;
  result: PrimeSearchResult | null;
  error_code: string | null;
  error_message: string | null;
  requested_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Since when it is paused. */
  paused_at: string | null;
  updated_at: string;
}

/** The columns of a search that the client reads. */
export const PRIME_SEARCH_COLUMNS = [
  "id",
  "number",
  "org_id",
  "form",
  "params",
  "candidates",
  "block_size",
  "blocks",
  "max_concurrent_blocks",
  "priority",
  "status",
  "progress",
  "result",
  "error_code",
  "error_message",
  "requested_by",
  "created_at",
  "started_at",
  "finished_at",
  "paused_at",
  "updated_at",
] as const satisfies readonly (keyof PrimeSearchRun)[];

/** A block of a search: candidates `block_start` to `block_end`, both included. */
export interface PrimeSearchBlock {
  block_number: number;
  block_start: number;
  block_end: number;
  status: "available" | "claimed" | "completed" | "failed";
  sieved: number;
  tested: number;
  found: number;
  fraction: number;
  error_code: string | null;
  error_message: string | null;
}

/** A prime. */
export interface Prime {
  id: number;
  form: string;
  expression: string;
  digits: number;
  found_at: string;
  proof_method: "deterministic" | "probabilistic";
  verified: boolean;
  verified_at: string | null;
  verification_method: string | null;
  tags: string[];
}

/** A find of a search; `reason` says why it is not proven. */
export interface PrimeFind extends Prime {
  candidate: number;
  reason: string | null;
}

/** A run of the checker on a certificate. */
export interface PrimeCheck {
  id: number;
  valid: boolean;
  /** Types of the proofs that were checked, e.g. bls_n1; null where it was refused. */
  method: string | null;
  /** Why it was refused. */
  reason: string | null;
  slices: number;
  cpu_ms: number;
  checked_at: string;
}

/** A candidate that is no prime: a factor, or the residue of the test that it failed. */
export interface PrimeComposite {
  candidate: number;
  expression: string;
  /** Of a pair: which of the two, from 0. */
  member?: number;
  factor?: string;
  test?: string;
  base?: string;
  /** The low 64 bits of the residue, in hexadecimal. */
  res64?: string;
}

/** A certificate as `offer()` takes it: JSON, text of Math::Prime::Util or of PARI/GP; of a pair both. */
export type OfferedCertificate = unknown;

/** How many primes there are. */
export interface PrimeStats {
  total: number;
  by_form: { form: string; count: number }[];
  largest_digits: number;
  largest_expression: string | null;
}

/** Forms by how many primes were found. */
export interface PrimeFormRank {
  form: string;
  count: number;
  largest_digits: number;
  largest_expression: string;
  latest_found_at: string;
  verified_count: number;
  verified_pct: number;
}

/** Which primes; all that are given must hold. */
export interface PrimeFilter {
  form?: string;
  /** Part of the expression. */
  search?: string;
  minDigits?: number;
  maxDigits?: number;
  verified?: boolean;
  tag?: string;
  sort?: "id" | "found_at" | "digits" | "form";
  descending?: boolean;
  limit?: number;
  offset?: number;
}

/** What a time series is of; campaigns and nodes are those of one's orgs. */
export type PrimeSeriesScope = "fleet" | "campaign" | "node";

/** A minute, an hour or a day of a time series. */
export interface PrimeSeriesPoint {
  at: string;
  /** `{kind}` of the fleet, `{project}` of campaigns, `{node}` of nodes. */
  labels: Record<string, string | number>;
  /** Samples. */
  count: number;
  avg: number;
  min: number;
  max: number;
}
