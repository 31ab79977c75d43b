// What users download: rosters, positions and templates, as .xlsx or CSV, and what is held of a doctor.

import type { TableFormat } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { diagnosticSheets } from "./diagnostics_sheet.ts";
import { type History, historyCsv, historySheets, readHistory } from "./history_files.ts";
import { personWorkbook } from "./person.ts";
import {
  matchCsv,
  type MatchDocument,
  matchSheets,
  readMatch,
  reportCsv,
  reportSheets,
} from "./match_files.ts";
import { positionsCsv, positionSheets, templateSheets } from "./position_files.ts";
import { departmentFile, readRankingDepartment } from "./department_files.ts";
import { rankingFile, readRankingWindow } from "./ranking_files.ts";
import { databaseError, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import { affinitiesCsv, affinitySheets, readProfile } from "./affinities.ts";
import { peopleCsv, peopleFile, peopleSheets, type WishFile } from "./people/files.ts";
import { PEOPLE_KINDS, type PeopleKind } from "./people/fields.ts";
import { readPopulation, SHEETS } from "./people/import_people.ts";
import { readRoster } from "./read_roster.ts";
import { fileName, type Named, type Roster } from "./roster.ts";
import { rosterCsv } from "./roster_csv.ts";
import { xmlText } from "./texts.ts";
import { rosterSheet } from "./roster_sheet.ts";
import type { BuiltSheet } from "./sheet.ts";
import { writeWorkbook } from "./write_xlsx.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const BYTES = "application/octet-stream";

/** A file as it is answered. */
interface Download {
  named: Named;
  /** In the file's name. */
  what: string;
  content: Bytes | string;
}

/** How a file is made, by its name. */
type Make = (client: RestClient, allocationRun: string) => Promise<Download>;

function ofRoster(
  what: string,
  make: (roster: Roster, now: Date) => Promise<Bytes> | string,
): Make {
  return async (client, allocationRun) => {
    const roster = await readRoster(client, allocationRun);
    return { named: roster.allocation_run, what, content: await make(roster, new Date()) };
  };
}

function ofPeople(kind: PeopleKind, format: string, layout?: WishFile): Make {
  return async (client, allocationRun) => {
    const population = await readPopulation(client, allocationRun);
    const file = peopleFile(kind, population, layout);
    const named = population.allocation_run;
    const content = format === "csv"
      ? peopleCsv(file)
      : await workbook(peopleSheets(file, population), named, SHEETS[kind]);
    return { named, what: layout ?? kind, content };
  };
}

function ofAffinities(format: string): Make {
  return async (client, allocationRun) => {
    const profile = await readProfile(client, allocationRun);
    const named = { org: profile.org, name: profile.run, plan: profile.name };
    const content = format === "csv"
      ? affinitiesCsv(profile)
      : await workbook(affinitySheets(profile), named, "Affinities");
    return { named, what: "affinities", content };
  };
}

function ofMatch(
  what: string,
  title: string,
  make: (match: MatchDocument) => BuiltSheet[] | string,
): Make {
  return async (client, allocationRun) => {
    const match = await readMatch(client, allocationRun), made = make(match);
    const named = match.allocation_run;
    return {
      named,
      what,
      content: typeof made === "string" ? made : await workbook(made, named, title),
    };
  };
}

function ofHistory(make: (history: History) => BuiltSheet[] | string): Make {
  return async (client, allocationRun) => {
    const history = await readHistory(client, allocationRun), made = make(history);
    const { named } = history;
    const content = typeof made === "string" ? made : await workbook(made, named, "Who had what");
    return { named, what: "who had what", content };
  };
}

const WISH_FILES: WishFile[] = ["wishes-by-line", "wishes-by-rank"];

const DOWNLOADS: Record<string, Make> = {
  "roster.xlsx": ofRoster("roster", rosterWorkbook),
  "roster.csv": ofRoster("roster", rosterCsv),
  "positions.xlsx": ofRoster(
    "positions",
    (roster) => workbook(positionSheets(roster), roster.allocation_run, "Positions"),
  ),
  "positions.csv": ofRoster("positions", positionsCsv),
  "template.xlsx": ofRoster(
    "positions template",
    (roster) => workbook(templateSheets(roster), roster.allocation_run, "Positions"),
  ),
  "match.xlsx": ofMatch("match", "Match", matchSheets),
  "match.csv": ofMatch("match", "Match", matchCsv),
  "match-report.xlsx": ofMatch("match report", "Report of the match", reportSheets),
  "match-report.csv": ofMatch("match report", "Report of the match", reportCsv),
  "history.xlsx": ofHistory(historySheets),
  "history.csv": ofHistory(historyCsv),
  ...Object.fromEntries(["xlsx", "csv"].flatMap((format) => [
    ...PEOPLE_KINDS.map((kind) => [`${kind}.${format}`, ofPeople(kind, format)]),
    ...WISH_FILES.map((layout) => [`${layout}.${format}`, ofPeople("wishes", format, layout)]),
    [`affinities.${format}`, ofAffinities(format)],
  ])),
};

/**
 * Answers a file of an allocation run, all that is held of a doctor, a doctor's own order of lines, or a department's of doctors.
 * @param path `<allocation run>/<file>`, `doctors/<worker>.xlsx` or `.json`, `wishes/<worker mapping>/ranking.xlsx` or
 * `.csv`, `departments/<preferencer>/ranking.xlsx` or `.csv`
 * @param accept the header; supabase-js reads as bytes what is answered as application/octet-stream alone
 * @throws ApiError 400, 403, 404
 */
export async function exportFile(
  client: RestClient,
  path: string,
  accept: string | null,
): Promise<Response> {
  const person = /^doctors\/([^/]+)\.(xlsx|json)$/.exec(path);
  if (person) return await exportPerson(client, person[1], person[2] as PersonFormat, accept);
  const ranking = /^wishes\/([^/]+)\/ranking\.(xlsx|csv)$/.exec(path);
  if (ranking) return await exportRanking(client, ranking[1], ranking[2] as TableFormat, accept);
  const department = /^departments\/([^/]+)\/ranking\.(xlsx|csv)$/.exec(path);
  if (department) {
    const [, preferencer, extension] = department;
    return await exportDepartment(client, preferencer, extension as TableFormat, accept);
  }
  const [allocationRun, file] = path.split("/");
  const make = Object.hasOwn(DOWNLOADS, file ?? "") ? DOWNLOADS[file] : null;
  if (!make || path.split("/").length !== 2) {
    throw new ApiError(
      404,
      "UNKNOWN_FILE",
      `There is no such file. Files of an allocation run: ${
        Object.keys(DOWNLOADS).join(", ")
      }; of a doctor: doctors/<id>.xlsx, doctors/<id>.json.`,
    );
  }
  const { named, what, content } = await make(client, allocationRun);
  const extension = file.split(".")[1];
  const type = typeOf(extension);
  return fileResponse(content, fileName(named, what, extension), type, accept);
}

function typeOf(extension: string): string {
  return extension === "xlsx" ? XLSX : "text/csv; charset=utf-8";
}

async function exportRanking(
  client: RestClient,
  workerMapping: string,
  extension: TableFormat,
  accept: string | null,
): Promise<Response> {
  const content = await rankingFile(await readRankingWindow(client, workerMapping), extension);
  return fileResponse(content, `my-order.${extension}`, typeOf(extension), accept);
}

async function exportDepartment(
  client: RestClient,
  preferencer: string,
  extension: TableFormat,
  accept: string | null,
): Promise<Response> {
  const department = await readRankingDepartment(client, preferencer);
  const content = await departmentFile(department, extension);
  return fileResponse(content, `our-order.${extension}`, typeOf(extension), accept);
}

function fileResponse(
  content: Bytes | string,
  name: string,
  type: string,
  accept: string | null,
): Response {
  return new Response(content, {
    headers: {
      "content-type": accept === BYTES ? BYTES : type,
      "content-disposition": `attachment; filename="${name}"`,
    },
  });
}

type PersonFormat = "xlsx" | "json";

/** All that is held of a doctor, for managers of their org; the file's name says nothing of the person. */
async function exportPerson(
  client: RestClient,
  worker: string,
  format: PersonFormat,
  accept: string | null,
): Promise<Response> {
  requireId("doctor", "worker", worker);
  const { data, error } = await client.rpc("export_person", { p_worker: worker });
  if (error && error.code !== "RC404") throw databaseError(error);
  if (!data) throw new ApiError(404, "DOCTOR_NOT_FOUND", `There is no doctor ${worker}.`);
  const document = data as Record<string, unknown>;
  const name = `doctor ${worker}.${format}`;
  return format === "xlsx"
    ? fileResponse(await personWorkbook(document), name, XLSX, accept)
    : fileResponse(JSON.stringify(document, null, 2), name, "application/json", accept);
}

/** The workbook that planners submit: the roster, and what stands beside it. */
export function rosterWorkbook(roster: Roster, now: Date): Promise<Bytes> {
  const made = madeAt(roster, now);
  const sheets = [rosterSheet(roster, made), ...diagnosticSheets(roster, made)];
  return workbook(sheets, roster.allocation_run, "Roster");
}

function workbook(
  sheets: BuiltSheet[],
  { org, plan, name }: Named,
  what: string,
): Promise<Bytes> {
  return writeWorkbook(sheets, {
    title: xmlText(`${what}: ${name}`),
    description: xmlText(`${org}, ${plan}`),
    creator: "Receptor",
  });
}

/** When a file was made, by the plan's clock; by UTC where its time zone is none. */
function madeAt({ allocation_run: { timezone } }: Roster, now: Date): string {
  const clock = (timeZone: string) =>
    new Intl.DateTimeFormat("en-AU", { dateStyle: "medium", timeStyle: "short", timeZone })
      .format(now);
  try {
    return `Exported ${clock(timezone)} (${timezone}).`;
  } catch {
    return `Exported ${clock("UTC")} (UTC).`;
  }
}
