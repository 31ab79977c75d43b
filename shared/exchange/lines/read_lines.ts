// Job lines from a file: the roster that Victorian planners submit (weeks as columns, merged blocks, hospitals, categories and
// leave below them), a column for each term or block, or a row for each rotation as `roster.csv` has it.

import { headerKey, parseCell, parseText } from "../cells.ts";
import { grouped } from "../people/draft.ts";
import { NameFinder } from "../people/population.ts";
import { dateOf, mondayOf, type Roster, type RosterPosition, yearWeeks } from "../roster.ts";
import {
  type Cell,
  type CellFault,
  faultAt,
  isBlank,
  mergedSpots,
  type Spot,
  type Table,
} from "../table.ts";
import { foldText } from "../../platform/texts.ts";

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

const HEAD_ROWS = 15;
const LINE_NAMES = [
  "mcr",
  "line",
  "jobline",
  "linename",
  "name",
  "doctor",
  "intern",
  "resident",
  "id",
  "rosterline",
  "no",
];
/** What columns of a row for each rotation are headed with. */
const TERM_NAMES = ["term", "block", "monthblock", "rotationnumber"];
const POSITION_NAMES = ["position", "postingcode", "posting", "rotation", "placement", "post"];
/** A week of leave's block, and which half of it: as residents' tables have it. */
const LEAVE_HEADER = /^leave(\d+)(block|half)$/;
const TERM_HEADER = /^(?:term|block|rotation|position|t|b|r)0*(\d{1,2})$/;

/** Reads lines in whichever layout they have. */
export function readLines(table: Table, roster: Roster): ReadLines {
  const reader = new LinesReader(table, roster);
  const weeks = weekColumns(table, roster);
  if (weeks) return reader.byWeeks(weeks);
  for (let row = 0; row < Math.min(HEAD_ROWS, table.rows.length); row++) {
    const keys = (table.rows[row] ?? []).map((cell) =>
      isBlank(cell) ? "" : headerKey(String(cell))
    );
    if (keys.filter((key) => TERM_HEADER.test(key)).length >= 2) return reader.byTerms(row, keys);
    const has = (names: string[]) => keys.some((key) => names.includes(key));
    if (has(TERM_NAMES) && has(POSITION_NAMES)) return reader.byRotations(row, keys);
  }
  reader.faults.push(faultAt(table, 0, null, null, {
    code: "NO_LINES_FOUND",
    message:
      "No roster was found: neither a row of weeks (numbers from 1, or Mondays), nor columns Term 1, Term 2 ..., nor columns Line, Term and Position.",
  }));
  return { layout: "weeks", lines: [], faults: reader.faults, leftAlone: [] };
}

/** Where the weeks of the year stand. */
interface WeekColumns {
  /** The last row of headers. */
  head: number;
  /** Column of each week, from 0. */
  columns: number[];
}

/** The row whose cells count the weeks of the year, or give their Mondays. */
function weekColumns(table: Table, roster: Roster): WeekColumns | null {
  const weeks = yearWeeks(roster);
  const start = dateOf(roster.allocation_run.starts_on).getTime();
  let best: { row: number; columns: number[] } | null = null;
  for (let row = 0; row < Math.min(HEAD_ROWS, table.rows.length); row++) {
    const columns: number[] = [];
    for (const [column, cell] of (table.rows[row] ?? []).entries()) {
      const week = cell instanceof Date
        ? Math.round((cell.getTime() - start) / (7 * 86_400_000))
        : typeof cell === "number" ||
            (typeof cell === "string" && /^(?:w(?:eek|k)?\s*)?\d{1,2}$/i.test(foldText(cell)))
        ? Number(String(cell).replace(/\D/g, "")) - 1
        : -1;
      if (week >= 0 && week < weeks && columns[week] === undefined) columns[week] = column;
    }
    const found = columns.filter((column) => column !== undefined).length;
    if (
      found === weeks && weeks >= 4 &&
      columns.every((column, i) => i === 0 || column > columns[i - 1])
    ) {
      best = { row, columns };
    }
  }
  return best && { head: best.row, columns: best.columns };
}

