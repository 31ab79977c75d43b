// A stable matching with couples to begin with, by better responses: whoever would rather be elsewhere, where they would be
// taken, goes there; whom they push out, and whoever would rather have the place that they leave, comes next (after Roth and
// Peranson 1999). Couples are asked when no doctor alone is waiting, and whose turn it is falls by chance (Roth and Vande Vate
// 1990), the same chance each time: in a fixed order far more goes round in circles. What still does is given up; what comes
// out is only a start, and checked.

import { Random } from "../../engine/random.ts";
import type { AllocatorTables } from "../model/tables.ts";
import { PairOrder, type Ties, WishOrder } from "./in_order.ts";
import { wishesOf } from "./stability.ts";

/** Lines looked at before it is given up: so many, and so many for each pair of the tables. */
const MOST_LOOKS = 5e5, LOOKS_PER_PAIR = 5;

/**
 * @param ties by pair, what ties are broken for on both sides, the least first; null: by the order of the tables
 * @returns line of each worker; null: none was found
 */
export function settleCouples(
  tables: AllocatorTables,
  wishes: readonly Int32Array[] = wishesOf(tables),
  ties: Ties = null,
): number[] | null {
  const settling = new Settling(new WishOrder(tables, wishes, ties));
  return settling.run() ? [...settling.lineOf] : null;
}

class Settling {
  readonly tables: AllocatorTables;
  readonly lineOf: Int32Array;
  readonly #on: number[][];
  readonly #partner: Int32Array;
  /** Pairs of lines of each couple, by its first worker. */
  readonly #pairs = new Map<number, PairOrder>();
  /** Who is to respond: doctors alone, and couples, who are asked when nobody else is left. */
  readonly #singles: number[] = [];
  readonly #couples: number[] = [];
  readonly #waits: Uint8Array;
  /** By chance: in a fixed order far more go round in circles. */
  readonly #random = new Random(1);
  #looks = 0;

  constructor(readonly wishes: WishOrder) {
    this.tables = wishes.tables;
    const { W, J, links } = this.tables;
    this.lineOf = new Int32Array(W).fill(-1);
    this.#on = Array.from({ length: J }, () => []);
    this.#partner = new Int32Array(W).fill(-1);
    this.#waits = new Uint8Array(W);
    for (const link of links) {
      const [a, b] = link.workers;
      this.#partner[a] = b;
      this.#partner[b] = a;
      this.#pairs.set(a, new PairOrder(wishes, link));
    }
    for (let w = W - 1; w >= 0; w--) if (this.#isHead(w)) this.#call(w);
  }

  /** A couple stands in the queue by its first worker. */
  #isHead(w: number): boolean {
    return this.#partner[w] < 0 || this.#pairs.has(w);
  }

  #headOf(w: number): number {
    return this.#isHead(w) ? w : this.#partner[w];
  }

  #call(head: number): void {
    if (this.#waits[head] === 1) return;
    this.#waits[head] = 1;
    (this.#pairs.has(head) ? this.#couples : this.#singles).push(head);
  }

  run(): boolean {
    const { W, J } = this.tables, most = MOST_LOOKS + LOOKS_PER_PAIR * W * J;
    while (this.#looks < most) {
      const head = this.#next();
      if (head === undefined) return !this.lineOf.includes(-1);
      this.#waits[head] = 0;
      this.#respond(head);
    }
    return false;
  }

  #next(): number | undefined {
    const queue = this.#singles.length > 0 ? this.#singles : this.#couples;
    if (queue.length > 1) {
      const i = this.#random.below(queue.length), last = queue.length - 1;
      [queue[i], queue[last]] = [queue[last], queue[i]];
    }
    return queue.pop();
  }

  #respond(head: number): void {
    const pairs = this.#pairs.get(head);
    if (pairs) this.#respondTogether(head, this.#partner[head], pairs);
    else this.#respondAlone(head);
  }

  #respondAlone(w: number): void {
    for (let i = 0, j = this.wishes.at(w, 0); j >= 0; j = this.wishes.at(w, ++i)) {
      this.#looks++;
      if (this.lineOf[w] === j) return;
      if (!this.#wouldTake(w, j)) continue;
      const left = this.lineOf[w];
      this.#leave(w);
      this.#seat(w, j);
      if (left >= 0) this.#callFor(left);
      return;
    }
  }

  #respondTogether(a: number, b: number, pairs: PairOrder): void {
    const { lineOf, tables: { J } } = this;
    for (let i = 0, pair = pairs.at(0); pair >= 0; pair = pairs.at(++i)) {
      this.#looks++;
      const k = pair % J, j = (pair - k) / J;
      if (lineOf[a] === j && lineOf[b] === k) return;
      if (!this.#wouldTake(a, j, b, k) || !this.#wouldTake(b, k, a, j)) continue;
      const left = [lineOf[a], lineOf[b]];
      this.#leave(a);
      this.#leave(b);
      this.#seat(a, j);
      this.#seat(b, k);
      for (const line of left) if (line >= 0) this.#callFor(line);
      return;
    }
  }

  /** Whether a line has a place for a worker beside those whom it thinks as much of, and the other of a couple. */
  #wouldTake(w: number, j: number, other = -1, otherLine = -1): boolean {
    let ahead = otherLine === j && !this.#isBefore(w, other, j) ? 1 : 0;
    for (const v of this.#on[j]) if (v !== w && v !== other && !this.#isBefore(w, v, j)) ahead++;
    return ahead < this.tables.capacity[j];
  }

  /** Whether a line would rather have one than another, or ties are broken for them. */
  #isBefore(w: number, v: number, j: number): boolean {
    const { wishes: { ties }, tables: { J, standing } } = this, p = w * J + j, q = v * J + j;
    if (Math.abs(standing[p] - standing[q]) > 1e-9) return standing[p] < standing[q];
    return ties !== null && ties[p] < ties[q];
  }

  #leave(w: number): void {
    const j = this.lineOf[w];
    if (j < 0) return;
    this.#on[j].splice(this.#on[j].indexOf(w), 1);
    this.lineOf[w] = -1;
  }

  #seat(w: number, j: number): void {
    const on = this.#on[j];
    on.push(w);
    this.lineOf[w] = j;
    if (on.length <= this.tables.capacity[j]) return;
    const last = on.reduce((worst, v) =>
      v !== w && (worst === w || this.#isBefore(worst, v, j)) ? v : worst
    );
    const head = this.#headOf(last), other = this.#partner[last];
    this.#leave(last);
    if (other >= 0) {
      const at = this.lineOf[other];
      this.#leave(other);
      if (at >= 0) this.#callFor(at);
    }
    this.#call(head);
  }

  /** Everybody who would rather have a line may come for it. */
  #callFor(j: number): void {
    const { W, J, rank, cost } = this.tables;
    this.#looks += W;
    for (let w = W - 1; w >= 0; w--) {
      const at = this.lineOf[w];
      if (cost[w * J + j] === Infinity || (at >= 0 && rank[w * J + j] > rank[w * J + at])) continue;
      this.#call(this.#headOf(w));
    }
  }
}
