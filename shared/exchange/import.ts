// Positions and posts from a file: read, checked cell by cell, compared with what is there, and written all or nothing
// with the caller's own rights.

import * as z from "zod";
import type { ImportAnswer, ImportChange } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { toJson } from "../platform/json.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError, noAllocationRun, parseBody, requireId } from "../platform/requests.ts";
import { MAX_FAULTS, TABLE_SIZE } from "./limits.ts";
import {
  columnsUnclear,
  IMPORT_PARAMETERS,
  readMapped,
  refuseUnknownFields,
  saidMapping,
} from "./mappings.ts";
import { type PositionColumn, positionColumns, type PositionDocument } from "./position_columns.ts";
import { POSITIONS_SHEET } from "./position_files.ts";
import {
  askPositionColumns,
  positionFieldKeys,
  positionHead,
  type PositionRows,
  readPositionRows,
} from "./position_rows.ts";
import type { RestClient } from "../platform/rest.ts";
import { refuseFaults } from "./refusals.ts";
import { type CellFault, faultAt, type Table } from "./table.ts";

const optionsShape = z.strictObject({
  missing: z.enum(["keep", "remove"]).default("keep"),
  reason: z.string().max(1000).optional(),
  ...IMPORT_PARAMETERS,
});

/** A fault that the database found: `row` of the rows sent, and the term of a column that there is for each. */
interface DatabaseFault {
  row: number;
  column: keyof PositionDocument;
  code: string;
  term?: number;
}

/** What the database answers. */
interface Outcome {
  outcome:
    | "not_found"
    | "unfinished"
    | "refused"
    | "overtaken"
    | "previewed"
    | "imported";
  planner_run?: string;
  faults?: DatabaseFault[];
  /** Of the rows sent: those that would change what was changed since the file was made. */
  rows?: number[];
  changes?: {
    row: number;
    kind: ImportChange["kind"];
    before: PositionDocument | null;
    after: PositionDocument;
  }[];
  unchanged?: number;
  preview?: string;
  unversioned?: number;
  missing?: ImportAnswer["missing"];
  overfilled?: ImportAnswer["overfilled"];
}

/** What the database refuses, in words. */
const DATABASE_FAULTS: Record<string, string> = {
  UNKNOWN_ID:
    "ID: there is no such position in this organisation; leave the cell blank to add a new one.",
  DUPLICATE_ROW: "Position: another row means the same position.",
  NAME_TAKEN: "Position: another position of this team has this name already.",
  MINIMUM_ABOVE_POSTS: "A minimum is above the posts of its term.",
  SIX_MONTH_INCOMPLETE: "Six-month term and part belong together: give both or neither.",
  SIX_MONTH_PART_TAKEN: "Six-month part: another position is this part of the term already.",
  SIX_MONTH_TERM_DIFFERS:
    "Six-month term: its two parts must name the same qualification and college.",
};

/** What the database refuses of a position, in a sentence. */
export function positionRefusal(code: string): string {
  return DATABASE_FAULTS[code] ?? code;
}

/**
 * Imports positions and posts of an allocation run.
 * @param query `dry_run=true`: write nothing, say what would change; `missing=remove`: positions that are not in the file
 * are taken out of the allocation run; `preview=<what a dry run answered>`: write only what that said; `reason`: for the log;
 * `columns`, `values`: headers by field and what stands in every row, as JSON, where headers do not say it
 * @param readFile gives the .xlsx or CSV file; asked for it only where the caller may import at all
 * @throws ApiError 400, 403, 404, 409, 413, 415
 */
export async function importPositions(
  client: RestClient,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<ImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  const { terms, orgId } = await readRun(client, allocationRun);
  await requireImport(client, allocationRun);
  refuseUnknownFields("positions", positionFieldKeys(terms), saidMapping(options));
  const { table, mapping, remembered, remember } = await readMapped(
    client,
    await readFile(),
    options,
    {
      orgId,
      kind: "positions",
      sheet: POSITIONS_SHEET,
      size: TABLE_SIZE,
      headOf: (table) => positionHead(table, terms, null),
    },
  );
  if (options.ask) throw columnsUnclear(askPositionColumns(table, terms, mapping));
  const read = readPositionRows(table, terms, mapping);
  refuseFaults(read.faults, read.asked);
  const { data, error } = await client.rpc("import_positions", {
    p_allocation_run: allocationRun,
    p_rows: toJson(read.rows),
    p_remove_missing: options.missing === "remove",
    p_dry_run: options.dry_run,
    p_preview: options.preview,
    p_reason: options.reason,
  });
  if (error) throw INTEGRITY.test(error.code) ? overtaken() : databaseError(error);
  const outcome = data as unknown as Outcome;
  refuseOutcome(outcome, allocationRun, table, read);
  if (!options.dry_run) await remember();
  return {
    ...answerOf(outcome, options, read, positionColumns(terms)),
    leftAlone: read.leftAlone,
    remembered,
  };
}

/** SQLSTATEs of constraints: every row was checked, so somebody else wrote in between. */
const INTEGRITY = /^23/;

