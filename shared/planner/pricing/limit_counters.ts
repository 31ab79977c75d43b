// How many positions of some limits a beginning of a line holds, as one number: where positions are forgotten, counting those of
// a limit takes far fewer beginnings than remembering each of them (`key_labels.ts`).

/** Bits of a counter, of which the highest is set once there are too many, and how many fit into one number. */
const BITS = 5;
const MOST_COUNTERS = 6;
const TOO_MANY = 1 << BITS - 1;

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

  /** @param elements how many there are */
  constructor(elements: number) {
    this.add = new Int32Array(elements);
  }

  /** Counts a limit from now on. @returns whether there is room for it, and it is not counted yet */
  count(limit: CountedLimit): boolean {
    const at = this.limits.length;
    if (at === MOST_COUNTERS || limit.most >= TOO_MANY) return false;
    if (this.limits.some(({ has }) => has.every((n, i) => n === limit.has[i]))) return false;
    this.limits.push(limit);
    this.none |= TOO_MANY - 1 - limit.most << BITS * at;
    this.mask |= (1 << BITS) - 1 << BITS * at;
    this.full |= TOO_MANY << BITS * at;
    limit.has.forEach((n, i) => this.add[i] |= n << BITS * at);
    return true;
  }

  /** How many elements of a counted limit are held. @param at its counter */
  held(counters: number, at: number): number {
    const counted = (1 << BITS) - 1;
    return (counters >> BITS * at & counted) - (this.none >> BITS * at & counted);
  }
}
