// A doctor's own order of lines as a workbook or CSV, and what such a file would change. Both through the functions of the
// database that know only the caller's own place.

import type { TableFormat } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { MAX_FAULTS, TABLE_SIZE } from "./limits.ts";
import { BUCKETS } from "./buckets.ts";
import { HEADERS, type RankedLine, type Ranking, readRanking } from "./ranking_rows.ts";
import { readTable } from "./read_table.ts";
import { type BuiltSheet, font, SheetBuilder, STYLES } from "./sheet.ts";
import { type CellFault, columnLetters } from "./table.ts";
import { csvText } from "./texts.ts";
import { writeWorkbook } from "./write_xlsx.ts";

/** Name of the sheet that is read. */
export const RANKING_SHEET = "My order";

/** What of `read_window()` a file shows. */
export interface RankingWindow {
  window: { name: string; org_name: string; allows_ties: boolean };
  terms: { term: number; starts_on: string; ends_on: string }[];
  positions: { id: string; name: string; hospital_name: string }[];
  lines: {
    id: string;
    name: string;
    eligible: boolean;
    rotations: { term: number; position: string }[];
    leave: { starts_on: string; ends_on: string }[];
  }[];
  wishes: {
    lines: {
      job_line: string;
      order_preference: number | null;
      like_dislike_preference: number | null;
      notes: string | null;
    }[];
  };
}

/** What a file would change. */
export type RankingAnswer = Pick<Ranking, "rows" | "lines">;

/**
 * Reads a doctor's own window.
 * @throws ApiError 400, 404 where the place is not the caller's
 */
export async function readRankingWindow(
  client: RestClient,
  workerMapping: string,
): Promise<RankingWindow> {
  requireId("place in the allocation run", "worker_mapping", workerMapping);
  const { data, error } = await client.rpc("read_window", { p_worker_mapping: workerMapping });
  if (error?.code === "RC404") {
    throw new ApiError(404, "NOT_YOURS", "You take no part in this allocation run.");
  }
  if (error) throw databaseError(error);
  return data as unknown as RankingWindow;
}

/** The columns of the file, in order. */
function headers(window: RankingWindow): string[] {
  const terms = window.terms.map(({ term, starts_on }) => `Term ${term} (from ${starts_on})`);
  return [HEADERS.rank, HEADERS.bucket, HEADERS.line, HEADERS.notes, ...terms, "Leave"];
}

/** A row for each line that the doctor may have: those ranked first, in order, then by name. */
function rows(window: RankingWindow): (string | number | null)[][] {
  const said = new Map(window.wishes.lines.map((wish) => [wish.job_line, wish]));
  const positions = new Map(window.positions.map((position) => [position.id, position]));
  const names = new Intl.Collator("en", { numeric: true });
  return window.lines.filter(({ eligible }) => eligible)
    .map((line) => ({ line, wish: said.get(line.id) }))
    .sort((a, b) =>
      (a.wish?.order_preference ?? Infinity) - (b.wish?.order_preference ?? Infinity) ||
      (b.wish?.like_dislike_preference ?? 0) - (a.wish?.like_dislike_preference ?? 0) ||
      names.compare(a.line.name, b.line.name)
    )
    .map(({ line, wish }, _, all) => {
      const at = new Map(
        line.rotations.map((rotation) => [rotation.term, positions.get(rotation.position)]),
      );
      const rank = wish?.order_preference ?? null;
      const place = rank === null
        ? null
        : 1 + all.findIndex((each) => each.wish?.order_preference === rank);
      return [
        place,
        BUCKETS.get(wish?.like_dislike_preference ?? NaN) ?? null,
        line.name,
        wish?.notes ?? null,
        ...window.terms.map(({ term }) => {
          const position = at.get(term);
          return position ? `${position.name}, ${position.hospital_name}` : null;
        }),
        line.leave.map(({ starts_on, ends_on }) => `${starts_on} to ${ends_on}`).join("; ") || null,
      ];
    });
}

/** The file. */
export async function rankingFile(
  window: RankingWindow,
  extension: TableFormat,
): Promise<Bytes | string> {
  if (extension === "csv") return csvText([headers(window), ...rows(window)]);
  return await writeWorkbook([sheet(window)], { creator: "Receptor" });
}

function sheet(window: RankingWindow): BuiltSheet {
  const builder = new SheetBuilder(RANKING_SHEET);
  const titles = headers(window);
  builder.add(titles, STYLES.header);
  const text = { ...STYLES.text, font: font(), numFmt: "@" };
  for (const values of rows(window)) {
    const row = builder.add([]);
    values.forEach((value, column) =>
      builder.put(row, column, value, column === 0 ? STYLES.cell : text)
    );
  }
  return builder.build({
    columns: titles.map((_, column) => ({ width: [8, 10, 16, 30][column] ?? 34 })),
    dataValidations: [{
      type: "list",
      values: [...BUCKETS.values()],
      range: `B2:B${TABLE_SIZE.rows}`,
      allowBlank: true,
      showErrorMessage: true,
      errorTitle: "Bucket",
      errorMessage: `One of ${[...BUCKETS.values()].join(", ")}, or blank.`,
    }],
    autoFilter: { range: `A1:${columnLetters(titles.length - 1)}${Math.max(2, builder.height)}` },
    freezePane: { rows: 1, columns: 3 },
    a11y: { summary: "Lines in the order of the doctor", headerRow: 0 },
  });
}

/**
 * What a file would change. Nothing is written: the page shows it first, and saves it as whatever is typed there.
 * @param readFile gives the .xlsx or CSV file; asked for it only where the place is the caller's
 * @throws ApiError 400 INVALID_ROWS with the place of each fault, 404, 413, 415
 */
export async function readRankingFile(
  client: RestClient,
  workerMapping: string,
  readFile: () => Promise<Bytes>,
): Promise<RankingAnswer> {
  const window = await readRankingWindow(client, workerMapping);
  const table = await readTable(await readFile(), RANKING_SHEET);
  const said = new Map(window.wishes.lines.map((wish) => [wish.job_line, wish]));
  const lines = window.lines.map(({ id, name, eligible }): RankedLine => ({
    id,
    name,
    eligible,
    rank: said.get(id)?.order_preference ?? null,
    bucket: said.get(id)?.like_dislike_preference ?? null,
  }));
  const { faults, rows, lines: changed } = readRanking(table, lines, window.window.allows_ties);
  refuseRows(faults);
  return { rows, lines: changed };
}

/** @throws ApiError 400 INVALID_ROWS with the places of faults, where there are any */
export function refuseRows(faults: readonly CellFault[]): void {
  if (faults.length === 0) return;
  const count = faults.length === 1 ? "one fault" : `${faults.length} faults`;
  throw new ApiError(400, "INVALID_ROWS", `The file has ${count}; nothing was changed.`, {
    errors: faults.slice(0, MAX_FAULTS),
    members: { faults: faults.length },
  });
}
