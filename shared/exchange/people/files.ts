// Tables of people out: what is there, with instructions, so that it can be filled in and read again.

import type { CellStyle, CellValue } from "hucre/xlsx";
import { entryList } from "../entry_list.ts";
import { instructionsSheet } from "../instructions_sheet.ts";
import { ownOf } from "../own.ts";
import { type BuiltSheet, font, SheetBuilder, STYLES } from "../sheet.ts";
import { columnLetters } from "../table.ts";
import { csvText } from "../texts.ts";
import { FIELDS, type PeopleKind } from "./fields.ts";
import { SHEETS } from "./import_people.ts";
import { doctorsByName, lineNames, type Population } from "./population.ts";

/** A table to be written. */
export interface PeopleFile {
  kind: PeopleKind;
  headers: string[];
  rows: CellValue[][];
  /** From this column on cells hold ranks or nothing: what is typed there is a number, so blank ones need no look. */
  ranksFrom?: number;
}

/** The layouts that wishes can be had in, by the name of the file. */
export type WishFile = "wishes" | "wishes-by-line" | "wishes-by-rank";

/** A cell that lists something; blank where there is nothing. */
const listed = (entries: readonly string[]) => entryList(entries) || null;

const header = (kind: PeopleKind, ...keys: string[]) =>
  keys.map((key) => FIELDS[kind].find((field) => field.key === key)!.header);

/** The table of a kind, as it is now. @param layout of wishes */
export function peopleFile(
  kind: PeopleKind,
  population: Population,
  layout: WishFile = "wishes",
): PeopleFile {
  return kind === "wishes"
    ? wishes(population, layout)
    : { kind, ...TABLES[kind](population, (...keys) => header(kind, ...keys)) };
}

/** How the table of each kind is filled; wishes have layouts of their own. @param head the headers of some fields */
const TABLES: Record<
  Exclude<PeopleKind, "wishes">,
  (population: Population, head: (...keys: string[]) => string[]) => Omit<PeopleFile, "kind">
> = {
  doctors: (population, head) => ({
    headers: [...head("email", "name", "tags", "fte"), "Withdrawn"],
    rows: doctorsByName(population).map(([email, { name, tags, withdrawn, fte = 1 }]) => [
      email,
      name,
      listed(tags),
      fte,
      withdrawn ? "Yes" : null,
    ]),
  }),
  departments: (population, head) => ({
    headers: head("department", "line", "email", "name", "rank", "max_job_lines", "max_workers"),
    rows: Object.entries(population.preferencers).sort(([a], [b]) => a.localeCompare(b, "en"))
      .flatMap(([name, { lines, ranks, max_job_lines, max_workers }]): CellValue[][] => [
        [name, listed(lines), null, null, null, max_job_lines, max_workers],
        ...Object.entries(ranks).sort(([, a], [, b]) => a - b).map(
          ([email, rank]): CellValue[] => {
            const doctor = ownOf(population.doctors, email)?.name ?? null;
            return [name, null, email, doctor, rank, null, null];
          },
        ),
      ]),
  }),
  eligibility: (population, head) => ({
    headers: head(
      "line",
      "included_tags",
      "excluded_tags",
      "included_workers",
      "excluded_workers",
    ),
    rows: lineNames(population).map((line) => {
      const { included_tags, excluded_tags, included_workers, excluded_workers } =
        ownOf(population.eligibility, line) ?? NOBODY;
      return [
        line,
        ...[included_tags, excluded_tags, included_workers, excluded_workers].map(listed),
      ];
    }),
  }),
  weightings: (population, head) => ({
    headers: head("line", "workers", "tags", "weighting"),
    rows: Object.values(population.weightings).map(({ line, workers, tags, weighting }) => [
      line,
      listed(workers),
      listed(tags),
      weighting,
    ]),
  }),
  places: (population, head) => ({
    headers: head("line", "places", "must_have"),
    rows: lineNames(population).map((line) => {
      const { places, must_have_workers } = population.lines[line];
      return [line, places, must_have_workers ? "Yes" : "No"];
    }),
  }),
};

/** The eligibility of a line of which nothing is said. */
const NOBODY = { included_tags: [], excluded_tags: [], included_workers: [], excluded_workers: [] };

/** Most columns of ranks. */
const MOST_RANKS = 300;

/**
 * Whether each line can stand in the column of its own rank, so that a doctor who left a rank out is read back as they are.
 * Two who share a rank stand side by side instead; read back, one is before the other.
 */
function standsAtRanks(wishes: readonly [string, number][]): boolean {
  const ranks = wishes.map(([, rank]) => rank);
  return new Set(ranks).size === ranks.length &&
    ranks.every((rank) => Number.isInteger(rank) && rank >= 1 && rank <= MOST_RANKS);
}

/** The last column of ranks that wishes need. */
function lastRank(wishes: readonly [string, number][]): number {
  return standsAtRanks(wishes) ? wishes.at(-1)?.[1] ?? 0 : wishes.length;
}

