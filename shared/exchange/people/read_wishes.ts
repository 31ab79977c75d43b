// Doctors' wishes from a table: a row for each rank, a column for each line with ranks in it, or a column for each rank with
// lines in it.

import { headerKey, parseText, quote } from "../cells.ts";
import type { FileColumn } from "../mappings.ts";
import { larger } from "../rows.ts";
import { isBlank } from "../table.ts";
import { type Draft, isClean, parseRank, type Place, rankAtSight, Reading } from "./draft.ts";
import type { Population } from "./population.ts";
import { type PeopleTable, readCell, Row } from "./table.ts";

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
  const wishes = new Wishes(people);
  if (ranksOtherThings(reading, layout)) return { ...reading.draft, layout };
  if (layout === "long") longWishes(reading, wishes);
  else if (layout === "by line") wishesByLine(reading, wishes);
  else wishesByRank(reading, wishes);
  for (const [doctor, own] of wishes.byDoctor()) addWishes(reading, wishes, doctor, own);
  if (wishes.count === 0 && people.faults.length === 0) {
    reading.fault(people.rows.at(0), undefined, null, "NO_ROWS", "has no rank of any line");
  }
  return { ...reading.draft, layout };
}

/** So many names of which none is a line are no slips of the pen. */
const FEWEST_STRANGERS = 3;

/** Tells once that a table ranks something else than lines, as those of programs do whose doctors rank positions. */
function ranksOtherThings(reading: Reading, layout: WishLayout): boolean {
  const { lines, lineFinder } = reading;
  if (lines.length === 0) return false;
  const names = new Set<string>();
  let first: Place | undefined;
  for (const { text, place } of rankedNames(reading, layout)) {
    if ("name" in lineFinder.find(text)) return false;
    names.add(text);
    first ??= place;
  }
  if (first === undefined || names.size < FEWEST_STRANGERS) return false;
  const some = (all: Iterable<string>) => Array.from(all, quote).slice(0, 3).join(", ");
  const message =
    `ranks ${names.size} names of which none is a line of this allocation run (${some(names)}); ` +
    `doctors rank whole lines here (${
      some(lines)
    }), not the positions in them: let them rank these`;
  reading.fault(first.row, first.column, first.header, "NO_LINE_RANKED", message);
  return true;
}

