import assert from "node:assert/strict";
import { check } from "../check/mod.ts";
import { complete } from "../arithmetic/chain.ts";
import { openSearch } from "../forms/mod.ts";
import { KNOWN, LEAST_TWINS, PALINDROMIC_PRIMES } from "../testing/known.ts";
import { GP, gp } from "../testing/outside.ts";
import { testCandidate } from "./candidate.ts";
import { testNumber } from "./number.ts";
import { NOTHING_KNOWN } from "./prove.ts";

/** Expressions of the primes among a search's candidates; every proof is checked. */
function primesOf(form: string, params: Record<string, unknown>): string[] {
  const search = openSearch(form, params);
  const found: string[] = [];
  for (let i = 0; i < search.size; i++) {
    const candidate = search.candidate(i);
    const verdict = complete(testCandidate(candidate));
    if (verdict.kind === "composite") continue;
    found.push(candidate.expression);
    if (verdict.kind !== "prime") continue;
    const input = { form, expression: candidate.expression, certificate: verdict.certificate };
    const result = complete(check(JSON.parse(JSON.stringify(input))));
    assert.ok(result.valid, `${candidate.expression}: ${result.valid || result.reason}`);
  }
  return found;
}

for (const { source, form, params, pick, values } of KNOWN) {
  Deno.test(`testCandidate() finds ${form} ${JSON.stringify(params)} as in ${source}`, () => {
    const found = primesOf(form, params).map((expression) => Number(pick.exec(expression)![1]));
    assert.deepEqual(found, values);
  });
}

Deno.test("testCandidate() finds the least twins of A063983", () => {
  LEAST_TWINS.slice(0, 31).forEach((k, n) => {
    const found = primesOf("twin", { n, min_k: 1, max_k: k });
    assert.deepEqual(found, [`${k}*2^${n} +/- 1`]);
  });
});

Deno.test("testCandidate() finds as many palindromes as A016115", () => {
  PALINDROMIC_PRIMES.forEach((count, i) => {
    const digits = i + 1;
    if (digits > 2 && digits % 2 === 0) return;
    const found = primesOf("palindromic", { min_digits: digits, max_digits: digits });
    assert.equal(found.length, count, `${digits} digits`);
  });
});

Deno.test("n!+1 is proven by its smallest primes alone: as many as are more than the root, not all up to n", () => {
  for (const [n, most] of [[340, 17], [427, 17], [399, 17]]) {
    const search = openSearch("factorial", { start: n, end: n, sign: "+" });
    const verdict = complete(testCandidate(search.candidate(0)));
    assert.equal(verdict.kind, "prime");
    const text = JSON.stringify((verdict as { certificate: unknown }).certificate);
    const named = [...text.matchAll(/"(?:prime|factor|q)":"(\d+)"/g)].map(([, q]) => Number(q));
    assert.ok(
      named.length >= 4 && named.length <= 7,
      `${n}!+1 by ${named} in ${text.slice(0, 300)}`,
    );
    assert.ok(Math.max(...named) <= most, `${named}`);
  }
});

Deno.test("testNumber() proves primes without any form, and calls no composite prime", () => {
  const primes = [10n ** 25n + 13n, 10n ** 30n + 57n, 10n ** 34n + 193n, 10n ** 40n + 121n];
  for (const n of primes) {
    const verdict = complete(testNumber(n, n.toString(), NOTHING_KNOWN));
    assert.equal(verdict.kind, "prime", `${n}: ${JSON.stringify(verdict)}`);
  }
  // A square, a product of near primes, strong pseudoprimes to many bases (Arnault; Bleichenbacher).
  const composites = [
    (10n ** 15n + 37n) ** 2n,
    (10n ** 15n + 37n) * (10n ** 15n + 91n),
    3317044064679887385961981n,
    1195068768795265792518361315725116351898245581n,
    68528663395046912244223605902738356719751082784386681071n,
  ];
  for (const n of composites) {
    const verdict = complete(testNumber(n, n.toString(), NOTHING_KNOWN));
    assert.equal(verdict.kind, "composite", `${n}`);
  }
});

Deno.test("testNumber() says of a prime that nobody can factor around that it is only probable", () => {
  // The least prime of 1,000 digits: of N-1 and N+1 only small factors are known.
  const verdict = complete(testNumber(10n ** 999n + 7n, "10^999 + 7", NOTHING_KNOWN));
  assert.ok(verdict.kind === "probable", verdict.kind);
  assert.match(verdict.reason, /^of the 1000 digits of N-1 and of N\+1 only \d+ and \d+ could/);
});

Deno.test({
  name: `isprime() of PARI/GP agrees with every verdict on a range of each form${GP.note}`,
  ignore: !GP.available,
  fn() {
    const expressions: string[] = [];
    const verdicts: boolean[] = [];
    const searches: [string, Record<string, unknown>][] = [
      ["factorial", { start: 60, end: 80 }],
      ["kbn", { n: 90, min_k: 1, max_k: 120 }],
      ["kbn", { base: 10, n: 35, min_k: 1, max_k: 100 }],
      ["near_repdigit", { min_digits: 29, max_digits: 29 }],
      ["palindromic", { min_digits: 31, max_digits: 31, offset: "5000", count: 150 }],
    ];
    for (const [form, params] of searches) {
      const search = openSearch(form, params);
      for (let i = 0; i < search.size; i++) {
        const candidate = search.candidate(i);
        expressions.push(candidate.members[0].value().toString());
        const verdict = complete(testCandidate(candidate));
        assert.notEqual(verdict.kind, "probable", candidate.expression);
        verdicts.push(verdict.kind === "prime");
      }
    }
    const answers = gp(expressions.map((n) => `print(isprime(${n}));`).join("\n") + "\n");
    assert.deepEqual(answers.map((line) => line === "1"), verdicts);
  },
});
