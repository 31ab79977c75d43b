// A week of the year: who is where, and who is away. Pure: by dates alone, so that rotations, leave and people may begin and end
// on any day of it.

import type { JobLine, LineDoctor } from "../../../../shared/client/mod.ts";
import { NOWHERE, type Place } from "../data/posts.ts";

/** Days from one to another, both inclusive, as `YYYY-MM-DD`. */
export interface Span {
  from: string;
  to: string;
}

/** What weeks are made of. */
export interface WeekInput {
  /** First day of the year, a Monday. */
  startsOn: string;
  termWeeks: readonly number[];
  lines: readonly JobLine[];
  /** Who has which line; empty before a match: lines stand for themselves. */
  doctors: readonly LineDoctor[];
  /** By id of the team. */
  places: ReadonlyMap<string, Place>;
}

/** Somebody at work or away in a week. */
export interface Entry {
  key: string;
  /** Who it is, wherever they are in the week. */
  person: string;
  /** The doctor, or before a match the line. */
  who: string;
  /** The line, where `who` is a doctor. */
  line: string | null;
  position: string;
  specialty: string;
  place: Place;
  /** How much of full time; 1: all of it. */
  fte: number;
  /** The days of the week; null: all seven. */
  days: Span | null;
}

/** Somebody away. */
export interface Away extends Entry {
  /** The whole leave, beyond the week. */
  leave: Span;
}

/** A team in a week. */
export interface TeamWeek {
  team: string;
  working: Entry[];
  away: Away[];
}

/** A week of the year. */
export interface Week {
  /** From 0. */
  index: number;
  /** Monday to Sunday. */
  from: string;
  to: string;
  /** The term of its Monday, from 1; null: before or after the year. */
  term: number | null;
  hospitals: { hospital: string; teams: TeamWeek[] }[];
  /** Distinct people, or lines. */
  working: number;
  away: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK_DAYS = 7;

/** The day so many days after another. */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many weeks a year has. */
export function weeksIn(termWeeks: readonly number[]): number {
  return termWeeks.reduce((sum, weeks) => sum + weeks, 0);
}

/** The week of the year that a day lies in, the first or the last one where it lies outside. */
export function weekOfDay(
  { startsOn, termWeeks }: Pick<WeekInput, "startsOn" | "termWeeks">,
  day: string,
): number {
  const week = Math.floor((Date.parse(day) - Date.parse(startsOn)) / (WEEK_DAYS * DAY_MS));
  return Math.max(0, Math.min(weeksIn(termWeeks) - 1, Number.isNaN(week) ? 0 : week));
}

/** The Monday of a week, counted from 0. */
export function mondayOf(startsOn: string, week: number): string {
  return dayAfter(startsOn, WEEK_DAYS * week);
}

/** Whether a day lies in the year. */
export function isInYear(
  { startsOn, termWeeks }: Pick<WeekInput, "startsOn" | "termWeeks">,
  day: string,
): boolean {
  return startsOn <= day && day < mondayOf(startsOn, weeksIn(termWeeks));
}

/** What two spans have in common; null: nothing. */
function common(a: Span, b: Span): Span | null {
  const from = a.from > b.from ? a.from : b.from, to = a.to < b.to ? a.to : b.to;
  return from <= to ? { from, to } : null;
}

/** A span without others, in order. */
function without(span: Span, others: readonly Span[]): Span[] {
  return others.reduce<Span[]>((left, other) =>
    left.flatMap((part) => {
      const cut = common(part, other);
      if (!cut) return [part];
      return [
        ...part.from < cut.from ? [{ from: part.from, to: dayAfter(cut.from, -1) }] : [],
        ...cut.to < part.to ? [{ from: dayAfter(cut.to, 1), to: part.to }] : [],
      ];
    }), [span]);
}

/** Who works a line, and when: its doctors, or the line itself as long as nobody has one. */
function holdersOf(line: JobLine, { doctors }: WeekInput) {
  const year: Span = { from: "0000-01-01", to: "9999-12-31" };
  if (doctors.length === 0) {
    return [{ key: line.id, who: line.name, line: null, fte: 1, span: year }];
  }
  return doctors.filter(({ jobLine }) => jobLine === line.id).map((doctor) => ({
    key: doctor.workerMapping,
    who: doctor.doctor,
    line: line.name,
    fte: doctor.fte,
    span: { from: doctor.startsOn, to: doctor.endsOn },
  }));
}

const names = new Intl.Collator("en-AU", { numeric: true });

/** Teams by hospital, as people are found in them. */
class Teams {
  readonly #teams = new Map<string, Map<string, TeamWeek>>();

