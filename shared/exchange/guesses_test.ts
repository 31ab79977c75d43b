// What may have been meant by a name that is none: the nearest, where it is near, and not for a whole file of such names.

import assert from "node:assert/strict";
import { didYouMean, GuessBudget, Guesses } from "./guesses.ts";
import { MAX_GUESSES } from "./limits.ts";

Deno.test("the nearest name is guessed, in any case, where few letters differ", () => {
  const guesses = new Guesses(["Line 1", "Rural line", "Surgery"]);
  assert.equal(guesses.nearest("rurel LINE"), "Rural line");
  assert.equal(guesses.nearest("Sugery"), "Surgery");
  assert.equal(guesses.nearest("Psychiatry"), null);
  assert.equal(guesses.nearest("xy"), null, "of two letters nothing is left");
  assert.equal(didYouMean("Rural line"), '; did you mean "Rural line"?');
  assert.equal(didYouMean(null), "");
});

Deno.test("a file has guesses for so many names, and each text is looked for once", () => {
  const budget = new GuessBudget();
  const guesses = new Guesses(["Surgery"], budget);
  for (let row = 0; row < 2 * MAX_GUESSES; row++) guesses.nearest("Sugery");
  assert.equal(budget.left, MAX_GUESSES - 1);
  for (let row = 0; row < MAX_GUESSES; row++) guesses.nearest(`Surger${row}`);
  assert.equal(guesses.nearest("Surgry"), null, "they are used up");
  assert.equal(guesses.nearest("Sugery"), "Surgery");
});
