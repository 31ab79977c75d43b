// The roster as its page draws it: lines as rows of cells over the weeks of the year. Pure; the page adds the pixels.

import type {
  JobLine,
  LineDoctor,
  Override,
  Position,
  Rotation,
} from "../../../../shared/client/mod.ts";
import { groupsOf } from "../data/groups.ts";
import { NOWHERE, type Place } from "../data/posts.ts";
import { tonesOf } from "../../../../shared/exchange/tones.ts";
import { searchable } from "../ui/search.ts";

/** Weeks in a row; `start` counts from 0. */
export interface Stretch {
  start: number;
  weeks: number;
}

/** A stretch of a line's year: a rotation, or nothing where there is none. */
export interface Cell extends Stretch {
  /** From 1; the term in which the stretch begins. */
  term: number;
  rotation: RosterRotation | null;
  /** Changed by hand, and not saved yet. */
  edited: boolean;
  /** What is wrong with it, in words; null: nothing that is known. */
  fault: string | null;
  /** All that it shows, in a sentence for screen readers and for the pointer that rests on it. */
  label: string;
}

/** What is worked in a cell. */
export interface RosterRotation {
  position: Position;
  place: Place;
  /** The specialty's colour: a class `tone-<n>` of roster.css. */
  tone: number;
  /** Annual leave inside the cell; `start` counts from the cell's own first week. */
  leave: Stretch[];
  startsOn: string;
  endsOn: string;
}

/** What is wrong with a line as it would be. */
export interface LineFault {
  rule: string;
  message: string;
  /** The terms that it rests on, from 0. */
  terms: readonly number[];
}

/** What is known of a line that is being edited. */
export interface Look {
  /** Terms with another position than is saved, from 1. */
  edited: readonly number[];
  broken: readonly LineFault[];
  /** Terms that hold a post which there is not, from 1. */
  overfull: readonly number[];
}

/** Rows that were made before, by id of the line. */
export type KnownRows = Map<string, { line: JobLine; look: string; order: number; row: Row }>;

/** A line as a row; where rows are by doctor, a line of two doctors is two rows. */
export interface Row {
  /** Of the row. */
  id: string;
  /** Of the line. */
  line: string;
  /** What the row is called: the line, or the doctor. */
  name: string;
  /** Below it: who has the line, or which line it is. */
  under: string;
  /** Of the line. */
  lineName: string;
  doctors: readonly LineDoctor[];
  /** Place in the planner's order. */
  order: number;
  locked: boolean;
  pathway: string | null;
  affinity: number | null;
  plannerRun: string | null;
  cells: Cell[];
  /** Categories that the line covers, in their order. */
  categories: string[];
  /** All leave of the line, by week of the year. */
  leave: Stretch[];
  /** Rules that it breaks with a manager's word. */
  overrides: readonly Override[];
  notes: string | null;
  /** Doctors who may take it, and whether one must. */
  places: number;
  mustHave: boolean;
  /** Rules that it breaks as it would be, where it is edited. */
  broken: readonly LineFault[];
  /** What the text filter looks through, in lower case. */
  search: string;
}

/** A term of the year. Weeks count from 0, dates are `YYYY-MM-DD`. */
export interface Term extends Stretch {
  /** From 1. */
  term: number;
  startsOn: string;
  endsOn: string;
}

/** The whole roster. */
export interface Roster {
  startsOn: string;
  weeks: number;
  terms: Term[];
  rows: Row[];
  /** Specialties that occur, with their colours and how many rotations they have, by name. */
  specialties: { name: string; tone: number; rotations: number }[];
  hospitals: string[];
}

/** What a roster is made of. */
export interface RosterInput {
  /** First day of the year, a Monday. */
  startsOn: string;
  termWeeks: readonly number[];
  lines: readonly JobLine[];
  /** By id of the team. */
  places: ReadonlyMap<string, Place>;
  /** Who has which line, where that is known. */
  doctors?: readonly LineDoctor[];
  /** Lines that are being edited. */
  look?: (line: JobLine) => Look;
  /** Rows of lines that are still the same are taken from here, and others put there. */
  known?: KnownRows;
}

const PLAIN: Look = { edited: [], broken: [], overfull: [] };

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Whole weeks from one date to another, rounded down. */
export function weeksBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / WEEK_MS);
}

/** The date so many days after another. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * WEEK_MS / 7).toISOString().slice(0, 10);
}

/** The terms of a year. */
export function termsOf(startsOn: string, termWeeks: readonly number[]): Term[] {
  let start = 0;
  return termWeeks.map((weeks, t) => {
    const term: Term = {
      term: t + 1,
      start,
      weeks,
      startsOn: dayAfter(startsOn, 7 * start),
      endsOn: dayAfter(startsOn, 7 * (start + weeks) - 1),
    };
    start += weeks;
    return term;
  });
}

