// A bound on lines of many terms that does not grow loose with them: what a line is worth is its sequence (prices, and
// what neighbours bring) and its set (what all pairs of keys bring). Each is maximised on its own, the set exactly under the
// limits of a line, the sequence without coming back soon to what it held (ng-routes; Baldacci and others 2011), and
// multipliers on every position, and on every pair of keys, make the two agree as far as they will (Lagrangean decomposition;
// Guignard and Kim 1987). Any multipliers give a true bound; where they stop is found by subgradients.

import { Random } from "../../engine/random.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";
import { proveSet } from "./set_proof.ts";

/** With more positions the steps are too many. */
const MOST_ELEMENTS = 64;
/** Positions that a sequence remembers at each position, itself included: the ones it likes best. */
const REMEMBERED = 5;
/** Subgradient steps. */
const STEPS = 300;
/** Steps without progress after which they become shorter, and by how much. */
const PATIENCE = 12;
const SHORTER = 0.75;
/** Sets from which better ones are looked for at each step. */
const SETS = 6;
/** Times that the multipliers are moved, each with what the proof before has shown. */
const ROUNDS = 3;
/** Work after which the multipliers stay as they are: a quarter of a second. */
const MOST_WORK = 25_000_000;
/** A set that is worth so little more is no reason for another round. */
const ENOUGH = 5;
/** The least distance to the target that a step assumes. */
const LEAST_STEP = 20;

/** A bound, and the work that it took. */
export interface SetSequenceResult {
  bound: number;
  work: number;
}

/** The bound of one problem. */
export class SetSequence {
  readonly #tb: PlannerTables;
  /** [element] its position and key. */
  readonly #at: Int32Array;
  readonly #key: Int32Array;
  /** [element] limits that may bind, as counts, and what each takes. */
  readonly #limitsOf: Int32Array[];
  readonly #most: Int32Array;
  /** [key * K + key'] how often the two can be neighbours in one line. */
  readonly #meet: Float64Array;
  /** [(from * E + to) * memories + memory] the memory at `to`, its own bit the first; -1: not allowed. */
  readonly #memory: Int32Array;
  readonly #memories: number;
  /** Multipliers: of elements, of pairs of keys. */
  readonly #lambda: Float64Array;
  readonly #mu: Float64Array;
  /** [key * K + key'] what a pair brings in the set, and as neighbours in the sequence. */
  readonly #inSet: Float64Array;
  readonly #beside: Float64Array;
  /** Of the best sequence: [element] how often it comes, [key * K + key'] how often the two are neighbours. */
  readonly #visits: Int32Array;
  readonly #besides: Int32Array;
  readonly #held: Uint8Array;
  #value: Float64Array = new Float64Array(0);
  #work = 0;

  /** Null where there are too many positions, or they may come again. */
  static of(tables: PlannerTables, cap: Int32Array): SetSequence | null {
    const { terms: T, positions: R } = tables;
    if (!tables.distinct) return null;
    const open = Array.from({ length: R }, (_, r) => r).filter((r) => {
      for (let t = 0; t < T; t++) if (cap[t * R + r] > 0) return true;
      return false;
    });
    if (open.length > MOST_ELEMENTS || open.length < T) return null;
    return new SetSequence(tables, Int32Array.from(open));
  }

