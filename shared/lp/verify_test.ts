/** Answers are judged in our own arithmetic: good ones pass, and each kind of bad one does not. */
import assert from "node:assert/strict";
import { LpBuilder } from "./mod.ts";
import { columnDuals, isFeasible, objectiveOf, roundIntegers } from "./verify.ts";
import { textbook } from "./testing/textbook.ts";

const at = (...x: number[]) => Float64Array.from(x);

Deno.test("objectiveOf() and columnDuals() add up by hand", () => {
  assert.equal(objectiveOf(textbook(), at(3, 1)), 11);
  assert.deepEqual([...columnDuals(textbook(), at(2, 0))], [1, 0]);
  assert.deepEqual([...columnDuals(textbook(), at(0, 1))], [2, -1]);
});

Deno.test("isFeasible() refuses what lies outside a bound or a row, by more than a rounding", () => {
  const model = textbook();
  for (const x of [at(3, 1), at(0, 0), at(0, 3), at(3 + 1e-9, 1)]) assert.ok(isFeasible(model, x));
  const outside: [string, Float64Array][] = [
    ["above an upper bound", at(3.01, 0)],
    ["below a lower bound", at(-0.01, 0)],
    ["above the first row", at(3, 1.01)],
    ["above the second row", at(0, 3.01)],
    ["no number", at(NaN, 0)],
  ];
  for (const [what, x] of outside) assert.equal(isFeasible(model, x), false, what);
  const equation = new LpBuilder("max"), row = equation.addRow(2, 2);
  equation.addColumn(1, 0, Infinity);
  equation.add(row, 1);
  assert.deepEqual([1.99, 2, 2.01].map((x) => isFeasible(equation.build(), at(x))), [
    false,
    true,
    false,
  ]);
});

Deno.test("isFeasible() measures a row by its own terms: large ones may round, small ones may not", () => {
  const builder = new LpBuilder("max"), row = builder.addRow(-Infinity, 0);
  for (const entry of [1, -1]) {
    builder.addColumn(0, 0, Infinity);
    builder.add(row, entry);
  }
  const model = builder.build();
  assert.equal(isFeasible(model, at(1e9 + 1, 1e9)), true);
  assert.equal(isFeasible(model, at(1.001, 1)), false);
});

Deno.test("roundIntegers() makes near whole values whole, and refuses those between", () => {
  const model = textbook(true), near = at(2.999999, 1.000001);
  assert.equal(roundIntegers(model, near), true);
  assert.deepEqual([...near], [3, 1]);
  for (const between of [2.5, 2.9999, NaN]) {
    assert.equal(roundIntegers(model, at(between, 1)), false);
  }
  const continuous = at(2.5, 1);
  assert.equal(roundIntegers(textbook(), continuous), true);
  assert.equal(continuous[0], 2.5);
});
