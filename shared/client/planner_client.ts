// The planner, as a UI uses it: ask for job lines, follow the run, read and restore what came of it.
// Works with the user's own session; row level security decides what it sees and may do.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel, toSnake } from "../platform/spelling.ts";
import { ReceptorError, strangeAnswer } from "./errors.ts";
import { type Page, readAll } from "./pages.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import { isTerminal } from "./run_state.ts";
import { found, readRun, type RunKind, Runs } from "./runs.ts";
import {
  CATALOGUE_KEPT,
  type ConstraintCatalogue,
  type GenerateAnswer,
  type GenerateRequest,
  PLANNER_RUN_COLUMNS,
  type PlannerForm,
  type PlannerRun,
} from "./planner_types.ts";
import {
  type Archived,
  type ArchivedLine,
  type ArchivedRun,
  type EditAnswer,
  type EditRequest,
  type JobLine,
  type JobLinesSnapshot,
  type LineRules,
  type LineTerms,
  type Losses,
  type Position,
  type PreviewLine,
  type RestoreAnswer,
  type Rotation,
} from "./lines_types.ts";
import type { RunWatch, WatchOptions, WatchTimers } from "./watch.ts";

const PLANNER_RUN: RunKind<PlannerRun> = {
  name: "planner run",
  functionName: "planner-orchestration",
  table: "allocation_planner_runs",
  columns: PLANNER_RUN_COLUMNS,
  documents: ["options", "progress", "result_metadata"],
};
const RUN_COLUMNS = PLANNER_RUN_COLUMNS.join(",");
const LINE_COLUMNS =
  "id,org_id,allocation_run,name,sort_order,is_locked,pathway,affinity,planner_run,max_n_workers,must_have_workers,first_term,last_term";
const REMARKS_COLUMNS = "job_line,notes,overrides";
const ROTATION_COLUMNS = "id,job_line,position,term,starts_on,ends_on";
const LEAVE_COLUMNS = "job_line,starts_on,ends_on";
const POSITION_COLUMNS =
  "id,team,name,specialty,subspecialty,experience_categories,is_service,is_rural," +
  "is_nights_relief,is_clinical_team,is_non_clinical,is_excludable,allows_leave,min_weeks,fte," +
  "six_month_term,six_month_part,colour";
