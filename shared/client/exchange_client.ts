// Spreadsheets: rosters and positions of an allocation run out, positions and posts in; what is held of a doctor, out.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel } from "../platform/spelling.ts";
import { callFunction, downloadFile } from "./calls.ts";
import type {
  AffinityImportAnswer,
  ColumnMapping,
  FileOptions,
  ImportAnswer,
  ImportOptions,
  LinesImportAnswer,
  PeopleImportAnswer,
  PeopleImportOptions,
  PeopleTableKind,
  ResultImportAnswer,
  SpreadsheetFile,
  TableFormat,
} from "./exchange_types.ts";
import { platformTimers } from "./realtime.ts";
import type { WatchTimers } from "./watch.ts";

/** What tests inject. */
export interface ExchangeClientOptions {
  /** Default: the platform's setTimeout and clearTimeout. */
  timers?: WatchTimers;
}

/** See {@link createExchangeClient}. Every method throws {@link ReceptorError}. */
export interface ExchangeClient {
  /** The roster; as .xlsx in the layout that is submitted, as CSV with a row per rotation. */
  exportRoster(allocationRun: string, format: TableFormat): Promise<SpreadsheetFile>;
  /** Positions with their posts and minimum fills; `importPositions` takes it back. */
  exportPositions(allocationRun: string, format: TableFormat): Promise<SpreadsheetFile>;
  /** Who has which line by the result, or the current match: one row a doctor. */
  exportMatch(allocationRun: string, format: TableFormat): Promise<SpreadsheetFile>;
  /** Figures of the match without a name, which may be published. */
  exportMatchReport(allocationRun: string, format: TableFormat): Promise<SpreadsheetFile>;
  /** Who had what over the years of the org: one row for each doctor and year. */
  exportHistory(allocationRun: string, format: TableFormat): Promise<SpreadsheetFile>;
  /** An empty table of positions, with checks and instructions. */
  positionsTemplate(allocationRun: string): Promise<SpreadsheetFile>;
  /** All that is held of a doctor, for managers of their org. */
  exportPerson(worker: string, format: "xlsx" | "json"): Promise<SpreadsheetFile>;
  /** A table of people as it is now; wishes also with a column for each line, or for each rank. */
  exportTable(
    allocationRun: string,
    table: PeopleTableKind | "wishes-by-line" | "wishes-by-rank" | "affinities",
    format: TableFormat,
  ): Promise<SpreadsheetFile>;
  /**
   * Imports a table of people, all or nothing; with `dryRun` it only answers what would change.
   * @throws {ReceptorError} INVALID_ROWS with the place of each fault; COLUMNS_UNCLEAR with `columns` to ask for
   */
  importTable(
    allocationRun: string,
    table: PeopleTableKind,
    file: Blob,
    options?: PeopleImportOptions,
  ): Promise<PeopleImportAnswer>;
  /**
   * Imports who has which line by a result that was made elsewhere, all or nothing: it becomes the result, or corrects the one
   * that is finalised. With `dryRun` it only answers what would change and which rules that breaks; with `override` these are
   * set aside, for a reason.
   * @throws {ReceptorError} INVALID_ROWS, COLUMNS_UNCLEAR, RULES_BROKEN, WINDOW_OPEN
   */
  importResult(
    allocationRun: string,
    file: Blob,
    options?: FileOptions & { override?: boolean; reason?: string },
  ): Promise<ResultImportAnswer>;
  /** Imports a matrix of affinities as a version of a profile of the org's own, which the allocation run uses. */
  importAffinities(
    allocationRun: string,
    file: Blob,
    options?: FileOptions & { name?: string },
  ): Promise<AffinityImportAnswer>;
  /**
   * Imports job lines, from a roster by weeks with merged blocks, by terms, or by rotations, and judges them by the rules of
   * the allocation run. A line of a name that is there is changed; none goes. Saved as an edit by hand, to be taken back.
   */
  importLines(
    allocationRun: string,
    file: Blob,
    options?: FileOptions & {
      acceptLosses?: boolean;
      /** Make positions that the file names and nobody has made, with the posts that its lines hold. */
      newPositions?: boolean;
    },
  ): Promise<LinesImportAnswer>;
  /**
   * Imports positions and posts, all or nothing; with `dryRun` it only answers what would change.
   * @param file .xlsx or CSV
   * @throws {ReceptorError} INVALID_ROWS with the place of each fault in `errors`
   */
  importPositions(
    allocationRun: string,
    file: Blob,
    options?: ImportOptions,
  ): Promise<ImportAnswer>;
}

