// Bounds for pricing from pairs of terms: what a line of many terms is worth is a sum over its terms and over pairs of
// them, and messages between the two (MPLP; Globerson and Jaakkola 2007) shift value from pairs to terms until no pair
// adds anything. What the best labels of all terms then add up to bounds every line, and the same sums bound whatever
// goes on from a line's first terms.
//
// A label is an affinity key that the line does not hold yet (k), or one that it holds already (K + k): the pairs
// of a key with others count once, so that a repeated key brings none but those with its neighbours.

import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Sweeps over all pairs of terms; the bound hardly moves after so many. */
const SWEEPS = 12;

/** The part of what labels lack that is taken along at each gathering. */
const TAKEN = 0.5;

/** A pair of labels that no line has. */
const NEVER = -1e9;

/** Pairwise bounds of one problem, at the prices of the day. */
export class PairBounds {
  readonly #terms: number;
  /** Labels: twice the number of keys. */
  readonly labels: number;
  /** [edge][a * labels + b] what label a at the first and b at the second term of the edge bring together. */
  readonly #pairs: Float64Array[];
  /** The same less what was shifted to terms: never more than 0. */
  readonly #left: Float64Array[];
  /** [t * labels + a] value of a term's label, what was shifted to it included. */
  readonly unary: Float64Array;
  readonly #best: Float64Array;
  /** Scratch of `#gather`: per other term its best and second best label, and what a key costs there. */
  readonly #charge: Float64Array;
  readonly #top: Float64Array;
  readonly #second: Float64Array;
  readonly #topAt: Int32Array;

  /** @param mayMeet whether the keys of two terms t < u can sit in one line, as far as limits go */
  constructor(
    tables: PlannerTables,
    mayMeet: (t: number, u: number, a: number, b: number) => boolean,
  ) {
    const T = tables.terms, L = 2 * tables.keys;
    this.#terms = T;
    this.labels = L;
    this.#pairs = [];
    for (let t = 0; t < T; t++) {
      for (let u = t + 1; u < T; u++) this.#pairs.push(pairTable(tables, t, u, mayMeet));
    }
    this.#left = this.#pairs.map((pair) => pair.slice());
    this.unary = new Float64Array(T * L);
    this.#best = new Float64Array(L);
    this.#charge = new Float64Array(L);
    this.#top = new Float64Array(T);
    this.#second = new Float64Array(T);
    this.#topAt = new Int32Array(T);
  }

