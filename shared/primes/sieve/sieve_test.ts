import assert from "node:assert/strict";
import { ExponentFinder } from "./discrete_log.ts";
import { countBits, WHEEL, WheelSieve } from "./wheel.ts";
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

Deno.test("WheelSieve.segment() agrees with division, at the beginning, far out, in a row and in leaps", () => {
  const sieve = new WheelSieve();
  const isPrime = (n: number) => n > 1 && !primesBetween(2, Math.sqrt(n)).some((p) => n % p === 0);
  for (const [first, count] of [[0, 9], [9, 3], [12, 50], [400, 30], [33_333_333_333, 4], [2, 8]]) {
    const bytes = sieve.segment(first, count);
    for (let i = 0; i < count; i++) {
      WHEEL.forEach((rest, bit) => {
        const number = 30 * (first + i) + rest;
        assert.equal((bytes[i] >> bit & 1) === 0, isPrime(number), `${number}`);
      });
    }
  }
});

Deno.test("countBits() counts and adds up what the bits stand for", () => {
  const bytes = new Uint8Array(10_000);
  assert.equal(countBits(bytes, 7).count, 0);
  const numbers: number[] = [];
  for (let i = 5; i < bytes.length; i += 37) {
    bytes[i] |= 1 << i % 8;
    numbers.push(30 * (7 + i) + WHEEL[i % 8]);
  }
  assert.deepEqual(countBits(bytes, 7), {
    count: numbers.length,
    first: numbers[0],
    last: numbers[numbers.length - 1],
    sum: numbers.reduce((sum, number) => sum + BigInt(number), 0n),
  });
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