/** Makes the roster; rows come in the planner's order. */
export function buildRoster(
  { startsOn, termWeeks, lines, places, doctors = [], look = () => PLAIN, known }: RosterInput,
): Roster {
  const terms = termsOf(startsOn, termWeeks);
  const weeks = termWeeks.reduce((sum, each) => sum + each, 0);
  const rotations = lines.flatMap((line) => line.rotations);
  const tones = tonesOf(rotations.map(({ position }) => position.specialty));
  const placeOf = (position: Position) => places.get(position.team) ?? NOWHERE;
  const holders = groupsOf(doctors, ({ jobLine }) => jobLine ?? "");
  const around = { startsOn, weeks, terms, tones, placeOf, holders };
  const rows = lines.map((line, order) => {
    const seen = look(line), key = JSON.stringify(seen);
    const before = known?.get(line.id);
    if (before?.line === line && before.look === key && before.order === order) return before.row;
    const row = rowOf(line, order, around, seen);
    known?.set(line.id, { line, look: key, order, row });
    return row;
  });
  const hospitals = new Set(rotations.map(({ position }) => placeOf(position).hospital));
  return {
    startsOn,
    weeks,
    terms,
    rows,
    specialties: [...tones].map(([name, tone]) => ({
      name,
      tone,
      rotations: rotations.filter(({ position }) => position.specialty === name).length,
    })),
    hospitals: [...hospitals].filter((name) => name !== "").sort(),
  };
}

const byName = new Intl.Collator("en-AU", { numeric: true });

/** The roster with a row for each doctor, by name; lines that nobody has come last. */
export function byDoctor(roster: Roster): Roster {
  const rows = roster.rows.flatMap((row): Row[] =>
    row.doctors.length === 0
      ? [{ ...row, name: "Nobody", under: row.name }]
      : row.doctors.map((doctor) => ({
        ...row,
        id: doctor.workerMapping,
        name: doctor.doctor,
        under: row.name,
        doctors: [doctor],
      }))
  ).sort((a, b) =>
    Number(a.doctors.length === 0) - Number(b.doctors.length === 0) ||
    byName.compare(a.name, b.name) || a.order - b.order
  );
  return { ...roster, rows: rows.map((row, order) => ({ ...row, order })) };
}

interface Surroundings {
  startsOn: string;
  weeks: number;
  terms: readonly Term[];
  tones: ReadonlyMap<string, number>;
  placeOf(position: Position): Place;
  /** By id of the line. */
  holders: ReadonlyMap<string, readonly LineDoctor[]>;
}

function rowOf(line: JobLine, order: number, around: Surroundings, look: Look): Row {
  const leave = line.leave.map(({ starts_on, ends_on }) => ({
    start: weeksBetween(around.startsOn, starts_on),
    weeks: weeksBetween(starts_on, ends_on) + 1,
  })).sort((a, b) => a.start - b.start);
  const positions = line.rotations.map(({ position }) => position);
  const places = positions.map(around.placeOf);
  const doctors = around.holders.get(line.id) ?? [];
  return {
    id: line.id,
    line: line.id,
    name: line.name,
    under: doctors.map(({ doctor }) => doctor).join(", "),
    lineName: line.name,
    doctors,
    order,
    locked: line.is_locked,
    pathway: line.pathway,
    affinity: line.affinity,
    plannerRun: line.planner_run,
    cells: cellsOf(line.rotations, leave, around, look),
    categories: [...new Set(positions.flatMap((p) => p.experience_categories))].sort(),
    leave,
    overrides: line.overrides,
    notes: line.notes,
    places: line.max_n_workers,
    mustHave: line.must_have_workers,
    broken: look.broken,
    search: searchable([
      line.name,
      ...doctors.map(({ doctor }) => doctor),
      line.notes ?? "",
      line.pathway ?? "",
      ...positions.flatMap((p) => [p.name, p.specialty, p.subspecialty ?? ""]),
      ...places.map(({ hospital }) => hospital),
    ].join("\n")),
  };
}

/** Rotations by their dates, so that a line of other terms shows as it is; what they leave free is empty. */
function cellsOf(
  rotations: readonly Rotation[],
  leave: readonly Stretch[],
  around: Surroundings,
  look: Look,
): Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  for (const rotation of [...rotations].sort((a, b) => a.starts_on < b.starts_on ? -1 : 1)) {
    const start = Math.max(at, weeksBetween(around.startsOn, rotation.starts_on));
    const end = Math.min(around.weeks, weeksBetween(around.startsOn, rotation.ends_on) + 1);
    if (end <= start) continue;
    cells.push(...gaps(at, start, around.terms, look));
    const cell = { start, weeks: end - start, term: rotation.term };
    cells.push(labelled({ ...cell, rotation: rotationOf(rotation, cell, leave, around) }, look));
    at = end;
  }
  return [...cells, ...gaps(at, around.weeks, around.terms, look)];
}

