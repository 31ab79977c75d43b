// Who had what, as a spreadsheet.

import assert from "node:assert/strict";
import { historyCsv, type HistoryRow, historySheets } from "./history_files.ts";
import { readWorkbook } from "./testing/workbooks.ts";
import { writeWorkbook } from "./write_xlsx.ts";

const row = (name: string, starts_on: string, terms: (string | null)[]): HistoryRow => ({
  worker: name,
  email: `${name}@x.example`,
  name,
  run_name: `PGY1 ${starts_on.slice(0, 4)}`,
  starts_on,
  source: starts_on < "2027" ? "result" : "match",
  line_name: "L1",
  rotations: terms.flatMap((position_name, t) =>
    position_name === null
      ? []
      : [{ term: t + 1, position_name, specialty: "Medicine", hospital: "Base" }]
  ),
});
const history = {
  named: { org: "O", plan: "P", name: "R" },
  rows: [row("=Ana", "2027-01-11", ["Ward", null, "Clinic"]), row("=Ana", "2026-01-12", ["Ward"])],
};

Deno.test("there is a row for each doctor and year, with as many terms as the longest one", () => {
  const [head, ...rows] = historyCsv(history).trim().split("\r\n");
  assert.equal(
    head.replace("\ufeff", ""),
    "Doctor,E-mail,Year,Begins,By,Line,Specialties,Term 1,Term 2,Term 3",
  );
  assert.deepEqual(rows, [
    '\'=Ana,\'=Ana@x.example,PGY1 2027,2027-01-11,"match, not finalised",L1,Medicine,"Ward, Base",,"Clinic, Base"',
    "'=Ana,'=Ana@x.example,PGY1 2026,2026-01-12,result,L1,Medicine,\"Ward, Base\",,",
  ]);
});

Deno.test("as a workbook no name is a formula; without anybody there is a head", async () => {
  const write = async (rows: HistoryRow[]) =>
    readWorkbook(await writeWorkbook(historySheets({ ...history, rows }))).get(
      "Who had what",
    )!;
  const sheet = await write(history.rows);
  assert.deepEqual([sheet.value("A2"), sheet.cell("A2")!.f], ["=Ana", undefined]);
  assert.equal(sheet.value("J2"), "Clinic, Base");
  assert.equal((await write([])).value("G1"), "Specialties");
});
