// A doctor's order of lines from a table: headers are found, every cell is checked, and each fault is told with its place.

import { foldText, isStorable } from "../platform/texts.ts";
import { BUCKETS } from "./buckets.ts";
import { headerKey, rankNumber } from "./cells.ts";
import { didYouMean, Guesses } from "./guesses.ts";
import { faultList } from "./refusals.ts";
import {
  type Cell,
  type CellFault,
  type Fault,
  faultAt,
  faultSentence,
  findRow,
  isBlank,
  isBlankRow,
  noRows,
  type Table,
} from "./table.ts";

/** What a column means; a header that begins with one of {@link SHOWN} is not read. */
export type RankingColumn = "line" | "rank" | "bucket" | "notes";

/** The headers that are read. */
export const HEADERS: Record<RankingColumn, string> = {
  rank: "Rank",
  bucket: "Bucket",
  line: "Line",
  notes: "Note",
};

/** Beginnings of headers that only help a person. */
const SHOWN = ["term", "leave"];
const MOST_RANK = 10_000;
const LONGEST_NOTE = 4_000;

/** A line that the doctor may have; what they said of it. */
export interface RankedLine {
  id: string;
  name: string;
  eligible: boolean;
  rank: number | null;
  bucket: number | null;
}

/** What is to be written of a line. */
export interface RankingRow {
  job_line: string;
  /** 1, 2, 3..., equals alike (1, 1, 3); null: not ranked. */
  order_preference: number | null;
  /** Null: by its score. */
  like_dislike_preference: number | null;
  /** Where the file has notes; null: none. */
  notes?: string | null;
}

/** What a table says. */
export interface Ranking {
  /** Lines that the table names. */
  rows: number;
  lines: RankingRow[];
  faults: CellFault[];
}

/** A row while it is read. */
interface Read {
  row: number;
  line: RankedLine;
  rank: number | null;
  bucket: number | null;
  notes?: string | null;
}

/**
 * Reads an order. Ranks may have gaps; only their order and their equals count. A ranked line without a bucket is put into
 * that of the line ranked before it, the first one into "like". Lines that the table leaves out lose their rank.
 * @param ties whether the run allows equals
 */
export function readRanking(table: Table, lines: readonly RankedLine[], ties: boolean): Ranking {
  const head = findRow(table.rows, (cells) => !isBlankRow(cells));
  const nothing = (row: number): Ranking => ({
    rows: 0,
    lines: [],
    faults: [noRows(table, Math.max(0, row), "lines")],
  });
  if (head < 0) return nothing(0);
  const { places, faults } = findColumns(table, head, HEADERS, ["line", "rank"], SHOWN);
  if (faults.length > 0) return { rows: 0, lines: [], faults };
  const find = lineFinder(lines);
  const read: Read[] = [];
  for (let row = head + 1; row < table.rows.length; row++) {
    const cells = table.rows.row(row);
    if ([...places.values()].every((place) => isBlank(cells[place]))) continue;
    const found = readRow(table, row, places, find, faults);
    if (found) read.push(found);
  }
  if (read.length === 0 && faults.length === 0) return nothing(head);
  faults.push(...repeated(table, read, places));
  faults.push(...loneHalves(table, read, places.get("rank")!));
  const ranked = inOrder(read);
  faults.push(...wrongOrder(table, ranked, places, ties));
  faults.sort((a, b) => a.row - b.row);
  return { rows: read.length, lines: faults.length > 0 ? [] : rowsOf(read, ranked, lines), faults };
}

/** A name as it is looked up: in any case, with single spaces. */
export function nameKey(name: string): string {
  return foldText(name).toLowerCase();
}

/**
 * Where the columns are that are read.
 * @param required those that must be there
 * @param shown beginnings of headers that are not read
 */
