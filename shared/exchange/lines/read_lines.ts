// Job lines from a file: the roster that Victorian planners submit (weeks as columns, merged blocks, hospitals, categories and
// leave below them), a column for each term or block, or a row for each rotation with its term or its days.

import type { Mapping } from "../mappings.ts";
import type { Roster } from "../roster.ts";
import { faultAt, type Table } from "../table.ts";
import { byRotations } from "./by_rotations.ts";
import { byTerms } from "./by_terms.ts";
import { byWeeks, weekColumns } from "./by_weeks.ts";
import { askedLineColumns, findLineColumns } from "./columns.ts";
import type { NewPositions } from "./new_positions.ts";
import { LinesReader, type ReadLines } from "./reading.ts";

/**
 * Reads lines in whichever layout they have.
 * @param mapping what somebody said of the columns; null: by their headers alone
 * @param fresh makes positions that are not there; null: they are faults
 */
export function readLines(
  table: Table,
  roster: Roster,
  mapping: Mapping | null = null,
  fresh: NewPositions | null = null,
): ReadLines & { asked: Record<string, unknown> | null } {
  const reader = new LinesReader(table, roster, fresh);
  const isMapped = Object.values(mapping?.columns ?? {}).some((header) => header !== "");
  const weeks = isMapped ? null : weekColumns(table, roster);
  if (weeks) return { ...byWeeks(reader, weeks), asked: null };
  const terms = roster.allocation_run.term_weeks.length;
  const columns = findLineColumns(table, terms, mapping);
  if (columns?.layout === "terms") return { ...byTerms(reader, columns), asked: null };
  if (columns) return { ...byRotations(reader, columns), asked: null };
  reader.faults.push(faultAt(table, 0, null, null, {
    code: "NO_LINES_FOUND",
    message:
      "No roster was found: neither a row of weeks (numbers from 1, or Mondays), nor columns Term 1, Term 2 ..., nor columns Line, Position and Term, or From and To.",
  }));
  return {
    layout: "weeks",
    lines: [],
    faults: reader.faults,
    leftAlone: [],
    asked: askedLineColumns(table, terms, mapping),
  };
}
