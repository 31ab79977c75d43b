// What beginnings remember, against what lines hold.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { TermMemory } from "./term_memory.ts";

Deno.test("an element is kept out where it comes again between the terms of a line that held it twice, and else nowhere", () => {
  const random = new Random(412), terms = 9, elements = 4;
  let kept = 0, barred = 0;
  for (let n = 0; n < 40; n++) {
    const memory = new TermMemory(terms, elements);
    const spans: { i: number; from: number; to: number }[] = [];
    if (n % 2 === 0) {
      assert.notEqual(memory.once(0), 0);
      spans.push({ i: 0, from: 0, to: terms - 1 });
    }
    for (let lines = 0; lines < 8; lines++) {
      const line = drawLine(random, terms, elements);
      for (let i = 1; i < elements; i++) {
        if (!memory.keepApart(i, line)) continue;
        kept++;
        const at = line.flatMap((j, t) => j === i ? [t] : []);
        for (let m = 1; m < at.length; m++) spans.push({ i, from: at[m - 1], to: at[m] });
      }
    }
    for (let tries = 0; tries < 50; tries++) {
      const line = drawLine(random, terms, elements);
      let held = 0;
      line.forEach((i, t) => {
        const isOut = (held & memory.bars[t * elements + i]) !== 0;
        const isAgain = spans.some((span) =>
          span.i === i && t <= span.to && line.slice(span.from, t).includes(i)
        );
        assert.equal(isOut, isAgain, `${line} at ${t}`);
        if (isOut) barred++;
        held = held & memory.carried[t] | memory.sets[t * elements + i];
        assert.equal(held & ~memory.used[t], 0);
      });
    }
  }
  assert.ok(kept > 200 && barred > 200, `${kept} ${barred}`);
});

Deno.test("an element that comes again far behind, or in line after line, is not kept apart, and bits of other terms are used again", () => {
  const memory = new TermMemory(9, 2);
  assert.equal(memory.keepApart(0, [0, 1, 1, 1, 1, 0, 1, 1, 1]), false);
  assert.equal(memory.keepApart(0, [1, 0, 1, 1, 1, 1, 1, 1, 1]), false);
  for (let n = 0; n < 3; n++) {
    const line = Array.from({ length: 9 }, (_, t) => t === 3 * n || t === 3 * n + 2 ? 0 : 1);
    assert.equal(memory.keepApart(0, line), true);
  }
  assert.equal(memory.used.reduce((all, bits) => all | bits, 0), 1 << 30);
  assert.equal(memory.once(0), 1);
});

function drawLine(random: Random, terms: number, elements: number): number[] {
  return Array.from({ length: terms }, () => random.below(elements));
}