export function findColumns<Column extends string>(
  table: Table,
  head: number,
  headers: Record<Column, string>,
  required: readonly Column[],
  shown: readonly string[],
): { places: Map<Column, number>; faults: CellFault[] } {
  const places = new Map<Column, number>();
  const faults = faultList();
  const known = new Map(
    (Object.entries(headers) as [Column, string][]).flatMap(([column, header]) =>
      [headerKey(header), column].map((key) => [key, column] as const)
    ),
  );
  for (const [place, cell] of table.rows.row(head).entries()) {
    if (isBlank(cell)) continue;
    const key = headerKey(String(cell)), column = known.get(key);
    if (column === undefined) {
      if (shown.some((word) => key.startsWith(word))) continue;
      faults.push(faultAt(table, head, place, null, {
        code: "UNKNOWN_COLUMN",
        message: `There is no column "${
          String(cell).trim()
        }". Rename it as in the file that you downloaded.`,
      }));
    } else if (places.has(column)) {
      faults.push(faultAt(table, head, place, headers[column], {
        code: "DUPLICATE_COLUMN",
        message: `There is a second column "${headers[column]}".`,
      }));
    } else places.set(column, place);
  }
  for (const column of required) {
    if (places.has(column)) continue;
    faults.push(faultAt(table, head, null, headers[column], {
      code: "MISSING_COLUMN",
      message: `The column "${headers[column]}" is missing.`,
    }));
  }
  return { places, faults };
}

function readRow(
  table: Table,
  row: number,
  places: ReadonlyMap<RankingColumn, number>,
  find: ReturnType<typeof lineFinder>,
  faults: CellFault[],
): Read | null {
  const before = faults.length;
  const cellOf = (column: RankingColumn): Cell => {
    const place = places.get(column);
    return place === undefined ? null : table.rows.cell(row, place);
  };
  const wrong = (column: RankingColumn, code: string, message: string) => {
    const fault: Fault = { code, message: faultSentence(HEADERS[column], message) };
    faults.push(faultAt(table, row, places.get(column) ?? null, HEADERS[column], fault));
    return null;
  };
  const line = find(cellOf("line"), wrong);
  const rank = rankOf(cellOf("rank"), wrong);
  const bucket = bucketOf(cellOf("bucket"), wrong);
  if (rank !== null && bucket === -2) {
    wrong("rank", "NEVER_HAS_NO_RANK", "must be blank in the bucket Never");
  }
  const notes = places.has("notes") ? notesOf(cellOf("notes"), wrong) : undefined;
  return line === null || faults.length > before ? null : { row, line, rank, bucket, notes };
}

type Wrong<Column extends string = RankingColumn> = (
  column: Column,
  code: string,
  message: string,
) => null;

/** A value that is none: a formula nobody computed, an error. */
export function isBad(cell: Cell): boolean {
  return cell !== null && typeof cell === "object" && !(cell instanceof Date);
}

/** Looks lines up by their names, and says which one may have been meant by a name that is none. */
function lineFinder(lines: readonly RankedLine[]) {
  const byName = new Map(lines.map((line) => [nameKey(line.name), line]));
  const guesses = new Guesses(lines.map(({ name }) => name));
  return (cell: Cell, wrong: Wrong): RankedLine | null => {
    if (isBlank(cell)) return wrong("line", "EMPTY_CELL", "is empty; it is needed");
    if (isBad(cell) || cell instanceof Date) {
      return wrong("line", "UNKNOWN_LINE", "holds no name of a line");
    }
    const text = foldText(String(cell));
    const line = byName.get(nameKey(text));
    if (!line) {
      const meant = didYouMean(guesses.nearest(text));
      return wrong(
        "line",
        "UNKNOWN_LINE",
        `"${text.slice(0, 100)}" is no line of this run${meant}`,
      );
    }
    return line.eligible
      ? line
      : wrong("line", "LINE_NOT_ELIGIBLE", `${line.name} is not open to you`);
  };
}

/** A rank of a cell; null: none, or a fault that was told. */
export function rankOf(cell: Cell, wrong: Wrong<"rank">): number | null {
  if (isBlank(cell)) return null;
  const value = rankNumber(cell);
  if (!(value >= 1 && value <= MOST_RANK) || !Number.isInteger(2 * value)) {
    return wrong(
      "rank",
      "NOT_A_RANK",
      `is no number from 1 to ${MOST_RANK}; leave it blank where there is none`,
    );
  }
  return value;
}

/** Halves that one row alone has: such a place is two rows' or more. */
export function loneHalves(
  table: Table,
  read: readonly { row: number; rank: number | null }[],
  place: number,
): CellFault[] {
  const shared = Map.groupBy(read, ({ rank }) => rank);
  return read.filter(({ rank }) =>
    rank !== null && !Number.isInteger(rank) && shared.get(rank)!.length === 1
  ).map(({ row, rank }) =>
    faultAt(table, row, place, HEADERS.rank, {
      code: "NOT_A_RANK",
      message: faultSentence(
        HEADERS.rank,
        `is ${rank}, the place of two or more, but no other row has it`,
      ),
    })
  );
}