function wishes(population: Population, layout: WishFile): PeopleFile {
  const doctors = doctorsByName(population).filter(([, { withdrawn }]) => !withdrawn);
  const lines = lineNames(population);
  const ranksOf = (email: string) => ownOf(population.wishes, email) ?? {};
  const ordered = (email: string) =>
    Object.entries(ranksOf(email)).sort(([a, x], [b, y]) =>
      x - y || a.localeCompare(b, "en", { numeric: true })
    );
  const who = header("wishes", "email", "name");
  switch (layout) {
    case "wishes":
      return {
        kind: "wishes",
        headers: [...who, ...header("wishes", "line", "rank")],
        rows: doctors.flatMap(([email, { name }]) =>
          ordered(email).map(([line, rank]): CellValue[] => [email, name, line, rank])
        ),
      };
    case "wishes-by-line":
      return {
        kind: "wishes",
        headers: [...who, ...lines],
        rows: doctors.map((
          [email, { name }],
        ) => [email, name, ...lines.map((line) => ownOf(ranksOf(email), line) ?? null)]),
        ranksFrom: who.length,
      };
    case "wishes-by-rank": {
      const most = Math.max(10, ...doctors.map(([email]) => lastRank(ordered(email))));
      const places = Array.from({ length: Math.min(most, MOST_RANKS) }, (_, i) => i);
      return {
        kind: "wishes",
        headers: [...who, ...places.map((i) => `Rank ${i + 1}`)],
        rows: doctors.map(([email, { name }]) => {
          const own = ordered(email);
          const at = standsAtRanks(own)
            ? new Map(own.map(([line, rank]) => [rank, line]))
            : new Map(own.map(([line], i) => [i + 1, line]));
          return [email, name, ...places.map((i) => at.get(i + 1) ?? null)];
        }),
      };
    }
  }
}

/** As text; see {@link csvText}. */
export function peopleCsv({ headers, rows }: PeopleFile): string {
  return csvText([headers, ...rows as (string | number | null)[][]]);
}

const TEXT: CellStyle = { ...STYLES.cell, numFmt: "@" };
const BLANK: CellStyle = { font: font(), numFmt: "@" };
/** Blank rows of a table with nothing in it that are formatted as text, so that nothing typed becomes a date. */
const BLANK_ROWS = 300;

/** The sheet of a table, and instructions. */
export function peopleSheets(file: PeopleFile, population: Population): BuiltSheet[] {
  const { kind, headers, rows, ranksFrom = Infinity } = file;
  const sheet = new SheetBuilder(SHEETS[kind]);
  sheet.add(headers, STYLES.header);
  for (const row of rows) {
    const at = sheet.height;
    row.forEach((value, column) => {
      if (value === null && column >= ranksFrom) return;
      sheet.put(at, column, value, typeof value === "number" ? STYLES.cell : TEXT);
    });
  }
  for (let row = rows.length + 1; row <= (rows.length === 0 ? BLANK_ROWS : 0); row++) {
    headers.forEach((_, column) => sheet.put(row, column, null, BLANK));
  }
  const widths = headers.map((name) =>
    FIELDS[kind].find((field) => field.header === name)?.width ?? Math.max(9, name.length + 2)
  );
  return [
    sheet.build({
      columns: widths.map((width) => ({ width })),
      freezePane: { rows: 1, columns: Math.min(2, headers.length) },
      autoFilter: {
        range: `A1:${columnLetters(headers.length - 1)}${Math.max(2, rows.length + 1)}`,
      },
      pageSetup: {
        paperSize: "a4",
        orientation: "landscape",
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: "$1:$1",
      },
      a11y: { summary: `${SHEETS[kind]} of the allocation run`, headerRow: 0 },
    }),
    instructions(kind, population),
  ];
}

const NOTES: Record<PeopleKind, string> = {
  doctors:
    "One row per doctor. Who is there already, by e-mail address, gets the name and tags of the row; others are new. Nobody is taken out: withdraw a doctor for that.",
  wishes:
    "One row per rank; or a column for each line with ranks in it; or columns Rank 1, Rank 2 ... with lines in them. Whoever the file gives some wishes has these and no others afterwards.",
  departments:
    "One row per rank of a doctor, or per line. Lines or ranks that the file gives a department are those and no others afterwards.",
  eligibility:
    "One row per line. The first that fits counts: a doctor named, a doctor excluded, a tag excluded, a tag needed. A line without any rule is open to everybody.",
  weightings: "One row per weighting. They add up; negative is better for the doctor.",
  places: "One row per line: how many doctors may take it, and whether somebody must.",
};

function instructions(
  kind: PeopleKind,
  { allocation_run: { name, org, plan } }: Population,
): BuiltSheet {
  return instructionsSheet({
    title: `${SHEETS[kind]}: ${name}`,
    subtitle: `${org}, ${plan}`,
    sentences: [
      NOTES[kind],
      "Columns may stand in any order. Nothing is written before you have seen what would change, and then all of it or nothing.",
      "Several names in one cell are separated by commas or semicolons.",
    ],
    columns: FIELDS[kind].map(({ header, help }) => [header, help]),
    summary: "How to fill in the sheet",
  });
}
