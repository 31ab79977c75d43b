// What a table of people asks for: a document of the database's `populate_allocation_run()`, with the cell of each of its
// parts, so that whatever the database has against it is told at a cell.

import { GuessBudget } from "../guesses.ts";
import {
  type Parsed,
  parseNeeded,
  parseText,
  quote,
  rankNumber,
  refuse,
  wholeAtSight,
} from "../cells.ts";
import type { FileColumn } from "../mappings.ts";
import { type Cell, type CellFault, isBlank } from "../table.ts";
import { DoctorFinder, type Found, lineNames, NameFinder, type Population } from "./population.ts";
import {
  cellFault,
  hasCell,
  headerOf,
  type PeopleTable,
  read,
  readCell,
  type Row,
} from "./table.ts";

/** A cell, or a whole row where there is no column. */
export interface Place {
  row: Row;
  column?: FileColumn;
  /** As this project names it. */
  header: string | null;
}

/** Cells of a list's entries, in order: an array of them, or what makes those that are asked for. */
export interface EntryPlaces {
  readonly length: number;
  at(index: number): Place | undefined;
  /** The cell of an entry's rank, where it stands in another one than the name. */
  rankAt?(index: number): Place | undefined;
}

/** Where the parts of a document came from: cells by path. Those of a list's entries are kept as one, for they are tens of thousands. */
export class Places {
  readonly #one = new Map<string, Place>();
  readonly #lists = new Map<string, EntryPlaces>();

  /** @param path e.g. `preferences[3].worker` */
  set(path: string, place: Place): void {
    this.#one.set(path, place);
  }

  /** @param path of the list, e.g. `preferences[3].ranks`; @param places of its entries, in order */
  setEntries(path: string, places: EntryPlaces): void {
    this.#lists.set(path, places);
  }

  /** The cell of a path, or of the nearest part of the document that it lies in. */
  nearest(path: string): Place | undefined {
    const one = this.#one.get(path);
    if (one !== undefined) return one;
    const [, outer, index] = /^(.*)(?:\[(\d+)\]|\.[^.[\]]+)$/s.exec(path) ?? [];
    if (outer === undefined) return undefined;
    const [, list, entry] = /^(.*)\[(\d+)\]\[1\]$/s.exec(path) ?? [];
    const rank = list === undefined ? undefined : this.#lists.get(list)?.rankAt?.(Number(entry));
    if (rank !== undefined) return rank;
    return (index === undefined ? undefined : this.#lists.get(outer)?.at(Number(index))) ??
      this.nearest(outer);
  }

  /** All of them. */
  *all(): Generator<Place> {
    yield* this.#one.values();
    for (const places of this.#lists.values()) {
      for (let n = 0; n < places.length; n++) yield places.at(n)!;
    }
  }
}

/** What a table asks for. */
export interface Draft {
  /** Members of a `populate_allocation_run()` document. */
  document: Record<string, unknown[]>;
  places: Places;
  /** Rows by what they are about: section and key of the database's changes. */
  origins: Map<string, Row>;
}

/** How one kind of table is read. */
export type ReadPeople = (people: PeopleTable, population: Population) => Draft;

/** Where no table has a column. */
const NO_PLACE = 100_000;

/** What readers share: who and which line a row means. */
export class Reading {
  readonly draft: Draft = { document: {}, places: new Places(), origins: new Map() };
  readonly finder: DoctorFinder;
  readonly lines: readonly string[];
  readonly lineFinder: NameFinder;
  readonly tagFinder: NameFinder;

  /** Doctors and lines by cells that named them before: each stands in very many rows. */
  readonly #doctors = new Map<Cell, string>();
  readonly #lineOf = new Map<Cell, string>();

  /** Where addresses and lines stand. */
  readonly #addressPlace: number;
  readonly #linePlace: number;

  constructor(readonly people: PeopleTable, readonly population: Population) {
    this.#addressPlace = this.column("email")?.place ?? NO_PLACE;
    this.#linePlace = this.column("line")?.place ?? NO_PLACE;
    const guesses = new GuessBudget();
    this.finder = new DoctorFinder(population, people.mailDomain, guesses);
    this.lines = lineNames(population);
    this.lineFinder = new NameFinder(
      this.lines,
      "UNKNOWN_LINE",
      "is no line of this allocation run",
      guesses,
    );
    this.tagFinder = new NameFinder(
      population.tags,
      "UNKNOWN_TAG",
      "is no qualification tag; tags come with the doctors who hold them",
      guesses,
    );
  }

  /** The column of a field. */
  column(key: string): FileColumn | undefined {
    return this.people.fields.get(key)?.[0];
  }

  /**
   * Adds to a list of the document; its index.
   * @param places cells by what stands behind the path of the entry; several: of a list's entries
   */
  add(
    list: string,
    entry: Record<string, unknown>,
    places: Record<string, Place | EntryPlaces>,
  ): number {
    const entries = (this.draft.document[list] ??= []);
    const index = entries.push(entry) - 1;
    for (const [member, place] of Object.entries(places)) {
      const path = `${list}[${index}]${member}`;
      if ("row" in place) this.draft.places.set(path, place);
      else this.draft.places.setEntries(path, place);
    }
    return index;
  }

