// Tables of people in: read by their headers or as somebody said, checked cell by cell, previewed by doing and undoing it,
// and written all or nothing with the caller's own rights.

import * as z from "zod";
import type { PeopleImportAnswer } from "../../client/exchange_types.ts";
import type { Bytes } from "../../platform/bytes.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, noAllocationRun, parseBody, requireId } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { TABLE_SIZE, WISHES_SIZE } from "../limits.ts";
import { columnsUnclear, flag, readMapped, refuseUnknownFields, saidMapping } from "../mappings.ts";
import { refuseFaults } from "../refusals.ts";
import type { CellFault } from "../table.ts";
import { changesOf, type DatabaseChange } from "./changes.ts";
import { type Draft, Places } from "./draft.ts";
import { FIELDS, type PeopleKind } from "./fields.ts";
import type { Population } from "./population.ts";
import { readDepartments } from "./read_departments.ts";
import { readDoctors } from "./read_doctors.ts";
import { readEligibility, readPlaces, readWeightings } from "./read_lines.ts";
import { readWishes, type WishLayout } from "./read_wishes.ts";
import {
  askPeopleColumns,
  cellFault,
  PEOPLE_PARAMETERS,
  type PeopleTable,
  readHeaders,
  readPeopleTable,
} from "./table.ts";

const optionsShape = z.strictObject({
  new_lines: flag.default(false),
  ...PEOPLE_PARAMETERS,
});

/** Sheets that our own exports have; of other workbooks the first is read. */
export const SHEETS: Readonly<Record<PeopleKind, string>> = {
  doctors: "Doctors",
  wishes: "Wishes",
  departments: "Departments",
  eligibility: "Eligibility",
  weightings: "Weightings",
  places: "Places",
};

/**
 * Imports a table of people into an allocation run.
 * @param query `dry_run=true`: write nothing, say what would change; `columns`: headers by field, as JSON, where headers do
 * not say it (see `IMPORT_PARAMETERS`); `mail_domain`: for files without e-mail addresses; `new_lines=true`: of places, make lines that are not there
 * @param readFile gives the .xlsx or CSV file; asked for it only where the caller may import at all
 * @throws ApiError 400 (INVALID_ROWS, COLUMNS_UNCLEAR ...), 403, 404, 409, 413, 415
 */
export async function importPeople(
  client: RestClient,
  kind: PeopleKind,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<PeopleImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  refuseUnknownFields(kind, FIELDS[kind].map(({ key }) => key), saidMapping(options));
  const population = await readPopulation(client, allocationRun);
  await write(client, { allocation_run: allocationRun }, { dry_run: true, new_lines: false });
  // Departments have a row for each doctor that they rank, as wishes have.
  const size = kind === "wishes" || kind === "departments" ? WISHES_SIZE : TABLE_SIZE;
  const { table, mapping, remembered, remember } = await readMapped(
    client,
    await readFile(),
    options,
    {
      orgId: population.allocation_run.org_id,
      kind,
      sheet: SHEETS[kind],
      size,
      headOf: (table) => readHeaders(kind, table, null).head,
    },
  );
  if (options.ask) throw columnsUnclear(askPeopleColumns(kind, table, mapping));
  const people = readPeopleTable(kind, table, mapping);
  const draft = readDraft(kind, people, population, options.new_lines);
  refuseFaults(people.faults);
  const written = await write(
    client,
    // Files have lost rows and been cut short: a gap in their ranks is told, and taken.
    { allocation_run: allocationRun, order_only: true, ...draft.document },
    options,
    (faults) => refuseFaults(faultsOf(faults, draft, people)),
  );
  if (!options.dry_run) await remember();
  return answerOf({
    kind,
    population,
    people,
    draft,
    ...written,
    dryRun: options.dry_run,
    remembered,
  });
}

/** People and wishes of an allocation run. @throws ApiError 400, 404 */
export async function readPopulation(
  client: RestClient,
  allocationRun: string,
): Promise<Population> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data, error } = await client.rpc("read_population", { p_allocation_run: allocationRun });
  if (error) throw databaseError(error);
  if (data === null) throw noAllocationRun(allocationRun);
  return data as unknown as Population;
}

