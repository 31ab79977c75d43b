// What the pgTAP runner makes of the Test Anything Protocol.

import assert from "node:assert/strict";
import { locksTables, parseTap } from "./pgtap.ts";

Deno.test("parseTap() counts what held", () => {
  assert.deepEqual(parseTap("a.sql", "1..2\nok 1 - one\nok 2 - two"), { passed: 2, failures: [] });
});

Deno.test("parseTap() keeps the explanation of what did not hold", () => {
  const tap =
    '1..2\nnot ok 1 - one\n# Failed test 1: "one"\n#         have: 3\nok 2 - two\n# Looks like you failed 1 test of 2';
  const { passed, failures } = parseTap("a.sql", tap);
  assert.equal(passed, 1);
  assert.deepEqual(failures, [
    { file: "a.sql", test: "one", details: '# Failed test 1: "one"\n#         have: 3\n' },
  ]);
});

Deno.test("parseTap() reads several tests out of one value", () => {
  assert.equal(parseTap("a.sql", "1..3\nok 1 - one\nok 2 - two\nok 3").passed, 3);
});

Deno.test("parseTap() fails a file that breaks off before its plan is done", () => {
  const { failures } = parseTap("a.sql", "1..3\nok 1 - one");
  assert.deepEqual(failures, [
    { file: "a.sql", test: "plan", details: "3 tests planned, 1 ran\n" },
  ]);
});

Deno.test("parseTap() fails a file without a plan", () => {
  assert.equal(parseTap("a.sql", "").failures[0].details, "no tests planned, 0 ran\n");
});

Deno.test("locksTables() tells the files that cannot run beside others", () => {
  assert.ok(locksTables("begin;\n-- All of them.\ntruncate public.orgs;\nrollback;"));
  assert.ok(locksTables("begin;\nalter table public.orgs add a int;"));
  assert.ok(
    !locksTables("begin;\n-- truncate\nselect throws_ok($$\ntruncate public.orgs $$, '42501');"),
  );
  assert.ok(locksTables("begin;\nselect tests.new_rows_everywhere();"));
  assert.ok(!locksTables("create temporary table a (b int);\nselect 'lock';"));
});
