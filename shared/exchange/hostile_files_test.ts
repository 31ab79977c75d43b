// Files that were made to do harm: each is refused, for the right reason, before more is done for it than a file may cost.

import assert from "node:assert/strict";
import { ApiError } from "../platform/problem_details.ts";
import {
  LINES_SIZE,
  MAX_FILE_BYTES,
  MAX_GUESSES,
  MAX_WORK,
  TABLE_SIZE,
  type TableSize,
  WISHES_SIZE,
} from "./limits.ts";
import { readPositionRows } from "./position_rows.ts";
import { readTable } from "./read_table.ts";
import { type HostileFile, hostileFiles } from "./testing/hostile_files.ts";
import { hostileTables } from "./testing/hostile_tables.ts";
import { Work } from "./work.ts";

/** All sizes of tables. */
const SIZES = { "most tables": TABLE_SIZE, wishes: WISHES_SIZE, lines: LINES_SIZE };

/** One of which may be asked for what may be asked for of any of them. */
const WIDEST = Object.values(SIZES).reduce((a, b): TableSize => ({
  rows: Math.max(a.rows, b.rows),
  columns: Math.max(a.columns, b.columns),
  cells: Math.max(a.cells, b.cells),
  csvCharacters: Math.max(a.csvCharacters, b.csvCharacters),
  work: mostOf({ ...MAX_WORK, ...a.work }, { ...MAX_WORK, ...b.work }),
}));

function mostOf<Kind extends string>(
  a: Record<Kind, number>,
  b: Record<Kind, number>,
): Record<Kind, number> {
  const kinds = Object.keys(a) as Kind[];
  return Object.fromEntries(kinds.map((kind) => [kind, Math.max(a[kind], b[kind])])) as never;
}

/** How many of a table's kinds of work are beyond what it may ask for. */
function exceeded({ done }: Work, size: TableSize): string[] {
  const most = { ...MAX_WORK, ...size.work };
  return (Object.keys(most) as (keyof typeof most)[]).filter((kind) => done[kind] > most[kind]);
}

/** Reads a file as a table of a size: it is refused as it should be, or its rows are, and it asks for no more than it may. */
async function hold({ file, refusal }: HostileFile, size: TableSize): Promise<void> {
  assert.ok(file.length <= MAX_FILE_BYTES, `${file.length} bytes`);
  const work = new Work(size.work);
  const outcome = await readTable(file, "Positions", size, work).catch((error) => error);
  if (refusal !== null) {
    assert.ok(outcome instanceof ApiError, String(outcome));
    assert.deepEqual([outcome.status, outcome.code], refusal, outcome.message);
    assert.ok(outcome.message.length < 1_000);
    return;
  }
  assert.ok(!(outcome instanceof Error), String(outcome));
  assert.deepEqual(exceeded(work, size), []);
  assert.ok(outcome.rows.length <= size.rows && outcome.rows.width <= size.columns);
  const faults = (() => {
    try {
      return readPositionRows(outcome, 4).faults;
    } catch (error) {
      assert.ok(error instanceof ApiError && error.code === "INVALID_ROWS", String(error));
      return error.extras.errors!;
    }
  })();
  assert.ok(faults.length > 0);
}

for (const [tables, size] of Object.entries(SIZES)) {
  Deno.test(`hostile files are refused, and cost no more than a file may: ${tables}`, async (t) => {
    const files = hostileFiles(size).filter(({ isSized }) => isSized);
    for (const each of files) await t.step(each.kind, () => hold(each, size));
  });
}

Deno.test("hostile files that are the same for tables of every size are refused, however large it may be", async (t) => {
  // More is refused only where less may be asked for: what is refused of the widest table is so of each, what is read of the
  // narrowest likewise.
  for (const each of hostileFiles().filter(({ isSized }) => !isSized)) {
    await t.step(each.kind, () => hold(each, each.refusal === null ? TABLE_SIZE : WIDEST));
  }
});

Deno.test("Work refuses the first of each kind that is too much", () => {
  for (const kind of Object.keys(MAX_WORK) as (keyof typeof MAX_WORK)[]) {
    const work = new Work();
    work.spend(kind, MAX_WORK[kind]);
    assert.throws(() => work.spend(kind, 1), { code: "FILE_TOO_LARGE" });
    const more = new Work({ [kind]: MAX_WORK[kind] + 1 });
    more.spend(kind, MAX_WORK[kind] + 1);
    assert.throws(() => more.spend(kind, 1), { code: "FILE_TOO_LARGE" });
  }
});

Deno.test("tables of nothing that is there are told as faults, with what may have been meant as often as faults are told", async (t) => {
  for (const { kind, read } of hostileTables()) {
    await t.step(kind, () => {
      const faults = read();
      if (faults === "too large") return;
      assert.ok(faults.length > 0);
      const guessed = faults.filter(({ message }) => message.includes("did you mean")).length;
      assert.ok(guessed <= MAX_GUESSES, `${guessed} guesses`);
    });
  }
});
