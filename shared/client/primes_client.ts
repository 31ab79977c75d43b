// The search for primes, as a UI uses it: ask what a search would be, start, follow, pause and cancel it, read what was found.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel } from "../platform/spelling.ts";
import { downloadFile, REQUEST_TIMEOUT } from "./calls.ts";
import { type Page, readAll } from "./pages.ts";
import {
  type OfferedCertificate,
  type PlannedPrimeSearch,
  type Prime,
  PRIME_SEARCH_COLUMNS,
  type PrimeCheck,
  type PrimeComposite,
  type PrimeFilter,
  type PrimeFind,
  type PrimeForm,
  type PrimeFormRank,
  type PrimeSearchAnswer,
  type PrimeSearchBlock,
  type PrimeSearchRequest,
  type PrimeSearchRun,
  type PrimeSeriesPoint,
  type PrimeSeriesScope,
  type PrimeStats,
} from "./primes_types.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import { found, readRun, type RunKind, Runs } from "./runs.ts";
import type { RunWatch, WatchOptions, WatchTimers } from "./watch.ts";

const PRIME_SEARCH: RunKind<PrimeSearchRun> = {
  name: "search for primes",
  functionName: "prime-orchestration",
  table: "prime_search_runs",
  columns: PRIME_SEARCH_COLUMNS,
  documents: ["progress", "result"],
};

const PRIME_COLUMNS =
  "id,form,expression,digits,found_at,proof_method,verified,verified_at,verification_method,tags";
const BLOCK_COLUMNS =
  "block_number,block_start,block_end,status,sieved,tested,found,fraction,error_code,error_message";

/** Primes of a page where nothing else is said. */
const PAGE = 50;

/** What tests inject. */
export interface PrimesClientOptions {
  /** Default: the platform's setTimeout and clearTimeout. */
  timers?: WatchTimers;
}

/**
 * The search for primes for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const primes = createPrimesClient(supabase);
 * const { primeSearchRunId } = await primes.search({ form: "factorial", params: { start: 1, end: 500 } });
 * const run = await primes.watch(primeSearchRunId, (run) => show(run.progress)).done;
 * show(await primes.finds(run.id));
 * ```
 */
export function createPrimesClient(
  supabase: SupabaseClient,
  options: PrimesClientOptions = {},
): PrimesClient {
  return new PrimesClient(supabase, options.timers ?? platformTimers);
}

/** See {@link createPrimesClient}. Every method throws {@link ReceptorError}. */
export class PrimesClient {
  readonly #runs: Runs<PrimeSearchRun>;

  constructor(private readonly supabase: SupabaseClient, private readonly timers: WatchTimers) {
    this.#runs = new Runs(PRIME_SEARCH, supabase, timers);
  }

  /** The forms that there are, with their parameters. */
  forms(): Promise<PrimeForm[]> {
    return this.#runs.call("/forms", { method: "GET" });
  }

  /**
   * What a search would be: candidates, blocks, CPU, expected finds. Nothing is started.
   * @throws {ReceptorError} UNKNOWN_FORM, INVALID_PARAMS with `errors`...
   */
  async plan(request: PrimeSearchRequest): Promise<PlannedPrimeSearch> {
    const body = { ...bodyOf(request), dry_run: true };
    const { plan } = await this.#runs.call<{ plan: unknown }>("", { method: "POST", body });
    return toCamel(plan) as PlannedPrimeSearch;
  }

  /**
   * Starts a search. A request whose answer is lost is sent again under the same idempotency key, so that one call never
   * starts two searches.
   * @throws {ReceptorError} UNKNOWN_FORM, INVALID_PARAMS with `errors`, PRIME_SEARCH_OFF, NETWORK...
   */
  async search(request: PrimeSearchRequest): Promise<PrimeSearchAnswer> {
    return toCamel(
      await this.#runs.request<unknown>(bodyOf(request), request.idempotencyKey),
    ) as PrimeSearchAnswer;
  }

  /**
   * Follows a search to its end over Realtime, with refetches wherever an event may have been lost.
   * @param onUpdate Gets each newer version of the run once, the terminal one last.
   */
  watch(
    primeSearchRunId: string,
    onUpdate: (run: PrimeSearchRun) => void = () => {},
    options: WatchOptions = {},
  ): RunWatch<PrimeSearchRun> {
    return this.#runs.watch(primeSearchRunId, onUpdate, options);
  }

  /** Reads a search. */
  run(primeSearchRunId: string): Promise<PrimeSearchRun> {
    return this.#runs.read(primeSearchRunId);
  }

