// Palindromes of nines but for two digits (or the middle one) that are smaller.

import * as z from "zod";
import { mulMod, powMod } from "../sieve/residues.ts";
import { type Form, lastAtMost, requireOrder, requireSome, type Search, whole } from "./form.ts";

const schema = z.strictObject({
  min_digits: whole(3, 20_001, "least number of digits; the odd ones are taken"),
  max_digits: whole(3, 20_001, "largest number of digits"),
});

type Params = z.infer<typeof schema>;

/** N = 10^(2k+1) - 1 - d (10^(k+m) + 10^(k-m)); for m = 0 the middle digit is 9 - 2d. */
interface Shape {
  k: number;
  m: number;
  d: number;
}

/** In the middle, d = 5 would make the digit negative. */
const MIDDLE = 4;
const OTHERS = 8;

/** N+1 = 10^(k-m) (10^(k+m+1) - d (10^(2m) + 1)): 2 and 5 are half of a proof by N+1 at least where m is small. */
export const nearRepdigit: Form<Params> = {
  name: "near_repdigit",
  title: "10^(2k+1) - 1 - d*(10^(k+m) + 10^(k-m))",
  schema,
  range: () => ["min_digits", "max_digits"],
  open({ min_digits, max_digits }): Search {
    requireOrder(min_digits, max_digits, "max_digits");
    const k0 = min_digits >> 1;
    const k1 = (max_digits - 1) >> 1;
    requireSome(k1 - k0 + 1, "max_digits", "odd number of digits");
    // The sum of MIDDLE + OTHERS * j over j = k0 .. k-1.
    const before = (i: number) => 4 * ((k0 + i) ** 2 - k0 ** 2);
    const shapeOf = (index: number): Shape => {
      const i = lastAtMost(k1 - k0 + 1, before, index);
      const rest = index - before(i);
      const k = k0 + i;
      if (rest < MIDDLE) return { k, m: 0, d: rest + 1 };
      const at = rest - MIDDLE;
      return { k, m: 1 + Math.floor(at / OTHERS), d: 1 + at % OTHERS };
    };
    return {
      size: before(k1 - k0 + 1),
      digits: (index) => 2 * shapeOf(index).k + 1,
      candidate(index) {
        const shape = shapeOf(index);
        const expression = print(shape);
        return {
          expression,
          members: [{
            expression,
            value: () => valueOf(shape),
            plus: () => shape.m < shape.k ? [2n, 5n] : [],
          }],
        };
      },
      sieve: (start, count) => ({ by: "prime", strike: striker(start, count, shapeOf) }),
    };
  },
};

function valueOf({ k, m, d }: Shape): bigint {
  const nines = 10n ** BigInt(2 * k + 1) - 1n;
  return nines - BigInt(d) * (10n ** BigInt(k + m) + 10n ** BigInt(k - m));
}

function print({ k, m, d }: Shape): string {
  const nines = `10^${2 * k + 1} - 1`;
  return m === 0 ? `${nines} - ${2 * d}*10^${k}` : `${nines} - ${d}*(10^${k + m} + 10^${k - m})`;
}

/** Goes through the block by (k, m): from m to m + 1 both powers of ten move one place. */
function striker(start: number, count: number, shapeOf: (index: number) => Shape) {
  const runs: { k: number; m: number; from: number; d: number; many: number }[] = [];
  for (let offset = 0; offset < count;) {
    const { k, m, d } = shapeOf(start + offset);
    const many = Math.min((m === 0 ? MIDDLE : OTHERS) - d + 1, count - offset);
    runs.push({ k, m, d, many, from: offset });
    offset += many;
  }
  return (p: number, mark: (offset: number) => void) => {
    let high = 0;
    let low = 0;
    let nines = 0;
    const tenth = p === 2 || p === 5 ? 0 : powMod(10, p - 2, p);
    let previous = { k: -1, m: -1 };
    for (const { k, m, d, many, from } of runs) {
      if (tenth !== 0 && previous.k === k && previous.m === m - 1) {
        high = mulMod(high, 10 % p, p);
        low = mulMod(low, tenth, p);
      } else {
        high = powMod(10, k + m, p);
        low = powMod(10, k - m, p);
        nines = (powMod(10, 2 * k + 1, p) + p - 1) % p;
      }
      previous = { k, m };
      const step = (high + low) % p;
      let sum = mulMod(d % p, step, p);
      for (let i = 0; i < many; i++) {
        if (sum === nines) mark(from + i);
        sum = (sum + step) % p;
      }
    }
  };
}
