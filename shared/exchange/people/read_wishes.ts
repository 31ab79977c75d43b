// Doctors' wishes from a table: a row for each rank, a column for each line with ranks in it, or a column for each rank with
// lines in it.

import { headerKey, parseText } from "../cells.ts";
import type { FileColumn } from "../mappings.ts";
import { isBlank } from "../table.ts";
import { type Draft, grouped, parseRank, type Place, Reading } from "./draft.ts";
import type { Population } from "./population.ts";
import { type PeopleTable, readCell } from "./table.ts";

/** How a table of wishes is laid out. */
export type WishLayout = "long" | "by line" | "by rank";

/** One wish of one doctor, and the cell that it stands in. */
interface Wish extends Place {
  doctor: string;
  line: string;
  rank: number;
}

const RANK_HEADER =
  /^(?:rank|choice|preference|pref|number|no|p)?0*(\d{1,3})(?:st|nd|rd|th)?(?:choice|preference|rank|pref)?$/;

/** The rank that a header stands for: "Rank 3", "3rd choice", "3"; null: none. */
function rankOfHeader({ header }: FileColumn): number | null {
  const rank = Number(RANK_HEADER.exec(headerKey(header))?.[1] ?? 0);
  return rank >= 1 ? rank : null;
}

/** How a table is laid out, by its columns. */
export function layoutOf(people: PeopleTable, lines: readonly string[]): WishLayout {
  if (people.fields.has("line")) return "long";
  const names = new Set(lines.map(headerKey));
  const byLine = people.others.filter(({ header }) => names.has(headerKey(header))).length;
  const byRank = people.others.filter((column) => rankOfHeader(column) !== null).length;
  return byRank > byLine ? "by rank" : "by line";
}

/** Reads wishes; whoever the table gives some has these and no others afterwards. */
export function readWishes(
  people: PeopleTable,
  population: Population,
): Draft & { layout: WishLayout } {
  const reading = new Reading(people, population);
  const layout = layoutOf(people, reading.lines);
  const wishes = layout === "long"
    ? longWishes(reading)
    : layout === "by line"
    ? wishesByLine(reading)
    : wishesByRank(reading);
  const byDoctor = grouped(wishes, ({ doctor }) => doctor);
  for (const [doctor, own] of byDoctor) addWishes(reading, doctor, own);
  if (byDoctor.size === 0 && people.faults.length === 0) {
    reading.fault(people.rows[0], undefined, null, "NO_ROWS", "has no rank of any line");
  }
  return { ...reading.draft, layout };
}

function addWishes(reading: Reading, doctor: string, wishes: Wish[]): void {
  const seen = new Set<string>();
  const places: Wish[] = [];
  for (const wish of wishes.toSorted((a, b) => a.rank - b.rank)) {
    const { line, row, column, header } = wish;
    if (seen.has(line)) {
      reading.fault(
        row,
        column,
        header,
        "DUPLICATE_ROW",
        `ranks ${line} a second time for this doctor`,
      );
      continue;
    }
    seen.add(line);
    places.push(wish);
  }
  const { row } = wishes[0];
  const ranks = places.map(({ line, rank }) => [line, rank]);
  reading.add("preferences", { worker: doctor, ranks }, {
    ".ranks": places,
    ".worker": { row, column: reading.column("email") ?? reading.column("name"), header: "Doctor" },
  });
  reading.origin("wishes", doctor, row);
}

function longWishes(reading: Reading): Wish[] {
  const { people } = reading;
  const column = reading.column("line"), header = column?.header ?? "Line";
  const ranks = reading.column("rank");
  const wishes: Wish[] = [];
  for (const row of people.rows) {
    const doctor = reading.doctor(row), line = reading.line(row);
    const rank = ranks ? readCell(people, row, ranks, "Rank", parseRank) : null;
    if (doctor === undefined || line === undefined || rank === undefined) continue;
    if (rank === null) {
      reading.fault(row, ranks, "Rank", "EMPTY_CELL", "is empty; it is needed");
    } else wishes.push({ doctor, line, rank, row, column, header });
  }
  return wishes;
}

function wishesByLine(reading: Reading): Wish[] {
  const { people, lineFinder } = reading;
  const columns = people.others.flatMap((column) => {
    const found = lineFinder.find(column.header);
    if ("name" in found) return [{ ...column, line: found.name }];
    // A column of remarks is left alone; one of ranks whose line nobody knows is not.
    const ranked = people.rows.find(({ cells }) => {
      const parsed = parseRank(cells[column.place] ?? null);
      return "value" in parsed && parsed.value !== null;
    });
    if (ranked) {
      reading.fault(
        ranked,
        column,
        column.header,
        found.fault.code,
        `holds a rank, but ${found.fault.message}`,
      );
    }
    return [];
  });
  return people.rows.flatMap((row) => {
    const ranks = columns.flatMap((column) => {
      const rank = readCell(people, row, column, column.header, parseRank);
      return rank === undefined || rank === null ? [] : [{ line: column.line, rank, column }];
    });
    if (ranks.length === 0) return [];
    const doctor = reading.doctor(row);
    return doctor === undefined ? [] : ranks.map(({ line, rank, column }) => ({
      doctor,
      line,
      rank,
      row,
      column,
      header: column.header,
    }));
  });
}

function wishesByRank(reading: Reading): Wish[] {
  const { people, lineFinder } = reading;
  const columns = people.others.flatMap((column) => {
    const rank = rankOfHeader(column);
    return rank === null ? [] : [{ ...column, rank }];
  });
  return people.rows.flatMap((row) => {
    const wished = columns.flatMap((column) => {
      const text = isBlank(row.cells[column.place])
        ? null
        : readCell(people, row, column, column.header, (cell) => parseText(cell, 200));
      if (text === undefined || text === null) return [];
      const place = { row, column, header: column.header };
      const line = reading.found(
        row,
        place,
        lineFinder.find(text),
      );
      return line === undefined ? [] : [{ ...place, line, rank: column.rank }];
    });
    if (wished.length === 0) return [];
    const doctor = reading.doctor(row);
    return doctor === undefined ? [] : wished.map((wish) => ({ ...wish, doctor }));
  });
}
