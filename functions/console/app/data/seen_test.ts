// What a form read is changed where it is still so, and only by what was changed; whoever was overtaken is told how it is now.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { asItIs, type Basis, changeSeen, saveSeen } from "./seen.ts";

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

Deno.test("what was saved, its answer lost on the way, is saved again without a word of anybody else", async () => {
  const { supabase, written } = tableOf({ id: "r", ...READ });
  const save = () =>
    changeSeen(supabase, "allocation_runs", "r", { seen: READ }, { term_weeks: [11, 10] });
  await save();
  await save();
  assert.deepEqual(written, [{ term_weeks: [11, 10] }]);
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

Deno.test("who saves second is told what is there now, and saves again to replace it", async () => {
  let budget = 10;
  const basis: Basis<{ budget_usd: number }> = { seen: { budget_usd: 10 } };
  const set = (usd: number) => (seen: { budget_usd: number } | null) => {
    if (seen?.budget_usd === budget) {
      budget = usd;
      return Promise.resolve({ budget_usd: usd });
    }
    const message = "Somebody else changed the budget meanwhile, and nothing was saved.";
    const now = { budget_usd: budget };
    return Promise.reject(
      new ReceptorError({ code: "CHANGED_MEANWHILE", status: 409, message, now }),
    );
  };
  await saveSeen(basis, set(11));
  await saveSeen(basis, set(12)); // one's own change is no surprise
  budget = 99;
  await assert.rejects(() => saveSeen(basis, set(13)), {
    code: "CHANGED_MEANWHILE",
    message: "Somebody else changed the budget meanwhile, and nothing was saved. " +
      "It is now: budget usd 99. Save again to put yours in its place.",
  });
  await saveSeen(basis, set(13));
  assert.equal(budget, 13);
});

Deno.test("what is gone by now is told, and another refusal is told as it is", async () => {
  const refused = (code: string, now?: null) => () =>
    Promise.reject(new ReceptorError({ code, status: 409, message: "No.", now }));
  const basis: Basis = { seen: { role: "viewer" } };
  await assert.rejects(() => saveSeen(basis, refused("LAST_MANAGER")), { message: "No." });
  assert.deepEqual(basis.seen, { role: "viewer" });
  const words = (now: unknown) => `${now}`;
  await assert.rejects(() => saveSeen(basis, refused("CHANGED_MEANWHILE", null), words), {
    message: "No. null",
  });
  assert.equal(basis.seen, null);
});

Deno.test("what is there now is told member by member, but for ranks", () => {
  assert.equal(asItIs(null), "It is not there any more.");
  assert.equal(
    asItIs({ lines: ["L1", "L2"], max_workers: null, ranks: { a: 1 } }),
    "It is now: lines L1, L2; max workers none.",
  );
  assert.equal(
    asItIs({ name: "Ann", tags: [], fte: 0.5 }),
    "It is now: name Ann; tags none; fte 0.5.",
  );
});