/** What a table gives ranks to, with where it stands. */
function* rankedNames(
  { people }: Reading,
  layout: WishLayout,
): Generator<{ text: string; place: Place }> {
  if (layout === "by line") {
    for (const column of people.others) {
      const { header } = column, row = firstRanked(people, column);
      if (row) yield { text: header, place: { row, column, header } };
    }
    return;
  }
  const columns = layout === "long"
    ? people.fields.get("line") ?? []
    : people.others.filter((column) => rankOfHeader(column) !== null);
  for (const row of people.rows) {
    for (const column of columns) {
      const cell = row.cell(column.place);
      if (isBlank(cell)) continue;
      const parsed = parseText(cell, 200);
      const header = layout === "long" ? "Line" : column.header;
      if ("value" in parsed && parsed.value) {
        yield { text: parsed.value, place: { row, column, header } };
      }
    }
  }
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

const FEWEST_WISHES = 1_024;

/** What a wish stands in. */
interface WishColumn {
  column?: FileColumn;
  header: string;
  /** The column of ranks, where they have one. */
  ranks?: FileColumn;
}

/** Wishes by number, each a doctor, a line, a rank and a cell: tens of thousands, of which an object each would cost as much as reading them. */
class Wishes {
  readonly doctors = new Numbered();
  readonly lines = new Numbered();
  ranks: Float64Array;
  count = 0;
  #doctors: Int32Array;
  #lines: Int32Array;
  #rows: Int32Array;
  #columns: Uint16Array;
  /** What wishes stand in, by the numbers of `#columns`. */
  readonly #stands: WishColumn[] = [];
  /** By line: the number of the question that saw it last, and how many were asked. */
  #seen: Int32Array | null = null;
  #asked = 0;

  constructor(private readonly people: PeopleTable) {
    const capacity = Math.max(FEWEST_WISHES, people.rows.length);
    this.ranks = new Float64Array(capacity);
    this.#doctors = new Int32Array(capacity);
    this.#lines = new Int32Array(capacity);
    this.#rows = new Int32Array(capacity);
    this.#columns = new Uint16Array(capacity);
  }

  /** What wishes may stand in. @returns its number */
  addColumn(column: WishColumn): number {
    return this.#stands.push(column) - 1;
  }

  /** @param row by its number in the table @param column by its number here */
  add(doctor: string, line: string, rank: number, row: number, column: number): void {
    const wish = this.count++;
    if (wish === this.ranks.length) this.#grow();
    this.#doctors[wish] = this.doctors.of(doctor);
    this.#lines[wish] = this.lines.of(line);
    this.ranks[wish] = rank;
    this.#rows[wish] = row;
    this.#columns[wish] = column;
  }

  #grow(): void {
    this.ranks = larger(this.ranks);
    this.#doctors = larger(this.#doctors);
    this.#lines = larger(this.#lines);
    this.#rows = larger(this.#rows);
    this.#columns = larger(this.#columns);
  }

  /** The number of the line of a wish. */
  line(wish: number): number {
    return this.#lines[wish];
  }

  row(wish: number): Row {
    return new Row(this.people.table.rows, this.#rows[wish]);
  }

  place(wish: number): Place {
    const { column, header } = this.#stands[this.#columns[wish]];
    return { row: this.row(wish), column, header };
  }

  /** Where its rank stands. */
  rankPlace(wish: number): Place {
    const { ranks } = this.#stands[this.#columns[wish]];
    return ranks ? { row: this.row(wish), column: ranks, header: "Rank" } : this.place(wish);
  }

  /** Those of one doctor's wishes, in their order, whose line another one before has. */
  repeated(wishes: Int32Array): number[] {
    const seen = this.#seen ??= new Int32Array(this.lines.names.length);
    const repeated: number[] = [];
    this.#asked++;
    for (const wish of wishes) {
      const line = this.#lines[wish];
      if (seen[line] === this.#asked) repeated.push(wish);
      seen[line] = this.#asked;
    }
    return repeated;
  }

  /** Each doctor with their wishes, in the order of their rows. */
  *byDoctor(): Generator<[doctor: string, wishes: Int32Array]> {
    const { names } = this.doctors;
    const ends = new Int32Array(names.length + 1);
    for (let wish = 0; wish < this.count; wish++) ends[this.#doctors[wish] + 1]++;
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
  // While they stand in the order of the file: what comes second there is what is told.
  const repeated = wishes.repeated(own);
  // Of equals the one that comes first stays first.
  if (!isOrdered(own, ranks)) own.sort((a, b) => ranks[a] - ranks[b] || a - b);
  for (const wish of repeated) {
    const { row, column, header } = wishes.place(wish);
    const message = `ranks ${names[wishes.line(wish)]} a second time for this doctor`;
    reading.fault(row, column, header, "DUPLICATE_ROW", message);
  }
  // Nobody asks for what has faults.
  if (!isClean(reading.people)) return;
  const document = Array.from(own, (wish) => [names[wishes.line(wish)], ranks[wish]]);
  reading.add("preferences", { worker: doctor, ranks: document }, {
    ".ranks": {
      length: own.length,
      at: (n: number) => wishes.place(own[n]),
      rankAt: (n: number) => wishes.rankPlace(own[n]),
    },
    ".worker": { row, column: reading.column("email") ?? reading.column("name"), header: "Doctor" },
  });
  reading.origin("wishes", doctor, row);
}

/** Whether wishes stand in the order of their ranks, as they mostly do. */
function isOrdered(wishes: Int32Array, ranks: Float64Array): boolean {
  for (let n = 1; n < wishes.length; n++) {
    if (ranks[wishes[n]] < ranks[wishes[n - 1]]) return false;
  }
  return true;
}

/** The rank in a cell, null of a blank one; undefined where a fault was told. */
function rankIn(reading: Reading, row: Row, column: FileColumn, header: string) {
  return rankAtSight(row.cell(column.place)) ??
    readCell(reading.people, row, column, header, parseRank);
}

function longWishes(reading: Reading, wishes: Wishes): void {
  const { people } = reading;
  const column = reading.column("line");
  const ranks = reading.column("rank");
  const stands = wishes.addColumn({ column, header: column?.header ?? "Line", ranks });
  for (const row of people.rows) {
    const doctor = reading.doctor(row), line = reading.line(row);
    const rank = ranks ? rankIn(reading, row, ranks, "Rank") : null;
    if (doctor === undefined || line === undefined || rank === undefined) continue;
    if (rank === null) {
      reading.fault(row, ranks, "Rank", "EMPTY_CELL", "is empty; it is needed");
    } else wishes.add(doctor, line, rank, row.number, stands);
  }
}

/** A column of a wide table, with the line or the rank that its header says. */
interface WideColumn<Said> {
  column: FileColumn;
  said: Said;
  /** Its number among what wishes stand in. */
  stands: number;
}

function wishesByLine(reading: Reading, wishes: Wishes): void {
  const columns = lineColumns(reading, wishes);
  const ranks: number[] = [], found: WideColumn<string>[] = [];
  for (const row of reading.people.rows) {
    ranks.length = found.length = 0;
    for (const each of columns) {
      if (row.cell(each.column.place) === null) continue;
      const rank = rankIn(reading, row, each.column, each.column.header);
      if (typeof rank === "number") {
        ranks.push(rank);
        found.push(each);
      }
    }
    const doctor = found.length > 0 ? reading.doctor(row) : undefined;
    if (doctor === undefined) continue;
    found.forEach(({ said, stands }, n) => wishes.add(doctor, said, ranks[n], row.number, stands));
  }
}

/** The columns of lines. A column of remarks is left alone; one of ranks whose line nobody knows is told. */
function lineColumns(reading: Reading, wishes: Wishes): WideColumn<string>[] {
  const { people, lineFinder } = reading;
  return people.others.flatMap((column) => {
    const { header } = column;
    const found = lineFinder.find(header);
    if ("name" in found) {
      return [{ column, said: found.name, stands: wishes.addColumn({ column, header }) }];
    }
    const ranked = firstRanked(people, column);
    if (ranked) {
      const { code, message } = found.fault;
      reading.fault(ranked, column, header, code, `holds a rank, but ${message}`);
    }
    return [];
  });
}

/** The first row that has a rank in a column. */
function firstRanked({ rows }: PeopleTable, { place }: FileColumn): Row | undefined {
  for (const row of rows) {
    const parsed = parseRank(row.cell(place));
    if ("value" in parsed && parsed.value !== null) return row;
  }
  return undefined;
}

function wishesByRank(reading: Reading, wishes: Wishes): void {
  const { people } = reading;
  const columns = people.others.flatMap((column): WideColumn<number>[] => {
    const { header } = column, said = rankOfHeader(column);
    return said === null ? [] : [{ column, said, stands: wishes.addColumn({ column, header }) }];
  });
  const lines: string[] = [], found: WideColumn<number>[] = [];
  for (const row of people.rows) {
    lines.length = found.length = 0;
    for (const each of columns) {
      const line = reading.lineIn(row, each.column, each.column.header);
      if (typeof line === "string") {
        lines.push(line);
        found.push(each);
      }
    }
    const doctor = found.length > 0 ? reading.doctor(row) : undefined;
    if (doctor === undefined) continue;
    found.forEach(({ said, stands }, n) => wishes.add(doctor, lines[n], said, row.number, stands));
  }
}