function bucketOf(cell: Cell, wrong: Wrong): number | null {
  if (isBlank(cell)) return null;
  const text = nameKey(String(cell));
  const found = [...BUCKETS].find(([bucket, name]) =>
    name.toLowerCase() === text || String(bucket) === text
  );
  if (!found || isBad(cell)) {
    return wrong("bucket", "UNKNOWN_BUCKET", `is none of ${[...BUCKETS.values()].join(", ")}`);
  }
  return found[0];
}

function notesOf(cell: Cell, wrong: Wrong): string | null {
  if (isBlank(cell)) return null;
  const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  if (isBad(cell) || !isStorable(text)) return wrong("notes", "INVALID_TEXT", "holds no text");
  if (text.length > LONGEST_NOTE) {
    return wrong(
      "notes",
      "TOO_LONG",
      `has ${text.length} characters; at most ${LONGEST_NOTE} are possible`,
    );
  }
  return text;
}

function repeated(
  table: Table,
  read: readonly Read[],
  places: ReadonlyMap<RankingColumn, number>,
): CellFault[] {
  const first = new Map<string, number>();
  return read.flatMap(({ row, line }) => {
    const before = first.get(line.id);
    if (before === undefined) {
      first.set(line.id, row);
      return [];
    }
    return [faultAt(table, row, places.get("line")!, HEADERS.line, {
      code: "DUPLICATE_ROW",
      message: `${HEADERS.line}: row ${before + 1} has ${line.name} already.`,
    })];
  });
}

/** Ranked rows, the best first, each in a bucket. */
function inOrder(read: readonly Read[]): (Read & { rank: number; bucket: number })[] {
  let bucket = 1;
  return read.filter((each): each is Read & { rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank || a.row - b.row)
    .map((each) => ({ ...each, bucket: bucket = each.bucket ?? bucket }));
}

/** Better buckets come first, equals stand in one bucket, and where there are to be none there are none. */
function wrongOrder(
  table: Table,
  ranked: ReturnType<typeof inOrder>,
  places: ReadonlyMap<RankingColumn, number>,
  ties: boolean,
): CellFault[] {
  return ranked.flatMap((each, i) => {
    const before = ranked[i - 1];
    if (!before) return [];
    const at = (
      code: string,
      message: string,
    ) => [faultAt(table, each.row, places.get("rank")!, HEADERS.rank, { code, message })];
    if (each.rank === before.rank && !ties) {
      return at(
        "TIED_RANKS",
        `${HEADERS.rank} ${each.rank} stands in row ${
          before.row + 1
        } already; this run allows no equals.`,
      );
    }
    if (
      each.bucket > before.bucket || (each.rank === before.rank && each.bucket !== before.bucket)
    ) {
      return at(
        "BUCKETS_OUT_OF_ORDER",
        `${each.line.name} is in ${
          BUCKETS.get(each.bucket)
        }, but is ranked behind ${before.line.name} in ${BUCKETS.get(before.bucket)} (row ${
          before.row + 1
        }). Better buckets come first.`,
      );
    }
    return [];
  });
}

function rowsOf(
  read: readonly Read[],
  ranked: ReturnType<typeof inOrder>,
  lines: readonly RankedLine[],
): RankingRow[] {
  const placeOf = new Map<string, { rank: number; bucket: number }>();
  ranked.forEach((each, i) => {
    const tied = i > 0 && ranked[i - 1].rank === each.rank;
    const rank = tied ? placeOf.get(ranked[i - 1].line.id)!.rank : i + 1;
    placeOf.set(each.line.id, { rank, bucket: each.bucket });
  });
  const named = new Set(read.map(({ line }) => line.id));
  return [
    ...read.map(({ line, bucket, notes }): RankingRow => ({
      job_line: line.id,
      order_preference: placeOf.get(line.id)?.rank ?? null,
      like_dislike_preference: placeOf.get(line.id)?.bucket ?? bucket,
      ...notes === undefined ? {} : { notes },
    })),
    ...lines.filter(({ id, rank }) => !named.has(id) && rank !== null).map((
      { id, bucket },
    ): RankingRow => ({
      job_line: id,
      order_preference: null,
      like_dislike_preference: bucket,
    })),
  ];
}
