// Tables of people and lines that are small as files and ask for very much work when their cells are understood: nothing in
// them is there, or all of it is the same. For tests and measurements.

import { ApiError } from "../../platform/problem_details.ts";
import { readLines } from "../lines/read_lines.ts";
import { MAX_WORK, TABLE_SIZE, WISHES_SIZE } from "../limits.ts";
import type { ReadPeople } from "../people/draft.ts";
import type { PeopleKind } from "../people/fields.ts";
import { readDepartments } from "../people/read_departments.ts";
import { readDoctors } from "../people/read_doctors.ts";
import { readEligibility, readPlaces } from "../people/read_lines.ts";
import { readWishes } from "../people/read_wishes.ts";
import { readPeopleTable } from "../people/table.ts";
import { readRanking } from "../ranking_rows.ts";
import { type Cell, type CellFault, rowsOf } from "../table.ts";
import { rosterOf, rosterPosition } from "./rosters.ts";
import { populationOf } from "./populations.ts";

/** A hostile table, and what reading it finds wrong. */
export interface HostileTable {
  kind: string;
  read: () => CellFault[] | "too large";
}

const DOCTORS = 1_000, LINES = 500;
/** Names that look like those that are there, so that each is compared with many. */
const nearly = (n: number) => `Dactor nimber ${n}`;

const POPULATION = populationOf({
  lines: Object.fromEntries(
    count(LINES).map((
      n,
    ) => [`Doctor number ${n}`, { places: 1, must_have_workers: false, sort_order: n }]),
  ),
  doctors: Object.fromEntries(
    count(DOCTORS).map((n) => [`doctor${n}@x.example`, { name: `Doctor number ${n}`, tags: [] }]),
  ),
  tags: count(200).map((n) => `Doctor number ${n}`),
  preferencers: Object.fromEntries(
    count(100).map((n) => [`Doctor number ${n}`, {
      max_job_lines: null,
      max_workers: null,
      lines: [],
      ranks: {},
    }]),
  ),
});

function count(many: number): number[] {
  return Array.from({ length: many }, (_, n) => n);
}