/** Empty cells from one week to another, one for each term that they touch. */
function gaps(from: number, to: number, terms: readonly Term[], look: Look): Cell[] {
  return terms.flatMap(({ term, start, weeks }) => {
    const first = Math.max(from, start), end = Math.min(to, start + weeks);
    return end > first
      ? [labelled({ start: first, weeks: end - first, term, rotation: null }, look)]
      : [];
  });
}

function rotationOf(
  { position, starts_on, ends_on }: Rotation,
  cell: Stretch,
  leave: readonly Stretch[],
  { tones, placeOf }: Surroundings,
): RosterRotation {
  const inside = leave.flatMap((block) => {
    const start = Math.max(block.start, cell.start) - cell.start;
    const end = Math.min(block.start + block.weeks, cell.start + cell.weeks) - cell.start;
    return end > start ? [{ start, weeks: end - start }] : [];
  });
  return {
    position,
    place: placeOf(position),
    tone: tones.get(position.specialty)!,
    leave: inside,
    startsOn: starts_on,
    endsOn: ends_on,
  };
}

/** "week 3", "weeks 3–7" of a stretch, as people count. */
export function weekNames({ start, weeks }: Stretch): string {
  return weeks === 1 ? `week ${start + 1}` : `weeks ${start + 1}–${start + weeks}`;
}

const day = new Intl.DateTimeFormat("en-AU", { day: "numeric", month: "short", timeZone: "UTC" });

/** "11 Jan – 21 Mar" */
export function datesOf({ startsOn, endsOn }: { startsOn: string; endsOn: string }): string {
  return `${day.format(new Date(startsOn))} – ${day.format(new Date(endsOn))}`;
}

/** "11 Jan" */
export function firstDayOf({ startsOn }: { startsOn: string }): string {
  return day.format(new Date(startsOn));
}

/** Below so many weeks the heading of a term has no room for both of its days. */
const WEEKS_OF_DATES = 4;

/** Whether the heading of a term has room for its first and its last day: of a fortnight they were broken letter by letter. */
export function hasRoomForDates({ weeks }: { weeks: number }): boolean {
  return weeks >= WEEKS_OF_DATES;
}

/** Below so many weeks the heading of a term has room for its number alone. */
const WEEKS_OF_A_WORD = 5;

/** Whether the heading of a term has room for the word before its number: twenty-six that all say "Term" tell none apart. */
export function hasRoomForWord({ weeks }: { weeks: number }): boolean {
  return weeks >= WEEKS_OF_A_WORD;
}

/** Labels are made once, not with each drawing of 1,000 cells. */
function labelled(cell: Omit<Cell, "label" | "edited" | "fault">, look: Look): Cell {
  const { term } = cell;
  const faults = [
    ...look.overfull.includes(term) ? ["no free post"] : [],
    ...look.broken.filter(({ terms }) => terms.includes(term - 1)).map(({ message }) => message),
  ];
  const fault = faults.length > 0 ? faults.join("; ") : null;
  const full = { ...cell, edited: look.edited.includes(term), fault };
  return { ...full, label: labelOf(full) };
}

function labelOf(cell: Omit<Cell, "label">): string {
  const when = `Term ${cell.term}, ${weekNames(cell)}`;
  const hand = [cell.edited ? "changed" : "", cell.fault ? `not right: ${cell.fault}` : ""];
  if (!cell.rotation) return [`${when}: no rotation`, ...hand].filter(Boolean).join("; ");
  const { position, place, leave } = cell.rotation;
  const categories = position.experience_categories;
  const kind = position.subspecialty
    ? `${position.specialty}, ${position.subspecialty}`
    : position.specialty;
  return [
    `${when}: ${position.name}`,
    kind,
    place.hospital,
    categories.length > 0
      ? `${categories.length > 1 ? "categories" : "category"} ${categories.join(" and ")}`
      : "no category",
    ...flagsOf(position),
    ...leave.map((block) =>
      `leave in ${weekNames({ start: cell.start + block.start, weeks: block.weeks })}`
    ),
    ...hand,
  ].filter((part) => part !== "").join("; ");
}

/** What is special about a position, in words. */
export function flagsOf(position: Position): string[] {
  return [
    position.is_nights_relief ? "nights or relief" : position.is_service ? "service" : "",
    position.is_rural ? "rural" : "",
    position.is_non_clinical ? "non-clinical" : "",
    position.fte < 1 ? `${position.fte} FTE` : "",
  ].filter((flag) => flag !== "");
}
