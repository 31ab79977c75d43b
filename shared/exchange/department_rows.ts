// A department's order of doctors from a table: every cell is checked, and each fault is told with its place.

import { foldText } from "../platform/texts.ts";
import { didYouMean, Guesses } from "./guesses.ts";
import { findColumns, isBad, loneHalves, nameKey, rankOf } from "./ranking_rows.ts";
import {
  type Cell,
  type CellFault,
  faultAt,
  faultSentence,
  findRow,
  isBlank,
  isBlankRow,
  noRows,
  type Table,
} from "./table.ts";

/** What a column means. */
export type DepartmentColumn = "rank" | "doctor" | "id";

/** The headers that are read; a header that begins with one of {@link SHOWN} is not. */
export const DEPARTMENT_HEADERS: Record<DepartmentColumn, string> = {
  rank: "Rank",
  doctor: "Doctor",
  id: "ID",
};

const SHOWN = ["eligible"];

/** A doctor of the allocation run, by the worker mapping. */
export interface RankedDoctor {
  worker_mapping: string;
  name: string;
  rank: number | null;
}

/** What is to be written of a doctor: 1, 2, 3..., equals alike (1, 1, 3); null: not ranked. */
export interface DepartmentRank {
  worker_mapping: string;
  order_preference: number | null;
}

/** What a table says. */
export interface DepartmentOrder {
  /** Doctors that the table names. */
  rows: number;
  ranks: DepartmentRank[];
  faults: CellFault[];
}

interface Read {
  row: number;
  doctor: RankedDoctor;
  rank: number | null;
}

/**
 * Reads an order. Ranks may have gaps; only their order and their equals count. Doctors that the table leaves out lose their
 * rank. A doctor is who the ID says; without one whoever has the name, which only one may have then.
 */
export function readDepartmentOrder(
  table: Table,
  doctors: readonly RankedDoctor[],
): DepartmentOrder {
  const head = findRow(table.rows, (cells) => !isBlankRow(cells));
  const nothing = (row: number): DepartmentOrder => ({
    rows: 0,
    ranks: [],
    faults: [noRows(table, Math.max(0, row), "doctors")],
  });
  if (head < 0) return nothing(0);
  const { places, faults } = findColumns<DepartmentColumn>(
    table,
    head,
    DEPARTMENT_HEADERS,
    ["doctor", "rank"],
    SHOWN,
  );
  if (faults.length > 0) return { rows: 0, ranks: [], faults };
  const find = finder(doctors);
  const read: Read[] = [];
  for (let row = head + 1; row < table.rows.length; row++) {
    const cells = table.rows.row(row);
    if ([...places.values()].every((place) => isBlank(cells[place]))) continue;
    const cellOf = (column: DepartmentColumn): Cell => {
      const place = places.get(column);
      return place === undefined ? null : cells[place] ?? null;
    };
    const wrong = (column: DepartmentColumn, code: string, message: string) => {
      const header = DEPARTMENT_HEADERS[column];
      const fault = { code, message: faultSentence(header, message) };
      faults.push(faultAt(table, row, places.get(column) ?? null, header, fault));
      return null;
    };
    const before = faults.length;
    const doctor = find(cellOf("doctor"), cellOf("id"), wrong);
    const rank = rankOf(cellOf("rank"), wrong);
    if (doctor && faults.length === before) read.push({ row, doctor, rank });
  }
  if (read.length === 0 && faults.length === 0) return nothing(head);
  faults.push(...repeated(table, read, places.get("doctor")!));
  faults.push(...loneHalves(table, read, places.get("rank")!));
  faults.sort((a, b) => a.row - b.row);
  return { rows: read.length, ranks: faults.length > 0 ? [] : ranksOf(read, doctors), faults };
}

type Wrong = (column: DepartmentColumn, code: string, message: string) => null;

/** Looks doctors up: by id where there is one, and then the name has to be theirs, so that a row that slipped is told. */
function finder(doctors: readonly RankedDoctor[]) {
  const byId = new Map(doctors.map((doctor) => [doctor.worker_mapping.toLowerCase(), doctor]));
  const byName = Map.groupBy(doctors, ({ name }) => nameKey(name));
  const guesses = new Guesses(doctors.map(({ name }) => name));
  return (name: Cell, id: Cell, wrong: Wrong): RankedDoctor | null => {
    if (isBlank(name)) return wrong("doctor", "EMPTY_CELL", "is empty; it is needed");
    if (isBad(name) || name instanceof Date) {
      return wrong("doctor", "UNKNOWN_DOCTOR", "holds no name of a doctor");
    }
    const text = foldText(String(name)), shown = `"${text.slice(0, 100)}"`;
    if (!isBlank(id)) {
      const found = byId.get(nameKey(String(id)));
      if (!found) return wrong("id", "UNKNOWN_ID", "is no doctor of this run");
      return nameKey(found.name) === nameKey(text)
        ? found
        : wrong("doctor", "UNKNOWN_DOCTOR", `${shown} has another ID; that one is ${found.name}`);
    }
    const found = byName.get(nameKey(text)) ?? [];
    if (found.length === 1) return found[0];
    return found.length === 0
      ? wrong(
        "doctor",
        "UNKNOWN_DOCTOR",
        `${shown} takes no part in this run${didYouMean(guesses.nearest(text))}`,
      )
      : wrong(
        "doctor",
        "AMBIGUOUS_DOCTOR",
        `${shown} is the name of ${found.length}; keep the column ${DEPARTMENT_HEADERS.id}`,
      );
  };
}

function repeated(table: Table, read: readonly Read[], place: number): CellFault[] {
  const first = new Map<string, number>();
  return read.flatMap(({ row, doctor }) => {
    const before = first.get(doctor.worker_mapping);
    if (before === undefined) {
      first.set(doctor.worker_mapping, row);
      return [];
    }
    return [faultAt(table, row, place, DEPARTMENT_HEADERS.doctor, {
      code: "DUPLICATE_ROW",
      message: `${DEPARTMENT_HEADERS.doctor}: row ${before + 1} has ${doctor.name} already.`,
    })];
  });
}

function ranksOf(read: readonly Read[], doctors: readonly RankedDoctor[]): DepartmentRank[] {
  const ranked = read.filter((each): each is Read & { rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank || a.row - b.row);
  const places = new Map<string, number>();
  let place = 0;
  ranked.forEach((each, i) => {
    if (i === 0 || ranked[i - 1].rank !== each.rank) place = i + 1;
    places.set(each.doctor.worker_mapping, place);
  });
  const named = new Set(read.map(({ doctor }) => doctor.worker_mapping));
  const rankOf = ({ worker_mapping }: RankedDoctor): DepartmentRank => ({
    worker_mapping,
    order_preference: places.get(worker_mapping) ?? null,
  });
  return [
    ...read.map(({ doctor }) => rankOf(doctor)),
    ...doctors.filter((doctor) => doctor.rank !== null && !named.has(doctor.worker_mapping))
      .map(rankOf),
  ];
}
