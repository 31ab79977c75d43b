import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createAuditClient, readEntry } from "./audit_client.ts";
import { ReceptorError } from "./errors.ts";

const MAPPING = "00000000-0000-4000-8000-000000000001";
const LINE = "00000000-0000-4000-8000-000000000002";
const OTHER = "00000000-0000-4000-8000-000000000003";

const STORED = {
  id: 7,
  at: "2026-11-26T00:00:00+00:00",
  transaction: 3,
  allocation_run: null,
  table_name: "preference_worker_job_lines",
  operation: "update" as const,
  parts: 2,
  actor: null,
  actor_name: "a@b.example",
  through: "rest",
  reason: null,
  row_count: 2,
  shared: { worker_mapping: MAPPING },
  keys: { job_line: [LINE, OTHER] },
  before: { order_preference: [5, 6] },
  after: { order_preference: [3, 4] },
};

/** A client that notes what is asked of it and answers the same to all. */
function fake(data: unknown, error: { code?: string; message: string } | null = null) {
  const asked: string[] = [];
  const query: unknown = new Proxy({}, {
    get: (_, name: string) =>
      name === "then"
        ? (resolve: (answer: unknown) => void) =>
          resolve({ data, error, status: error ? 403 : 200 })
        : (...args: unknown[]) => {
          asked.push(`${name} ${JSON.stringify(args)}`);
          return query;
        },
  });
  return { asked, supabase: query as SupabaseClient };
}

Deno.test("rows come from columns", () => {
  const { rows } = readEntry(STORED);
  assert.deepEqual(rows, [
    {
      key: { worker_mapping: MAPPING, job_line: LINE },
      before: { order_preference: 5 },
      after: { order_preference: 3 },
    },
    {
      key: { worker_mapping: MAPPING, job_line: OTHER },
      before: { order_preference: 6 },
      after: { order_preference: 4 },
    },
  ]);
});

Deno.test("of a line only its rows are told, of the doctor all", () => {
  assert.equal(readEntry(STORED, [LINE]).rows.length, 1);
  assert.equal(readEntry(STORED, [MAPPING]).rows.length, 2);
});

Deno.test("filters are asked for, and lists without a subject hold one entry of a statement", async () => {
  const list = fake([STORED]);
  const filter = {
    allocationRun: OTHER,
    actor: MAPPING,
    tables: ["job_lines"],
    before: 9,
    limit: 5,
  };
  assert.equal((await createAuditClient(list.supabase).entries("org", filter)).length, 1);
  for (
    const part of [
      'eq ["part",1]',
      'eq ["actor"',
      'in ["table_name",["job_lines"]]',
      'lt ["id",9]',
      "limit [5]",
      "or [",
    ]
  ) assert.ok(list.asked.some((call) => call.startsWith(part)), `${part} in ${list.asked}`);
  const about = fake([STORED]);
  await createAuditClient(about.supabase).entries("org", { subjects: [LINE] });
  assert.deepEqual(about.asked, [
    `rpc ["audit_about",{"p_org_id":"org","p_subjects":["${LINE}"],"p_limit":50}]`,
  ]);
});

Deno.test("names are asked for by every id of the entries, once", async () => {
  const { asked, supabase } = fake([{ id: LINE, name: "Line 1" }]);
  const entry = readEntry(STORED);
  const names = await createAuditClient(supabase).names("org", [entry, entry]);
  assert.equal(names.get(LINE), "Line 1");
  assert.deepEqual(asked, [
    `rpc ["audit_names",{"p_org_id":"org","p_ids":["${MAPPING}","${LINE}","${OTHER}"]}]`,
  ]);
});

Deno.test("a refusal is a ReceptorError", async () => {
  const { supabase } = fake(null, { code: "42501", message: "no" });
  await assert.rejects(createAuditClient(supabase).entries("org"), ReceptorError);
});
