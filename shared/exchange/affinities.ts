// A matrix of affinities between specialties, in and out: specialties as headers of rows and columns, weights from -100 to
// 100 in the cells; one triangle is enough. Or a row for each pair.

import type { CellStyle } from "hucre/xlsx";
import * as z from "zod";
import type { AffinityImportAnswer } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { toJson } from "../platform/json.ts";
import { databaseError, noAllocationRun, parseBody, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { foldText } from "../platform/texts.ts";
import { allRows } from "./all_rows.ts";
import { headerKey, parseCell, parseNeeded, parseWhole } from "./cells.ts";
import { TABLE_SIZE } from "./limits.ts";
import {
  askedColumns,
  columnsUnclear,
  headersIn,
  headRow,
  IMPORT_PARAMETERS,
  isSameHeader,
  type Mapping,
  readMapped,
  refuseUnknownFields,
  saidMapping,
} from "./mappings.ts";
import { faultList, refuseFaults } from "./refusals.ts";
import { type BuiltSheet, font, SheetBuilder, STYLES } from "./sheet.ts";
import {
  type Cell,
  type CellFault,
  type Fault,
  faultAt,
  faultSentence,
  findRow,
  isBlank,
  type Table,
} from "./table.ts";
import { csvText } from "./texts.ts";

/** A pair of specialties with its weight. */
export type Affinity = [a: string, b: string, weight: number];

/** The profile of an allocation run, and the specialties of its positions. */
export interface AffinityProfile {
  run: string;
  org: string;
  orgId: string;
  name: string;
  version: number;
  /** Whether it came with Receptor. */
  isShipped: boolean;
  weights: Affinity[];
  /** What positions of the org are told apart by. */
  specialties: string[];
}

const SHEET = "Affinities";

/** A field of a table of affinities, with the names that columns of it have, as `headerKey()` has them. */
const FIELDS = [
  {
    key: "a",
    header: "Specialty",
    names: ["specialtya", "specialty", "a"],
    help: "The first of each pair; of a matrix the column that names its rows.",
    needed: true,
  },
  {
    key: "b",
    header: "Other specialty",
    names: ["specialtyb", "otherspecialty", "with", "b"],
    help: "The second, of a table with a row for each pair; a matrix has none.",
    needed: false,
  },
  {
    key: "weight",
    header: "Weight",
    names: ["weight", "affinity", "weighting", "r"],
    help: "From -100 to 100, of a table with a row for each pair; a matrix has none.",
    needed: false,
  },
] as const;

/** Where the headers of a matrix or of pairs stand; -1: there are none. */
function affinityHead(table: Table, mapping: Mapping | null): number {
  const known = FIELDS.flatMap(({ names }): string[] => [...names]);
  const isPairs = (cells: readonly Cell[]) =>
    FIELDS.every(({ names }) =>
      cells.some((cell) => (names as readonly string[]).includes(headerKey(String(cell))))
    );
  const first = Array.from({ length: Math.min(20, table.rows.length) }, (_, row) => row);
  if (mapping || first.some((row) => isPairs(table.rows.row(row)))) {
    return headRow(table, mapping, (header) => known.includes(headerKey(header)));
  }
  return findRow(table.rows, (cells) => cells.filter((cell) => !isBlank(cell)).length >= 2);
}

/** Places of the fields; undefined: there is no such column. */
function fieldPlaces(
  table: Table,
  head: number,
  mapping: Mapping | null,
): (number | undefined)[] {
  const headers = headersIn(table, head);
  return FIELDS.map(({ key, names }) => {
    const said = mapping?.columns[key];
    if (said === "") return undefined;
    return headers.find(({ header }) =>
      said === undefined
        ? (names as readonly string[]).includes(headerKey(header))
        : isSameHeader(header, said)
    )?.place;
  });
}

/** What a page needs to ask for the columns. */
function askAffinityColumns(table: Table, mapping: Mapping | null): Record<string, unknown> {
  const head = affinityHead(table, mapping);
  const headers = headersIn(table, head);
  const known = fieldPlaces(table, head, mapping).flatMap((place, i) =>
    place === undefined
      ? []
      : [[FIELDS[i].key, headers.find((each) => each.place === place)!.header]]
  );
  const fields = FIELDS.map(({ names: _, ...field }) => field);
  return askedColumns(table, head, fields, Object.fromEntries(known));
}

/** What a table says: each pair once, with the cell where it stands. */
export interface ReadAffinities {
  weights: Affinity[];
  faults: CellFault[];
}

/** Reads a matrix, or a row for each pair. @param mapping what somebody said of its columns */
export function readAffinities(table: Table, mapping: Mapping | null = null): ReadAffinities {
  const head = affinityHead(table, mapping);
  const result: ReadAffinities = { weights: [], faults: faultList() };
  if (head < 0) {
    result.faults.push(
      faultAt(table, 0, null, null, {
        code: "NO_ROWS",
        message: "There is no matrix in the file.",
      }),
    );
    return result;
  }
  const [a, b, weight] = fieldPlaces(table, head, mapping);
  const cells = a !== undefined && b !== undefined && weight !== undefined
    ? pairCells(table, head, [a, b, weight])
    : matrixCells(table, head, mapping?.columns.a ? a : undefined, result);
  addPairs(table, cells, result);
  return result;
}

interface PairCell {
  a: string;
  b: string;
  row: number;
  column: number;
  fault?: { column: number; fault: Fault };
}

function* pairCells(
  table: Table,
  head: number,
  [first, second, weight]: number[],
): Generator<PairCell> {
  for (let row = head + 1; row < table.rows.length; row++) {
    const cells = table.rows.row(row);
    if ([first, second, weight].every((place) => isBlank(cells[place]))) continue;
    const names = [first, second].map((place) =>
      parseCell(cells[place] ?? null, (cell) => parseNeeded(cell, 100))
    );
    const bad = names.findIndex((name) => "fault" in name);
    yield {
      a: "value" in names[0] ? names[0].value : "",
      b: "value" in names[1] ? names[1].value : "",
      row,
      column: weight,
      ...bad >= 0 &&
        { fault: { column: [first, second][bad], fault: (names[bad] as { fault: Fault }).fault } },
    };
  }
}

function* matrixCells(
  table: Table,
  head: number,
  named: number | undefined,
  { faults }: ReadAffinities,
): Generator<PairCell> {
  const header = table.rows.row(head);
  const side = header.findIndex((cell) => !isBlank(cell));
  // The corner may be blank or a word; rows are named by the column below it.
  const corner = named ?? (isBlank(header[0]) ? 0 : side);
  const columns = header.flatMap((cell, column) =>
    column <= corner || isBlank(cell) ? [] : [{ column, name: foldText(String(cell)) }]
  );
  const seen = new Set<string>();
  for (const { column, name } of columns) {
    if (seen.has(name)) {
      faults.push(
        faultAt(table, head, column, name, {
          code: "DUPLICATE_COLUMN",
          message: `There is a second column "${name}".`,
        }),
      );
    }
    seen.add(name);
  }
  for (let row = head + 1; row < table.rows.length; row++) {
    const cells = table.rows.row(row);
    if (isBlank(cells[corner])) continue;
    const a = foldText(String(cells[corner]));
    for (const { column, name: b } of columns) {
      if (!isBlank(cells[column])) yield { a, b, row, column };
    }
  }
}

function addPairs(table: Table, cells: Iterable<PairCell>, result: ReadAffinities): void {
  const seen = new Map<string, number>();
  for (const { a, b, row, column, fault } of cells) {
    const header = `${a} with ${b}`;
    const tell = (code: string, message: string, place = column) =>
      result.faults.push(
        faultAt(table, row, place, header, { code, message: faultSentence(header, message) }),
      );
    if (fault) {
      tell(fault.fault.code, fault.fault.message, fault.column);
      continue;
    }
    // The diagonal says nothing, whatever stands there.
    if (a === b) continue;
    const parsed = parseCell(
      table.rows.cell(row, column),
      (cell) => parseWhole(cell, [-100, 100], 0),
    );
    if ("fault" in parsed) {
      tell(parsed.fault.code, parsed.fault.message);
      continue;
    }
    const key = JSON.stringify([a, b].sort());
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, parsed.value);
      result.weights.push([a, b, parsed.value]);
    } else if (before !== parsed.value) {
      tell(
        "ASYMMETRIC",
        `is ${parsed.value} here and ${before} in another cell; a matrix is the same on both sides`,
      );
    }
  }
  if (seen.size === 0 && result.faults.length === 0) {
    result.faults.push(
      faultAt(table, 0, null, null, {
        code: "NO_ROWS",
        message: "There is no weight in the file.",
      }),
    );
  }
}

