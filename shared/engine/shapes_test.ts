import assert from "node:assert/strict";
import * as z from "zod";
import { pathText } from "./paths.ts";
import { faultTexts, readShape } from "./shapes.ts";

/** The faults of a value, or null. */
function told(shape: z.ZodType, value: unknown): string[] | null {
  const { faults } = readShape(shape, value);
  return faults?.map(({ path, message }) => `${pathText(path)}: ${message}`) ?? null;
}

Deno.test("readShape() says what is wrong in words of ours", () => {
  const cases: [z.ZodType, unknown, string][] = [
    [z.string(), undefined, "is missing"],
    [z.string(), 5, "not a text"],
    [z.string(), null, "not a text"],
    [z.string().min(1), "", "must not be empty"],
    [z.string().min(3), "ab", "shorter than 3 characters"],
    [z.string().max(3), "abcd", "longer than 3 characters"],
    [z.string().regex(/^a/), "b", "not spelled as it must be"],
    [z.uuid(), "b", "not a UUID"],
    [z.number(), "5", "not a number"],
    [z.int(), 1.5, "not a whole number"],
    [z.number().min(2), 1, "below 2"],
    [z.number().max(2), 3, "above 2"],
    [z.number().positive(), 0, "not above 0"],
    [z.number().multipleOf(5), 3, "not a multiple of 5"],
    [z.boolean(), "yes", "not true or false"],
    [z.array(z.string()), {}, "not a list"],
    [z.array(z.string()).min(2), ["a"], "fewer than 2 entries"],
    [z.array(z.string()).max(1), ["a", "b"], "more than 1 entries"],
    [z.object({}), [], "not an object"],
    [z.record(z.string(), z.int()), 5, "not an object"],
    [z.enum(["a", "b"]), "c", "not one of a, b"],
    [z.enum(["a", "b"]), undefined, "is missing"],
    [z.literal("a"), "c", "not a"],
    [z.union([z.string(), z.int()]), true, "none of the kinds that it may be"],
    [
      z.discriminatedUnion("k", [z.object({ k: z.literal("a") })]),
      { k: "b" },
      "none of the kinds that it may be",
    ],
    [z.string("a name of ours"), 5, "a name of ours"],
    [z.string().refine(() => false, "a rule of ours"), "x", "a rule of ours"],
  ];
  for (const [shape, value, words] of cases) {
    const [first] = told(shape, value) ?? [];
    assert.equal(first?.replace(/^\w*: /, ""), words, JSON.stringify(value));
  }
});

Deno.test("readShape() gives what was read, and each member that is not known its own path", () => {
  const shape = z.strictObject({ a: z.strictObject({ b: z.int() }), c: z.string().default("d") });
  assert.deepEqual(readShape(shape, { a: { b: 1 } }), { value: { a: { b: 1 }, c: "d" } });
  assert.deepEqual(told(shape, { a: { b: "x", y: 1, z: 2 } }), [
    "a.b: not a number",
    "a.y: there is no such member",
    "a.z: there is no such member",
  ]);
});

Deno.test("faultTexts() says so many, and of what they are", () => {
  const { faults } = readShape(z.strictObject({}), { a: 1, b: 2, c: 3 });
  assert.deepEqual(faultTexts(faults!, 2), [
    "a: there is no such member",
    "b: there is no such member",
  ]);
  assert.deepEqual(faultTexts(readShape(z.int(), "x").faults!, 2), ["the document: not a number"]);
});