const HISTORY_COLUMNS =
  "id,reason,planner_run,replaced_by,replaced_at,line_count,counts,name,cells,undoes";

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
 * ```ts
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

/**
 * See {@link createPlannerClient}. Every method throws {@link ReceptorError}. A `reason` stands in the audit log with what
 * was done for it.
 */
export class PlannerClient {
  readonly #runs: Runs<PlannerRun>;

  constructor(private readonly supabase: SupabaseClient, private readonly timers: WatchTimers) {
    this.#runs = new Runs(PLANNER_RUN, supabase, timers);
  }

  /**
   * Asks for job lines. A request whose answer is lost is sent again under the same idempotency key,
   * so that one call never starts two runs.
   * @throws {ReceptorError} BAD_REQUEST-like codes with `errors`, UNFINISHED_RUN with `plannerRunId`,
   * WOULD_LOSE with `losses` (ask for a yes, and again with `acceptLosses`), CHANGED_MEANWHILE where constraints that are to be
   * saved are no longer as they were seen, NETWORK...
   */
  async generate(request: GenerateRequest): Promise<GenerateAnswer> {
    const body = {
      allocation_run: request.allocationRun,
      n_job_lines: request.nJobLines,
      constraints: request.constraints,
      options: toSnake(request.options),
      save_constraints: request.saveConstraints,
      seen_constraints: request.seenConstraints,
      accept_losses: request.acceptLosses,
      reason: request.reason,
    };
    const { planner_run_id, ...answer } = await this.#runs.request<
      Omit<GenerateAnswer, "plannerRunId"> & { planner_run_id: string }
    >(body, request.idempotencyKey);
    return { plannerRunId: planner_run_id, ...answer };
  }

  /**
   * Follows a run to its end over Realtime, with refetches wherever an event may have been lost.
   * @param onUpdate Gets each newer version of the run once, the terminal one last.
   */
  watch(
    plannerRunId: string,
    onUpdate: (run: PlannerRun) => void = () => {},
    options: WatchOptions = {},
  ): RunWatch<PlannerRun> {
    return this.#runs.watch(plannerRunId, onUpdate, options);
  }

  /** Cancels a run and answers it; one that had ended is answered as it is. */
  cancel(plannerRunId: string): Promise<PlannerRun> {
    return this.#runs.cancel(plannerRunId);
  }

  /** Every ruleset and rule that `constraints` may name, with the JSON Schema of its value. */
  async constraints(): Promise<ConstraintCatalogue> {
    const catalogue = await this.#runs.call("/constraints", { method: "GET" });
    return toCamel(catalogue, CATALOGUE_KEPT) as ConstraintCatalogue;
  }

  /** Reads a run. */
  run(plannerRunId: string): Promise<PlannerRun> {
    return this.#runs.read(plannerRunId);
  }

  /**
   * The job lines of an allocation run in their order, each with its rotations by term and their
   * positions, its leave and what is noted of it. Five queries and their further pages, however many lines there are.
   * @param asked the org's positions, where the caller reads them as well: they are read again only where they miss one
   */
  async lines(allocationRun: string, asked?: Promise<Position[]>): Promise<JobLine[]> {
    for (let attempt = 1; attempt <= LINES_ATTEMPTS; attempt++) {
      const lines = await this.#readLines(
        allocationRun,
        attempt === LINES_ATTEMPTS,
        attempt === 1 ? asked : undefined,
      );
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
   * @param asked the org's positions, where the caller reads them as well
   * @throws {ReceptorError} NOT_FOUND where the run was none, or has not ended
   */
  async preview(plannerRunId: string, asked?: Promise<Position[]>): Promise<PreviewLine[]> {
    const { data } = await answered(
      this.supabase.from("planner_run_previews")
        .select("org_id,lines").eq("planner_run", plannerRunId).maybeSingle(),
      this.timers,
    );
    const { org_id, lines } = found(data, "preview of planner run", plannerRunId);
    const positions = await (asked ?? this.positions(org_id));
    const positionOf = new Map(positions.map((position) => [position.id, position]));
    const named = (ids: (string | null)[]) => ids.map((id) => positionOf.get(id ?? "") ?? null);
    return (toCamel(lines) as PreviewRow[]).map((line) => ({
      ...line,
      positions: named(line.positions),
      before: line.before && named(line.before),
    }));
  }

  /** The positions of an org. */
  async positions(orgId: string): Promise<Position[]> {
    const rows = await readAll<Position>((from, to) =>
      this.supabase.from("positions").select(POSITION_COLUMNS)
        .eq("org_id", orgId).order("id").range(from, to) as PromiseLike<Page<Position>>
    );
    // Some REST servers tell what is numeric as a text.
    return rows.map((row) => ({ ...row, fte: Number(row.fte) }));
  }

  /**
   * Which rule is met by what in a job line, by the constraints that it was made with.
   * @throws {ReceptorError} JOB_LINE_NOT_FOUND, LINE_INCOMPLETE...
   */
  async lineRules(jobLine: string): Promise<LineRules> {
    const path = `/job-lines/${encodeURIComponent(jobLine)}/rules`;
    return toCamel(await this.#runs.call(path, { method: "GET" })) as LineRules;
  }

  /**
   * Saves what a hand changed in the roster: all of it or nothing, with a snapshot, judged by the rules once more.
   * @throws {ReceptorError} EDIT_CONFLICT with the cells that somebody else changed, RULES_BROKEN with the rules that want a
   * reason, NO_FREE_POST, LINE_PINNED, NAME_TAKEN, LEAVE_OVERLAPS... with a path for each; WOULD_LOSE with `losses`;
   * LINES_HELD while a planner run is under way
   */
  async editLines(request: EditRequest): Promise<EditAnswer> {
    const answer = await this.#runs.call("/job-lines", {
      method: "POST",
      body: toSnake(request) as Record<string, unknown>,
    });
    return toCamel(answer) as EditAnswer;
  }

  /**
   * Takes an edit by hand back, byte for byte; taking that back in turn does it again.
   * @param history of the edit
   * @returns The history entry that this makes, and how many cells changed.
   * @throws {ReceptorError} EDIT_CONFLICT where what it wrote was changed since, WOULD_LOSE as `editLines()`
   */
  async undoEdit(
    history: string,
    { acceptLosses = false, reason }: { acceptLosses?: boolean; reason?: string } = {},
  ): Promise<Pick<EditAnswer, "history" | "cells">> {
    return await this.#rpc("undo_job_lines_edit", {
      p_history: history,
      p_accept_losses: acceptLosses,
      p_reason: reason,
    });
  }

  /**
   * Says in which terms a line is worked, from 1: for who starts late or leaves. Null: from the beginning, to the end.
   * Rotations and leave of other terms go; a snapshot keeps them.
   * @throws {ReceptorError} CONFLICT while a planner run is under way, or where the line is pinned
   */
  async setLineTerms(
    jobLine: string,
    { first = null, last = null, reason }: {
      first?: number | null;
      last?: number | null;
      reason?: string;
    },
  ): Promise<LineTerms> {
    const parameters = {
      p_job_line: jobLine,
      p_first_term: first,
      p_last_term: last,
      p_reason: reason,
    };
    return toCamel(await this.#rpc("set_job_line_terms", parameters)) as LineTerms;
  }

  /** Keeps a snapshot of the lines as they are. @returns its id */
  keepLines(allocationRun: string, name: string): Promise<string> {
    return this.#rpc("keep_job_lines", { p_allocation_run: allocationRun, p_name: name });
  }

  /**
   * Gives a snapshot a name; null takes it away.
   * @param seen its name as it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another by now
   */
  async nameSnapshot(
    snapshot: string,
    name: string | null,
    seen?: Pick<JobLinesSnapshot, "name">,
  ): Promise<void> {
    await this.#rpc("name_snapshot", {
      p_snapshot: snapshot,
      p_name: name,
      ...seen && { p_seen: seen },
    });
  }

  /** What people call what came of a run, a dry run above all; null: nothing any more. See `nameSnapshot`. */
  async nameRun(
    run: string,
    name: string | null,
    seen?: Pick<JobLinesSnapshot, "name">,
  ): Promise<void> {
    await this.#rpc("name_planner_run", { p_run: run, p_name: name, ...seen && { p_seen: seen } });
  }

  /** All that a form needs when it opens: constraints, terms, the last run's choices, what is at stake. */
  async restoreForm(allocationRun: string): Promise<PlannerForm> {
    const [parent, lastRun, replacedLines, posts] = await Promise.all([
      this.#fetchAllocationRun(allocationRun),
      this.#fetchLastRun(allocationRun),
      this.#countUnlockedLines(allocationRun),
      this.#fetchPosts(allocationRun),
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
      fewestPosts: Math.min(...term_weeks.map((_, i) => posts.get(i + 1) ?? 0)),
    };
  }

  /** Lines that were replaced, the latest first. */
  async history(allocationRun: string): Promise<JobLinesSnapshot[]> {
    const rows = await readAll<JobLinesSnapshot>((from, to) =>
      this.supabase.from("job_lines_history").select(HISTORY_COLUMNS)
        .eq("allocation_run", allocationRun)
        .order("replaced_at", { ascending: false }).order("id").range(from, to)
    );
    return rows.map((row) => ({ ...row, counts: toCamel(row.counts) as Losses }));
  }

  /**
   * Puts the lines of a snapshot back with all that hung on them; locked lines and wishes for other lines stay, and what is
   * replaced becomes a snapshot itself.
   * @throws {ReceptorError} CONFLICT while a planner run is under way, or where it does not fit the terms of today
   */
  async restore(snapshot: string, reason?: string): Promise<RestoreAnswer> {
    const parameters = { p_snapshot: snapshot, p_reason: reason };
    return toCamel(await this.#rpc("restore_job_lines", parameters)) as RestoreAnswer;
  }

  /**
   * Puts lines away, all of them or none; what hangs on them goes out of sight with them, for at least 30 days.
   * @throws {ReceptorError} CONFLICT while a planner run is under way, or when some of the lines are gone
   */
  async archiveLines(
    allocationRun: string,
    jobLines: string[],
    reason?: string,
  ): Promise<Archived> {
    const parameters = {
      p_allocation_run: allocationRun,
      p_job_lines: jobLines,
      p_reason: reason,
    };
    return toCamel(await this.#rpc("archive_job_lines", parameters)) as Archived;
  }

  /**
   * Brings archived lines back with all that hung on them, all of them or none.
   * @returns How many.
   * @throws {ReceptorError} CONFLICT as `archiveLines()`, or where one does not fit the terms of today
   */
  unarchiveLines(allocationRun: string, jobLines: string[], reason?: string): Promise<number> {
    return this.#rpc("unarchive_job_lines", {
      p_allocation_run: allocationRun,
      p_job_lines: jobLines,
      p_reason: reason,
    });
  }

  /** Lines of an allocation run that were replaced or put away, the latest first. */
  archivedLines(allocationRun: string): Promise<ArchivedLine[]> {
    return this.#rpc("archived_lines", { p_allocation_run: allocationRun });
  }

  /** Puts an allocation run away with all that is in it. @throws {ReceptorError} CONFLICT while an engine works on it */
  async archiveRun(allocationRun: string, reason?: string): Promise<void> {
    const parameters = { p_allocation_run: allocationRun, p_reason: reason };
    await this.#rpc("archive_allocation_run", parameters);
  }

  /** Brings an archived allocation run back. */
  async unarchiveRun(allocationRun: string, reason?: string): Promise<void> {
    const parameters = { p_allocation_run: allocationRun, p_reason: reason };
    await this.#rpc("unarchive_allocation_run", parameters);
  }

  /** Allocation runs of an org that were put away, the latest first. */
  archivedRuns(orgId: string): Promise<ArchivedRun[]> {
    return this.#rpc("archived_allocation_runs", { p_org: orgId });
  }

  /**
   * Pins or unpins lines, all of them or none; a planner run keeps pinned ones as they are.
   * @returns How many.
   * @throws {ReceptorError} CONFLICT while a planner run is under way, or when some of the lines are gone
   */
  lock(
    allocationRun: string,
    jobLines: string[],
    locked: boolean,
    reason?: string,
  ): Promise<number> {
    return this.#rpc("lock_job_lines", {
      p_allocation_run: allocationRun,
      p_job_lines: jobLines,
      p_locked: locked,
      p_reason: reason,
    });
  }

  async #rpc<Answer>(name: string, parameters: Record<string, unknown>): Promise<Answer> {
    return (await answered(this.supabase.rpc(name, parameters), this.timers)).data as Answer;
  }

  async #fetchLastRun(allocationRun: string): Promise<PlannerRun | null> {
    const { data } = await answered(
      this.supabase.from("allocation_planner_runs")
        .select(RUN_COLUMNS).eq("allocation_run", allocationRun)
        .is("options->>recommend", null)
        .order("created_at", { ascending: false }).limit(1).maybeSingle(),
      this.timers,
    );
    return data &&
      readRun(PLANNER_RUN, data as unknown as Record<string, unknown>) as unknown as PlannerRun;
  }

  async #fetchAllocationRun(id: string) {
    const { data } = await answered(
      this.supabase.from("allocation_runs")
        .select("id,name,status,starts_on,ends_on,constraints,term_weeks").eq("id", id)
        .maybeSingle(),
      this.timers,
    );
    return found(data, "allocation run", id) as PlannerForm["allocationRun"] & {
      constraints: PlannerForm["constraints"];
      term_weeks: number[];
    };
  }

  /** Posts of each term that has any. */
  async #fetchPosts(allocationRun: string): Promise<Map<number, number>> {
    type Row = { term: number; posts: number };
    const rows = await readAll<Row>((from, to) =>
      this.supabase.from("allocation_run_positions").select("term,posts")
        .eq("allocation_run", allocationRun).order("position").order("term")
        .range(from, to) as PromiseLike<Page<Row>>
    );
    const ofTerm = new Map<number, number>();
    for (const { term, posts } of rows) ofTerm.set(term, (ofTerm.get(term) ?? 0) + posts);
    return ofTerm;
  }

  async #countUnlockedLines(allocationRun: string): Promise<number> {
    const { count, status } = await answered(
      this.supabase.from("job_lines")
        .select("id", { count: "exact", head: true })
        .eq("allocation_run", allocationRun).eq("is_locked", false),
      this.timers,
    );
    if (count === null) throw strangeAnswer(status);
    return count;
  }

  /**
   * Null where lines were replaced between the queries, so that they do not fit together.
   * @param allowEmpty Whether a line without rotations is taken for what it is.
   */
  async #readLines(
    allocationRun: string,
    allowEmpty: boolean,
    asked?: Promise<Position[]>,
  ): Promise<JobLine[] | null> {
    const [lines, rotations, leave, remarks] = await Promise.all([
      readAll<LineRow>((from, to) =>
        this.supabase.from("job_lines").select(LINE_COLUMNS)
          .eq("allocation_run", allocationRun)
          .order("sort_order").order("name").order("id").range(from, to)
      ),
      readAll<RotationRow>((from, to) =>
        this.supabase.from("rotations").select(ROTATION_COLUMNS)
          .eq("allocation_run", allocationRun).order("job_line").order("term").range(from, to)
      ),
      readAll<LeaveRow>((from, to) =>
        this.supabase.from("job_line_leave").select(LEAVE_COLUMNS)
          .eq("allocation_run", allocationRun).order("job_line").order("starts_on").range(from, to)
      ),
      readAll<RemarksRow>((from, to) =>
        this.supabase.from("job_line_remarks").select(REMARKS_COLUMNS)
          .eq("allocation_run", allocationRun).order("job_line").range(from, to)
      ),
    ]);
    if (lines.length === 0) return rotations.length === 0 ? [] : null;
    const positions = await (asked ?? this.positions(lines[0].org_id));
    const answer = assembleLines(lines, rotations, leave, remarks, positions);
    const complete = answer?.every((line) => line.rotations.length > 0);
    return complete || allowEmpty ? answer : null;
  }
}

/** A line of a preview as it is stored: positions by their ids. */
type PreviewRow = Omit<PreviewLine, "positions" | "before"> & {
  positions: (string | null)[];
  before: (string | null)[] | null;
};

type LineRow = Omit<JobLine, "rotations" | "leave" | "notes" | "overrides"> & { org_id: string };
type RemarksRow = Pick<JobLine, "notes" | "overrides"> & { job_line: string };
type RotationRow = Omit<Rotation, "position"> & { position: string };
type LeaveRow = JobLine["leave"][number] & { job_line: string };

/**
 * Puts rows together that were read by separate queries; null where a rotation misses its line or
 * position, or leave its line, which is how a replacement between the queries shows.
 */
function assembleLines(
  lines: LineRow[],
  rotations: RotationRow[],
  leave: LeaveRow[],
  remarks: RemarksRow[],
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
  const leaveOf = new Map(lines.map((line) => [line.id, [] as JobLine["leave"]]));
  for (const { job_line, ...block } of leave) {
    const ofLine = leaveOf.get(job_line);
    if (!ofLine) return null;
    ofLine.push(block);
  }
  const remarksOf = new Map(remarks.map(({ job_line, ...noted }) => [job_line, noted]));
  return lines.map(({ org_id: _, ...line }) => ({
    ...line,
    rotations: rotationsOf.get(line.id)!,
    leave: leaveOf.get(line.id)!,
    notes: null,
    overrides: [],
    ...remarksOf.get(line.id),
  }));
}
