// Matches as spreadsheets: one row a doctor for managers; and a report without a name that may be published.

import type { CellValue } from "hucre/xlsx";
import { Random } from "../engine/random.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import type { Named } from "./roster.ts";
import { type BuiltSheet, font, SheetBuilder, STYLES } from "./sheet.ts";
import { csvText } from "./texts.ts";

/** A doctor and what they got. */
interface MatchedDoctor {
  name: string;
  email: string;
  /** Null: no line. */
  line: string | null;
  /** How much of full time they work; two who share a line have a part of it each. */
  fte: number;
  choice: number | null;
  rank: number | null;
  correction_reason: string | null;
  overrides: string[];
  rotations: { term: number; position: string; hospital: string }[];
}

/** What `read_match()` of the database answers. */
export interface MatchDocument {
  allocation_run: Named & { id: string; timezone: string };
  match: {
    id: string;
    completed_at: string;
    options: {
      preferencer_weight?: number;
      preference_power?: number;
      stability?: boolean;
      rng_seed?: number;
    };
    report: {
      workers: number;
      mean_rank: number | null;
      mean_rank_of_all?: number | null;
      worst_rank: number | null;
      groups?: { name: string | null; workers: number; mean_rank_of_all: number | null }[];
    };
    finalised_at: string | null;
    released_at: string | null;
    version: number | null;
  };
  terms: number[];
  doctors: MatchedDoctor[];
}

/**
 * The result of an allocation run, or where none is finalised its current match.
 * @throws ApiError 400 where it is no id, 404 where the caller sees no match of it
 */
export async function readMatch(client: RestClient, allocationRun: string): Promise<MatchDocument> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data, error } = await client.rpc("read_match", { p_allocation_run: allocationRun });
  if (error) throw databaseError(error);
  if (data === null) {
    throw new ApiError(
      404,
      "NO_MATCH",
      "There is no completed match of this allocation run to see.",
    );
  }
  return data as unknown as MatchDocument;
}

function heads({ terms }: MatchDocument): string[] {
  return [
    "Doctor",
    "E-mail",
    "Line",
    "Choice",
    "Rank",
    "By hand",
    "FTE",
    ...terms.map((n) => `Term ${n}`),
  ];
}

function rowOf(doctor: MatchedDoctor, terms: readonly number[]): (string | number | null)[] {
  const { name, email, line, fte, choice, rank, correction_reason, overrides, rotations } = doctor;
  const aside = overrides.length > 0 ? ` (${overrides.join(", ")} set aside)` : "";
  const at = new Map(
    rotations.map(({ term, position, hospital }) => [term, `${position}, ${hospital}`]),
  );
  return [
    name,
    email,
    line ?? "no line",
    choice ?? (line === null ? null : "not ranked"),
    rank,
    correction_reason === null ? null : `${correction_reason}${aside}`,
    fte,
    ...terms.map((term) => at.get(term) ?? null),
  ];
}

/** One row a doctor. */
export function matchCsv(match: MatchDocument): string {
  return csvText([heads(match), ...match.doctors.map((doctor) => rowOf(doctor, match.terms))]);
}

/** The same as a sheet. */
export function matchSheets(match: MatchDocument): BuiltSheet[] {
  const builder = new SheetBuilder("Match"), titles = heads(match);
  builder.add(titles, STYLES.header);
  const text = { ...STYLES.text, font: font(), numFmt: "@" };
  for (const doctor of match.doctors) {
    const row = builder.add([]);
    rowOf(doctor, match.terms).forEach((value, column) =>
      builder.put(row, column, value, typeof value === "number" ? STYLES.cell : text)
    );
  }
  return [builder.build({
    columns: titles.map((_, column) => ({ width: [26, 30, 18, 10, 8, 30, 8][column] ?? 34 })),
    freezePane: { rows: 1, columns: 1 },
    a11y: { summary: "Who has which line, one row a doctor", headerRow: 0 },
  })];
}

/** A row of the report: what, and its figure or words. */
type ReportRow = [what: string, value: string | number | null];

/** How many doctors got which choice, the later ones too; those without a rank of it, and without a line. */
export function histogram(doctors: readonly Pick<MatchedDoctor, "choice" | "line">[]): ReportRow[] {
  const worst = Math.max(0, ...doctors.map(({ choice }) => choice ?? 0));
  const number = (is: (doctor: Pick<MatchedDoctor, "choice" | "line">) => boolean) =>
    doctors.filter(is).length;
  const rows = Array.from({ length: worst }, (_, i): ReportRow => [
    `Choice ${i + 1}`,
    number(({ choice }) => choice === i + 1),
  ]);
  const unranked = number(({ choice, line }) => choice === null && line !== null);
  const none = number(({ line }) => line === null);
  return [
    ...rows,
    ...unranked > 0 ? [["A line that was not ranked", unranked] as ReportRow] : [],
    ...none > 0 ? [["No line", none] as ReportRow] : [],
  ];
}

const HOW =
  "Doctors are numbered from 1 by their names and shuffled by the seed (splitmix32); where matchings are " +
  "equally good, who comes first in that order decides. The order, by those numbers:";

/** What may be published: no name, and nothing of one doctor. */
function reportRows({ allocation_run, match, doctors }: MatchDocument): ReportRow[] {
  const { options, report } = match, byHand = doctors.filter((d) => d.correction_reason !== null);
  const seed = options.rng_seed ?? null, weight = options.preferencer_weight;
  const round = (value: number | null | undefined) =>
    value === null || value === undefined ? null : Math.round(100 * value) / 100;
  return [
    ["Service", allocation_run.org],
    ["Plan", allocation_run.plan],
    ["Allocation run", allocation_run.name],
    ["Matched", match.completed_at.slice(0, 10)],
    ["Doctors", doctors.length],
    ...histogram(doctors),
    ["Mean rank of all doctors, by the match", round(report.mean_rank_of_all)],
    ["Mean rank of those with a line they ranked, by the match", round(report.mean_rank)],
    ...(report.groups ?? []).map(({ name, workers, mean_rank_of_all }): ReportRow => [
      `Mean rank of ${name ?? "all others"} (${workers})`,
      round(mean_rank_of_all),
    ]),
    ["Changed by hand afterwards", byHand.length],
    ["Share of departments in the objective", weight ?? null],
    ["Dissatisfaction with a rank", `rank to the power of ${options.preference_power ?? 1}`],
    [
      "Stability",
      options.stability
        ? "no doctor and line that would both rather have each other"
        : "not asked for",
    ],
    ["Seed of the draw", seed],
    ...seed === null ? [] : [[HOW, drawn(seed, report.workers).join(" ")] as ReportRow],
  ];
}

/** Doctors' numbers in the order of the draw. */
export function drawn(seed: number, doctors: number): number[] {
  const order = Int32Array.from({ length: doctors }, (_, i) => i + 1);
  new Random(seed).choose(order, doctors);
  return [...order];
}

/** A report that may be published. */
export function reportCsv(match: MatchDocument): string {
  return csvText(reportRows(match));
}

/** The same as a sheet. */
export function reportSheets(match: MatchDocument): BuiltSheet[] {
  const builder = new SheetBuilder("Report");
  builder.add(["What", "Figure"], STYLES.header);
  for (const row of reportRows(match)) builder.add(row as CellValue[], STYLES.text);
  return [builder.build({
    columns: [{ width: 60 }, { width: 60 }],
    freezePane: { rows: 1 },
    a11y: { summary: "Figures of the match, without names", headerRow: 0 },
  })];
}
