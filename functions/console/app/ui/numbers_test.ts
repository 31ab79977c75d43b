// What is taken for a number, and what is not.

import assert from "node:assert/strict";
import { numberOf, numbersIn, wholeOf } from "./numbers.ts";

Deno.test("numbers are taken as people write them", () => {
  const taken: [string, number][] = [
    ["7", 7],
    [" 7 ", 7],
    ["７", 7],
    ["007", 7],
    ["1,000", 1000],
    ["1 000", 1000],
    ["1\u00a0000", 1000],
    ["1,234,567.5", 1234567.5],
    ["0.5", 0.5],
    ["0,5", 0.5],
    ["0,125", 0.125],
    [".5", 0.5],
    ["+3", 3],
    ["−2", -2],
  ];
  for (const [typed, value] of taken) assert.equal(numberOf(typed), value, typed);
  assert.ok(Object.is(numberOf("-0"), 0), "zero has no sign");
});

Deno.test("what a program might read as a number, and nobody means, is none", () => {
  const none = [
    "",
    " ",
    "1e3",
    "0x10",
    "0b1",
    "Infinity",
    "NaN",
    "1,00,0",
    "1,000 000",
    "1.2.3",
    "7 lines",
    "--1",
    ".",
  ];
  for (const typed of none) assert.equal(numberOf(typed), null, typed);
});

Deno.test("wholeOf() takes no fraction, and nothing beyond what is exact", () => {
  assert.deepEqual(["1.5", "9007199254740993", "12.0", "-4"].map(wholeOf), [null, null, 12, -4]);
});

Deno.test("a row of numbers is taken as it is typed, or pasted from a spreadsheet", () => {
  for (const typed of ["10, 10, 12", "10 10 12", "10;10;12", "10\t10\t12", " 10\n10\r\n12 ,"]) {
    assert.deepEqual(numbersIn(typed), ["10", "10", "12"], typed);
  }
  assert.deepEqual(numbersIn(""), []);
});
