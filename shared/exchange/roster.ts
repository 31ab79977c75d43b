// A roster as `read_roster()` of the database answers it, and what spreadsheets of it have in common.

import type { ConstraintEntry } from "../planner/problem.ts";
import type { PositionDocument } from "./position_columns.ts";

/** A position as it is in the database: every column is there. */
export type RosterPosition = Required<PositionDocument>;

/** A position for one term of a line. Dates are `YYYY-MM-DD`, both inclusive. */
export interface RosterRotation {
  term: number;
  /** Id of the position. */
  position: string;
  starts_on: string;
  ends_on: string;
}

/** A job line with its rotations by term and its leave by date. */
export interface RosterLine {
  id: string;
  name: string;
  is_locked: boolean;
  pathway: string | null;
  affinity: number | null;
  planner_run: string | null;
  /** What managers note of it, and rules that it breaks with their word. */
  notes: string | null;
  overrides: { rule: string; message: string; reason: string }[];
  rotations: RosterRotation[];
  leave: { starts_on: string; ends_on: string }[];
  /** Who has it, by name; see `line_doctors()` of the database. */
  doctors: { name: string; starts_on: string; ends_on: string; fte: number }[];
}

/** An allocation run with its positions, posts and lines, of one moment. */
export interface Roster {
  allocation_run: {
    id: string;
    name: string;
    status: string;
    starts_on: string;
    ends_on: string;
    term_weeks: number[];
    constraints: ConstraintEntry[];
    /** Names of the health service and of the plan. */
    org: string;
    plan: string;
    timezone: string;
  };
  /** By hospital, team and name. */
  positions: RosterPosition[];
  /** In their order. */
  lines: RosterLine[];
  /** Whether doctors have their lines by the finalised result or by the current match; null: nobody has one. */
  doctors_by: "result" | "match" | null;
  /** The planner run that wrote lines last. */
  planner_run: {
    id: string;
    finished_at: string;
    constraints: ConstraintEntry[];
    // deno-lint-ignore no-explicit-any -- PlannerResult of whatever version wrote it; read member by member
    result_metadata: any;
  } | null;
}

/** What is noted of a line, in a sentence for a cell: broken rules with their reasons, and notes. */
export function remarksOf({ notes, overrides }: RosterLine): string {
  return [
    ...overrides.map(({ message, reason }) => `Breaks a rule: ${message}. Reason: ${reason}`),
    ...notes ? [notes] : [],
  ].join("\n");
}

/** Who has a line, in a cell: names, and of those who work part of it when, or how much. */
export function doctorsOf({ doctors }: RosterLine, { allocation_run: run }: Roster): string {
  return doctors.map(({ name, starts_on, ends_on, fte }) => {
    const part = [
      starts_on > run.starts_on ? `from ${starts_on}` : "",
      ends_on < run.ends_on ? `to ${ends_on}` : "",
      fte < 1 ? `${Math.round(fte * 100)}%` : "",
    ].filter(Boolean).join(" ");
    return part ? `${name} (${part})` : name;
  }).join(", ");
}

/** Whose file it is: names of the health service, the plan and the allocation run. */
export type Named = Pick<Roster["allocation_run"], "org" | "plan" | "name">;

/** Weeks of the year, first and last counted from 0. */
export interface WeekSpan {
  first: number;
  last: number;
}

const DAY_MS = 86_400_000;

/** Midnight UTC of a date. */
export function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The weeks of a roster that a period touches. */
export function weeksOf(roster: Roster, period: { starts_on: string; ends_on: string }): WeekSpan {
  const start = dateOf(roster.allocation_run.starts_on).getTime();
  const week = (day: string) => Math.floor((dateOf(day).getTime() - start) / (7 * DAY_MS));
  return { first: week(period.starts_on), last: week(period.ends_on) };
}

/** The Monday of a week, counted from 0. */
export function mondayOf(roster: Roster, week: number): Date {
  return new Date(dateOf(roster.allocation_run.starts_on).getTime() + week * 7 * DAY_MS);
}

/** How many weeks the year of a roster has. */
export function yearWeeks({ allocation_run }: Roster): number {
  return allocation_run.term_weeks.reduce((sum, weeks) => sum + weeks, 0);
}

/** Positions by their ids. */
export function positionsById(roster: Roster): Map<string, RosterPosition> {
  return new Map(roster.positions.map((position) => [position.id, position]));
}

/** A position and what it belongs to where its name alone does not say it: `Intern (Cardiology)`. */
export function qualifiedName({ name, team }: { name: string; team: string }): string {
  return `${name} (${team})`;
}

/** What each position is called beside its hospital: its name, with its team where another of the hospital has the same. */
export function namesInHospital({ positions }: Roster): (position: RosterPosition) => string {
  const key = ({ hospital, name }: RosterPosition) => JSON.stringify([hospital, name]);
  const seen = new Map<string, number>();
  for (const each of positions) seen.set(key(each), (seen.get(key(each)) ?? 0) + 1);
  return (position) => seen.get(key(position))! > 1 ? qualifiedName(position) : position.name;
}

/** Posts of a position in a term (from 1), 0 where the run says nothing. */
export function postsOf(position: RosterPosition, term: number): number {
  return position.posts[term - 1] ?? 0;
}

/** How many lines hold a position in a term: `held(position, term)`. */
export function heldPosts(roster: Roster): (position: RosterPosition, term: number) => number {
  const held = new Map<string, number>();
  for (const { term, position } of roster.lines.flatMap((line) => line.rotations)) {
    const cell = `${position} ${term}`;
    held.set(cell, (held.get(cell) ?? 0) + 1);
  }
  return ({ id }, term) => held.get(`${id} ${term}`) ?? 0;
}

/**
 * A name that every file system takes: letters, digits and hyphens.
 * @param extension without the dot
 */
export function fileName({ org, name }: Named, what: string, extension: string): string {
  const words = `${org} ${name} ${what}`.normalize("NFKD").replaceAll(/[\u0300-\u036f]/g, "");
  return `${
    words.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 120)
  }.${extension}`;
}
