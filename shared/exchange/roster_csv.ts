// The roster as CSV: one row per rotation, for programs and pivot tables.

import {
  doctorsOf,
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
  rotation: RosterRotation;
  position: RosterPosition;
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
  hospital: ({ position }) => position.hospital,
  team: ({ position }) => position.team,
  position: ({ position }) => position.name,
  specialty: ({ position }) => position.specialty,
  subspecialty: ({ position }) => position.subspecialty,
  categories: ({ position }) => position.experience_categories.join(", "),
  service: ({ position }) => yesNo(position.is_service),
  rural: ({ position }) => yesNo(position.is_rural),
  nights_relief: ({ position }) => yesNo(position.is_nights_relief),
  clinical_team: ({ position }) => yesNo(position.is_clinical_team),
  non_clinical: ({ position }) => yesNo(position.is_non_clinical),
  fte: ({ position }) => position.fte,
  leave_weeks: leaveWeeks,
  remarks: ({ line }) => remarksOf(line) || null,
  doctors: ({ roster, line }) => doctorsOf(line, roster) || null,
};

/** Names of the columns. */
export const ROSTER_CSV_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** The roster as text; see {@link csvText}. */
export function rosterCsv(roster: Roster): string {
  const positions = positionsById(roster);
  const rows = roster.lines.flatMap((line, i) =>
    line.rotations.flatMap((rotation) => {
      const position = positions.get(rotation.position);
      return position ? [{ roster, line, order: i + 1, rotation, position }] : [];
    })
  );
  return csvText([
    [...ROSTER_CSV_COLUMNS],
    ...rows.map((row) => Object.values(COLUMNS).map((value) => value(row))),
  ]);
}

function yesNo(flag: boolean): string {
  return flag ? "Yes" : "No";
}

/** Weeks of annual leave within a rotation, e.g. "12-13, 40". */
function leaveWeeks({ roster, line, rotation }: Row): string {
  const term = weeksOf(roster, rotation);
  return line.leave.map((period) => weeksOf(roster, period)).flatMap(({ first, last }) => {
    const [from, to] = [Math.max(first, term.first) + 1, Math.min(last, term.last) + 1];
    return from > to ? [] : [from === to ? `${from}` : `${from}-${to}`];
  }).join(", ");
}
