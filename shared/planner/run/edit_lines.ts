// Job lines by hand: what a manager changed in the roster is judged by the rules' own code, as it was in the page, and saved
// as one transaction, with the caller's own rights.

import * as z from "zod";
import { databaseError, noAllocationRun, parseBody } from "../../platform/requests.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError, type FieldError } from "../../platform/problem_details.ts";
import type { RestClient } from "../../platform/rest.ts";
import { MOST_TERMS } from "../limits.ts";
import { type PositionColumns, positionOf } from "../position_row.ts";
import type { ConstraintEntry } from "../problem.ts";
import { heldBy, type Part, problemAround, sixMonthTermsOf } from "../rules/judge.ts";
import {
  type BrokenRule,
  compareBroken,
  lineAffinity,
  LineJudge,
  weightsOf,
} from "../rules/line_judge.ts";
import { parseConstraints } from "../rules/mod.ts";

const id = z.uuid();
const term = z.int().min(1).max(MOST_TERMS);
const block = z.strictObject({ starts_on: z.iso.date(), weeks: z.int().min(1).max(60) });
const text = (most: number) => z.string().trim().min(1).max(most);

/** A line as somebody wants it: one that is there with what changes, or a new one. */
const lineShape = z.strictObject({
  job_line: id.optional().describe("Id of a line that is there; without it the line is new"),
  copy_of: id.optional().describe(
    "Of a new line: the line whose cells and leave it has where it says nothing else",
  ),
  cells: z.array(z.strictObject({
    term,
    position: id,
    before: id.nullable().optional().describe("What the writer saw there"),
  })).max(MOST_TERMS).optional(),
  leave: z.array(block).max(MOST_TERMS).optional(),
  leave_before: z.array(block).max(MOST_TERMS).optional(),
  name: text(200).optional(),
  max_n_workers: z.int().min(1).max(1000).optional(),
  must_have_workers: z.boolean().optional(),
  notes: z.string().trim().max(2000).nullable().optional(),
  archive: z.boolean().optional(),
});

const bodyShape = z.strictObject({
  allocation_run: id,
  lines: z.array(lineShape).min(1).max(1000),
  overrides: z.array(z.strictObject({
    line: z.int().min(0).describe("Index in lines"),
    rule: z.string().max(100),
    reason: text(1000),
  })).max(10_000).default([]),
  accept_losses: z.boolean().default(false),
  reason: text(1000).optional(),
});

/** An edit, validated. */
export type Body = z.infer<typeof bodyShape>;
/** A line of an edit, validated. */
export type Wanted = Body["lines"][number];

/** What a save answers. */
export interface EditAnswer {
  /** The entry of the history that the edit made, by which it is taken back. */
  history: string;
  /** Cells that changed. */
  cells: number;
  /** Ids of the lines, in the order of the request; of new lines their new ones. */
  job_lines: string[];
  /** Rules that lines break with a reason. */
  overridden: { job_line: string; rule: string; message: string; reason: string }[];
}

/** A rule that a line breaks with somebody's word, as it is kept with the line. */
export interface Override {
  rule: string;
  message: string;
  reason: string;
  /** User id. */
  by: string;
  at: string;
}

interface Leave {
  starts_on: string;
  ends_on: string;
}

interface Remarks {
  notes: string | null;
  overrides: Override[];
}

/** A line as the database has it, as far as an edit is concerned. */
interface LineRow {
  id: string;
  name: string;
  sort_order: number;
  pathway: string | null;
  planner_run: string | null;
  /** The terms in which a line of part of the year is worked; null: from the beginning, to the end. */
  first_term: number | null;
  last_term: number | null;
  max_n_workers: number;
  must_have_workers: boolean;
  rotations: { id: string; term: number; position: string; positions: PositionRow }[];
  job_line_leave: (Leave & { id: string })[];
  job_line_remarks: Remarks | Remarks[] | null;
  allocation_planner_runs: { constraints: unknown } | null;
}

interface RunRow {
  id: string;
  org_id: string;
  starts_on: string;
  term_weeks: number[];
  constraints: unknown;
  affinity_profiles: {
    affinity_weights: { specialty_a: string; specialty_b: string; weight: number }[];
  } | null;
}

