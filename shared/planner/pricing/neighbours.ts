// What neighbours can bring in a line that holds a set of elements, whatever their order: every element has two neighbours
// at most, two of them have one, and each neighbour is seen from both sides. Neighbours of the same key bring nothing here.

/** Bounds what neighbours bring; elements are told by their levels (`SetProblem`). */
export class NeighbourBound {
  readonly #levels: number;
  readonly #beside: Float64Array;
  /** [level * levels + i] other levels, the ones that bring most first, so many of them. */
  readonly #friends: Int32Array;
  readonly #count: Int32Array;
  /** [level] half of what its two best neighbours bring: a set's elements together bring no more than the sum of theirs. */
  readonly half: Float64Array;
  readonly #isHeld: Uint8Array;
  /** Of the set looked at last: pairs of levels (a, b) where b is among the neighbours that a wants, and how many there are. */
  readonly wanted: Int32Array;
  wants = 0;

  constructor(levels: number) {
    this.#levels = levels;
    this.#beside = new Float64Array(levels * levels);
    this.#friends = new Int32Array(levels * levels);
    this.#count = new Int32Array(levels);
    this.half = new Float64Array(levels);
    this.#isHeld = new Uint8Array(levels);
    this.wanted = new Int32Array(4 * levels);
  }

  /** @param beside [level * levels + level'] what the two bring as neighbours, at least 0 */
  update(beside: Float64Array): void {
    const L = this.#levels;
    this.#beside.set(beside);
    for (let l = 0; l < L; l++) {
      const row = l * L;
      const others = Array.from({ length: L }, (_, m) => m).filter((m) => beside[row + m] > 0)
        .sort((a, b) => beside[row + b] - beside[row + a] || a - b);
      this.#friends.set(others, row);
      this.#count[l] = others.length;
      const [first, second] = others;
      this.half[l] = ((first === undefined ? 0 : beside[row + first]) +
        (second === undefined ? 0 : beside[row + second])) / 2;
    }
  }

  /** What neighbours bring at most among the first n of the levels held. */
  most(held: Int32Array, n: number): number {
    const L = this.#levels, isHeld = this.#isHeld;
    for (let i = 0; i < n; i++) isHeld[held[i]] = 1;
    // The ends of the line are the two that lose least.
    let sum = 0, least = Infinity, next = Infinity, wants = 0, atLeast = -1, atNext = -1;
    for (let i = 0; i < n; i++) {
      const row = held[i] * L, end = row + this.#count[held[i]];
      let found = 0, second = 0, place = -1;
      for (let f = row; f < end && found < 2; f++) {
        const m = this.#friends[f];
        if (isHeld[m] === 0) continue;
        this.wanted[wants++] = held[i];
        this.wanted[wants++] = m;
        if (++found === 2) {
          second = this.#beside[row + m];
          place = wants - 2;
        }
        sum += this.#beside[row + m];
      }
      if (second < least) {
        next = least;
        atNext = atLeast;
        least = second;
        atLeast = place;
      } else if (second < next) {
        next = second;
        atNext = place;
      }
    }
    for (let i = 0; i < n; i++) isHeld[held[i]] = 0;
    if (n < 2) {
      this.wants = 0;
      return 0;
    }
    // What the ends do not want is no neighbour.
    for (const place of [Math.max(atLeast, atNext), Math.min(atLeast, atNext)]) {
      if (place < 0) continue;
      wants -= 2;
      this.wanted.copyWithin(place, place + 2, wants + 2);
    }
    this.wants = wants / 2;
    return (sum - least - next) / 2;
  }
}
