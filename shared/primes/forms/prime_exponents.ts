// Forms with a prime exponent, whose factors are known to be 2*k*p + 1: Mersenne, Wagstaff, repunits.

import * as z from "zod";
import { isqrt } from "../arithmetic/integers.ts";
import { primesBetween } from "../sieve/primes.ts";
import { powMod } from "../sieve/residues.ts";
import { cyclotomicParts, divisorsOf } from "./cyclotomic.ts";
import {
  type Form,
  type Member,
  requireDigits,
  requireOrder,
  requireSome,
  type Search,
  whole,
} from "./form.ts";

const MAX_EXPONENT = 200_000;

/** One kind of number with exponent p. */
interface ExponentFamily {
  base: number;
  member(p: number): Member;
  /** Whether q, which is 2*k*p + 1, divides the number; `power` is base^p mod q. */
  divides(power: number, q: number): boolean;
  /** Remainders mod 8 that a factor may have; null for all odd ones. */
  remainders: readonly number[] | null;
  /** A factor that is not of the form 2*k*p + 1; 0 where there is none. */
  exception?(p: number): number;
}

function openExponents(
  family: ExponentFamily,
  exponents: readonly number[],
  path: string,
): Search {
  requireSome(exponents.length, path, "prime exponent");
  const digits = (p: number) => Math.floor(p * Math.log10(family.base)) + 1;
  requireDigits(digits(exponents[exponents.length - 1]), path);
  return {
    size: exponents.length,
    digits: (index) => digits(exponents[index]),
    candidate(index) {
      const member = family.member(exponents[index]);
      return { expression: member.expression, members: [member] };
    },
    sieve: (start) => ({
      by: "candidate",
      leastFactor(offset, limit) {
        const p = exponents[start + offset];
        const exception = family.exception?.(p) ?? 0;
        if (exception > 0) return exception <= limit ? exception : 0;
        return leastFactor(family, p, rootBound(family, p, limit));
      },
    }),
  };
}

/** A composite number has a factor up to its root; a short number's root may be below the limit. */
function rootBound(family: ExponentFamily, p: number, limit: number): number {
  if (p * Math.log2(family.base) > 64) return limit;
  return Math.min(limit, Number(isqrt(family.member(p).value())));
}

function leastFactor(family: ExponentFamily, p: number, limit: number): number {
  // Where the exponent is 2, factors are not bound to this form: the test decides.
  if (p === 2) return 0;
  const { remainders, base } = family;
  for (let q = 2 * p + 1; q <= limit; q += 2 * p) {
    if (remainders && !remainders.includes(q % 8)) continue;
    if (q % 3 === 0 && q > 3 || q % 5 === 0 && q > 5 || q % 7 === 0 && q > 7) continue;
    // The least divisor of this form is prime: a product of two would have come later.
    if (family.divides(powMod(base, p, q), q)) return q;
  }
  return 0;
}

const mersenneSchema = z.strictObject({
  min_exp: whole(2, MAX_EXPONENT, "least exponent; the primes are taken"),
  max_exp: whole(2, MAX_EXPONENT, "largest exponent"),
});

/** 2^p - 1. */
export const mersenne: Form<z.infer<typeof mersenneSchema>> = {
  name: "mersenne",
  title: "2^p - 1, p prime",
  schema: mersenneSchema,
  range: () => ["min_exp", "max_exp"],
  open({ min_exp, max_exp }) {
    requireOrder(min_exp, max_exp, "max_exp");
    const family: ExponentFamily = {
      base: 2,
      remainders: [1, 7],
      divides: (power) => power === 1,
      member: (p) => ({
        expression: `2^${p} - 1`,
        value: () => (1n << BigInt(p)) - 1n,
        plus: () => [2n],
      }),
    };
    return openExponents(family, primesBetween(min_exp, max_exp), "max_exp");
  },
};

const wagstaffSchema = z.strictObject({
  min_exp: whole(3, MAX_EXPONENT, "least exponent; the odd primes are taken"),
  max_exp: whole(3, MAX_EXPONENT, "largest exponent"),
});

/** (2^p + 1)/3: N-1 = 2(2^(p-1) - 1)/3 and N+1 = 4(2^(p-2) + 1)/3 have algebraic factors. */
export const wagstaff: Form<z.infer<typeof wagstaffSchema>> = {
  name: "wagstaff",
  title: "(2^p+1)/3, p prime",
  schema: wagstaffSchema,
  range: () => ["min_exp", "max_exp"],
  open({ min_exp, max_exp }) {
    requireOrder(min_exp, max_exp, "max_exp");
    const family: ExponentFamily = {
      base: 2,
      remainders: [1, 3],
      divides: (power, q) => power === q - 1,
      member: (p) => ({
        expression: `(2^${p}+1)/3`,
        value: () => ((1n << BigInt(p)) + 1n) / 3n,
        minus: () => [2n, ...divisorsOf(p - 1).flatMap((d) => cyclotomicParts(d, 2n))],
        plus: () => [2n, ...divisorsOf(p - 2).flatMap((d) => cyclotomicParts(2 * d, 2n))],
      }),
    };
    return openExponents(family, primesBetween(min_exp, max_exp), "max_exp");
  },
};

const repunitSchema = z.strictObject({
  base: whole(2, 1_000_000, "b").default(10),
  min_n: whole(2, MAX_EXPONENT, "least number of ones; the primes are taken"),
  max_n: whole(2, MAX_EXPONENT, "largest number of ones"),
});

/** (b^n - 1)/(b - 1): N-1 = b (b^(n-1) - 1)/(b - 1) has algebraic factors. */
export const repunit: Form<z.infer<typeof repunitSchema>> = {
  name: "repunit",
  title: "(b^n - 1)/(b - 1), n prime",
  schema: repunitSchema,
  range: () => ["min_n", "max_n"],
  open({ base, min_n, max_n }) {
    requireOrder(min_n, max_n, "max_n");
    const b = BigInt(base);
    const family: ExponentFamily = {
      base,
      remainders: null,
      divides: (power, q) => power === 1 && (base - 1) % q !== 0,
      // Where n divides b - 1 the number is n modulo n.
      exception: (n) => (base - 1) % n === 0 && n > 2 ? n : 0,
      member: (n) => ({
        expression: `R(${base}, ${n})`,
        value: () => (b ** BigInt(n) - 1n) / (b - 1n),
        minus: () => [
          b,
          ...divisorsOf(n - 1).filter((d) => d > 1).flatMap((d) => cyclotomicParts(d, b)),
        ],
      }),
    };
    return openExponents(family, primesBetween(min_n, max_n), "max_n");
  },
};
