// What a request or a file may ask for has the same limits here and in the database, which checks them again for whoever comes
// past the functions.

import assert from "node:assert/strict";
import { requestAllocatorRun } from "../shared/allocator/run/requests.ts";
import { LEAST_POWER, MOST_POWER } from "../shared/allocator/limits.ts";
import { MAX_POSTS } from "../shared/exchange/limits.ts";

const MIGRATIONS = new URL("../supabase/migrations/", import.meta.url);
const SQL = [...Deno.readDirSync(MIGRATIONS)].map(({ name }) => name).sort()
  .map((name) => Deno.readTextFileSync(new URL(name, MIGRATIONS))).join("\n");

/** The numbers that a pattern's groups find in the migrations. */
function inSql(pattern: RegExp): number[] {
  const found = pattern.exec(SQL);
  assert.ok(found, `no migration has ${pattern}`);
  return found.slice(1).map(Number);
}

const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
const ALLOCATION_RUN = crypto.randomUUID();

/** Where a request is refused, as the database would not be asked; [] where it is asked. */
async function refused(body: Record<string, unknown>): Promise<string[]> {
  const asked = new Error("asked");
  const client = { rpc: () => Promise.reject(asked) };
  try {
    await requestAllocatorRun(client as never, { allocation_run: ALLOCATION_RUN, ...body }, null);
  } catch (error) {
    if (error === asked) return [];
    return (error as { extras: { errors: { path: string }[] } }).extras.errors.map(({ path }) =>
      path
    );
  }
  throw new Error("neither asked nor refused");
}

Deno.test("the batch of a match is as long as the database takes it", async () => {
  const [most] = inSql(/'\{"is": "list", "most": (\d+), "of": \{"is": "id"\}\}'::jsonb, '/);
  for (const list of ["included_job_lines", "included_worker_mappings"]) {
    assert.deepEqual(await refused({ [list]: ids(most) }), []);
    assert.deepEqual(await refused({ [list]: ids(most + 1) }), [list]);
  }
});

Deno.test("a what-if has as many weightings as the database takes, each within its bounds", async () => {
  const [most] = inSql(
    /'weightings', jsonb_build_object\('is', 'list', 'most', (\d+), 'of', jsonb_build_object\('is', 'object', 'exact', true, 'members',\s+jsonb_build_object\('job_line', id/,
  );
  const [least, largest] = inSql(
    /'weighting', '\{"is": "number", "least": (-?\d+), "most": (\d+), "must": true\}'::jsonb\)\)\)\)\)\)\)\)\)/,
  );
  const ask = (weightings: { weighting: number }[]) =>
    refused({ options: { what_if: { weightings } } });
  const one = { weighting: 1 };
  assert.deepEqual(await ask(Array(most).fill(one)), []);
  assert.deepEqual(await ask(Array(most + 1).fill(one)), ["options.what_if.weightings"]);
  assert.deepEqual(await ask([{ weighting: least }, { weighting: largest }]), []);
  for (const weighting of [least - 1, largest + 1]) {
    assert.deepEqual(await ask([{ weighting }]), ["options.what_if.weightings[0].weighting"]);
  }
});

Deno.test("a what-if has as many pins as the database takes", async () => {
  const [most] = inSql(
    /'\{"is": "list", "most": (\d+), "of": \{"is": "object", "members": \{\s+"worker_mapping": \{"is": "id", "must": true\}, "job_line": \{"is": "id", "must": true\}\}\}\}'/,
  );
  const pins = (count: number) =>
    ids(count).map((worker_mapping) => ({ worker_mapping, job_line: ALLOCATION_RUN }));
  const ask = (count: number) => refused({ options: { what_if: { pins: pins(count) } } });
  assert.deepEqual(await ask(most), []);
  assert.deepEqual(await ask(most + 1), ["options.what_if.pins"]);
});

Deno.test("preference_power has the database's bounds", () => {
  assert.deepEqual(
    inSql(/'preference_power', '\{"is": "number", "least": ([\d.]+), "most": (\d+)\}'/),
    [LEAST_POWER, MOST_POWER],
  );
});

Deno.test("a spreadsheet has as many posts in a cell as the database takes", () => {
  assert.deepEqual(inSql(/posts smallint not null check \(posts between 0 and (\d+)\)/), [
    MAX_POSTS,
  ]);
  assert.deepEqual(
    inSql(/"most": 26, "of": \{"is": "whole", "least": 0, "most": (\d+), "must": false\}/),
    [MAX_POSTS],
  );
});