const POSITION =
  "id,org_id,name,specialty,subspecialty,experience_categories,is_service,is_rural," +
  "is_nights_relief,is_clinical_team,is_non_clinical,is_excludable,allows_leave,min_weeks,fte,team,teams(hospital)," +
  "six_month_term,six_month_part,six_month_terms(id,name,qualification,college)";
const LINE =
  "id,name,sort_order,pathway,planner_run,first_term,last_term,max_n_workers,must_have_workers," +
  `rotations(id,term,position,positions(${POSITION})),job_line_leave(id,starts_on,ends_on),` +
  "job_line_remarks(notes,overrides),allocation_planner_runs(constraints)";
const RUN = "id,org_id,starts_on,term_weeks,constraints," +
  "affinity_profiles(affinity_weights(specialty_a,specialty_b,weight))";
/** Ids that a query names; more are asked for in further ones, since URLs have an end. */
const IDS_AT_ONCE = 100;

const DAY_MS = 24 * 60 * 60 * 1000;
const dayAfter = (date: string, days: number) =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
const weeksBetween = (from: string, to: string) =>
  Math.floor((Date.parse(to) - Date.parse(from)) / (7 * DAY_MS));

/**
 * Saves an edit: all of it or nothing.
 * @param userId who edits
 * @throws ApiError 400 INVALID_REQUEST; 403, 404; 409 INVALID_EDIT for what no line can be,
 * EDIT_CONFLICT with the cells that somebody else changed, RULES_BROKEN with the rules that want a reason, NO_FREE_POST, LINE_PINNED, NAME_TAKEN, LEAVE_OVERLAPS, LEAVE_OUTSIDE, WOULD_LOSE with
 * `losses`, LINES_HELD while a run is under way
 */
export async function editLines(
  client: RestClient,
  userId: string,
  body: unknown,
): Promise<EditAnswer> {
  const edit = parseBody(bodyShape, body);
  const { run, drafts, overridden, p_edit } = await prepareEdit(client, userId, edit);
  const { data, error } = await client.rpc("edit_job_lines", {
    p_allocation_run: run.id,
    p_edit: toJson(p_edit),
    p_reason: edit.reason,
  });
  if (error) throw refusal(error, edit);
  const { history, cells } = data as unknown as { history: string; cells: number };
  return {
    history,
    cells,
    job_lines: drafts.map((draft) => draft.id),
    overridden: drafts.flatMap((draft, i) =>
      (overridden[i].overrides ?? []).map(({ rule, message, reason }) => ({
        job_line: draft.id,
        rule,
        message,
        reason,
      }))
    ),
  };
}

/** An edit as the rules have judged it and the database takes it. */
export async function prepareEdit(client: RestClient, userId: string, edit: Body) {
  const nowhere = edit.overrides.flatMap(({ line, rule }, i) =>
    line < edit.lines.length ? [] : [{
      path: `overrides[${i}].line`,
      code: "NO_LINE",
      message: `The reason for ${rule} is of a line that the edit does not have.`,
    }]
  );
  if (nowhere.length > 0) throw conflict(nowhere);
  const { run, lines, lastRun, positions } = await read(client, edit);
  const drafts = edit.lines.map((wanted, index) => draftOf(wanted, index, run, lines));
  const faults = drafts.flatMap((draft) => draft.faults);
  if (faults.length > 0) throw conflict(faults);
  const judge = await judging(client, run, lastRun, drafts, positions);
  const judged = drafts.map((draft) => judge(draft));
  const overridden = withReasons(edit, drafts, judged, userId);
  const p_edit = {
    accept_losses: edit.accept_losses,
    lines: drafts.map((draft, i) => ({
      id: draft.id,
      ...draft.row && { expected: expectedOf(draft) },
      state: {
        ...draft.state,
        ...judged[i].state,
        ...overridden[i].overrides && { overrides: overridden[i].overrides },
        ...!draft.row && { planner_run: draft.source?.planner_run ?? lastRun?.id ?? null },
      },
    })),
  };
  return { run, drafts, overridden, p_edit };
}

