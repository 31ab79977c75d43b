// Job lines with a row for each rotation: its line and position, and its term or its days.

import { headerKey, parseCell } from "../cells.ts";
import { type DateReader, dateReader } from "../dates.ts";
import { headerKeys, positionColumns, type PositionDocument } from "../position_columns.ts";
import { dateOf, type WeekSpan, yearWeeks } from "../roster.ts";
import { type Cell, isBlank } from "../table.ts";
import { isFlag, leftAlone, type LineColumns } from "./columns.ts";
import {
  datesOf,
  LEAVE_WORD,
  type LinesReader,
  nameOf,
  type ReadLine,
  type ReadLines,
  termWeeks,
} from "./reading.ts";

const DAY_MS = 86_400_000;

/** When a row is: weeks from 0, and the terms from 1 that they are; none where they are no whole terms. */
interface When {
  weeks: WeekSpan;
  terms: number[];
  /** The cell that says it, and what it is called. */
  column: number;
  header: string;
}

/** A row for each rotation. */
export function byRotations(reader: LinesReader, columns: LineColumns): ReadLines {
  const { table, faults } = reader;
  const byName = new Map<string, ReadLine>();
  const { fields, head } = columns;
  const leave = fields.get("leave");
  const flagged = leave !== undefined && isFlag(table, columns, leave);
  const saysLeave = leave !== undefined || hasLeaveRows(reader, columns);
  const whenOf = whenReader(reader, columns);
  for (let row = head + 1; row < table.rows.length; row++) {
    const text = reader.covered(row, fields.get("position")!, "Position");
    const isAway = text !== undefined && LEAVE_WORD.test(text) ||
      flagged && /^(1|y|yes|true)$/i.test(String(table.rows.cell(row, leave!) ?? "").trim());
    const rests = leave !== undefined && !flagged && !isBlank(table.rows.cell(row, leave));
    if (text === undefined && !isAway && !rests) continue;
    const name = nameOf(reader, columns, row);
    if (name === undefined) {
      reader.fault({ row, column: fields.get("line")! }, "Line", "EMPTY_CELL", "is empty");
      continue;
    }
    const when = whenOf(row);
    if (!when) continue;
    const line = byName.get(name) ?? {
      name,
      spot: { row, column: fields.get("line")! },
      terms: [],
      leave: saysLeave ? [] : null,
    };
    byName.set(name, line);
    if (isAway) line.leave!.push(when.weeks);
    if (text !== undefined && !LEAVE_WORD.test(text)) place(reader, columns, line, row, text, when);
    if (leave !== undefined && !flagged) line.leave!.push(...leaveWeeks(reader, row, leave));
  }
  if (byName.size === 0 && faults.length === 0) {
    reader.fault({ row: head, column: 0 }, null, "NO_ROWS", "has no lines below it");
  }
  return {
    layout: "rotations",
    lines: [...byName.values()],
    faults,
    leftAlone: leftAlone(columns, (key) => reader.fresh !== null && ATTRIBUTE_OF.has(key)),
  };
}

/** Puts a position into the terms of a row. */
function place(
  reader: LinesReader,
  columns: LineColumns,
  line: ReadLine,
  row: number,
  text: string,
  when: When,
): void {
  const { fields } = columns;
  const spot = { row, column: fields.get("position")! };
  const read = (key: string, header: string) => {
    const column = fields.get(key);
    return column === undefined ? undefined : reader.covered(row, column, header);
  };
  if (when.terms.length === 0) {
    const { starts_on, ends_on } = datesOf(reader.roster, when.weeks);
    reader.fault(
      { row, column: when.column },
      when.header,
      "BLOCK_NOT_A_TERM",
      `to the last day, ${starts_on} to ${ends_on}, is no whole term of this allocation run: ${
        termDates(reader, when.weeks)
      }`,
    );
    return;
  }
  const [hospital, team, specialty] = [
    read("hospital", "Hospital"),
    read("team", "Team"),
    read("specialty", "Specialty"),
  ];
  const position = reader.position(
    {
      name: text,
      ...reader.fresh && attributesOf(reader, columns, row),
      ...hospital !== undefined && { hospital },
      ...team !== undefined && { team },
      ...specialty !== undefined && { specialty },
    },
    spot,
    "Position",
  );
  for (const term of when.terms) {
    if (line.terms[term - 1]) {
      reader.fault(
        spot,
        "Position",
        "DUPLICATE_ROW",
        `is a second one for term ${term} of ${line.name}; where it takes another column to tell ` +
          `lines apart, such as a year, say which is "Line, second part"`,
      );
    } else if (position) line.terms[term - 1] = { position, spot };
  }
}

/** What a position is that a column of the row may say, as in a table of positions. */
const ATTRIBUTES = positionColumns(0).filter(({ key }) =>
  !["hospital", "team", "name", "allows_leave", "id", "version"].includes(key) &&
  !key.startsWith("six_month")
);
const ATTRIBUTE_OF = new Map(
  ATTRIBUTES.flatMap((column) => headerKeys(column).map((key) => [key, column] as const)),
);

/** What the other columns of a row say of its position. */
function attributesOf(
  reader: LinesReader,
  { headers, fields }: LineColumns,
  row: number,
): Partial<PositionDocument> {
  const taken = new Set(fields.values());
  const said: Record<string, unknown> = {};
  for (const { place, header } of headers) {
    const column = ATTRIBUTE_OF.get(headerKey(header));
    const cell = reader.table.rows.cell(row, place);
    if (column === undefined || taken.has(place) || isBlank(cell)) continue;
    const parsed = parseCell(cell, column.parse);
    if ("value" in parsed) said[column.key] = parsed.value;
    else {reader.fault(
        { row, column: place },
        column.header,
        parsed.fault.code,
        parsed.fault.message,
      );}
  }
  return said;
}

