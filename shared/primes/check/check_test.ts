import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { complete, newJournal, proceed } from "../arithmetic/chain.ts";
import { openSearch } from "../forms/mod.ts";
import { testCandidate } from "../proof/candidate.ts";
import { mutations } from "../testing/mutate.ts";
import { check, type CheckInput } from "./mod.ts";
import { evaluate } from "./expression.ts";
import { prove, Refusal } from "./proofs.ts";

/** Why a certificate of n is refused; null where it is not. */
function refusal(n: bigint, certificate: unknown): string | null {
  // deno-lint-ignore no-explicit-any -- certificates as a forger would write them
  const proof = { n: n.toString(), ...(certificate as any) };
  try {
    complete(prove(n, proof));
    return null;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.message;
  }
}

const of = (factors: Record<string, string | number>, key: "base" | "p") =>
  Object.entries(factors).map(([factor, value]) => ({ factor, [key]: `${value}` }));

Deno.test("the cube root theorem of N-1 needs its square condition", () => {
  const cases: [bigint, number[], number[]][] = [
    [671n, [2, 5], [41, 52, 149, 271]],
    [949n, [2, 3], []],
    [961n, [3, 5], []],
    [1247n, [2, 7], []],
    [1387n, [2], []],
    [1649n, [2], []],
  ];
  let met = 0;
  for (const [n, factors, bases] of cases) {
    // Every base, so that those are among them that meet all congruences.
    const all = bases.length > 0 ? bases : Array.from({ length: Number(n) - 3 }, (_, i) => i + 2);
    for (const base of all) {
      const proof = factors.map((q) => ({ factor: `${q}`, base: `${base}` }));
      const reason = refusal(n, { type: "bls_n1", factors: proof });
      assert.notEqual(reason, null, `${n} by ${base}`);
      if (reason === "the square condition fails") met++;
    }
  }
  assert.ok(met > 500);
});

Deno.test("the cube root theorem of N+1 needs its square condition", () => {
  for (
    const [n, ps] of [[119n, [11, 45, 74]], [35n, [35]], [65n, [66]], [77n, [78]], [185n, [
      186,
    ]]] as const
  ) {
    for (const p of ps) {
      const factors = [{ factor: "2", p: `${p}` }, { factor: "3", p: `${p}` }]
        .filter(({ factor }) => (n + 1n) % BigInt(factor) === 0n);
      for (const some of [factors, factors.slice(0, 1)]) {
        // As a sequence with Q = 1.
        const certificate = { type: "bls_np1", discriminant: `${p * p - 4}`, factors: some };
        assert.notEqual(refusal(n, certificate), null, `${n} by ${p}`);
      }
    }
  }
});

Deno.test("factors of N+1 with sequences of different discriminants prove nothing", () => {
  const cases: [bigint, Record<string, number>][] = [
    [119n, { 2: 11, 3: 50 }],
    [209n, { 2: 15, 3: 56, 5: 4 }],
    [527n, { 2: 5, 3: 154 }],
    [779n, { 2: 38, 3: 286, 5: 6 }],
    [923n, { 2: 43, 3: 43, 7: 19 }],
    [1189n, { 2: 11, 5: 6, 7: 11 }],
  ];
  for (const [n, ps] of cases) {
    // A certificate has one discriminant: whichever it names, the others' P do not fit it.
    for (const p of Object.values(ps)) {
      for (const type of ["morrison", "bls_np1"]) {
        const certificate = { type, discriminant: `${p * p - 4}`, factors: of(ps, "p") };
        assert.notEqual(refusal(n, certificate), null, `${n} with ${p}`);
      }
    }
  }
});

Deno.test("no composite below 1,000 is proven by any theorem, whatever the witnesses", () => {
  const random = new Random(11);
  const factorsOf = (n: number) => {
    const primes: number[] = [];
    for (let p = 2; p <= n; p++) {
      if (n % p === 0 && !primes.some((q) => p % q === 0)) primes.push(p);
    }
    return primes;
  };
  for (let n = 9; n < 1000; n += 2) {
    if (!factorsOf(n).some((p) => p < n)) continue;
    const [minus, plus] = [factorsOf(n - 1), factorsOf(n + 1)];
    for (let i = 0; i < 12; i++) {
      const base = `${2 + random.below(n - 3)}`;
      const p = 1 + random.below(n - 1);
      const some = (primes: number[]) => primes.filter(() => random.below(4) > 0);
      const withBase = some(minus).map((q) => ({ factor: `${q}`, base }));
      const withP = some(plus).map((q) => ({ factor: `${q}`, p: `${p}` }));
      const discriminant = `${p * p - 4 * (1 + random.below(5))}`;
      for (
        const certificate of [
          { type: "proth", base },
          { type: "llr", p: `${p}` },
          { type: "pocklington", factors: withBase },
          { type: "bls_n1", factors: withBase },
          { type: "morrison", discriminant, factors: withP },
          { type: "bls_np1", discriminant, factors: withP },
          { type: "combined", minus: withBase, discriminant, plus: withP },
          { type: "miller_rabin" },
          { type: "small" },
        ]
      ) {
        assert.notEqual(
          refusal(BigInt(n), certificate),
          null,
          `${n}: ${JSON.stringify(certificate)}`,
        );
      }
    }
  }
});

