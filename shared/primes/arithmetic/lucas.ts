// Lucas sequences V_m(P, 1) modulo N as chains: V_2m = V_m^2 - 2, V_2m+1 = V_m V_m+1 - P.

import type { Chain, Procedure, Saved } from "./chain.ts";
import { fromHex, toHex, trailingZeros } from "./integers.ts";
import type { Modulus } from "./modulus.ts";

/** V_index(P, 1) mod N. Two products a bit; one for the zeros at the index's end, as in the LLR test. */
export class LucasChain implements Chain {
  readonly #modulus: Modulus;
  readonly #p: bigint;
  readonly #bits: string;
  /** From here on all bits are 0, and V_m alone is enough. */
  readonly #tail: number;
  #low: bigint;
  #high: bigint;
  #at = 1;

  /** @param index above 0 */
  constructor(modulus: Modulus, p: bigint, index: bigint) {
    this.#modulus = modulus;
    this.#p = p % modulus.value;
    this.#bits = index.toString(2);
    this.#tail = this.#bits.length - trailingZeros(index);
    this.#low = this.#p;
    this.#high = this.#minus(modulus.reduce(this.#p * this.#p), 2n);
  }

  #minus(a: bigint, b: bigint): bigint {
    const difference = a - b;
    return difference < 0n ? difference + this.#modulus.value : difference;
  }

  advance(count: number): boolean {
    const { reduce } = this.#modulus;
    const end = Math.min(this.#bits.length, this.#at + count);
    for (; this.#at < end && this.#at < this.#tail - 1; this.#at++) {
      const middle = this.#minus(reduce(this.#low * this.#high), this.#p);
      if (this.#bits[this.#at] === "1") {
        this.#high = this.#minus(reduce(this.#high * this.#high), 2n);
        this.#low = middle;
      } else {
        this.#low = this.#minus(reduce(this.#low * this.#low), 2n);
        this.#high = middle;
      }
    }
    // The last 1 needs V_m+1 no more.
    if (this.#at < end && this.#at === this.#tail - 1) {
      this.#low = this.#minus(reduce(this.#low * this.#high), this.#p);
      this.#high = 0n;
      this.#at++;
    }
    for (; this.#at < end; this.#at++) {
      this.#low = this.#minus(reduce(this.#low * this.#low), 2n);
    }
    return this.#at >= this.#bits.length;
  }

  save(): Saved {
    return [this.#at, toHex(this.#low), toHex(this.#high)];
  }

  restore(saved: Saved): void {
    const [at, low, high] = saved as [number, string, string];
    this.#at = at;
    this.#low = fromHex(low);
    this.#high = fromHex(high);
  }

  result(): Saved {
    return toHex(this.#low);
  }

  progress() {
    return { done: this.#at, total: this.#bits.length };
  }
}

/** V_index(P, 1) mod N, for index >= 0 and N > 2. */
export function* lucasV(modulus: Modulus, p: bigint, index: bigint): Procedure<bigint> {
  if (index === 0n) return 2n % modulus.value;
  return fromHex((yield new LucasChain(modulus, p, index)) as string);
}
