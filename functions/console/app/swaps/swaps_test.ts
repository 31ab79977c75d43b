// How swaps are listed, and in which words.

import assert from "node:assert/strict";
import type { ManagedSwap } from "../../../../shared/client/mod.ts";
import { decided, effectName, partWords, shownSwaps, stateWords, whatWords } from "./swaps.ts";

const swap = (state: ManagedSwap["state"], more: Partial<ManagedSwap> = {}) =>
  ({ swap: state, state, terms: [1], voidCode: null, ...more }) as ManagedSwap;

Deno.test("what waits for a decision comes first; what is over stands apart", () => {
  const all = [swap("asked"), swap("approved"), swap("agreed"), swap("void")];
  assert.deepEqual(shownSwaps(all, "open").map(({ state }) => state), ["agreed", "asked"]);
  assert.deepEqual(shownSwaps(all, "over").map(({ state }) => state), ["approved", "void"]);
});

Deno.test("swaps are told in words", () => {
  assert.equal(whatWords(swap("asked", { terms: [] })), "whole lines");
  assert.equal(whatWords(swap("asked", { terms: [2] })), "term 2");
  assert.equal(whatWords(swap("asked", { terms: [2, 3, 5] })), "terms 2, 3 and 5");
  const rotation = { positionName: "Surgery JMO", hospital: "Base" };
  const rotations = [{ ...rotation, term: 1 }, { ...rotation, term: 2 }] as never;
  assert.equal(partWords({ rotations }), "1: Surgery JMO, Base; 2: Surgery JMO, Base");
  assert.equal(stateWords(swap("agreed")), "waits for you");
  assert.equal(
    stateWords(swap("void", { voidCode: "LINE_CHANGED" })),
    "void: a line was changed meanwhile",
  );
  assert.equal(stateWords(swap("refused")), "refused");
});

Deno.test("rules are told by their names", () => {
  const effect = (rule: string) => ({ side: "from" as const, rule, message: "", terms: [] });
  const nameOf = (rule: string) => rule.toLowerCase();
  assert.equal(effectName(effect("LINKED"), nameOf), "Couples");
  assert.equal(effectName(effect("REQUIRED_CATEGORIES"), nameOf), "required_categories");
});

Deno.test("a swap that was over by itself is not told as decided", () => {
  const of = { from: { doctor: "Ann" }, to: { doctor: "Bo" } } as ManagedSwap;
  assert.deepEqual(decided(of, { state: "refused", voidCode: null }), {
    tone: "ok",
    title: "Swap refused",
    message: "Ann and Bo are told.",
  });
  assert.deepEqual(decided(of, { state: "void", voidCode: "DOCTOR_LEFT" }), {
    tone: "warn",
    title: "This swap was over already",
    message: "void: somebody left",
  });
  assert.equal(decided(of, { state: "expired", voidCode: null }).message, "not decided in time");
});
