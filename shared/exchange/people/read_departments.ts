// Departments (preferencers) with their lines, caps and ranks of doctors from a table: a row for each rank or line, or a
// column for each department with its ranks of doctors.

import { parseNeeded, parseWhole } from "../cells.ts";
import {
  type Draft,
  type EntryPlaces,
  isClean,
  parseRank,
  type Place,
  rankAtSight,
  Reading,
} from "./draft.ts";
import type { FileColumn } from "../mappings.ts";
import { type Cell, isBlank } from "../table.ts";
import { NameFinder, type Population } from "./population.ts";
import { hasCell, headerOf, type PeopleTable, read, readCell, readEntries, Row } from "./table.ts";

/** What the rows say of one department. */
interface Department {
  row: Row;
  lines: Map<string, Place>;
  /** Of doctors, and in the same order the rows of the table that they stand in, and the columns. */
  ranks: Map<string, number>;
  rows: number[];
  columns: (FileColumn | undefined)[];
  caps: Partial<Record<"max_job_lines" | "max_workers", number>>;
}

const CAPS = ["max_job_lines", "max_workers"] as const;

/** Reads departments; lines or ranks that the table gives one are those and no others afterwards. */
export function readDepartments(people: PeopleTable, population: Population): Draft {
  const reading = new Reading(people, population);
  const departments = new Map<string, Department>();
  const department = (name: string, row: Row) => {
    let there = departments.get(name);
    if (there !== undefined) return there;
    there = { row, lines: new Map(), ranks: new Map(), rows: [], columns: [], caps: {} };
    departments.set(name, there);
    return there;
  };
  const named = people.fields.get("department")?.[0];
  if (named !== undefined) {
    // Each stands in very many rows.
    const known = new Map<Cell, Department>();
    for (const row of people.rows) {
      const cell = row.cell(named.place);
      let own = known.get(cell);
      if (own === undefined) {
        const name = read(people, row, "department", (each) => parseNeeded(each, 200));
        if (name === undefined) continue;
        known.set(cell, own = department(name, row));
      }
      readRow(reading, row, own);
    }
  } else readColumns(reading, department);
  // Nobody asks for what has faults.
  if (!isClean(people)) return reading.draft;
  for (const [name, { row, lines, ranks, rows, columns, caps }] of departments) {
    const header = named ? headerOf(people.kind, "rank") : null;
    const rankPlace = (n: number): Place => ({
      row: new Row(people.table.rows, rows[n]),
      column: columns[n],
      header: header ?? columns[n]?.header ?? null,
    });
    const places: Record<string, Place | EntryPlaces> = {
      "": reading.place(row, "department"),
      ".name": reading.place(row, "department"),
      ".lines": [...lines.values()],
      ".ranks": { length: rows.length, at: rankPlace },
    };
    reading.add("preferencers", {
      name,
      ...caps,
      ...lines.size > 0 && { lines: [...lines.keys()] },
      ...ranks.size > 0 && { ranks: [...ranks] },
    }, places);
    reading.origin("preferencers", name, row);
  }
  return reading.draft;
}

function readRow(reading: Reading, row: Row, department: Department): void {
  const { people } = reading;
  for (const column of people.fields.get("line") ?? []) {
    const parsed = readEntries(people, row.cell(column.place));
    const place = { row, column, header: "Lines" };
    if ("fault" in parsed) {
      reading.fault(row, column, "Lines", parsed.fault.code, parsed.fault.message);
      continue;
    }
    for (const entry of parsed.value) {
      const line = reading.found(
        row,
        place,
        reading.lineFinder.find(entry),
      );
      if (line !== undefined) department.lines.set(line, place);
    }
  }
  for (const key of CAPS) {
    const cap = hasCell(people, row, key)
      ? read(people, row, key, (cell) => parseWhole(cell, [0, 100_000], null))
      : undefined;
    if (typeof cap !== "number") continue;
    const { [key]: before = cap } = department.caps;
    if (before !== cap) {
      const { column, header } = reading.place(row, key);
      reading.fault(
        row,
        column,
        header,
        "DUPLICATE_ROW",
        `is ${cap} here and ${before} in another row`,
      );
    }
    department.caps[key] = before;
  }
  const column = reading.column("rank");
  const cell = column === undefined ? null : row.cell(column.place);
  if (isBlank(cell)) return;
  const rank = rankAtSight(cell) ?? read(people, row, "rank", parseRank);
  const doctor = reading.doctor(row);
  if (typeof rank === "number" && doctor !== undefined) {
    addRank(reading, department, doctor, rank, row, column);
  }
}

function addRank(
  reading: Reading,
  department: Department,
  doctor: string,
  rank: number,
  row: Row,
  column: FileColumn | undefined,
): void {
  const { people } = reading, { ranks, rows, columns } = department;
  if (ranks.has(doctor)) {
    const header = people.fields.has("department")
      ? headerOf(people.kind, "rank")
      : column?.header ?? null;
    reading.fault(row, column, header, "DUPLICATE_ROW", `ranks ${doctor} a second time`);
    return;
  }
  ranks.set(doctor, rank);
  rows.push(row.number);
  columns.push(column);
}

/** A column for each department that is there. */
function readColumns(reading: Reading, department: (name: string, row: Row) => Department): void {
  const { people, population } = reading;
  const finder = new NameFinder(
    Object.keys(population.preferencers),
    "UNKNOWN_DEPARTMENT",
    "is no department of this allocation run",
  );
  for (const column of people.others) {
    const found = finder.find(column.header);
    for (const row of people.rows) {
      const parsed = parseRank(row.cell(column.place));
      if ("value" in parsed && parsed.value === null) continue;
      if ("fault" in found) {
        if ("value" in parsed) {
          reading.fault(
            row,
            column,
            column.header,
            found.fault.code,
            `holds a rank, but ${found.fault.message}. Add the department first, in a table with a column Department`,
          );
          break;
        }
        continue;
      }
      const rank = readCell(people, row, column, column.header, () => parsed);
      const doctor = reading.doctor(row);
      if (typeof rank === "number" && doctor !== undefined) {
        addRank(reading, department(found.name, row), doctor, rank, row, column);
      }
    }
  }
}
