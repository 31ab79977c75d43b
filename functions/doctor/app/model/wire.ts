// What the database says and takes, as the page's own shapes.

import type { DoctorResult, LineParts } from "../../../../shared/client/window_types.ts";
import { heldLine } from "../../../../shared/messages/result_calendar.ts";
import { storable } from "../../../../shared/platform/texts.ts";
import { type Bucket, byName, type Line, type Position, type Span, type Term } from "./lines.ts";
import {
  type Kind,
  KINDS,
  type Rows,
  type Said,
  screeningKey,
  type ScreeningKind,
  screeningOf,
  type Wishes,
} from "./wishes.ts";

/** A doctor's place in an allocation run. Times are ISO. */
export interface Window {
  workerMapping: string;
  name: string;
  orgName: string;
  planName: string;
  status: "draft" | "open" | "closed";
  dueDate: string | null;
  timezone: string;
  submittedAt: string | null;
  changedSinceSubmit: boolean;
  locked: boolean;
  /** Whether the doctor may write, by the database's clock when it was asked. */
  canWrite: boolean;
  minimumLines: number;
  allowsTies: boolean;
  allowsNever: boolean;
  /** Members whom a manager lets read wishes before the window closes: how many. */
  earlyReaders: number;
  /** How much of full time the doctor works. */
  fte: number;
  released: boolean;
  /** A result was released, and stands no more. */
  takenBack: boolean;
}

/** What stands for a submission, with the order as it was. */
export interface Receipt {
  submitted_at: string;
  positive_lines: number;
  /** A word of twelve characters: whoever knows the order can make it again. */
  receipt: string;
  /** The best first; equals have one rank. */
  lines: { job_line: string; name: string; order_preference: number }[];
}

/** All that a doctor chooses from. */
export interface Choice {
  window: Window;
  terms: Term[];
  specialties: string[];
  hospitals: Hospital[];
  lines: Line[];
  /** Null: nothing is submitted. */
  receipt: Receipt | null;
}

/** A hospital of the lines. */
export interface Hospital {
  id: string;
  name: string;
}

/** A window as the database says it. */
export interface WireWindow {
  worker_mapping: string;
  name: string;
  org_name: string;
  plan_name: string;
  status: Window["status"];
  due_date: string | null;
  timezone: string;
  now: string;
  submitted_at: string | null;
  changed_since_submit: boolean;
  locked: boolean;
  can_write: boolean;
  minimum_lines: number;
  allows_ties: boolean;
  allows_never: boolean;
  /** Missing in what a device keeps from before it was told. */
  early_readers?: number;
  /** As early_readers. */
  fte?: number;
  released: boolean;
  /** As early_readers. */
  taken_back?: boolean;
}

interface WireSpan {
  starts_on: string;
  ends_on: string;
}

/** A position as the database says it. */
export interface WirePosition {
  id: string;
  name: string;
  hospital: string;
  hospital_name: string;
  specialty: string;
  team: string;
  subspecialty: string | null;
  rural: boolean;
  nights: boolean;
  categories: string[];
}

/** A line as the database says it. */
export interface WireLine {
  id: string;
  name: string;
  places: number;
  /** Missing in what a device keeps from before it was told. */
  fte?: number;
  rotations: (WireSpan & { term: number; position: string })[];
  /** As fte. */
  leave?: (WireSpan & { term: number })[];
  eligible?: boolean;
  reason?: string | null;
}

type WireRow<Row> = { [Field in keyof Row]?: Row[Field] } & { changed_at: string };

/** Wishes as the database says them. */
export interface WireWishes {
  lines: (WireRow<Rows["lines"]> & { job_line: string })[];
  rotations: (WireRow<Rows["rotations"]> & { position: string })[];
  specialties: (WireRow<Rows["specialties"]> & { specialty: string })[];
  screening: (WireRow<Rows["screening"]> & {
    kind: ScreeningKind;
    hospital: string | null;
    specialty: string | null;
  })[];
}

/** What `read_window()` answers. */
export interface WireChoice {
  window: WireWindow;
  terms: (WireSpan & { term: number })[];
  specialties: string[];
  hospitals: Hospital[];
  positions: WirePosition[];
  lines: WireLine[];
  wishes: WireWishes;
  receipt: Receipt | null;
}

/** A window of the database's. */
export function windowOf(wire: WireWindow): Window {
  return {
    workerMapping: wire.worker_mapping,
    name: wire.name,
    orgName: wire.org_name,
    planName: wire.plan_name,
    status: wire.status,
    dueDate: wire.due_date,
    timezone: wire.timezone,
    submittedAt: wire.submitted_at,
    changedSinceSubmit: wire.changed_since_submit,
    locked: wire.locked,
    canWrite: wire.can_write,
    minimumLines: wire.minimum_lines,
    allowsTies: wire.allows_ties,
    allowsNever: wire.allows_never,
    earlyReaders: wire.early_readers ?? 0,
    fte: wire.fte ?? 1,
    released: wire.released,
    takenBack: wire.taken_back ?? false,
  };
}

