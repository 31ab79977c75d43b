/** Models and options that must not reach GLPK are refused with a stable code. */
import assert from "node:assert/strict";
import { LP_LIMITS, type LpModel, LpModelError, type LpOptions, solveLp } from "./mod.ts";
import { validateModel, validateOptions } from "./model.ts";
import { randomMaster, randomModel, randomSource } from "./testing/random_models.ts";
import { textbook } from "./testing/textbook.ts";

/** Every fault that must not reach GLPK, with its code. */
const faults: [string, (model: LpModel) => void, string][] = [
  ["a NaN cost", (m) => m.objective[0] = NaN, "not_finite"],
  ["an infinite cost", (m) => m.objective[1] = Infinity, "not_finite"],
  ["a NaN entry", (m) => m.value[1] = NaN, "not_finite"],
  ["an infinite entry", (m) => m.value[1] = -Infinity, "not_finite"],
  ["a NaN bound", (m) => m.colUpper[0] = NaN, "not_finite"],
  ["a NaN row bound", (m) => m.rowUpper[0] = NaN, "not_finite"],
  ["crossed bounds", (m) => m.colLower[0] = 4, "bounds"],
  ["crossed row bounds", (m) => m.rowLower[0] = 5, "bounds"],
  ["a lower bound of Infinity", (m) => {
    m.colLower[1] = Infinity;
  }, "bounds"],
  ["a duplicate row in a column", (m) => m.index[1] = 0, "duplicate"],
  ["a row out of range", (m) => m.index[1] = 2, "index"],
  ["a negative row", (m) => m.index[1] = -1, "index"],
  ["falling starts", (m) => m.starts[1] = 5, "shape"],
  ["starts not from 0", (m) => m.starts[0] = 1, "shape"],
  ["a short array", (m) => m.colLower = m.colLower.subarray(1), "shape"],
  ["too few entries", (m) => m.value = m.value.subarray(1), "shape"],
  ["a fractional count", (m) => m.cols = 1.5, "shape"],
  ["a wrong sense", (m) => m.sense = "maximum" as "max", "shape"],
  ["too many rows", (m) => m.rows = LP_LIMITS.rows + 1, "too_large"],
  ["integer flags of the wrong length", (m) => m.integer = new Uint8Array(1), "shape"],
];

Deno.test("solveLp() refuses every bad model with its code and still solves good ones", () => {
  for (const [what, breakIt, code] of faults) {
    const model = textbook();
    breakIt(model);
    assert.throws(
      () => solveLp(model),
      (error: unknown) => error instanceof LpModelError && error.code === code,
      what,
    );
    assert.equal(solveLp(textbook()).objective, 11, `after ${what}`);
  }
});

Deno.test("solveLp() refuses options outside their range", () => {
  const bad: LpOptions[] = [{ workLimit: 0 }, { workLimit: NaN }, { workLimit: -1 }];
  for (const options of bad) assert.throws(() => solveLp(textbook(), options), LpModelError);
});

Deno.test("validateModel() refuses more entries and integer columns than a step may take", () => {
  const cols = LP_LIMITS.integers + 1;
  const wide: LpModel = {
    sense: "min",
    cols,
    rows: 0,
    rowLower: new Float64Array(0),
    rowUpper: new Float64Array(0),
    objective: new Float64Array(cols),
    colLower: new Float64Array(cols),
    colUpper: new Float64Array(cols),
    starts: new Int32Array(cols + 1),
    index: new Int32Array(0),
    value: new Float64Array(0),
  };
  validateModel(wide);
  const refused = (model: LpModel) =>
    assert.throws(
      () => validateModel(model),
      (error: unknown) => error instanceof LpModelError && error.code === "too_large",
    );
  refused({ ...wide, integer: new Uint8Array(cols).fill(1) });
  refused({ ...wide, starts: wide.starts.with(cols, LP_LIMITS.entries + 1) });
});

Deno.test("validateModel() and validateOptions() let good ones pass", () => {
  const random = randomSource(17);
  for (let n = 0; n < 100; n++) {
    validateModel(randomModel(random, { rows: n % 6, cols: n % 7, integer: n % 2 === 0 }));
  }
  validateModel(randomMaster(random, 20, 50));
  for (const options of [{}, { workLimit: 1 }, { workLimit: 1e9 }]) validateOptions(options);
});
