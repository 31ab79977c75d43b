// What the columns of somebody's file mean: found by their headers, said by somebody, and remembered for the org's next file like
// it. The same for every kind of table.

import * as z from "zod";
import { toJson } from "../platform/json.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { foldText } from "../platform/texts.ts";
import { headerKey } from "./cells.ts";
import { type Cell, isBlank, type Table } from "./table.ts";
import type { SheetChoice } from "./xlsx_guard.ts";

/** What the columns of somebody's file mean. */
export interface Mapping {
  /** Headers by field; an empty text: the file has no such column, whatever a header looks like. */
  columns: Record<string, string>;
  /** What stands in every row of a field that the file has no column for. */
  values?: Record<string, string>;
  /** For files without e-mail addresses: what stands for one is put before this domain. */
  mail_domain?: string;
}

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

/**
 * Parameters of a request that say it: headers and values by field as JSON, and which sheet of a workbook; `ask=true`: read
 * nothing, say which columns there are and what they would be taken for.
 */
export const MAPPING_PARAMETERS = {
  columns: textsShape(500),
  values: textsShape(200),
  sheet: z.string().min(1).max(200).optional(),
  ask: z.enum(["true", "false"]).transform((value) => value === "true").default(false),
};

/** Which sheet to read: the one that was said, or of our own name, or the first. */
export function sheetChoice(own: string, said: string | undefined): SheetChoice {
  return said === undefined ? { name: own, elseFirst: true } : { name: said };
}

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
  { columns, values, mail_domain }: Partial<Mapping>,
): Mapping | null {
  return columns || values || mail_domain
    ? { columns: columns ?? {}, ...values && { values }, ...mail_domain && { mail_domain } }
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
  const score = (row: Cell[] | undefined) =>
    (row ?? []).filter((cell) =>
      !isBlank(cell) && (isKnown(String(cell)) || wanted.has(columnKey(String(cell))))
    ).length;
  const scores = table.rows.slice(0, HEAD_ROWS).map(score);
  const most = Math.max(0, ...scores);
  return most > 0
    ? scores.indexOf(most)
    : table.rows.findIndex((row) => !(row ?? []).every(isBlank));
}

/** The headers of a row. */
export function headersIn(table: Table, head: number): FileColumn[] {
  return (table.rows[head] ?? []).flatMap((cell, place) =>
    isBlank(cell) ? [] : [{ place, header: foldText(String(cell)) }]
  );
}

/** The headers of a file as one text: what its mapping is remembered by. */
export function fingerprint(headers: readonly FileColumn[]): string {
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
    examples: headers.map(({ place }) => exampleOf(table.rows.slice(head + 1), place)),
  };
}

/** The first value of a column, so that people recognise it. */
function exampleOf(rows: readonly Cell[][], place: number): string | null {
  const cell = rows.map((row) => row?.[place]).find((each) => !isBlank(each));
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return cell === undefined || cell === null || typeof cell === "object"
    ? null
    : foldText(String(cell)).slice(0, 60);
}

/** What was said of the columns of a file like this before. @throws ApiError */
export async function rememberedMapping(
  client: RestClient,
  orgId: string,
  kind: string,
  headers: string,
): Promise<Mapping | null> {
  if (headers === "") return null;
  const { data, error } = await client.from("import_mappings").select("mapping")
    .eq("org_id", orgId).eq("kind", kind).eq("headers", headers).maybeSingle();
  if (error) throw databaseError(error);
  return data ? data.mapping as unknown as Mapping : null;
}

/** Remembers what was said. @throws ApiError */
export async function rememberMapping(
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
  if (error) throw databaseError(error);
}