const optionsShape = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  ...IMPORT_PARAMETERS,
});

/**
 * Imports a matrix as a version of a profile of the org's own, which the allocation run uses from then on.
 * @param query `dry_run=true`; `name`: of the profile, default that of the run's own one, or "Our affinities"; `columns`: headers by
 * field, as JSON, where headers do not say it
 * @throws ApiError 400, 403, 404, 413, 415
 */
export async function importAffinities(
  client: RestClient,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<AffinityImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  refuseUnknownFields("affinities", FIELDS.map(({ key }) => key), saidMapping(options));
  const profile = await readProfile(client, allocationRun);
  const name = options.name ?? (profile.isShipped ? "Our affinities" : profile.name);
  const write = async (weights: Affinity[], dryRun: boolean, preview?: string) => {
    const { data, error } = await client.rpc("import_affinities", {
      p_org_id: profile.orgId,
      p_name: name,
      p_weights: toJson(weights),
      p_allocation_run: allocationRun,
      p_dry_run: dryRun,
      p_preview: preview,
    });
    if (error) throw databaseError(error);
    return data as unknown as Omit<
      AffinityImportAnswer,
      "dryRun" | "remembered" | "unknownSpecialties"
    >;
  };
  await write([], true);
  const { table, mapping, remembered, remember } = await readMapped(
    client,
    await readFile(),
    options,
    {
      orgId: profile.orgId,
      kind: "affinities",
      sheet: SHEET,
      size: TABLE_SIZE,
      headOf: (table) => affinityHead(table, null),
    },
  );
  if (options.ask) throw columnsUnclear(askAffinityColumns(table, mapping));
  const { weights, faults } = readAffinities(table, mapping);
  // A table of which less is understood than not has other columns than one thinks.
  const isUnclear = !mapping && faults.length > weights.length;
  refuseFaults(faults, isUnclear ? askAffinityColumns(table, null) : null);
  const known = new Set(weights.flatMap(([a, b]) => [a, b]));
  const written = await write(weights, options.dry_run, options.preview);
  if (!options.dry_run) await remember();
  return {
    dryRun: options.dry_run,
    remembered,
    ...written,
    unknownSpecialties: profile.specialties.filter((specialty) => !known.has(specialty)),
  };
}

