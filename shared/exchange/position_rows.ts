// A table becomes positions: headers are found, every cell is checked, and each fault is told with its place.

import { foldText } from "../platform/texts.ts";
import { headerKey, parseCell } from "./cells.ts";
import {
  askedColumns,
  type AskedField,
  headersIn,
  headRow,
  isSameHeader,
  type Mapping,
} from "./mappings.ts";
import {
  headerKeys,
  type PositionColumn,
  positionColumns,
  type PositionDocument,
} from "./position_columns.ts";
import {
  type CellFault,
  type Fault,
  faultAt,
  faultSentence,
  isBlank,
  noRows,
  type Table,
} from "./table.ts";
import { faultList } from "./refusals.ts";

/** What a table says. `rows[i]` stands in row `numbers[i]` of the table, from 0. */
export interface PositionRows {
  rows: PositionDocument[];
  numbers: number[];
  /** Where each column stands, from 0; -1: one value stands for all rows. */
  places: Map<PositionColumn, number>;
  faults: CellFault[];
  /** Where the headers stand, from 0; -1: the table is blank. */
  head: number;
  /** Headers of columns that nothing was read from. */
  leftAlone: string[];
  /** The columns were not understood: what a page needs to ask for them; else null. */
  asked: Record<string, unknown> | null;
}

/** A column that planners may add for themselves; it is not read. */
const NOTES = "notes";

/** The field of posts of a file that has one column of them for the whole year. */
const POSTS_ALL_YEAR = "posts";
/** What such a column is headed with, where there is none for each term. */
const POSTS_NAMES = [
  "posts",
  "numberofposts",
  "headcount",
  "positions",
  "maxresidents",
  "maxdoctors",
];

/** The key of a column as somebody names it: of columns that there are for each term with the term, `posts_3`. */
function fieldKey({ key, term }: PositionColumn): string {
  return term === undefined ? key : `${key}_${term}`;
}

/** Fields that one value may stand for in all rows. */
const FIXED = ["hospital", "team", "specialty", POSTS_ALL_YEAR];

/** What somebody is asked of the columns of positions. */
function askedFields(columns: readonly PositionColumn[]): AskedField[] {
  const fields = columns.filter(({ key }) => key !== "id" && key !== "version").map((column) => {
    const key = fieldKey(column);
    const { header, help, required } = column;
    return { key, header, help, needed: required, ...FIXED.includes(key) && { fixed: true } };
  });
  const at = fields.findIndex(({ key }) => key === "posts_1");
  const all = {
    key: POSTS_ALL_YEAR,
    header: "Posts in each term",
    help: "Where one column says it for the whole year.",
    needed: false,
    fixed: true,
  };
  return [...fields.slice(0, at), all, ...fields.slice(at)];
}

/** Keys of the fields that somebody may name. */
export function positionFieldKeys(terms: number): string[] {
  return askedFields(positionColumns(terms)).map(({ key }) => key);
}

/** Where the headers stand. */
export function positionHead(table: Table, terms: number, mapping: Mapping | null): number {
  const keys = new Set(positionColumns(terms).flatMap(headerKeys));
  return headRow(table, mapping, (header) => keys.has(headerKey(header)));
}

/** What somebody is asked of the columns of a table, whatever is known of them. */
export function askPositionColumns(
  table: Table,
  terms: number,
  mapping: Mapping | null,
): Record<string, unknown> {
  const head = positionHead(table, terms, mapping);
  const columns = positionColumns(terms);
  const known = head < 0 ? {} : findColumns(table, head, columns, terms, mapping).known;
  return askedColumns(table, head, askedFields(columns), known);
}

/**
 * Reads positions from a table.
 * @param terms how many terms the allocation run has
 * @param mapping what somebody said of its columns: others are left alone then; null: every column has to be known
 */
