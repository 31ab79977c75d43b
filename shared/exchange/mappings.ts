// What the columns of somebody's file mean: found by their headers, said by somebody, and remembered for the org's next file like
// it. The same for every kind of table.

import * as z from "zod";
import type { Bytes } from "../platform/bytes.ts";
import { toJson } from "../platform/json.ts";
import { log } from "../platform/log.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { foldText } from "../platform/texts.ts";
import { headerKey } from "./cells.ts";
import type { TableSize } from "./limits.ts";
import { readTable } from "./read_table.ts";
import { type Cell, findRow, isBlank, isBlankRow, type Rows, type Table } from "./table.ts";
import { Work } from "./work.ts";
import type { SheetChoice } from "./xlsx_guard.ts";

/** What the columns of somebody's file mean. */
export interface Mapping {
  /** Headers by field; an empty text: the file has no such column, whatever a header looks like. */
  columns: Record<string, string>;
  /** What stands in every row of a field that the file has no column for. */
  values?: Record<string, string>;
  /** For files without e-mail addresses: what stands for one is put before this domain. */
  mail_domain?: string;
  /** The sheet of a workbook that has several. */
  sheet?: string;
}

/** What is remembered may be of an older release, or written by hand. */
const REMEMBERED = z.object({
  columns: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.string()).optional(),
  mail_domain: z.string().optional(),
  sheet: z.string().optional(),
});

/** A column of the file. */
export interface FileColumn {
  /** From 0. */
  place: number;
  header: string;
}

/** A field as somebody is asked for it. */
export interface AskedField {
  key: string;
  header: string;
  help: string;
  needed: boolean;
  /** Headers of fields that do in its place, where it is needed. */
  instead?: string[];
  /** One value may stand for all rows. */
  fixed?: boolean;
}

const textsShape = (longest: number) =>
  z.string().max(20_000).transform((text, context) => {
    try {
      return z.record(z.string().max(40), z.string().max(longest)).parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: "custom", message: "a JSON object of texts by field" });
      return z.NEVER;
    }
  }).optional();

/** A parameter that is `true` or `false`. */
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/**
 * Parameters of every import: `dry_run=true`, write nothing; `preview=<what a dry run answered>`, write only what that said; what columns mean, headers and values by field as JSON; which sheet
 * of a workbook; `ask=true`, read nothing, say which columns there are and what they would be taken for.
 */
export const IMPORT_PARAMETERS = {
  dry_run: flag.default(false),
  preview: z.string().regex(/^[0-9a-f]{32}$/, "not what a preview answered").optional(),
  columns: textsShape(500),
  values: textsShape(200),
  sheet: z.string().min(1).max(200).optional(),
  ask: flag.default(false),
};

/** The answer that asks for columns. @param members of `askedColumns()` */
export function columnsUnclear(
  members: Record<string, unknown>,
  why = "Say which columns are what",
): ApiError {
  return new ApiError(
    400,
    "COLUMNS_UNCLEAR",
    `${why}; it is remembered for the next file like it.`,
    { members },
  );
}

/** What a request says of columns; null: nothing. */
export function saidMapping(
  { columns, values, mail_domain, sheet }: Partial<Mapping>,
): Mapping | null {
  return columns || values || mail_domain
    ? {
      columns: columns ?? {},
      ...values && { values },
      ...mail_domain && { mail_domain },
      ...sheet && { sheet },
    }
    : null;
}

/** @throws ApiError 400 INVALID_REQUEST of a field that a kind of table has not */
export function refuseUnknownFields(
  kind: string,
  fields: readonly string[],
  mapping: Mapping | null,
): void {
  const told = [
    ...Object.keys(mapping?.columns ?? {}).map((key) => ["columns", key]),
    ...Object.keys(mapping?.values ?? {}).map((key) => ["values", key]),
  ];
  const unknown = told.filter(([, key]) => !fields.includes(key));
  if (unknown.length === 0) return;
  throw new ApiError(400, "INVALID_REQUEST", "The request is not valid.", {
    errors: unknown.map(([list, key]) => ({
      path: `${list}.${key}`,
      message: `there is no such field; those of ${kind} are ${fields.join(", ")}`,
    })),
  });
}

/** A header as it is compared; of one without latin letters and digits the text itself. */
function columnKey(header: string): string {
  return headerKey(header) || foldText(header);
}

/** Whether two headers are the same. */
export function isSameHeader(a: string, b: string): boolean {
  return columnKey(a) === columnKey(b);
}

/** Rows at the start that are looked at for headers: titles and remarks may stand above them. */
const HEAD_ROWS = 20;

/**
 * Where the headers stand: the row of the first ones that has most columns of known names, or else the first that has
 * anything in it. @returns -1 of a blank table
 */
export function headRow(
  table: Table,
  mapping: Mapping | null,
  isKnown: (header: string) => boolean,
): number {
  const wanted = new Set(
    Object.values(mapping?.columns ?? {}).filter((header) => header !== "").map(columnKey),
  );
  const score = (row: number) =>
    table.rows.row(row).filter((cell) =>
      !isBlank(cell) && (isKnown(String(cell)) || wanted.has(columnKey(String(cell))))
    ).length;
  const scores = Array.from(
    { length: Math.min(HEAD_ROWS, table.rows.length) },
    (_, row) => score(row),
  );
  const most = Math.max(0, ...scores);
  return most > 0 ? scores.indexOf(most) : findRow(table.rows, (cells) => !isBlankRow(cells));
}

