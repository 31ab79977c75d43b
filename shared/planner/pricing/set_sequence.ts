// A bound on lines of many terms that does not grow loose with them: what a line is worth is its sequence (prices, and
// what neighbours bring) and its set (what all pairs of keys bring). Each is maximised on its own, the set exactly under the
// limits of a line, the sequence as far as it remembers how often it held a key (ng-routes; Baldacci and others 2011), and
// multipliers on every position, and on every pair of keys, make the two agree as far as they will (Lagrangean
// decomposition; Guignard and Kim 1987). Any multipliers give a true bound.

import type { Random } from "../../engine/random.ts";
import { slotOf } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";
import { type KeyMemory, memoryOf } from "./key_memory.ts";
import { NeighbourBound } from "./neighbours.ts";
import { proveSet } from "./set_proof.ts";

/** With more positions the steps are too many. */
const MOST_ELEMENTS = 64;
/** Sets that are remembered. */
const SETS = 30;

/** What makes set and sequence agree. */
export interface Multipliers {
  /** [element] what a set gets, and a sequence pays, for holding it. */
  elements: Float64Array;
  /** [key * keys + key'], at least 0: the same for two keys beside each other. */
  pairs: Float64Array;
}

/** Sets of elements, as 0 and 1. */
export type ElementSets = Uint8Array[];

/** Sets and sequences of one problem's lines, under the prices and multipliers at hand. */
export class SetSequence {
  readonly #tb: PlannerTables;
  /** [element] its position and key. */
  readonly at: Int32Array;
  readonly #key: Int32Array;
  /** [element] limits that it counts in, and what each allows. */
  readonly #limitsOf: Int32Array[];
  readonly #most: Int32Array;
  /** [key] the first of its levels (`SetProblem`); [level] its key. */
  readonly #levelOf: Int32Array;
  readonly #keyOfLevel: number[];
  readonly #neighbours: NeighbourBound;
  /** [key] how often a line holds it at most. */
  readonly #timesMost: Int32Array;
  readonly #memory: KeyMemory;
  multipliers: Multipliers;
  /** [level * levels + level'] what a pair brings in the set; [key * K + key'] as neighbours in the sequence. */
  readonly #inSet: Float64Array;
  readonly #beside: Float64Array;
  /** [term] elements of the best sequence. */
  readonly sequence: Int32Array;
  readonly #visits: Int32Array;
  readonly #besides: Int32Array;
  readonly #onLevels: Int32Array;
  readonly #times: Int32Array;
  /** [term * keys + key] the element of the key that is worth most, and what it is worth. */
  readonly #elementOf: Int32Array;
  readonly #ofKey: Float64Array;
  #value: Float64Array;
  /** Steps made so far, all of about the same cost. */
  work = 0;

  /** Null where there are too many positions, or they may come again. */
  static of(tables: PlannerTables, cap: Int32Array): SetSequence | null {
    return SetSequence.fits(tables, cap)
      ? new SetSequence(tables, Int32Array.from(openPositions(tables, cap)))
      : null;
  }

  /** Whether there are such sets and sequences. */
  static fits(tables: PlannerTables, cap: Int32Array): boolean {
    const open = openPositions(tables, cap).length;
    return tables.distinct && open <= MOST_ELEMENTS && open >= tables.terms;
  }

  private constructor(tables: PlannerTables, open: Int32Array) {
    const { keys: K, keyOf, classOf, terms: T } = tables, E = open.length;
    this.#tb = tables;
    this.at = open;
    this.#key = open.map((r) => keyOf[classOf[r]]);
    const limits = countedLimits(tables);
    this.#most = Int32Array.from(limits, ({ most }) => most);
    this.#limitsOf = Array.from(
      open,
      (r) => Int32Array.from(limits.keys().filter((l) => limits[l].has[classOf[r]] === 1)),
    );
    const copies = new Int32Array(K);
    for (const k of this.#key) copies[k]++;
    this.#levelOf = new Int32Array(K);
    this.#keyOfLevel = [];
    for (let k = 0; k < K; k++) {
      this.#levelOf[k] = this.#keyOfLevel.length;
      for (let n = 0; n < copies[k]; n++) this.#keyOfLevel.push(k);
    }
    const L = this.#keyOfLevel.length;
    this.#neighbours = new NeighbourBound(L);
    this.#onLevels = new Int32Array(L);
    this.#times = new Int32Array(K);
    const limitKeys = limits.map(({ has, most }) => ({
      most,
      keys: Array.from({ length: K }, (_, k) => k).filter((k) =>
        copies[k] > 0 && open.every((r, e) => this.#key[e] !== k || has[classOf[r]] === 1)
      ),
    }));
    this.#timesMost = copies.map((n, k) =>
      limitKeys.reduce((all, { keys, most }) => keys.includes(k) ? Math.min(all, most) : all, n)
    );
    this.#memory = memoryOf(tables, this.#timesMost, limitKeys);
    this.multipliers = { elements: new Float64Array(E), pairs: new Float64Array(K * K) };
    this.#inSet = new Float64Array(L * L);
    this.#beside = new Float64Array(K * K);
    this.sequence = new Int32Array(T);
    this.#visits = new Int32Array(E);
    this.#besides = new Int32Array(K * K);
    this.#value = new Float64Array(T * E);
    this.#elementOf = new Int32Array(T * K);
    this.#ofKey = new Float64Array(T * K);
  }

