import assert from "node:assert/strict";
import { MAX_BLOCK_CANDIDATES } from "./engine.ts";
import { describeSearches, planWork } from "./work.ts";

const SEARCH = { form: "kbn", params: { n: 1000, min_k: 1, max_k: 99_999, sign: "+" } };

Deno.test("blocks are cut by what they have cost, where that is known", () => {
  const model = planWork(SEARCH);
  const dear = planWork(SEARCH, undefined, { coeff_a: 100, coeff_b: 2 });
  const cheap = planWork(SEARCH, undefined, { coeff_a: 0.000001, coeff_b: 2 });
  assert.ok(dear.blockSize < model.blockSize && dear.cpuSeconds > model.cpuSeconds);
  assert.ok(cheap.blockSize > model.blockSize && cheap.cpuSeconds < model.cpuSeconds);
  for (const { blocks, blockSize, candidates } of [model, dear, cheap]) {
    assert.equal(blocks, Math.ceil(candidates / blockSize));
    assert.ok(blocks <= 10_000 && blockSize <= MAX_BLOCK_CANDIDATES);
  }
  assert.equal(planWork(SEARCH, 70, { coeff_a: 100, coeff_b: 2 }).blockSize, 70);
});

Deno.test("a short search has blocks for several isolates, a tiny one does not", () => {
  const short = planWork({ form: "factorial", params: { start: 200, end: 260 } });
  assert.ok(short.blocks >= 4, `${short.blocks}`);
  assert.equal(planWork({ form: "mersenne", params: { min_exp: 2, max_exp: 31 } }).blocks, 1);
});

Deno.test("whatever can be asked for is described, the survey last", () => {
  const names = describeSearches().map(({ name }) => name);
  assert.equal(names.length, new Set(names).size);
  assert.equal(names[names.length - 1], "survey");
});
