// Doctors and their tags from a table.

import { type Parsed, parseFte, parseText, quote, refuse } from "../cells.ts";
import { type Cell, isBlank } from "../table.ts";
import type { FileColumn } from "../mappings.ts";
import type { Draft } from "./draft.ts";
import { Reading } from "./draft.ts";
import { fieldOf } from "./fields.ts";
import { type Population, turned } from "./population.ts";
import { hasCell, type PeopleTable, read, readCell, readEntries, type Row } from "./table.ts";

const EMAIL = /^[^@\s<>:;,"()]+@[^@\s<>:;,"()]+\.[^@\s.<>:;,"()]+$/;

/** A year of the calendar: that of an intake, or of the roster. */
const CALENDAR_YEAR = /^\s*(?:19|20)\d\d\s*$/;

/**
 * Leaves columns alone that hold years of the calendar: they say nothing of what a doctor may do, and would be wrong as tags a
 * year later. Whoever wants them as tags says that the column is of tags.
 */
function leaveCalendarYears(people: PeopleTable): void {
  const isCalendar = ({ place }: FileColumn) => {
    const cells = [...people.rows].map((row) => row.cell(place)).filter((cell) => !isBlank(cell));
    return cells.length > 0 && cells.every((cell) => CALENDAR_YEAR.test(String(cell)));
  };
  const [column] = people.fields.get("year") ?? [];
  if (!column || !isCalendar(column)) return;
  // A column "PGY" beside "Year" was left alone, since the field had one.
  const other = people.others.find((each) =>
    fieldOf("doctors", each.header)?.key === "year" && !isCalendar(each)
  );
  people.others = people.others.filter((each) => each !== other);
  people.others.push({ ...column, header: `${column.header} (years of the calendar)` });
  if (other) people.fields.set("year", [other]);
  else people.fields.delete("year");
}

/** A year as a tag: a number n is PGYn, as is "PGY n"; another text is itself. */
function yearTag(cell: Cell): Parsed<string | null> {
  if (isBlank(cell)) return { value: null };
  const text = parseText(cell, 100);
  if ("fault" in text) return text;
  const number = /^(?:PGY[\s_-]*)?(\d{1,2})$/i.exec(text.value)?.[1];
  return { value: number === undefined ? text.value : `PGY${Number(number)}` };
}

/**
 * Tags as they are called already, by the org or further above: "pgy 1" is PGY1 where that is there, since rules of who may
 * take a line know nothing of a second tag that reads like it. One that is there just as it is written is itself.
 */
function tagNames(there: readonly string[]): (tag: string) => string {
  const plain = (tag: string) => tag.normalize("NFC").toLowerCase().replace(/[\s_-]+/gu, "");
  const known = new Set(there), byPlain = Map.groupBy(there, plain);
  return (tag) => {
    if (known.has(tag)) return tag;
    const same = byPlain.get(plain(tag)) ?? [];
    if (same.length === 1) return same[0];
    known.add(tag);
    byPlain.set(plain(tag), [...same, tag]);
    return tag;
  };
}

/** Reads doctors: who is there by their address gets the name and tags that are told, others are new. */
export function readDoctors(people: PeopleTable, population: Population): Draft {
  leaveCalendarYears(people);
  const reading = new Reading(people, population);
  const seen = new Map<string, Row>();
  const called = tagNames(population.tags);
  for (const row of people.rows) {
    const email = emailOf(reading, row);
    const name = nameOf(reading, row, email);
    const tags = tagsOf(people, row, called);
    const fte = fteOf(people, row);
    if (email === undefined || name === undefined) continue;
    const before = seen.get(email);
    if (before) {
      reading.fault(
        row,
        reading.column("email"),
        "E-mail",
        "DUPLICATE_ROW",
        `is that of row ${before.number + 1}, too`,
      );
      continue;
    }
    seen.set(email, row);
    const place = reading.place(row, "email");
    reading.add("workers", {
      email,
      name,
      ...tags && { tags },
      ...fte !== undefined && { fte },
    }, {
      "": place,
      ".email": place,
      ".name": reading.place(row, people.fields.has("name") ? "name" : "surname"),
      ".tags": reading.place(row, "tags"),
      ".fte": reading.place(row, "fte"),
    });
    reading.origin("doctors", email, row);
  }
  return reading.draft;
}

function emailOf(reading: Reading, row: Row): string | undefined {
  const { people, finder } = reading;
  const text = read(
    people,
    row,
    "email",
    (cell) => isBlank(cell) ? refuse("EMPTY_CELL", "is empty; it is needed") : parseText(cell, 320),
  );
  if (text === undefined) return undefined;
  const email = finder.address(text);
  if (email !== null && EMAIL.test(email)) return email;
  reading.fault(
    row,
    reading.column("email"),
    "E-mail",
    "NOT_AN_EMAIL",
    `holds ${quote(text)}; write an e-mail address such as a.lim@example.org`,
  );
  return undefined;
}

/** The name; of a file without names that of a doctor who is there. */
function nameOf(reading: Reading, row: Row, email: string | undefined): string | undefined {
  const name = reading.name(row);
  const { doctors, elsewhere } = reading.population;
  const there = email === undefined
    ? null
    : Object.hasOwn(doctors, email)
    ? doctors[email]
    : Object.hasOwn(elsewhere, email)
    ? elsewhere[email]
    : null;
  // A name with a comma in it that is there is what it is.
  if (name !== undefined) return name === there?.name ? name : turned(name);
  if (email === undefined) return undefined;
  if (there) return there.name;
  const { people } = reading;
  const key = people.fields.has("name") ? "name" : "surname";
  // What is wrong with one that is there was told when it was read.
  if (hasCell(people, row, key)) return undefined;
  reading.fault(
    row,
    reading.column(key),
    key === "name" ? "Name" : "Surname",
    "EMPTY_CELL",
    "is empty; it is needed",
  );
  return undefined;
}

/** Tags of all columns that have some; undefined: the file says nothing of tags. */
function tagsOf(
  people: PeopleTable,
  row: Row,
  called: (tag: string) => string,
): string[] | undefined {
  const columns = people.fields.get("tags") ?? [];
  const years = people.fields.get("year") ?? [];
  if (columns.length + years.length === 0) return undefined;
  const tags = columns.flatMap((column) => {
    const parsed = readEntries(people, row.cell(column.place));
    if ("value" in parsed) return parsed.value;
    readCell(people, row, column, "Tags", () => parsed);
    return [];
  });
  const year = years.flatMap((column) => readCell(people, row, column, "Year", yearTag) ?? []);
  for (const tag of tags) {
    if ([...tag].length > 100) {
      readCell(people, row, columns[0], "Tags", () => parseText(tag, 100));
    }
  }
  return [...new Set([...year, ...tags].map(called))].sort();
}

/** How much of full time a doctor works; undefined: the file says nothing of it. An empty cell is all of it. */
function fteOf(people: PeopleTable, row: Row): number | undefined {
  if (!people.fields.has("fte")) return undefined;
  return read(people, row, "fte", parseFte);
}
