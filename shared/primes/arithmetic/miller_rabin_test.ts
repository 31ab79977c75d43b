import assert from "node:assert/strict";
import {
  isPrimeBelowBound,
  isStrongProbablePrime,
  MILLER_RABIN_BASES,
  MILLER_RABIN_BOUND,
} from "./miller_rabin.ts";

Deno.test("isPrimeBelowBound() finds the primes below 20,000", () => {
  for (let n = -3; n < 20_000; n++) {
    let prime = n > 1;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    assert.equal(isPrimeBelowBound(BigInt(n)), prime, `${n}`);
  }
});

Deno.test("isPrimeBelowBound() is not led astray by pseudoprimes to many bases", () => {
  // The least strong pseudoprimes to all of the first primes (OEIS A014233), and Carmichael numbers.
  const strong: [bigint, number][] = [
    [2047n, 1],
    [1373653n, 2],
    [25326001n, 3],
    [3215031751n, 4],
    [2152302898747n, 5],
    [3474749660383n, 6],
    [341550071728321n, 8],
    [3825123056546413051n, 11],
    [318665857834031151167461n, 12],
  ];
  for (const [n, bases] of strong) {
    const fooled = MILLER_RABIN_BASES.slice(0, bases);
    assert.ok(fooled.every((base) => isStrongProbablePrime(n, BigInt(base))), `${n}`);
    assert.equal(isPrimeBelowBound(n), false, `${n}`);
  }
  for (const n of [561n, 1105n, 1729n, 294409n, 56052361n]) {
    assert.equal(isPrimeBelowBound(n), false);
  }
  assert.ok(
    MILLER_RABIN_BASES.every((base) => isStrongProbablePrime(MILLER_RABIN_BOUND, BigInt(base))),
    "the bound itself is the first that fools all of them",
  );
  assert.throws(() => isPrimeBelowBound(MILLER_RABIN_BOUND), RangeError);
});