/** What an edit would do to a line, as the rules see it. */
export interface LineEffect {
  job_line: string;
  /** What no line can be, or what somebody changed meanwhile; then nothing is judged. */
  faults: FieldError[];
  /** Rules that it would break and does not now, and those that it breaks and would not. */
  breaks: BrokenRule[];
  mends: BrokenRule[];
}

/**
 * What each of several edits would do, by itself; nothing is written.
 * @throws ApiError 403, 404
 */
export async function judgeEdits(
  client: RestClient,
  allocationRun: string,
  edits: readonly Wanted[][],
): Promise<LineEffect[][]> {
  const { run, lines, lastRun, positions } = await read(client, {
    allocation_run: allocationRun,
    lines: edits.flat(),
  });
  const drafts = edits.map((edit) => edit.map((wanted, i) => draftOf(wanted, i, run, lines)));
  const sound = drafts.flat().filter(({ faults }) => faults.length === 0);
  const judge = await judging(client, run, lastRun, sound, positions);
  return drafts.map((edit) =>
    edit.map((draft) => {
      const { breaks, mends } = sound.includes(draft) ? judge(draft) : { breaks: [], mends: [] };
      return { job_line: draft.id, faults: draft.faults, breaks, mends };
    })
  );
}

/** What the database refused, by the paths of the request; what is ours otherwise goes through. */
function refusal(
  error: { code: string; message: string; details: string; hint: string },
  edit: Body,
) {
  if (error.code === "RC4WL") {
    return new ApiError(409, "WOULD_LOSE", error.message, {
      members: { losses: JSON.parse(error.details) },
    });
  }
  if (error.code === "RC404") return noAllocationRun(edit.allocation_run);
  if (error.code === "RC409") return new ApiError(409, error.hint || "LINES_HELD", error.message);
  const known = databaseError(error as never);
  if (!(known instanceof ApiError) || !known.extras.errors) return known;
  const errors = known.extras.errors.map((fault) => ({ ...fault, path: pathOf(fault.path, edit) }));
  return new ApiError(known.status, known.code, known.message, { errors });
}

/** The database names a cell by its term; the request has it at some index. */
function pathOf(path: string, edit: Body): string {
  const [, line, term] = /^lines\[(\d+)\]\.cells\[(\d+)\]$/.exec(path) ?? [];
  if (line === undefined) return path.replace(/^(lines\[\d+\])\.state\b/, "$1");
  const index = edit.lines[Number(line)].cells?.findIndex((cell) => cell.term === Number(term));
  return index === undefined || index < 0
    ? `lines[${line}].cells`
    : `lines[${line}].cells[${index}]`;
}

/** What somebody else did meanwhile; all else is wrong with the edit itself. */
const CHANGED_MEANWHILE = ["LINE_GONE", "CELL_CHANGED", "LEAVE_CHANGED"];
/** Faults of an edit that the database knows, too: their code is that of the answer, wherever they are found. */
const OF_LEAVE = ["LEAVE_OUTSIDE", "LEAVE_OVERLAPS"];

function conflict(errors: FieldError[]): ApiError {
  const own = errors.find(({ code }) => !CHANGED_MEANWHILE.includes(code!));
  const code = !own ? "EDIT_CONFLICT" : OF_LEAVE.includes(own.code!) ? own.code! : "INVALID_EDIT";
  return new ApiError(409, code, (own ?? errors[0]).message, { errors });
}