/** The profile of an allocation run. @throws ApiError 400, 404 */
export async function readProfile(
  client: RestClient,
  allocationRun: string,
): Promise<AffinityProfile> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data: run, error } = await client.from("allocation_runs")
    .select("name,org_id,affinity_profile").eq("id", allocationRun).maybeSingle();
  if (error) throw databaseError(error);
  if (!run) throw noAllocationRun(allocationRun);
  const [org, profile, weights, positions] = await Promise.all([
    client.from("orgs").select("name").eq("id", run.org_id).single(),
    client.from("affinity_profiles").select("name,version,org_id").eq("id", run.affinity_profile)
      .single(),
    allRows((from, to) =>
      client.from("affinity_weights").select("specialty_a,specialty_b,weight")
        .eq("profile", run.affinity_profile).order("specialty_a").order("specialty_b").range(
          from,
          to,
        )
    ),
    allRows((from, to) =>
      client.from("positions").select("specialty,subspecialty").eq("org_id", run.org_id).order("id")
        .range(from, to)
    ),
  ]);
  if (org.error) throw databaseError(org.error);
  if (profile.error) throw databaseError(profile.error);
  const specialties = new Set(
    positions.map(({ specialty, subspecialty }) => subspecialty ?? specialty),
  );
  return {
    run: run.name,
    org: org.data.name,
    orgId: run.org_id,
    name: profile.data.name,
    version: profile.data.version,
    isShipped: profile.data.org_id === null,
    weights: weights.map((
      { specialty_a, specialty_b, weight },
    ): Affinity => [specialty_a, specialty_b, weight]),
    specialties: [...specialties].sort((a, b) => a.localeCompare(b, "en")),
  };
}

/** Names of rows and columns, and the lower triangle. */
function matrixOf(
  { weights, specialties }: AffinityProfile,
): { names: string[]; rows: (string | number | null)[][] } {
  const names = [...new Set([...weights.flatMap(([a, b]) => [a, b]), ...specialties])]
    .sort((a, b) => a.localeCompare(b, "en"));
  const byPair = new Map(weights.map(([a, b, weight]) => [JSON.stringify([a, b].sort()), weight]));
  const rows = names.map((a, row) => [
    a,
    ...names.map((b, column) =>
      column < row ? byPair.get(JSON.stringify([a, b].sort())) ?? null : null
    ),
  ]);
  return { names, rows };
}

/** The matrix as text. */
export function affinitiesCsv(profile: AffinityProfile): string {
  const { names, rows } = matrixOf(profile);
  return csvText([["", ...names], ...rows]);
}

/** The matrix as a sheet, with instructions. */
export function affinitySheets(profile: AffinityProfile): BuiltSheet[] {
  const { names, rows } = matrixOf(profile);
  const sheet = new SheetBuilder(SHEET);
  const upright: CellStyle = {
    ...STYLES.header,
    alignment: { textRotation: 90, horizontal: "center", vertical: "bottom" },
  };
  sheet.add(["", ...names], upright);
  sheet.setHeight(0, 110);
  for (const row of rows) {
    const at = sheet.height;
    row.forEach((value, column) =>
      sheet.put(at, column, value, column === 0 ? STYLES.header : STYLES.cell)
    );
  }
  const notes = new SheetBuilder("Instructions");
  notes.add([`Affinities: ${profile.run}`], STYLES.title);
  notes.add([`${profile.name}, version ${profile.version}`], STYLES.subtitle);
  for (
    const sentence of [
      "100 x Pearson's r of doctors' interest in two specialties: from -100 (who likes one dislikes the other) to 100. Blank is 0.",
      "A line's affinity sums over its pairs of terms. Specialties are those of the positions: the subspecialty where there is one, else the specialty.",
      "One triangle is enough; where both are filled in, they must agree. An import makes a new version of a profile of your own, which this allocation run uses.",
    ]
  ) notes.add([sentence], { font: font() });
  return [
    sheet.build({
      columns: [{ width: 22 }, ...names.map(() => ({ width: 5 }))],
      freezePane: { rows: 1, columns: 1 },
      pageSetup: {
        paperSize: "a3",
        orientation: "landscape",
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
      },
      a11y: { summary: "Affinities between specialties", headerRow: 0 },
    }),
    notes.build({
      columns: [{ width: 120 }],
      view: { showGridLines: false },
      a11y: { summary: "What the matrix means" },
    }),
  ];
}