/**
 * The spreadsheets for a signed-in supabase-js client.
 * @example
 * ```ts
 * const exchange = createExchangeClient(supabase);
 * const { blob, name } = await exchange.exportRoster(allocationRun, "xlsx");
 * const preview = await exchange.importPositions(allocationRun, file, { dryRun: true });
 * ```
 */
// deno-lint-ignore house/long-function -- a file a member, each of a line or a few
export function createExchangeClient(
  supabase: SupabaseClient,
  { timers = platformTimers }: ExchangeClientOptions = {},
): ExchangeClient {
  const path = (allocationRun: string, file: string) =>
    `roster-exchange/${encodeURIComponent(allocationRun)}/${file}`;
  const file = (allocationRun: string, name: string) =>
    downloadFile(supabase, timers, path(allocationRun, name));
  const send = (
    allocationRun: string,
    table: string,
    body: Blob,
    { dryRun = false, preview, mapping }: FileOptions,
    more: Record<string, string> | undefined | false,
  ) => {
    const query = new URLSearchParams({
      dry_run: String(dryRun),
      ...preview && { preview },
      ...more,
      ...parametersOf(mapping),
    });
    // An import that is sent again finds nothing left to change and would say so.
    const call = { method: "POST" as const, body, once: !dryRun };
    return callFunction<object>(supabase, timers, path(allocationRun, `${table}?${query}`), call);
  };
  return {
    exportRoster: (allocationRun, format) => file(allocationRun, `roster.${format}`),
    exportPositions: (allocationRun, format) => file(allocationRun, `positions.${format}`),
    exportMatch: (allocationRun, format) => file(allocationRun, `match.${format}`),
    exportMatchReport: (allocationRun, format) => file(allocationRun, `match-report.${format}`),
    exportHistory: (allocationRun, format) => file(allocationRun, `history.${format}`),
    positionsTemplate: (allocationRun) => file(allocationRun, "template.xlsx"),
    exportTable: (allocationRun, table, format) => file(allocationRun, `${table}.${format}`),
    importTable: async (allocationRun, table, body, { newLines, ...how } = {}) => {
      const answer = await send(allocationRun, table, body, how, newLines && { new_lines: "true" });
      // Fields of a table are data.
      return toCamel(answer, ["columns"]) as unknown as PeopleImportAnswer;
    },
    importLines: async (allocationRun, body, options = {}) => {
      const { acceptLosses = false, newPositions, ...how } = options;
      return toCamel(
        await send(allocationRun, "lines", body, how, {
          accept_losses: String(acceptLosses),
          ...newPositions && { new_positions: "true" },
        }),
      ) as LinesImportAnswer;
    },
    importResult: async (allocationRun, body, { override = false, reason, ...how } = {}) =>
      toCamel(
        await send(allocationRun, "match", body, how, {
          override: String(override),
          ...reason && { reason },
        }),
      ) as ResultImportAnswer,
    importAffinities: async (allocationRun, body, { name, ...how } = {}) =>
      toCamel(
        await send(allocationRun, "affinities", body, how, name ? { name } : {}),
      ) as AffinityImportAnswer,
    exportPerson: (worker, format) => file("doctors", `${worker}.${format}`),
    importPositions: async (allocationRun, body, { removeMissing, reason, ...how } = {}) =>
      toCamel(
        await send(allocationRun, "positions", body, how, {
          missing: removeMissing ? "remove" : "keep",
          ...reason && { reason },
        }),
      ) as ImportAnswer,
  };
}

/** What somebody said of columns, as parameters. */
function parametersOf(mapping: ColumnMapping | undefined): Record<string, string> {
  if (!mapping) return {};
  const { columns, values, mailDomain, sheet, ask } = mapping;
  return {
    ...Object.keys(columns).length > 0 && { columns: JSON.stringify(columns) },
    ...sheet !== undefined && { sheet },
    ...ask && { ask: "true" },
    ...values && Object.keys(values).length > 0 && { values: JSON.stringify(values) },
    ...mailDomain && { mail_domain: mailDomain },
  };
}