async function read(client: RestClient, edit: Pick<Body, "allocation_run" | "lines">) {
  const ids = [...new Set(edit.lines.flatMap(({ job_line, copy_of }) => [job_line, copy_of]))]
    .filter((each) => each !== undefined);
  const named = [...new Set(edit.lines.flatMap(({ cells = [] }) => cells.map((c) => c.position)))];
  const [run, last, pages, positions] = await Promise.all([
    client.from("allocation_runs").select(RUN).eq("id", edit.allocation_run).maybeSingle(),
    client.from("allocation_planner_runs").select("id,constraints")
      .eq("allocation_run", edit.allocation_run).eq("status", "COMPLETED")
      .not("options", "cs", '{"dry_run":true}')
      .order("finished_at", { ascending: false }).limit(1).maybeSingle(),
    Promise.all(
      chunks(ids).map((some) =>
        client.from("job_lines").select(LINE).eq("allocation_run", edit.allocation_run)
          .in("id", some)
      ),
    ),
    Promise.all(
      chunks(named).map((some) => client.from("positions").select(POSITION).in("id", some)),
    ),
  ]);
  for (const { error } of [run, last, ...pages, ...positions]) {
    if (error) throw databaseError(error);
  }
  if (!run.data) throw noAllocationRun(edit.allocation_run);
  const rows = pages.flatMap(({ data }) => (data ?? []) as unknown as LineRow[]);
  return {
    run: run.data as unknown as RunRow,
    lines: new Map(rows.map((row) => [row.id, row])),
    lastRun: last.data as { id: string; constraints: unknown } | null,
    // Those that lines hold come with them: one way to the database less.
    positions: [
      ...positions.flatMap(({ data }) => (data ?? []) as unknown as PositionRow[]),
      ...rows.flatMap(({ rotations }) => rotations.map(({ positions: position }) => position)),
    ],
  };
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / IDS_AT_ONCE) },
    (_, i) => all.slice(i * IDS_AT_ONCE, (i + 1) * IDS_AT_ONCE),
  );
}

/** A line before and after the edit. */
interface Draft {
  index: number;
  id: string;
  wanted: Wanted;
  /** As it is; null: it is new. */
  row: LineRow | null;
  /** What a new line is a copy of. */
  source: LineRow | null;
  before: { positions: (string | null)[]; leave: Leave[] } | null;
  after: { positions: (string | null)[]; leave: Leave[] };
  /** Members of its state that change. */
  state: Record<string, unknown>;
  faults: FieldError[];
}

// deno-lint-ignore house/long-function -- faults and parts of one line, in the order of the request
function draftOf(
  wanted: Wanted,
  index: number,
  run: RunRow,
  lines: ReadonlyMap<string, LineRow>,
): Draft {
  const path = `lines[${index}]`;
  const row = wanted.job_line === undefined ? null : lines.get(wanted.job_line) ?? null;
  const source = wanted.copy_of === undefined ? null : lines.get(wanted.copy_of) ?? null;
  const faults: FieldError[] = [];
  if ((wanted.job_line && !row) || (wanted.copy_of && !source)) {
    faults.push({ path, code: "LINE_GONE", message: "This line was archived meanwhile." });
  }
  if (wanted.job_line && wanted.copy_of) {
    const message = "A line that is there is no copy; leave one of the two out.";
    faults.push({ path: `${path}.copy_of`, code: "NO_COPY", message });
  }
  if (!wanted.job_line && !wanted.name) {
    faults.push({ path: `${path}.name`, code: "NO_NAME", message: "A new line needs a name." });
  }
  // A copy of a line of part of the year is one, too.
  const worked = row ?? source;
  const before = worked && partsOf(worked, run.term_weeks.length);
  const positions = before ? [...before.positions] : run.term_weeks.map(() => null);
  for (const [i, cell] of (wanted.cells ?? []).entries()) {
    const at = `${path}.cells[${i}]`;
    if (cell.term > run.term_weeks.length) {
      const message = `The year has ${run.term_weeks.length} terms.`;
      faults.push({ path: `${at}.term`, code: "NO_TERM", message });
      continue;
    }
    if (wanted.cells!.findIndex(({ term }) => term === cell.term) < i) {
      const message = `Term ${cell.term} is there twice.`;
      faults.push({ path: `${at}.term`, code: "TERM_TWICE", message });
      continue;
    }
    if (worked && !isWorked(worked, cell.term)) {
      const message = `${worked.name} is not worked in term ${cell.term}.`;
      faults.push({ path: `${at}.term`, code: "TERM_NOT_WORKED", message });
      continue;
    }
    const now = positions[cell.term - 1];
    if (row && cell.before !== undefined && cell.before !== now) {
      const message = `${row.name}, term ${cell.term}: somebody else changed it meanwhile.`;
      faults.push({ path: at, code: "CELL_CHANGED", message });
    }
    positions[cell.term - 1] = cell.position;
  }
  const leave = wanted.leave?.map(datesOf) ?? before?.leave ?? [];
  if (row && wanted.leave_before && !sameLeave(wanted.leave_before.map(datesOf), before!.leave)) {
    const message = `${row.name}: somebody else changed its leave meanwhile.`;
    faults.push({ path: `${path}.leave`, code: "LEAVE_CHANGED", message });
  }
  faults.push(...leaveFaults(`${path}.leave`, leave, before?.leave ?? [], run, worked));
  return {
    index,
    id: row?.id ?? crypto.randomUUID(),
    wanted,
    row,
    source,
    before: row && before,
    after: { positions, leave },
    state: stateOf(wanted, row, source, { positions, leave }),
    faults,
  };
}

