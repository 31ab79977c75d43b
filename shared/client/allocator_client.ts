// The allocator, as a UI uses it: load doctors and wishes, ask for a match, follow it, read who got what.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import {
  type AllocateAnswer,
  type AllocateRequest,
  ALLOCATOR_RUN_COLUMNS,
  type AllocatorReason,
  type AllocatorRun,
  type MatchChange,
  type Move,
  type WhatIfPreview,
  type WhatIfRequest,
} from "./allocator_types.ts";
import {
  type Allocation,
  type Corrected,
  type Finalised,
  type LineDoctor,
  type MatchReadiness,
  type Population,
  type PopulationDocument,
  type ResultMove,
  type ResultRow,
  type Withdrawn,
} from "./match_types.ts";
import { toCamel, toSnake } from "../platform/spelling.ts";
import { REQUEST_TIMEOUT } from "./calls.ts";
import { type Page, readAll } from "./pages.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import { found, readRun, type RunKind, Runs } from "./runs.ts";
import type { RunWatch, WatchOptions, WatchTimers } from "./watch.ts";

const ALLOCATOR_RUN: RunKind<AllocatorRun> = {
  name: "allocator run",
  functionName: "allocator-orchestration",
  table: "allocator_py_runs",
  columns: ALLOCATOR_RUN_COLUMNS,
  documents: ["options", "progress", "result"],
};

/** The row of a match as the client answers it, for those who ask the table themselves. */
export function readAllocatorRun(row: Record<string, unknown>): AllocatorRun {
  return readRun(ALLOCATOR_RUN, row) as unknown as AllocatorRun;
}
const ALLOCATION_COLUMNS = "id,run,original_preference,choice," +
  "mapping:allocation_run_worker_mappings!inner(id,worker:workers!inner(id,name))," +
  "line:job_lines!inner(id,name,sort_order)";

/** What tests inject. */
export interface AllocatorClientOptions {
  /** Default: the platform's setTimeout and clearTimeout. */
  timers?: WatchTimers;
}

/**
 * The allocator for a signed-in supabase-js client.
 * @example
 * ```ts
 * const allocator = createAllocatorClient(supabase);
 * const { allocatorRunId } = await allocator.allocate({ allocationRun });
 * const run = await allocator.watch(allocatorRunId, (run) => show(run.progress)).done;
 * if (run.status === "COMPLETED") show(await allocator.allocations(allocatorRunId));
 * ```
 */
export function createAllocatorClient(
  supabase: SupabaseClient,
  options: AllocatorClientOptions = {},
): AllocatorClient {
  return new AllocatorClient(supabase, options.timers ?? platformTimers);
}

/** See {@link createAllocatorClient}. Every method throws {@link ReceptorError}. */
export class AllocatorClient {
  readonly #runs: Runs<AllocatorRun>;

  constructor(private readonly supabase: SupabaseClient, private readonly timers: WatchTimers) {
    this.#runs = new Runs(ALLOCATOR_RUN, supabase, timers);
  }