function overtaken(): ApiError {
  return new ApiError(
    409,
    "POSITIONS_CHANGED",
    "Somebody changed positions meanwhile; nothing was imported. Look at what would change once more.",
  );
}

/** Rows that were exported before somebody else changed them. */
function changedSince(faults: CellFault[]): ApiError {
  const rows = faults.length === 1 ? "one row" : `${faults.length} rows`;
  return new ApiError(
    409,
    "POSITIONS_CHANGED",
    `Positions of ${rows} were changed after this file was exported; nothing was imported. Export them again and repeat ` +
      "your changes there, or clear the cells under Version to overwrite what is there.",
    { errors: faults.slice(0, MAX_FAULTS), members: { faults: faults.length } },
  );
}

/** Whether the caller may import, and the run takes it: asked with an import of nothing, before anything is read. */
async function requireImport(client: RestClient, allocationRun: string): Promise<void> {
  const { data, error } = await client.rpc("import_positions", {
    p_allocation_run: allocationRun,
    p_rows: [],
    p_dry_run: true,
  });
  if (error) throw databaseError(error);
  refuseRun(data as unknown as Outcome, allocationRun);
}

async function readRun(
  client: RestClient,
  allocationRun: string,
): Promise<{ terms: number; orgId: string }> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data, error } = await client.from("allocation_runs").select("term_weeks, org_id")
    .eq("id", allocationRun).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noAllocationRun(allocationRun);
  return { terms: data.term_weeks.length, orgId: data.org_id };
}

/** Refuses by what the run is. @throws ApiError 404, 409 */
export function refuseRun(
  { outcome, planner_run }: Pick<Outcome, "outcome" | "planner_run">,
  allocationRun: string,
): void {
  switch (outcome) {
    case "not_found":
      throw noAllocationRun(allocationRun);
    case "unfinished":
      throw new ApiError(
        409,
        "UNFINISHED_RUN",
        "Job lines are being made for this allocation run; wait for the run or cancel it.",
        { members: { planner_run_id: planner_run } },
      );
  }
}

/** Refuses by what the run is, and by what of the file does not fit what is there. @throws ApiError 400, 404, 409 */
function refuseOutcome(
  answer: Outcome,
  allocationRun: string,
  table: Table,
  read: PositionRows,
): void {
  refuseRun(answer, allocationRun);
  if (answer.outcome === "overtaken") {
    throw changedSince((answer.rows ?? []).map((row) => {
      const [column, place] = cellOf({ row, column: "version", code: "" }, read.places)!;
      return faultAt(table, read.numbers[row], place, column.header, {
        code: "ROW_CHANGED",
        message: "The position was changed after this file was exported.",
      });
    }));
  }
  if (answer.outcome !== "refused") return;
  refuseFaults((answer.faults ?? []).map((fault) => {
    const [column, place] = cellOf(fault, read.places) ?? [];
    return faultAt(table, read.numbers[fault.row], place ?? null, column?.header ?? null, {
      code: fault.code,
      message: positionRefusal(fault.code),
    });
  }));
}

/**
 * The column where a fault stands, and its place. Where a minimum is too high that the file does not have, the posts of its
 * term are what the file says wrongly.
 * @returns undefined where the file has no such column: the fault is the whole row's
 */
function cellOf({ column: key, term }: DatabaseFault, places: PositionRows["places"]) {
  const find = (wanted: keyof PositionDocument) =>
    [...places].find(([column]) => column.key === wanted && column.term === term);
  return find(key) ?? (key === "minimum_fill" ? find("posts") : undefined);
}

function answerOf(
  outcome: Outcome,
  options: z.infer<typeof optionsShape>,
  read: PositionRows,
  columns: PositionColumn[],
): Omit<ImportAnswer, "leftAlone" | "remembered"> {
  const { changes = [], missing = [], overfilled = [], unchanged = 0, unversioned = 0 } = outcome;
  const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
  return {
    dryRun: options.dry_run,
    rows: read.rows.length,
    added: count("added"),
    changed: count("changed"),
    unchanged,
    unversioned,
    preview: outcome.preview ?? "",
    removed: options.missing === "remove" ? missing.length : 0,
    changes: changes.map(({ kind, row, before, after }) => ({
      kind,
      row: read.numbers[row] + 1,
      hospital: after.hospital,
      team: after.team,
      name: after.name,
      fields: fieldsOf(columns, before, after),
    })),
    missing: missing.map(({ hospital, team, name }) => ({ hospital, team, name })),
    overfilled,
  };
}

/** What differs, column by column, as a spreadsheet shows it. */
function fieldsOf(
  columns: PositionColumn[],
  before: PositionDocument | null,
  after: PositionDocument,
): ImportChange["fields"] {
  return columns.filter(({ key }) => key !== "id" && key !== "version").flatMap((column) => {
    const [was, is] = [shown(column, before), shown(column, after)];
    return was === is ? [] : [{ column: column.header, before: was, after: is }];
  });
}

function shown(column: PositionColumn, document: PositionDocument | null): string | number | null {
  const value = document?.[column.key];
  const own = column.term === undefined
    ? value
    : (value as unknown[] | undefined)?.[column.term - 1];
  return own === undefined || own === null ? null : column.format(own);
}