function spanOf({ starts_on, ends_on }: WireSpan): Span {
  return { startsOn: starts_on, endsOn: ends_on };
}

/** Positions by their ids. */
export function positionsOf(wire: readonly WirePosition[]): Map<string, Position> {
  return new Map(wire.map((each) => [each.id, {
    id: each.id,
    name: each.name,
    hospital: each.hospital_name,
    hospitalId: each.hospital,
    specialty: each.specialty,
    subspecialty: each.subspecialty,
    rural: each.rural,
    nights: each.nights,
    categories: each.categories,
  }]));
}

/** A line, its positions looked up. */
export function lineOf(wire: WireLine, positions: ReadonlyMap<string, Position>): Line {
  return {
    id: wire.id,
    name: wire.name,
    eligible: wire.eligible ?? true,
    reason: wire.reason ?? null,
    places: wire.places,
    fte: wire.fte ?? 1,
    leave: (wire.leave ?? []).map(spanOf),
    rotations: wire.rotations.flatMap((rotation) => {
      const position = positions.get(rotation.position);
      return position ? [{ term: rotation.term, position, ...spanOf(rotation) }] : [];
    }),
  };
}

/** Lines of an answer in the order of their names, kept: what saving answers has the same lines as before. */
const linesKept = new WeakMap<readonly WireLine[], Line[]>();
/** Those that were read last. */
let linesRead: { text: string; lines: Line[] } | null = null;

function linesOf({ lines, positions }: Pick<WireChoice, "lines" | "positions">): Line[] {
  let known = linesKept.get(lines);
  if (!known) {
    // Read again and nothing else: what is open on a card stays open.
    const text = JSON.stringify([lines, positions]);
    if (linesRead?.text !== text) {
      const named = positionsOf(positions);
      linesRead = { text, lines: byName(lines.map((line) => lineOf(line, named))) };
    }
    linesKept.set(lines, known = linesRead.lines);
  }
  return known;
}

/** All that a doctor chooses from. */
export function choiceOf(wire: WireChoice): Choice {
  return {
    window: windowOf(wire.window),
    terms: wire.terms.map(({ term, ...span }) => ({ term, ...spanOf(span) })),
    specialties: wire.specialties,
    hospitals: wire.hospitals,
    lines: linesOf(wire),
    receipt: wire.receipt,
  };
}

function said<Row>(
  { changed_at, ...row }: WireRow<Row>,
  fields: readonly (keyof Row)[],
): Said<Row> {
  const values = Object.fromEntries(
    fields.map((field) => [field, (row as Partial<Row>)[field] ?? null]),
  );
  return { ...values as Partial<Row>, changedAt: Date.parse(changed_at) };
}

/** Wishes of the database's. A line that was ranked without a bucket, by a manager or a file, counts as liked. */
export function wishesOf(wire: WireWishes): Wishes {
  const bucketed = (row: Said<Rows["lines"]>) =>
    row.order_preference !== null && row.like_dislike_preference === null
      ? { ...row, like_dislike_preference: 1 as Bucket }
      : row;
  return {
    lines: new Map(wire.lines.map((row) => [
      row.job_line,
      bucketed(said<Rows["lines"]>(row, ["order_preference", "like_dislike_preference", "notes"])),
    ])),
    rotations: new Map(wire.rotations.map((row) => [
      row.position,
      said<Rows["rotations"]>(row, ["like_dislike_preference", "notes"]),
    ])),
    specialties: new Map(wire.specialties.map((row) => [
      row.specialty,
      said<Rows["specialties"]>(row, ["sentiment"]),
    ])),
    screening: new Map(wire.screening.map((row) => [
      screeningKey(row.kind, row.hospital ?? "", row.specialty ?? ""),
      said<Rows["screening"]>(row, ["active"]),
    ])),
  };
}

const KEY_FIELDS: { [K in Kind]: (key: string) => Record<string, unknown> } = {
  lines: (key) => ({ job_line: key }),
  rotations: (key) => ({ position: key }),
  specialties: (key) => ({ specialty: key }),
  screening: screeningOf,
};

/** A row whose notes the database can hold: one broken character would keep all that is pending from being saved. */
function withStorable<Row extends object>(row: Row): Row {
  return "notes" in row && typeof row.notes === "string"
    ? { ...row, notes: storable(row.notes) }
    : row;
}

