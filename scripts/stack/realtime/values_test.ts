import assert from "node:assert/strict";
import { toJson } from "./values.ts";

Deno.test("toJson() gives values of the types JSON has", () => {
  assert.deepEqual(
    [
      toJson("t", "bool"),
      toJson("7", "int8"),
      toJson("1.50", "numeric"),
      toJson('{"a":[1]}', "jsonb"),
      toJson(null, "int4"),
    ],
    [true, 7, 1.5, { a: [1] }, null],
  );
});

Deno.test("toJson() writes times as REST does", () => {
  assert.equal(toJson("2026-03-01 10:00:00.5+00", "timestamptz"), "2026-03-01T10:00:00.5+00:00");
  assert.equal(toJson("2026-03-01 10:00:00", "timestamp"), "2026-03-01T10:00:00");
});

Deno.test("toJson() reads arrays with quotes, commas and nulls", () => {
  assert.deepEqual(toJson('{a,"b,\\"c\\"",NULL,"NULL"}', "_text"), ["a", 'b,"c"', null, "NULL"]);
  assert.deepEqual(toJson("{13,13,26}", "_int4"), [13, 13, 26]);
  assert.deepEqual(toJson("{}", "_int4"), []);
});

Deno.test("toJson() leaves what JSON has no form for as text", () => {
  assert.equal(toJson("NaN", "numeric"), "NaN");
  assert.equal(toJson("{{1},{2}}", "_int4"), "{{1},{2}}");
  assert.equal(toJson("abc", "uuid"), "abc");
});
