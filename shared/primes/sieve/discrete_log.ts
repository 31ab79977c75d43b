// Which exponents of a range give a wanted residue modulo p, by baby steps and giant steps.

import { inverseMod, mulMod, powMod } from "./residues.ts";

/**
 * Finds all n in first..first+count-1 with base^n = target (mod p), for a fixed base and range and many
 * primes. Costs about 2*sqrt(count) products a prime, where trying every n costs count.
 */
export class ExponentFinder {
  readonly #base: number;
  readonly #first: number;
  readonly #count: number;
  readonly #steps: number;
  readonly #mask: number;
  /** Open hash table residue -> exponent; a stamp per prime saves clearing it. */
  readonly #keys: Int32Array;
  readonly #exponents: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;

  /** @param base whole, above 1; @param first from 0 on */
  constructor(base: number, first: number, count: number) {
    this.#base = base;
    this.#first = first;
    this.#count = count;
    this.#steps = Math.ceil(Math.sqrt(count));
    const size = 2 ** Math.ceil(Math.log2(4 * this.#steps + 4));
    this.#mask = size - 1;
    this.#keys = new Int32Array(size);
    this.#exponents = new Int32Array(size);
    this.#stamps = new Int32Array(size);
  }

  /**
   * @param p prime below 2^26 that does not divide the base
   * @param targets residues mod p, none of them 0
   * @param hit called with (index of the target, n - first)
   */
  find(p: number, targets: readonly number[], hit: (target: number, offset: number) => void): void {
    const base = this.#base % p;
    const order = this.#babySteps(base, p);
    const inverse = inverseMod(powMod(base, this.#first, p), p);
    const giant = inverseMod(powMod(base, this.#steps, p), p);
    for (let t = 0; t < targets.length; t++) {
      let wanted = mulMod(targets[t], inverse, p);
      if (order > 0) {
        // All powers are in the table.
        for (let n = this.#exponent(wanted); n >= 0 && n < this.#count; n += order) hit(t, n);
        continue;
      }
      for (let at = 0; at < this.#count; at += this.#steps) {
        const n = this.#exponent(wanted);
        if (n >= 0 && at + n < this.#count) hit(t, at + n);
        wanted = mulMod(wanted, giant, p);
      }
    }
  }

  /** Fills the table with base^0, base^1...; answers the base's order where it is that small, else 0. */
  #babySteps(base: number, p: number): number {
    this.#stamp++;
    let power = 1;
    for (let n = 0; n < this.#steps; n++) {
      if (n > 0 && power === 1) return n;
      let at = power & this.#mask;
      while (this.#stamps[at] === this.#stamp) at = (at + 1) & this.#mask;
      this.#stamps[at] = this.#stamp;
      this.#keys[at] = power;
      this.#exponents[at] = n;
      power = mulMod(power, base, p);
    }
    return power === 1 ? this.#steps : 0;
  }

  #exponent(residue: number): number {
    for (
      let at = residue & this.#mask;
      this.#stamps[at] === this.#stamp;
      at = (at + 1) & this.#mask
    ) {
      if (this.#keys[at] === residue) return this.#exponents[at];
    }
    return -1;
  }
}
