// Seeded random numbers whose whole state is one 32-bit integer, so that a checkpoint can carry it.

/** xorshift-multiply generator (splitmix32); the same state gives the same sequence everywhere. */
export class Random {
  /** Current state, an unsigned 32-bit integer. */
  state: number;

  constructor(state: number) {
    this.state = state >>> 0;
  }

  /** Next number in [0, 1). */
  next(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  }

  /** Next integer in 0..n-1. */
  below(n: number): number {
    return Math.floor(this.next() * n);
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
