import assert from "node:assert/strict";
import { canonicalJson, seal, sha256, unseal } from "./digest.ts";
import { mutationsOf } from "./testing/mutations.ts";

Deno.test("sha256() is that of the standard", () => {
  assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

Deno.test("canonicalJson() is the same whatever the order of members, and reads back as the value", () => {
  const one = { b: [1, { d: null, c: "x" }], a: undefined, e: -0.5 };
  const other = { e: -0.5, b: [1, { c: "x", d: null }] };
  assert.equal(canonicalJson(one), canonicalJson(other));
  assert.deepEqual(JSON.parse(canonicalJson(one)), other);
});

Deno.test("unseal() gives back what was sealed, members in any order, and nothing else", () => {
  const value = { at: 3, list: [1, 2.5, "x", null], inner: { a: true, b: "" } };
  const sealed = seal(value);
  const { at, list, inner: { a, b } } = sealed.value;
  assert.deepEqual(unseal({ ...sealed, value: { inner: { b, a }, list, at } }), value);
  for (const { what, document } of mutationsOf(value)) {
    const same = canonicalJson(document) === canonicalJson(value);
    assert.equal(unseal({ ...sealed, value: document }) !== null, same, what);
  }
  assert.equal(unseal({ ...sealed, digest: sha256("") }), null);
  assert.equal(unseal(null), null);
});
