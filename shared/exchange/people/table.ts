// Whose columns are what: a table of people becomes rows of cells by field, by the names of its headers or as somebody said.

import * as z from "zod";
import { parseCell, type Parsed, parseEntries } from "../cells.ts";
import { MAX_ENTRIES } from "../limits.ts";
import {
  askedColumns,
  type AskedField,
  columnsUnclear,
  type FileColumn,
  headersIn,
  headRow,
  IMPORT_PARAMETERS,
  isSameHeader,
  type Mapping,
} from "../mappings.ts";
import {
  type Cell,
  type CellFault,
  type Fault,
  faultAt,
  faultSentence,
  isBlank,
  type Rows,
  type Table,
  tooLarge,
} from "../table.ts";
import { faultList } from "../refusals.ts";
import { type Field, fieldOf, FIELDS, type HeadedKind, NEEDED } from "./fields.ts";

/** Parameters of imports of people: those of every import, and `mail_domain`, for files without e-mail addresses. */
export const PEOPLE_PARAMETERS = {
  ...IMPORT_PARAMETERS,
  mail_domain: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, "a domain such as example.org")
    .max(200).transform((text) => text.toLowerCase()).optional(),
};

/** One row. Made when it is asked for: of tens of thousands that are kept, each costs more than what is read from it. */
export class Row {
  readonly #rows: Rows;

  /** @param number of the table, from 0 */
  constructor(rows: Rows, readonly number: number) {
    this.#rows = rows;
  }

  /** The cell of a column; null where there is none. */
  cell(place: number): Cell {
    return this.#rows.cell(this.number, place);
  }
}

/** Rows of a table that have something in a column with a header. */
class PeopleRows {
  readonly #rows: Rows;
  readonly #numbers: Int32Array;

  /** @param places of columns with a header; rows are those below `head` */
  constructor(rows: Rows, head: number, places: readonly number[]) {
    const numbers = new Int32Array(Math.max(0, rows.length - head - 1));
    let count = 0;
    for (let row = head + 1; row < rows.length; row++) {
      if (hasAny(rows, row, places)) numbers[count++] = row;
    }
    this.#rows = rows;
    this.#numbers = numbers.subarray(0, count);
  }

  get length(): number {
    return this.#numbers.length;
  }

