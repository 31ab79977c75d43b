// From the allocation run as the database tells it to the engine's problem: lines that stay leave their posts.

import * as z from "zod";
import { faultTexts, readShape, type ShapeFault } from "../../engine/shapes.ts";
import { once } from "../../engine/once.ts";
import { WorkloadError } from "../../fleet/workload.ts";
import { optionMembers, type PlannerMode } from "./options.ts";
import { type LeaveBlock, leaveByTerm } from "../rules/calendar.ts";
import { positionOf } from "../position_row.ts";
import {
  absentPosition,
  type ConstraintEntry,
  type PlannerProblem,
  withAbsences,
} from "../problem.ts";
import { type Part, sixMonthTermsOf } from "../rules/judge.ts";
import { type LineRule, parseConstraints, ruleOf } from "../rules/mod.ts";

const category = once(() => z.enum(["A", "B", "C", "D"]));

/** What planner.load_run() answers. */
const documentShape = once(() =>
  z.object({
    n_job_lines: z.int(),
    constraints: z.unknown(),
    options: z.object(optionMembers()),
    starts_on: z.iso.date(),
    term_weeks: z.array(z.int()),
    positions: z.array(z.object({
      id: z.string(),
      name: z.string(),
      specialty: z.string(),
      subspecialty: z.string().nullable(),
      categories: z.array(category()),
      is_service: z.boolean(),
      is_rural: z.boolean(),
      is_nights_relief: z.boolean(),
      is_clinical_team: z.boolean(),
      is_non_clinical: z.boolean(),
      is_excludable: z.boolean(),
      allows_leave: z.boolean(),
      min_weeks: z.int(),
      fte: z.number().default(1),
      six_month_term: z.string().nullable(),
      six_month_part: z.int().nullable(),
      team: z.string(),
      hospital: z.string(),
    })),
    six_month_terms: z.array(z.object({
      id: z.string(),
      name: z.string(),
      qualification: z.string().nullable(),
      college: z.string().nullable(),
    })),
    posts: z.array(z.object({
      position: z.string(),
      term: z.int(),
      posts: z.int(),
      minimum_fill: z.int(),
    })),
    lines: z.array(z.object({
      id: z.string(),
      name: z.string(),
      sort_order: z.int(),
      is_locked: z.boolean(),
      affinity: z.int().nullable(),
      pathway: z.string().nullable(),
      is_at_stake: z.boolean(),
      first_term: z.int().nullable(),
      last_term: z.int().nullable(),
      rotations: z.array(z.object({ position: z.string(), term: z.int().min(1) })),
      leave: z.array(z.object({ start_week: z.int(), weeks: z.int() })),
    })),
    fingerprint: z.string(),
    affinity: z.object({
      profile: z.string(),
      version: z.int(),
      weights: z.array(z.tuple([z.string(), z.string(), z.int()])),
    }).nullable(),
  })
);

type RunDocument = z.infer<ReturnType<typeof documentShape>>;
type LineRow = RunDocument["lines"][number];

/** A line that is there and not pinned: a replan changes it, a rebuild keeps it where the same one comes again. */
export interface LineBefore {
  id: string;
  name: string;
  sortOrder: number;
  /** Whether something hung on it when the run was asked for: ranks, places, a match... */
  isAtStake: boolean;
  affinity: number | null;
  pathway: string | null;
  /** Position id per term, null where it has no rotation; the stand-in of a term in which it is not worked. */
  positions: (string | null)[];
  leave: LeaveBlock[];
  /** Cells that it is not to have, by term from 0: of the line for which something is recommended. */
  avoid?: { term: number; position: string }[];
}

/** The input of a planner run, kept by the fleet from the first slice to the last. */
export interface PlannerInput {
  problem: PlannerProblem;
  mode: PlannerMode;
  /** Solve and report; write no line. */
  dryRun: boolean;
  /** Lines wanted in all, those that stay included. */
  linesWanted: number;
  /** Ids of the locked lines, sorted; the commit refuses when they changed meanwhile. */
  lockedIds: string[];
  /** Ids of all lines, sorted: the same goes for these. */
  existingIds: string[];
  /** Of positions and six-month terms as they were loaded; the commit refuses when it is another. */
  fingerprint: string;
  /** Names that new lines may not take, and the highest place in the order that is taken. */
  takenNames: string[];
  lastOrder: number;
  /** Terms from the first on that lie before the day from which a replan plans. */
  frozenTerms: number;
  /** The unlocked lines that a replan starts from, and that a rebuild replaces. */
  before: LineBefore[];
}