  #edge(t: number, u: number): number {
    // deno-lint-ignore flat/open-coded -- pairs of terms, the first below the second: a triangle
    return t * this.#terms - t * (t + 1) / 2 + u - t - 1;
  }

  /**
   * Shifts value to terms at new prices.
   * @param vKey [t * K + k] best value of a class of the key at the term
   * @param rounds of gathering value at terms
   */
  update(vKey: Float64Array, rounds: number): void {
    const T = this.#terms, L = this.labels, K = L / 2, { unary } = this;
    this.#pairs.forEach((pair, e) => this.#left[e].set(pair));
    for (let t = 0; t < T; t++) {
      for (let k = 0; k < K; k++) {
        const value = Math.max(NEVER, vKey[t * K + k]);
        unary[t * L + k] = value;
        unary[t * L + K + k] = t === 0 ? NEVER : value;
      }
    }
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      for (let t = 0; t < T; t++) for (let u = t + 1; u < T; u++) this.#balance(t, u);
    }
    for (let round = 0; round < rounds; round++) {
      for (let t = 0; t < T; t++) this.#gather(t);
      for (let t = T - 1; t >= 0; t--) this.#gather(t);
    }
  }

  /** Steps of an update with so many rounds of gathering. */
  steps(rounds: number): number {
    return (SWEEPS + 8 * rounds) * (this.#terms * this.labels) ** 2;
  }

  /** Sum of the best labels: a bound on every line. */
  get total(): number {
    const L = this.labels;
    let sum = 0;
    for (let t = 0; t < this.#terms; t++) sum += this.#most(t * L);
    return sum;
  }

  #most(at: number): number {
    let most = -Infinity;
    for (let b = 0; b < this.labels; b++) most = Math.max(most, this.unary[at + b]);
    return most;
  }

  /** Shares the value of a pair of terms and of both terms equally between these. */
  #balance(t: number, u: number): void {
    const L = this.labels, { unary } = this, left = this.#left[this.#edge(t, u)];
    const one = t * L, two = u * L, best = this.#best.fill(-Infinity);
    for (let a = 0; a < L; a++) {
      const own = unary[one + a], row = a * L;
      let most = -Infinity;
      for (let b = 0; b < L; b++) {
        const value = left[row + b] + own;
        left[row + b] = value + unary[two + b];
        if (left[row + b] > most) most = left[row + b];
        if (left[row + b] > best[b]) best[b] = left[row + b];
      }
      unary[one + a] = most / 2;
    }
    for (let b = 0; b < L; b++) unary[two + b] = best[b] / 2;
    for (let a = 0; a < L; a++) {
      const row = a * L, own = unary[one + a];
      for (let b = 0; b < L; b++) left[row + b] -= own + unary[two + b];
    }
  }

  /**
   * Gathers at every label of term t what it costs beside the best labels of all other terms, of which no two
   * hold the same key new (the first level of Hahn and Grant's dual ascent, 1998): a key that several terms want
   * is charged for, once, and each of them is less for it.
   */
  #gather(t: number): void {
    const T = this.#terms, L = this.labels, K = L / 2, { unary } = this;
    // What the other terms' labels lack to their best is taken along, in part.
    for (let u = 0; u < T; u++) {
      if (u === t) continue;
      const most = this.#most(u * L), first = t < u;
      const left = this.#left[first ? this.#edge(t, u) : this.#edge(u, t)];
      for (let b = 0; b < L; b++) {
        const lack = Math.max(NEVER, TAKEN * (unary[u * L + b] - most));
        unary[u * L + b] -= lack;
        for (let a = 0; a < L; a++) left[first ? a * L + b : b * L + a] += lack;
      }
    }
    const charge = this.#charge, top = this.#top, second = this.#second, topAt = this.#topAt;
    for (let a = 0; a < L; a++) {
      if (unary[t * L + a] <= NEVER / 2) continue;
      charge.fill(0);
      for (let pass = 0; pass < 2; pass++) {
        this.#tops(t, a);
        for (let u = 0; u < T; u++) {
          const b = topAt[u];
          if (u === t || b >= K) continue;
          // How much the key may cost before fewer than two terms want it.
          let largest = 0, next = 0, wanted = 0;
          for (let w = u; w < T; w++) {
            if (w === t || topAt[w] !== b) continue;
            const margin = top[w] - second[w];
            wanted++;
            if (margin > largest) [largest, next] = [margin, largest];
            else if (margin > next) next = margin;
          }
          if (wanted > 1 && next > 0) charge[b] += Math.min(next, -NEVER);
          for (let w = u; w < T; w++) if (w !== t && topAt[w] === b) topAt[w] = L;
        }
      }
      this.#tops(t, a);
      let sum = 0;
      for (let b = 0; b < K; b++) sum += charge[b];
      for (let u = 0; u < T; u++) if (u !== t) sum += top[u];
      unary[t * L + a] = Math.max(NEVER, unary[t * L + a] + sum);
      for (let u = 0; u < T; u++) {
        if (u === t) continue;
        const first = t < u, left = this.#left[first ? this.#edge(t, u) : this.#edge(u, t)];
        for (let b = 0; b < L; b++) {
          const i = first ? a * L + b : b * L + a;
          left[i] = Math.max(2 * NEVER, left[i] - top[u] - charge[b]);
        }
      }
    }
  }

  /** Best and second best label of every other term beside label a of term t, what keys are charged taken off. */
  #tops(t: number, a: number): void {
    const T = this.#terms, L = this.labels, charge = this.#charge;
    for (let u = 0; u < T; u++) {
      if (u === t) continue;
      const first = t < u, left = this.#left[first ? this.#edge(t, u) : this.#edge(u, t)];
      let best = -Infinity, next = -Infinity, at = 0;
      for (let b = 0; b < L; b++) {
        const value = left[first ? a * L + b : b * L + a] - charge[b];
        if (value > best) {
          next = best;
          best = value;
          at = b;
        } else if (value > next) next = value;
      }
      this.#top[u] = best;
      this.#second[u] = next;
      this.#topAt[u] = at;
    }
  }

  /** What label a at term t adds to every label of the later term u: `to[b] += pair`. Never more than 0. */
  add(t: number, a: number, u: number, to: Float64Array, at: number): void {
    const L = this.labels, left = this.#left[this.#edge(t, u)], row = a * L;
    for (let b = 0; b < L; b++) to[at + b] += left[row + b];
  }
}

/** [a * labels + b] what two labels at terms t < u bring together. */
function pairTable(
  { keys: K, affinity }: PlannerTables,
  t: number,
  u: number,
  mayMeet: (t: number, u: number, a: number, b: number) => boolean,
): Float64Array {
  const L = 2 * K, table = new Float64Array(L * L);
  const beside = u === t + 1 ? OBJECTIVE.adj : 0;
  for (let a = 0; a < K; a++) {
    for (let b = 0; b < K; b++) {
      const meet = mayMeet(t, u, a, b), weight = affinity[a * K + b];
      const near = meet ? beside * weight : NEVER;
      // Both new: one of the pairs that count once. The same key new twice, or held before it is new: no line.
      table[a * L + b] = a === b ? NEVER : near + (meet ? OBJECTIVE.all * weight : 0);
      table[a * L + K + b] = near;
      table[(K + a) * L + b] = a === b ? NEVER : near;
      table[(K + a) * L + K + b] = near;
    }
  }
  return table;
}
