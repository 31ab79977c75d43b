// What a UI sees of lines: positions, rotations, lines with their rules and remarks, edits by hand, what is archived, and the
// history. Rows keep the names of their columns; what the client composes is in camelCase, see platform/spelling.ts.

/** A post on a clinical team. */
export interface Position {
  id: string;
  team: string;
  name: string;
  specialty: string;
  subspecialty: string | null;
  experience_categories: string[];
  is_service: boolean;
  is_rural: boolean;
  is_nights_relief: boolean;
  is_clinical_team: boolean;
  is_non_clinical: boolean;
  is_excludable: boolean;
  /** Whether annual leave may be planned in it. */
  allows_leave: boolean;
  /** Shortest term that it may fill, in weeks. */
  min_weeks: number;
  /** How much of full time its posts are, in twentieths. */
  fte: number;
  /** The six-month term that it is a component of, and which: 1 is worked first, 2 in the term after it. */
  six_month_term: string | null;
  six_month_part: number | null;
  /** `#rrggbb` */
  colour: string;
}

/** A position for one term of a line. Dates are `YYYY-MM-DD`, both inclusive. */
export interface Rotation {
  id: string;
  job_line: string;
  term: number;
  starts_on: string;
  ends_on: string;
  position: Position;
}

/** A rotation told by the names of its place, to who may not read positions. */
export interface NamedRotation {
  term: number;
  startsOn: string;
  endsOn: string;
  position: string;
  positionName: string;
  specialty: string;
  hospital: string;
}

/** One anonymous, year-long sequence of rotations, in the order of the terms. */
export interface JobLine {
  id: string;
  allocation_run: string;
  name: string;
  sort_order: number;
  is_locked: boolean;
  pathway: string | null;
  affinity: number | null;
  planner_run: string | null;
  /** Doctors who may take it, and whether one must. */
  max_n_workers: number;
  must_have_workers: boolean;
  /** Of a line of part of the year: the terms in which it is worked, from 1; null: from the beginning, to the end. */
  first_term: number | null;
  last_term: number | null;
  rotations: Rotation[];
  /** Annual leave by date, where it is planned. Dates are `YYYY-MM-DD`, both inclusive, whole weeks. */
  leave: { starts_on: string; ends_on: string }[];
  /** What managers note of it; nobody else reads it. */
  notes: string | null;
  /** Rules that it breaks with a manager's word. */
  overrides: Override[];
}

/** A rule that a line breaks with somebody's word. */
export interface Override {
  rule: string;
  /** What is broken, in words. */
  message: string;
  reason: string;
  /** User id. */
  by: string;
  at: string;
}

/** A line as a hand changes it: one that is there with what changes, or, without `jobLine`, a new one. */
export interface LineEdit {
  jobLine?: string;
  /** Of a new line: the one whose cells, leave and settings it has where it says nothing else. */
  copyOf?: string;
  /** Positions by term, from 1; `before`: what the writer saw there, so that nobody writes over another. */
  cells?: { term: number; position: string; before?: string | null }[];
  /** All of its leave; `startsOn` is a Monday. */
  leave?: { startsOn: string; weeks: number }[];
  leaveBefore?: { startsOn: string; weeks: number }[];
  name?: string;
  maxNWorkers?: number;
  mustHaveWorkers?: boolean;
  notes?: string | null;
  archive?: true;
}

/** An edit of the roster by hand. */
export interface EditRequest {
  allocationRun: string;
  lines: LineEdit[];
  /** A reason for each rule that a line breaks by it; `line` is an index of `lines`. */
  overrides?: { line: number; rule: string; reason: string }[];
  /** The yes to changing lines that doctors ranked, or got by a match. */
  acceptLosses?: boolean;
  /** For the log. */
  reason?: string;
}

/** What a save did. */
export interface EditAnswer {
  /** Takes it back: `undoEdit(history)`. */
  history: string;
  /** Cells that changed. */
  cells: number;
  /** Ids of the lines of the request, of new ones too. */
  jobLines: string[];
  overridden: { jobLine: string; rule: string; message: string; reason: string }[];
}