/**
 * Translates the answer of planner.load_run() into the engine's input.
 * @throws WorkloadError INVALID_INPUT with a sentence for the planner who asked, and the place of each fault in `issues`
 */
export function toPlannerInput(document: unknown): PlannerInput {
  const read = readShape(documentShape(), document);
  if (read.faults) throw unreadable(read.faults);
  const astray = straysOf(read.value);
  if (astray.length > 0) throw unreadable(astray);
  const run = changed(read.value), { mode, dry_run: dryRun } = run.options;
  const locked = run.lines.filter((line) => line.is_locked);
  const { recommend } = run.options;
  const kept = new Set(recommend?.keep);
  const stays = (line: LineRow) => line.is_locked || kept.has(line.id);
  if (recommend && !run.lines.some((line) => line.id === recommend.job_line && !stays(line))) {
    throw new WorkloadError("NOTHING_TO_BUILD", "The line is pinned, or not there any more.");
  }
  const staying = mode === "fill" ? run.lines : run.lines.filter(stays);
  if (run.n_job_lines <= staying.length) throw nothingToBuild(mode, staying.length);
  const before = mode === "fill" ? [] : run.lines.filter((line) => !stays(line)).map((line) => ({
    ...lineBefore(line, run.term_weeks.length),
    ...line.id === recommend?.job_line && {
      avoid: recommend.avoid.map(({ term, position }) => ({ term: term - 1, position })),
    },
  }));
  const frozenTerms = frozenTermsOf(run);
  const names = mode === "rebuild" ? locked : run.lines;
  return {
    problem: goingOn(toProblem(run, staying), mode, before, frozenTerms),
    frozenTerms,
    mode,
    dryRun,
    linesWanted: run.n_job_lines,
    lockedIds: locked.map((line) => line.id).sort(),
    existingIds: run.lines.map((line) => line.id).sort(),
    fingerprint: run.fingerprint,
    takenNames: names.map((line) => line.name),
    lastOrder: mode === "rebuild" ? 0 : Math.max(0, ...run.lines.map((line) => line.sort_order)),
    before,
  };
}

function unreadable(faults: readonly ShapeFault[]): WorkloadError {
  return new WorkloadError("INVALID_INPUT", "The planner run could not be read.", {
    issues: faultTexts(faults, 20),
  });
}

/** Posts of terms that the year does not have, or of positions that the run does not have. */
function straysOf(
  { term_weeks: { length }, positions, posts, options }: RunDocument,
): ShapeFault[] {
  const known = new Set(positions.map(({ id }) => id));
  const termFault = (term: number, path: PropertyKey[]): ShapeFault[] =>
    term >= 1 && term <= length
      ? []
      : [{ path, message: `there is no term ${term}, the year has ${length}` }];
  const postFaults = (rows: readonly { position: string; term: number }[], path: PropertyKey[]) =>
    rows.flatMap(({ position, term }, i): ShapeFault[] => [
      ...termFault(term, [...path, i, "term"]),
      ...known.has(position) ? [] : [{
        path: [...path, i, "position"],
        message: `there is no position ${JSON.stringify(position)}`,
      }],
    ]);
  return [
    ...postFaults(posts, ["posts"]),
    ...postFaults(options.changes?.posts ?? [], ["options", "changes", "posts"]),
  ];
}

/**
 * The run as it is once the changes that it takes along are made: posts from a day on, and in which terms lines are worked.
 * planner.apply_changes() writes the same.
 */
function changed(run: RunDocument): RunDocument {
  const { changes } = run.options;
  if (!changes) return run;
  const key = (row: { position: string; term: number }) => `${row.position} ${row.term}`;
  const told = new Map((changes.posts ?? []).map((row) => [key(row), row]));
  const kept = run.posts.map((row) => {
    const posts = told.get(key(row))?.posts ?? row.posts;
    return { ...row, posts, minimum_fill: Math.min(row.minimum_fill, posts) };
  });
  const known = new Set(run.posts.map(key));
  const fresh = [...told.values()].filter((row) => !known.has(key(row)));
  const terms = new Map((changes.lines ?? []).map((row) => [row.job_line, row]));
  return {
    ...run,
    posts: [...kept, ...fresh.map((row) => ({ ...row, minimum_fill: 0 }))],
    lines: run.lines.map((line) => {
      const worked = terms.get(line.id);
      return worked ? workedIn(line, run.term_weeks, worked) : line;
    }),
  };
}

