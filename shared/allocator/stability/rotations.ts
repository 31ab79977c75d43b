// The cheapest of all matchings that are stable once ties are broken. Between strict preferences the stable matchings are those
// that rotations lead to from the workers' best one, and a set of rotations that has whatever must come before each of its own
// is a matching (Irving, Leather and Gusfield 1987; of lines with several places Cheng, McDermid and Suzuki 2008): the cheapest
// set is a cut of least capacity. Whatever breaks the ties, what comes out is weakly stable.
//   rotation   workers, each the one whom its line thinks least of: each goes to the line of the next, the best one below its
//              own that would rather have it than somebody there.

import { pairOf } from "../model/pairs.ts";
import type { AllocatorTables } from "../model/tables.ts";
import { closedSet } from "./closed_set.ts";
import type { Standings } from "./cutoffs.ts";
import { type Ties, WishOrder } from "./in_order.ts";

/** What stands for preferences without ties. */
export interface Strict {
  tables: AllocatorTables;
  standings: Standings;
  /** The lines that each worker may have, the best first. */
  wishes: readonly Int32Array[];
  /** By pair, what ties are broken for on both sides, the least first; what that leaves is broken by the order of the tables. */
  ties: Float64Array;
}

/** Workers who go from one line to another together. */
interface Rotation {
  workers: number[];
  /** Lines that they come to. */
  to: number[];
  /** Rotations that must come before it. */
  behind: number[];
  /** What it adds to the cost. */
  cost: number;
}

/**
 * The matching of least cost of all that are stable when ties are broken as given.
 * @param cost by pair, whole numbers
 * @returns line of each worker; null: somebody is left without one
 */
export function cheapestStable(strict: Strict, cost: Float64Array): Int32Array | null {
  const lattice = new Lattice(strict, cost), { lineOf } = lattice;
  if (!lattice.settle()) return null;
  const first = lineOf.slice();
  lattice.turn();
  const { rotations } = lattice;
  const chosen = closedSet(
    rotations.map(({ cost }) => cost),
    rotations.map(({ behind }) => behind),
  );
  rotations.forEach(({ workers, to }, r) => {
    if (chosen[r] === 1) workers.forEach((w, i) => first[w] = to[i]);
  });
  return first;
}

/** From the workers' best matching down to the lines' best, rotation by rotation. */
class Lattice {
  readonly lineOf: Int32Array;
  readonly rotations: Rotation[] = [];
  readonly #tables: AllocatorTables;
  readonly #wishes: WishOrder;
  readonly #on: number[][];
  /** Place in the worker's order of the line at hand, and of the next one that may take the worker. */
  readonly #at: Int32Array;
  readonly #next: Int32Array;
  /** Workers who keep the line they have. */
  readonly #stays: Uint8Array;
  /** Of each line the rotations so far, and before and behind each the worker it thinks least of. */
  readonly #turns: number[][];
  readonly #lasts: number[][];

  constructor(readonly strict: Strict, readonly cost: Float64Array) {
    const { tables, wishes, ties } = strict, { W, J } = tables;
    this.#tables = tables;
    this.#wishes = new WishOrder(tables, wishes, ties as Ties);
    this.lineOf = new Int32Array(W).fill(-1);
    this.#on = Array.from({ length: J }, () => []);
    this.#at = new Int32Array(W);
    this.#next = new Int32Array(W);
    this.#stays = new Uint8Array(W);
    this.#turns = Array.from({ length: J }, () => []);
    this.#lasts = Array.from({ length: J }, () => []);
  }

