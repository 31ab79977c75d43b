import assert from "node:assert/strict";
import { type BlockState, type Composite, planSearch, prepareBlock } from "./engine.ts";
import { packEvidence, unpackEvidence } from "./evidence.ts";

Deno.test("evidence of composites is kept in a few bytes and comes back as it was", () => {
  for (
    const [form, params] of [
      ["factorial", { start: 1, end: 120 }],
      ["twin", { n: 60, min_k: 3, max_k: 2001 }],
      ["mersenne", { min_exp: 2, max_exp: 500 }],
    ] as const
  ) {
    const { candidates } = planSearch({ form, params });
    const block = prepareBlock({ form, params, start: 0, end: candidates - 1, sieveDepth: 3000 });
    let state: BlockState = block.start();
    while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
    const composites = block.composites(state);
    assert.ok(composites.length > 10);
    const packed = packEvidence(0, candidates - 1, composites);
    assert.deepEqual(unpackEvidence(0, JSON.parse(JSON.stringify(packed))), composites);
    assert.ok(packed.factors.length < 3 * candidates, `${packed.factors.length}`);
  }
});

Deno.test("evidence holds factors of any size that a sieve has", () => {
  const composites: Composite[] = [
    { index: 7, factor: "2" },
    { index: 9, factor: `${2 ** 26 - 5}` },
    { index: 10, member: 1, factor: "123456789012345678901234567890" },
    { index: 11, member: 0, test: "fermat", base: "3", res64: "00ff" },
  ];
  assert.deepEqual(unpackEvidence(7, packEvidence(7, 12, composites)), composites);
});

Deno.test("torn evidence is refused", () => {
  const whole = packEvidence(0, 1, [{ index: 0, factor: "1009" }, {
    index: 1,
    member: 0,
    test: "fermat",
    base: "3",
    res64: "1",
  }]);
  for (
    const evidence of [
      { ...whole, residues: [] },
      { ...whole, residues: [...whole.residues, ...whole.residues] },
      { ...whole, factors: whole.factors.slice(0, 1) + "A" },
    ]
  ) {
    assert.throws(() => unpackEvidence(0, evidence), { code: "INVALID_BLOCK" });
  }
});