/** A line in the terms in which it is worked from now on; what lies in others is gone. */
function workedIn(
  line: LineRow,
  termWeeks: readonly number[],
  { first_term = null, last_term = null }: {
    first_term?: number | null;
    last_term?: number | null;
  },
): LineRow {
  const first = first_term ?? 1, last = last_term ?? termWeeks.length;
  const weeks = (term: number) => termWeeks.slice(0, term).reduce((sum, w) => sum + w, 0);
  return {
    ...line,
    first_term,
    last_term,
    rotations: line.rotations.filter(({ term }) => term >= first && term <= last),
    leave: line.leave.filter(({ start_week }) =>
      start_week >= weeks(first - 1) && start_week < weeks(last)
    ),
  };
}

/** Terms that began before the day from which is planned. */
function frozenTermsOf({ starts_on, term_weeks, options: { from } }: RunDocument): number {
  if (from === undefined) return 0;
  const days = (Date.parse(from) - Date.parse(starts_on)) / (24 * 60 * 60 * 1000);
  const starts = term_weeks.map((_, t) =>
    7 * term_weeks.slice(0, t).reduce((sum, w) => sum + w, 0)
  );
  const frozen = starts.filter((start) => start < days).length;
  if (frozen < term_weeks.length) return frozen;
  throw new WorkloadError(
    "NOTHING_TO_BUILD",
    `All terms began before ${from}; there is nothing left to plan from that day on.`,
  );
}

/**
 * The problem of a replan beside what lies before: posts that were worked stay, and terms in which lines are not worked are
 * positions of their own.
 */
function goingOn(
  problem: PlannerProblem,
  mode: PlannerMode,
  before: readonly LineBefore[],
  frozen: number,
): PlannerProblem {
  const added = Math.max(0, problem.lines - before.length);
  if (mode !== "replan") return problem;
  if (frozen > 0 && problem.lines < before.length) {
    throw new WorkloadError(
      "NOTHING_TO_BUILD",
      `${before.length} job lines are worked already; no fewer can be planned from a day on. ` +
        "Say of lines that end when they do.",
    );
  }
  const absent = problem.termWeeks.map((_, t) =>
    before.filter((line) => line.positions[t] === absentPosition(t).id).length +
    (t < frozen ? added : 0)
  );
  const held = (id: string, t: number) => before.filter((line) => line.positions[t] === id).length;
  const worked = problem.posts.map((row, t) =>
    row.map((n, r) => t < frozen ? Math.max(n, held(problem.positions[r].id, t)) : n)
  );
  return withAbsences(
    { ...problem, posts: worked, constraints: later(problem, before, frozen) },
    absent,
  );
}

/** Constraints as they are about the terms that are not begun. */
function later(
  { constraints, termWeeks }: PlannerProblem,
  before: readonly LineBefore[],
  frozen: number,
): ConstraintEntry[] {
  if (frozen === 0) return constraints;
  const taken = leaveByTerm(termWeeks, before.flatMap(({ leave }) => leave));
  return valuesOf(
    constraints,
    (rule, value) => rule.later?.(value, { frozen, termWeeks, taken }),
  );
}

/**
 * Constraints with what their rules make of their values; what is switched off, and bare names, stay as they are.
 * @param change undefined: as it is
 */
function valuesOf(
  constraints: readonly ConstraintEntry[],
  change: (rule: LineRule, value: unknown) => unknown,
): ConstraintEntry[] {
  return constraints.map((entry) => {
    if (typeof entry === "string" || (entry.value ?? null) === null) return entry;
    const rule = ruleOf(entry.name);
    return { ...entry, value: (rule && change(rule, entry.value)) ?? entry.value };
  });
}

function nothingToBuild(mode: PlannerMode, staying: number): WorkloadError {
  const message = mode === "fill"
    ? `${staying} job lines are there already; ask for more than ${staying}, or rebuild or replan.`
    : `${staying} job lines are pinned already; ask for more than ${staying}, or unpin some.`;
  return new WorkloadError("NOTHING_TO_BUILD", message);
}

