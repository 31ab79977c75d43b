// The advisors do find what is wrong: otherwise "no findings" would say nothing.

import assert from "node:assert/strict";
import postgres from "postgres";
import { advise, openFindings } from "./advisors.ts";
import { startStack } from "./stack/mod.ts";

Deno.test("the advisors find a table without protection and a function without a search path", async () => {
  const stack = await startStack({ migrations: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`create table public.open_to_all (id int primary key)`;
    await sql`grant all on public.open_to_all to anon`;
    await sql`create function public.careless() returns int language sql security definer as 'select 1'`;
    const names = openFindings(await advise(stack.dbUrl)).map((finding) => finding.name);
    assert.ok(names.includes("rls_disabled_in_public"), names.join());
    assert.ok(names.includes("function_search_path_mutable"), names.join());
  } finally {
    await sql.end();
    await stack.stop();
  }
});

const finding = (name: string) => ({
  name,
  cacheKey: name,
  level: "INFO",
  detail: "",
  remediation: "",
});

Deno.test("openFindings() keeps everything but the kinds that say nothing here", () => {
  const findings = [finding("unused_index"), finding("unindexed_foreign_keys")];
  assert.deepEqual(openFindings(findings), findings.slice(1));
});
