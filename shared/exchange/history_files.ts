// Who had what over the years as a spreadsheet: one row for each doctor and year.

import { databaseError, noAllocationRun, requireId } from "../platform/requests.ts";
import type { RestClient } from "../platform/rest.ts";
import type { Named } from "./roster.ts";
import { type BuiltSheet, font, SheetBuilder, STYLES } from "./sheet.ts";
import { csvText } from "./texts.ts";

/** What a doctor had in a year, as `read_history()` of the database answers it. */
export interface HistoryRow {
  worker: string;
  email: string;
  name: string;
  run_name: string;
  /** First day of the year. */
  starts_on: string;
  source: "result" | "match";
  line_name: string;
  rotations: { term: number; position_name: string; specialty: string; hospital: string }[];
}

/** The years of an org, and in whose name the file is. */
export interface History {
  named: Named;
  rows: HistoryRow[];
}

/**
 * The history of the org of an allocation run, by doctor, the latest year first.
 * @throws ApiError 400 where it is no id, 404 where the caller does not see the run
 */
export async function readHistory(client: RestClient, allocationRun: string): Promise<History> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data: run, error } = await client.from("allocation_runs")
    .select("org_id,name,allocation_plan").eq("id", allocationRun).maybeSingle();
  if (error) throw databaseError(error);
  if (!run) throw noAllocationRun(allocationRun);
  const [org, plan, history] = await Promise.all([
    client.from("orgs").select("name").eq("id", run.org_id).maybeSingle(),
    client.from("allocation_plans").select("name").eq("id", run.allocation_plan).maybeSingle(),
    client.rpc("read_history", { p_org_id: run.org_id }),
  ]);
  for (const { error } of [org, plan, history]) if (error) throw databaseError(error);
  return {
    named: { org: org.data?.name ?? "", plan: plan.data?.name ?? "", name: run.name },
    rows: inOrder(history.data as unknown as HistoryRow[]),
  };
}

function inOrder(rows: HistoryRow[]): HistoryRow[] {
  return rows.toSorted((a, b) =>
    compare(a.name, b.name) || compare(a.worker, b.worker) || compare(b.starts_on, a.starts_on)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The table: as many terms as the longest year has. */
function tableOf({ rows }: History): (string | null)[][] {
  const terms = Math.max(0, ...rows.flatMap(({ rotations }) => rotations.map(({ term }) => term)));
  const numbers = Array.from({ length: terms }, (_, i) => i + 1);
  return [
    [
      "Doctor",
      "E-mail",
      "Year",
      "Begins",
      "By",
      "Line",
      "Specialties",
      ...numbers.map((n) => `Term ${n}`),
    ],
    ...rows.map(({ name, email, run_name, starts_on, source, line_name, rotations }) => {
      const at = new Map(rotations.map((rotation) => [rotation.term, rotation]));
      return [
        name,
        email,
        run_name,
        starts_on,
        source === "result" ? "result" : "match, not finalised",
        line_name,
        [...new Set(rotations.map(({ specialty }) => specialty))].join(", "),
        ...numbers.map((n) => {
          const rotation = at.get(n);
          return rotation ? `${rotation.position_name}, ${rotation.hospital}` : null;
        }),
      ];
    }),
  ];
}

/** One row for each doctor and year. */
export function historyCsv(history: History): string {
  return csvText(tableOf(history));
}

/** The same as a sheet. */
export function historySheets(history: History): BuiltSheet[] {
  const builder = new SheetBuilder("Who had what"), [titles, ...rows] = tableOf(history);
  builder.add(titles as string[], STYLES.header);
  const text = { ...STYLES.text, font: font(), numFmt: "@" };
  for (const values of rows) {
    const row = builder.add([]);
    values.forEach((value, column) => builder.put(row, column, value, text));
  }
  return [builder.build({
    columns: titles.map((_, column) => ({ width: [26, 30, 22, 12, 20, 18, 40][column] ?? 34 })),
    freezePane: { rows: 1, columns: 1 },
    a11y: { summary: "Which doctor had which line in which year", headerRow: 0 },
  })];
}