function lineBefore(line: LineRow, terms: number): LineBefore {
  const at = new Map(line.rotations.map(({ term, position }) => [term, position]));
  return {
    id: line.id,
    name: line.name,
    sortOrder: line.sort_order,
    isAtStake: line.is_at_stake,
    affinity: line.affinity,
    pathway: line.pathway,
    positions: Array.from({ length: terms }, (_, t) => {
      const isWorked = t + 1 >= (line.first_term ?? 1) && t + 1 <= (line.last_term ?? terms);
      return isWorked ? at.get(t + 1) ?? null : absentPosition(t).id;
    }),
    leave: blocksOf(line),
  };
}

function blocksOf({ leave }: LineRow): LeaveBlock[] {
  return leave.map(({ start_week, weeks }) => ({ startWeek: start_week, weeks }));
}

function toProblem(run: RunDocument, staying: readonly LineRow[]): PlannerProblem {
  const constraints = parseConstraints(run.constraints);
  if (!constraints.ok) {
    throw new WorkloadError(
      "INVALID_CONSTRAINTS",
      `The constraints are not valid: ${
        constraints.errors.map((error) => `${error.path} ${error.message}`.trim()).join("; ")
      }.`,
    );
  }
  const { posts, minimumFill } = freePosts(run, staying);
  return {
    version: 1,
    lines: run.n_job_lines - staying.length,
    termWeeks: run.term_weeks,
    positions: run.positions.map((position) => positionOf(position, position.categories)),
    sixMonthTerms: sixMonthTermsOf(
      run.six_month_terms,
      (term, part) => componentOf(run, term, part),
    ),
    posts,
    minimumFill,
    constraints: constraintsBeside(constraints.constraints, run, staying),
    affinity: run.affinity ?? { profile: "none", version: 0, weights: [] },
    ...staying.length > 0 && { leaveBeside: leaveBeside(run, staying) },
    options: {
      allowPartial: run.options.allow_partial,
      seed: run.options.seed,
      ...run.options.effort !== undefined && { effort: run.options.effort },
      ...run.options.time_limit_s !== undefined && { timeLimitS: run.options.time_limit_s },
    },
  };
}

function componentOf({ positions }: RunDocument, term: string, part: Part): string | null {
  return positions.find((p) => p.six_month_term === term && p.six_month_part === part)?.id ?? null;
}

/**
 * The constraints for the lines that are made: what lines that stay hold of forced cells, wishes and
 * reserved pathways need not be made again, and their leave takes its room.
 */
function constraintsBeside(
  constraints: readonly ConstraintEntry[],
  run: RunDocument,
  staying: readonly LineRow[],
): ConstraintEntry[] {
  if (staying.length === 0) return [...constraints];
  const lines = staying.map((line) => ({ ...line, leave: blocksOf(line) }));
  return valuesOf(constraints, (rule, value) => rule.beside?.(value, lines, run.term_weeks));
}

/** Lines that stay, as far as leave goes. */
function leaveBeside(
  { positions, term_weeks }: RunDocument,
  staying: readonly LineRow[],
): NonNullable<PlannerProblem["leaveBeside"]> {
  const teams = new Map(positions.map(({ id, team }) => [id, team]));
  return staying.map((line) => {
    const held = new Map(line.rotations.map(({ term, position }) => [term, teams.get(position)]));
    return { teams: term_weeks.map((_, t) => held.get(t + 1) ?? null), leave: blocksOf(line) };
  });
}

/** `[term][position]` posts and minimum fill that are left beside the lines that stay. */
function freePosts(
  run: RunDocument,
  staying: readonly LineRow[],
): { posts: number[][]; minimumFill: number[][] } {
  const column = new Map(run.positions.map((position, index) => [position.id, index]));
  const table = () => run.term_weeks.map(() => run.positions.map(() => 0));
  const posts = table();
  const minimumFill = table();
  for (const row of run.posts) {
    posts[row.term - 1][column.get(row.position)!] = row.posts;
    minimumFill[row.term - 1][column.get(row.position)!] = row.minimum_fill;
  }
  for (const { position, term } of staying.flatMap((line) => line.rotations)) {
    const index = column.get(position);
    if (index === undefined || term > run.term_weeks.length) continue;
    posts[term - 1][index] = Math.max(0, posts[term - 1][index] - 1);
    minimumFill[term - 1][index] = Math.max(0, minimumFill[term - 1][index] - 1);
  }
  return { posts, minimumFill };
}