/** The first and the last term that some weeks touch, with their days, in a sentence. */
function termDates({ roster }: LinesReader, { first, last }: WeekSpan): string {
  const touched = roster.allocation_run.term_weeks.flatMap((_, i) => {
    const weeks = termWeeks(roster, i + 1);
    if (weeks.last < first || weeks.first > last) return [];
    const { starts_on, ends_on } = datesOf(roster, weeks);
    return [`term ${i + 1} is ${starts_on} to ${ends_on}`];
  });
  return [...new Set([touched[0], touched.at(-1)])].join(", ");
}

/** Reads when a row is: by its term, or else by its days. */
function whenReader(
  reader: LinesReader,
  { fields, head }: LineColumns,
): (row: number) => When | null {
  const { table, roster } = reader;
  const [term, from, to] = ["term", "from", "to"].map((key) => fields.get(key));
  const cells = function* (): Iterable<Cell> {
    for (let row = head + 1; row < table.rows.length; row++) {
      for (const column of [from, to]) {
        if (column !== undefined) yield table.rows.cell(row, column);
      }
    }
  };
  const readDate = dateReader(cells());
  return (row) => {
    const said = term === undefined ? null : table.rows.cell(row, term);
    if (term !== undefined && (from === undefined || !isBlank(said))) {
      const number = Number(String(said ?? "").replace(/\D/g, ""));
      const terms = roster.allocation_run.term_weeks.length;
      if (number >= 1 && number <= terms) {
        const weeks = termWeeks(roster, number);
        return { weeks, terms: [number], column: term, header: "Term" };
      }
      reader.fault(
        { row, column: term },
        "Term",
        "OUT_OF_RANGE",
        `is none of the ${terms} terms of this allocation run`,
      );
      return null;
    }
    return daysOf(reader, row, from!, to, readDate);
  };
}

/** The weeks of the days of a row, to the nearest Monday, and the whole terms that they are. */
function daysOf(
  reader: LinesReader,
  row: number,
  from: number,
  to: number | undefined,
  readDate: DateReader,
): When | null {
  const { table, roster } = reader;
  const start = dateOf(roster.allocation_run.starts_on).getTime();
  const ends = termEnds(roster.allocation_run.term_weeks);
  const cell = (column: number) => table.rows.cell(row, column);
  const day = (column: number, header: string) => {
    const date = readDate(cell(column));
    if (date === null) {
      reader.fault(
        { row, column },
        header,
        isBlank(cell(column)) ? "EMPTY_CELL" : "NOT_A_DATE",
        isBlank(cell(column)) ? "is empty" : "is no date; write it as 2028-02-07 or 7 Feb 2028",
      );
    }
    return date;
  };
  const first = day(from, "From");
  const last = to === undefined || isBlank(cell(to)) ? null : day(to, "To");
  if (first === null || to !== undefined && !isBlank(cell(to)) && last === null) return null;
  const begin = Math.round((first.getTime() - start) / DAY_MS / 7);
  // Without a last day a rotation lasts as long as the term that begins with it.
  const end = last
    ? Math.round(((last.getTime() - start) / DAY_MS + 1) / 7)
    : ends.find((each) => each > begin) ?? begin;
  if (begin < 0 || end > yearWeeks(roster) || end <= begin) {
    const run = roster.allocation_run;
    reader.fault(
      { row, column: from },
      "From",
      "OUT_OF_RANGE",
      end <= begin && last
        ? "is after the last day"
        : `to the last day reaches beyond this allocation run, which is ${run.starts_on} to ${run.ends_on}`,
    );
    return null;
  }
  const weeks = { first: begin, last: end - 1 };
  const starts = [0, ...ends];
  const [one, after] = [starts.indexOf(begin), starts.indexOf(end)];
  const terms = one >= 0 && after > one
    ? Array.from({ length: after - one }, (_, i) => one + i + 1)
    : [];
  return { weeks, terms, column: from, header: "From" };
}

/** The weeks at which terms end, as many as there are. */
function termEnds(weeks: readonly number[]): number[] {
  let sum = 0;
  return weeks.map((each) => sum += each);
}

function hasLeaveRows({ table }: LinesReader, { fields, head }: LineColumns): boolean {
  const column = fields.get("position")!;
  for (let row = head + 1; row < table.rows.length; row++) {
    if (LEAVE_WORD.test(String(table.rows.cell(row, column) ?? ""))) return true;
  }
  return false;
}

/** Weeks such as "12-13, 40". */
function leaveWeeks(reader: LinesReader, row: number, column: number): WeekSpan[] {
  const cell = reader.table.rows.cell(row, column);
  if (isBlank(cell)) return [];
  return String(cell).split(",").flatMap((part) => {
    const [, from, to] = /^\s*(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?\s*$/.exec(part) ?? [];
    const span = { first: Number(from) - 1, last: Number(to ?? from) - 1 };
    if (span.first >= 0 && span.last >= span.first && span.last < yearWeeks(reader.roster)) {
      return [span];
    }
    reader.fault(
      { row, column },
      "Leave",
      "OUT_OF_RANGE",
      `holds ${JSON.stringify(part.trim())}; write weeks of the year, e.g. 12-13, 40`,
    );
    return [];
  });
}