Deno.test("each condition of a theorem has its refusal", () => {
  const p = 2n ** 127n - 1n;
  const proth = 3n * 2n ** 189n + 1n;
  const llr = 3n * 2n ** 143n - 1n;
  const large = 10n ** 30n + 57n;
  const cases: [bigint, Record<string, unknown>, RegExp][] = [
    [1n, { type: "small" }, /below 2/],
    [0n, { type: "miller_rabin" }, /below 2/],
    [-7n, { type: "small" }, /below 2|another number|not a/],
    [3317044064679887385961981n, { type: "miller_rabin" }, /too large/],
    [p, { type: "small" }, /not small/],
    [p, { type: "miller_rabin" }, /too large/],
    [561n, { type: "small" }, /composite/],
    [341550071728321n, { type: "small" }, /composite/],
    [3825123056546413051n, { type: "miller_rabin" }, /composite/],
    [318665857834031151167461n, { type: "miller_rabin" }, /composite/],
    [10n ** 30n, { type: "proth", base: "3" }, /even/],
    [p * p, { type: "proth", base: "3" }, /square/],
    [proth, { type: "proth", base: "0" }, /0, 1 or -1/],
    [proth, { type: "proth", base: "1" }, /0, 1 or -1/],
    [proth, { type: "proth", base: `${proth - 1n}` }, /0, 1 or -1/],
    [proth, { type: "proth", base: `${proth + 1n}` }, /0, 1 or -1/],
    // A square: its power is 1.
    [proth, { type: "proth", base: "4" }, /not -1/],
    [proth, { type: "proth", base: "5", n: "3*2^189 - 1" }, /another number/],
    [(2n ** 60n + 1n) * 2n ** 59n + 1n, { type: "proth", base: "3" }, /not below the power/],
    [(2n ** 60n + 1n) * 2n ** 59n - 1n, { type: "llr", p: "4" }, /not below the power/],
    [llr, { type: "llr", p: "2" }, /out of bounds/],
    // P + 2 is a square.
    [llr, { type: "llr", p: "7" }, /does not end with 0/],
    [proth, { type: "llr", p: "4" }, /below 8/],
    [large, { type: "pocklington", factors: [{ factor: "7", base: "2" }] }, /does not divide/],
    [large, { type: "pocklington", factors: [{ factor: "2", base: "3" }] }, /not above the root/],
    [large, { type: "bls_n1", factors: [{ factor: "2", base: "3" }] }, /too small/],
    [
      large,
      { type: "bls_n1", factors: [{ factor: "2", base: "3" }, { factor: "2", base: "3" }] },
      /listed twice/,
    ],
    [561n, { type: "pocklington", factors: [{ factor: "4", base: "3" }] }, /factor is composite/],
    [large, { type: "pocklington", factors: [{ factor: "1", base: "3" }] }, /below 2/],
    [
      2n * p + 1n,
      { type: "pocklington", factors: [{ factor: `${p}`, base: "2" }] },
      /has no proof/,
    ],
    [
      2n * p + 1n,
      { type: "safe_prime", half: { type: "llr", n: "2^127 - 1", p: "4" } },
      /divides|not 1/,
    ],
    [
      large,
      { type: "safe_prime", half: { type: "llr", n: "2^127 - 1", p: "4" } },
      /another number/,
    ],
    [
      llr,
      { type: "morrison", discriminant: "4", factors: [{ factor: "2", p: "1" }] },
      /Jacobi/,
    ],
  ];
  for (const [n, certificate, reason] of cases) {
    assert.match(refusal(n, certificate) ?? "accepted", reason, JSON.stringify(certificate));
  }
});

Deno.test("a factored part just below what is needed is refused", () => {
  // N-1 = 2 * 3 * 331 * 1987 ...: a prime N with F^2 = N - c.
  for (const [n, factors] of [[31n, ["5"]], [43n, ["2", "3"]], [101n, ["2"]]] as const) {
    const reason = refusal(n, {
      type: "pocklington",
      factors: factors.map((factor) => ({ factor, base: "3" })),
    });
    assert.match(reason ?? "", /not above the root/, `${n}`);
  }
});