const isWorked = ({ first_term, last_term }: LineRow, term: number) =>
  term >= (first_term ?? 1) && term <= (last_term ?? MOST_TERMS);

/** What is wrong with leave as somebody wants it, at its blocks; a block that was there before is not asked again. */
function leaveFaults(
  path: string,
  leave: readonly Leave[],
  before: readonly Leave[],
  run: RunRow,
  row: LineRow | null,
): FieldError[] {
  const terms = run.term_weeks.map((_, t) => t + 1).filter((term) => !row || isWorked(row, term));
  const weeksBefore = (term: number) =>
    run.term_weeks.slice(0, term).reduce((sum, weeks) => sum + weeks, 0);
  const from = dayAfter(run.starts_on, 7 * weeksBefore((terms[0] ?? 1) - 1));
  const to = dayAfter(run.starts_on, 7 * weeksBefore(terms.at(-1) ?? 0) - 1);
  return leave.flatMap((block, i): FieldError[] => {
    if (before.some((other) => sameLeave([other], [block]))) return [];
    const at = `${path}[${i}]`;
    if (new Date(block.starts_on).getUTCDay() !== 1) {
      const message = `Leave begins on a Monday; ${block.starts_on} is none.`;
      return [{ path: `${at}.starts_on`, code: "NOT_A_MONDAY", message }];
    }
    if (block.starts_on < from || block.ends_on > to) {
      const message = `Leave lies outside of ${
        row && terms.length < run.term_weeks.length
          ? "the terms in which the line is worked"
          : "the year"
      }, ${from} to ${to}.`;
      return [{ path: at, code: "LEAVE_OUTSIDE", message }];
    }
    const overlaps = leave.some((other, j) =>
      j !== i && other.starts_on <= block.ends_on && block.starts_on <= other.ends_on
    );
    const message = "Two blocks of leave of one line overlap.";
    return overlaps ? [{ path: at, code: "LEAVE_OVERLAPS", message }] : [];
  });
}

function partsOf(row: LineRow, terms: number) {
  const at = new Map(row.rotations.map(({ term, position }) => [term, position]));
  return {
    positions: Array.from({ length: terms }, (_, t) => at.get(t + 1) ?? null),
    leave: row.job_line_leave.map(({ starts_on, ends_on }) => ({ starts_on, ends_on })).sort(
      byDate,
    ),
  };
}

const byDate = (a: Leave, b: Leave) => a.starts_on < b.starts_on ? -1 : 1;

function datesOf({ starts_on, weeks }: z.infer<typeof block>): Leave {
  return { starts_on, ends_on: dayAfter(starts_on, 7 * weeks - 1) };
}

function sameLeave(a: readonly Leave[], b: readonly Leave[]): boolean {
  return JSON.stringify(a.toSorted(byDate)) === JSON.stringify(b.toSorted(byDate));
}

