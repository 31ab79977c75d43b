// `deno run -A scripts/bench/refused_files.ts`: CPU of the largest tables of each kind that are right up to their last row, which is
// wrong: through the functions' own doors, from the bytes of the file to the answer, in fresh processes of the hosted runtime's Deno.
// The platform counts the thread; threads that compile and collect beside it are told as well. A word chooses among them.
// deno-lint-ignore-file no-console -- this is a command line tool

import { fileURLToPath } from "node:url";
import type { TableFormat } from "../../shared/client/exchange_types.ts";
import { TABLE_SIZE } from "../../shared/exchange/limits.ts";
import { rosterWorkbook } from "../../shared/exchange/export.ts";
import { peopleCsv, peopleFile, peopleSheets } from "../../shared/exchange/people/files.ts";
import type { PeopleKind } from "../../shared/exchange/people/fields.ts";
import type { Population } from "../../shared/exchange/people/population.ts";
import { positionSheets } from "../../shared/exchange/position_files.ts";
import { rosterCsv } from "../../shared/exchange/roster_csv.ts";
import { columnLetters } from "../../shared/exchange/table.ts";
import { populationOf } from "../../shared/exchange/testing/populations.ts";
import { csvText } from "../../shared/exchange/texts.ts";
import { Work } from "../../shared/exchange/work.ts";
import { writeWorkbook } from "../../shared/exchange/write_xlsx.ts";
import { archiveParts, unpack } from "../../shared/exchange/zip_guard.ts";
import { packArchive } from "../../shared/exchange/zip_pack.ts";
import { SheetBuilder } from "../../shared/exchange/sheet.ts";
import type { Bytes } from "../../shared/platform/bytes.ts";
import { bundleModule } from "../deploy/bundle.ts";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { population, roster } from "./exchange_tables.ts";
import { inFreshProcess } from "./fresh_process.ts";
import { median } from "./median.ts";

/** Fresh processes for each file. */
const FRESH = 7;

/** A row to put at the end of a table, by column from 0. */
type LastRow = (string | number | null)[];

/** A file, what is to be refused at its end, and what the database says before. */
interface Refused {
  name: string;
  /** The table that it is sent to. */
  table: string;
  make: () => Promise<Bytes> | Bytes;
  answers: () => Record<string, unknown>;
}

const bytes = (text: string) => new TextEncoder().encode(text) as Bytes;
const count = (many: number) => Array.from({ length: many }, (_, n) => n);
const MAPPINGS = { import_mappings: null };

/** CSV with a row more. */
function csvWith(text: string, last: LastRow): Bytes {
  return bytes(`${text.trimEnd()}\r\n${csvText([last]).replace("\ufeff", "")}`);
}

/** A workbook whose first sheet has a row more, written as spreadsheet programs write texts of their own. */
async function workbookWith(file: Bytes, last: LastRow): Promise<Bytes> {
  const parts = await Promise.all(archiveParts(file)!.map(async (part) => ({
    path: part.path,
    content: await unpack(file, part, new Work({ unpackedBytes: 1e9 })) as Bytes,
  })));
  const sheet = parts.find(({ path }) => path === "xl/worksheets/sheet1.xml")!;
  const xml = new TextDecoder().decode(sheet.content);
  const row = 1 + Math.max(...[...xml.matchAll(/<row r="(\d+)"/g)].map(([, n]) => Number(n)));
  const cells = last.map((value, column) => {
    const place = `r="${columnLetters(column)}${row}"`;
    if (value === null) return "";
    return typeof value === "number"
      ? `<c ${place}><v>${value}</v></c>`
      : `<c ${place} t="inlineStr"><is><t>${value}</t></is></c>`;
  });
  const end = xml.indexOf("</sheetData>");
  sheet.content = bytes(
    `${xml.slice(0, end)}<row r="${row}">${cells.join("")}</row>${xml.slice(end)}`,
  );
  return await packArchive(parts);
}

/** A table of people that is there already, and one row that is wrong. */
function people(
  kind: PeopleKind,
  made: () => Population,
  last: LastRow,
  format: TableFormat,
  layout?: "wishes" | "wishes-by-line" | "wishes-by-rank",
): Refused {
  return {
    name: `${layout ?? kind}.${format}`,
    table: kind,
    make: async () => {
      const file = peopleFile(kind, made(), layout);
      return format === "csv"
        ? csvWith(peopleCsv(file), last)
        : await workbookWith(await writeWorkbook(peopleSheets(file, made())), last);
    },
    answers: () => ({
      ...MAPPINGS,
      read_population: made(),
      import_population: { changes: [], snapshot: null },
      import_result: {},
    }),
  };
}

