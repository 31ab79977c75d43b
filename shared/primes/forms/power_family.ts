/**
 * Numbers m*k*b^n + c: the search with k or n fixed that kbn, twin and Sophie Germain numbers share.
 * A member is given by its multiplier m and its c.
 */
import * as z from "zod";
import { PrimeSearchError } from "../errors.ts";
import { ExponentFinder } from "../sieve/discrete_log.ts";
import { inverseMod, mulMod, powMod } from "../sieve/residues.ts";
import {
  type FormSieve,
  type Member,
  requireDigits,
  requireOrder,
  type Search,
  whole,
} from "./form.ts";

const MAX_K = 2 ** 52;
const MAX_N = 200_000;

/** Parameters: k with a range of n, or n with a range of k. */
export const powerFields = {
  base: whole(2, 1_000_000, "b").default(2),
  k: whole(1, MAX_K, "k, where n runs").optional(),
  min_n: whole(0, MAX_N, "least n").optional(),
  max_n: whole(0, MAX_N, "largest n").optional(),
  n: whole(0, MAX_N, "n, where k runs").optional(),
  min_k: whole(1, MAX_K, "least k").optional(),
  max_k: whole(1, MAX_K, "largest k").optional(),
};

const powerSchema = z.strictObject(powerFields);

/** k*b^n with one of k and n fixed. */
export type PowerParams = z.infer<typeof powerSchema>;

/** m*k*b^n + c. */
export interface Term {
  m: number;
  c: 1 | -1;
}

/** The candidates at one (k, n): each a list of terms that must be prime together. */
export interface PowerFamily {
  candidates: readonly (readonly Term[])[];
  /** How the candidate is printed. */
  print(k: number, base: number, n: number, terms: readonly Term[]): string;
}

/** Names of the parameters that bound the range. */
export function powerRange(params: Partial<PowerParams>): [string, string] {
  return params.n === undefined ? ["min_n", "max_n"] : ["min_k", "max_k"];
}

/** "3*2^31 + 1" */
export function printPower(k: number, base: number, n: number, tail: string): string {
  return `${k}*${base}^${n} ${tail}`;
}

/** @throws PrimeSearchError INVALID_PARAMS */
export function openPowers(params: PowerParams, family: PowerFamily): Search {
  const { base, from, to, fixedK, fixedN } = readRange(params);
  const [, toName] = powerRange(params);
  const kOf = (i: number) => fixedK ?? from + i;
  const nOf = (i: number) => fixedN ?? from + i;
  const many = family.candidates.length;
  const largest = Math.max(...family.candidates.flat().map(({ m }) => m));
  const digits = (i: number) =>
    Math.floor(Math.log10(largest * kOf(i)) + nOf(i) * Math.log10(base)) + 1;
  requireDigits(digits(to - from), toName);
  return {
    size: (to - from + 1) * many,
    digits: (index) => digits(Math.floor(index / many)),
    candidate(index) {
      const i = Math.floor(index / many);
      const terms = family.candidates[index % many];
      const [k, n] = [kOf(i), nOf(i)];
      return {
        expression: family.print(k, base, n, terms),
        members: terms.map((term) => member(k, base, n, term)),
      };
    },
    sieve(first, count) {
      const at = Math.floor(first / many);
      const span = Math.floor((first + count - 1) / many) - at + 1;
      const mark = (p: number, hit: (offset: number) => void) => {
        strike(p, (place, candidate) => {
          const offset = (at + place) * many + candidate - first;
          if (offset >= 0 && offset < count) hit(offset);
        });
      };
      const strike = fixedK === undefined
        ? strikeMultipliers(base, fixedN!, from + at, span, family)
        : strikeExponents(base, fixedK, from + at, span, family);
      return { by: "prime", strike: mark } satisfies FormSieve;
    },
  };
}

