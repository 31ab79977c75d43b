// What the database says and takes, as the page's own shapes.

import type { Bucket, Line, Position, Span, Term } from "./model/lines.ts";
import {
  type Kind,
  KINDS,
  type Rows,
  type Said,
  screeningKey,
  type ScreeningKind,
  screeningOf,
  type Wishes,
} from "./model/wishes.ts";

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
  locked: boolean;
  minimumLines: number;
  allowsTies: boolean;
  allowsNever: boolean;
  released: boolean;
}

/** All that a doctor chooses from. */
export interface Choice {
  window: Window;
  terms: Term[];
  specialties: string[];
  hospitals: string[];
  lines: Line[];
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
  locked: boolean;
  minimum_lines: number;
  allows_ties: boolean;
  allows_never: boolean;
  released: boolean;
}

interface WireSpan {
  starts_on: string;
  ends_on: string;
}

interface WirePosition {
  id: string;
  name: string;
  hospital: string;
  specialty: string;
  subspecialty: string | null;
  is_rural: boolean;
  is_nights_relief: boolean;
  experience_categories: string[];
}

/** A line as the database says it. */
export interface WireLine {
  id: string;
  name: string;
  rotations: (WireSpan & { term: number; position: string })[];
  leave: WireSpan[];
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
  hospitals: string[];
  positions: WirePosition[];
  lines: WireLine[];
  wishes: WireWishes;
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
    locked: wire.locked,
    minimumLines: wire.minimum_lines,
    allowsTies: wire.allows_ties,
    allowsNever: wire.allows_never,
    released: wire.released,
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
    hospital: each.hospital,
    specialty: each.specialty,
    subspecialty: each.subspecialty,
    rural: each.is_rural,
    nights: each.is_nights_relief,
    categories: each.experience_categories,
  }]));
}

/** A line, its positions looked up. */
export function lineOf(wire: WireLine, positions: ReadonlyMap<string, Position>): Line {
  return {
    id: wire.id,
    name: wire.name,
    eligible: wire.eligible ?? true,
    reason: wire.reason ?? null,
    leave: wire.leave.map(spanOf),
    rotations: wire.rotations.flatMap(({ term, position, ...span }) => {
      const found = positions.get(position);
      return found ? [{ term, position: found, ...spanOf(span) }] : [];
    }),
  };
}

/** All that a doctor chooses from. */
export function choiceOf(wire: WireChoice): Choice {
  const positions = positionsOf(wire.positions);
  return {
    window: windowOf(wire.window),
    terms: wire.terms.map(({ term, ...span }) => ({ term, ...spanOf(span) })),
    specialties: wire.specialties,
    hospitals: wire.hospitals,
    lines: wire.lines.map((line) => lineOf(line, positions)),
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

/** Rows as `save_wishes()` takes them. */
export function changesOf(pending: Wishes, device: string): Record<string, unknown> {
  const rows = (kind: Kind) =>
    [...pending[kind]].map(([key, { changedAt, ...row }]) => ({
      ...KEY_FIELDS[kind](key),
      ...row,
      changed_at: new Date(changedAt).toISOString(),
    }));
  return { device, ...Object.fromEntries(KINDS.map((kind) => [kind, rows(kind)])) };
}
