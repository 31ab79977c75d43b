// What a doctor said, row by row, and what of it is not saved yet. Rows are merged as the database merges them: the later
// one wins, by the clock of the device that it was said on, so that every device comes to the same.

import type { Bucket } from "./lines.ts";

/** What is said of a line. */
export interface LineWish {
  order_preference: number | null;
  like_dislike_preference: Bucket | null;
  notes: string | null;
}

/** What is said of a position, wherever it stands. */
export interface RotationWish {
  like_dislike_preference: Bucket | null;
  notes: string | null;
}

/** What is said of a specialty. */
export interface SpecialtyWish {
  sentiment: Bucket | null;
}

/** What keeps a line out of the doctor's own list. */
export type ScreeningKind = "hospital" | "hospital_specialty" | "rural" | "nights" | "travel";

/** Whether a rule of {@link ScreeningKind} is on. */
export interface ScreeningWish {
  active: boolean;
}

/** The four kinds of rows, by their keys: line, position, specialty, and {@link screeningKey}. */
export interface Rows {
  lines: LineWish;
  rotations: RotationWish;
  specialties: SpecialtyWish;
  screening: ScreeningWish;
}

/** A kind of row. */
export type Kind = keyof Rows;

/** The kinds, in the order in which they are sent. */
export const KINDS: readonly Kind[] = ["lines", "rotations", "specialties", "screening"];

/** A row, and when it was said: milliseconds since 1970 by the database's clock. */
export type Said<Row> = Partial<Row> & { changedAt: number };

/** Rows by kind and key. */
export type Wishes = { readonly [K in Kind]: ReadonlyMap<string, Said<Rows[K]>> };

/** The key of a rule: its kind, and what it is about. */
export function screeningKey(kind: ScreeningKind, hospital = "", specialty = ""): string {
  return JSON.stringify([kind, hospital, specialty]);
}

/** What a key of {@link screeningKey} means. */
export function screeningOf(
  key: string,
): { kind: ScreeningKind; hospital: string | null; specialty: string | null } {
  const [kind, hospital, specialty] = JSON.parse(key);
  return { kind, hospital: hospital || null, specialty: specialty || null };
}

/** Nothing said. */
export const NO_WISHES: Wishes = {
  lines: new Map(),
  rotations: new Map(),
  specialties: new Map(),
  screening: new Map(),
};

/** A change to some rows. */
export type Change = { readonly [K in Kind]?: ReadonlyMap<string, Partial<Rows[K]>> };

/** The wishes with others put on top: of each row the fields of the later one win. */
export function merge(below: Wishes, above: Wishes): Wishes {
  const kind = <K extends Kind>(name: K): ReadonlyMap<string, Said<Rows[K]>> => {
    if (above[name].size === 0) return below[name];
    const rows = new Map<string, Said<Rows[K]>>(below[name]);
    for (const [key, row] of above[name]) {
      const before = rows.get(key);
      rows.set(key, before ? later(before, row) : row);
    }
    return rows;
  };
  return {
    lines: kind("lines"),
    rotations: kind("rotations"),
    specialties: kind("specialties"),
    screening: kind("screening"),
  };
}

/** Two rows as one: what only the earlier says stays. Of two of one moment the second wins. */
function later<Row>(a: Said<Row>, b: Said<Row>): Said<Row> {
  return b.changedAt >= a.changedAt ? { ...a, ...b } : { ...b, ...a };
}

/** What a change adds to what is not saved yet. */
export function stamp(change: Change, changedAt: number): Wishes {
  const kind = <K extends Kind>(name: K) =>
    new Map(
      [...change[name] ?? []].map(([key, row]) =>
        [key, { ...row, changedAt } as Said<Rows[K]>] as const
      ),
    );
  return {
    lines: kind("lines"),
    rotations: kind("rotations"),
    specialties: kind("specialties"),
    screening: kind("screening"),
  };
}

/** When the latest of some rows was said, as far as `known` knows; 0 where it knows none of them. */
export function latestOf(rows: Wishes, known: Wishes): number {
  const moments = namesOf(rows).map(({ kind, key }) => known[kind].get(key)?.changedAt ?? 0);
  return moments.reduce((latest, moment) => Math.max(latest, moment), 0);
}

/** A row by its name: its kind and key. */
export interface RowName {
  kind: Kind;
  key: string;
}

/** The names of all rows. */
export function namesOf(wishes: Wishes): RowName[] {
  return KINDS.flatMap((kind) => [...wishes[kind].keys()].map((key) => ({ kind, key })));
}

/** The rows that are asked for. */
export function select(
  wishes: Wishes,
  isAsked: (name: RowName, row: Said<unknown>) => boolean,
): Wishes {
  const kind = <K extends Kind>(name: K) =>
    new Map([...wishes[name]].filter(([key, row]) => isAsked({ kind: name, key }, row)));
  return {
    lines: kind("lines"),
    rotations: kind("rotations"),
    specialties: kind("specialties"),
    screening: kind("screening"),
  };
}

/** What of `pending` was said after `sent` was taken of it: all that is still to be saved when `sent` is. */
export function without(pending: Wishes, sent: Wishes): Wishes {
  return select(pending, ({ kind, key }, { changedAt }) => {
    const saved = sent[kind].get(key);
    return saved === undefined || changedAt > saved.changedAt;
  });
}

/**
 * Rows that came too late: somebody said something else of the same later, on another device.
 * @param sent what was sent @param stands what the database answered
 */
export function overtaken(sent: Wishes, stands: Wishes): RowName[] {
  return namesOf(sent).filter(({ kind, key }) => {
    const { changedAt, ...row } = sent[kind].get(key)!, now = stands[kind].get(key);
    return now !== undefined && now.changedAt > changedAt &&
      Object.entries(row).some(([field, value]) =>
        (now[field as keyof typeof now] ?? null) !== (value === "" ? null : value)
      );
  });
}

/** How many rows there are. */
export function count(wishes: Wishes): number {
  return KINDS.reduce((sum, kind) => sum + wishes[kind].size, 0);
}

/** Milliseconds from one change to the next at least, so that the order of changes of one device is theirs. */
export const TICK = 1;

/** A clock that never stands still. @param now milliseconds by the database's clock, as well as the device knows it */
export function createClock(now: () => number): () => number {
  let last = 0;
  return () => last = Math.max(Math.round(now()), last + TICK);
}
