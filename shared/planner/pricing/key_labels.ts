// The best line of a set of keys, exactly as far as sets of positions tell the rules: beginnings are extended term by term, of
// those with the same positions and the same end the best one goes on, and what cannot come to more than a floor is left out.

import type { PlannerTables } from "../model/tables.ts";
import type { KeyWalks } from "./key_walks.ts";

/** Positions of a set of keys are bits of one number. */
const MOST_POSITIONS = 31;
/** Beginnings of one set of keys up to which all go on, and how many of a term do then, those that may come to most. */
const MOST_LABELS = 40_000;
const FEW_LABELS = 2_000;

/** What the lines of one set of keys are bounded by. */
export interface KeySet {
  /** Keys as bits, each held at least once. */
  mask: number;
  /** What the keys bring together. */
  pairs: number;
  /** [element] what sets get, and sequences pay, for each; what a set gets at most with all its pairs. */
  cost: Float64Array;
  worth: number;
}

/** A beginning. */
interface Label {
  /** Positions held, and keys held, as bits of those of the set; the last element. */
  held: number;
  keys: number;
  last: number;
  /** What its terms are worth less the costs, what whole lines are at most that begin so, and its terms with nothing else. */
  bound: number;
  most: number;
  value: number;
  /** Weeks used of limits that terms count in unevenly. */
  weeks: readonly number[];
  before: Label | null;
  /** Another one that holds the same and has the same end, but used other weeks. */
  other: Label | null;
}

/** Finds best lines of sets of keys. */
export class KeyLabels {
  readonly #terms: number;
  readonly #keys: number;
  readonly #key: Int32Array;
  readonly #walks: KeyWalks;
  /** [element] features it covers, and those that a line must. */
  readonly #cover: Int32Array;
  readonly #need: number;
  readonly #weeks: WeekLimits;
  readonly #limits: readonly { has: Uint8Array; most: number }[];
  /** Memory that is used again. */
  #room = new Float64Array(0);
  work = 0;

  /** @param at position of each element @param limits [element] whether it counts, and how many may */
  constructor(
    tables: PlannerTables,
    at: Int32Array,
    key: Int32Array,
    walks: KeyWalks,
    limits: readonly { has: Uint8Array; most: number }[],
  ) {
    const { terms, keys, cover, classOf, need } = tables;
    this.#terms = terms;
    this.#keys = keys;
    this.#need = need;
    this.#cover = at.map((r) => cover[classOf[r]]);
    this.#weeks = new WeekLimits(tables, at);
    this.#key = key;
    this.#walks = walks;
    this.#limits = limits;
  }

