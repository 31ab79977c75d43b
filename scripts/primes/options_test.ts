import assert from "node:assert/strict";
import { FORMS } from "../../shared/primes/forms/mod.ts";
import { help, parsePrimesOptions, PrimesUsageError } from "./options.ts";

const parse = (line: string) => parsePrimesOptions(line.split(" "));

Deno.test("a form's options become its parameters, and --from and --to its range", () => {
  const cases: [string, string, Record<string, number | string>][] = [
    ["--form factorial --from 1 --to 500", "factorial", { start: 1, end: 500 }],
    [
      "--form kbn --base 2 --n 127 --sign + --from 1 --to 999",
      "kbn",
      { base: 2, n: 127, sign: "+", min_k: 1, max_k: 999 },
    ],
    ["--form kbn --k 3 --from 1 --to 500", "kbn", { k: 3, min_n: 1, max_n: 500 }],
    ["--form kbn --k 3 --sign - --min-n 1 --to 5", "kbn", { k: 3, sign: "-", min_n: 1, max_n: 5 }],
    ["--form gen_fermat --fermat-exp 3 --from 2 --to 99", "gen_fermat", {
      fermat_exp: 3,
      min_base: 2,
      max_base: 99,
    }],
    ["--form palindromic --from 3 --to 5 --count 7", "palindromic", {
      min_digits: 3,
      max_digits: 5,
      count: 7,
    }],
    ["--form survey --what twins --from 0 --to 1000", "survey", {
      what: "twins",
      from: 0,
      to: 1000,
    }],
  ];
  for (const [line, form, params] of cases) {
    const options = parse(line);
    assert.deepEqual([options.form, options.params], [form, params], line);
  }
  const options = parse("--form mersenne --from 2 --to 31 --json --isolates 1 --block-size 9");
  assert.deepEqual([options.json, options.isolates, options.blockSize], [true, 1, 9]);
});

Deno.test("a wrong option is told, with what would be right", () => {
  const cases: [string, RegExp][] = [
    ["--from 1", /--form is missing; it takes one of factorial, primorial/],
    ["--form fib --from 1 --to 2", /--form takes one of .*, not "fib"/],
    [
      "--form factorial --from 1 --to 9 --base 2",
      /factorial has no option --base; it has --from, --to, --start/,
    ],
    ["--form factorial --from 1", /--to is missing: last n/],
    [
      "--form factorial --from 1 --to nine",
      /--to takes a whole number from 0 to 100000, not "nine"/,
    ],
    ["--form factorial --from -3 --to 9", /--from takes a whole number from 0 to 100000, not "-3"/],
    ["--form palindromic --from 1 --to 3 --offset x", /--offset: is to be a whole number, as text/],
    ["--form factorial --from 1 --start 1 --to 9", /--from and --start are the same/],
    ["--form factorial --from 1 --to 9 --sign x", /--sign takes one of \+, -, both, not "x"/],
    ["--form gen_fermat --from 2 --to 9", /--fermat-exp is missing/],
    ["--form factorial --from 9 --to 2", /--to: 2 is below the range's beginning, 9/],
    ["--form kbn --from 1 --to 5", /--k: give either k \(with min_n/],
    ["--form palindromic --from 1 --to 400", /--count: there are 4{9}/],
    ["--form factorial --from 1 --to 9 --block-size 20001", /--block-size: is to be 1 to 20000/],
    ["--form factorial --from 1 --to 9 --isolates 0", /--isolates takes a whole number from 1/],
    ["--form factorial --from 1 --to 9 --colour", /colour/],
    ["factorial", /factorial/],
  ];
  for (const [line, message] of cases) {
    assert.throws(
      () => parse(line),
      (error: Error) =>
        error instanceof PrimesUsageError && message.test(error.message) ||
        assert.fail(`${line}: ${error.message}`),
    );
  }
});

Deno.test("--help names every form and needs no form", () => {
  assert.ok(parse("--help").help);
  for (const { name } of FORMS) assert.match(help(), new RegExp(`^  ${name}: `, "m"));
  assert.match(help(), /--fermat-exp/);
  assert.match(help(), /min_n and max_n, or min_k and max_k/);
});
