import assert from "node:assert/strict";
import { ExponentFinder } from "./discrete_log.ts";
import { OddSieve, primesBetween, primesFrom } from "./primes.ts";
import { inverseMod, mulMod, powMod } from "./residues.ts";

Deno.test("primesBetween() has the right number of primes, whatever the ends", () => {
  assert.deepEqual(primesBetween(0, 30), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
  assert.deepEqual(primesBetween(29, 31), [29, 31]);
  assert.deepEqual(primesBetween(24, 28), []);
  assert.equal(primesBetween(2, 1_000_000).length, 78_498);
  assert.equal(primesBetween(2, 999).length + primesBetween(1000, 100_000).length, 9592);
});

Deno.test("OddSieve.segment() far out agrees with division", () => {
  const sieve = new OddSieve();
  const low = 10 ** 12 + 1;
  const { composite, length } = sieve.segment(low, low + 199);
  const found: number[] = [];
  for (let i = 0; i < length; i++) if (composite[i] === 0) found.push(low + 2 * i - 10 ** 12);
  // The primes behind 10^12 (OEIS A124001 and its neighbours).
  assert.deepEqual(found.slice(0, 5), [39, 61, 63, 91, 121]);
});

Deno.test("two generators of primes do not disturb each other", () => {
  const a = primesFrom(2);
  const b = primesFrom(1000);
  const seen: number[] = [];
  for (let i = 0; i < 30; i++) {
    seen.push(a.next().value!);
    b.next();
  }
  assert.equal(seen[29], 113);
});

Deno.test("residues are exact up to the largest sieve prime", () => {
  const p = 67108859;
  for (const [a, b] of [[p - 1, p - 1], [p - 2, 3], [12345678, 55555555], [0, 5], [1, p - 1]]) {
    assert.equal(BigInt(mulMod(a, b, p)), BigInt(a) * BigInt(b) % BigInt(p));
  }
  assert.equal(powMod(3, p - 1, p), 1);
  assert.equal(mulMod(inverseMod(54321, p), 54321, p), 1);
  assert.equal(inverseMod(0, p), 0);
});

Deno.test("ExponentFinder finds what trying every exponent finds, for small and large orders", () => {
  for (const [base, first, count] of [[2, 0, 50], [2, 1000, 333], [10, 7, 1], [15, 3, 100]]) {
    const finder = new ExponentFinder(base, first, count);
    for (const p of primesBetween(2, 500)) {
      if (base % p === 0) continue;
      const targets = [1, p - 1, 1 + (7 * p) % (p - 1 || 1)].map((t) => t % p).filter((t) => t > 0);
      const found = new Set<string>();
      finder.find(p, targets, (t, n) => found.add(`${t}:${n}`));
      const expected = new Set<string>();
      for (let n = 0; n < count; n++) {
        const power = powMod(base, first + n, p);
        targets.forEach((target, t) => power === target && expected.add(`${t}:${n}`));
      }
      assert.deepEqual([...found].sort(), [...expected].sort(), `${base}, ${first}, mod ${p}`);
    }
  }
});
