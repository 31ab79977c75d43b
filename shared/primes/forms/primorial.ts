// p# - 1 and p# + 1, where p# is the product of the primes up to p.

import * as z from "zod";
import { product } from "../arithmetic/integers.ts";
import { primesBetween } from "../sieve/primes.ts";
import { mulMod } from "../sieve/residues.ts";
import { growing, strikeSigns } from "./factorial.ts";
import {
  type Form,
  plusOne,
  requireDigits,
  requireOrder,
  requireSome,
  type Search,
  signField,
  signsOf,
  whole,
} from "./form.ts";

const schema = z.strictObject({
  start: whole(2, 200_000, "least p; the primes from here on are taken"),
  end: whole(2, 200_000, "largest p"),
  sign: signField,
});

type Params = z.infer<typeof schema>;

/** p# -+ 1: N-+1 is p# itself, so that its largest primes prove it. */
export const primorial: Form<Params> = {
  name: "primorial",
  title: "p# - 1 and p# + 1",
  schema,
  range: () => ["start", "end"],
  open({ start, end, sign }): Search {
    requireOrder(start, end, "end");
    const primes = primesBetween(2, end);
    const logs = runningSum(primes.map(Math.log10));
    const skipped = primes.filter((p) => p < start).length;
    requireSome(primes.length - skipped, "end", "prime p");
    requireDigits(logs[logs.length - 1], "end");
    const signs = signsOf(sign);
    const primorialOf = growing((a, b) => product(primes.slice(a, b).map(BigInt)));
    const placeOf = (index: number) => skipped + Math.floor(index / signs.length);
    return {
      size: (primes.length - skipped) * signs.length,
      digits: (index) => Math.floor(logs[placeOf(index)]) + 1,
      candidate(index) {
        const place = placeOf(index);
        const c = signs[index % signs.length];
        const expression = `${primes[place]}# ${plusOne(c)}`;
        const known = () => primes.slice(0, place + 1).reverse().map(BigInt);
        return {
          expression,
          members: [{
            expression,
            value: () => primorialOf(place + 1) + BigInt(c),
            ...(c === 1 ? { minus: known } : { plus: known }),
          }],
        };
      },
      sieve(first, count) {
        const from = placeOf(first);
        const to = placeOf(first + count - 1);
        return {
          by: "prime",
          strike(q, mark) {
            // From p = q on, q divides p#.
            if (primes[from] >= q) return;
            let t = 1;
            for (let i = 0; i < from; i++) t = mulMod(t, primes[i] % q, q);
            for (let i = from; i <= to && primes[i] < q; i++) {
              t = mulMod(t, primes[i], q);
              strikeSigns(t, q, signs, (j) => {
                const offset = (i - skipped) * signs.length + j - first;
                if (offset >= 0 && offset < count) mark(offset);
              });
            }
          },
        };
      },
    };
  },
};

function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => sum += value);
}
