// Who is on leave in each week of the year: of all lines, and of the lines that stand in each team then. Pure.

import type { ConstraintEntry, JobLine } from "../../../../shared/client/mod.ts";
import { mostAway } from "../../../../shared/planner/leave/spread.ts";
import { NOWHERE, type Place } from "../data/posts.ts";
import { weeksBetween } from "../roster/roster.ts";

/** Lines away in a week, lines there are, and how many of them may be away. */
export interface AwayWeek {
  away: number;
  lines: number;
  most: number;
}

/** A row of weeks. */
export interface AwayRow {
  /** Empty: all lines. */
  team: string;
  hospital: string;
  weeks: AwayWeek[];
  /** The largest share of a week. */
  worst: number;
}

/** The shares that may be away in a week. */
export interface AwayShares {
  all: number;
  team: number;
}

/** Those that the planner keeps, unless the rule of annual leave says others. */
export const MOST_AWAY: AwayShares = { all: 0.2, team: 0.34 };

/** What a run's rules say. */
export function sharesOf(constraints: readonly ConstraintEntry[]): AwayShares {
  const entry = constraints.findLast((each) => nameOf(each) === "ANNUAL_LEAVE");
  const value = typeof entry === "object" ? entry.value : null;
  const { week_share: all, team_share: team } = (value ?? {}) as Record<string, unknown>;
  return {
    all: typeof all === "number" ? all : MOST_AWAY.all,
    team: typeof team === "number" ? team : MOST_AWAY.team,
  };
}

const nameOf = (entry: ConstraintEntry) => typeof entry === "string" ? entry : entry.name;

/** All lines first, then the teams, the emptiest week first; teams without leave are left out. */
export function awayByWeek(
  lines: readonly JobLine[],
  places: ReadonlyMap<string, Place>,
  startsOn: string,
  weeks: number,
  shares: AwayShares = MOST_AWAY,
): AwayRow[] {
  const table = () =>
    Array.from({ length: weeks }, (): AwayWeek => ({ away: 0, lines: 0, most: 0 }));
  const all = table();
  const teams = new Map<string, AwayWeek[]>();
  for (const line of lines) {
    const away = new Set<number>();
    for (const { starts_on, ends_on } of line.leave) {
      const last = weeksBetween(startsOn, ends_on);
      for (let week = weeksBetween(startsOn, starts_on); week <= last; week++) away.add(week);
    }
    for (const { starts_on, ends_on, position } of line.rotations) {
      const team = teams.get(position.team) ?? table();
      teams.set(position.team, team);
      const first = Math.max(0, weeksBetween(startsOn, starts_on));
      const last = Math.min(weeks - 1, weeksBetween(startsOn, ends_on));
      for (let week = first; week <= last; week++) {
        for (const count of [all[week], team[week]]) {
          count.lines++;
          if (away.has(week)) count.away++;
        }
      }
    }
  }
  const rowOf = (team: string, hospital: string, counted: AwayWeek[]): AwayRow => ({
    team,
    hospital,
    weeks: counted.map((week) => ({
      ...week,
      most: mostAway(week.lines, team === "" ? shares.all : shares.team),
    })),
    worst: Math.max(0, ...counted.map(shareOf)),
  });
  const rows = [...teams].map(([id, weeks]) => {
    const { team, hospital } = places.get(id) ?? NOWHERE;
    return rowOf(team || "A team", hospital, weeks);
  }).filter(({ worst }) => worst > 0);
  return [
    rowOf("", "", all),
    ...rows.sort((a, b) => b.worst - a.worst || (a.team < b.team ? -1 : 1)),
  ];
}

/** The share of lines that are away. */
export function shareOf({ away, lines }: AwayWeek): number {
  return lines === 0 ? 0 : away / lines;
}

/** Whether more are away than may be; one always may. */
export function isThin({ away, most }: AwayWeek): boolean {
  return away > most;
}