/** The headers of a row. */
export function headersIn(table: Table, head: number): FileColumn[] {
  return table.rows.row(head).flatMap((cell, place) =>
    isBlank(cell) ? [] : [{ place, header: foldText(String(cell)) }]
  );
}

/** The headers of a file as one text: what its mapping is remembered by. */
function fingerprint(headers: readonly FileColumn[]): string {
  return headers.map(({ header }) => columnKey(header)).join(",").slice(0, 10_000);
}

/** What a page needs to ask for the columns: members of the refusal. @param known headers by field */
export function askedColumns(
  table: Table,
  head: number,
  fields: readonly AskedField[],
  known: Record<string, string>,
): Record<string, unknown> {
  const headers = headersIn(table, head);
  return {
    sheet: table.sheet,
    sheets: table.sheets ?? [],
    headers: headers.map(({ header }) => header),
    fields,
    columns: known,
    examples: headers.map(({ place }) => exampleOf(table.rows, head + 1, place)),
  };
}

/** The first value of a column, so that people recognise it. */
function exampleOf(rows: Rows, from: number, place: number): string | null {
  let cell: Cell = null;
  for (let row = from; isBlank(cell) && row < rows.length; row++) cell = rows.cell(row, place);
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return isBlank(cell) || typeof cell === "object" ? null : foldText(String(cell)).slice(0, 60);
}

/** A file whose columns may mean what was said of one like it. */
export interface MappedTable {
  table: Table;
  /** What was said of its columns, now or before; null: nothing. */
  mapping: Mapping | null;
  /** Whether that was before. */
  remembered: boolean;
  /** Remembers what was said now, for the next file like it. Called once it was imported: where it cannot be, that is logged. */
  remember: () => Promise<void>;
}

/** How a file of a kind is read. */
export interface MappedKind {
  orgId: string;
  kind: string;
  /** The sheet that our own exports have; of other workbooks the first is read, or the one that was said. */
  sheet: string;
  size: TableSize;
  /** The row of headers, where nobody said what they mean. */
  headOf: (table: Table) => number;
}

/** Whether a mapping says more than which sheet is meant. */
function saysColumns({ columns, values, mail_domain }: Mapping): boolean {
  return Object.keys({ ...columns, ...values }).length > 0 || mail_domain !== undefined;
}

/**
 * Reads a table as somebody said, or as somebody said of a file like it: with the same headers in its first sheet, wherever
 * titles stand, and the sheet that was meant.
 * @throws ApiError
 */
export async function readMapped(
  client: RestClient,
  file: Bytes,
  said: Partial<Mapping>,
  { orgId, kind, sheet, size, headOf }: MappedKind,
): Promise<MappedTable> {
  const work = new Work(size.work);
  const read = (choice: SheetChoice) => readTable(file, choice, size, work);
  const first = await read({ name: sheet, elseFirst: true });
  const key = fingerprint(headersIn(first, headOf(first))) || (first.sheets ?? []).join(",");
  const now = saidMapping(said);
  const before = now ? null : await rememberedMapping(client, orgId, kind, key);
  const meant = said.sheet ?? first.sheets?.find((name) => name === before?.sheet);
  const table = meant === undefined || meant === first.sheet ? first : await read({ name: meant });
  // What was said of one sheet says nothing of another.
  const same = table.sheet === (before?.sheet ?? first.sheet) ? before : null;
  return {
    table,
    mapping: now ?? (same && saysColumns(same) ? same : null),
    remembered: same !== null,
    remember: async () => {
      const several = (first.sheets ?? []).length > 1 && table.sheet !== null;
      const all = now ?? (several && said.sheet ? { columns: {} } : null);
      if (!all) return;
      const { sheet: _, ...rest } = all;
      await rememberMapping(client, orgId, kind, key, {
        ...rest,
        ...several && { sheet: table.sheet! },
      });
    },
  };
}

/** What was said of the columns of a file like this before. @throws ApiError */
async function rememberedMapping(
  client: RestClient,
  orgId: string,
  kind: string,
  headers: string,
): Promise<Mapping | null> {
  if (headers === "") return null;
  const { data, error } = await client.from("import_mappings").select("mapping")
    .eq("org_id", orgId).eq("kind", kind).eq("headers", headers).maybeSingle();
  if (error) throw databaseError(error);
  return REMEMBERED.safeParse(data?.mapping).data ?? null;
}

/** Remembers what was said; who imported a file is not told that it failed where only this did. */
async function rememberMapping(
  client: RestClient,
  orgId: string,
  kind: string,
  headers: string,
  mapping: Mapping,
): Promise<void> {
  if (headers === "") return;
  const { error } = await client.from("import_mappings").upsert({
    org_id: orgId,
    kind,
    headers,
    mapping: toJson(mapping)!,
    changed_at: new Date().toISOString(),
  });
  if (error) log("warn", "roster-exchange", "what columns mean is not remembered", { kind, error });
}
