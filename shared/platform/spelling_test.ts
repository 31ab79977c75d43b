import assert from "node:assert/strict";
import { type Camel, toCamel, toSnake } from "./spelling.ts";

const stored = {
  cpu_ms: { p50_slice: 1, cpu_ms_by_phase: { "Placing doctors": 2, Done: 3 } },
  time_limit_s: null,
  pairs: [{ swap_with: "a_b" }, [1, { blocking_pairs: [] }]],
  v: true,
};
const inCode = {
  cpuMs: { p50Slice: 1, cpuMsByPhase: { "Placing doctors": 2, Done: 3 } },
  timeLimitS: null,
  pairs: [{ swapWith: "a_b" }, [1, { blockingPairs: [] }]],
  v: true,
};

Deno.test("toCamel() and toSnake() respell members all the way down, and neither values nor keys that are data", () => {
  assert.deepEqual(toCamel(stored), inCode);
  assert.deepEqual(toSnake(inCode), stored);
  assert.deepEqual(toSnake(stored), stored);
  assert.deepEqual(toCamel(inCode), inCode);
});

Deno.test("toCamel() leaves ids, names of rules and what is no object as they are", () => {
  const id = "0b9f2c1a-0000-4000-8000-000000000001";
  const data = { [id]: 1, MAX_NIGHTS: 2, __proto_: 3, _a: 4, a_: 5 };
  assert.deepEqual(toCamel(data), data);
  assert.deepEqual(toSnake(data), data);
  for (const value of [null, 3, "a_b", true, undefined]) assert.equal(toCamel(value), value);
});

Deno.test("what stands in kept members stays as it is, and the members themselves are respelled", () => {
  const form = {
    json_schema: { x_of: { min_items: 1, anyOf: [] } },
    may_be_bare: true,
    b: { json_schema: { a_b: 1 } },
  };
  const read = {
    jsonSchema: { x_of: { min_items: 1, anyOf: [] } },
    mayBeBare: true,
    b: { jsonSchema: { a_b: 1 } },
  };
  assert.deepEqual(toCamel(form, ["json_schema"]), read);
  assert.deepEqual(toSnake(read, ["jsonSchema"]), form);
  const typed: Camel<typeof form, "json_schema"> = read;
  assert.equal(typed.jsonSchema.x_of.min_items, 1);
});

Deno.test("Camel says what toCamel() answers", () => {
  const typed: Camel<{ wall_ms: number; all_pairs: [string, { swap_with: null }][] }> = {
    wallMs: 1,
    allPairs: [["a", { swapWith: null }]],
  };
  assert.deepEqual(toSnake(typed), { wall_ms: 1, all_pairs: [["a", { swap_with: null }]] });
});
