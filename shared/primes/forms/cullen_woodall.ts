// Woodall numbers n*2^n - 1 and Cullen numbers n*2^n + 1.

import * as z from "zod";
import { mulMod, powMod } from "../sieve/residues.ts";
import { strikeSigns } from "./factorial.ts";
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
  min_n: whole(1, 200_000, "least n"),
  max_n: whole(1, 200_000, "largest n"),
  sign: signField.describe("+ for Cullen numbers, - for Woodall numbers"),
});

type Params = z.infer<typeof schema>;

/** n*2^n -+ 1. */
export const cullenWoodall: Form<Params> = {
  name: "cullen_woodall",
  title: "n*2^n - 1 (Woodall) and n*2^n + 1 (Cullen)",
  schema,
  range: () => ["min_n", "max_n"],
  open({ min_n, max_n, sign }): Search {
    requireOrder(min_n, max_n, "max_n");
    const signs = signsOf(sign);
    const nOf = (index: number) => min_n + Math.floor(index / signs.length);
    const digits = (n: number) => Math.floor(Math.log10(n) + n * Math.log10(2)) + 1;
    requireDigits(digits(max_n), "max_n");
    return {
      size: (max_n - min_n + 1) * signs.length,
      digits: (index) => digits(nOf(index)),
      candidate(index) {
        const n = nOf(index);
        const c = signs[index % signs.length];
        const expression = `${n}*2^${n} ${plusOne(c)}`;
        const known = () => [2n, BigInt(n)].filter((factor) => factor > 1n);
        return {
          expression,
          members: [{
            expression,
            value: () => (BigInt(n) << BigInt(n)) + BigInt(c),
            ...(c === 1 ? { minus: known } : { plus: known }),
          }],
        };
      },
      sieve(first, count) {
        const from = nOf(first);
        const to = nOf(first + count - 1);
        return {
          by: "prime",
          strike(p, mark) {
            let power = powMod(2, from, p);
            for (let n = from; n <= to; n++) {
              strikeSigns(mulMod(n % p, power, p), p, signs, (j) => {
                const offset = (n - min_n) * signs.length + j - first;
                if (offset >= 0 && offset < count) mark(offset);
              });
              power = power * 2 >= p ? power * 2 - p : power * 2;
            }
          },
        };
      },
    };
  },
};