  /** Workers ask from their best line down. @returns whether everybody has one in the end */
  settle(): boolean {
    const { W, capacity } = this.#tables;
    const waiting = Array.from({ length: W }, (_, i) => W - 1 - i);
    for (let w = waiting.pop(); w !== undefined; w = waiting.pop()) {
      const j = this.#wishes.at(w, this.#next[w]);
      if (j < 0) return false;
      this.#at[w] = this.#next[w]++;
      this.lineOf[w] = j;
      this.#on[j].push(w);
      if (this.#on[j].length > capacity[j]) waiting.push(this.#leave(this.#last(j)));
    }
    this.#on.forEach((on, j) => {
      if (on.length > 0 && on.length === capacity[j]) this.#lasts[j].push(this.#last(j));
    });
    return true;
  }

  #leave(w: number): number {
    const on = this.#on[this.lineOf[w]];
    on.splice(on.indexOf(w), 1);
    return w;
  }

  /** Whether a line would rather have one than another. */
  #isBefore(w: number, v: number, j: number): boolean {
    const { tables: { J }, standings: { level }, ties } = this.strict,
      p = pairOf(w, j, J),
      q = pairOf(v, j, J);
    if (level[p] !== level[q]) return level[p] < level[q];
    return ties[p] === ties[q] ? w < v : ties[p] < ties[q];
  }

  #last(j: number): number {
    const on = this.#on[j];
    let last = on[0];
    for (let i = 1; i < on.length; i++) if (this.#isBefore(last, on[i], j)) last = on[i];
    return last;
  }

  /** Finds all rotations: from each worker on to whom they would push out, until that comes back to somebody. */
  turn(): void {
    const { W } = this.#tables, path: number[] = [], place = new Int32Array(W).fill(-1);
    for (let start = 0; start < W; start++) {
      if (this.#stays[start] === 1) continue;
      path.push(start);
      place[start] = 0;
      while (path.length > 0) {
        const pushed = this.#pushes(path.at(-1)!);
        if (pushed < 0 || this.#stays[pushed] === 1) {
          // Whoever would have to push out somebody who stays, stays.
          for (const w of path.splice(0)) {
            this.#stays[w] = 1;
            place[w] = -1;
          }
        } else if (place[pushed] < 0) {
          place[pushed] = path.length;
          path.push(pushed);
        } else {
          const round = path.splice(place[pushed]);
          for (const w of round) place[w] = -1;
          this.#rotate(round);
        }
      }
    }
  }

  /** Whom a worker would push out of the next line that would take them; -1: no line would, or one has room. */
  #pushes(w: number): number {
    const { capacity } = this.#tables;
    for (;; this.#next[w]++) {
      const j = this.#wishes.at(w, this.#next[w]);
      if (j < 0) return -1;
      if (capacity[j] === 0) continue;
      const last = this.#lasts[j].at(-1);
      if (last === undefined) return -1;
      if (this.#isBefore(w, last, j)) return last;
    }
  }

  /** Each of the workers goes to the line that the next one leaves. */
  #rotate(workers: number[]): void {
    const { J } = this.#tables, id = this.rotations.length, behind = new Set<number>();
    const to = workers.map((w) => this.#wishes.at(w, this.#next[w]));
    let cost = 0;
    workers.forEach((w, i) => {
      cost += this.cost[pairOf(w, to[i], J)] - this.cost[pairOf(w, this.lineOf[w], J)];
      for (let at = this.#at[w] + 1; at < this.#next[w]; at++) {
        const turn = this.#refusing(w, this.#wishes.at(w, at));
        if (turn >= 0) behind.add(turn);
      }
      const before = this.#turns[this.lineOf[w]].at(-1);
      if (before !== undefined) behind.add(before);
    });
    for (const w of workers) this.#leave(w);
    workers.forEach((w, i) => {
      this.#on[to[i]].push(w);
      this.lineOf[w] = to[i];
      this.#at[w] = this.#next[w]++;
    });
    for (const j of to) {
      this.#turns[j].push(id);
      this.#lasts[j].push(this.#last(j));
    }
    this.rotations.push({ workers, to, behind: [...behind], cost });
  }

  /** The rotation since which a line has refused a worker; -1: it always has. */
  #refusing(w: number, j: number): number {
    const lasts = this.#lasts[j];
    let n = 0;
    while (n < lasts.length && this.#isBefore(w, lasts[n], j)) n++;
    return n === 0 ? -1 : this.#turns[j][n - 1];
  }
}
