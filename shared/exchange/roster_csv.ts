// The roster as CSV: one row per rotation, for programs and pivot tables.

import {
  doctorsOf,
  mondayOf,
  positionsById,
  remarksOf,
  type Roster,
  type RosterLine,
  type RosterPosition,
  type RosterRotation,
  weeksOf,
} from "./roster.ts";
import { csvText } from "./texts.ts";

/** What a row is made of. */
interface Row {
  roster: Roster;
  line: RosterLine;
  /** Its place among the lines, from 1. */
  order: number;
  rotation: Omit<RosterRotation, "position">;
  /** Null: the line is away in a term in which it works nowhere. */
  position: RosterPosition | null;
}

/** Columns in their order; dates are `YYYY-MM-DD`, weeks count from 1, flags are Yes or No. */
const COLUMNS: Record<string, (row: Row) => string | number | null> = {
  line: ({ line }) => line.name,
  line_order: ({ order }) => order,
  pinned: ({ line }) => yesNo(line.is_locked),
  pathway: ({ line }) => line.pathway,
  line_affinity: ({ line }) => line.affinity,
  term: ({ rotation }) => rotation.term,
  starts_on: ({ rotation }) => rotation.starts_on,
  ends_on: ({ rotation }) => rotation.ends_on,
  first_week: ({ roster, rotation }) => weeksOf(roster, rotation).first + 1,
  last_week: ({ roster, rotation }) => weeksOf(roster, rotation).last + 1,
  hospital: ({ position }) => position?.hospital ?? null,
  team: ({ position }) => position?.team ?? null,
  position: ({ position }) => position?.name ?? null,
  specialty: ({ position }) => position?.specialty ?? null,
  subspecialty: ({ position }) => position?.subspecialty ?? null,
  categories: ({ position }) => position?.experience_categories.join(", ") ?? null,
  service: ({ position }) => yesNo(position?.is_service),
  rural: ({ position }) => yesNo(position?.is_rural),
  nights_relief: ({ position }) => yesNo(position?.is_nights_relief),
  clinical_team: ({ position }) => yesNo(position?.is_clinical_team),
  non_clinical: ({ position }) => yesNo(position?.is_non_clinical),
  fte: ({ position }) => position?.fte ?? null,
  leave_weeks: leaveWeeks,
  remarks: ({ line }) => remarksOf(line) || null,
  doctors: ({ roster, line }) => doctorsOf(line, roster) || null,
};

/** Names of the columns. */
const ROSTER_CSV_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** The roster as text; see {@link csvText}. */
export function rosterCsv(roster: Roster): string {
  const positions = positionsById(roster);
  const rows = roster.lines.flatMap((line, i): Row[] => [
    ...line.rotations.flatMap((rotation) => {
      const position = positions.get(rotation.position);
      return position ? [{ roster, line, order: i + 1, rotation, position }] : [];
    }),
    ...restsOf(roster, line).map((rotation) => ({
      roster,
      line,
      order: i + 1,
      rotation,
      position: null,
    })),
  ]);
  return csvText([
    [...ROSTER_CSV_COLUMNS],
    ...rows.map((row) => Object.values(COLUMNS).map((value) => value(row))),
  ]);
}

function yesNo(flag: boolean | undefined): string | null {
  return flag === undefined ? null : flag ? "Yes" : "No";
}

/** Terms in which a line is away and works nowhere. */
function restsOf(roster: Roster, line: RosterLine): Row["rotation"][] {
  const works = new Set(line.rotations.map(({ term }) => term));
  let first = 0;
  return roster.allocation_run.term_weeks.flatMap((weeks, i) => {
    const last = first + weeks - 1;
    const term = {
      term: i + 1,
      starts_on: dayOf(mondayOf(roster, first)),
      ends_on: dayOf(mondayOf(roster, last), 6),
    };
    const isAway = line.leave.some((period) => {
      const span = weeksOf(roster, period);
      return span.first <= last && span.last >= first;
    });
    first += weeks;
    return works.has(term.term) || !isAway ? [] : [term];
  });
}

function dayOf(date: Date, later = 0): string {
  return new Date(date.getTime() + later * 86_400_000).toISOString().slice(0, 10);
}

/** Weeks of annual leave within a rotation, e.g. "12-13, 40". */
function leaveWeeks({ roster, line, rotation }: Row): string {
  const term = weeksOf(roster, rotation);
  return line.leave.map((period) => weeksOf(roster, period)).flatMap(({ first, last }) => {
    const [from, to] = [Math.max(first, term.first) + 1, Math.min(last, term.last) + 1];
    return from > to ? [] : [from === to ? `${from}` : `${from}-${to}`];
  }).join(", ");
}
