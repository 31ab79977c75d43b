// What readers of job lines share: the table, the positions that there are, and faults at their cells.

import { parseCell, parseText } from "../cells.ts";
import { grouped } from "../people/draft.ts";
import { NameFinder } from "../people/population.ts";
import {
  mondayOf,
  qualifiedName,
  type Roster,
  type RosterPosition,
  type WeekSpan,
} from "../roster.ts";
import type { LineColumns } from "./columns.ts";
import type { NamedPosition, NewPositions } from "./new_positions.ts";
import {
  type CellFault,
  faultAt,
  faultSentence,
  isBlank,
  type MergedSpots,
  mergedSpots,
  type Spot,
  type Table,
} from "../table.ts";
import { faultList } from "../refusals.ts";

/** How a file of lines is laid out. */
export type LinesLayout = "weeks" | "terms" | "rotations";

/** A line as a file says it. */
export interface ReadLine {
  name: string;
  spot: Spot;
  /** Position by term (from index 0), with the cell that says it; undefined: none. */
  terms: ({ position: RosterPosition; spot: Spot } | undefined)[];
  /** Weeks from 0, both included; null: the file says nothing of leave. */
  leave: { first: number; last: number }[] | null;
}

/** What a file says. */
export interface ReadLines {
  layout: LinesLayout;
  lines: ReadLine[];
  faults: CellFault[];
  /** Headers of columns that nothing was read from. */
  leftAlone: string[];
}

/** A cell that says that a line is away. */
export const LEAVE_WORD = /^(annual\s+)?leave$|^al$/i;

/** See above. */
export class LinesReader {
  readonly faults = faultList();
  readonly #finder: NameFinder;
  readonly #positions: ReadonlyMap<string, RosterPosition[]>;
  /** Cells of merged ranges, by row and column; made when they are first asked for. */
  #merged: MergedSpots | null = null;

  /** @param fresh makes positions that are not there; null: they are faults */
  constructor(
    readonly table: Table,
    readonly roster: Roster,
    readonly fresh: NewPositions | null = null,
  ) {
    const named = grouped(roster.positions, ({ name }) => name);
    // With their teams as rosters name those whose names are not enough; a name that is one already stays it.
    const qualified = grouped(roster.positions, qualifiedName);
    this.#positions = new Map([...qualified, ...named]);
    this.#finder = new NameFinder(
      [...this.#positions.keys()],
      "UNKNOWN_POSITION",
      "is no position of this allocation run",
    );
  }

  fault({ row, column }: Spot, header: string | null, code: string, message: string): void {
    this.faults.push(
      faultAt(this.table, row, column, header, {
        code,
        message: faultSentence(header ?? "The cell", message),
      }),
    );
  }

  /** The text of a cell; a fault is told. Blank is undefined. */
  text(row: number, column: number, header: string): string | undefined {
    const cell = this.table.rows.cell(row, column);
    if (isBlank(cell)) return undefined;
    const parsed = parseCell(cell, (each) => parseText(each, 200));
    if ("value" in parsed) return parsed.value;
    this.fault({ row, column }, header, parsed.fault.code, parsed.fault.message);
    return undefined;
  }

  /** The text of a cell, or of the merged range that it lies in. */
  covered(row: number, column: number, header: string): string | undefined {
    const spot = this.covering(row, column);
    return this.text(spot.row, spot.column, header);
  }

  /** The position that a cell names, told apart by hospital and team where several have its name. */
  position(
    { name, ...said }: NamedPosition,
    spot: Spot,
    header: string,
  ): RosterPosition | undefined {
    const { hospital, team } = said;
    const found = this.#finder.find(name);
    if ("fault" in found) {
      if (this.fresh) return this.fresh.position({ name, ...said }, spot, found.near ?? null);
      this.fault(spot, header, found.fault.code, found.fault.message);
      return undefined;
    }
    const named = this.#positions.get(found.name)!;
    const same = (a: string, b: string | undefined) =>
      b === undefined || a.toLowerCase() === b.toLowerCase();
    const fits = named.filter((each) => same(each.hospital, hospital) && same(each.team, team));
    if (fits.length === 1) return fits[0];
    // Of another hospital it is another position, where those that are not there are made.
    if (this.fresh && fits.length === 0) return this.fresh.position({ name, ...said }, spot, null);
    if (named.length === 1) return named[0];
    this.fault(
      spot,
      header,
      "AMBIGUOUS_POSITION",
      `names ${JSON.stringify(found.name)}, of which there are ${named.length} (${
        named.map((each) => `${each.team}, ${each.hospital}`).join("; ")
      }); give the hospital and team`,
    );
    return undefined;
  }

  /** Refuses a name that an earlier line has; notes it otherwise. */
  isRepeated(seen: Map<string, Spot>, name: string, spot: Spot): boolean {
    const before = seen.get(name);
    if (before) this.fault(spot, "Line", "DUPLICATE_ROW", `has the name of row ${before.row + 1}`);
    else seen.set(name, spot);
    return before !== undefined;
  }

  /** The cell whose value counts in a cell: that of its merged range. */
  covering(row: number, column: number): Spot {
    this.#merged ??= mergedSpots(this.table);
    return this.#merged(row, column) ?? { row, column };
  }
}

/** Runs of true, as spans. */
export function spansOf(weeks: boolean[]): { first: number; last: number }[] {
  const spans: { first: number; last: number }[] = [];
  weeks.forEach((on, week) => {
    const open = spans.at(-1);
    if (on && open && open.last === week - 1) open.last = week;
    else if (on) spans.push({ first: week, last: week });
  });
  return spans;
}

/** The dates of a span of weeks. */
export function datesOf(roster: Roster, { first, last }: { first: number; last: number }) {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const end = mondayOf(roster, last + 1);
  return {
    starts_on: day(mondayOf(roster, first)),
    ends_on: day(new Date(end.getTime() - 86_400_000)),
  };
}

/** The weeks of a term, from 1. */
export function termWeeks({ allocation_run: { term_weeks } }: Roster, term: number): WeekSpan {
  const first = term_weeks.slice(0, term - 1).reduce((sum, each) => sum + each, 0);
  return { first, last: first + term_weeks[term - 1] - 1 };
}

/** The name of the line that a row is about, in one column or two; undefined: there is none. */
export function nameOf(
  reader: LinesReader,
  { fields }: Pick<LineColumns, "fields">,
  row: number,
): string | undefined {
  const [name, more] = ["line", "line_more"].map((key) => {
    const column = fields.get(key);
    return column === undefined ? undefined : reader.covered(row, column, "Line");
  });
  return name === undefined || more === undefined ? name : `${name} ${more}`;
}
