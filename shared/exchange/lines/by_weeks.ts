// Job lines in the layout that Victorian planners submit: weeks as columns, a block for each rotation, hospitals, categories and
// leave below it.

import { headerKey } from "../cells.ts";
import { dateOf, type Roster, yearWeeks } from "../roster.ts";
import { type Cell, isBlank, isSeen, type Spot, type Table } from "../table.ts";
import { foldText } from "../../platform/texts.ts";
import { LEAVE_WORD, type LinesReader, type ReadLine, type ReadLines, spansOf } from "./reading.ts";

const HEAD_ROWS = 15;

/** Where the weeks of the year stand. */
export interface WeekColumns {
  /** The last row of headers. */
  head: number;
  /** Column of each week, from 0. */
  columns: number[];
}

/** The row whose cells count the weeks of the year, or give their Mondays. */
export function weekColumns(table: Table, roster: Roster): WeekColumns | null {
  const weeks = yearWeeks(roster);
  const start = dateOf(roster.allocation_run.starts_on).getTime();
  let best: { row: number; columns: number[] } | null = null;
  for (let row = 0; row < Math.min(HEAD_ROWS, table.rows.length); row++) {
    const columns: number[] = [];
    for (const [column, cell] of table.rows.row(row).entries()) {
      const week = cell instanceof Date
        ? Math.round((cell.getTime() - start) / (7 * 86_400_000))
        : typeof cell === "number" ||
            (typeof cell === "string" && /^(?:w(?:eek|k)?\s*)?\d{1,2}$/i.test(foldText(cell)))
        ? Number(String(cell).replace(/\D/g, "")) - 1
        : -1;
      if (week >= 0 && week < weeks && columns[week] === undefined) columns[week] = column;
    }
    const found = columns.filter((column) => column !== undefined).length;
    if (
      found === weeks && weeks >= 4 &&
      columns.every((column, i) => i === 0 || column > columns[i - 1])
    ) {
      best = { row, columns };
    }
  }
  return best && { head: best.row, columns: best.columns };
}

/** What a row of a line's group says. */
type RowKind = "rotation" | "hospital" | "categories" | "leave" | "other";

const ROW_KINDS: [RowKind, RegExp][] = [
  ["leave", /^(annual)?leave$|^al$/],
  ["hospital", /^(hospital|site|campus)$/],
  ["categories", /^(categories|category|clinicalexperiencecategories|cec)$/],
  ["rotation", /^(rotation|position|unit|term|roster|line)$/],
];

/** The layout that is submitted. */
export function byWeeks(reader: LinesReader, { head, columns }: WeekColumns): ReadLines {
  const lines: ReadLine[] = [];
  const seen = new Map<string, Spot>();
  const firstWeek = columns[0];
  const groups: { name: string; spot: Spot; rows: number[] }[] = [];
  const headed = lastHeader(reader.table, head, firstWeek);
  for (let row = headed + 1; row < reader.table.rows.length; row++) {
    const named = leading(reader, row, firstWeek);
    const group = groups.at(-1);
    if (named && named.kind === undefined) {
      groups.push({ name: named.text, spot: { row, column: named.column }, rows: [row] });
    } else if (group) group.rows.push(row);
  }
  for (const { name, spot, rows } of groups) {
    if (reader.isRepeated(seen, name, spot)) continue;
    lines.push(weekLine(reader, name, spot, rows, columns));
  }
  if (lines.length === 0) {
    reader.fault({ row: head, column: 0 }, null, "NO_ROWS", "has no lines below it");
  }
  return { layout: "weeks", lines, faults: reader.faults, leftAlone: [] };
}

/** The cells of a row before a column. */
function cellsBefore({ table: { rows } }: LinesReader, row: number, column: number): Cell[] {
  return Array.from({ length: column }, (_, n) => rows.cell(row, n));
}

/** What stands before the weeks of a row: the line's name, or only what kind of row it is. */
function leading(
  reader: LinesReader,
  row: number,
  firstWeek: number,
): { text: string; column: number; kind?: RowKind } | null {
  const texts = cellsBefore(reader, row, firstWeek).flatMap((cell, column) =>
    isBlank(cell) ? [] : [{ text: foldText(String(cell)), column }]
  );
  const [first] = texts;
  if (!first) return null;
  const kind = kindOf(first.text);
  return kind && texts.length === 1 ? { ...first, kind } : first;
}

function weekLine(
  reader: LinesReader,
  name: string,
  spot: Spot,
  rows: number[],
  columns: number[],
): ReadLine {
  const kinds = rows.map((row, i) => rowKind(reader, row, columns, i === 0));
  const rowOf = (kind: RowKind) => rows[kinds.indexOf(kind)];
  const rotations = rowOf("rotation");
  const below = { hospitals: rowOf("hospital"), categories: rowOf("categories") };
  const line: ReadLine = { name, spot, terms: [], leave: null };
  let first = 0;
  for (const [i, weeks] of reader.roster.allocation_run.term_weeks.entries()) {
    if (rotations !== undefined) {
      line.terms[i] = block(reader, rotations, below, columns, { first, weeks, term: i + 1 });
    }
    first += weeks;
  }
  line.leave = leaveOf(reader, rows, kinds, columns);
  return line;
}

