import assert from "node:assert/strict";
import { type BlockResult, planSearch, prepareBlock } from "./engine.ts";
import { expectedFinds } from "./expect.ts";

const unlimited = { remainingMs: () => Infinity };

function found(form: string, params: Record<string, unknown>): BlockResult {
  const end = planSearch({ form, params }).candidates - 1;
  const block = prepareBlock({ form, params, start: 0, end, sieveDepth: 1000 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, unlimited);
  return block.outcome(state);
}

Deno.test("expectedFinds() is within a factor of two of what is found", () => {
  const searches: [string, Record<string, unknown>][] = [
    ["kbn", { n: 100, min_k: 1, max_k: 3999, sign: "+" }],
    ["twin", { n: 40, min_k: 1, max_k: 19_999 }],
    ["gen_fermat", { fermat_exp: 3, min_base: 2, max_base: 6000 }],
    ["palindromic", { min_digits: 9, max_digits: 9, count: 3000 }],
  ];
  for (const [form, params] of searches) {
    const [expected, really] = [expectedFinds({ form, params }), found(form, params).finds.length];
    assert.ok(
      really > 10 && expected > really / 2 && expected < really * 2,
      `${form}: ${expected}, ${really}`,
    );
  }
});

Deno.test("expectedFinds() takes searches of any size, and of a single candidate", () => {
  assert.ok(
    expectedFinds({ form: "factorial", params: { start: 1000, end: 1000, sign: "+" } }) < 1,
  );
  assert.ok(expectedFinds({ form: "kbn", params: { n: 3000, min_k: 1, max_k: 2 ** 40 } }) > 1e6);
});