function stateOf(
  wanted: Wanted,
  row: LineRow | null,
  source: LineRow | null,
  after: Draft["after"],
): Record<string, unknown> {
  const { name, max_n_workers, must_have_workers, notes, archive } = wanted;
  const given = Object.fromEntries(
    Object.entries({ name, max_n_workers, must_have_workers, archived: archive || undefined })
      .filter(([, value]) => value !== undefined),
  );
  const rotations = after.positions.flatMap((position, t) =>
    position === null ? [] : [{ term: t + 1, position }]
  );
  return {
    ...!row && source && {
      max_n_workers: source.max_n_workers,
      must_have_workers: source.must_have_workers,
      pathway: source.pathway,
      ...source.first_term !== null && { first_term: source.first_term },
      ...source.last_term !== null && { last_term: source.last_term },
    },
    ...!row && { sort_order: source?.sort_order ?? LAST },
    ...given,
    ...notes !== undefined && { notes: notes || null },
    ...(!row || wanted.cells) && { rotations },
    ...(!row || wanted.leave) && { leave: after.leave },
  };
}

/** The place of a line that is added: behind all others. */
const LAST = 100_000;

/** What the edit was judged upon: nobody may have changed it when it is written. */
function expectedOf({ row, before, wanted }: Draft): Record<string, unknown> {
  const judged = wanted.cells || wanted.leave;
  return {
    archived: false,
    ...judged && {
      rotations: before!.positions.flatMap((position, t) =>
        position === null ? [] : [{ term: t + 1, position }]
      ),
      leave: before!.leave,
    },
    ...judged && { pathway: row!.pathway },
  };
}

interface Judged {
  /** What the line breaks now, and what of it is new. */
  broken: BrokenRule[];
  breaks: BrokenRule[];
  /** What it broke before and does not any more. */
  mends: BrokenRule[];
  state: Record<string, unknown>;
}

/** With the flags that `positionOf()` reads. */
interface PositionRow extends Omit<PositionColumns, "hospital"> {
  org_id: string;
  teams: { hospital: string };
  six_month_term: string | null;
  six_month_part: number | null;
  experience_categories: string[];
  six_month_terms:
    | { id: string; name: string; qualification: string | null; college: string | null }
    | null;
}

/** Reads what the rules ask about the lines' positions. */
// deno-lint-ignore house/long-function -- what all lines are judged by is read once, and kept in this closure
async function judging(
  client: RestClient,
  run: RunRow,
  lastRun: { constraints: unknown } | null,
  drafts: readonly Draft[],
  read: readonly PositionRow[],
): Promise<(draft: Draft) => Judged> {
  const judged = drafts.filter(({ row, wanted }) => !row || wanted.cells || wanted.leave);
  const rows = await withOtherHalves(client, run.org_id, read);
  const known = new Set(rows.map((row) => row.id));
  const strange = judged.flatMap(({ index, wanted }) =>
    (wanted.cells ?? []).flatMap(({ position }, i) =>
      known.has(position) ? [] : [{
        path: `lines[${index}].cells[${i}].position`,
        code: "NO_POSITION",
        message: "There is no such position.",
      }]
    )
  );
  if (strange.length > 0) throw conflict(strange);
  const terms = new Map(rows.flatMap(({ six_month_terms: of }) => of ? [[of.id, of]] : []));
  const componentOf = (of: string, part: Part) =>
    rows.find((row) => row.six_month_term === of && row.six_month_part === part)?.id ?? null;
  const problem = problemAround(
    run.term_weeks,
    rows.map((row) =>
      positionOf({ ...row, hospital: row.teams.hospital }, row.experience_categories)
    ),
    sixMonthTermsOf([...terms.values()], componentOf),
  );
  const weight = weightsOf(
    (run.affinity_profiles?.affinity_weights ?? []).map((w) =>
      [w.specialty_a, w.specialty_b, w.weight] as const
    ),
  );
  const judges = new Map<string, LineJudge>();
  const judgeOf = (constraints: unknown) => {
    const key = JSON.stringify(constraints);
    const judge = judges.get(key) ?? new LineJudge(problem, valid(constraints));
    judges.set(key, judge);
    return judge;
  };
  return (draft) => {
    if (!judged.includes(draft) || draft.wanted.archive) {
      return { broken: [], breaks: [], mends: [], state: {} };
    }
    const line = draft.row ?? draft.source;
    const judge = judgeOf(
      line?.allocation_planner_runs?.constraints ?? lastRun?.constraints ?? run.constraints,
    );
    const held = ({ positions }: Draft["after"]) => line ? heldBy(positions, line) : positions;
    const facts = (parts: Draft["after"]) => ({
      positions: held(parts),
      pathway: line?.pathway ?? null,
      leave: parts.leave.map(({ starts_on, ends_on }) => ({
        startWeek: weeksBetween(run.starts_on, starts_on),
        weeks: weeksBetween(starts_on, ends_on) + 1,
      })),
    });
    const broken = judge.broken(facts(draft.after));
    const before = draft.before ? judge.broken(facts(draft.before)) : [];
    return {
      broken,
      ...compareBroken(before, broken),
      state: { affinity: lineAffinity(problem, weight, held(draft.after)) },
    };
  };
}

