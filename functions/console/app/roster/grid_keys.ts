// Keyboard navigation of a grid, after the ARIA practices: one cell takes the focus, arrow keys move it.

import type { Row, Stretch } from "./roster.ts";

/** A stop of the focus: the pin, the name, the affinity, or the cell that covers a week of the year. */
export interface Stop {
  /** Id of the line. */
  line: string;
  column: "pin" | "name" | "affinity" | number;
}

const LEADING = ["pin", "name", "affinity"] as const;
/** Rows that PageUp and PageDown pass. */
const PAGE = 10;

/** The cell of a row that covers a week. */
export function cellAt<C extends Stretch>(cells: readonly C[], week: number): C | undefined {
  return cells.find(({ start, weeks }) => week >= start && week < start + weeks);
}

/**
 * Where a key leads.
 * @param rows as they are shown
 * @param key as in `KeyboardEvent.key`
 * @param control whether Ctrl or Cmd is held
 * @returns null where the key moves nothing
 */
export function moveFocus(
  rows: readonly Row[],
  from: Stop,
  key: string,
  control: boolean,
): Stop | null {
  const index = Math.max(0, rows.findIndex(({ id }) => id === from.line));
  const row = rows[index];
  if (!row) return null;
  const to = (line: number, column = from.column): Stop => ({
    line: rows[Math.min(rows.length - 1, Math.max(0, line))].id,
    column,
  });
  switch (key) {
    case "ArrowUp":
      return to(index - 1);
    case "ArrowDown":
      return to(index + 1);
    case "PageUp":
      return to(index - PAGE);
    case "PageDown":
      return to(index + PAGE);
    case "ArrowLeft":
      return to(index, beside(row, from.column, -1));
    case "ArrowRight":
      return to(index, beside(row, from.column, 1));
    case "Home":
      return to(control ? 0 : index, LEADING[0]);
    case "End":
      return to(control ? rows.length - 1 : index, row.cells.at(-1)?.start ?? LEADING[0]);
    default:
      return null;
  }
}

function beside(row: Row, column: Stop["column"], step: 1 | -1): Stop["column"] {
  const stops: Stop["column"][] = [...LEADING, ...row.cells.map(({ start }) => start)];
  const here = typeof column === "number" ? cellAt(row.cells, column)?.start ?? LEADING[0] : column;
  return stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(here) + step))];
}

/** Whether a stop is the given one of a row: a cell counts for all the weeks that it covers. */
export function isStop(row: Row, stop: Stop | null, column: Stop["column"]): boolean {
  if (!stop || stop.line !== row.id) return false;
  if (typeof stop.column === "number" && typeof column === "number") {
    return cellAt(row.cells, stop.column)?.start === column;
  }
  return stop.column === column;
}