export function readPositionRows(
  table: Table,
  terms: number,
  mapping: Mapping | null = null,
): PositionRows {
  const columns = positionColumns(terms);
  const head = positionHead(table, terms, mapping);
  const result: PositionRows = {
    rows: [],
    numbers: [],
    places: new Map(),
    faults: [],
    head,
    leftAlone: [],
    asked: null,
  };
  if (head < 0) return { ...result, faults: [noRows(table, 0, "positions")] };
  const { places, known, faults, leftAlone } = findColumns(table, head, columns, terms, mapping);
  Object.assign(result, { places, faults, leftAlone });
  if (faults.length > 0) result.asked = askedColumns(table, head, askedFields(columns), known);
  faults.push(...mergedCells(table, head));
  if (faults.length > 0) return result;
  for (let row = head + 1; row < table.rows.length; row++) {
    const cells = table.rows.row(row);
    if ([...places.values()].every((place) => isBlank(cells[place]))) continue;
    result.rows.push(readRow(table, row, places, mapping?.values ?? {}, faults));
    result.numbers.push(row);
  }
  if (result.rows.length === 0) faults.push(noRows(table, head, "positions"));
  faults.push(...repeatedRows(table, result));
  return result;
}

/** Where each column stands, and what is wrong with the headers. */
function findColumns(
  table: Table,
  head: number,
  columns: PositionColumn[],
  terms: number,
  mapping: Mapping | null,
) {
  const { places, said, known: named } = saidColumns(table, head, columns, mapping);
  const faults = faultList();
  const leftAlone: string[] = [];
  const known = new Map(
    columns.flatMap((column) => headerKeys(column).map((key) => [key, column])),
  );
  for (const [place, cell] of table.rows.row(head).entries()) {
    const fault = (code: string, message: string) =>
      faults.push(faultAt(table, head, place, null, { code, message }));
    if (isBlank(cell)) {
      if (!mapping && hasCellBelow(table, head, place)) {
        fault("MISSING_HEADER", "The column has cells but no header in its first row.");
      }
      continue;
    }
    if ([...places.values()].includes(place)) continue;
    const key = headerKey(String(cell));
    if (POSTS_NAMES.includes(key) && !said.has(POSTS_ALL_YEAR)) {
      const free = columns.filter((each) => each.key === "posts" && !places.has(each));
      if (free.length === terms && !hasPostsByTerm(table, head, known)) {
        for (const each of free) places.set(each, place);
        named[POSTS_ALL_YEAR] = foldText(String(cell));
        continue;
      }
    }
    const column = known.get(key);
    if (column === undefined || said.has(fieldKey(column))) {
      if (mapping) leftAlone.push(foldText(String(cell)));
      else if (key !== NOTES) fault("UNKNOWN_COLUMN", unknownColumn(String(cell), key, terms));
    } else if (places.has(column)) {
      fault("DUPLICATE_COLUMN", `There is a second column "${column.header}".`);
    } else {
      places.set(column, place);
      named[fieldKey(column)] = foldText(String(cell));
    }
  }
  for (const column of missingColumns(columns, places)) {
    faults.push(faultAt(table, head, null, column.header, {
      code: "MISSING_COLUMN",
      message: `The column "${column.header}" is missing. ${column.help}`,
    }));
  }
  return { places, known: named, faults, leftAlone };
}

/** Whether there is anything in a column below its header. */
function hasCellBelow({ rows }: Table, head: number, place: number): boolean {
  for (let row = head + 1; row < rows.length; row++) {
    if (!isBlank(rows.cell(row, place))) return true;
  }
  return false;
}

/** Whether some column is of the posts of one term. */
function hasPostsByTerm(table: Table, head: number, known: Map<string, PositionColumn>): boolean {
  return headersIn(table, head).some(({ header }) => known.get(headerKey(header))?.key === "posts");
}

/** The columns that somebody named, and the fields that they spoke of. */
function saidColumns(
  table: Table,
  head: number,
  columns: PositionColumn[],
  mapping: Mapping | null,
) {
  const places = new Map<PositionColumn, number>();
  const known: Record<string, string> = {};
  const headers = headersIn(table, head);
  const fields = new Set([
    ...Object.keys(mapping?.columns ?? {}),
    ...Object.keys(mapping?.values ?? {}),
  ]);
  for (const field of fields) {
    const header = mapping!.columns[field] ?? "";
    const value = mapping!.values?.[field] ?? "";
    const place = header === ""
      ? value === "" ? undefined : -1
      : headers.find((each) => isSameHeader(each.header, header))?.place;
    if (place === undefined) continue;
    if (header !== "") known[field] = header;
    const meant = columns.filter((column) =>
      fieldKey(column) === field || field === POSTS_ALL_YEAR && column.key === "posts"
    );
    // A column of one term says more than one of the whole year.
    for (const column of meant) {
      if (fieldKey(column) === field || !places.has(column)) places.set(column, place);
    }
  }
  return { places, said: fields, known };
}

