// A matrix of affinities between specialties, in and out: specialties as headers of rows and columns, weights from -100 to
// 100 in the cells; one triangle is enough. Or a row for each pair.

import type { PostgrestError } from "@supabase/postgrest-js";
import type { CellStyle, WriteSheet } from "hucre/xlsx";
import * as z from "zod";
import type { AffinityImportAnswer } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { toJson } from "../platform/json.ts";
import { databaseError, noAllocationRun, parseBody, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { foldText } from "../platform/texts.ts";
import { headerKey, parseCell, parseNeeded, parseWhole } from "./cells.ts";
import { TABLE_SIZE } from "./limits.ts";
import { readTable } from "./read_table.ts";
import { faultList, refuseFaults } from "./refusals.ts";
import { font, SheetBuilder, STYLES } from "./sheet.ts";
import {
  type CellFault,
  type Fault,
  faultAt,
  faultSentence,
  isBlank,
  type Table,
} from "./table.ts";
import { csvText } from "./texts.ts";
import { Work } from "./work.ts";

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
const PAIRS = [["specialtya", "specialty", "a"], ["specialtyb", "otherspecialty", "with", "b"], [
  "weight",
  "affinity",
  "weighting",
  "r",
]];

/** What a table says: each pair once, with the cell where it stands. */
export interface ReadAffinities {
  weights: Affinity[];
  faults: CellFault[];
}

/** Reads a matrix, or a row for each pair. */
export function readAffinities(table: Table): ReadAffinities {
  const head = table.rows.findIndex((row) =>
    (row ?? []).filter((cell) => !isBlank(cell)).length >= 2
  );
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
  const keys = table.rows[head].map((cell) => isBlank(cell) ? "" : headerKey(String(cell)));
  const places = PAIRS.map((names) => keys.findIndex((key) => names.includes(key)));
  const cells = places.every((place) => place >= 0)
    ? pairCells(table, head, places)
    : matrixCells(table, head, result);
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
    const cells = table.rows[row] ?? [];
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

function* matrixCells(table: Table, head: number, { faults }: ReadAffinities): Generator<PairCell> {
  const header = table.rows[head];
  const side = header.findIndex((cell) => !isBlank(cell));
  // The corner may be blank or a word; rows are named by the column below it.
  const corner = isBlank(header[0]) ? 0 : side;
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
    const cells = table.rows[row] ?? [];
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
      table.rows[row][column] ?? null,
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

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
const optionsShape = z.strictObject({
  dry_run: flag.default(false),
  name: z.string().min(1).max(100).optional(),
});

/**
 * Imports a matrix as a version of a profile of the org's own, which the allocation run uses from then on.
 * @param query `dry_run=true`; `name`: of the profile, default that of the run's own one, or "Our affinities"
 * @throws ApiError 400, 403, 404, 413, 415
 */
export async function importAffinities(
  client: RestClient,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<AffinityImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  const profile = await readProfile(client, allocationRun);
  const name = options.name ?? (profile.isShipped ? "Our affinities" : profile.name);
  const write = async (weights: Affinity[], dryRun: boolean) => {
    const { data, error } = await client.rpc("import_affinities", {
      p_org_id: profile.orgId,
      p_name: name,
      p_weights: toJson(weights),
      p_allocation_run: allocationRun,
      p_dry_run: dryRun,
    });
    if (error) throw databaseError(error);
    return data as unknown as Omit<AffinityImportAnswer, "dryRun" | "unknownSpecialties">;
  };
  await write([], true);
  const table = await readTable(
    await readFile(),
    { name: SHEET, elseFirst: true },
    new Work(),
    TABLE_SIZE,
  );
  const { weights, faults } = readAffinities(table);
  refuseFaults(faults);
  const known = new Set(weights.flatMap(([a, b]) => [a, b]));
  return {
    dryRun: options.dry_run,
    ...await write(weights, options.dry_run),
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

const PAGE = 1000;

/** All rows of a query, past the API's limit of rows per answer. */
export async function allRows<Row>(
  page: (
    from: number,
    to: number,
  ) => PromiseLike<{ data: Row[] | null; error: PostgrestError | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0;; from += PAGE) {
    const { data, error } = await page(from, from + PAGE - 1);
    if (error) throw databaseError(error);
    rows.push(...data ?? []);
    if ((data ?? []).length < PAGE) return rows;
  }
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
export function affinitySheets(profile: AffinityProfile): WriteSheet[] {
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
