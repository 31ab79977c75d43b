// What beginnings of a set's lines remember of its elements (`key_labels.ts`), as bits of one number: some to the end, others only
// from where a walk came to them to where it came to them again, so that a few more beginnings of a few terms keep walks from
// going to and fro (ng-routes whose memory is of arcs; Roberti and Mingozzi 2014, Bulhões, Sadykov and Uchoa 2018).

/** Bits of a number. */
const BITS = 31;
/** An element is remembered to the end where it came again after more terms, or in so many lines before. */
const FARTHEST = 4;
const MOST_LINES = 4;
/** With fewer terms nothing is far apart: all is remembered to the end. */
const LEAST_TERMS = 2 * FARTHEST + 1;

/** What is remembered after each term. */
export class TermMemory {
  readonly #terms: number;
  /** [element] lines that it was kept out of for some terms. */
  readonly #lines: Int32Array;
  /** [term] the bits that tell something after it, and those that go on from the term before. */
  readonly used: Int32Array;
  readonly carried: Int32Array;
  /** [term * elements + element] the bits that keep it out, and those that it sets. */
  readonly bars: Int32Array;
  readonly sets: Int32Array;

  constructor(terms: number, elements: number) {
    this.#terms = terms;
    this.#lines = new Int32Array(elements);
    this.used = new Int32Array(terms);
    this.carried = new Int32Array(terms);
    this.bars = new Int32Array(terms * elements);
    this.sets = new Int32Array(terms * elements);
  }

  /** Remembers to the end whether one of these came. @returns the bit that tells it; 0 where there is no room */
  oneOf(elements: Iterable<number>): number {
    const bit = this.#free(0, this.#terms, false);
    for (const i of elements) this.#set(i, 0, this.#terms, bit);
    return bit;
  }

  /** Remembers to the end whether an element came, which comes once. @returns the bit that tells it; 0 where there is no room */
  once(i: number): number {
    const bit = this.oneOf([i]);
    this.#bar(i, 0, this.#terms - 1, bit);
    return bit;
  }

  /**
   * Keeps an element from coming again where a line holds it again a few terms later.
   * @param line the element of each term
   * @returns whether there was something to be kept out, and room for it
   */
  keepApart(i: number, line: readonly number[]): boolean {
    const at = line.flatMap((j, t) => j === i ? [t] : []);
    const isFar = at.some((t, n) => n > 0 && t - at[n - 1] > FARTHEST);
    if (this.#terms < LEAST_TERMS || isFar || this.#lines[i] === MOST_LINES) return false;
    this.#lines[i]++;
    let isKept = false;
    for (let n = 1; n < at.length; n++) {
      const bit = this.#free(at[n - 1], at[n], true);
      this.#set(i, at[n - 1], at[n], bit);
      this.#bar(i, at[n - 1], at[n], bit);
      isKept ||= bit !== 0;
    }
    return isKept;
  }

  /** It sets a bit in these terms, which tells so before the last of them is over. */
  #set(i: number, from: number, to: number, bit: number): void {
    for (let t = from; t < to; t++) {
      this.used[t] |= bit;
      this.sets[t * this.#lines.length + i] |= bit;
      if (t > from) this.carried[t] |= bit;
    }
  }

  #bar(i: number, from: number, to: number, bit: number): void {
    for (let t = from + 1; t <= to; t++) this.bars[t * this.#lines.length + i] |= bit;
  }

  /** A bit that tells nothing after these terms, the highest or the lowest; 0 where there is none. */
  #free(from: number, to: number, isHighest: boolean): number {
    let taken = 0;
    for (let t = from; t < to; t++) taken |= this.used[t];
    for (let n = 0; n < BITS; n++) {
      const bit = 1 << (isHighest ? BITS - 1 - n : n);
      if ((taken & bit) === 0) return bit;
    }
    return 0;
  }
}
