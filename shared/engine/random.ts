// Seeded random numbers whose whole state is one 32-bit integer, so that a checkpoint can carry it.

/** What draws are multiples of: products take less long than quotients. */
const ULP = 2 ** -32;

/** xorshift-multiply generator (splitmix32); the same state gives the same sequence everywhere. */
export class Random {
  /** The state in whole numbers of 32 bits: draws take half as long as from a number of its own. */
  readonly #state: Int32Array;

  constructor(state: number) {
    this.#state = Int32Array.of(state | 0);
  }

  /** Current state, an unsigned 32-bit integer. */
  get state(): number {
    return this.#state[0] >>> 0;
  }

  set state(state: number) {
    this.#state[0] = state;
  }

  /** Next number in [0, 1). */
  next(): number {
    const state = this.#state;
    let z = state[0] = (state[0] + 0x9e3779b9) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) * ULP;
  }

  /** Next integer in 0..n-1. @param n at most 2^31 */
  below(n: number): number {
    return this.next() * n | 0;
  }

  /** Puts a random choice of `k` entries into the first k places of `items` (Fisher-Yates). */
  choose(items: Int32Array, k: number, n: number = items.length): void {
    for (let i = 0; i < k; i++) {
      const j = i + this.below(n - i);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
  }
}