/** What a row of a line's group says. */
type RowKind = "rotation" | "hospital" | "categories" | "leave" | "other";

const ROW_KINDS: [RowKind, RegExp][] = [
  ["leave", /^(annual)?leave$|^al$/],
  ["hospital", /^(hospital|site|campus)$/],
  ["categories", /^(categories|category|clinicalexperiencecategories|cec)$/],
  ["rotation", /^(rotation|position|unit|term|roster|line)$/],
];

const LEAVE_WORD = /^(annual\s+)?leave$|^al$/i;

class LinesReader {
  readonly faults: CellFault[] = [];
  readonly #finder: NameFinder;
  readonly #positions: ReadonlyMap<string, RosterPosition[]>;
  /** Cells of merged ranges, by row and column; made when they are first asked for. */
  #merged: ReturnType<typeof mergedSpots> | null = null;

  constructor(private readonly table: Table, private readonly roster: Roster) {
    this.#positions = grouped(roster.positions.map((each) => [each.name, each] as const));
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
        message: `${header ?? "The cell"} ${message}.`,
      }),
    );
  }

  /** The text of a cell; a fault is told. Blank is undefined. */
  text(row: number, column: number, header: string): string | undefined {
    const cell = this.table.rows[row]?.[column] ?? null;
    if (isBlank(cell)) return undefined;
    const parsed = parseCell(cell, (each) => parseText(each, 200));
    if ("value" in parsed) return parsed.value;
    this.fault({ row, column }, header, parsed.fault.code, parsed.fault.message);
    return undefined;
  }

  /** The position of a name, told apart by hospital and team where several have it. */
  position(
    name: string,
    spot: Spot,
    header: string,
    hospital?: string,
    team?: string,
  ): RosterPosition | undefined {
    const found = this.#finder.find(name);
    if ("fault" in found) {
      this.fault(spot, header, found.fault.code, found.fault.message);
      return undefined;
    }
    const named = this.#positions.get(found.name)!;
    const same = (a: string, b: string | undefined) =>
      b === undefined || a.toLowerCase() === b.toLowerCase();
    const fits = named.filter((each) => same(each.hospital, hospital) && same(each.team, team));
    if (fits.length === 1) return fits[0];
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

  /** The layout that is submitted. */
  byWeeks({ head, columns }: WeekColumns): ReadLines {
    const lines: ReadLine[] = [];
    const seen = new Map<string, Spot>();
    const firstWeek = columns[0];
    const groups: { name: string; spot: Spot; rows: number[] }[] = [];
    const headed = lastHeader(this.table, head, firstWeek);
    for (let row = headed + 1; row < this.table.rows.length; row++) {
      const named = this.leading(row, firstWeek);
      const group = groups.at(-1);
      if (named && named.kind === undefined) {
        groups.push({ name: named.text, spot: { row, column: named.column }, rows: [row] });
      } else if (group) group.rows.push(row);
    }
    for (const { name, spot, rows } of groups) {
      if (this.isRepeated(seen, name, spot)) continue;
      lines.push(this.weekLine(name, spot, rows, columns));
    }
    if (lines.length === 0) {
      this.fault({ row: head, column: 0 }, null, "NO_ROWS", "has no lines below it");
    }
    return { layout: "weeks", lines, faults: this.faults, leftAlone: [] };
  }

  /** What stands before the weeks of a row: the line's name, or only what kind of row it is. */
  leading(row: number, firstWeek: number): { text: string; column: number; kind?: RowKind } | null {
    const cells = (this.table.rows[row] ?? []).slice(0, firstWeek);
    const texts = cells.flatMap((cell, column) =>
      isBlank(cell) ? [] : [{ text: foldText(String(cell)), column }]
    );
    const [first] = texts;
    if (!first) return null;
    const kind = kindOf(first.text);
    return kind && texts.length === 1 ? { ...first, kind } : first;
  }

  weekLine(name: string, spot: Spot, rows: number[], columns: number[]): ReadLine {
    const kinds = rows.map((row, i) => this.rowKind(row, columns, i === 0));
    const rowOf = (kind: RowKind) => rows[kinds.indexOf(kind)];
    const rotations = rowOf("rotation");
    const hospitals = rowOf("hospital");
    const line: ReadLine = { name, spot, terms: [], leave: null };
    let first = 0;
    for (const [i, weeks] of this.roster.allocation_run.term_weeks.entries()) {
      if (rotations !== undefined) {
        line.terms[i] = this.block(rotations, hospitals, columns, first, weeks, i + 1);
      }
      first += weeks;
    }
    line.leave = this.leaveOf(rows, kinds, columns);
    return line;
  }

  rowKind(row: number, columns: number[], isFirst: boolean): RowKind {
    const labels = (this.table.rows[row] ?? []).slice(0, columns[0]).filter((cell) =>
      !isBlank(cell)
    );
    const labelled = labels.map((cell) => kindOf(foldText(String(cell)))).find(Boolean);
    if (labelled) return labelled;
    if (isFirst) return "rotation";
    const values = columns.map((column) => this.table.rows[row]?.[column]).filter((cell) =>
      !isBlank(cell)
    )
      .map((cell) => foldText(String(cell)));
    if (values.length === 0) return "other";
    if (values.every((value) => LEAVE_WORD.test(value))) return "leave";
    if (values.every((value) => /^[A-D](?:\s*[,/+&]?\s*[A-D])?$/i.test(value))) return "categories";
    const known = new Set(this.roster.positions.map(({ hospital }) => hospital.toLowerCase()));
    return values.every((value) => known.has(value.toLowerCase())) ? "hospital" : "other";
  }

  /** The position of a term: what stands in its weeks, which must be one block. */
  block(
    rotations: number,
    hospitals: number | undefined,
    columns: number[],
    first: number,
    weeks: number,
    term: number,
  ) {
    const header = `Term ${term}`;
    const found: { text: string; spot: Spot }[] = [];
    let before = this.covering(rotations, columns[first]);
    for (let week = first; week < first + weeks; week++) {
      const spot = this.covering(rotations, columns[week]);
      const text = spot && this.text(spot.row, spot.column, header);
      // Leave is written over the block it lies in; a blank week belongs to what stands before it.
      if (!spot || text === undefined || LEAVE_WORD.test(text)) continue;
      if (!found.some((each) => each.text === text)) found.push({ text, spot });
      before = spot;
    }
    if (found.length === 0 || !before) return undefined;
    if (found.length > 1) {
      this.fault(
        found[1].spot,
        header,
        "BLOCK_NOT_A_TERM",
        `holds ${found.map(({ text }) => JSON.stringify(text)).join(" and ")} within weeks ${
          first + 1
        } to ${first + weeks}; a rotation lasts a whole term of this allocation run`,
      );
      return undefined;
    }
    const [{ text, spot }] = found;
    const hospital = hospitals === undefined ? null : this.covering(hospitals, columns[first]);
    const at = hospital ? this.text(hospital.row, hospital.column, header) : undefined;
    const position = this.position(text, spot, header, at);
    return position && { position, spot };
  }

  /** The cell whose value counts in a cell: that of its merged range. */
  covering(row: number, column: number): Spot {
    this.#merged ??= mergedSpots(this.table);
    return this.#merged.get(row)?.get(column) ?? { row, column };
  }

  /** Weeks that hold "Leave", in any row of the line; null where no row is of leave and none holds it. */
  leaveOf(rows: number[], kinds: RowKind[], columns: number[]): ReadLine["leave"] {
    const weeks = columns.map((column) =>
      rows.some((row) => {
        const spot = this.covering(row, column);
        const cell: Cell = this.table.rows[spot.row]?.[spot.column] ?? null;
        return typeof cell === "string" && LEAVE_WORD.test(foldText(cell));
      })
    );
    if (!kinds.includes("leave") && !weeks.includes(true)) return null;
    return spansOf(weeks);
  }

  /** A column for each term. */
  byTerms(head: number, keys: string[]): ReadLines {
    const lines: ReadLine[] = [];
    const seen = new Map<string, Spot>();
    const terms = this.roster.allocation_run.term_weeks.length;
    const columns: number[] = [];
    for (const [column, key] of keys.entries()) {
      const term = Number(TERM_HEADER.exec(key)?.[1] ?? 0);
      if (term > terms) {
        this.fault(
          { row: head, column },
          String(this.table.rows[head][column]),
          "UNKNOWN_COLUMN",
          `is one of more terms than the ${terms} of this allocation run`,
        );
      } else if (term > 0 && columns[term - 1] !== undefined) {
        this.fault(
          { row: head, column },
          String(this.table.rows[head][column]),
          "DUPLICATE_COLUMN",
          `is a second column for term ${term}; rename the one that is not meant`,
        );
      } else if (term > 0) columns[term - 1] = column;
    }
    const nameColumn = Math.max(0, keys.findIndex((key) => LINE_NAMES.includes(key)));
    for (let row = head + 1; row < this.table.rows.length; row++) {
      const name = this.text(row, nameColumn, "Line");
      if (name === undefined) continue;
      const spot = { row, column: nameColumn };
      if (this.isRepeated(seen, name, spot)) continue;
      const line: ReadLine = { name, spot, terms: [], leave: null };
      columns.forEach((column, i) => {
        const text = this.text(row, column, `Term ${i + 1}`);
        const position = text === undefined
          ? undefined
          : this.position(text, { row, column }, `Term ${i + 1}`);
        if (position) line.terms[i] = { position, spot: { row, column } };
      });
      line.leave = this.leaveBlocks(row, keys);
      lines.push(line);
    }
    if (lines.length === 0) {
      this.fault({ row: head, column: 0 }, null, "NO_ROWS", "has no lines below it");
    }
    const used = [nameColumn, ...columns];
    return {
      layout: "terms",
      lines,
      faults: this.faults,
      leftAlone: this.others(head, keys, used),
    };
  }

  /** Leave by its block and half, e.g. Leave1Block 3, Leave1Half second; null: the table has no such columns. */
  leaveBlocks(row: number, keys: string[]): ReadLine["leave"] {
    const places = new Map(
      keys.flatMap((key, column) => LEAVE_HEADER.test(key) ? [[key, column] as const] : []),
    );
    if (places.size === 0) return null;
    return [...places].flatMap(([key, column]) => {
      const [, number, what] = LEAVE_HEADER.exec(key)!;
      if (what !== "block" || isBlank(this.table.rows[row][column])) return [];
      const weeks = this.roster.allocation_run.term_weeks;
      const block = Number(String(this.table.rows[row][column]).replace(/\D/g, ""));
      if (!(block >= 1 && block <= weeks.length)) {
        this.fault(
          { row, column },
          "Leave",
          "OUT_OF_RANGE",
          `is in none of the ${weeks.length} terms of this allocation run`,
        );
        return [];
      }
      const start = weeks.slice(0, block - 1).reduce((sum, each) => sum + each, 0);
      const half = Math.floor(weeks[block - 1] / 2);
      const halfColumn = places.get(`leave${number}half`);
      const said = halfColumn === undefined
        ? ""
        : String(this.table.rows[row][halfColumn] ?? "").trim().toLowerCase();
      if (half === 0 || said === "") return [{ first: start, last: start + weeks[block - 1] - 1 }];
      return /^(2|second|2nd)/.test(said)
        ? [{ first: start + weeks[block - 1] - half, last: start + weeks[block - 1] - 1 }]
        : [{ first: start, last: start + half - 1 }];
    });
  }

  /** Headers of columns that are none of those that were read. */
  others(head: number, keys: string[], used: readonly number[]): string[] {
    return keys.flatMap((key, column) =>
      key === "" || used.includes(column) || LEAVE_HEADER.test(key)
        ? []
        : [foldText(String(this.table.rows[head][column]))]
    );
  }

  /** A row for each rotation. */
  byRotations(head: number, keys: string[]): ReadLines {
    const byName = new Map<string, ReadLine>();
    const place = (...names: string[]) => keys.findIndex((key) => names.includes(key));
    const columns = {
      line: place(...LINE_NAMES),
      term: place(...TERM_NAMES),
      position: place(...POSITION_NAMES),
      hospital: place("hospital", "site"),
      team: place("team", "unit"),
      leave: place("leaveweeks", "leave"),
    };
    const terms = this.roster.allocation_run.term_weeks.length;
    for (let row = head + 1; row < this.table.rows.length; row++) {
      const name = columns.line < 0 ? undefined : this.text(row, columns.line, "Line");
      const text = this.text(row, columns.position, "Position");
      if (name === undefined || text === undefined) continue;
      const term = Number(String(this.table.rows[row][columns.term] ?? "").replace(/\D/g, ""));
      if (!(term >= 1 && term <= terms)) {
        this.fault(
          { row, column: columns.term },
          "Term",
          "OUT_OF_RANGE",
          `is none of the ${terms} terms of this allocation run`,
        );
        continue;
      }
      const spot = { row, column: columns.position };
      const read = (column: number, header: string) =>
        column < 0 ? undefined : this.text(row, column, header);
      const position = this.position(
        text,
        spot,
        "Position",
        read(columns.hospital, "Hospital"),
        read(columns.team, "Team"),
      );
      const line = byName.get(name) ??
        {
          name,
          spot: { row, column: columns.line },
          terms: [],
          leave: columns.leave < 0 ? null : [],
        };
      byName.set(name, line);
      if (line.terms[term - 1]) {
        this.fault(
          spot,
          "Position",
          "DUPLICATE_ROW",
          `is a second one for term ${term} of ${name}`,
        );
      }
      if (position) line.terms[term - 1] = { position, spot };
      line.leave?.push(...this.leaveWeeks(row, columns.leave));
    }
    if (byName.size === 0) {
      this.fault({ row: head, column: 0 }, null, "NO_ROWS", "has no lines below it");
    }
    const lines = [...byName.values()];
    const leftAlone = this.others(head, keys, Object.values(columns));
    return { layout: "rotations", lines, faults: this.faults, leftAlone };
  }

  /** Weeks such as "12-13, 40". */
  leaveWeeks(row: number, column: number): { first: number; last: number }[] {
    const cell = this.table.rows[row]?.[column];
    if (isBlank(cell)) return [];
    return String(cell).split(",").flatMap((part) => {
      const [, from, to] = /^\s*(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?\s*$/.exec(part) ?? [];
      const span = { first: Number(from) - 1, last: Number(to ?? from) - 1 };
      if (span.first >= 0 && span.last >= span.first && span.last < yearWeeks(this.roster)) {
        return [span];
      }
      this.fault(
        { row, column },
        "Leave",
        "OUT_OF_RANGE",
        `holds ${JSON.stringify(part.trim())}; write weeks of the year, e.g. 12-13, 40`,
      );
      return [];
    });
  }
}

function kindOf(text: string): RowKind | undefined {
  const key = headerKey(text);
  return ROW_KINDS.find(([, pattern]) => pattern.test(key))?.[0];
}

/** The last row that still belongs to the headers: weeks may be followed by Mondays, or the other way round. */
function lastHeader(table: Table, head: number, firstWeek: number): number {
  let last = head;
  for (let row = head + 1; row <= head + 2; row++) {
    const values = (table.rows[row] ?? []).slice(firstWeek).filter((cell) => !isBlank(cell));
    if (
      values.length > 3 && values.every((cell) => cell instanceof Date || typeof cell === "number")
    ) last = row;
  }
  return last;
}

/** Runs of true, as spans. */
function spansOf(weeks: boolean[]): { first: number; last: number }[] {
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
