// The bound on all lines where affinity keys are few: the best sequence of keys, exactly but for rules that sets of keys
// cannot tell. What affinity and prices make of a line's beginning follows from the set of its keys and the last one
// (Held and Karp 1962), so that its steps grow with sets and terms, and not with positions.

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** With more keys the tables take too much memory. */
const MOST_KEYS = 17;
/** Most steps from a set to the next: about a third of a second. */
const MOST_STEPS = 90_000_000;
/** Values are kept in single precision: what that may lose over all terms. */
const SLACK = 0.1;

/** The bound of one problem. */
export class SetBound {
  readonly #tb: PlannerTables;
  /** Sets of keys that one line may hold, the smallest first, and where those of each size begin. */
  readonly #sets: Int32Array;
  readonly #sizeStart: Int32Array;
  /** [set * K + k] weighted affinities of key k to those of the set. */
  readonly #sums: Int16Array;
  /** [t] of a key: whether it may come again in the term. */
  readonly #mayRepeat: boolean[];
  #now: Float32Array;
  #next: Float32Array;

  /** The bound; null where there are too many keys, or too many steps. */
  static of(
    tables: PlannerTables,
    mayMeet: (t: number, u: number, a: number, b: number) => boolean,
  ): SetBound | null {
    if (tables.keys > MOST_KEYS || stepsOf(tables) > MOST_STEPS) return null;
    return new SetBound(tables, mayMeet);
  }

  private constructor(
    tables: PlannerTables,
    mayMeet: (t: number, u: number, a: number, b: number) => boolean,
  ) {
    const { keys: K, terms: T, affinity } = tables, all = 1 << K;
    this.#tb = tables;
    this.#sums = new Int16Array(all * K);
    for (let set = 1; set < all; set++) {
      const low = 31 - Math.clz32(set & -set), rest = set & (set - 1);
      for (let k = 0; k < K; k++) {
        this.#sums[set * K + k] = this.#sums[rest * K + k] + OBJECTIVE.all * affinity[low * K + k];
      }
    }
    const { sets, sizeStart } = setsOf(tables);
    this.#sets = sets;
    this.#sizeStart = sizeStart;
    const repeats = (k: number) =>
      Array.from({ length: T }, (_, t) => t).some((t) =>
        Array.from({ length: t }, (_, u) => u).some((u) => mayMeet(u, t, k, k))
      );
    this.#mayRepeat = Array.from({ length: K }, (_, k) => repeats(k));
    this.#now = new Float32Array(all * K);
    this.#next = new Float32Array(all * K);
  }

  /** No line is worth more. @param vKey [t * K + k] best value of a class of the key at the term */
  best(vKey: Float64Array): number {
    const { keys: K, terms: T, affinity } = this.#tb, sums = this.#sums;
    this.#now.fill(-Infinity);
    for (let k = 0; k < K; k++) this.#now[(1 << k) * K + k] = vKey[k];
    for (let t = 1; t < T; t++) {
      const now = this.#now, next = this.#next.fill(-Infinity), row = t * K;
      const end = this.#sizeStart[Math.min(t, K) + 1];
      for (let n = 0; n < end; n++) {
        const set = this.#sets[n], at = set * K;
        for (let k = 0; k < K; k++) {
          const own = vKey[row + k];
          if (own === -Infinity) continue;
          const isHeld = (set >> k & 1) === 1;
          if (isHeld && !this.#mayRepeat[k]) continue;
          let best = -Infinity;
          for (let last = set; last !== 0; last &= last - 1) {
            const l = 31 - Math.clz32(last & -last);
            const value = now[at + l] + OBJECTIVE.adj * affinity[l * K + k];
            if (value > best) best = value;
          }
          if (best === -Infinity) continue;
          best += own;
          const to = isHeld ? at + k : (set | 1 << k) * K + k;
          if (!isHeld) best += sums[at + k];
          if (best > next[to]) next[to] = best;
        }
      }
      [this.#now, this.#next] = [next, now];
    }
    let best = -Infinity;
    for (const set of this.#sets) {
      for (let k = 0; k < K; k++) best = Math.max(best, this.#now[set * K + k]);
    }
    return best + SLACK;
  }
}

/** Steps from sets to their next keys, over all terms. */
function stepsOf({ keys: K, terms: T }: PlannerTables): number {
  let steps = 0, upTo = 0, choose = 1;
  for (let t = 1; t < T; t++) {
    if (t <= K) {
      choose = choose * (K - t + 1) / t;
      upTo += choose * t;
    }
    steps += upTo * K;
  }
  return steps;
}

/** The sets of keys that limits allow in one line, by size. */
function setsOf(tables: PlannerTables): { sets: Int32Array; sizeStart: Int32Array } {
  const {
    keys: K,
    classes: C,
    keyOf,
    limits,
    limitOf,
    limitStart,
    limitWeight,
    limitMax,
    terms: T,
  } = tables;
  const counts = (c: number, l: number) =>
    limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(l);
  const caps = Array.from({ length: limits }, (_, l) => {
    // Keys that count in the limit whatever their class, and how many of them fit at the lightest terms.
    let mask = (1 << K) - 1;
    for (let c = 0; c < C; c++) if (!counts(c, l)) mask &= ~(1 << keyOf[c]);
    let room = limitMax[l], most = 0;
    for (const w of limitWeight.slice(l * T, (l + 1) * T).sort()) {
      if (w > room) break;
      room -= w;
      most++;
    }
    return { mask, most };
  });
  const bySize = Array.from({ length: K + 1 }, () => [] as number[]);
  for (let set = 1; set < 1 << K; set++) {
    const size = bitCount(set);
    if (size > T) continue;
    if (caps.every(({ mask, most }) => bitCount(set & mask) <= most)) bySize[size].push(set);
  }
  const sizeStart = new Int32Array(K + 2);
  bySize.forEach((own, size) => sizeStart[size + 1] = sizeStart[size] + own.length);
  return { sets: Int32Array.from(bySize.flat()), sizeStart };
}

function bitCount(x: number): number {
  let n = 0;
  for (; x !== 0; x &= x - 1) n++;
  return n;
}
