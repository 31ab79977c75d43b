// The planner, as a UI uses it: ask for job lines, follow the run, read and restore what came of it.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import { errorOfInvoke, errorOfRest, ReceptorError } from "./errors.ts";
import { type Page, readAll } from "./pages.ts";
import { onWake, openRunChannel, platformTimers } from "./realtime.ts";
import { isTerminal } from "./run_state.ts";
import {
  type ConstraintCatalogue,
  type GenerateAnswer,
  type GenerateRequest,
  type JobLine,
  type JobLinesSnapshot,
  PLANNER_RUN_COLUMNS,
  type PlannerForm,
  type PlannerRun,
  type Position,
  type PreviewLine,
  type Rotation,
} from "./types.ts";
import { type RunWatch, type WatchOptions, watchRun, type WatchTimers } from "./watch.ts";

const FUNCTION = "planner-orchestration";
const RUN_COLUMNS = PLANNER_RUN_COLUMNS.join(",");
const LINE_COLUMNS =
  "id,org_id,allocation_run,name,sort_order,is_locked,pathway,affinity,planner_run";
const ROTATION_COLUMNS = "id,job_line,position,term,starts_on,ends_on";
const POSITION_COLUMNS =
  "id,team,name,specialty,subspecialty,experience_categories,is_service,is_rural," +
  "is_nights_relief,is_clinical_team,is_non_clinical,is_excludable,colour";
const HISTORY_COLUMNS = "id,reason,planner_run,replaced_by,replaced_at,line_count";

/** How long a request may take before it counts as lost, in ms. */
const REQUEST_TIMEOUT = 20_000;
/** Waits before a request whose answer was lost is sent again, in ms. */
const RETRY_WAITS = [300, 1_500];
/** Answers of a gateway that say nothing about what became of the request. */
const LOST_STATUSES = [502, 503, 504];
/** Readings of lines that a planner run may come in between of. */
const LINES_ATTEMPTS = 3;

/** What tests inject. */
export interface PlannerClientOptions {
  /** Default: the platform's setTimeout and clearTimeout. */
  timers?: WatchTimers;
}

/**
 * The planner for a signed-in supabase-js client.
 * @example
 * ```ts ignore
 * const planner = createPlannerClient(supabase);
 * const { plannerRunId } = await planner.generate({ allocationRun, nJobLines: 60 });
 * const run = await planner.watch(plannerRunId, (run) => show(run.progress)).done;
 * if (run.status === "COMPLETED") show(await planner.lines(allocationRun));
 * ```
 */
export function createPlannerClient(
  supabase: SupabaseClient,
  options: PlannerClientOptions = {},
): PlannerClient {
  return new PlannerClient(supabase, options.timers ?? platformTimers);
}

/** See {@link createPlannerClient}. Every method throws {@link ReceptorError}. */
export class PlannerClient {
  constructor(
    private readonly supabase: SupabaseClient,
    private readonly timers: WatchTimers,
  ) {}