/**
 * Rows as `save_wishes()` takes them. Ranks are spread out and merged line by line (`model/ranking.ts`), so of them only the
 * order is meant.
 */
export function changesOf(pending: Wishes, device: string): Record<string, unknown> {
  const rows = (kind: Kind) =>
    [...pending[kind]].map(([key, { changedAt, ...row }]) => ({
      ...KEY_FIELDS[kind](key),
      ...withStorable(row),
      changed_at: new Date(changedAt).toISOString(),
    }));
  return {
    device,
    order_only: true,
    ...Object.fromEntries(KINDS.map((kind) => [kind, rows(kind)])),
  };
}

/** A preferencer whose person is signed in. */
export interface Department {
  preferencer: string;
  name: string;
  runName: string;
  orgName: string;
  status: Window["status"];
  dueDate: string | null;
  timezone: string;
  canWrite: boolean;
  doctors: { id: string; name: string; eligible: boolean }[];
  lines: Line[];
}

/** A department of `my_departments()`. */
export interface WireDepartmentHead {
  preferencer: string;
  name: string;
  run_name: string;
  org_name: string;
  status: Window["status"];
  due_date: string | null;
  timezone: string;
  now: string;
  can_write: boolean;
}

/** What `read_department()` answers. */
export interface WireDepartment {
  department: WireDepartmentHead;
  lines: WireLine[];
  positions: WirePosition[];
  doctors: { worker_mapping: string; name: string; eligible: boolean }[];
  ranks: { worker_mapping: string; order_preference: number }[];
}

/** A department with the doctors that it ranks. */
export function departmentOf(wire: WireDepartment): Department {
  const { department: head } = wire;
  const positions = positionsOf(wire.positions);
  return {
    preferencer: head.preferencer,
    name: head.name,
    runName: head.run_name,
    orgName: head.org_name,
    status: head.status,
    dueDate: head.due_date,
    timezone: head.timezone,
    canWrite: head.can_write,
    doctors: byName(
      wire.doctors.map(({ worker_mapping, name, eligible }) => ({
        id: worker_mapping,
        name,
        eligible,
      })),
    ),
    lines: wire.lines.map((line) => lineOf(line, positions)),
  };
}

/** What a doctor got, in the page's words. */
export interface Result extends Omit<DoctorResult, keyof LineParts | "changes" | "line" | "why"> {
  /** What of the line changed with this version, in sentences. */
  changes: string[];
  /** Null: no line. */
  line: Line | null;
  why: Why[];
}

/** Why a line that was ranked better is another's. */
export interface Why {
  jobLine: string;
  name: string;
  /** Which choice it was when the match was made; null: of matches that did not keep it. */
  rank: number | null;
  code: string;
  values: Record<string, unknown>;
}

/** What of the line changed: a term's position by name (null: none), or its leave. */
export type WireChange =
  | { term: number; from: string | null; to: string | null }
  | { leave: true };

/** What `read_result()` answers. */
export interface WireResult {
  version: number;
  released_at: string;
  /** As `WireLine.fte`. */
  calendar?: { sequence: number; changed_at: string };
  start_date: string;
  end_date: string;
  fte: number;
  corrected: boolean;
  correction_reason: string | null;
  changes?: WireChange[];
  previous_line: string | null;
  line: WireLine | null;
  positions: WirePosition[];
  preference_number: number | null;
  why: {
    job_line: string;
    name: string;
    rank: number | null;
    sentence_code: string;
    values: Record<string, unknown>;
  }[];
  others_moved?: boolean;
}

function changeWords(change: WireChange): string {
  if ("leave" in change) return "Your leave was moved.";
  const { term, from, to } = change;
  if (to === null) return `Term ${term}: ${from} falls away.`;
  return from === null ? `Term ${term}: ${to}.` : `Term ${term}: ${to} instead of ${from}.`;
}

/** A result of the database's. */
export function resultOf(wire: WireResult): Result {
  return {
    version: wire.version,
    releasedAt: wire.released_at,
    startDate: wire.start_date,
    endDate: wire.end_date,
    fte: Number(wire.fte),
    corrected: wire.corrected,
    correctionReason: wire.correction_reason,
    // What a device kept from before there were any has none.
    changes: (wire.changes ?? []).map(changeWords),
    previousLine: wire.previous_line,
    line: wire.line && lineOf(heldLine(wire.line, wire), positionsOf(wire.positions)),
    preferenceNumber: wire.preference_number,
    why: wire.why.map(({ job_line, name, rank, sentence_code, values }) => ({
      jobLine: job_line,
      name,
      rank,
      code: sentence_code,
      values: values ?? {},
    })),
    othersMoved: wire.others_moved ?? false,
  };
}
