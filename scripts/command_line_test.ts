// A command line that is wrong is told in a line with how the tool is used, before anything is started.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testPaths } from "./test.ts";

/** What a tool says of a command line, and what it ends with. */
async function told(script: string, ...args: string[]): Promise<[first: string, code: number]> {
  const path = fileURLToPath(import.meta.resolve(script));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", path, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  return [new TextDecoder().decode(stderr).split("\n")[0], code];
}

Deno.test("an option that there is not, a number that is none and a name that is not known are told", async () => {
  const all = await Promise.all([
    told("./bench/slice_history.ts", "--x"),
    told("./bench/planner.ts", "--drawn", "2", "--seed", "x"),
    told("./bench/planner.ts", "--instance", "p0"),
    told("./import-hrt.ts", "file", "--seed", ""),
    told("./docs_rules.ts", "rules"),
    told("./console/build.ts", "--page", "doctor"),
    told("./console/build.ts", "--check", "--out", "site"),
  ]);
  assert.deepEqual(all.map(([, code]) => code), all.map(() => 64));
  assert.deepEqual(all.map(([first]) => first.replace(/one of .*, not/, "one of ..., not")), [
    "Unknown option '--x'",
    '--seed takes a number from 0, not "x".',
    '--instance takes one of ..., not "p0".',
    '--seed takes a number from 0, not "".',
    "What is rules?",
    "--page needs --out",
    "--out writes files; --check writes none",
  ]);
});

Deno.test("tests are named from where the command is typed", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  assert.deepEqual(testPaths(["supabase/tests/agents/tasks.sql", "scripts/house_test.ts"], root), [
    "supabase/tests/agents/tasks.sql",
    "scripts/house_test.ts",
  ]);
  assert.deepEqual(testPaths(["ranks_test.ts"], `${root}functions/tests`), [
    "functions/tests/ranks_test.ts",
  ]);
  for (const none of ["scripts/test.ts", "none_test.ts", "supabase/seed.sql", "scripts"]) {
    assert.throws(() => testPaths([none], root), /There is no test/);
  }
});
