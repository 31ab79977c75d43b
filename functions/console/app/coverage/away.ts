// Who is on leave in each week of the year: of all lines, and of the lines that stand in each team then. Pure.

import type { JobLine } from "../../../../shared/client/mod.ts";
import { NOWHERE, type Place } from "../data/posts.ts";
import { weeksBetween } from "../roster/roster.ts";

/** Lines away in a week, and lines there are. */
export interface AwayWeek {
  away: number;
  lines: number;
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

/** Shares from which a week is marked: those that the planner keeps unless the rule of annual leave says others. */
export const MOST_AWAY = { all: 0.2, team: 0.34 };

/** All lines first, then the teams, the emptiest week first; teams without leave are left out. */
export function awayByWeek(
  lines: readonly JobLine[],
  places: ReadonlyMap<string, Place>,
  startsOn: string,
  weeks: number,
): AwayRow[] {
  const table = () => Array.from({ length: weeks }, (): AwayWeek => ({ away: 0, lines: 0 }));
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
  const rowOf = (team: string, hospital: string, weeks: AwayWeek[]): AwayRow => ({
    team,
    hospital,
    weeks,
    worst: Math.max(0, ...weeks.map(shareOf)),
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

/** Whether so many are away that a unit is nearly empty; one of a team always may be. */
export function isThin(row: AwayRow, week: AwayWeek): boolean {
  return row.team === ""
    ? shareOf(week) > MOST_AWAY.all
    : week.away > 1 && shareOf(week) > MOST_AWAY.team;
}