/** One table of each kind. */
export function hostileTables(): HostileTable[] {
  const people = (kind: string, of: PeopleKind, reader: ReadPeople, rows: Cell[][]) => ({
    kind,
    read: () => {
      const table = readPeopleTable(of, { sheet: null, rows: rowsOf(rows), merges: [] }, null);
      return told(() => {
        reader(table, POPULATION);
        return table.faults;
      });
    },
  });
  /** The faults of a table, those too that ended its reading. */
  const told = (read: () => CellFault[]): CellFault[] | "too large" => {
    try {
      return read();
    } catch (error) {
      if (error instanceof ApiError && error.code === "FILE_TOO_LARGE") return "too large";
      if (error instanceof ApiError && error.code === "INVALID_ROWS") {
        return error.extras.errors as CellFault[];
      }
      throw error;
    }
  };
  const wide = WISHES_SIZE.columns - 2,
    tall = Math.floor(WISHES_SIZE.cells / WISHES_SIZE.columns) - 1;
  return [
    people("wishes of nobody for no line", "wishes", readWishes, [
      ["E-mail", "Line", "Rank"],
      ...count(WISHES_SIZE.rows - 1).map((n) => [nearly(n), nearly(n), 1]),
    ]),
    people("wishes of one doctor, again and again", "wishes", readWishes, [
      ["E-mail", "Line", "Rank"],
      ...count(WISHES_SIZE.rows - 1).map(() => ["doctor1@x.example", "Doctor number 1", 1]),
    ]),
    people("wishes by rank, each for another line that is not there", "wishes", readWishes, [
      ["E-mail", ...count(wide).map((n) => `Rank ${n + 1}`)],
      ...count(tall).map((row) => [
        "doctor1@x.example",
        ...count(wide).map((n) => nearly(row * wide + n)),
      ]),
    ]),
    people("wishes by line, of one doctor in every row", "wishes", readWishes, [
      ["E-mail", ...count(wide).map((n) => `Doctor number ${n}`)],
      ...count(tall).map(() => ["doctor1@x.example", ...count(wide).map((n) => n + 1)]),
    ]),
    people("addresses that never end", "wishes", readWishes, [
      ["E-mail", "Line", "Rank"],
      ...count(12_000).map((n) => [`<${"@".repeat(300)}${n} <`, "Doctor number 1", 1]),
    ]),
    people("doctors of no address", "doctors", readDoctors, [
      ["E-mail", "Name", "Tags"],
      ...count(TABLE_SIZE.rows - 1).map((n) => [
        `<${"@".repeat(300)}${n} <`,
        "Dr. ".repeat(40),
        ",".repeat(1_000),
      ]),
    ]),
    people("departments nobody knows, a column each", "departments", readDepartments, [
      ["E-mail", ...count(98).map(nearly)],
      ...count(600).map((n) => [nearly(n), ...count(98).map(() => 1)]),
    ]),
    people("a department of 100,000 lines that are not there", "departments", readDepartments, [
      ["Department", "Lines"],
      ...count(1_900).map((n) => [
        nearly(n),
        count(60).map((k) => nearly(60 * n + k)).join(","),
      ]),
    ]),
    people("a department of 2,000,000 lines", "departments", readDepartments, [
      ["Department", "Lines"],
      ...count(200).map((n) => [nearly(n), "é,".repeat(10_000)]),
    ]),
    people("tags that are not there", "eligibility", readEligibility, [
      ["Line", "Included tags"],
      ...count(1_900).map((n) => [
        `Doctor number ${n % LINES}`,
        count(60).map((k) => nearly(60 * n + k)).join(","),
      ]),
    ]),
    people(
      "places of lines that are not there",
      "places",
      (table, population) => readPlaces(table, population, false),
      [
        ["Line", "Places"],
        ...count(TABLE_SIZE.rows - 1).map((n) => [nearly(n), 1]),
      ],
    ),
    {
      kind: "a roster of positions that are not there",
      read: () => {
        const roster = rosterOf(
          count(500).map((n) => rosterPosition(`Doctor number ${n}`)),
          [],
          Array(26).fill(2),
        );
        const rows: Cell[][] = [
          ["Line", ...count(26).map((n) => `Term ${n + 1}`)],
          ...count(1_999).map((line) => [
            `Line ${line}`,
            ...count(26).map((n) => nearly(26 * line + n)),
          ]),
        ];
        return told(() =>
          readLines({ sheet: null, rows: rowsOf(rows), merges: [] }, roster).faults
        );
      },
    },
    {
      kind: "a roster that is one merged range, over and over",
      read: () => {
        const roster = rosterOf([rosterPosition("Doctor number 1")], [], Array(26).fill(2));
        const rows: Cell[][] = [
          ["Line", ...count(26).map((n) => `Term ${n + 1}`)],
          ...count(1_999).map((line) => [`Line ${line}`, nearly(line)]),
        ];
        const merges = count(MAX_WORK.merges).map(() => ({
          startRow: 1,
          startCol: 1,
          endRow: 1_048_575,
          endCol: 16_383,
        }));
        return told(() => readLines({ sheet: null, rows: rowsOf(rows), merges }, roster).faults);
      },
    },
    {
      kind: "a doctor's order of lines that are not there",
      read: () => {
        const lines = count(LINES).map((n) => ({
          id: `${n}`,
          name: `Doctor number ${n}`,
          eligible: true,
          rank: null,
          bucket: null,
        }));
        const rows: Cell[][] = [
          ["Rank", "Bucket", "Line", "Note"],
          ...count(TABLE_SIZE.rows - 1).map((n) => [-n, nearly(n), nearly(n), "x".repeat(2_000)]),
        ];
        return told(() =>
          readRanking({ sheet: null, rows: rowsOf(rows), merges: [] }, lines, false).faults
        );
      },
    },
  ];
}
