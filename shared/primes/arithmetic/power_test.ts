import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type Chain, complete, newJournal, type Procedure, proceed } from "./chain.ts";
import { LucasChain, lucasV } from "./lucas.ts";
import { binaryModulus, plainModulus } from "./modulus.ts";
import { checkedPower, modPow, power, PowerChain, res64, SquaringChain } from "./power.ts";

/** Runs a chain in short stretches, each on a fresh chain that was restored from JSON. */
function inPieces(make: () => Chain, random: Random): unknown {
  for (let saved = null;;) {
    const chain = make();
    if (saved !== null) chain.restore(JSON.parse(saved));
    if (chain.advance(1 + random.below(9))) return chain.result();
    saved = JSON.stringify(chain.save());
  }
}

Deno.test("binaryModulus() reduces as the remainder does, for short and long k and both signs", () => {
  const random = new Random(5);
  for (
    const [k, n] of [[1n, 127], [3n, 300], [12345678901n, 200], [2n ** 90n + 1n, 300]] as const
  ) {
    for (const c of [1, -1] as const) {
      const { value, reduce } = binaryModulus({ k, n, c });
      assert.equal(value, k * 2n ** BigInt(n) + BigInt(c));
      const edges = [0n, 1n, value - 1n, value, value + 1n, value * value - 1n, (value - 1n) ** 2n];
      for (let i = 0; i < 200; i++) {
        const x = i < edges.length
          ? edges[i]
          : modPow(BigInt(random.below(1e9)), 97n, value * value);
        assert.equal(reduce(x), x % value, `${k}*2^${n}${c} of ${x}`);
        assert.equal(reduce(x * 2n ** 32n), x * 2n ** 32n % value);
      }
    }
  }
});

Deno.test("PowerChain is base^exponent, for small and large bases, wherever it is cut", () => {
  const random = new Random(2);
  const n = 2n ** 521n - 1n;
  const large = modPow(3n, 12345n, n);
  for (const exponent of [0n, 1n, 2n, 255n, 256n, 2n ** 40n + 5n, n - 2n, 3n ** 1000n]) {
    for (const base of [2n, 3n, large, n + 7n]) {
      const expected = modPow(base, exponent, n);
      assert.equal(complete(power(plainModulus(n), base, exponent)), expected);
      const pieces = inPieces(() => new PowerChain(plainModulus(n), base, exponent), random);
      assert.equal(pieces, expected.toString(16));
    }
  }
});

Deno.test("SquaringChain is x^(2^count), wherever it is cut, and finds nothing to mend", () => {
  const random = new Random(3);
  const modulus = binaryModulus({ k: 5n, n: 127, c: 1 });
  for (const count of [0, 1, 7, 8, 9, 63, 64, 65, 400, 1000]) {
    const expected = modPow(7n, 2n ** BigInt(count), modulus.value);
    assert.equal(
      inPieces(() => new SquaringChain(modulus, 7n, count), random),
      expected.toString(16),
    );
    const chain = new SquaringChain(modulus, 7n, count);
    while (!chain.advance(1000));
    assert.equal(chain.mended, 0);
  }
});

Deno.test("SquaringChain mends a wrong step anywhere", () => {
  const n = 5n * 2n ** 127n + 1n;
  const expected = modPow(7n, 2n ** 400n, n).toString(16);
  for (let wrong = 1; wrong < 438; wrong += 7) {
    let reductions = 0;
    // One reduction of all answers one too much, as a bad memory would.
    const faulty = {
      value: n,
      reduce: (x: bigint) => ++reductions === wrong ? (x + 1n) % n : x % n,
    };
    const chain = new SquaringChain(faulty, 7n, 400);
    while (!chain.advance(13));
    assert.equal(chain.result(), expected, `step ${wrong}`);
    assert.equal(chain.mended, 1, `step ${wrong}`);
  }
});

Deno.test("checkedPower() is base^(k*2^count), short and long", () => {
  const modulus = binaryModulus({ k: 3n, n: 189, c: 1 });
  for (const count of [5, 999, 1000, 1500]) {
    const expected = modPow(5n, 77n * 2n ** BigInt(count), modulus.value);
    assert.equal(complete(checkedPower(modulus, 5n, 77n, count)), expected);
  }
  assert.equal(res64(255n), "00000000000000ff");
  assert.equal(res64(2n ** 64n + 1n), "0000000000000001");
});

Deno.test("LucasChain is V_m(P, 1) by the recurrence, wherever it is cut", () => {
  const random = new Random(4);
  const n = 1000003n;
  for (const p of [3n, 4n, 999999n]) {
    let [before, now] = [2n, p];
    for (let m = 1n; m < 200n; m++) {
      assert.equal(complete(lucasV(plainModulus(n), p, m)), now, `V_${m}(${p})`);
      const pieces = inPieces(() => new LucasChain(plainModulus(n), p, m), random);
      assert.equal(pieces, now.toString(16));
      [before, now] = [now, ((p * now - before) % n + n) % n];
    }
    assert.equal(complete(lucasV(plainModulus(n), p, 0n)), 2n);
  }
});

Deno.test("proceed() comes to the same from every journal on the way", () => {
  function* procedure(): Procedure<bigint> {
    const n = 2n ** 89n - 1n;
    const x = yield* power(plainModulus(n), 3n, n - 5n);
    // Which chain comes next depends on the one before.
    return (x & 1n) === 0n
      ? yield* power(plainModulus(n), x, 1n << 50n)
      : yield* lucasV(plainModulus(n), x, 3n ** 40n);
  }
  const expected = complete(procedure());
  let steps = 0;
  for (let journal = newJournal();;) {
    const outcome = proceed(procedure(), JSON.parse(JSON.stringify(journal)), (advance) => {
      steps++;
      return advance(3);
    });
    if (outcome.done) {
      assert.equal(outcome.result, expected);
      break;
    }
    assert.ok(outcome.progress.done <= outcome.progress.total);
    journal = outcome.journal;
  }
  assert.ok(steps > 20);
});