  /** Says that a cell is wrong. */
  fault(
    row: Row,
    column: FileColumn | undefined,
    header: string | null,
    code: string,
    message: string,
  ) {
    this.people.faults.push(cellFault(this.people, row, column, header, { code, message }));
  }

  /** The place of a field in a row. */
  place(row: Row, key: string): Place {
    return { row, column: this.column(key), header: headerOf(this.people.kind, key) };
  }

  /** Remembers which row a change of the database is about. */
  origin(section: string, key: string, row: Row): void {
    const origin = `${section} ${key}`;
    if (!this.draft.origins.has(origin)) this.draft.origins.set(origin, row);
  }

  /** The name that a row gives in one column or two; undefined: none, or a fault. */
  name(row: Row): string | undefined {
    const { people } = this;
    const text = (cell: Cell) => parseText(cell ?? "", 200);
    if (people.fields.has("name") && hasCell(people, row, "name")) {
      const name = read(people, row, "name", text);
      // "Name" beside "First name" is the surname where it is one word of its own.
      const first = people.fields.has("first_name") && !people.fields.has("surname")
        ? read(people, row, "first_name", text)
        : undefined;
      const isSurname = name && first && !/[\s,]/.test(name) && name !== first;
      return isSurname ? `${first} ${name}` : name;
    }
    const [surname, first] = ["surname", "first_name"].map((key) => read(people, row, key, text));
    return [first, surname].filter(Boolean).join(" ") || undefined;
  }

  /** The e-mail address of the doctor that a row is about; undefined where a fault was told. */
  doctor(row: Row): string | undefined {
    const address = row.cell(this.#addressPlace);
    const before = this.#doctors.get(address);
    if (before !== undefined) return before;
    const doctor = this.#findDoctor(row);
    if (doctor !== undefined && !isBlank(address)) this.#doctors.set(address, doctor);
    return doctor;
  }

  #findDoctor(row: Row): string | undefined {
    const { people } = this;
    const key = hasCell(people, row, "email")
      ? "email"
      : people.fields.has("name")
      ? "name"
      : "surname";
    const text = key === "email"
      ? read(people, row, "email", (cell) => parseText(cell, 320))
      : this.name(row);
    if (text === undefined) {
      if (!hasCell(people, row, key)) {
        this.fault(
          row,
          this.column(key),
          headerOf(people.kind, key),
          "EMPTY_CELL",
          "is empty; it is needed",
        );
      }
      return undefined;
    }
    return this.found(row, this.place(row, key), this.finder.find(text));
  }

  /** The line that a row names; undefined where a fault was told. */
  line(row: Row): string | undefined {
    const cell = row.cell(this.#linePlace);
    const before = this.#lineOf.get(cell);
    if (before !== undefined) return before;
    const text = read(this.people, row, "line", (cell) => parseNeeded(cell, 200));
    if (text === undefined) return undefined;
    return this.#lookUp(row, cell, text, this.place(row, "line"));
  }

  /** The line that a cell names, null where it is blank; undefined where a fault was told. */
  lineIn(row: Row, column: FileColumn, header: string): string | null | undefined {
    const cell = row.cell(column.place);
    const before = this.#lineOf.get(cell);
    if (before !== undefined) return before;
    if (isBlank(cell)) return null;
    const text = readCell(this.people, row, column, header, (each) => parseText(each, 200));
    if (text === undefined) return undefined;
    return this.#lookUp(row, cell, text, { row, column, header });
  }

  #lookUp(row: Row, cell: Cell, text: string, place: Place): string | undefined {
    const line = this.found(row, place, this.lineFinder.find(text));
    if (line !== undefined) this.#lineOf.set(cell, line);
    return line;
  }

  /** What was found, or a fault at its cell. */
  found(row: Row, { column, header }: Place, found: Found): string | undefined {
    if ("name" in found) return found.name;
    this.fault(row, column, header, found.fault.code, found.fault.message);
    return undefined;
  }

  /** Doctors that entries of a cell name. */
  doctors(row: Row, place: Place, entries: readonly string[]): string[] {
    return entries.flatMap((entry) => this.found(row, place, this.finder.find(entry)) ?? []);
  }
}

/** The most that a rank may be. */
const MOST_RANK = 10_000;

/** The rank that a cell is seen to hold at once, as most do; null: it holds none, or takes a closer look. */
export function rankAtSight(cell: Cell): number | null {
  const seen = wholeAtSight(cell);
  return seen >= 1 && seen <= MOST_RANK ? seen : null;
}

/** A rank: a whole or half number from 1, see `rankNumber()`. Null of a blank cell. */
export function parseRank(cell: Cell): Parsed<number | null> {
  const seen = rankAtSight(cell);
  if (seen !== null) return { value: seen };
  if (isBlank(cell)) return { value: null };
  const rank = rankNumber(cell);
  return rank >= 1 && rank <= MOST_RANK && Number.isInteger(2 * rank) ? { value: rank } : refuse(
    "NOT_A_RANK",
    `holds ${quote(cell)}; write a rank: 1, 2, 3, or 1.5 where two share a place`,
  );
}

/** Joins what several rows say of one thing, in the order of the rows. */
export function grouped<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Whether an answer may be given at all. */
export function isClean({ faults }: { faults: CellFault[] }): boolean {
  return faults.length === 0;
}
