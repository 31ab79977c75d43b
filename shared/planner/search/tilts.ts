// What lines are worth less in the program of a dive, so that hardly any two of its bases are worth the same.

import { lineAt } from "../model/lines.ts";
import type { PlannerTables } from "../model/tables.ts";

/**
 * Most of it. Where values are whole numbers four fifths of all lines are worth nothing above what their posts cost, and the
 * dual simplex goes through thousands of pivots that change nothing: GLPK tilts costs itself after 200 of those, but takes it
 * back where a unit ends, so that the next one has to begin by what it was rid of.
 */
const TILT = 1;
/** Terms of the year from which on that is so. */
const TILTED_TERMS = 10;

/**
 * [i] what the line `only[i]` is worth less. It follows from its positions alone, so that a program that is built anew is the
 * same one, and not as a sum over them, since lines that exchange positions would be worth the same together as before.
 * @param cells of the pool, row-major
 */
export function tiltsOf(
  { year, terms }: PlannerTables,
  cells: Int32Array,
  only: Int32Array,
): Float64Array {
  if (year < TILTED_TERMS) return new Float64Array(only.length);
  return Float64Array.from(only, (j) => TILT * shareOf(lineAt(cells, j, terms)));
}

/** A number from 0 to 1 for a line, as if it were random (FNV-1a, and a last round of mixing). */
function shareOf(line: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const position of line) hash = Math.imul(hash ^ position, 0x01000193);
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
  return ((hash ^ hash >>> 12) >>> 0) / 2 ** 32;
}
