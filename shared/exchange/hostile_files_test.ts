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
import { hostileFiles } from "./testing/hostile_files.ts";
import { hostileTables } from "./testing/hostile_tables.ts";
import { Work } from "./work.ts";

/** How many of a table's kinds of work are beyond what it may ask for. */
function exceeded({ done }: Work, size: TableSize): string[] {
  const most = { ...MAX_WORK, ...size.work };
  return (Object.keys(most) as (keyof typeof most)[]).filter((kind) => done[kind] > most[kind]);
}

for (
  const [tables, size] of Object.entries({
    "most tables": TABLE_SIZE,
    wishes: WISHES_SIZE,
    lines: LINES_SIZE,
  })
) {
  Deno.test(`hostile files are refused, and cost no more than a file may: ${tables}`, async (t) => {
    for (const { kind, file, refusal } of hostileFiles(size)) {
      await t.step(kind, async () => {
        assert.ok(file.length <= MAX_FILE_BYTES, `${file.length} bytes`);
        const work = new Work(size.work);
        const outcome = await readTable(file, "Positions", size, work).catch((error) => error);
        if (refusal === null) {
          assert.ok(!(outcome instanceof Error), String(outcome));
          assert.deepEqual(exceeded(work, size), []);
          assert.ok(
            outcome.rows.length <= size.rows && outcome.rows.width <= size.columns,
          );
          const faults = (() => {
            try {
              return readPositionRows(outcome, 4).faults;
            } catch (error) {
              assert.ok(error instanceof ApiError && error.code === "INVALID_ROWS", String(error));
              return error.extras.errors!;
            }
          })();
          assert.ok(faults.length > 0);
        } else {
          assert.ok(outcome instanceof ApiError, String(outcome));
          assert.deepEqual([outcome.status, outcome.code], refusal, outcome.message);
          assert.ok(outcome.message.length < 1_000);
        }
      });
    }
  });
}

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
