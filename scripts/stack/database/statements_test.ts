import assert from "node:assert/strict";
import { splitStatements } from "./statements.ts";

Deno.test("splitStatements() drops empty statements and the semicolons", () => {
  assert.deepEqual(splitStatements("select 1;\n;\n select 2 ; "), ["select 1", "select 2"]);
});

Deno.test("splitStatements() keeps semicolons inside quotes and comments", () => {
  const parts = [
    "select 'a;''b'",
    'select ";"',
    "select 1 -- ;\n + 1",
    "select /* ; */ 1",
    "select e'\\';'",
  ];
  assert.deepEqual(splitStatements(parts.join(";\n")), parts);
});

Deno.test("splitStatements() keeps a function's body together", () => {
  const body = "create function f() returns void language plpgsql as $f$ begin perform 1; end; $f$";
  const nested = "do $$ begin execute $q$ select 1; $q$; end $$";
  assert.deepEqual(splitStatements(`${body}; ${nested};`), [body, nested]);
});

Deno.test("splitStatements() takes a dollar inside a name for no quote", () => {
  assert.deepEqual(splitStatements("select a$b$c; select 2"), ["select a$b$c", "select 2"]);
});