  at(index: number): Row {
    return new Row(this.#rows, this.#numbers[index]);
  }

  [Symbol.iterator](): Iterator<Row> {
    let next = 0;
    return {
      next: () =>
        next < this.length
          ? { done: false, value: this.at(next++) }
          : { done: true, value: undefined },
    };
  }
}

function hasAny(rows: Rows, row: number, places: readonly number[]): boolean {
  for (const place of places) if (!isBlank(rows.cell(row, place))) return true;
  return false;
}

/** A table whose columns are known. */
export interface PeopleTable {
  kind: HeadedKind;
  table: Table;
  headers: FileColumn[];
  /** Columns by field. */
  fields: Map<string, FileColumn[]>;
  /** Columns that are of no field. */
  others: FileColumn[];
  rows: PeopleRows;
  mailDomain: string | null;
  faults: CellFault[];
  /** Entries that cells were taken apart into until now. */
  entries: number;
}

/** The headers of a table. */
export function readHeaders(
  kind: HeadedKind,
  table: Table,
  mapping: Mapping | null,
): { head: number; headers: FileColumn[] } {
  const head = headRow(table, mapping, (header) => fieldOf(kind, header) !== undefined);
  return { head, headers: headersIn(table, head) };
}

/**
 * Reads the columns of a table.
 * @param mapping what somebody said of them; null: by their headers alone
 * @throws ApiError 400 COLUMNS_UNCLEAR where a needed field has no column: with the file's headers, the fields, and what
 * is known, so that somebody can say it
 */
export function readPeopleTable(
  kind: HeadedKind,
  table: Table,
  mapping: Mapping | null,
): PeopleTable {
  const { people, head } = columnsOf(kind, table, mapping);
  if (people.headers.length === 0 || people.rows.length === 0) {
    people.faults.push(faultAt(table, Math.max(0, head), null, null, {
      code: "NO_ROWS",
      message: "There are no rows below the headers.",
    }));
  } else requireFields(people, head);
  return people;
}

function columnsOf(
  kind: HeadedKind,
  table: Table,
  mapping: Mapping | null,
): { people: PeopleTable; head: number } {
  const { head, headers } = readHeaders(kind, table, mapping);
  const fields = new Map<string, FileColumn[]>();
  const taken = new Set<number>();
  const take = (field: string, column: FileColumn) => {
    fields.set(field, [...fields.get(field) ?? [], column]);
    taken.add(column.place);
  };
  for (const [field, header] of Object.entries(mapping?.columns ?? {})) {
    const column = header === ""
      ? undefined
      : headers.find((each) => isSameHeader(each.header, header));
    if (column) take(field, column);
  }
  const said = new Set(Object.keys(mapping?.columns ?? {}));
  const faults = faultList();
  for (const column of headers) {
    const field = fieldOf(kind, column.header);
    if (taken.has(column.place) || field === undefined || said.has(field.key)) continue;
    if (fields.has(field.key) && !field.many) {
      faults.push(faultAt(table, head, column.place, field.header, {
        code: "DUPLICATE_COLUMN",
        message:
          `There is a second column for "${field.header}". Rename the one that is not meant.`,
      }));
    } else take(field.key, column);
  }
  const result: PeopleTable = {
    kind,
    table,
    headers,
    fields,
    others: headers.filter(({ place }) => !taken.has(place)),
    rows: new PeopleRows(table.rows, head, headers.map(({ place }) => place)),
    mailDomain: mapping?.mail_domain ?? null,
    faults,
    entries: 0,
  };
  return { people: result, head };
}

/** @throws ApiError 400 COLUMNS_UNCLEAR */
function requireFields(people: PeopleTable, head: number): void {
  const { kind } = people;
  const missing = missingFields(people);
  if (missing.length === 0) return;
  const names = missing.map((some) => some.map((key) => fieldNamed(kind, key).header).join(" or "));
  throw columnsUnclear(
    askedOf(people, head),
    `No column of the file is ${names.join(", and none is ")}. Say which columns are what`,
  );
}

function missingFields({ kind, fields }: PeopleTable) {
  return NEEDED[kind].filter((some) => !some.some((key) => fields.has(key)));
}

function askedOf(people: PeopleTable, head: number): Record<string, unknown> {
  const missing = missingFields(people);
  const asked = FIELDS[people.kind].map(({ key, header, help }): AskedField => {
    const some = missing.find((each) => each.includes(key)) ?? [];
    const instead = some.filter((each) => each !== key)
      .map((each) => fieldNamed(people.kind, each).header);
    return { key, header, help, needed: some.length > 0, ...instead.length > 0 && { instead } };
  });
  const known = [...people.fields].map(([key, [column]]) => [key, column.header]);
  return askedColumns(people.table, head, asked, Object.fromEntries(known));
}

/** What somebody is asked of the columns of a table, whatever is known of them. */
export function askPeopleColumns(
  kind: HeadedKind,
  table: Table,
  mapping: Mapping | null,
): Record<string, unknown> {
  const { people, head } = columnsOf(kind, table, mapping);
  return askedOf(people, head);
}

function fieldNamed(kind: HeadedKind, key: string): Field {
  return FIELDS[kind].find((field) => field.key === key)!;
}

/** The header of a field as this project names it. */
export function headerOf(kind: HeadedKind, key: string): string {
  return fieldNamed(kind, key).header;
}

/** A fault of a cell, with its place. @param header as this project names it, or as the file does */
export function cellFault(
  { table }: Pick<PeopleTable, "table">,
  row: Row,
  column: FileColumn | undefined,
  header: string | null,
  fault: Fault,
): CellFault {
  const sentence = faultSentence(header ?? "The row", fault.message);
  return faultAt(table, row.number, column?.place ?? null, header, { ...fault, message: sentence });
}

/**
 * What the (first) column of a field says in a row; a fault goes to the table's.
 * @returns undefined where there is no such column, or a fault
 */
export function read<Value>(
  people: PeopleTable,
  row: Row,
  key: string,
  parse: (cell: Cell) => Parsed<Value>,
): Value | undefined {
  const column = people.fields.get(key)?.[0];
  return column && readCell(people, row, column, headerOf(people.kind, key), parse);
}

/** What a column says in a row; a fault goes to the table's. */
export function readCell<Value>(
  people: PeopleTable,
  row: Row,
  column: FileColumn,
  header: string,
  parse: (cell: Cell) => Parsed<Value>,
): Value | undefined {
  const parsed = parseCell(row.cell(column.place), parse);
  if ("value" in parsed) return parsed.value;
  people.faults.push(cellFault(people, row, column, header, parsed.fault));
  return undefined;
}

/**
 * The entries of a cell that holds a list. Each is as much to look at as a cell, so there may be as many of them.
 * @throws ApiError 413 FILE_TOO_LARGE
 */
export function readEntries(people: PeopleTable, cell: Cell): Parsed<string[]> {
  const parsed = parseEntries(cell);
  if ("value" in parsed) people.entries += parsed.value.length;
  if (people.entries > MAX_ENTRIES) {
    throw tooLarge(`It has more than ${MAX_ENTRIES.toLocaleString("en")} entries in its cells`);
  }
  return parsed;
}

/** Whether a field has something in a row. */
export function hasCell(people: PeopleTable, row: Row, key: string): boolean {
  return (people.fields.get(key) ?? []).some(({ place }) => !isBlank(row.cell(place)));
}
