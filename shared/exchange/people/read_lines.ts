// What tables say of job lines: who may take them, how many doctors, and weightings.

import {
  numberOf,
  type Parsed,
  parseNeeded,
  parseText,
  parseWhole,
  parseYesNo,
  quote,
  refuse,
} from "../cells.ts";
import { type Cell, isBlank } from "../table.ts";
import { type Draft, type EntryPlaces, type Place, Reading } from "./draft.ts";
import type { Population } from "./population.ts";
import { hasCell, type PeopleTable, read, readEntries, type Row } from "./table.ts";

/** How many doctors a line may take at most. */
const MOST_PLACES = 1000;
const MOST_WEIGHTING = 100_000;

/** A line that is there, or, where new ones may be, whatever the cell says. */
function lineOf(reading: Reading, row: Row, newLines: boolean): string | undefined {
  if (!newLines) return reading.line(row);
  const text = read(reading.people, row, "line", (cell) => parseNeeded(cell, 200));
  if (text === undefined) return undefined;
  const found = reading.lineFinder.find(text);
  return "name" in found ? found.name : text;
}

/** Entries of a cell; a fault is told. */
function entries(reading: Reading, row: Row, key: string): string[] {
  const { column, header } = reading.place(row, key);
  const parsed = column ? readEntries(reading.people, row.cell(column.place)) : { value: [] };
  if ("value" in parsed) return parsed.value;
  reading.fault(row, column, header, parsed.fault.code, parsed.fault.message);
  return [];
}

/** Tags that there are. */
function tags(reading: Reading, row: Row, key: string): string[] {
  return entries(reading, row, key).flatMap((entry) =>
    reading.found(
      row,
      reading.place(row, key),
      reading.tagFinder.find(entry),
    ) ?? []
  );
}

/** Says that a line had a row before. */
function isRepeated(
  reading: Reading,
  seen: Map<string, Row>,
  key: string,
  row: Row,
  field: string,
): boolean {
  const before = seen.get(key);
  if (!before) {
    seen.set(key, row);
    return false;
  }
  const { column, header } = reading.place(row, field);
  reading.fault(row, column, header, "DUPLICATE_ROW", `has the same as row ${before.number + 1}`);
  return true;
}

/** Reads places and must-have lines. @param newLines whether lines that are not there are made */
export function readPlaces(people: PeopleTable, population: Population, newLines: boolean): Draft {
  const reading = new Reading(people, population);
  const seen = new Map<string, Row>();
  for (const row of people.rows) {
    const line = lineOf(reading, row, newLines);
    const places = hasCell(people, row, "places")
      ? read(people, row, "places", (cell) => parseWhole(cell, [1, MOST_PLACES], undefined))
      : undefined;
    const must = people.fields.has("must_have")
      ? read(people, row, "must_have", (cell) => parseYesNo(cell, false))
      : undefined;
    if (line === undefined || isRepeated(reading, seen, line, row, "line")) continue;
    const entry = {
      name: line,
      ...places !== undefined && { max_n_workers: places },
      ...must !== undefined && { must_have_workers: must },
    };
    reading.add("lines", entry, {
      "": reading.place(row, "line"),
      ".name": reading.place(row, "line"),
      ".max_n_workers": reading.place(row, "places"),
      ".must_have_workers": reading.place(row, "must_have"),
    });
    reading.origin("lines", line, row);
  }
  return reading.draft;
}

const ELIGIBILITY = [
  "included_workers",
  "excluded_workers",
  "included_tags",
  "excluded_tags",
] as const;

/** Reads who may take which line; a line has the rules that the table gives it and no others afterwards. */
export function readEligibility(people: PeopleTable, population: Population): Draft {
  const reading = new Reading(people, population);
  const seen = new Map<string, Row>();
  for (const row of people.rows) {
    const line = lineOf(reading, row, false);
    const eligibility: Record<string, string[]> = {};
    const places: Record<string, Place | EntryPlaces> = { ".name": reading.place(row, "line") };
    for (const key of ELIGIBILITY) {
      const place = reading.place(row, key);
      eligibility[key] = key.endsWith("tags")
        ? tags(reading, row, key)
        : reading.doctors(row, place, entries(reading, row, key));
      places[`.eligibility.${key}`] = { length: eligibility[key].length, at: () => place };
    }
    if (line === undefined || isRepeated(reading, seen, line, row, "line")) continue;
    // A line that is open to everybody, and stays so, has no row of rules.
    const isOpen = ELIGIBILITY.every((key) => eligibility[key].length === 0);
    if (isOpen && !Object.hasOwn(population.eligibility, line)) continue;
    reading.add("lines", { name: line, eligibility }, places);
    reading.origin("eligibility", line, row);
  }
  return reading.draft;
}

function parseWeighting(cell: Cell): Parsed<number> {
  if (isBlank(cell)) return refuse("EMPTY_CELL", "is empty; it is needed");
  const number = numberOf(typeof cell === "string" ? cell.replace("\u2212", "-") : cell);
  if (Number.isNaN(number)) return refuse("NOT_A_NUMBER", `holds ${quote(cell)}; write a number`);
  return Math.abs(number) > MOST_WEIGHTING
    ? refuse(
      "OUT_OF_RANGE",
      `holds ${number}; -${MOST_WEIGHTING} to ${MOST_WEIGHTING} are possible`,
    )
    : { value: number };
}

/** Reads weightings of doctors or holders of tags, on one line or on all. */
export function readWeightings(people: PeopleTable, population: Population): Draft {
  const reading = new Reading(people, population);
  const seen = new Map<string, Row>();
  for (const row of people.rows) {
    const text = hasCell(people, row, "line")
      ? read(people, row, "line", (cell) => parseText(cell, 200))
      : null;
    const line = typeof text === "string" ? lineOf(reading, row, false) : text;
    const workers = reading.doctors(
      row,
      reading.place(row, "workers"),
      entries(reading, row, "workers"),
    ).sort();
    const held = tags(reading, row, "tags").sort();
    const weighting = read(people, row, "weighting", parseWeighting);
    if (line === undefined || weighting === undefined) continue;
    if (workers.length + held.length === 0) {
      const isBlankRow = !hasCell(people, row, "workers") && !hasCell(people, row, "tags");
      if (isBlankRow) {
        const { column, header } = reading.place(
          row,
          people.fields.has("workers") ? "workers" : "tags",
        );
        reading.fault(
          row,
          column,
          header,
          "EMPTY_CELL",
          "is empty; say whose weighting it is, by doctors or tags",
        );
      }
      continue;
    }
    const key = JSON.stringify([line, workers, held]);
    if (isRepeated(reading, seen, key, row, "weighting")) continue;
    reading.add("weightings", { ...line !== null && { line }, workers, tags: held, weighting }, {
      ".line": reading.place(row, "line"),
      ".weighting": reading.place(row, "weighting"),
      ".workers": reading.place(row, "workers"),
      ".tags": reading.place(row, "tags"),
    });
    reading.origin("weightings", weightingKey(line, workers, held), row);
  }
  return reading.draft;
}

/** The key by which the database's changes name a weighting. */
function weightingKey(line: string | null, workers: string[], tags: string[]): string {
  const list = (names: string[]) =>
    names.length > 0 ? [`[${names.map((name) => JSON.stringify(name)).join(", ")}]`] : [];
  return [line ?? "*", ...list(workers), ...list(tags)].join(" | ");
}
