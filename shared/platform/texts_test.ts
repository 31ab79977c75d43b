import assert from "node:assert/strict";
import { foldText, isStorable, storable, textFaults } from "./texts.ts";

// The same as in supabase/tests/schema/texts.sql.
for (
  const [told, seen] of [
    ["Ward\u00a0A", "Ward A"],
    ["Ward\u200b A", "Ward A"],
    ["\u202eWard A\u202c", "Ward A"],
    ["\ufeffWard A", "Ward A"],
    ["Wa\u00adrd A", "Ward A"],
    ["  Ward \t\u2003 A \u3000", "Ward A"],
    ["Ward\r\nA", "Ward A"],
    ["Ward A\u{e0041}", "Ward A"],
    ["Rene\u0301", "Ren\u00e9"],
    ["\u200b\u2060", ""],
    ["Ward-A (night)", "Ward-A (night)"],
    ["Zo\u00eb \u5317", "Zo\u00eb \u5317"],
    // Joiners: kept where they are seen.
    ["Ward\u200d A", "Ward A"],
    ["\u200dWard A\u200c", "Ward A"],
    ["Wa\u200crd", "Ward"],
    ["\u06a9\u062a\u0627\u0628\u200c\u0647\u0627", "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627"],
    ["\u0645\u0627\u200c\u0647\u0627", "\u0645\u0627\u0647\u0627"],
    ["\u0628\u200c\u200c\u0647", "\u0628\u0647"],
    ["\u0628\u064e\u200c\u0647", "\u0628\u064e\u200c\u0647"],
    ["\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"],
    ["\u0dc1\u200d\u0dbb\u0dd3", "\u0dc1\u0dbb\u0dd3"],
    ["\u0d05\u0d35\u0d28\u0d4d\u200d", "\u0d05\u0d35\u0d28\u0d4d\u200d"],
    ["\u09b0\u200d\u09cd\u09af\u09be\u09ac", "\u09b0\u200d\u09cd\u09af\u09be\u09ac"],
    ["\u0915\u094d\u200c\u0937", "\u0915\u094d\u200c\u0937"],
    ["\u0b95\u0bcd\u200d\u0b95", "\u0b95\u0bcd\u0b95"],
    ["\u{1f469}\u200d\u2695", "\u{1f469}\u200d\u2695"],
    ["\u{1f600}\u200d\u{1f600}", "\u{1f600}\u{1f600}"],
    ["\u{1f469}\u200d\u2764\ufe0f\u200d\u{1f468}", "\u{1f469}\u200d\u2764\u200d\u{1f468}"],
  ]
) {
  Deno.test(`foldText() reads ${JSON.stringify(told)} as ${JSON.stringify(seen)}`, () => {
    assert.equal(foldText(told), seen);
    assert.equal(foldText(seen), seen);
  });
}

Deno.test("isStorable() refuses U+0000 and halves of surrogate pairs alone", () => {
  for (const text of ["a\u0000b", "\ud800", "\udc00x", "x\ud83d"]) assert.ok(!isStorable(text));
  for (const text of ["", "a", "\ud83d\ude00", "\uffff", "\u0001"]) assert.ok(isStorable(text));
});

Deno.test("textFaults() tells the path of each text, and of each member's name", () => {
  const document = { a: ["x", { b: "\u0000" }], c: "\ud800", d: { "e\u0000": 1 }, f: 3, g: null };
  assert.deepEqual(
    textFaults(document).map(({ path }) => path).sort(),
    ["a[1].b", "c", "d.e\ufffd"],
  );
  assert.deepEqual(textFaults({ a: ["x"], b: { c: "\ud83d\ude00" } }), []);
  assert.deepEqual(textFaults("\u0000").map(({ path }) => path), [""]);
});

Deno.test("textFaults() takes documents of any depth and length, and tells where one is too deep", () => {
  const nested = (levels: number) => JSON.parse("[".repeat(levels) + "1" + "]".repeat(levels));
  assert.deepEqual(textFaults(nested(100)), []);
  for (const levels of [101, 100_000]) {
    const told = { path: "[0]".repeat(100), message: "is nested deeper than 100 levels" };
    assert.deepEqual(textFaults(nested(levels)), [told]);
  }
  assert.deepEqual(textFaults({ a: nested(100) }).map(({ path }) => path), [
    "a" + "[0]".repeat(99),
  ]);
  assert.equal(textFaults(Array(1000).fill("\u0000")).length, 50);
});

Deno.test("storable() leaves out what the database cannot hold, and nothing else", () => {
  assert.equal(storable("a\u0000b\ud800c\ud83d\ude00\udc00"), "abc\ud83d\ude00");
  assert.equal(storable("a\u0001\uffff\n"), "a\u0001\uffff\n");
});
