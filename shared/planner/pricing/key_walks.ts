// What lines of a set of keys are made of, term by term: what each position is worth there, of each key the best one beside costs,
// and what neighbours bring (`onward_walks.ts`, `key_sequences.ts`, `key_labels.ts`).

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** What the elements of one problem are worth. */
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

  /** The best element of a key in a term, by the costs that were chosen by last. */
  elementAt(t: number, k: number): number {
    return this.#elementAt[t * this.#keys + k];
  }

  /** What the best element of a key is worth in a term, by the costs that were chosen by last. */
  own(t: number, k: number): number {
    return this.#own[t * this.#keys + k];
  }
}