function valid(constraints: unknown): ConstraintEntry[] {
  const parsed = parseConstraints(constraints ?? []);
  if (parsed.ok) return parsed.constraints;
  throw new ApiError(
    409,
    "INVALID_CONSTRAINTS",
    "The constraints that the line was made with are no longer valid.",
  );
}

/** Positions of an org, each once, with the other halves of their six-month terms. */
async function withOtherHalves(
  client: RestClient,
  org: string,
  read: readonly PositionRow[],
): Promise<PositionRow[]> {
  const own = read.filter(({ org_id }) => org_id === org);
  const terms = [...new Set(own.map((row) => row.six_month_term).filter((of) => of !== null))];
  const halves = await Promise.all(
    chunks(terms).map(async (some) => {
      const { data, error } = await client.from("positions").select(POSITION).eq("org_id", org)
        .in("six_month_term", some);
      if (error) throw databaseError(error);
      return data as unknown as PositionRow[];
    }),
  );
  return [...new Map([...own, ...halves.flat()].map((row) => [row.id, row])).values()];
}

/**
 * The reasons that are kept with each line: earlier ones of rules that are still broken, and those of the edit.
 * @throws ApiError 409 RULES_BROKEN where a rule is newly broken without one
 */
function withReasons(
  edit: Body,
  drafts: readonly Draft[],
  judged: readonly Judged[],
  by: string,
): { overrides: Override[] | null }[] {
  const at = new Date().toISOString();
  const missing: FieldError[] = [];
  const answer = drafts.map((draft, i) => {
    const { broken, breaks, state } = judged[i];
    if (Object.keys(state).length === 0) return { overrides: null };
    const given = new Map(
      edit.overrides.filter(({ line }) => line === draft.index).map((each) => [each.rule, each]),
    );
    const remarks = [draft.row?.job_line_remarks ?? []].flat();
    const had = remarks.flatMap(({ overrides }) => overrides);
    const overrides = broken.flatMap(({ rule, message }): Override[] => {
      const fresh = given.get(rule);
      if (fresh) return [{ rule, message, reason: fresh.reason, by, at }];
      const kept = had.find((each) => each.rule === rule);
      return kept ? [{ ...kept, message }] : [];
    });
    for (const { rule, message, terms } of breaks) {
      if (overrides.some((each) => each.rule === rule)) continue;
      missing.push({
        path: cellPath(draft, terms),
        code: rule,
        message: `${draft.wanted.name ?? draft.row?.name}: ${message}`,
      });
    }
    return { overrides: overrides.length > 0 || had.length > 0 ? overrides : null };
  });
  if (missing.length > 0) {
    throw new ApiError(
      409,
      "RULES_BROKEN",
      "The edit breaks rules. Give a reason for each, or change it.",
      { errors: missing },
    );
  }
  return answer;
}

/** The cell of the request that a broken rule rests on; the line where it is none of those. */
function cellPath({ index, wanted }: Draft, terms: readonly number[]): string {
  const i = wanted.cells?.findIndex(({ term }) => terms.includes(term - 1)) ?? -1;
  return i < 0 ? `lines[${index}]` : `lines[${index}].cells[${i}]`;
}
