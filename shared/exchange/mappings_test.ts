// What is remembered of other people's files, where the database holds something odd or takes nothing. How columns are found
// and asked for: functions/tests/people_files_test.ts.

import assert from "node:assert/strict";
import type { RestClient } from "../platform/rest.ts";
import { TABLE_SIZE } from "./limits.ts";
import { readMapped } from "./mappings.ts";

/** A database that has a mapping, and takes none. */
function databaseWith(mapping: unknown): RestClient {
  const query = {
    select: () => query,
    eq: () => query,
    maybeSingle: () => Promise.resolve({ data: { mapping }, error: null }),
    upsert: () => Promise.resolve({ error: { code: "57014", message: "canceled" } }),
  };
  return { from: () => query } as unknown as RestClient;
}

const KIND = { orgId: "o", kind: "doctors", sheet: "Doctors", size: TABLE_SIZE, headOf: () => 0 };
const file = new TextEncoder().encode("code,name\nM1,Ann\n");

Deno.test("what is remembered is taken as it was said; what is no mapping is not remembered", async () => {
  const columns = { email: "code" };
  const kept = await readMapped(databaseWith({ columns }), file, {}, KIND);
  assert.deepEqual([kept.remembered, kept.mapping], [true, { columns }]);
  for (const odd of [null, 5, [], {}, { columns: 5 }, { columns: { email: null } }]) {
    const read = await readMapped(databaseWith(odd), file, {}, KIND);
    assert.deepEqual([read.remembered, read.mapping], [false, null], JSON.stringify(odd));
  }
});

Deno.test("a file that was imported is imported, remembered or not", async () => {
  const { remember } = await readMapped(
    databaseWith(null),
    file,
    { columns: { email: "code" } },
    KIND,
  );
  await remember();
});
