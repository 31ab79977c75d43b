// A doctor or a department that is changed stays the one that it is, and who adds one that is there already is told.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { type Basis, newOrigin, type Origin, renameRow, saveEntry } from "./population.ts";

/** What was asked for, in order. */
function asked(refusal?: (basis: Basis) => unknown) {
  const calls: string[] = [];
  return {
    calls,
    entry: (key: string, elsewhere?: object) => ({
      section: "doctors" as const,
      key,
      elsewhere,
      rename: (was: string) => Promise.resolve(void calls.push(`${was} -> ${key}`)),
      write: (basis: Basis) => {
        calls.push(`${basis.key}: ${JSON.stringify(basis.seen)}`);
        const refused = refusal?.(basis);
        return refused ? Promise.reject(refused) : Promise.resolve();
      },
    }),
  };
}

Deno.test("one that is changed is renamed, and no second one made", async () => {
  const { calls, entry } = asked();
  const seen = { name: "Ann" };
  const origin: Origin = {
    changes: "an@x.example",
    basis: { section: "doctors", key: "an@x.example", seen },
  };
  await saveEntry(origin, entry("ann@x.example"));
  await saveEntry(origin, entry("ann@x.example"));
  assert.deepEqual(calls, [
    "an@x.example -> ann@x.example",
    'ann@x.example: {"name":"Ann"}',
    'ann@x.example: {"name":"Ann"}',
  ]);
});

Deno.test("who adds one that is there already is told what it is, and replaces it by saving again", async () => {
  const { calls, entry } = asked((basis) => {
    if (basis.seen) return undefined;
    basis.seen = { name: "Ann", tags: ["ICU"] };
    return new ReceptorError({ code: "CHANGED_MEANWHILE", status: 409, message: "Somebody" });
  });
  const origin = newOrigin();
  await assert.rejects(() => saveEntry(origin, entry("ann@x.example")), {
    message: "ann@x.example is there already, and nothing was saved. " +
      "It is now: name Ann; tags ICU. Save again to put yours in its place.",
  });
  await saveEntry(origin, entry("ann@x.example"));
  assert.equal(calls.length, 2);
});

Deno.test("who is known from another year is told once, before anything is written", async () => {
  const { calls, entry } = asked();
  const origin = newOrigin();
  const bo = entry("bo@x.example", { name: "Bo", tags: [] });
  await assert.rejects(() => saveEntry(origin, bo), /known from another year.*name Bo; tags none/);
  assert.deepEqual(calls, []);
  await saveEntry(origin, bo);
  assert.deepEqual(calls, ["bo@x.example: null"]);
});

Deno.test("a row is renamed where it is called so still, and once more without a word", async () => {
  const row: Record<string, unknown> = { id: "w", org_id: "o", email: "an@x.example" };
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    const { searchParams } = new URL(String(input));
    const isThere = [...searchParams].every(([name, filter]) =>
      name === "select" || filter === `eq.${row[name]}`
    );
    if (init?.method === "PATCH" && isThere) {
      Object.assign(row, JSON.parse(await new Response(init.body).text()));
    }
    return Response.json(isThere ? [{ id: row.id }] : []);
  };
  const supabase = createClient("http://db.example", "key", { global: { fetch } });
  const rename = (was: string, now: string) =>
    renameRow(supabase, "workers", ["org_id", "o"], "email", was, now);
  await rename("an@x.example", "ann@x.example");
  await rename("an@x.example", "ann@x.example");
  assert.equal(row.email, "ann@x.example");
  await assert.rejects(
    () => rename("gone@x.example", "new@x.example"),
    /gone@x.example is not there/,
  );
});
