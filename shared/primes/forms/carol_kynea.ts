// Carol numbers (2^n - 1)^2 - 2 and Kynea numbers (2^n + 1)^2 - 2.

import * as z from "zod";
import { mulMod, powMod } from "../sieve/residues.ts";
import {
  type Form,
  requireDigits,
  requireOrder,
  type Search,
  signField,
  signsOf,
  whole,
} from "./form.ts";

const schema = z.strictObject({
  min_n: whole(0, 100_000, "least n"),
  max_n: whole(0, 100_000, "largest n"),
  sign: signField.describe("- for Carol numbers, + for Kynea numbers"),
});

type Params = z.infer<typeof schema>;

/** (2^n -+ 1)^2 - 2 = 4^n -+ 2^(n+1) - 1: N+1 = 2^(n+1) (2^(n-1) -+ 1), which the LLR test needs. */
export const carolKynea: Form<Params> = {
  name: "carol_kynea",
  title: "(2^n-1)^2-2 (Carol) and (2^n+1)^2-2 (Kynea)",
  schema,
  range: () => ["min_n", "max_n"],
  open({ min_n, max_n, sign }): Search {
    requireOrder(min_n, max_n, "max_n");
    const signs = signsOf(sign);
    const nOf = (index: number) => min_n + Math.floor(index / signs.length);
    const digits = (n: number) => Math.floor(2 * n * Math.log10(2)) + 1;
    requireDigits(digits(max_n), "max_n");
    return {
      size: (max_n - min_n + 1) * signs.length,
      digits: (index) => digits(nOf(index)),
      candidate(index) {
        const n = nOf(index);
        const c = signs[index % signs.length];
        const expression = `(2^${n}${c === 1 ? "+" : "-"}1)^2-2`;
        const value = () => ((1n << BigInt(n)) + BigInt(c)) ** 2n - 2n;
        return { expression, members: [{ expression, value, plus: () => [2n] }] };
      },
      sieve(first, count) {
        const from = nOf(first);
        const to = nOf(first + count - 1);
        return {
          by: "prime",
          strike(p, mark) {
            let power = powMod(2, from, p);
            for (let n = from; n <= to; n++) {
              for (let j = 0; j < signs.length; j++) {
                const root = (power + signs[j] + p) % p;
                if (mulMod(root, root, p) !== 2 % p) continue;
                const offset = (n - min_n) * signs.length + j - first;
                if (offset >= 0 && offset < count) mark(offset);
              }
              power = power * 2 >= p ? power * 2 - p : power * 2;
            }
          },
        };
      },
    };
  },
};