/** Finds of several forms with their certificates. */
function finds(): CheckInput[] {
  const searches: [string, Record<string, unknown>][] = [
    ["factorial", { start: 27, end: 41 }],
    ["primorial", { start: 80, end: 100 }],
    ["kbn", { k: 3, min_n: 180, max_n: 217 }],
    ["kbn", { k: 1, base: 6, min_n: 30, max_n: 80, sign: "+" }],
    ["gen_fermat", { fermat_exp: 6, min_base: 100, max_base: 165 }],
    ["near_repdigit", { min_digits: 31, max_digits: 33 }],
    ["wagstaff", { min_exp: 95, max_exp: 130 }],
    ["sophie_germain", { base: 10, n: 25, min_k: 1, max_k: 1500 }],
    ["twin", { n: 100, min_k: 150, max_k: 1000 }],
    ["palindromic", { min_digits: 35, max_digits: 35, offset: "1234567", count: 60 }],
  ];
  return searches.flatMap(([form, params]) => {
    const search = openSearch(form, params);
    const found: CheckInput[] = [];
    for (let i = 0; i < search.size; i++) {
      const candidate = search.candidate(i);
      const verdict = complete(testCandidate(candidate));
      if (verdict.kind !== "prime") continue;
      const { certificate } = verdict;
      found.push({ form, expression: candidate.expression, certificate });
    }
    return found;
  });
}

const FINDS = finds();

Deno.test("check() accepts what the search proves, by every theorem", () => {
  const methods = new Set<string>();
  for (const find of FINDS) {
    const result = complete(check(JSON.parse(JSON.stringify(find))));
    assert.ok(result.valid, `${find.expression}: ${result.valid || result.reason}`);
    for (const method of result.method.split(" + ")) methods.add(method);
  }
  for (const method of ["pocklington", "morrison", "proth", "llr", "bls_n1", "bls_np1"]) {
    assert.ok(methods.has(method), `${method} was not among ${[...methods].join(", ")}`);
  }
});

Deno.test("check() refuses every mutated certificate", () => {
  const random = new Random(16);
  let refused = 0;
  for (let i = 0; i < 4000; i++) {
    const find = FINDS[i % FINDS.length];
    const { certificate, harmless } = mutations(find.certificate, random);
    if (harmless) continue;
    const result = complete(check({ ...find, certificate }));
    assert.ok(!result.valid, `${find.expression}: ${JSON.stringify(certificate)}`);
    refused++;
  }
  assert.ok(refused > 3000, `${refused}`);
});

Deno.test("check() refuses a proof for another number or form, and what is no certificate", () => {
  const [first] = FINDS;
  const other = FINDS.find(({ form }) => form === "kbn")!;
  const wrong: CheckInput[] = [
    { ...first, expression: other.expression },
    { ...first, form: "primorial" },
    { ...first, form: "constructor" },
    { ...first, expression: `${first.expression} ` },
    { ...other, form: "twin", expression: other.expression.replace(/[+-] 1/, "+/- 1") },
    ...[null, 3, "proth", [], {}, { type: "proth" }, { type: "ecpp", n: "7", steps: [] }].map(
      (certificate) => ({ ...first, certificate }),
    ),
    { ...first, certificate: { ...first.certificate as object, verified: true } },
  ];
  for (const input of wrong) {
    const result = complete(check(input));
    assert.equal(result.valid, false, JSON.stringify(input));
  }
  let nested: unknown = { type: "small", n: "3" };
  for (let i = 0; i < 10_000; i++) nested = { type: "safe_prime", n: "7", half: nested };
  assert.equal(complete(check({ ...first, certificate: nested })).valid, false);
});

Deno.test("check() comes to the same wherever it is cut", () => {
  for (const find of FINDS.slice(0, 12)) {
    for (let journal = newJournal();;) {
      const outcome = proceed(check(find), JSON.parse(JSON.stringify(journal)), (go) => go(17));
      if (outcome.done) {
        assert.ok(outcome.result.valid, find.expression);
        break;
      }
      journal = outcome.journal;
    }
  }
});

Deno.test("evaluate() reads the notation, and refuses what is none or too large", () => {
  const values: [string, bigint][] = [
    ["3*2^31 + 1", 6442450945n],
    ["5! - 1", 119n],
    ["7# + 1", 211n],
    ["(2^7-1)^2-2", 16127n],
    ["(2^127+1)/3", (2n ** 127n + 1n) / 3n],
    ["R(10, 5)", 11111n],
    ["P(10, 123)", 12321n],
    ["P(2, 5)", 21n],
    ["2^3^2", 512n],
    ["10^7 - 1 - 5*(10^5 + 10^1)", 9499949n],
    ["-3", -3n],
  ];
  for (const [text, value] of values) assert.equal(evaluate(text), value, text);
  const wrong = ["", "3 3", "2^", "(3", "3)", "7/2", "1/0", "01", "9#", "x", "2^-1", "R(1, 3)"];
  wrong.push(
    "2^999999999",
    "99999999!",
    "9^9^9",
    "(".repeat(500) + "1",
    "R(10, 10^9)",
    "1e5",
    "3!!!",
  );
  for (const text of wrong) {
    assert.throws(() => evaluate(text), { code: "INVALID_EXPRESSION" }, text.slice(0, 30));
  }
});
