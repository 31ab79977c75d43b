// A result that was made elsewhere in: who has which line, read as tables of people are, with every rule that it breaks listed
// before anything is written.

import * as z from "zod";
import type { ResultImportAnswer } from "../../client/exchange_types.ts";
import type { Bytes } from "../../platform/bytes.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, noAllocationRun, parseBody } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { parseText } from "../cells.ts";
import { TABLE_SIZE } from "../limits.ts";
import { columnsUnclear, flag, readMapped, refuseUnknownFields, saidMapping } from "../mappings.ts";
import { refuseFaults } from "../refusals.ts";
import { isBlank } from "../table.ts";
import { type Places, Reading } from "./draft.ts";
import { FIELDS } from "./fields.ts";
import { faultsOf, readPopulation } from "./import_people.ts";
import type { Population } from "./population.ts";
import {
  askPeopleColumns,
  PEOPLE_PARAMETERS,
  type PeopleTable,
  readCell,
  readHeaders,
  readPeopleTable,
  type Row,
} from "./table.ts";

/** The sheet that our own export has. */
const MATCH_SHEET = "Match";

const optionsShape = z.strictObject({
  override: flag.default(false),
  reason: z.string().max(1000).optional(),
  ...PEOPLE_PARAMETERS,
});

/** What people write where a doctor has no line. */
const NO_LINE = /^(no line|none|unmatched|unplaced|not matched|no match|-|–|n\/a)$/i;

/** What a table of a result says, with the row of each doctor. */
interface ReadResult {
  lines: { doctor: string; line: string | null }[];
  rows: Map<string, Row>;
  places: Places;
}

/** Reads who has which line; a doctor stands there once. */
function readResult(people: PeopleTable, population: Population): ReadResult {
  const reading = new Reading(people, population);
  const rows = new Map<string, Row>();
  for (const row of people.rows) {
    const doctor = reading.doctor(row);
    const line = lineOf(reading, row);
    if (doctor === undefined || line === undefined) continue;
    const before = rows.get(doctor);
    const place = reading.place(row, people.fields.has("email") ? "email" : "name");
    if (before) {
      const message = `is the doctor of row ${before.number + 1}, too`;
      reading.fault(row, place.column, place.header, "DUPLICATE_ROW", message);
      continue;
    }
    rows.set(doctor, row);
    reading.add("lines", { doctor, line }, {
      ".doctor": place,
      ".line": reading.place(row, "line"),
    });
  }
  const lines = (reading.draft.document.lines ?? []) as ReadResult["lines"];
  return { lines, rows, places: reading.draft.places };
}

/** The line of a row, null for none; undefined where a fault was told. */
function lineOf(reading: Reading, row: Row): string | null | undefined {
  const { column, header } = reading.place(row, "line");
  if (!column || isBlank(row.cell(column.place))) return null;
  const text = readCell(reading.people, row, column, header!, (cell) => parseText(cell, 200));
  if (text === undefined) return undefined;
  const found = reading.lineFinder.find(text);
  // A line may be called so.
  if ("fault" in found && NO_LINE.test(text)) return null;
  return reading.found(row, { row, column, header }, found);
}

/** What the database answers, by addresses of doctors. */
interface Outcome {
  first: boolean;
  version: number;
  placed: number;
  unplaced: number;
  changes: { doctor: string; before: string | null; after: string | null }[];
  broken: { doctor: string | null; line: string | null; code: string; message: string }[];
  preview: string;
}

/**
 * Imports who has which line: the result of the allocation run, or corrections of the one that is finalised.
 * @param query `dry_run=true`: write nothing, say what would change and which rules that breaks; `override=true`: it stands
 * all the same, with a `reason`; `columns`, `mail_domain`, `sheet`, `ask`: see `IMPORT_PARAMETERS`
 * @param readFile gives the .xlsx or CSV file; asked for it only where the caller may import at all
 * @throws ApiError 400 (INVALID_ROWS, COLUMNS_UNCLEAR, RULES_BROKEN), 403, 404, 409, 413, 415
 */
export async function importResult(
  client: RestClient,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<ResultImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  refuseUnknownFields("match", FIELDS.match.map(({ key }) => key), saidMapping(options));
  const population = await readPopulation(client, allocationRun);
  await write(client, allocationRun, [], { ...options, dry_run: true, preview: undefined });
  const { table, mapping, remembered, remember } = await readMapped(
    client,
    await readFile(),
    options,
    {
      orgId: population.allocation_run.org_id,
      kind: "match",
      sheet: MATCH_SHEET,
      size: TABLE_SIZE,
      headOf: (table) => readHeaders("match", table, null).head,
    },
  );
  if (options.ask) throw columnsUnclear(askPeopleColumns("match", table, mapping));
  const people = readPeopleTable("match", table, mapping);
  const read = people.faults.length > 0 ? null : readResult(people, population);
  refuseFaults(people.faults);
  const outcome = await write(
    client,
    allocationRun,
    read!.lines,
    options,
    (faults) => refuseFaults(faultsOf(faults, read!, people)),
  );
  if (!options.dry_run) await remember();
  return answerOf(outcome, options.dry_run, people, read!, population, remembered);
}

/** Does or previews it. @param onFaults is told what the database has against a row. @throws ApiError */
async function write(
  client: RestClient,
  allocationRun: string,
  lines: ReadResult["lines"],
  { dry_run, override, reason, preview }: z.infer<typeof optionsShape>,
  onFaults?: (faults: { path: string; message: string }[]) => void,
): Promise<Outcome> {
  const { data, error } = await client.rpc("import_result", {
    p_allocation_run: allocationRun,
    p_lines: toJson(lines),
    p_reason: reason,
    p_override: override,
    p_dry_run: dry_run,
    p_preview: preview,
  });
  if (!error) return data as unknown as Outcome;
  if (error.code === "RC404") throw noAllocationRun(allocationRun);
  if (error.code === "RC409") throw new ApiError(409, error.hint ?? "CONFLICT", error.message);
  if (error.code === "RC400" && onFaults) {
    const faults = JSON.parse(error.details) as { path: string; message: string }[];
    if (faults.every(({ path }) => /^lines\[/.test(path))) onFaults(faults);
    throw new ApiError(
      400,
      "RULES_BROKEN",
      "This result breaks rules; nothing was imported. Look at them, and import it with a reason if it stands all the same.",
      { errors: faults },
    );
  }
  throw databaseError(error);
}

function answerOf(
  outcome: Outcome,
  dryRun: boolean,
  people: PeopleTable,
  { rows }: ReadResult,
  { doctors }: Population,
  remembered: boolean,
): ResultImportAnswer {
  const { first, version, placed, unplaced, changes, broken, preview } = outcome;
  const nameOf = (email: string) =>
    Object.hasOwn(doctors, email) ? `${doctors[email].name} (${email})` : email;
  const rowOf = (email: string) => {
    const row = rows.get(email);
    return row === undefined ? null : row.number + 1;
  };
  return {
    dryRun,
    rows: people.rows.length,
    first,
    version,
    placed,
    unplaced,
    preview,
    changes: changes.map(({ doctor, before, after }) => ({
      row: rowOf(doctor),
      doctor: nameOf(doctor),
      before,
      after,
    })),
    broken: broken.map(({ doctor, line, code, message }) => ({
      row: doctor === null ? null : rowOf(doctor),
      doctor: doctor === null ? null : nameOf(doctor),
      line,
      code,
      message,
    })),
    leftAlone: people.others.map(({ header }) => header),
    remembered,
  };
}
