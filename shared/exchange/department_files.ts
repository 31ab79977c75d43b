// A department's order of doctors as a workbook or CSV, and what such a file would change; through the functions of the database
// that know only the caller's own department.

import type { TableFormat } from "../client/exchange_types.ts";
import type { Bytes } from "../platform/bytes.ts";
import { ApiError } from "../platform/problem_details.ts";
import { databaseError, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import {
  DEPARTMENT_HEADERS,
  type DepartmentOrder,
  type RankedDoctor,
  readDepartmentOrder,
} from "./department_rows.ts";
import { refuseRows } from "./ranking_files.ts";
import { readTable } from "./read_table.ts";
import { font, SheetBuilder, STYLES } from "./sheet.ts";
import { columnLetters } from "./table.ts";
import { csvText } from "./texts.ts";
import { writeWorkbook } from "./write_xlsx.ts";

/** Name of the sheet that is read. */
export const DEPARTMENT_SHEET = "Our order";

/** What of `read_department()` a file shows. */
export interface RankingDepartment {
  doctors: { worker_mapping: string; name: string; eligible: boolean }[];
  ranks: { worker_mapping: string; order_preference: number }[];
}

/**
 * Reads a department that the caller ranks for.
 * @throws ApiError 400, 404 where it is not the caller's
 */
export async function readRankingDepartment(
  client: RestClient,
  preferencer: string,
): Promise<RankingDepartment> {
  requireId("department", "preferencer", preferencer);
  const { data, error } = await client.rpc("read_department", { p_preferencer: preferencer });
  if (error?.code === "RC404") {
    throw new ApiError(404, "NOT_YOURS", "You do not rank doctors for this department.");
  }
  if (error) throw databaseError(error);
  return data as unknown as RankingDepartment;
}

function doctorsOf(
  { doctors, ranks }: RankingDepartment,
): (RankedDoctor & { eligible: boolean })[] {
  const rankOf = new Map(ranks.map((rank) => [rank.worker_mapping, rank.order_preference]));
  return doctors.map((doctor) => ({ ...doctor, rank: rankOf.get(doctor.worker_mapping) ?? null }));
}

const HEADERS = [
  DEPARTMENT_HEADERS.rank,
  DEPARTMENT_HEADERS.doctor,
  "Eligible for your lines",
  DEPARTMENT_HEADERS.id,
];

/** A row for each doctor: those ranked first, in order, then by name. */
function rows(department: RankingDepartment): (string | number | null)[][] {
  const doctors = doctorsOf(department);
  const ranks = doctors.flatMap(({ rank }) => rank === null ? [] : [rank]).sort((a, b) => a - b);
  return doctors
    .sort((a, b) =>
      (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.name.localeCompare(b.name, "en") ||
      (a.worker_mapping < b.worker_mapping ? -1 : 1)
    )
    .map(({ worker_mapping, name, rank, eligible }) => [
      rank === null ? null : 1 + ranks.indexOf(rank),
      name,
      eligible ? "yes" : "no",
      worker_mapping,
    ]);
}

/** The file. */
export async function departmentFile(
  department: RankingDepartment,
  extension: TableFormat,
): Promise<Bytes | string> {
  if (extension === "csv") return csvText([HEADERS, ...rows(department)]);
  const builder = new SheetBuilder(DEPARTMENT_SHEET);
  builder.add(HEADERS, STYLES.header);
  const text = { ...STYLES.text, font: font(), numFmt: "@" };
  for (const values of rows(department)) {
    const row = builder.add([]);
    values.forEach((value, column) =>
      builder.put(row, column, value, column === 0 ? STYLES.cell : text)
    );
  }
  const sheet = builder.build({
    columns: [8, 34, 14, 40].map((width) => ({ width })),
    autoFilter: { range: `A1:${columnLetters(HEADERS.length - 1)}${Math.max(2, builder.height)}` },
    freezePane: { rows: 1, columns: 2 },
    a11y: { summary: "Doctors in the order of the department", headerRow: 0 },
  });
  return await writeWorkbook([sheet], { creator: "Receptor" });
}

/**
 * What a file would change. Nothing is written: the page shows it first, and saves it as whatever is done there.
 * @param readFile gives the .xlsx or CSV file; asked for it only where the department is the caller's
 * @throws ApiError 400 INVALID_ROWS with the place of each fault, 404, 413, 415
 */
export async function readDepartmentFile(
  client: RestClient,
  preferencer: string,
  readFile: () => Promise<Bytes>,
): Promise<Pick<DepartmentOrder, "rows" | "ranks">> {
  const department = await readRankingDepartment(client, preferencer);
  const table = await readTable(await readFile(), DEPARTMENT_SHEET);
  const { faults, rows, ranks } = readDepartmentOrder(table, doctorsOf(department));
  refuseRows(faults);
  return { rows, ranks };
}