function unknownColumn(header: string, key: string, terms: number): string {
  return /^(posts|minimum(fill)?)(term)?\d+$/.test(key)
    ? `"${header.trim()}": the allocation run has ${terms} term${terms === 1 ? "" : "s"}.`
    : `There is no column "${header.trim()}". Rename it as in the template, or head it "Notes" and it is left alone.`;
}

/** Columns that a table cannot do without: those of names, and all terms where there is one. */
function missingColumns(
  columns: PositionColumn[],
  places: Map<PositionColumn, number>,
): PositionColumn[] {
  const started = new Set([...places.keys()].filter(({ term }) => term).map(({ key }) => key));
  return columns.filter((column) =>
    !places.has(column) && (column.required || (column.term && started.has(column.key)))
  );
}

/** Merged cells hide values: in one row they are harmless above the headers only. */
function mergedCells(table: Table, head: number): CellFault[] {
  return table.merges.filter(({ endRow }) => endRow >= head).map(({ startRow, startCol }) =>
    faultAt(table, startRow, startCol, null, {
      code: "MERGED_CELLS",
      message: "Cells are merged here; unmerge them, so that each has its own value.",
    })
  );
}

function readRow(
  table: Table,
  row: number,
  places: Map<PositionColumn, number>,
  values: Record<string, string>,
  faults: CellFault[],
): PositionDocument {
  const document: Record<string, unknown> = {};
  for (const [column, place] of places) {
    const cell = place < 0
      ? values[fieldKey(column)] ?? values[POSTS_ALL_YEAR]
      : table.rows.cell(row, place);
    const parsed = parseCell(cell, column.parse);
    if ("fault" in parsed) {
      const at = place < 0 ? null : place;
      faults.push(faultAt(table, row, at, column.header, sentence(column, parsed.fault)));
    } else if (column.term !== undefined) {
      const list = (document[column.key] ??= []) as unknown[];
      list[column.term - 1] = parsed.value;
    } else if (parsed.value !== undefined) document[column.key] = parsed.value;
  }
  faults.push(...highMinimums(table, row, places, document));
  return document as unknown as PositionDocument;
}

function sentence(column: PositionColumn, { code, message }: Fault): Fault {
  return { code, message: faultSentence(column.header, message) };
}

/** Where both columns are there, a minimum above the posts is told with its cell. */
function highMinimums(
  table: Table,
  row: number,
  places: Map<PositionColumn, number>,
  document: Partial<PositionDocument>,
): CellFault[] {
  if (!document.posts || !document.minimum_fill) return [];
  return [...places].flatMap(([column, place]) => {
    if (column.key !== "minimum_fill" || column.term === undefined) return [];
    const least = document.minimum_fill![column.term - 1];
    const posts = document.posts![column.term - 1];
    // Undefined: that cell has a fault of its own.
    if (typeof least !== "number" || posts === undefined || least <= (posts ?? 0)) return [];
    return [faultAt(table, row, place, column.header, {
      code: "MINIMUM_ABOVE_POSTS",
      message: `${column.header} is ${least}, but there are ${posts ?? "no"} posts in this term.`,
    })];
  });
}

/** Two rows for one position. */
function repeatedRows(table: Table, { rows, numbers, places }: PositionRows): CellFault[] {
  const place = (key: keyof PositionDocument) =>
    [...places].find(([column]) => column.key === key)?.[1] ?? null;
  const first = new Map<string, number>();
  return rows.flatMap((row, i) => {
    const names: [keyof PositionDocument, string, string][] = [
      ["name", "Position", JSON.stringify([row.hospital, row.team, row.name])],
    ];
    if (row.id !== undefined) names.push(["id", "ID", row.id]);
    return names.flatMap(([key, header, identity]) => {
      const before = first.get(identity);
      if (before === undefined) {
        first.set(identity, numbers[i]);
        return [];
      }
      return [faultAt(table, numbers[i], place(key), header, {
        code: "DUPLICATE_ROW",
        message: `${header}: row ${before + 1} has the same position already.`,
      })];
    });
  });
}
