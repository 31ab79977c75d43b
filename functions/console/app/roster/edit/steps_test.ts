import assert from "node:assert/strict";
import type { Lines } from "./draft.ts";
import { Steps } from "./steps.ts";

const state = (name: string) => [{ name }] as unknown as Lines;
const [A, B, C] = ["A", "B", "C"].map(state);

Deno.test("steps go back and forth, and say what the next one is", () => {
  const steps = new Steps(A);
  assert.equal(steps.back(), false);
  steps.take(B, "to B");
  steps.take(C, "to C");
  assert.deepEqual([steps.undoes, steps.redoes], ["to C", undefined]);
  assert.equal(steps.back(), true);
  assert.equal(steps.lines.value, B);
  assert.deepEqual([steps.undoes, steps.redoes], ["to B", "to C"]);
  assert.equal(steps.back(), true);
  assert.equal(steps.forth(), true);
  assert.equal(steps.forth(), true);
  assert.equal(steps.lines.value, C);
  assert.equal(steps.forth(), false);
});

Deno.test("a step forgets what could have been done again; a restart forgets both ways", () => {
  const steps = new Steps(A);
  steps.take(B, "to B");
  steps.back();
  steps.take(C, "to C");
  assert.equal(steps.redoes, undefined);
  steps.restart(B);
  assert.deepEqual([steps.undoes, steps.redoes, steps.lines.value], [undefined, undefined, B]);
});
