// What is read of the migrated database: the row types that are committed are those that it gives, and the advisors find nothing in
// it. They do find what is wrong: otherwise "nothing" would say nothing.

import assert from "node:assert/strict";
import postgres from "postgres";
import { advise, openFindings } from "./advisors.ts";
import { startStack } from "./stack/mod.ts";
import { generateTypes, TYPES_FILE } from "./types.ts";

Deno.test("the migrated database", async (t) => {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
  const found = async () => openFindings(await advise(stack.dbUrl));
  try {
    await t.step(
      "has the row types that are committed: otherwise run deno task types",
      async () => {
        assert.ok(await Deno.readTextFile(TYPES_FILE) === await generateTypes(stack.dbUrl));
      },
    );
    await t.step("has nothing that the advisors find", async () => {
      assert.deepEqual(await found(), []);
    });
    await t.step("would be refused with an open table or a careless function", async () => {
      await sql`create table public.open_to_all (id int primary key)`;
      await sql`grant all on public.open_to_all to anon`;
      await sql`create function public.careless() returns int language sql security definer as 'select 1'`;
      const names = (await found()).map((finding) => finding.name);
      assert.ok(names.includes("rls_disabled_in_public"), names.join());
      assert.ok(names.includes("function_search_path_mutable"), names.join());
    });
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