const MOST = TABLE_SIZE.rows - 101;
const line = (n: number) => `Line ${n + 1}`, email = (n: number) => `doctor${n}@health.example`;

/** 3,000 doctors and lines, each line with who may take it, and 60 departments that rank 1,000 of the doctors. */
function largest(): Population {
  const doctors = count(MOST).map(email);
  return populationOf({
    lines: Object.fromEntries(
      count(MOST).map((
        n,
      ) => [line(n), { places: 2, must_have_workers: n % 2 > 0, sort_order: n }]),
    ),
    doctors: Object.fromEntries(
      doctors.map((each, n) => [each, { name: `Doctor Number ${n}`, tags: ["PGY1", "Rural"] }]),
    ),
    tags: ["PGY1", "Rural"],
    eligibility: Object.fromEntries(
      count(MOST).map((n) => [line(n), {
        included_workers: count(8).map((k) => doctors[(31 * n + k) % MOST]),
        excluded_workers: count(8).map((k) => doctors[(17 * n + 9 + k) % MOST]),
        included_tags: ["PGY1"],
        excluded_tags: [],
      }]),
    ),
    preferencers: Object.fromEntries(
      count(60).map((n) => [`Department ${n}`, {
        max_job_lines: 5,
        max_workers: 9,
        lines: count(30).map((k) => line(30 * n + k)),
        ranks: Object.fromEntries(count(1_000).map((k) => [doctors[(n + 3 * k) % MOST], k + 1])),
      }]),
    ),
  });
}

function ofRoster(
  name: string,
  table: string,
  make: () => Promise<Bytes>,
): Refused {
  return {
    name,
    table,
    make,
    answers: () => ({
      ...MAPPINGS,
      read_roster: roster(),
      lock_job_lines: null,
      import_positions: { outcome: "previewed" },
      allocation_runs: { org_id: "o", term_weeks: roster().allocation_run.term_weeks },
    }),
  };
}

/** A weekly roster's last line: who it is, and what stands in its first week. */
const NOWHERE: LastRow = [null, "One more line", "Nowhere"];

/** A workbook of one sheet of values. */
async function workbookOf(sheet: string, rows: LastRow[]): Promise<Bytes> {
  const builder = new SheetBuilder(sheet);
  for (const row of rows) builder.add(row);
  return await writeWorkbook([builder.build({})]);
}

/** A doctor's order of 3,000 lines, whose notes are long. */
const ORDER: Refused = {
  name: "a doctor's order.xlsx",
  table: "ranking",
  make: () =>
    workbookOf("My order", [
      ["Rank", "Bucket", "Line", "Note"],
      ...count(MOST).map((n) => [n + 1, "Like", line(n), `Near home, number ${n}`]),
      [MOST + 1, "Like", "Line 9999", null],
    ]),
  answers: () => ({
    read_window: {
      window: { name: "R", org_name: "O", allows_ties: true },
      terms: [],
      positions: [],
      lines: count(MOST).map((n) => ({ id: `${n}`, name: line(n), eligible: true, rotations: [] })),
      wishes: { lines: [] },
    },
  }),
};

/** A department's order of 3,000 doctors. */
const DEPARTMENT: Refused = {
  name: "a department's order.csv",
  table: "department",
  make: () =>
    csvWith(
      csvText([
        ["Rank", "Doctor", "ID"],
        ...count(MOST).map((n) => [n + 1, `Doctor Number ${n}`, `id-${n}`]),
      ]),
      [1, "Nobody", null],
    ),
  answers: () => ({
    read_department: {
      doctors: count(MOST).map((n) => ({
        worker_mapping: `id-${n}`,
        name: `Doctor Number ${n}`,
        eligible: true,
      })),
      ranks: [],
    },
  }),
};

const SPECIALTIES = 230;
/** A row for each of 3,000 pairs of specialties. */
const PAIRS: Refused = {
  name: "affinities.xlsx",
  table: "affinities",
  make: () => {
    const names = count(SPECIALTIES).map((n) => `Specialty ${n}`);
    const pairs = count(MOST).map((n) => [
      names[n % SPECIALTIES],
      `Other ${Math.floor(n / SPECIALTIES)}`,
      n % 100,
    ]);
    return workbookOf("Affinities", [
      ["Specialty A", "Specialty B", "Weight"],
      ...pairs,
      ["Specialty 0", "Specialty 1", 1_000],
    ]);
  },
  answers: () => ({
    ...MAPPINGS,
    import_affinities: {},
    allocation_runs: { name: "R", org_id: "o", affinity_profile: "p" },
    orgs: { name: "O" },
    affinity_profiles: { name: "P", version: 1, org_id: null },
    affinity_weights: [],
    positions: [],
  }),
};