  /** Cancels a search and answers it; what was found stays. */
  cancel(primeSearchRunId: string): Promise<PrimeSearchRun> {
    return this.#runs.cancel(primeSearchRunId);
  }

  /** Pauses a search: no further slice begins. */
  pause(primeSearchRunId: string): Promise<PrimeSearchRun> {
    return this.#direct(primeSearchRunId, "pause");
  }

  /** Goes on with a search that was paused. */
  resume(primeSearchRunId: string): Promise<PrimeSearchRun> {
    return this.#direct(primeSearchRunId, "resume");
  }

  async #direct(id: string, verb: "pause" | "resume"): Promise<PrimeSearchRun> {
    const row = await this.#runs.call<Record<string, unknown>>(
      `/${encodeURIComponent(id)}/${verb}`,
      { method: "POST", body: {} },
    );
    return readRun(PRIME_SEARCH, row) as unknown as PrimeSearchRun;
  }

  /** The latest searches that the user sees, of one org or of all, newest first. */
  async searches(
    { org, limit = 20 }: { org?: string; limit?: number } = {},
  ): Promise<PrimeSearchRun[]> {
    const columns = PRIME_SEARCH_COLUMNS.join(",");
    const runs = this.supabase.from("prime_search_runs").select(columns);
    const { data } = await answered(
      (org === undefined ? runs : runs.eq("org_id", org))
        .order("created_at", { ascending: false }).limit(limit)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return (data as unknown as Record<string, unknown>[]).map((row) =>
      readRun(PRIME_SEARCH, row) as unknown as PrimeSearchRun
    );
  }

  /**
   * Why candidates of a search are no primes, as far as their blocks are done.
   * @param range candidates, both ends included; 1,000 from the first one on where it is left out, at most 10,000
   * @throws {ReceptorError} SURVEY_LISTS_NOTHING...
   */
  async composites(
    primeSearchRunId: string,
    range: { from?: number; to?: number } = {},
  ): Promise<PrimeComposite[]> {
    const query = new URLSearchParams(
      Object.entries(range).filter(([, value]) => value !== undefined).map((
        [name, value],
      ) => [name, `${value}`]),
    );
    const path = `/${encodeURIComponent(primeSearchRunId)}/composites?${query}`;
    const answer = await this.#runs.call<{ composites: PrimeComposite[] }>(path, { method: "GET" });
    return answer.composites;
  }

  /** The blocks of a search, in order. */
  blocks(primeSearchRunId: string): Promise<PrimeSearchBlock[]> {
    return readAll<PrimeSearchBlock>((from, to) =>
      this.supabase.from("prime_search_blocks").select(BLOCK_COLUMNS)
        .eq("run", primeSearchRunId).order("block_number")
        .range(from, to) as unknown as PromiseLike<Page<PrimeSearchBlock>>
    );
  }

  /** What a search has found until now, in the order of its candidates. */
  async finds(primeSearchRunId: string): Promise<PrimeFind[]> {
    const rows = await readAll<FindRow>((from, to) =>
      this.supabase.from("prime_search_finds")
        .select(`candidate,reason,prime:primes!inner(${PRIME_COLUMNS})`)
        .eq("run", primeSearchRunId).order("candidate")
        .range(from, to) as unknown as PromiseLike<Page<FindRow>>
    );
    return rows.map(({ prime, ...find }) => ({ ...prime, ...find }));
  }

  /** A page of all primes, and how many there are in all. */
  async primes(filter: PrimeFilter = {}): Promise<{ primes: Prime[]; total: number }> {
    const { form, search, minDigits, maxDigits, verified, tag, sort = "id", limit = PAGE } = filter;
    let query = this.supabase.from("primes").select(PRIME_COLUMNS, { count: "exact" });
    if (form !== undefined) query = query.eq("form", form);
    if (search !== undefined) query = query.ilike("expression", `%${literal(search)}%`);
    if (minDigits !== undefined) query = query.gte("digits", minDigits);
    if (maxDigits !== undefined) query = query.lte("digits", maxDigits);
    if (verified !== undefined) query = query.eq("verified", verified);
    if (tag !== undefined) query = query.contains("tags", [tag]);
    const ascending = !(filter.descending ?? false);
    const offset = filter.offset ?? 0;
    const { data, count } = await answered(
      query.order(sort, { ascending }).order("id")
        .range(offset, offset + limit - 1).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return { primes: data as unknown as Prime[], total: count ?? data.length };
  }

  /** A prime with its certificate. */
  async prime(id: number): Promise<Prime & { certificate: unknown }> {
    const { data } = await answered(
      this.supabase.from("primes")
        .select(`${PRIME_COLUMNS},certificate`).eq("id", id)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT))
        .maybeSingle<Prime & { certificate: unknown }>(),
    );
    return found(data, "prime", `${id}`);
  }

  /**
   * A prime's certificate as a file.
   * @param format JSON, or the text of Math::Prime::Util, which has no type for LLR and proofs by N+1
   * @throws {ReceptorError} NO_CERTIFICATE, NO_MPU_CERTIFICATE, PRIME_NOT_FOUND
   */
  certificate(id: number, format: "json" | "mpu" = "json"): Promise<{ blob: Blob; name: string }> {
    const path = `${PRIME_SEARCH.functionName}/primes/${id}/certificate?format=${format}`;
    return downloadFile(this.supabase, this.timers, path);
  }

  /** What the checker said of a prime's certificates, newest first. */
  async checks(id: number): Promise<PrimeCheck[]> {
    const { data } = await answered(
      this.supabase.from("prime_checks").select("id,valid,method,reason,slices,cpu_ms,checked_at")
        .eq("prime_id", id).order("id", { ascending: false }).limit(100)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as PrimeCheck[];
  }

  /** How many primes there are, by form, and the largest. */
  stats(): Promise<PrimeStats> {
    return this.#read("get_stats");
  }

  /** Primes found by hour, day, week or month (UTC) and form, ascending. */
  timeline(
    by: "hour" | "day" | "week" | "month" = "day",
  ): Promise<{ bucket: string; form: string; count: number }[]> {
    return this.#read("get_discovery_timeline", { bucket_type: by });
  }

  /** Primes by digits in buckets of a size, and form, ascending. */
  distribution(size = 10): Promise<{ bucket_start: number; form: string; count: number }[]> {
    return this.#read("get_digit_distribution", { bucket_size_param: size });
  }

  /** Forms by how many primes were found. */
  leaderboard(): Promise<PrimeFormRank[]> {
    return this.#read("form_leaderboard");
  }

  /**
   * A time series: by the minute up to two days, by the hour up to 62, by the day beyond.
   * @param labels that rows have at least, e.g. `{ project: 7 }`
   */
  series(
    scope: PrimeSeriesScope,
    metric: string,
    { from, until = new Date(), labels = {} }: {
      from: Date;
      until?: Date;
      labels?: Record<string, unknown>;
    },
  ): Promise<PrimeSeriesPoint[]> {
    return this.#read("metric_series", {
      p_scope: scope,
      p_metric: metric,
      p_from: from.toISOString(),
      p_until: until.toISOString(),
      p_labels: labels,
    });
  }

  async #read<Answer>(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    const { data } = await answered(
      this.supabase.rpc(name, args).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return data as Answer;
  }

  /**
   * Has the checker read a certificate from outside; the prime gets it once it is accepted. `checks()` tells.
   * @throws {ReceptorError} INVALID_CERTIFICATE, PRIME_NOT_FOUND...
   */
  async offer(id: number, certificate: OfferedCertificate): Promise<{ primeCheckRunId: string }> {
    const { prime_check_run_id } = await this.#runs.call<{ prime_check_run_id: string }>(
      `/primes/${id}/certificate`,
      { method: "POST", body: { certificate }, once: true },
    );
    return { primeCheckRunId: prime_check_run_id };
  }

  /** Has the checker read a prime's certificate again. @throws {ReceptorError} NO_CERTIFICATE, PRIME_NOT_FOUND */
  async verify(id: number): Promise<{ primeCheckRunId: string }> {
    const { prime_check_run_id } = await this.#runs.call<{ prime_check_run_id: string }>(
      `/primes/${id}/verify`,
      { method: "POST", body: {}, once: true },
    );
    return { primeCheckRunId: prime_check_run_id };
  }
}

interface FindRow {
  candidate: number;
  reason: string | null;
  prime: Prime;
}

/** The request as the function reads it; parameters keep their names. */
function bodyOf(request: PrimeSearchRequest) {
  return {
    org_id: request.org,
    form: request.form,
    params: request.params,
    block_size: request.blockSize,
    max_concurrent_blocks: request.maxConcurrentBlocks,
    priority: request.priority,
  };
}

/** Text that a pattern takes as it is; a star, which PostgREST reads as a percent sign, stands for one character. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`).replaceAll("*", "_");
}
