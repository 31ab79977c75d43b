import assert from "node:assert/strict";
import { COUNTS, PALINDROMIC_PRIMES } from "./testing/known.ts";
import {
  prepareSurvey,
  surveyFinds,
  type SurveyInput,
  type SurveyResult,
  SURVEYS,
} from "./survey.ts";

function run(input: SurveyInput, looks = Infinity): SurveyResult {
  const survey = prepareSurvey(input);
  let state = survey.start();
  while (!survey.done(state)) {
    let left = looks;
    const remainingMs = () => left-- > 0 ? 1000 : 0;
    state = survey.step(JSON.parse(JSON.stringify(state)), { remainingMs });
  }
  return survey.outcome(state);
}

Deno.test("surveys count as OEIS does below 10, 100, ... 10^7", () => {
  for (const what of ["primes", "twins", "sophie_germain"] as const) {
    COUNTS[what].slice(0, 7).forEach((count, i) => {
      assert.equal(
        run({ what, from: 0, to: 10 ** (i + 1) - 1 }).count,
        count,
        `${what} 10^${i + 1}`,
      );
    });
  }
  PALINDROMIC_PRIMES.forEach((count, i) => {
    const survey = run({ what: "palindromes", from: 10 ** i, to: 10 ** (i + 1) - 1 });
    assert.equal(survey.count, count, `${i + 1} digits`);
  });
});

Deno.test("surveys agree with trial division on every short range", () => {
  const prime = (n: number) => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return n > 1;
  };
  const counts: Record<SurveyInput["what"], (n: number) => boolean> = {
    primes: prime,
    twins: (n) => prime(n) && prime(n + 2),
    sophie_germain: (n) => prime(n) && prime(2 * n + 1),
    palindromes: (n) => prime(n) && `${n}` === [...`${n}`].reverse().join(""),
  };
  for (const what of SURVEYS) {
    for (let from = 0; from < 40; from++) {
      for (const to of [from, from + 1, from + 2, from + 13, 131]) {
        const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(
          counts[what],
        );
        const { count, first, last, sum } = run({ what, from, to });
        assert.deepEqual(
          [count, first, last, sum],
          [
            numbers.length,
            numbers[0] ?? null,
            numbers[numbers.length - 1] ?? null,
            `${numbers.reduce((a, b) => a + b, 0)}`,
          ],
          `${what} ${from}..${to}`,
        );
      }
    }
  }
});

Deno.test("a survey comes to the same whatever its blocks and slices are", () => {
  for (const what of SURVEYS) {
    const whole = run({ what, from: 0, to: 2_000_000 });
    for (const size of [300_001, 999_983]) {
      const blocks: SurveyResult[] = [];
      for (let from = 0; from <= 2_000_000; from += size) {
        blocks.push(run({ what, from, to: Math.min(2_000_000, from + size - 1) }, 3));
      }
      const counted = blocks.filter(({ count }) => count > 0);
      assert.deepEqual(
        [
          blocks.reduce((sum, { count }) => sum + count, 0),
          counted[0].first,
          counted.at(-1)!.last,
          blocks.reduce((all, { sum }) => BigInt.asUintN(64, all + BigInt(sum)), 0n).toString(),
        ],
        [whole.count, whole.first, whole.last, whole.sum],
        `${what} in blocks of ${size}`,
      );
    }
  }
});

Deno.test("what a survey will count is known beforehand, about", () => {
  for (
    const [what, to, count] of [
      ["primes", 1e7, 664_579],
      ["twins", 1e7, 58_980],
      ["sophie_germain", 1e7, 56_032],
      ["palindromes", 1e7, 781],
      ["palindromes", 1e6, 113],
    ] as const
  ) {
    const expected = surveyFinds({ what, from: 0, to });
    assert.ok(Math.abs(expected / count - 1) < 0.2, `${what} ${to}: ${expected}`);
  }
  assert.equal(surveyFinds({ what: "primes", from: 1, to: 1 }), 0);
  assert.equal(surveyFinds({ what: "palindromes", from: 1000, to: 9999 }), 0);
});

Deno.test("surveys refuse what is no range", () => {
  for (const input of [{ what: "primes", from: 5, to: 4 }, { what: "evens", from: 1, to: 2 }, {}]) {
    assert.throws(() => prepareSurvey(input as SurveyInput), { code: "INVALID_PARAMS" });
  }
});
