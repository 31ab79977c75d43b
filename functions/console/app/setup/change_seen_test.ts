// A row is changed where it still holds what was read, and only by what was changed.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { changeSeen } from "./change_seen.ts";

/** A table of one row as the Data API keeps it, with what it was asked to write. */
function tableOf(row: Record<string, unknown>) {
  const written: unknown[] = [];
  const held = (value: unknown) => Array.isArray(value) ? `{${value}}` : String(value);
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    const { searchParams } = new URL(String(input));
    const isThere = [...searchParams].every(([name, filter]) =>
      name === "select" || filter === `eq.${held(row[name])}`
    );
    if (init?.method === "PATCH" && isThere) {
      const change = JSON.parse(await new Response(init.body).text());
      written.push(change);
      Object.assign(row, change);
    }
    return Response.json(isThere ? [row] : []);
  };
  return { supabase: createClient("http://db.example", "key", { global: { fetch } }), written };
}

const READ = { name: "2027", starts_on: "2027-02-01", term_weeks: [10, 10] };

Deno.test("what somebody else changed beside it stays: only what was changed is sent", async () => {
  const row = { id: "r", ...READ, name: "Interns, 2027" }; // renamed since it was read
  const { supabase, written } = tableOf(row);
  const basis = { seen: READ };
  await changeSeen(supabase, "allocation_runs", "r", basis, { ...READ, term_weeks: [11, 10] });
  assert.deepEqual(written, [{ term_weeks: [11, 10] }]);
  assert.equal(row.name, "Interns, 2027");
  assert.equal(basis.seen.name, "Interns, 2027");
  await changeSeen(supabase, "allocation_runs", "r", basis, { term_weeks: [11, 10] });
  assert.equal(written.length, 1, "what is there already is not sent");
});

Deno.test("who was overtaken is told what is there now, and saves again to replace it", async () => {
  const row = { id: "r", ...READ, term_weeks: [12, 12] };
  const { supabase, written } = tableOf(row);
  const basis = { seen: READ };
  const save = () =>
    changeSeen(supabase, "allocation_runs", "r", basis, { ...READ, term_weeks: [11, 10] });
  await assert.rejects(
    save,
    (error: ReceptorError) =>
      error.code === "CHANGED_MEANWHILE" && /term weeks 12, 12/.test(error.message),
  );
  assert.deepEqual(written, []);
  await save();
  assert.deepEqual(row.term_weeks, [11, 10]);
});