function readRange(params: PowerParams) {
  const { base, k, n, min_n, max_n, min_k, max_k } = params;
  if ((k === undefined) === (n === undefined)) {
    const message = "give either k (with min_n and max_n) or n (with min_k and max_k)";
    throw PrimeSearchError.of("INVALID_PARAMS", k === undefined ? "k" : "n", message);
  }
  const [low, high] = k === undefined ? [min_k, max_k] : [min_n, max_n];
  const [lowName, highName] = powerRange(params);
  const foreign = k === undefined ? { min_n, max_n } : { min_k, max_k };
  for (const [name, value] of Object.entries(foreign)) {
    if (value !== undefined) {
      const message = `does not go with ${k === undefined ? "n" : "k"} fixed`;
      throw PrimeSearchError.of("INVALID_PARAMS", name, message);
    }
  }
  if (low === undefined) throw PrimeSearchError.of("INVALID_PARAMS", lowName, "is missing");
  if (high === undefined) throw PrimeSearchError.of("INVALID_PARAMS", highName, "is missing");
  requireOrder(low, high, highName);
  return { base, from: low, to: high, fixedK: k, fixedN: n };
}

function member(k: number, base: number, n: number, { m, c }: Term): Member {
  const known = () => [BigInt(n > 0 ? base : 1), BigInt(m), BigInt(k)].filter((d) => d > 1n);
  return {
    expression: printPower(m * k, base, n, c === 1 ? "+ 1" : "- 1"),
    value: () => BigInt(m) * BigInt(k) * BigInt(base) ** BigInt(n) + BigInt(c),
    ...(c === 1 ? { minus: known } : { plus: known }),
  };
}

type Strike = (p: number, hit: (place: number, candidate: number) => void) => void;

/** All different terms, with the candidates that hold them. */
function termsOf(family: PowerFamily): { term: Term; candidates: number[] }[] {
  const terms = new Map<string, { term: Term; candidates: number[] }>();
  family.candidates.forEach((list, candidate) => {
    for (const term of list) {
      const key = `${term.m},${term.c}`;
      const entry = terms.get(key) ?? { term, candidates: [] };
      entry.candidates.push(candidate);
      terms.set(key, entry);
    }
  });
  return [...terms.values()];
}

/** n fixed: one residue class of k a term and prime. */
function strikeMultipliers(
  base: number,
  n: number,
  firstK: number,
  span: number,
  family: PowerFamily,
): Strike {
  const terms = termsOf(family);
  return (p, hit) => {
    const power = powMod(base, n, p);
    for (const { term: { m, c }, candidates } of terms) {
      const factor = mulMod(m % p, power, p);
      // Where p divides m*b^n the number is c modulo p.
      if (factor === 0) continue;
      const k = mulMod(c === 1 ? p - 1 : 1, inverseMod(factor, p), p);
      for (let i = (k - firstK % p + p) % p; i < span; i += p) {
        for (const candidate of candidates) hit(i, candidate);
      }
    }
  };
}

/** k fixed: the exponents with b^n = -c/(m*k). */
function strikeExponents(
  base: number,
  k: number,
  firstN: number,
  span: number,
  family: PowerFamily,
): Strike {
  const terms = termsOf(family);
  const finder = new ExponentFinder(base, firstN, span);
  return (p, hit) => {
    const usable = terms.filter(({ term: { m } }) => m % p !== 0 && k % p !== 0);
    const targets = usable.map(({ term: { m, c } }) =>
      mulMod(c === 1 ? p - 1 : 1, inverseMod(mulMod(m % p, k % p, p), p), p)
    );
    if (base % p === 0) {
      // b^0 = 1; every other power is 0.
      if (firstN > 0) return;
      usable.forEach(({ candidates }, t) => {
        if (targets[t] === 1) { for (const candidate of candidates) hit(0, candidate); }
      });
      return;
    }
    finder.find(p, targets, (t, place) => {
      for (const candidate of usable[t].candidates) hit(place, candidate);
    });
  };
}