function readDraft(
  kind: PeopleKind,
  people: PeopleTable,
  population: Population,
  newLines: boolean,
): Draft & { layout?: WishLayout } {
  if (people.faults.length > 0) return { document: {}, places: new Places(), origins: new Map() };
  switch (kind) {
    case "doctors":
      return readDoctors(people, population);
    case "wishes":
      return readWishes(people, population);
    case "departments":
      return readDepartments(people, population);
    case "eligibility":
      return readEligibility(people, population);
    case "weightings":
      return readWeightings(people, population);
    case "places":
      return readPlaces(people, population, newLines);
  }
}

/** What `import_population()` answers. */
interface Written {
  changes: DatabaseChange[];
  snapshot: string | null;
  gaps: number;
  preview: string;
}

/** Does what a document asks for, or previews it; faults of the document go to `onFaults`. @throws ApiError */
async function write(
  client: RestClient,
  document: Record<string, unknown>,
  { dry_run, new_lines, preview }: Pick<z.infer<typeof optionsShape>, "dry_run" | "new_lines"> & {
    preview?: string;
  },
  onFaults?: (faults: { path: string; message: string }[]) => void,
): Promise<Written> {
  const { data, error } = await client.rpc("import_population", {
    p_document: toJson(document),
    p_dry_run: dry_run,
    p_new_lines: new_lines,
    p_preview: preview,
  });
  if (!error) return data as unknown as Written;
  if (error.code === "RC400" && onFaults) onFaults(JSON.parse(error.details));
  if (error.code === "RC404") throw noAllocationRun(String(document.allocation_run));
  if (error.code === "RC409" && !error.hint) {
    throw new ApiError(409, "ALLOCATION_RUN_BUSY", error.message);
  }
  throw databaseError(error);
}

/** What the database has against a document, at the cells that it came from. */
export function faultsOf(
  faults: readonly { path: string; message: string }[],
  { places }: Pick<Draft, "places">,
  people: PeopleTable,
): CellFault[] {
  return faults.map(({ path, message }) => {
    const place = places.nearest(path);
    return cellFault(
      people,
      place?.row ?? people.rows.at(0),
      place?.column,
      place?.header ?? null,
      {
        code: "REFUSED",
        message: `is refused: ${message}`,
      },
    );
  });
}

function answerOf(
  { kind, population, people, draft, changes, dryRun, remembered, ...written }: Written & {
    kind: PeopleKind;
    population: Population;
    people: PeopleTable;
    draft: Draft & { layout?: WishLayout };
    dryRun: boolean;
    remembered: boolean;
  },
): PeopleImportAnswer {
  const count = (wanted: string) => changes.filter((change) => change.kind === wanted).length;
  const wished = kind === "wishes" && (draft.document.preferences?.length ?? 0) > 0;
  return {
    dryRun,
    kind,
    rows: people.rows.length,
    added: count("added"),
    changed: count("changed"),
    removed: count("removed"),
    changes: changesOf(changes, draft, population),
    leftAlone: leftAlone(people, draft),
    layout: draft.layout ?? null,
    columns: Object.fromEntries(
      [...people.fields].map((
        [key, columns],
      ) => [key, columns.map(({ header }) => header).join(", ")]),
    ),
    remembered,
    sealed: wished && population.allocation_run.status === "open" && changes.length === 0,
    ...written,
  };
}

/** Columns that nothing was read from. */
function leftAlone(
  people: PeopleTable,
  { places, layout }: Draft & { layout?: WishLayout },
): string[] {
  const used = new Set<number | undefined>();
  for (const { column } of places.all()) used.add(column?.place);
  const wide = layout === "by line" || layout === "by rank" || people.kind === "departments";
  return people.others.filter(({ place }) => !(wide && used.has(place))).map(({ header }) =>
    header
  );
}
