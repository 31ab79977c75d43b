import assert from "node:assert/strict";
import type { PrimeSearchRun } from "../../../../shared/client/mod.ts";
import { planSearch, prepareBlock } from "../../../../shared/primes/engine.ts";
import { paramsWords, proofWords, searchState, shortExpression, surenessOf } from "./words.ts";

function proofs(form: string, params: Record<string, unknown>): unknown[] {
  const end = planSearch({ form, params }).candidates - 1;
  const block = prepareBlock({ form, params, start: 0, end, sieveDepth: 100 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  return block.outcome(state).finds.map(({ certificate }) => certificate);
}

Deno.test("every kind of proof that a search makes has its words", () => {
  const said = [
    ...proofs("factorial", { start: 3, end: 80 }),
    ...proofs("kbn", { k: 3, min_n: 189, max_n: 216 }),
    ...proofs("twin", { n: 20, min_k: 3, max_k: 99 }),
    ...proofs("sophie_germain", { n: 80, min_k: 1, max_k: 3001 }),
    ...proofs("repunit", { min_n: 2, max_n: 30 }),
    null,
    { type: "ecpp", steps: [1, 2], last: { type: "small" } },
  ].map(proofWords);
  const all = said.flat().join("\n");
  for (
    const word of ["2^64", "Proth", "Riesel", "Pocklington", "Morrison", "curves", "first number"]
  ) {
    assert.ok(all.includes(word), word);
  }
  assert.ok(said.every((sentences) => sentences.length > 0 && !sentences[0].includes("undefined")));
  assert.deepEqual(said.filter(([first]) => first.startsWith("Nothing")).length, 1);
});

Deno.test("a search says what it does, and what it came to", () => {
  const run = (given: Partial<PrimeSearchRun>) =>
    searchState({
      status: "PENDING",
      paused_at: null,
      progress: null,
      result: null,
      form: "kbn",
      ...given,
    });
  assert.equal(run({}), "waits for its turn");
  assert.equal(run({ paused_at: "x" }), "paused");
  const progress = { current: "3*2^5 + 1", found: 1 } as never;
  assert.equal(run({ status: "GENERATING", progress }), "testing 3*2^5 + 1");
  const result = { found: 1234, missing: [{}] } as never;
  assert.equal(run({ status: "COMPLETED", result }), "1,234 found");
  assert.equal(run({ status: "COMPLETED", result, form: "survey" }), "1,234 counted");
  assert.equal(run({ status: "FAILED", result }), "1 block could not be worked, 1,234 found");
});

Deno.test("long expressions are cut in the middle, and sureness has three degrees", () => {
  assert.equal(shortExpression("1".repeat(99), 11), "11111…11111");
  assert.equal(paramsWords({ min_n: 1, sign: "+" }), "min n 1, sign +");
  assert.deepEqual(
    [[true, "deterministic"], [false, "deterministic"], [false, "probabilistic"]].map((
      [verified, proof_method],
    ) => surenessOf({ verified, proof_method } as never).tone),
    ["ok", "info", "warn"],
  );
});