  /**
   * Asks for job lines. A request whose answer is lost is sent again under the same idempotency key,
   * so that one call never starts two runs.
   * @throws {ReceptorError} BAD_REQUEST-like codes with `errors`, UNFINISHED_RUN with `plannerRunId`,
   * NETWORK...
   */
  async generate(request: GenerateRequest): Promise<GenerateAnswer> {
    const body = {
      allocation_run: request.allocationRun,
      n_job_lines: request.nJobLines,
      constraints: request.constraints,
      options: request.options,
      save_constraints: request.saveConstraints,
    };
    const headers = { "Idempotency-Key": request.idempotencyKey ?? newIdempotencyKey() };
    const answer = await this.#insist(() =>
      this.#invoke<{
        planner_run_id: string;
        status: GenerateAnswer["status"];
        dispatch: GenerateAnswer["dispatch"];
        replayed: boolean;
      }>(FUNCTION, { method: "POST", body, headers })
    );
    return {
      plannerRunId: answer.planner_run_id,
      status: answer.status,
      dispatch: answer.dispatch,
      replayed: answer.replayed,
    };
  }

  /**
   * Follows a run to its end over Realtime, with refetches wherever an event may have been lost.
   * @param onUpdate Gets each newer version of the run once, the terminal one last.
   */
  watch(
    plannerRunId: string,
    onUpdate: (run: PlannerRun) => void = () => {},
    options: WatchOptions = {},
  ): RunWatch {
    return watchRun(
      {
        fetchRun: () => this.#fetchRun(plannerRunId),
        openChannel: (listener) => openRunChannel(this.supabase, plannerRunId, listener),
        onWake,
        timers: this.timers,
      },
      onUpdate,
      options,
    );
  }

  /** Cancels a run and answers it; one that had ended is answered as it is. */
  cancel(plannerRunId: string): Promise<PlannerRun> {
    const path = `${FUNCTION}/${encodeURIComponent(plannerRunId)}`;
    return this.#insist(() => this.#invoke<PlannerRun>(path, { method: "DELETE" }));
  }

  /** Every ruleset and rule that `constraints` may name, with the JSON Schema of its value. */
  constraints(): Promise<ConstraintCatalogue> {
    return this.#insist(() =>
      this.#invoke<ConstraintCatalogue>(`${FUNCTION}/constraints`, { method: "GET" })
    );
  }

  /** Reads a run. */
  async run(plannerRunId: string): Promise<PlannerRun> {
    return found(await this.#fetchRun(plannerRunId), "planner run", plannerRunId);
  }

  /**
   * The job lines of an allocation run in their order, each with its rotations by term and their
   * positions. Three queries and their further pages, however many lines there are.
   */
  async lines(allocationRun: string): Promise<JobLine[]> {
    for (let attempt = 1; attempt <= LINES_ATTEMPTS; attempt++) {
      const lines = await this.#readLines(allocationRun, attempt === LINES_ATTEMPTS);
      if (lines) return lines;
    }
    throw new ReceptorError({
      code: "CONFLICT",
      status: 409,
      message: "The job lines are changing; read them again in a moment.",
    });
  }

  /**
   * What a dry run would have written, in the order of the lines, removed ones last.
   * @throws {ReceptorError} NOT_FOUND where the run was none, or has not ended
   */
  async preview(plannerRunId: string): Promise<PreviewLine[]> {
    const { data, error, status } = await this.supabase.from("planner_run_previews")
      .select("org_id,lines").eq("planner_run", plannerRunId).maybeSingle();
    if (error) throw errorOfRest(error, status);
    const { org_id, lines } = found(data, "preview of planner run", plannerRunId);
    const positions = await this.#readPositions(org_id);
    const positionOf = new Map(positions.map((position) => [position.id, position]));
    const named = (ids: (string | null)[]) => ids.map((id) => positionOf.get(id ?? "") ?? null);
    return (lines as PreviewRow[]).map((line) => ({
      ...line,
      positions: named(line.positions),
      before: line.before && named(line.before),
    }));
  }

  /** All that a form needs when it opens: constraints, terms, the last run's choices, what is at stake. */
  async restoreForm(allocationRun: string): Promise<PlannerForm> {
    const [parent, lastRun, replacedLines] = await Promise.all([
      this.#fetchAllocationRun(allocationRun),
      this.#fetchLastRun(allocationRun),
      this.#countUnlockedLines(allocationRun),
    ]);
    const { constraints, term_weeks, ...rest } = parent;
    return {
      allocationRun: rest,
      constraints,
      termWeeks: term_weeks,
      options: lastRun?.options ?? null,
      nJobLines: lastRun?.n_job_lines ?? null,
      lastRun,
      // No run can be asked for while one is under way, so the last one is the only candidate.
      unfinishedRun: lastRun && !isTerminal(lastRun.status) ? lastRun : null,
      replacedLines,
    };
  }

  /** Lines that were replaced, the latest first. */
  history(allocationRun: string): Promise<JobLinesSnapshot[]> {
    return readAll((from, to) =>
      this.supabase.from("job_lines_history").select(HISTORY_COLUMNS, { count: "exact" })
        .eq("allocation_run", allocationRun)
        .order("replaced_at", { ascending: false }).order("id").range(from, to)
    );
  }

  /**
   * Puts the lines of a snapshot back; locked lines stay, and what is replaced becomes a snapshot itself.
   * @returns How many lines were put back, and the id of the snapshot of those they replaced.
   */
  async restore(snapshot: string): Promise<{ lines: number; replacedSnapshot: string }> {
    const { data, error, status } = await this.supabase
      .rpc("restore_job_lines", { p_snapshot: snapshot });
    if (error) throw errorOfRest(error, status);
    return { lines: data.lines, replacedSnapshot: data.replaced_snapshot };
  }

  async #invoke<Answer>(
    path: string,
    options: { method: "GET" | "POST" | "DELETE"; body?: object; headers?: Record<string, string> },
  ): Promise<Answer> {
    const { data, error } = await this.supabase.functions
      .invoke(path, { ...options, timeout: REQUEST_TIMEOUT });
    if (error) throw await errorOfInvoke(error);
    return data;
  }

  /** Sends again what may have been lost on the way; for requests that may safely come twice. */
  async #insist<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    for (const wait of RETRY_WAITS) {
      try {
        return await send();
      } catch (error) {
        if (!isLost(error)) throw error;
        await new Promise<void>((resolve) => this.timers.set(resolve, wait));
      }
    }
    return await send();
  }

  async #fetchRun(plannerRunId: string): Promise<PlannerRun | null> {
    const { data, error, status } = await this.supabase.from("allocation_planner_runs")
      .select(RUN_COLUMNS).eq("id", plannerRunId)
      .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)).maybeSingle();
    if (error) throw errorOfRest(error, status);
    return data as PlannerRun | null;
  }

  async #fetchLastRun(allocationRun: string): Promise<PlannerRun | null> {
    const { data, error, status } = await this.supabase.from("allocation_planner_runs")
      .select(RUN_COLUMNS).eq("allocation_run", allocationRun)
      .order("created_at", { ascending: false }).limit(1).maybeSingle();
    if (error) throw errorOfRest(error, status);
    return data as PlannerRun | null;
  }

  async #fetchAllocationRun(id: string) {
    const { data, error, status } = await this.supabase.from("allocation_runs")
      .select("id,name,status,starts_on,ends_on,constraints,term_weeks").eq("id", id).maybeSingle();
    if (error) throw errorOfRest(error, status);
    return found(data, "allocation run", id) as PlannerForm["allocationRun"] & {
      constraints: PlannerForm["constraints"];
      term_weeks: number[];
    };
  }

  async #countUnlockedLines(allocationRun: string): Promise<number> {
    const { count, error, status } = await this.supabase.from("job_lines")
      .select("id", { count: "exact", head: true })
      .eq("allocation_run", allocationRun).eq("is_locked", false);
    if (error) throw errorOfRest(error, status);
    return count ?? 0;
  }

  /**
   * Null where lines were replaced between the queries, so that they do not fit together.
   * @param allowEmpty Whether a line without rotations is taken for what it is.
   */
  async #readLines(allocationRun: string, allowEmpty: boolean): Promise<JobLine[] | null> {
    const [lines, rotations] = await Promise.all([
      readAll<LineRow>((from, to) =>
        this.supabase.from("job_lines").select(LINE_COLUMNS, { count: "exact" })
          .eq("allocation_run", allocationRun)
          .order("sort_order").order("name").order("id").range(from, to)
      ),
      readAll<RotationRow>((from, to) =>
        this.supabase.from("rotations").select(ROTATION_COLUMNS, { count: "exact" })
          .eq("allocation_run", allocationRun).order("job_line").order("term").range(from, to)
      ),
    ]);
    if (lines.length === 0) return rotations.length === 0 ? [] : null;
    const positions = await this.#readPositions(lines[0].org_id);
    const answer = assembleLines(lines, rotations, positions);
    const complete = answer?.every((line) => line.rotations.length > 0);
    return complete || allowEmpty ? answer : null;
  }

  #readPositions(orgId: string): Promise<Position[]> {
    return readAll<Position>((from, to) =>
      this.supabase.from("positions").select(POSITION_COLUMNS, { count: "exact" })
        .eq("org_id", orgId).order("id").range(from, to) as PromiseLike<Page<Position>>
    );
  }
}

