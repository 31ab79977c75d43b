// The best sequence of positions of some keys, where each position costs what it does and neighbours bring what they do, and
// nothing is remembered: what a set of keys is weighed against (`key_proof.ts`).

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Walks over the elements of one problem. */
export class KeyWalks {
  readonly #terms: number;
  readonly #keys: number;
  readonly #key: Int32Array;
  readonly #near: Float64Array;
  /** [term * elements + element] less what it costs. */
  readonly value: Float64Array;
  /** [term * keys + key] of the best element, and that element. */
  readonly #own: Float64Array;
  readonly #elementAt: Int32Array;
  readonly #best: Float64Array;
  readonly #from: Int32Array;
  /** [element] how often the best sequence holds it. */
  readonly visits: Int32Array;
  work = 0;

  /** @param at position of each element @param key its key */
  constructor({ terms: T, keys: K, affinity }: PlannerTables, key: Int32Array) {
    this.#terms = T;
    this.#keys = K;
    this.#key = key;
    this.#near = Float64Array.from(affinity, (weight) => OBJECTIVE.adj * weight);
    this.value = new Float64Array(T * key.length);
    this.#own = new Float64Array(T * K);
    this.#elementAt = new Int32Array(T * K);
    this.#best = new Float64Array(T * K);
    this.#from = new Int32Array(T * K);
    this.visits = new Int32Array(key.length);
  }

  /** What two keys bring as neighbours. */
  near(k: number, j: number): number {
    return this.#near[k * this.#keys + j];
  }

  /** Of each key the best element in every term. @param cost [element] beside what it costs anyhow */
  choose(cost: Float64Array): void {
    const T = this.#terms, K = this.#keys, E = cost.length, own = this.#own, key = this.#key;
    own.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        const i = t * K + key[e], worth = this.value[t * E + e] - cost[e];
        if (!(worth > own[i])) continue;
        own[i] = worth;
        this.#elementAt[i] = e;
      }
    }
    this.work += T * E;
  }

  /** The value of the best sequence, which stands in `visits`; -Infinity where there is none. */
  best(keys: Int32Array, cost: Float64Array): number {
    this.choose(cost);
    const T = this.#terms, K = this.#keys, n = keys.length, near = this.#near, own = this.#own;
    const value = this.#best, from = this.#from;
    for (let i = 0; i < n; i++) value[keys[i]] = own[keys[i]];
    for (let t = 1; t < T; t++) {
      const row = t * K, before = row - K;
      for (let j = 0; j < n; j++) {
        const k = keys[j], beside = k * K;
        let most = -Infinity, at = keys[0];
        for (let i = 0; i < n; i++) {
          const sum = value[before + keys[i]] + near[beside + keys[i]];
          if (sum > most) {
            most = sum;
            at = keys[i];
          }
        }
        value[row + k] = most + own[row + k];
        from[row + k] = at;
      }
    }
    this.work += T * n * n;
    return this.#trace(keys);
  }

  #trace(keys: Int32Array): number {
    const T = this.#terms, K = this.#keys, last = (T - 1) * K;
    let at = keys[0];
    for (const k of keys) if (this.#best[last + k] > this.#best[last + at]) at = k;
    const best = this.#best[last + at];
    this.visits.fill(0);
    if (best === -Infinity) return best;
    for (let t = T - 1; t >= 0; t--) {
      this.visits[this.#elementAt[t * K + at]]++;
      at = this.#from[t * K + at];
    }
    return best;
  }

  /** The best element of a key in a term, by the costs that were chosen by last. */
  elementAt(t: number, k: number): number {
    return this.#elementAt[t * this.#keys + k];
  }

  /** What the best element of a key is worth in a term, by the costs that were chosen by last. */
  own(t: number, k: number): number {
    return this.#own[t * this.#keys + k];
  }
}