  /**
   * Asks for a match. A request whose answer is lost is sent again under the same idempotency key, so that
   * one call never starts two runs.
   * @throws {ReceptorError} UNFINISHED_RUN with `allocatorRunId`, NETWORK...
   */
  async allocate(request: AllocateRequest): Promise<AllocateAnswer> {
    const body = {
      allocation_run: request.allocationRun,
      is_exclusive: request.isExclusive,
      included_job_lines: request.includedJobLines,
      included_worker_mappings: request.includedWorkerMappings,
      options: toSnake(request.options),
    };
    const { allocator_run_id, ...answer } = await this.#runs.request<RequestAnswer>(
      body,
      request.idempotencyKey,
    );
    return { allocatorRunId: allocator_run_id, ...answer };
  }

  /**
   * Asks what a match would be with other weights or with pins. A dry run: it writes no allocation. Followed by
   * `watch()` as every run; then `result.difference` has the figures and `preview()` who moves.
   * @throws {ReceptorError} NO_BASE_RUN, CONTRADICTORY_PINS, UNFINISHED_RUN with `allocatorRunId`, NETWORK...
   */
  async whatIf(request: WhatIfRequest): Promise<AllocateAnswer> {
    const { allocationRun, baseRun, pins, exclusions, weightings, options } = request;
    const { allocator_run_id, ...answer } = await this.#runs.request<RequestAnswer>({
      allocation_run: allocationRun,
      options: toSnake({ ...options, whatIf: { baseRun, pins, exclusions, weightings } }),
    }, request.idempotencyKey);
    return { allocatorRunId: allocator_run_id, ...answer };
  }

  /** What a completed what-if would have written, and who moves. */
  async preview(allocatorRunId: string): Promise<WhatIfPreview> {
    const { data } = await answered(
      this.supabase.from("allocator_run_previews")
        .select("allocations,moves").eq("run", allocatorRunId)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)).maybeSingle<PreviewRow>(),
      this.timers,
    );
    const { allocations, moves } = found(data, "preview of allocator run", allocatorRunId);
    return {
      allocations: allocations.map(([worker, line, originalPreference, choice]) => ({
        worker,
        line,
        originalPreference,
        choice,
      })),
      moves: toCamel(moves) as Move[],
    };
  }

  /**
   * Follows a run to its end over Realtime, with refetches wherever an event may have been lost.
   * @param onUpdate Gets each newer version of the run once, the terminal one last.
   */
  watch(
    allocatorRunId: string,
    onUpdate: (run: AllocatorRun) => void = () => {},
    options: WatchOptions = {},
  ): RunWatch<AllocatorRun> {
    return this.#runs.watch(allocatorRunId, onUpdate, options);
  }

  /** Cancels a run and answers it; one that had ended is answered as it is. */
  cancel(allocatorRunId: string): Promise<AllocatorRun> {
    return this.#runs.cancel(allocatorRunId);
  }

  /** Reads a run. */
  run(allocatorRunId: string): Promise<AllocatorRun> {
    return this.#runs.read(allocatorRunId);
  }

  /**
   * Who has which line by a match, in the order of the lines: those whom the run placed, and where it was exclusive
   * also those whom it left where an earlier run had placed them (`run` tells which).
   */
  async allocations(allocatorRunId: string): Promise<Allocation[]> {
    const runs = await this.#matchRuns(allocatorRunId);
    if (runs.length === 0) return [];
    const rows = await readAll<AllocationRow>((from, to) =>
      this.supabase.from("allocator_py_allocations").select(ALLOCATION_COLUMNS)
        .in("run", runs).order("id")
        .range(from, to) as unknown as PromiseLike<Page<AllocationRow>>
    );
    const newest = new Map<string, AllocationRow>(); // by doctor
    for (const run of runs) {
      for (const row of rows) {
        if (row.run === run && !newest.has(row.mapping.id)) newest.set(row.mapping.id, row);
      }
    }
    return [...newest.values()].map(({ id, run, original_preference, choice, mapping, line }) => ({
      id,
      run,
      worker: { mapping: mapping.id, ...mapping.worker },
      line,
      originalPreference: original_preference,
      choice,
    })).sort(byLine);
  }

  /**
   * Why doctors of a match did not get lines that they ranked better: of all, or of one.
   * @param workerMapping the doctor's place in the allocation run
   */
  async reasons(allocatorRunId: string, workerMapping?: string): Promise<AllocatorReason[]> {
    const rows = await readAll<ReasonRow>((from, to) => {
      const all = this.supabase.from("allocator_run_reasons")
        .select("worker_mapping,job_line,code,values").eq(
          "run",
          allocatorRunId,
        );
      return (workerMapping === undefined ? all : all.eq("worker_mapping", workerMapping))
        .order("worker_mapping").order("job_line")
        .range(from, to) as unknown as PromiseLike<Page<ReasonRow>>;
    });
    return rows.map(({ worker_mapping: worker, job_line: line, code, values }) => ({
      worker,
      line,
      code,
      values: toCamel(values) as AllocatorReason["values"],
    }));
  }

  /**
   * What changed since a match was made: doctors who left or came, lines that are archived or have other rotations, rules
   * that it breaks by now. Empty where it stands as it was made.
   */
  async matchChanges(allocatorRunId: string): Promise<MatchChange[]> {
    const asked = this.supabase.rpc("match_changes", { p_run: allocatorRunId });
    return toCamel((await answered(asked, this.timers)).data) as MatchChange[];
  }

  /** What whoever starts a match should know first: who has not submitted, whose wishes changed, who withdrew. */
  async readiness(allocationRun: string): Promise<MatchReadiness> {
    const data = await this.#call("match_readiness", { p_allocation_run: allocationRun });
    return found(data, "allocation run", allocationRun) as MatchReadiness;
  }

  /**
   * Freezes a completed match as the result of its allocation run, with corrections by hand.
   * @param reason goes with corrections and with rules that are set aside; stands in the log
   * @param override sets rules aside that the match breaks as they are now, and marks them on the result
   * @throws {ReceptorError} CONFLICT where another is finalised, lines changed, or the window is open; BAD_REQUEST with
   *   `errors` of corrections that break a rule and do not say `override`, and of doctors whose line breaks one by now
   *   (`allocations.<worker mapping>`)
   */
  async finalise(
    allocatorRunId: string,
    corrections: ResultMove[] = [],
    reason?: string,
    override = false,
  ): Promise<Finalised> {
    return await this.#call("finalise_match", {
      p_allocator_run: allocatorRunId,
      p_corrections: toSnake(corrections),
      p_reason: reason,
      p_override: override,
    }) as Finalised;
  }

  /**
   * The result stands no more: doctors see none, and another match can be finalised. Its versions stay.
   * @param seen it as it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now, or doctors have seen it
   */
  async unfinalise(
    allocationRun: string,
    reason: string,
    seen?: { version: number; released: boolean },
  ): Promise<{ doctors: number; wasReleased: boolean }> {
    return await this.#call("unfinalise_match", {
      p_allocation_run: allocationRun,
      p_reason: reason,
      ...seen && { p_seen: seen },
    }) as { doctors: number; wasReleased: boolean };
  }

  /**
   * Shows the finalised result to all its doctors.
   * @param seen it as it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now
   */
  async release(
    allocationRun: string,
    seen?: { version: number },
  ): Promise<{ doctors: number; releasedAt: string }> {
    return await this.#call("release_result", {
      p_allocation_run: allocationRun,
      ...seen && { p_seen: seen },
    }) as { doctors: number; releasedAt: string };
  }

  /**
   * Corrects a finalised result by hand: all moves at once, so that two may swap. A new version, with the reason.
   * @throws {ReceptorError} BAD_REQUEST with `errors`: rules that moves break which do not say `override`; CHANGED_MEANWHILE where a
   * doctor has another line by now than a move says in `from`
   */
  async correct(allocationRun: string, moves: ResultMove[], reason: string): Promise<Corrected> {
    return await this.#call("correct_result", {
      p_allocation_run: allocationRun,
      p_moves: toSnake(moves),
      p_reason: reason,
    }) as Corrected;
  }

  /** The finalised result, by doctor; empty: no match is finalised. */
  async results(allocationRun: string): Promise<ResultRow[]> {
    return await this.#call("read_results", { p_allocation_run: allocationRun }) as ResultRow[];
  }

  /**
   * Who has which line, by name: by the finalised result, else by the current match. Empty where there is neither, and
   * for who may not see matches.
   */
  async lineDoctors(allocationRun: string): Promise<LineDoctor[]> {
    const rows = await readAll((from, to) =>
      this.supabase.rpc("line_doctors", { p_allocation_run: allocationRun })
        .range(from, to) as unknown as PromiseLike<Page<object>>
    );
    return toCamel(rows) as LineDoctor[];
  }

  /** What a function of the database answers, in camelCase. */
  async #call(name: string, args: Record<string, unknown>): Promise<unknown> {
    const { data } = await answered(
      this.supabase.rpc(name, args).abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
    );
    return toCamel(data);
  }

  /** The runs that make up a match, the newest first. */
  async #matchRuns(allocatorRunId: string): Promise<string[]> {
    const { data } = await answered(
      this.supabase
        .rpc("match_runs", { p_run: allocatorRunId })
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)),
      this.timers,
    );
    return (data as { run: string }[]).map(({ run }) => run);
  }

  /**
   * Doctors leave an allocation run, all of them or none: no match places them any more. What they wished and got stays,
   * and comes back with `reinstate()`.
   * @param workerMappings their places in the allocation run
   * @param reason stands with them and in the audit log
   * @throws {ReceptorError} CONFLICT where one of them takes no part any more
   */
  async withdraw(
    allocationRun: string,
    workerMappings: string[],
    reason?: string,
  ): Promise<Withdrawn> {
    const { data } = await answered(
      this.supabase.rpc("withdraw_doctors", {
        p_allocation_run: allocationRun,
        p_worker_mappings: workerMappings,
        p_reason: reason,
      }),
      this.timers,
    );
    const { withdrawn, ranks, preferencer_ranks: preferencerRanks, allocations } = data;
    return { withdrawn, ranks, preferencerRanks, allocations };
  }

  /**
   * Doctors who withdrew take part again with all that they had, all of them or none.
   * @returns How many.
   * @throws {ReceptorError} CONFLICT where one of them has not withdrawn
   */
  async reinstate(
    allocationRun: string,
    workerMappings: string[],
    reason?: string,
  ): Promise<number> {
    const { data } = await answered(
      this.supabase.rpc("reinstate_doctors", {
        p_allocation_run: allocationRun,
        p_worker_mappings: workerMappings,
        p_reason: reason,
      }),
      this.timers,
    );
    return data;
  }

  /**
   * Erases a doctor for good: name, address, wishes and notes go wherever they stand; results stay, without a person.
   * @param reason stands in the audit log
   * @returns how many rows went, by table
   * @throws {ReceptorError} CONFLICT for one who is erased already
   */
  async erasePerson(worker: string, reason?: string): Promise<Record<string, number>> {
    const asked = this.supabase.rpc("erase_person", { p_worker: worker, p_reason: reason });
    return (await answered(asked, this.timers)).data;
  }

  /**
   * Loads lines, doctors and wishes into an allocation run, all or nothing.
   * @throws {ReceptorError} BAD_REQUEST with `errors` for what the document names and is not there
   */
  async populate(document: PopulationDocument): Promise<Population> {
    const { data } = await answered(
      this.supabase
        .rpc("populate_allocation_run", { p_document: toSnake(document, ["constraints"]) }),
      this.timers,
    );
    const { allocationRun, workers, lines, snapshot, gaps } = toCamel(data) as Population;
    return { allocationRun, workers, lines, snapshot, gaps };
  }
}

type RequestAnswer = Omit<AllocateAnswer, "allocatorRunId"> & { allocator_run_id: string };

interface PreviewRow {
  allocations: [worker: string, line: string, rank: number | null, choice: number | null][];
  moves: Move[];
}

interface ReasonRow {
  worker_mapping: string;
  job_line: string;
  code: AllocatorReason["code"];
  values: unknown;
}

interface AllocationRow {
  id: string;
  run: string;
  original_preference: number | null;
  choice: number | null;
  mapping: { id: string; worker: { id: string; name: string } };
  line: Allocation["line"];
}

function byLine({ line: a, worker: x }: Allocation, { line: b, worker: y }: Allocation): number {
  return a.sort_order - b.sort_order || compare(a.name, b.name) || compare(x.name, y.name) ||
    compare(x.mapping, y.mapping);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
