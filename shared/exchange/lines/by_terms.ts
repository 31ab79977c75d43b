// Job lines with a column for each term or block.

import { headerKey } from "../cells.ts";
import { isBlank, type Spot } from "../table.ts";
import { LEAVE_HEADER, leftAlone, type LineColumns } from "./columns.ts";
import {
  LEAVE_WORD,
  type LinesReader,
  nameOf,
  type ReadLine,
  type ReadLines,
  termWeeks,
} from "./reading.ts";

/** A column for each term. */
export function byTerms(reader: LinesReader, columns: LineColumns): ReadLines {
  const { table, faults } = reader;
  const lines: ReadLine[] = [];
  const seen = new Map<string, Spot>();
  tellWrongTerms(reader, columns);
  const leave = leaveColumns(columns);
  const line = columns.fields.get("line") ?? columns.headers[0].place;
  const named = { ...columns, fields: new Map([...columns.fields, ["line", line]]) };
  for (let row = columns.head + 1; row < table.rows.length; row++) {
    const name = nameOf(reader, named, row);
    if (name === undefined) continue;
    const spot = { row, column: line };
    if (reader.isRepeated(seen, name, spot)) continue;
    lines.push(termLine(reader, columns, name, spot, leave));
  }
  if (lines.length === 0) {
    reader.fault({ row: columns.head, column: 0 }, null, "NO_ROWS", "has no lines below it");
  }
  const alone = leftAlone(named, (key) => LEAVE_HEADER.test(key));
  return { layout: "terms", lines, faults, leftAlone: alone };
}

function termLine(
  reader: LinesReader,
  { terms }: LineColumns,
  name: string,
  spot: Spot,
  leave: Map<string, number>,
): ReadLine {
  const { row } = spot;
  const line: ReadLine = { name, spot, terms: [], leave: leaveBlocks(reader, row, leave) };
  terms.forEach((column, i) => {
    if (column === undefined) return;
    const header = `Term ${i + 1}`;
    const text = reader.text(row, column, header);
    if (text === undefined) return;
    if (LEAVE_WORD.test(text)) {
      line.leave = [...line.leave ?? [], termWeeks(reader.roster, i + 1)];
      return;
    }
    const position = reader.position({ name: text }, { row, column }, header);
    if (position) line.terms[i] = { position, spot: { row, column } };
  });
  return line;
}

function tellWrongTerms(reader: LinesReader, { head, wrongTerms }: LineColumns): void {
  for (const { column: { place, header }, term, fault } of wrongTerms) {
    const [code, message] = fault === "unknown"
      ? [
        "UNKNOWN_COLUMN",
        `is one of more terms than the ${reader.roster.allocation_run.term_weeks.length} of this allocation run`,
      ]
      : [
        "DUPLICATE_COLUMN",
        `is a second column for term ${term}; rename the one that is not meant`,
      ];
    reader.fault({ row: head, column: place }, header, code, message);
  }
}

/** Columns of leave by their keys, e.g. leave1block. */
function leaveColumns({ headers }: LineColumns): Map<string, number> {
  return new Map(
    headers.map(({ header, place }) => [headerKey(header), place] as const)
      .filter(([key]) => LEAVE_HEADER.test(key)),
  );
}

/** Leave by its block and half, e.g. Leave1Block 3, Leave1Half second; null: the table has no such columns. */
function leaveBlocks(
  reader: LinesReader,
  row: number,
  columns: Map<string, number>,
): ReadLine["leave"] {
  if (columns.size === 0) return null;
  const cells = reader.table.rows.row(row);
  const terms = reader.roster.allocation_run.term_weeks.length;
  return [...columns].flatMap(([key, column]) => {
    const [, number, what] = LEAVE_HEADER.exec(key)!;
    if (what !== "block" || isBlank(cells[column])) return [];
    const block = Number(String(cells[column]).replace(/\D/g, ""));
    if (!(block >= 1 && block <= terms)) {
      reader.fault(
        { row, column },
        "Leave",
        "OUT_OF_RANGE",
        `is in none of the ${terms} terms of this allocation run`,
      );
      return [];
    }
    const whole = termWeeks(reader.roster, block);
    const half = Math.floor((whole.last - whole.first + 1) / 2);
    const halfColumn = columns.get(`leave${number}half`);
    const said = halfColumn === undefined
      ? ""
      : String(cells[halfColumn] ?? "").trim().toLowerCase();
    if (half === 0 || said === "") return [whole];
    return /^(2|second|2nd)/.test(said)
      ? [{ first: whole.last - half + 1, last: whole.last }]
      : [{ first: whole.first, last: whole.first + half - 1 }];
  });
}
