// Generalised Fermat numbers b^(2^m) + 1 for even b.

import * as z from "zod";
import { mulMod, powMod } from "../sieve/residues.ts";
import { type Form, requireDigits, requireOrder, requireSome, type Search, whole } from "./form.ts";

const schema = z.strictObject({
  fermat_exp: whole(0, 16, "m of b^(2^m) + 1"),
  min_base: whole(2, 1_000_000_000, "least b; the even ones are taken"),
  max_base: whole(2, 1_000_000_000, "largest b"),
});

type Params = z.infer<typeof schema>;

/** b^(2^m) + 1: N-1 is a power of b, so that the primes of b prove it. */
export const genFermat: Form<Params> = {
  name: "gen_fermat",
  title: "b^(2^m) + 1, b even",
  schema,
  range: () => ["min_base", "max_base"],
  open({ fermat_exp, min_base, max_base }): Search {
    requireOrder(min_base, max_base, "max_base");
    const least = min_base + min_base % 2;
    const size = Math.floor((max_base - least) / 2) + 1;
    requireSome(size, "max_base", "even b");
    const power = 2 ** fermat_exp;
    const digits = (index: number) => Math.floor(power * Math.log10(least + 2 * index)) + 1;
    requireDigits(digits(size - 1), "max_base");
    return {
      size,
      digits,
      candidate(index) {
        const b = least + 2 * index;
        const expression = `${b}^(2^${fermat_exp}) + 1`;
        const value = () => BigInt(b) ** BigInt(power) + 1n;
        return { expression, members: [{ expression, value, minus: () => [BigInt(b)] }] };
      },
      sieve(first, count) {
        const b0 = least + 2 * first;
        return {
          by: "prime",
          strike(p, mark) {
            // b^(2^m) = -1: the powers of b have order 2^(m+1), which must divide p - 1.
            if ((p - 1) % (2 * power) !== 0) return;
            let a = 2;
            while (powMod(a, (p - 1) / 2, p) === 1) a++;
            let root = powMod(a, (p - 1) / (2 * power), p);
            const square = mulMod(root, root, p);
            for (let j = 0; j < power; j++) {
              let step = (root - b0 % p + p) % p;
              // b0 is even; p is odd.
              if (step % 2 === 1) step += p;
              for (let offset = step / 2; offset < count; offset += p) mark(offset);
              root = mulMod(root, square, p);
            }
          },
        };
      },
    };
  },
};
