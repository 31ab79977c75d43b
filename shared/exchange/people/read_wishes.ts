// Doctors' wishes from a table: a row for each rank, a column for each line with ranks in it, or a column for each rank with
// lines in it.

import { headerKey } from "../cells.ts";
import type { FileColumn } from "../mappings.ts";
import { type Draft, isClean, parseRank, type Place, Reading } from "./draft.ts";
import type { Population } from "./population.ts";
import { type PeopleTable, readCell, type Row } from "./table.ts";

/** How a table of wishes is laid out. */
export type WishLayout = "long" | "by line" | "by rank";

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
  const wishes = new Wishes();
  if (layout === "long") longWishes(reading, wishes);
  else if (layout === "by line") wishesByLine(reading, wishes);
  else wishesByRank(reading, wishes);
  for (const [doctor, own] of wishes.byDoctor()) addWishes(reading, wishes, doctor, own);
  if (wishes.count === 0 && people.faults.length === 0) {
    reading.fault(people.rows[0], undefined, null, "NO_ROWS", "has no rank of any line");
  }
  return { ...reading.draft, layout };
}

/** Names by number, in the order in which they come. */
class Numbered {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();
  #last = "";
  #lastNumber = -1;

  /** The number of a name, which is mostly the one before. */
  of(name: string): number {
    if (name === this.#last) return this.#lastNumber;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    this.#last = name;
    return this.#lastNumber = number;
  }
}

/** What a wish stands in. */
interface WishColumn {
  column?: FileColumn;
  header: string;
}

/** Wishes by number, each a doctor, a line, a rank and a cell: tens of thousands, of which an object each would cost as much as reading them. */
class Wishes {
  readonly doctors = new Numbered();
  readonly lines = new Numbered();
  readonly ranks: number[] = [];
  readonly #doctors: number[] = [];
  readonly #lines: number[] = [];
  readonly #rows: Row[] = [];
  readonly #columns: WishColumn[] = [];

  get count(): number {
    return this.ranks.length;
  }

  add(doctor: string, line: string, rank: number, row: Row, column: WishColumn): void {
    this.#doctors.push(this.doctors.of(doctor));
    this.#lines.push(this.lines.of(line));
    this.ranks.push(rank);
    this.#rows.push(row);
    this.#columns.push(column);
  }

  /** The number of the line of a wish. */
  line(wish: number): number {
    return this.#lines[wish];
  }

  row(wish: number): Row {
    return this.#rows[wish];
  }

  place(wish: number): Place {
    return { row: this.#rows[wish], ...this.#columns[wish] };
  }

  /** Each doctor with their wishes, in the order of their rows. */
  *byDoctor(): Generator<[doctor: string, wishes: Int32Array]> {
    const { names } = this.doctors;
    const ends = new Int32Array(names.length + 1);
    for (const doctor of this.#doctors) ends[doctor + 1]++;
    for (let doctor = 0; doctor < names.length; doctor++) ends[doctor + 1] += ends[doctor];
    const wishes = new Int32Array(this.count), next = ends.slice();
    for (let wish = 0; wish < this.count; wish++) wishes[next[this.#doctors[wish]]++] = wish;
    for (const [doctor, name] of names.entries()) {
      yield [name, wishes.subarray(ends[doctor], ends[doctor + 1])];
    }
  }
}

function addWishes(reading: Reading, wishes: Wishes, doctor: string, own: Int32Array): void {
  const { ranks, lines: { names } } = wishes;
  const row = wishes.row(own[0]);
  const seen = new Set<number>();
  // Of equals the one that comes first stays first.
  const ordered = own.sort((a, b) => ranks[a] - ranks[b] || a - b).filter((wish) => {
    const line = wishes.line(wish);
    if (!seen.has(line)) return seen.add(line);
    const { row, column, header } = wishes.place(wish);
    const message = `ranks ${names[line]} a second time for this doctor`;
    reading.fault(row, column, header, "DUPLICATE_ROW", message);
    return false;
  });
  // Nobody asks for what has faults.
  if (!isClean(reading.people)) return;
  const document = Array.from(ordered, (wish) => [names[wishes.line(wish)], ranks[wish]]);
  reading.add("preferences", { worker: doctor, ranks: document }, {
    ".ranks": { length: ordered.length, at: (n: number) => wishes.place(ordered[n]) },
    ".worker": { row, column: reading.column("email") ?? reading.column("name"), header: "Doctor" },
  });
  reading.origin("wishes", doctor, row);
}

/** The rank in a cell, null of a blank one; undefined where a fault was told. */
function rankIn(reading: Reading, row: Row, column: FileColumn, header: string) {
  return readCell(reading.people, row, column, header, parseRank);
}

function longWishes(reading: Reading, wishes: Wishes): void {
  const { people } = reading;
  const column = reading.column("line");
  const stands = { column, header: column?.header ?? "Line" };
  const ranks = reading.column("rank");
  for (const row of people.rows) {
    const doctor = reading.doctor(row), line = reading.line(row);
    const rank = ranks ? rankIn(reading, row, ranks, "Rank") : null;
    if (doctor === undefined || line === undefined || rank === undefined) continue;
    if (rank === null) {
      reading.fault(row, ranks, "Rank", "EMPTY_CELL", "is empty; it is needed");
    } else wishes.add(doctor, line, rank, row, stands);
  }
}

function wishesByLine(reading: Reading, wishes: Wishes): void {
  const { people } = reading;
  const columns = lineColumns(reading);
  const found: { line: string; rank: number; stands: WishColumn }[] = [];
  for (const row of people.rows) {
    found.length = 0;
    for (const { line, stands } of columns) {
      if ((row.cells[stands.column.place] ?? null) === null) continue;
      const rank = rankIn(reading, row, stands.column, stands.header);
      if (typeof rank === "number") found.push({ line, rank, stands });
    }
    const doctor = found.length > 0 ? reading.doctor(row) : undefined;
    if (doctor === undefined) continue;
    for (const { line, rank, stands } of found) wishes.add(doctor, line, rank, row, stands);
  }
}

/** The columns of lines. A column of remarks is left alone; one of ranks whose line nobody knows is told. */
function lineColumns(reading: Reading): { line: string; stands: Required<WishColumn> }[] {
  const { people, lineFinder } = reading;
  return people.others.flatMap((column) => {
    const { header } = column;
    const found = lineFinder.find(header);
    if ("name" in found) return [{ line: found.name, stands: { column, header } }];
    const ranked = people.rows.find(({ cells }) => {
      const parsed = parseRank(cells[column.place] ?? null);
      return "value" in parsed && parsed.value !== null;
    });
    if (ranked) {
      const { code, message } = found.fault;
      reading.fault(ranked, column, header, code, `holds a rank, but ${message}`);
    }
    return [];
  });
}

function wishesByRank(reading: Reading, wishes: Wishes): void {
  const { people } = reading;
  const columns = people.others.flatMap((column) => {
    const rank = rankOfHeader(column);
    return rank === null ? [] : [{ rank, stands: { column, header: column.header } }];
  });
  const found: { line: string; rank: number; stands: WishColumn }[] = [];
  for (const row of people.rows) {
    found.length = 0;
    for (const { rank, stands } of columns) {
      const line = reading.lineIn(row, stands.column, stands.header);
      if (typeof line === "string") found.push({ line, rank, stands });
    }
    const doctor = found.length > 0 ? reading.doctor(row) : undefined;
    if (doctor === undefined) continue;
    for (const { line, rank, stands } of found) wishes.add(doctor, line, rank, row, stands);
  }
}
