// A stable matching with couples to begin with, by better responses: whoever would rather be elsewhere, where they would be
// taken, goes there; whom they push out, and whoever would rather have the place that they leave, comes next (after Roth and
// Peranson 1999). It may go round in circles, and is given up then: what comes out is only a start, and checked.

import type { AllocatorTables } from "../model/tables.ts";
import { wishesOf } from "./stability.ts";

/** Lines looked at before it is given up. */
const MOST_LOOKS = 2e5;

/**
 * @param ties by pair, what ties are broken for on both sides, the least first; null: by the order of the tables
 * @returns line of each worker; null: none was found
 */
export function settleCouples(
  tables: AllocatorTables,
  wishes: readonly Int32Array[] = wishesOf(tables),
  ties: Float64Array | null = null,
): number[] | null {
  const settling = new Settling(tables, ties ? wishesBy(tables, wishes, ties) : wishes, ties);
  return settling.run() ? [...settling.lineOf] : null;
}

/** The lines that each worker may have, the best first, those liked as well as ties are broken. */
function wishesBy(
  { J, rank }: AllocatorTables,
  wishes: readonly Int32Array[],
  ties: Float64Array,
): Int32Array[] {
  return wishes.map((lines, w) =>
    lines.toSorted((j, k) => {
      const [p, q] = [w * J + j, w * J + k];
      return rank[p] - rank[q] || ties[p] - ties[q] || j - k;
    })
  );
}

class Settling {
  readonly lineOf: Int32Array;
  readonly #on: number[][];
  readonly #partner: Int32Array;
  /** Pairs of lines of each couple, by its first worker: the best sum of ranks first. */
  readonly #pairs = new Map<number, [number, number][]>();
  readonly #queue: number[] = [];
  readonly #waits: Uint8Array;
  #looks = 0;

  constructor(
    readonly tables: AllocatorTables,
    readonly wishes: readonly Int32Array[],
    readonly ties: Float64Array | null,
  ) {
    const { W, J, links, rank } = tables;
    this.lineOf = new Int32Array(W).fill(-1);
    this.#on = Array.from({ length: J }, () => []);
    this.#partner = new Int32Array(W).fill(-1);
    this.#waits = new Uint8Array(W);
    for (const { workers: [a, b], near, order } of links) {
      this.#partner[a] = b;
      this.#partner[b] = a;
      const may = new Set(wishes[b]);
      const pairs = [...wishes[a]].flatMap((j) =>
        near[0][j].filter((k) => may.has(k)).map((k): [number, number] => [j, k])
      );
      const worth = ([j, k]: [number, number]) =>
        order ? order.get(j * J + k)! : rank[a * J + j] + rank[b * J + k];
      const tie = ([j, k]: [number, number]) => ties ? ties[a * J + j] + ties[b * J + k] : 0;
      this.#pairs.set(a, pairs.sort((x, y) => worth(x) - worth(y) || tie(x) - tie(y)));
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
    this.#queue.push(head);
  }

  run(): boolean {
    while (this.#queue.length > 0 && this.#looks < MOST_LOOKS) {
      const head = this.#queue.pop()!;
      this.#waits[head] = 0;
      this.#respond(head);
    }
    return this.#queue.length === 0 && !this.lineOf.includes(-1);
  }

  #respond(head: number): void {
    const workers = this.#pairs.has(head) ? [head, this.#partner[head]] : [head];
    const options = this.#pairs.get(head) ?? [...this.wishes[head]].map((j) => [j]);
    for (const lines of options) {
      this.#looks++;
      if (workers.every((w, i) => this.lineOf[w] === lines[i])) return;
      if (!workers.every((w, i) => this.#wouldTake(w, lines[i], workers, lines))) continue;
      const left = workers.map((w) => this.lineOf[w]);
      workers.forEach((w) => this.#leave(w));
      workers.forEach((w, i) => this.#seat(w, lines[i]));
      for (const j of left) if (j >= 0) this.#callFor(j);
      return;
    }
  }

  /** Whether a line has a place for a worker beside those whom it thinks as much of, and the other of a couple. */
  #wouldTake(w: number, j: number, workers: readonly number[], lines: readonly number[]): boolean {
    let ahead = 0;
    for (const v of this.#on[j]) if (!workers.includes(v) && !this.#isBefore(w, v, j)) ahead++;
    workers.forEach((v, i) => {
      if (v !== w && lines[i] === j && !this.#isBefore(w, v, j)) ahead++;
    });
    return ahead < this.tables.capacity[j];
  }

  /** Whether a line would rather have one than another, or ties are broken for them. */
  #isBefore(w: number, v: number, j: number): boolean {
    const { ties, tables: { J, standing } } = this, p = w * J + j, q = v * J + j;
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
