import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import {
  bitLength,
  fromHex,
  gcd,
  isqrt,
  isSquare,
  jacobi,
  modInverse,
  product,
  splitPower,
  toHex,
  trailingZeros,
} from "./integers.ts";

/** A number of about so many bits. */
function draw(random: Random, bits: number): bigint {
  let n = 1n;
  for (let i = 1; i < bits; i++) n = 2n * n + BigInt(random.below(2));
  return n;
}

Deno.test("bitLength() and trailingZeros() agree with the binary digits", () => {
  for (const n of [1n, 2n, 3n, 255n, 256n, 2n ** 200n, 2n ** 200n - 1n, 96n, 5n * 2n ** 777n]) {
    const bits = n.toString(2);
    assert.equal(bitLength(n), bits.length);
    assert.equal(bitLength(-n), bits.length);
    assert.equal(trailingZeros(n), bits.length - bits.lastIndexOf("1") - 1);
    assert.equal(fromHex(toHex(n)), n);
  }
  assert.equal(bitLength(0n), 0);
  assert.throws(() => trailingZeros(0n), RangeError);
});

Deno.test("isqrt() is the floor of the root for small numbers and around squares", () => {
  const random = new Random(1);
  for (let n = 0; n < 2000; n++) assert.equal(Number(isqrt(BigInt(n))), Math.floor(Math.sqrt(n)));
  for (let i = 0; i < 300; i++) {
    const root = draw(random, 1 + random.below(400));
    assert.equal(isqrt(root * root), root);
    assert.equal(isqrt(root * root + 2n * root), root);
    assert.equal(isqrt(root * root - 1n), root - 1n);
    assert.equal(isSquare(root * root), true);
    assert.equal(isSquare(root * root + 1n), false);
  }
  assert.equal(isSquare(-4n), false);
  assert.throws(() => isqrt(-1n), RangeError);
});

Deno.test("jacobi() is the product of Legendre symbols, for negative numbers, too", () => {
  const legendre = (a: number, p: number) => {
    const r = (a % p + p) % p;
    if (r === 0) return 0;
    for (let x = 1; x < p; x++) if (x * x % p === r) return 1;
    return -1;
  };
  const odd: [number, number[]][] = [[3, [3]], [15, [3, 5]], [45, [3, 3, 5]], [77, [7, 11]], [
    1001,
    [7, 11, 13],
  ]];
  for (const [n, primes] of odd) {
    for (let a = -60; a <= 60; a++) {
      const expected = primes.reduce((sign, p) => sign * legendre(a, p), 1);
      assert.equal(jacobi(BigInt(a), BigInt(n)), expected === 0 ? 0 : expected, `(${a}/${n})`);
    }
  }
  assert.throws(() => jacobi(3n, 10n), RangeError);
});

Deno.test("gcd() and modInverse() fit each other", () => {
  for (let n = 1n; n < 60n; n++) {
    for (let a = -60n; a < 60n; a++) {
      const inverse = modInverse(a, n);
      assert.equal(inverse !== null, gcd(a, n) === 1n, `${a} mod ${n}`);
      if (inverse !== null) assert.equal(((a * inverse - 1n) % n + n) % n, 0n);
    }
  }
});

Deno.test("splitPower() takes out the whole power", () => {
  for (const [q, e] of [[2n, 0], [2n, 77], [3n, 1], [7n, 100], [101n, 31], [2n ** 61n - 1n, 5]]) {
    for (const rest of [1n, 11n, 1009n * 1013n]) {
      const n = BigInt(q) ** BigInt(e) * rest;
      assert.deepEqual(splitPower(n, BigInt(q)), { exponent: Number(e), rest });
    }
  }
  assert.throws(() => splitPower(0n, 3n), RangeError);
  assert.throws(() => splitPower(9n, 1n), RangeError);
  assert.equal(product([]), 1n);
  assert.equal(product([2n, 3n, 5n, 7n, 11n]), 2310n);
});
