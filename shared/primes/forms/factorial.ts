// n! - 1 and n! + 1.

import * as z from "zod";
import { product } from "../arithmetic/integers.ts";
import { primesBetween } from "../sieve/primes.ts";
import { mulMod } from "../sieve/residues.ts";
import {
  type Form,
  plusOne,
  requireDigits,
  requireOrder,
  type Search,
  signField,
  signsOf,
  whole,
} from "./form.ts";

const schema = z.strictObject({
  start: whole(0, 100_000, "first n"),
  end: whole(0, 100_000, "last n"),
  sign: signField,
});

type Params = z.infer<typeof schema>;

/** n! -+ 1: N-+1 is n! itself, so that its smallest primes prove it. */
export const factorial: Form<Params> = {
  name: "factorial",
  title: "n! - 1 and n! + 1",
  schema,
  range: () => ["start", "end"],
  open({ start, end, sign }): Search {
    requireOrder(start, end, "end");
    requireDigits(factorialDigits(end), "end");
    const signs = signsOf(sign);
    const factorialOf = growing((a, b) => product(wholes(a + 1, b)));
    const nOf = (index: number) => start + Math.floor(index / signs.length);
    return {
      size: (end - start + 1) * signs.length,
      digits: (index) => factorialDigits(nOf(index)),
      candidate(index) {
        const n = nOf(index);
        const c = signs[index % signs.length];
        const expression = `${n}! ${plusOne(c)}`;
        const primes = () => primesBetween(2, n).map(BigInt);
        return {
          expression,
          members: [{
            expression,
            value: () => factorialOf(n) + BigInt(c),
            ...(c === 1 ? { minus: primes } : { plus: primes }),
          }],
        };
      },
      sieve(first, count) {
        const n0 = nOf(first);
        const n1 = nOf(first + count - 1);
        return {
          by: "prime",
          strike(p, mark) {
            // From n = p on, p divides n! and nothing beside it.
            const last = Math.min(n1, p - 1);
            if (last < n0) return;
            let t = 1 % p;
            for (let n = 2; n < n0; n++) t = mulMod(t, n, p);
            for (let n = n0; n <= last; n++) {
              if (n > 1) t = mulMod(t, n, p);
              strikeSigns(t, p, signs, (j) => {
                const offset = (n - start) * signs.length + j - first;
                if (offset >= 0 && offset < count) mark(offset);
              });
            }
          },
        };
      },
    };
  },
};

/** Calls back for every sign c with t + c = 0 mod p. */
export function strikeSigns(
  t: number,
  p: number,
  signs: readonly (1 | -1)[],
  hit: (j: number) => void,
): void {
  // p = 2 has one odd residue, which is both 1 and -1.
  if (t !== 1 && t !== p - 1) return;
  for (let j = 0; j < signs.length; j++) if ((t + signs[j]) % p === 0) hit(j);
}

/** A product over 1..n that is kept and carried on to larger n. */
export function growing(between: (a: number, b: number) => bigint): (n: number) => bigint {
  let at = 0;
  let value = 1n;
  return (n) => {
    if (n < at) [at, value] = [0, 1n];
    value *= between(at, n);
    at = n;
    return value;
  };
}

function wholes(from: number, to: number): bigint[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => BigInt(from + i));
}

/** By Stirling's series. */
function factorialDigits(n: number): number {
  if (n < 2) return 1;
  const log = n * Math.log(n / Math.E) + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n);
  return Math.floor(log / Math.LN10) + 1;
}
