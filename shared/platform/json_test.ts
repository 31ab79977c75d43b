import assert from "node:assert/strict";
import { toDocument, toJson } from "./json.ts";

interface Nested {
  name: string;
  at?: number;
  inner: readonly { values: [number, string | null][] }[];
}

Deno.test("toJson() takes interfaces of JSON members, and the compiler refuses all others", () => {
  const document: Nested = { name: "n", inner: [{ values: [[1, null]] }] };
  assert.deepEqual(toJson(document), { name: "n", inner: [{ values: [[1, null]] }] });
  // @ts-expect-error a Map would be stored as {}
  toJson({ known: new Map<string, number>() });
  // @ts-expect-error a typed array would be stored as an object
  toJson({ pool: new Int32Array(2) });
  // @ts-expect-error a function would be left out
  toJson({ run: () => 1 });
});

Deno.test("toDocument() has members in snake_case", () => {
  assert.deepEqual(toDocument({ meanRank: 2, pairs: [{ swapWith: null }] }), {
    mean_rank: 2,
    pairs: [{ swap_with: null }],
  });
});