  /**
   * Prices of the sequences to come.
   * @param prices [slot] price of using it
   * @param cap [slot] posts: none is used that has no post
   */
  setPrices(prices: Float64Array, cap: Int32Array): void {
    const { terms: T, positions: R } = this.#tb, E = this.at.length;
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        const s = slotOf(t, this.at[e], R);
        this.#value[t * E + e] = cap[s] > 0 ? -prices[s] : -Infinity;
      }
    }
  }

  /** Values of pairs under the multipliers, which are to be asked for whenever these have changed. */
  weigh(): void {
    const { keys: K, affinity } = this.#tb, keys = this.#keyOfLevel, L = keys.length;
    const { pairs } = this.multipliers, beside = new Float64Array(L * L);
    for (let l = 0; l < L; l++) {
      for (let m = 0; m < L; m++) {
        const i = keys[l] * K + keys[m];
        const isFirst = l === this.#levelOf[keys[l]] && m === this.#levelOf[keys[m]];
        const isOne = keys[l] === keys[m];
        this.#inSet[l * L + m] = isFirst && !isOne ? OBJECTIVE.all * affinity[i] : 0;
        beside[l * L + m] = isOne ? 0 : pairs[i];
      }
    }
    this.#neighbours.update(beside);
    for (let i = 0; i < K * K; i++) this.#beside[i] = OBJECTIVE.adj * affinity[i] - pairs[i];
  }

  /**
   * Which way the multipliers should move for the set and the best sequence to agree: the multipliers go down by a step
   * along these, those of pairs never below 0.
   */
  lack(set: Uint8Array): Multipliers {
    const { keys: K } = this.#tb, keys = this.#keyOfLevel;
    const elements = Float64Array.from(set, (n, e) => n - this.#visits[e]);
    const pairs = Float64Array.from(this.#besides, (n) => -n);
    this.#valueOf(set);
    const { wanted, wants } = this.#neighbours;
    for (let i = 0; i < wants; i++) {
      const k = keys[wanted[2 * i]], j = keys[wanted[2 * i + 1]];
      // Each neighbour is seen from both sides.
      pairs[k * K + j] += 0.5;
      pairs[j * K + k] += 0.5;
    }
    return { elements, pairs };
  }

  /** The best sequence's value, -Infinity where there is none; it stands in `sequence`. */
  bestSequence(): number {
    const { terms: T, keys: K } = this.#tb, { next, keyOf, begins, size } = this.#memory;
    this.#chooseElements();
    const own = this.#ofKey, timesMost = this.#timesMost, beside = this.#beside, S = keyOf.length;
    let now = new Float64Array(S).fill(-Infinity);
    for (let k = 0; k < K; k++) if (begins[k] >= 0) now[begins[k]] = own[k];
    const from: Int32Array[] = [], open = new Int32Array(K);
    for (let t = 1; t < T; t++) {
      const then = new Float64Array(S).fill(-Infinity), back = new Int32Array(S);
      // Counted as if every memory were gone through, reached or not: what a unit may do rests on it.
      this.work += Math.round(K * size / 4);
      let n = 0;
      for (let j = 0; j < K; j++) if (own[t * K + j] > -Infinity && timesMost[j] > 0) open[n++] = j;
      for (let s = 0; s < S; s++) {
        const value = now[s];
        if (value === -Infinity) continue;
        this.work += n;
        const to = s * K, near = keyOf[s] * K;
        for (let i = 0; i < n; i++) {
          const j = open[i], at = next[to + j];
          if (at < 0) continue;
          const worth = value + own[t * K + j] + beside[near + j];
          if (!(worth > then[at])) continue;
          then[at] = worth;
          back[at] = s;
        }
      }
      now = then;
      from.push(back);
    }
    let at = 0;
    for (let s = 1; s < S; s++) if (now[s] > now[at]) at = s;
    const best = now[at];
    if (best === -Infinity) return best;
    for (let t = T - 1; t >= 0; t--) {
      this.sequence[t] = this.#elementOf[t * K + keyOf[at]];
      if (t > 0) at = from[t - 1][at];
    }
    this.#countVisits();
    return best;
  }

  /** Of each key the element that is worth most in a term. */
  #chooseElements(): void {
    const { terms: T, keys: K } = this.#tb, E = this.at.length, cost = this.multipliers.elements;
    this.#ofKey.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        const i = t * K + this.#key[e], worth = this.#value[t * E + e] - cost[e];
        if (!(worth > this.#ofKey[i])) continue;
        this.#ofKey[i] = worth;
        this.#elementOf[i] = e;
      }
    }
  }

  #countVisits(): void {
    const { keys: K } = this.#tb;
    this.#visits.fill(0);
    this.#besides.fill(0);
    this.sequence.forEach((e, t) => {
      this.#visits[e]++;
      if (t === 0) return;
      const k = this.#key[e], j = this.#key[this.sequence[t - 1]];
      if (k === j) return;
      this.#besides[k * K + j]++;
      this.#besides[j * K + k]++;
    });
  }

  /** A set that limits allow; null where none is found. */
  randomSet(random: Random): Uint8Array | null {
    const { terms: T } = this.#tb, E = this.at.length;
    for (let tries = 0; tries < 50; tries++) {
      const set = new Uint8Array(E), used = new Int32Array(this.#most.length);
      let size = 0;
      for (let n = 0; n < 8 * E && size < T; n++) {
        const e = random.below(E);
        if (set[e] > 0 || this.#limitsOf[e].some((l) => used[l] >= this.#most[l])) continue;
        set[e] = 1;
        size++;
        for (const l of this.#limitsOf[e]) used[l]++;
      }
      if (size === T) return set;
    }
    return null;
  }

  /** The best of the sets, bettered by exchanges as long as there are any; it replaces the worst one where it is new. */
  goodSet(sets: ElementSets): { value: number; set: Uint8Array } {
    let value = -Infinity, best = sets[0], least = Infinity, worst = 0;
    sets.forEach((set, i) => {
      const own = this.#valueOf(set);
      if (own > value) [value, best] = [own, set];
      if (own < least) [least, worst] = [own, i];
    });
    const set = best.slice(), bettered = this.#exchange(set, value);
    if (bettered === value) return { value, set: best };
    this.remember(sets, set, worst);
    return { value: bettered, set };
  }

  /** Puts a set among the sets, in the place of one where they are many. */
  remember(sets: ElementSets, set: Uint8Array, place: number): void {
    if (sets.length < SETS) sets.push(set);
    else sets[place] = set;
  }

  /** What a set is worth; what its elements want as neighbours stands in the bound of these. */
  #valueOf(set: Uint8Array): number {
    const L = this.#keyOfLevel.length, worth = this.multipliers.elements, on = this.#onLevels;
    const times = this.#times.fill(0);
    let n = 0, value = 0;
    for (let e = 0; e < set.length; e++) {
      if (set[e] === 0) continue;
      const k = this.#key[e], l = this.#levelOf[k] + times[k]++;
      value += worth[e];
      for (let i = 0; i < n; i++) value += this.#inSet[l * L + on[i]];
      on[n++] = l;
    }
    this.work += n * n;
    return value + this.#neighbours.most(on, n);
  }

  /** Exchanges elements of a set as long as that is worth something. @returns its value */
  #exchange(set: Uint8Array, value: number): number {
    const E = set.length, used = new Int32Array(this.#most.length);
    set.forEach((n, e) => {
      if (n > 0) { for (const l of this.#limitsOf[e]) used[l]++; }
    });
    for (let isBetter = true; isBetter;) {
      isBetter = false;
      for (let a = 0; a < E; a++) {
        if (set[a] === 0) continue;
        set[a] = 0;
        for (const l of this.#limitsOf[a]) used[l]--;
        let into = a;
        for (let b = 0; b < E; b++) {
          if (set[b] > 0 || b === a) continue;
          if (this.#limitsOf[b].some((l) => used[l] >= this.#most[l])) continue;
          set[b] = 1;
          const own = this.#valueOf(set);
          set[b] = 0;
          if (own > value + 1e-6) [value, into, isBetter] = [own, b, true];
        }
        set[into] = 1;
        for (const l of this.#limitsOf[into]) used[l]++;
      }
    }
    return value;
  }

  /** No set of a line is worth more than the bound. @param known the value of one */
  provenSet(known: number): { bound: number; set: Uint8Array | null } {
    const proof = proveSet({
      size: this.#tb.terms,
      keys: this.#tb.keys,
      key: this.#key,
      levelOf: this.#levelOf,
      levels: this.#keyOfLevel.length,
      worth: this.multipliers.elements,
      pairs: this.#inSet,
      neighbours: this.#neighbours,
      limitsOf: this.#limitsOf,
      most: this.#most,
    }, known);
    this.work += proof.work;
    return proof;
  }
}

/** Positions that have a post in some term. */
function openPositions({ terms: T, positions: R }: PlannerTables, cap: Int32Array): number[] {
  const terms = Array.from({ length: T }, (_, t) => t);
  return Array.from({ length: R }, (_, r) => r)
    .filter((r) => terms.some((t) => cap[slotOf(t, r, R)] > 0));
}
