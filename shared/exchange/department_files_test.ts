// A department's order of doctors as a file, and back; what is wrong with one, cell by cell.

import assert from "node:assert/strict";
import { DEPARTMENT_SHEET, departmentFile, type RankingDepartment } from "./department_files.ts";
import { type RankedDoctor, readDepartmentOrder } from "./department_rows.ts";
import { readTable } from "./read_table.ts";
import type { Cell } from "./table.ts";
import { readWorkbook } from "./testing/workbooks.ts";
import { tableOf } from "./testing/tables.ts";

const DEPARTMENT: RankingDepartment = {
  doctors: ["Ann", "=Bob", "Cid Lee", "Cid Lee"].map((name, i) => ({
    worker_mapping: `0000000${i}-aaaa-4000-8000-00000000000${i}`,
    name,
    eligible: i !== 1,
  })),
  ranks: [
    { worker_mapping: "00000003-aaaa-4000-8000-000000000003", order_preference: 2.5 },
    { worker_mapping: "00000000-aaaa-4000-8000-000000000000", order_preference: 2.5 },
    { worker_mapping: "00000001-aaaa-4000-8000-000000000001", order_preference: 7 },
  ],
};
const DOCTORS: RankedDoctor[] = DEPARTMENT.doctors.map(({ worker_mapping, name }, i) => ({
  worker_mapping,
  name,
  rank: i === 0 ? 1 : null,
}));
const HEAD = ["Rank", "Doctor", "ID"];
const read = (rows: Cell[][]) =>
  readDepartmentOrder(tableOf(rows, { sheet: "Our order" }), DOCTORS);
const faults = (rows: Cell[][]) => read(rows).faults.map(({ path, code }) => `${path} ${code}`);
const short = (ranks: { worker_mapping: string; order_preference: number | null }[]) =>
  ranks.map(({ worker_mapping, order_preference }) => [worker_mapping.at(7), order_preference]);

for (const extension of ["xlsx", "csv"] as const) {
  Deno.test(`an order of doctors comes back from its file as it was, two of one name apart (${extension})`, async () => {
    const file = await departmentFile(DEPARTMENT, extension);
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    const { faults, ranks } = readDepartmentOrder(
      await readTable(bytes, DEPARTMENT_SHEET),
      DOCTORS,
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(short(ranks), [["0", 1], ["3", 1], ["1", 3], ["2", null]]);
  });
}

Deno.test("the workbook is read by another program", async () => {
  const { rows } = readWorkbook(await departmentFile(DEPARTMENT, "xlsx") as Uint8Array)
    .get(DEPARTMENT_SHEET)!;
  assert.deepEqual(rows[1].slice(0, 3), [1, "Ann", "yes"]);
  assert.deepEqual(rows[3].slice(0, 3), [3, "=Bob", "no"]);
});

Deno.test("names are enough where one doctor has them; who is left out loses the rank", () => {
  const { rows, ranks, faults } = read([["Doctor", "Rank"], [" =bob ", "4"]]);
  assert.deepEqual([rows, faults], [1, []]);
  assert.deepEqual(short(ranks), [["1", 1], ["0", null]]);
});

Deno.test("a doctor's name with a slip in it is told with the one that may have been meant", () => {
  const [{ code, message }] = read([HEAD, [1, "Cit Lee", null]]).faults;
  assert.deepEqual(
    [code, message],
    ["UNKNOWN_DOCTOR", 'Doctor "Cit Lee" takes no part in this run; did you mean "Cid Lee"?'],
  );
});

Deno.test("every fault has its cell", () => {
  const [ann, , cid] = DOCTORS.map(({ worker_mapping }) => worker_mapping);
  assert.deepEqual(
    faults([
      HEAD,
      [1, "Zed", null],
      [2, "Cid Lee", null],
      ["first", "Ann", null],
      [3, null, ann],
      [4, "Ann", cid],
      [5, "Ann", "nobody"],
      [6, "=Bob", null],
      [7, "=Bob", null],
    ]),
    [
      "Our order!B2 UNKNOWN_DOCTOR",
      "Our order!B3 AMBIGUOUS_DOCTOR",
      "Our order!A4 NOT_A_RANK",
      "Our order!B5 EMPTY_CELL",
      "Our order!B6 UNKNOWN_DOCTOR",
      "Our order!C7 UNKNOWN_ID",
      "Our order!B9 DUPLICATE_ROW",
    ],
  );
  assert.deepEqual(faults([["Rank", "Name"], [1, "Ann"]]), [
    "Our order!B1 UNKNOWN_COLUMN",
    "Our order!row 1 MISSING_COLUMN",
  ]);
  assert.deepEqual(faults([HEAD]), ["Our order!row 1 NO_ROWS"]);
  assert.deepEqual(faults([]), ["Our order!row 1 NO_ROWS"]);
});