  private constructor(tables: PlannerTables, open: Int32Array) {
    const { keys: K, keyOf, classOf, affinity } = tables, E = open.length;
    this.#tb = tables;
    this.#at = open;
    this.#key = open.map((r) => keyOf[classOf[r]]);
    const limits = countedLimits(tables);
    this.#most = Int32Array.from(limits, ({ most }) => most);
    this.#limitsOf = Array.from(
      open,
      (r) => Int32Array.from(limits.keys().filter((l) => limits[l].has[classOf[r]] === 1)),
    );
    const copies = new Int32Array(K);
    for (const k of this.#key) copies[k]++;
    this.#meet = new Float64Array(K * K);
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < K; j++) {
        const a = copies[k], b = copies[j];
        if (k !== j && a > 0 && b > 0) {
          this.#meet[k * K + j] = Math.min(2 * Math.min(a, b), a + b - 1);
        }
      }
    }
    const liking = (a: number, b: number) =>
      this.#key[a] === this.#key[b] ? Infinity : affinity[this.#key[a] * K + this.#key[b]];
    const remembered = Array.from({ length: E }, (_, a) =>
      [
        a,
        ...Array.from({ length: E }, (_, b) => b).filter((b) => b !== a)
          .sort((b, c) => liking(a, c) - liking(a, b) || b - c),
      ].slice(0, REMEMBERED));
    const memories = this.#memories = 1 << Math.min(REMEMBERED, E);
    this.#memory = new Int32Array(E * E * memories).fill(-1);
    for (let a = 0; a < E; a++) {
      for (let b = 0; b < E; b++) {
        if (a === b) continue;
        const place = remembered[a].indexOf(b);
        const kept = remembered[a].map((x) => remembered[b].indexOf(x));
        for (let memory = 1; memory < memories; memory += 2) {
          if (place >= 0 && (memory >> place & 1) === 1) continue;
          let next = 1;
          kept.forEach((to, i) => {
            if (to >= 0 && (memory >> i & 1) === 1) next |= 1 << to;
          });
          this.#memory[(a * E + b) * memories + memory] = next;
        }
      }
    }
    this.#lambda = new Float64Array(E);
    this.#mu = new Float64Array(K * K);
    this.#inSet = new Float64Array(K * K);
    this.#beside = new Float64Array(K * K);
    this.#visits = new Int32Array(E);
    this.#besides = new Int32Array(K * K);
    this.#held = new Uint8Array(K);
  }

  /**
   * No line is worth more than the bound.
   * @param prices [slot] price of using it
   * @param cap [slot] posts: none is used that has no post
   * @param target what the best line is worth, as far as is known: how long steps are
   */
  price(prices: Float64Array, cap: Int32Array, target: number): SetSequenceResult {
    const { terms: T, positions: R } = this.#tb, E = this.#at.length;
    this.#work = 0;
    this.#value = new Float64Array(T * E).fill(-Infinity);
    for (let t = 0; t < T; t++) {
      this.#at.forEach((r, e) => {
        if (cap[t * R + r] > 0) this.#value[t * E + e] = -prices[t * R + r];
      });
    }
    this.#lambda.fill(0);
    this.#mu.fill(0);
    const random = new Random(1);
    const sets: Uint8Array[] = [];
    for (let i = 0; i < SETS; i++) {
      const set = this.#randomSet(random);
      if (set === null) return { bound: Infinity, work: this.#work };
      sets.push(set);
    }
    let bound = Infinity;
    for (let round = 0; round < ROUNDS && this.#work < MOST_WORK; round++) {
      if (!this.#agree(sets, random, target)) return { bound: -Infinity, work: this.#work };
      // The best set may be none of those that exchanges find: it is then one of the sets from now on.
      const { sequence, value } = this.#sum(sets, random);
      const proof = this.#provenSet(value);
      bound = Math.min(bound, sequence + proof.bound);
      if (proof.set === null || proof.bound < value + ENOUGH) break;
      sets.splice(0, 1, proof.set);
      sets.push(sets[0].slice());
    }
    return { bound, work: this.#work };
  }

  /** Sequence and set under the multipliers at hand. */
  #sum(sets: Uint8Array[], random: Random) {
    this.#weigh();
    const sequence = this.#bestSequence();
    return { sequence, ...this.#goodSet(sets, random) };
  }

  /** Moves the multipliers to where set and sequence are worth least together. @returns whether there are sequences at all */
  #agree(sets: Uint8Array[], random: Random, target: number): boolean {
    let best = Infinity, idle = 0, length = 1;
    const lambda = this.#lambda.slice(), mu = this.#mu.slice();
    for (let step = 0; step < STEPS && length > 0.01 && this.#work < MOST_WORK; step++) {
      const { sequence, value, set } = this.#sum(sets, random);
      if (sequence === -Infinity) return false;
      const total = sequence + value;
      if (total < best - 0.2) {
        best = total;
        idle = 0;
        lambda.set(this.#lambda);
        mu.set(this.#mu);
      } else if (++idle > PATIENCE) {
        length *= SHORTER;
        idle = 0;
        this.#lambda.set(lambda);
        this.#mu.set(mu);
        continue;
      }
      if (!this.#move(set, length * Math.max(LEAST_STEP, total - target))) break;
    }
    this.#lambda.set(lambda);
    this.#mu.set(mu);
    return true;
  }

  /** Values of pairs under the multipliers. */
  #weigh(): void {
    const { keys: K, affinity } = this.#tb;
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < K; j++) {
        const i = k * K + j;
        this.#inSet[i] = k === j ? 0 : OBJECTIVE.all * affinity[i] + this.#meet[i] * this.#mu[i];
        this.#beside[i] = OBJECTIVE.adj * affinity[i] - this.#mu[i];
      }
    }
  }

  /** A subgradient step. @returns whether set and sequence still differ */
  #move(set: Uint8Array, length: number): boolean {
    const { keys: K } = this.#tb, lambda = this.#lambda, mu = this.#mu;
    const visits = this.#visits, beside = this.#besides, held = this.#held.fill(0);
    let norm = 0;
    set.forEach((n, e) => {
      if (n > 0) held[this.#key[e]] = 1;
      norm += (n - visits[e]) ** 2;
    });
    const lack = (k: number, j: number) =>
      (held[k] & held[j]) * this.#meet[k * K + j] - beside[k * K + j];
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < k; j++) {
        const g = lack(k, j);
        if (g < 0 || mu[k * K + j] > 0) norm += g * g;
      }
    }
    if (norm === 0) return false;
    const step = length / norm;
    set.forEach((n, e) => lambda[e] -= step * (n - visits[e]));
    for (let k = 0; k < K; k++) {
      for (let j = 0; j < k; j++) {
        const next = Math.max(0, mu[k * K + j] - step * lack(k, j));
        mu[k * K + j] = mu[j * K + k] = next;
      }
    }
    return true;
  }

  /** The best sequence's value; notes how often it holds each element, and which keys are neighbours in it. */
  #bestSequence(): number {
    const { terms: T, keys: K } = this.#tb, E = this.#at.length, M = this.#memories;
    const visits = this.#visits, beside = this.#besides, cost = this.#lambda, key = this.#key;
    let now = new Float64Array(E * M).fill(-Infinity);
    for (let e = 0; e < E; e++) now[e * M + 1] = this.#value[e] - cost[e];
    const from: Int32Array[] = [];
    for (let t = 1; t < T; t++) {
      const next = new Float64Array(E * M).fill(-Infinity), back = new Int32Array(E * M);
      for (let a = 0; a < E; a++) {
        const row = key[a] * K;
        for (let memory = 1; memory < M; memory += 2) {
          const value = now[a * M + memory];
          if (value === -Infinity) continue;
          this.#work += E;
          for (let b = 0; b < E; b++) {
            const own = this.#value[t * E + b];
            if (own === -Infinity) continue;
            const to = this.#memory[(a * E + b) * M + memory];
            if (to < 0) continue;
            const worth = value + own - cost[b] + this.#beside[row + key[b]];
            if (!(worth > next[b * M + to])) continue;
            next[b * M + to] = worth;
            back[b * M + to] = a * M + memory;
          }
        }
      }
      now = next;
      from.push(back);
    }
    let at = 0;
    for (let i = 1; i < now.length; i++) if (now[i] > now[at]) at = i;
    const best = now[at];
    visits.fill(0);
    beside.fill(0);
    if (best === -Infinity) return best;
    for (let t = T - 1; t >= 0; t--) {
      const e = Math.floor(at / M);
      visits[e]++;
      if (t === 0) break;
      at = from[t - 1][at];
      const k = key[e], j = key[Math.floor(at / M)];
      if (k === j) continue;
      beside[k * K + j]++;
      beside[j * K + k]++;
    }
    return best;
  }

  /** Some set that limits allow; null where none is found. */
  #randomSet(random: Random): Uint8Array | null {
    const { terms: T } = this.#tb, E = this.#at.length;
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

  /** The best of the sets once no exchange betters any; the last one is drawn anew. */
  #goodSet(sets: Uint8Array[], random: Random): { value: number; set: Uint8Array } {
    sets[sets.length - 1] = this.#randomSet(random) ?? sets[sets.length - 1];
    let value = -Infinity, best = sets[0];
    for (const set of sets) {
      const own = this.#exchange(set);
      if (own > value) [value, best] = [own, set];
    }
    return { value, set: best };
  }

  /** Exchanges elements of a set as long as that is worth something. @returns its value */
  #exchange(set: Uint8Array): number {
    const { keys: K } = this.#tb, E = set.length, key = this.#key, lambda = this.#lambda;
    const used = new Int32Array(this.#most.length), times = new Int32Array(K);
    const cross = new Float64Array(K);
    for (let e = 0; e < E; e++) {
      if (set[e] === 0) continue;
      for (const l of this.#limitsOf[e]) used[l]++;
      if (times[key[e]]++ === 0) this.#addCross(cross, key[e], 1);
    }
    for (;;) {
      let most = 1e-6, out = -1, into = -1;
      for (let a = 0; a < E; a++) {
        if (set[a] === 0) continue;
        const k = key[a], isGone = times[k] === 1;
        for (const l of this.#limitsOf[a]) used[l]--;
        for (let b = 0; b < E; b++) {
          if (set[b] > 0) continue;
          const j = key[b];
          let gain = lambda[b] - lambda[a];
          if (j !== k) {
            if (isGone) gain -= cross[k];
            if (times[j] === 0) gain += cross[j] - (isGone ? this.#inSet[k * K + j] : 0);
          }
          if (gain <= most || this.#limitsOf[b].some((l) => used[l] >= this.#most[l])) continue;
          [most, out, into] = [gain, a, b];
        }
        for (const l of this.#limitsOf[a]) used[l]++;
        this.#work += E;
      }
      if (out < 0) break;
      set[out] = 0;
      set[into] = 1;
      for (const l of this.#limitsOf[out]) used[l]--;
      for (const l of this.#limitsOf[into]) used[l]++;
      if (--times[key[out]] === 0) this.#addCross(cross, key[out], -1);
      if (times[key[into]]++ === 0) this.#addCross(cross, key[into], 1);
    }
    let value = 0;
    for (let e = 0; e < E; e++) if (set[e] > 0) value += lambda[e];
    // Every pair is seen from both sides.
    for (let k = 0; k < K; k++) if (times[k] > 0) value += cross[k] / 2;
    return value;
  }

  #addCross(cross: Float64Array, key: number, sign: number): void {
    const K = cross.length;
    for (let k = 0; k < K; k++) cross[k] += sign * this.#inSet[key * K + k];
  }

  /** No set of a line is worth more than the bound. @param known the value of one */
  #provenSet(known: number) {
    const proof = proveSet({
      size: this.#tb.terms,
      keys: this.#tb.keys,
      key: this.#key,
      worth: this.#lambda,
      pairs: this.#inSet,
      limitsOf: this.#limitsOf,
      most: this.#most,
    }, known);
    this.#work += proof.work;
    return proof;
  }
}
