// Departments (preferencers) with their lines, caps and ranks of doctors from a table: a row for each rank or line, or a
// column for each department with its ranks of doctors.

import { parseNeeded, parseWhole } from "../cells.ts";
import { type Draft, parseRank, type Place, Reading } from "./draft.ts";
import { NameFinder, type Population } from "./population.ts";
import { hasCell, type PeopleTable, read, readCell, readEntries, type Row } from "./table.ts";

/** What the rows say of one department. */
interface Department {
  row: Row;
  lines: Map<string, Place>;
  ranks: Map<string, { rank: number; place: Place }>;
  caps: Partial<Record<"max_job_lines" | "max_workers", number>>;
}

const CAPS = ["max_job_lines", "max_workers"] as const;

/** Reads departments; lines or ranks that the table gives one are those and no others afterwards. */
export function readDepartments(people: PeopleTable, population: Population): Draft {
  const reading = new Reading(people, population);
  const departments = new Map<string, Department>();
  const department = (name: string, row: Row) => {
    const there = departments.get(name) ?? { row, lines: new Map(), ranks: new Map(), caps: {} };
    departments.set(name, there);
    return there;
  };
  if (people.fields.has("department")) {
    for (const row of people.rows) {
      const name = read(people, row, "department", (cell) => parseNeeded(cell, 200));
      if (name !== undefined) readRow(reading, row, department(name, row));
    }
  } else readColumns(reading, department);
  for (const [name, { row, lines, ranks, caps }] of departments) {
    const places: Record<string, Place | Place[]> = {
      "": reading.place(row, "department"),
      ".name": reading.place(row, "department"),
      ".lines": [...lines.values()],
      ".ranks": [...ranks.values()].map(({ place }) => place),
    };
    reading.add("preferencers", {
      name,
      ...caps,
      ...lines.size > 0 && { lines: [...lines.keys()] },
      ...ranks.size > 0 && { ranks: [...ranks].map(([email, { rank }]) => [email, rank]) },
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
  if (!hasCell(people, row, "rank")) return;
  const rank = read(people, row, "rank", parseRank);
  const doctor = reading.doctor(row);
  if (typeof rank === "number" && doctor !== undefined) {
    addRank(reading, department, doctor, rank, reading.place(row, "rank"));
  }
}

function addRank(
  reading: Reading,
  department: Department,
  doctor: string,
  rank: number,
  place: Place,
): void {
  if (department.ranks.has(doctor)) {
    reading.fault(
      place.row,
      place.column,
      place.header,
      "DUPLICATE_ROW",
      `ranks ${doctor} a second time`,
    );
  } else department.ranks.set(doctor, { rank, place });
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
        addRank(reading, department(found.name, row), doctor, rank, {
          row,
          column,
          header: column.header,
        });
      }
    }
  }
}