  at({ hospital, team }: Place): TeamWeek {
    const ofHospital = this.#teams.get(hospital) ?? new Map<string, TeamWeek>();
    this.#teams.set(hospital, ofHospital);
    const found = ofHospital.get(team) ?? { team, working: [], away: [] };
    ofHospital.set(team, found);
    return found;
  }

  /** All in the order of their names. */
  sorted(): Week["hospitals"] {
    const inOrder = <E extends Entry>(entries: E[]) =>
      entries.sort((a, b) => names.compare(a.position, b.position) || names.compare(a.who, b.who));
    return [...this.#teams].sort(([a], [b]) => names.compare(a, b)).map(([hospital, teams]) => ({
      hospital,
      teams: [...teams.values()].sort((a, b) => names.compare(a.team, b.team)).map((team) => ({
        ...team,
        working: inOrder(team.working),
        away: inOrder(team.away),
      })),
    }));
  }
}

/** A week, its people by hospital and team. @param index from 0 */
export function weekOf(input: WeekInput, index: number): Week {
  const { startsOn, termWeeks, lines, places } = input;
  const week: Span = { from: mondayOf(startsOn, index), to: mondayOf(startsOn, index + 1) };
  week.to = dayAfter(week.to, -1);
  const teams = new Teams();
  const working = new Set<string>(), away = new Set<string>();
  for (const line of lines) {
    const leave = line.leave.map(({ starts_on, ends_on }) => ({ from: starts_on, to: ends_on }));
    for (const { span, ...holder } of holdersOf(line, input)) {
      for (const { position, starts_on, ends_on, term } of line.rotations) {
        const here = common(week, { from: starts_on, to: ends_on });
        const there = here && common(here, span);
        if (!there) continue;
        const place = places.get(position.team) ?? NOWHERE;
        const entry = (days: Span): Entry => ({
          ...holder,
          person: holder.key,
          key: `${holder.key} ${term} ${days.from}`,
          position: position.name,
          specialty: position.specialty,
          place,
          days: days.from === week.from && days.to === week.to ? null : days,
        });
        for (const days of without(there, leave)) {
          teams.at(place).working.push(entry(days));
          working.add(holder.key);
        }
        for (const block of leave) {
          const days = common(there, block);
          if (!days) continue;
          teams.at(place).away.push({ ...entry(days), leave: block });
          away.add(holder.key);
        }
      }
    }
  }
  return {
    index,
    ...week,
    term: termOf(termWeeks, index),
    hospitals: teams.sorted(),
    working: working.size,
    away: away.size,
  };
}

/** The term of a week, from 1; null: outside of the year. */
function termOf(termWeeks: readonly number[], index: number): number | null {
  let end = 0;
  for (const [t, weeks] of termWeeks.entries()) {
    end += weeks;
    if (index >= 0 && index < end) return t + 1;
  }
  return null;
}

/** A week of one hospital, or one team, alone; empty strings stand for all. */
export function narrowed(
  hospitals: Week["hospitals"],
  { hospital, team }: { hospital: string; team: string },
): Week["hospitals"] {
  return hospitals
    .filter((each) => hospital === "" || each.hospital === hospital)
    .map((each) => ({
      ...each,
      teams: each.teams.filter((one) => team === "" || one.team === team),
    }))
    .filter(({ teams }) => teams.length > 0);
}
