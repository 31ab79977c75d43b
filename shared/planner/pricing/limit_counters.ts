// How many positions of some limits a beginning of a line holds, as one number: where positions are forgotten, counting those of
// a limit takes far fewer beginnings than remembering each of them (`key_labels.ts`).

/** Bits of all counters. */
const BITS = 31;

/** So many of some elements at most. */
export interface CountedLimit {
  /** [element] whether it counts. */
  has: Uint8Array;
  most: number;
}

/** Counters of some limits of a set of elements. */
export class LimitCounters {
  /** What is counted, one counter each. */
  readonly limits: CountedLimit[] = [];
  /** Counters of nothing held; their bits, and those that are set where there are too many. */
  none = 0;
  mask = 0;
  full = 0;
  /** [element] what it adds. */
  readonly add: Int32Array;

  /** [counter] the first of its bits; behind the last one, how many are taken. */
  readonly #from: number[] = [0];

  /** @param elements how many there are */
  constructor(elements: number) {
    this.add = new Int32Array(elements);
  }

  /** Counts a limit from now on. @returns whether there is room for it, and it is not counted yet */
  count(limit: CountedLimit): boolean {
    // The highest of its bits is set once there are too many.
    const from = this.#from.at(-1)!, bits = 33 - Math.clz32(limit.most);
    if (from + bits > BITS) return false;
    if (this.limits.some(({ has }) => has.every((n, i) => n === limit.has[i]))) return false;
    const tooMany = 1 << bits - 1;
    this.limits.push(limit);
    this.#from.push(from + bits);
    this.none |= tooMany - 1 - limit.most << from;
    this.mask |= (1 << bits) - 1 << from;
    this.full |= tooMany << from;
    limit.has.forEach((n, i) => this.add[i] |= n << from);
    return true;
  }

  /** How many elements of a counted limit are held. @param at its counter */
  held(counters: number, at: number): number {
    const from = this.#from[at], counted = (1 << this.#from[at + 1] - from) - 1;
    return (counters >> from & counted) - (this.none >> from & counted);
  }
}