const WISHES: LastRow = [email(1), "Doctor Number 1", "Line 9999", 61];

const FILES: Refused[] = [
  people("wishes", population, WISHES, "xlsx", "wishes"),
  people("wishes", population, WISHES, "csv", "wishes"),
  people("wishes", population, ["nobody@x.example", "X", "Line 1"], "xlsx", "wishes-by-rank"),
  people("wishes", population, ["nobody@x.example", "X", 1], "xlsx", "wishes-by-line"),
  people("departments", largest, ["Department 1", null, email(2), null, "first"], "xlsx"),
  people("departments", largest, ["Department 1", null, email(2), null, "first"], "csv"),
  people("eligibility", largest, ["Line 9999"], "xlsx"),
  people("places", largest, ["Line 9999", 1], "xlsx"),
  people("doctors", largest, ["nobody", "X"], "xlsx"),
  {
    ...people("places", largest, [], "csv"),
    name: "match.csv",
    table: "match",
    make: () =>
      csvWith(
        csvText([["E-mail", "Line"], ...count(MOST).map((n) => [email(n), line(n)])]),
        [email(1), "Line 9999"],
      ),
  },
  ORDER,
  DEPARTMENT,
  PAIRS,
  ofRoster("positions.xlsx", "positions", async () => {
    const { positions, ...rest } = roster();
    const made = count(1_300).map((n) => ({
      ...positions[n % 120],
      id: crypto.randomUUID(),
      name: `Position ${n}`,
    }));
    const file = await writeWorkbook(positionSheets({ ...rest, positions: made }));
    return await workbookWith(file, ["Hospital", "Team", "", "Specialty"]);
  }),
  ofRoster(
    "roster.xlsx, by weeks",
    "lines",
    async () => workbookWith(await rosterWorkbook(roster(), new Date()), NOWHERE),
  ),
  ofRoster(
    "roster.csv, by rotations",
    "lines",
    () =>
      Promise.resolve(
        csvWith(rosterCsv(roster()), [
          ...["One more", 1, "No", null, 1, 1, "2027-01-11", "2027-02-07", 1, 4, "H", "T"],
          "Nowhere",
        ]),
      ),
  ),
];

/** What a fresh process says of a file. */
interface Cost {
  thread: number;
  all: number;
  status: number;
  said: string;
}

async function main(word = ""): Promise<void> {
  const deno = await hostedDeno(), folder = await Deno.makeTempDir();
  const module = `${folder}/probe.js`;
  await Deno.writeTextFile(
    module,
    await bundleModule(fileURLToPath(new URL("./refused_probe.ts", import.meta.url))),
  );
  const rows = [];
  for (const { name, table, make, answers } of FILES.filter(({ name }) => name.includes(word))) {
    const file = await make();
    await Deno.writeFile(`${folder}/file`, file);
    const said = Object.entries(answers()).map(([key, value]) => [key, JSON.stringify(value)]);
    await Deno.writeTextFile(`${folder}/answers.json`, JSON.stringify(Object.fromEntries(said)));
    const costs: Cost[] = [];
    for (let n = 0; n < FRESH; n++) {
      costs.push(await inFreshProcess<Cost>(deno, module, [folder, table]));
    }
    const [{ status, said: why }] = costs;
    if (status !== 400 || !why.includes('"faults":1')) throw new Error(`${name}: ${status} ${why}`);
    const [thread, all] = (["thread", "all"] as const).map((key) => costs.map((each) => each[key]));
    rows.push({
      name,
      kb: Math.round(file.length / 1024),
      thread: Math.round(median(thread)),
      "thread, most": Math.round(Math.max(...thread)),
      all: Math.round(median(all)),
      "all, most": Math.round(Math.max(...all)),
    });
    console.log(JSON.stringify(rows.at(-1)));
  }
  await Deno.remove(folder, { recursive: true });
  console.table(rows);
  console.log(`load average ${Deno.loadavg()[0].toFixed(1)}`);
}

await main(...Deno.args);