  /**
   * The best line worth more than the floor.
   * @returns its elements by term, null where none was found, and what no line is worth more than: -Infinity where there is
   * none above the floor; null where it is not told
   */
  best(set: KeySet, floor: number): { value: number; line: Int32Array | null } | null {
    const E = this.#key.length, T = this.#terms, K = this.#keys, { cost } = set;
    const keys = bitsIn(set.mask), elements: number[] = [];
    for (let e = 0; e < E; e++) if ((set.mask >> this.#key[e] & 1) === 1) elements.push(e);
    if (elements.length > MOST_POSITIONS) return null;
    this.#walks.best(keys, cost);
    const room = set.worth - floor, n = keys.length, rest = this.#rest(keys);
    if (room + this.#most(keys, rest) <= 0) return { value: -Infinity, line: null };
    const bitOf = new Int32Array(K);
    keys.forEach((k, i) => bitOf[k] = i);
    const limits = this.#limitsOf(elements);
    let layer = new Map<number, Label>(), made = 0, dropped = -Infinity;
    const weeksOf = this.#weeks.among(elements);
    const begin = { held: 0, keys: 0, last: -1, bound: 0, most: 0, value: 0, before: null, other: null };
    layer.set(0, { ...begin, weeks: weeksOf.none });
    for (let t = 0; t < T; t++) {
      const next = new Map<number, Label>();
      for (const label of allOf(layer)) {
        made++;
        const lastKey = label.last < 0 ? -1 : this.#key[label.last];
        for (let i = 0; i < elements.length; i++) {
          const e = elements[i], k = this.#key[e];
          if ((label.held >> i & 1) === 1) continue;
          const own = this.#walks.value[t * E + e];
          if (own === -Infinity) continue;
          const near = lastKey < 0 ? 0 : this.#walks.near(lastKey, k);
          const bound = label.bound + own - cost[e] + near;
          const all = label.keys | 1 << bitOf[k];
          if (n - countBits(all) > T - t - 1) continue;
          const most = bound + rest[((t << n) + all) * n + bitOf[k]];
          if (most + room <= 0) continue;
          const held = label.held | 1 << i;
          if (limits.some(({ mask, most: own }) => (mask >> i & 1) === 1 && countBits(held & mask) > own)) {
            continue;
          }
          const weeks = weeksOf.use(label.weeks, i, t);
          if (weeks === null) continue;
          const value = label.value + own + near;
          const more = { held, keys: all, last: e, bound, most, value, weeks, before: label, other: null };
          add(next, held * K + k, more);
        }
      }
      this.work += next.size * 8;
      layer = next;
      if (made > MOST_LABELS) {
        const left = Array.from(allOf(layer)).sort((a, b) => b.most - a.most);
        if (left.length > FEW_LABELS) dropped = Math.max(dropped, left[FEW_LABELS].most);
        layer = new Map();
        left.slice(0, FEW_LABELS).forEach((label, i) => layer.set(i, { ...label, other: null }));
      }
    }
    let best: Label | null = null;
    for (const label of allOf(layer)) {
      if ((this.#coverOf(elements, label.held) & this.#need) !== this.#need) continue;
      if (best === null || label.value > best.value) best = label;
    }
    const value = best === null ? -Infinity : best.value + set.pairs;
    // What was left behind counts with what it may come to.
    const bound = Math.max(value, dropped + set.worth);
    if (bound <= floor) return { value: -Infinity, line: null };
    return { value: bound, line: value > floor ? lineOf(best!, T) : null };
  }

  /**
   * What the terms behind one bring at most, where each key is held once at least and positions are forgotten.
   * @returns [((term << n) + keys held) * n + the last of them]
   */
  #rest(keys: Int32Array): Float64Array {
    const T = this.#terms, n = keys.length, whole = (1 << n) - 1, size = n << n;
    if (this.#room.length < T * size) this.#room = new Float64Array(T * size);
    const rest = this.#room, near = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) near[i * n + j] = this.#walks.near(keys[i], keys[j]);
    }
    const sizes = Uint8Array.from({ length: 1 << n }, (_, mask) => countBits(mask));
    rest.fill(-Infinity, (T - 1) * size, T * size);
    rest.fill(0, (T - 1) * size + whole * n, T * size);
    const own = new Float64Array(n);
    for (let t = T - 2; t >= 0; t--) {
      for (let i = 0; i < n; i++) own[i] = this.#walks.own(t + 1, keys[i]);
      for (let mask = 1; mask <= whole; mask++) {
        // So many terms hold no more keys, and so many left hold no fewer.
        if (sizes[mask] > t + 1 || n - sizes[mask] > T - t - 1) continue;
        const isSpare = n - sizes[mask] < T - t - 1;
        for (let i = 0; i < n; i++) {
          if ((mask >> i & 1) === 0) continue;
          let most = -Infinity;
          for (let j = 0; j < n; j++) {
            const isHeld = (mask >> j & 1) === 1;
            if (isHeld && !isSpare) continue;
            const sum = near[i * n + j] + own[j] + rest[(t + 1) * size + (mask | 1 << j) * n + j];
            if (sum > most) most = sum;
          }
          rest[t * size + mask * n + i] = most;
          this.work++;
        }
      }
    }
    return rest;
  }

  /** What sequences of all the keys come to at most. */
  #most(keys: Int32Array, rest: Float64Array): number {
    const n = keys.length;
    return keys.reduce(
      (most, k, i) => Math.max(most, this.#walks.own(0, k) + rest[(1 << i) * n + i]),
      -Infinity,
    );
  }

  #coverOf(elements: readonly number[], held: number): number {
    return elements.reduce((all, e, i) => (held >> i & 1) === 1 ? all | this.#cover[e] : all, 0);
  }

  /** Limits that may bind among some elements, as bits of these. */
  #limitsOf(elements: readonly number[]): { mask: number; most: number }[] {
    return this.#limits.map(({ has, most }) => ({
      mask: elements.reduce((mask, e, i) => mask | has[e] << i, 0),
      most,
    })).filter(({ mask, most }) => countBits(mask) > most);
  }
}