/** A line that a dry run would have written, or left. Locked lines are not listed. */
export interface PreviewLine {
  /** Of a line that is there; null for an added one. */
  id: string | null;
  name: string;
  sortOrder: number;
  affinity: number | null;
  pathway: string | null;
  /** Annual leave; weeks of the year count from 0. */
  leave: { startWeek: number; weeks: number }[];
  change: "added" | "changed" | "kept" | "removed";
  /** By term; null where a line that is there has no rotation, or its position was deleted since. */
  positions: (Position | null)[];
  /** The positions of a changed line as they are now; null for any other line. */
  before: (Position | null)[] | null;
}

/** How a job line stands to a rule. */
export interface RuleVerdict {
  /** Name of the constraint. */
  rule: string;
  /** What the rule asks, in words. */
  requirement: string;
  /** Null: what the plan as a whole must keep, and no line by itself. */
  met: boolean | null;
  /** By what it is met, or what is wrong, in words. */
  finding: string;
  /** The terms that this rests on, from 1; none where it is about the year. */
  terms: number[];
}

/** Which rule is met by what in a job line. */
export interface LineRules {
  jobLine: string;
  /** The run whose constraints were judged by; null: the allocation run's own. */
  plannerRun: string | null;
  /** When that run was asked for. */
  askedAt: string | null;
  ruleset: string;
  rulesetVersion: number;
  rules: RuleVerdict[];
}

/** What hangs on job lines and would go out of sight with them, counted. */
export interface Losses {
  /** Lines that anything hangs on. */
  lines: number;
  ranks: number;
  /** Who gave those ranks. */
  doctors: number;
  /** Lines that say who may take them. */
  eligibility: number;
  /** Ties of lines to preferencers. */
  preferencers: number;
  weightings: number;
  /** Places beside the first of each line. */
  places: number;
  mustHave: number;
  /** Doctors who got one of the lines in a completed match. */
  allocations: number;
  /** The window is open: there are no more ranks of no more doctors, on whichever lines; for which is told to nobody. */
  atMost?: true;
}

/** What archiving lines took out of sight. */
export interface Archived extends Losses {
  /** Lines that were archived. */
  archived: number;
}

/** Lines that were replaced, and can be put back with `restore(id)`, with all that hung on them. */
export interface JobLinesSnapshot {
  id: string;
  /**
   * What replaced them; `terms`: other terms that they did not fit; `populate`: wishes were replaced, lines stayed;
   * `edit`: by hand; `kept`: nothing did, somebody kept them.
   */
  reason: "planner_run" | "restore" | "terms" | "populate" | "edit" | "kept";
  /** The run that replaced the lines. */
  planner_run: string | null;
  replaced_by: string | null;
  replaced_at: string;
  line_count: number;
  /** What hung on the lines then. */
  counts: Losses;
  /** What people call it. */
  name: string | null;
  /** Of an edit: cells that it changed, and the edit that it takes back. */
  cells: number | null;
  undoes: string | null;
}

/** What a restore did. */
export interface RestoreAnswer {
  /** Lines that were put back, and what hangs on them. */
  lines: number;
  counts: Losses;
  /** Of the lines that went for them. */
  archived: Archived;
  /** The snapshot of what was there before. */
  replacedSnapshot: string;
}

/** In which terms a line is worked, and what went of others. */
export interface LineTerms {
  jobLine: string;
  /** Terms from 1; null: from the beginning, to the end. */
  firstTerm: number | null;
  lastTerm: number | null;
  /** Rotations and blocks of leave that went. */
  rotations: number;
  leave: number;
  /** Id of the snapshot of what there was. */
  snapshot: string;
}

/** A job line that was put away or replaced, and can be brought back with `unarchiveLines()`. */
export interface ArchivedLine {
  id: string;
  name: string;
  archived_at: string;
  is_locked: boolean;
  /** Names of its positions by term. */
  positions: string[];
  /** Null while the window is open: which lines doctors rank is told to nobody. */
  ranks: number | null;
  places: number;
  must_have: boolean;
  allocations: number;
}

/** An allocation run that was put away, and can be brought back with `unarchiveRun()`. */
export interface ArchivedRun {
  id: string;
  allocation_plan: string;
  name: string;
  starts_on: string;
  archived_at: string;
  lines: number;
  doctors: number;
}