/** A line of a preview as it is stored: positions by their ids. */
type PreviewRow = Omit<PreviewLine, "positions" | "before"> & {
  positions: (string | null)[];
  before: (string | null)[] | null;
};

type LineRow = Omit<JobLine, "rotations"> & { org_id: string };
type RotationRow = Omit<Rotation, "position"> & { position: string };

/**
 * Puts rows together that were read by separate queries; null where a rotation misses its line or
 * position, which is how a replacement between the queries shows.
 */
function assembleLines(
  lines: LineRow[],
  rotations: RotationRow[],
  positions: Position[],
): JobLine[] | null {
  const positionOf = new Map(positions.map((position) => [position.id, position]));
  const rotationsOf = new Map(lines.map((line) => [line.id, [] as Rotation[]]));
  for (const row of rotations) {
    const position = positionOf.get(row.position);
    const ofLine = rotationsOf.get(row.job_line);
    if (!position || !ofLine) return null;
    ofLine.push({ ...row, position });
  }
  return lines.map(({ org_id: _, ...line }) => ({
    ...line,
    rotations: rotationsOf.get(line.id)!,
  }));
}

function found<Row>(row: Row | null, what: string, id: string): Row {
  if (row !== null) return row;
  throw new ReceptorError({
    code: "NOT_FOUND",
    status: 404,
    message: `There is no ${what} ${id}, or it is not yours to see.`,
  });
}

function isLost(error: unknown): boolean {
  return error instanceof ReceptorError &&
    (error.status === 0 || LOST_STATUSES.includes(error.status));
}

/** `crypto.randomUUID` is missing on pages without TLS; random bytes are there everywhere. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