function rowKind(reader: LinesReader, row: number, columns: number[], isFirst: boolean): RowKind {
  const labels = cellsBefore(reader, row, columns[0]).filter((cell) => !isBlank(cell));
  const labelled = labels.map((cell) => kindOf(foldText(String(cell)))).find(Boolean);
  if (labelled) return labelled;
  if (isFirst) return "rotation";
  const values = columns.map((column) => reader.table.rows.cell(row, column)).filter((cell) =>
    !isBlank(cell)
  )
    .map((cell) => foldText(String(cell)));
  if (values.length === 0) return "other";
  if (values.every((value) => LEAVE_WORD.test(value))) return "leave";
  if (values.every((value) => /^[A-D](?:\s*[,/+&]?\s*[A-D])?$/i.test(value))) return "categories";
  const known = new Set(reader.roster.positions.map(({ hospital }) => hospital.toLowerCase()));
  return values.every((value) => known.has(value.toLowerCase())) ? "hospital" : "other";
}

/** The position of a term: what stands in its weeks, which must be one block. */
function block(
  reader: LinesReader,
  rotations: number,
  below: { hospitals: number | undefined; categories: number | undefined },
  columns: number[],
  { first, weeks, term }: { first: number; weeks: number; term: number },
) {
  const header = `Term ${term}`;
  const found: { text: string; spot: Spot }[] = [];
  let before = reader.covering(rotations, columns[first]);
  for (let week = first; week < first + weeks; week++) {
    const spot = reader.covering(rotations, columns[week]);
    // The same range says nothing new.
    if (week > first && spot.row === before.row && spot.column === before.column) continue;
    const text = reader.text(spot.row, spot.column, header);
    // Leave is written over the block it lies in; a blank week belongs to what stands before it.
    if (text === undefined || LEAVE_WORD.test(text)) continue;
    if (!found.some((each) => each.text === text)) found.push({ text, spot });
    before = spot;
  }
  if (found.length === 0) return undefined;
  if (found.length > 1) {
    reader.fault(
      found[1].spot,
      header,
      "BLOCK_NOT_A_TERM",
      `holds ${found.map(({ text }) => JSON.stringify(text)).join(" and ")} within weeks ${
        first + 1
      } to ${first + weeks}; a rotation lasts a whole term of this allocation run`,
    );
    return undefined;
  }
  const [{ text, spot }] = found;
  const under = (row: number | undefined) =>
    row === undefined ? undefined : reader.covered(row, columns[first], header);
  const hospital = under(below.hospitals);
  const categories = categoriesIn(under(below.categories));
  const position = reader.position(
    {
      name: text,
      ...hospital !== undefined && { hospital },
      ...categories && { experience_categories: categories },
    },
    spot,
    header,
  );
  return position && { position, spot };
}

/** Categories as they stand below a block, e.g. "A, C"; what else stands there is behind a semicolon. */
function categoriesIn(text: string | undefined): string[] | null {
  const letters = text?.split(";")[0].toUpperCase().replaceAll(/[\s,/+&]+/g, "") ?? "";
  return /^[A-D]{1,2}$/.test(letters) ? [...new Set(letters)].sort() : null;
}

/** Weeks that hold "Leave", in any row of the line; null where no row is of leave and none holds it. */
function leaveOf(
  reader: LinesReader,
  rows: number[],
  kinds: RowKind[],
  columns: number[],
): ReadLine["leave"] {
  const weeks = columns.map((column) =>
    rows.some((row) => {
      const spot = reader.covering(row, column);
      return isLeave(reader.table.rows.cell(spot.row, spot.column));
    })
  );
  if (!kinds.includes("leave") && !weeks.includes(true)) return null;
  return spansOf(weeks);
}

/** Letters that words for leave begin with. */
const LEAVE_LETTERS = [..."aAlL"].map((letter) => letter.charCodeAt(0));

/** Whether a cell says that a line is away. Most say something else, which is told by their first letter. */
function isLeave(cell: Cell): boolean {
  if (typeof cell !== "string") return false;
  const first = cell.charCodeAt(0);
  return (!isSeen(first) || LEAVE_LETTERS.includes(first)) && LEAVE_WORD.test(foldText(cell));
}

function kindOf(text: string): RowKind | undefined {
  const key = headerKey(text);
  return ROW_KINDS.find(([, pattern]) => pattern.test(key))?.[0];
}

/** The last row that still belongs to the headers: weeks may be followed by Mondays, or the other way round. */
function lastHeader(table: Table, head: number, firstWeek: number): number {
  let last = head;
  for (let row = head + 1; row <= head + 2; row++) {
    const values = table.rows.row(row).slice(firstWeek).filter((cell) => !isBlank(cell));
    if (
      values.length > 3 && values.every((cell) => cell instanceof Date || typeof cell === "number")
    ) last = row;
  }
  return last;
}