/** Puts a beginning beside those that hold the same and have the same end, unless one of them is as good. */
function add(layer: Map<number, Label>, name: number, label: Label): void {
  const first = layer.get(name);
  if (first === undefined) {
    layer.set(name, label);
    return;
  }
  const isBetter = (a: Label, b: Label) =>
    a.value >= b.value && a.weeks.every((n, i) => n <= b.weeks[i]);
  for (let at: Label | null = first; at !== null; at = at.other) if (isBetter(at, label)) return;
  let kept: Label | null = null;
  for (let at: Label | null = first; at !== null;) {
    const after: Label | null = at.other;
    if (!isBetter(label, at)) {
      at.other = kept;
      kept = at;
    }
    at = after;
  }
  label.other = kept;
  layer.set(name, label);
}

function* allOf(layer: Map<number, Label>): Generator<Label> {
  for (const first of layer.values()) {
    for (let at: Label | null = first; at !== null; at = at.other) yield at;
  }
}

/** Weeks of the limits that may bind among some elements. */
interface SetWeeks {
  none: readonly number[];
  /** What is used once the i-th of the elements comes at term t; null where that is too much. */
  use(weeks: readonly number[], i: number, t: number): readonly number[] | null;
}

/** Limits that some terms weigh more in than others: sets of positions do not tell them. */
class WeekLimits {
  /** [element] entries: number of its sum, weights by term, and the most. */
  readonly #entries: { sum: number; weights: Int32Array; most: number }[][];

  constructor(tables: PlannerTables, at: Int32Array) {
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUse, classOf } = tables;
    const isUneven = new Set<number>();
    const weights = (l: number) => limitWeight.subarray(l * T, (l + 1) * T);
    for (let l = 0; l < tables.limits; l++) {
      const own = weights(l);
      if (own.some((w) => w !== own[0])) isUneven.add(limitUse[l]);
    }
    this.#entries = Array.from(at, (r) => {
      const c = classOf[r];
      return Array.from(limitOf.subarray(limitStart[c], limitStart[c + 1]))
        .filter((l) => isUneven.has(limitUse[l]))
        .map((l) => ({ sum: limitUse[l], weights: weights(l), most: limitMax[l] }));
    });
  }

  among(elements: readonly number[]): SetWeeks {
    const heaviest = new Map<number, number>(), mosts = new Map<number, number>();
    for (const e of elements) {
      for (const { sum, weights, most } of this.#entries[e]) {
        heaviest.set(sum, (heaviest.get(sum) ?? 0) + Math.max(...weights));
        mosts.set(sum, Math.min(mosts.get(sum) ?? Infinity, most));
      }
    }
    const places = new Map<number, number>();
    for (const [sum, n] of heaviest) if (n > mosts.get(sum)!) places.set(sum, places.size);
    const own = elements.map((e) =>
      this.#entries[e].filter(({ sum }) => places.has(sum)).map((entry) => ({
        ...entry,
        place: places.get(entry.sum)!,
      }))
    );
    return {
      none: Array.from(places, () => 0),
      use(weeks, i, t) {
        if (own[i].length === 0) return weeks;
        const next = weeks.slice();
        for (const { place, weights, most } of own[i]) {
          next[place] += weights[t];
          if (next[place] > most) return null;
        }
        return next;
      },
    };
  }
}

function lineOf(end: Label, terms: number): Int32Array {
  const line = new Int32Array(terms);
  let at: Label = end;
  for (let t = terms - 1; t >= 0; t--) {
    line[t] = at.last;
    at = at.before!;
  }
  return line;
}

/** The places of the bits of a number. */
export function bitsIn(mask: number): Int32Array {
  const bits: number[] = [];
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits.push(31 - Math.clz32(rest & -rest));
  return Int32Array.from(bits);
}

/** How many bits a number has. */
export function countBits(mask: number): number {
  let n = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) n++;
  return n;
}
