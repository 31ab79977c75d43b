// A stable matching with couples to begin with, by better responses: whoever would rather be elsewhere, where they would be
// taken, goes there; whom they push out, and whoever would rather have the place that they leave, comes next (after Roth and
// Peranson 1999). It may go round in circles, and is given up then: what comes out is only a start, and checked.

import type { AllocatorTables } from "../model/tables.ts";
import { wishesOf } from "./stability.ts";

/** Lines looked at before it is given up. */
const MOST_LOOKS = 2e5;

/** @returns line of each worker; null: none was found */
export function settleCouples(
  tables: AllocatorTables,
  wishes: readonly Int32Array[] = wishesOf(tables),
): number[] | null {
  const settling = new Settling(tables, wishes);
  return settling.run() ? [...settling.lineOf] : null;
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

  constructor(readonly tables: AllocatorTables, readonly wishes: readonly Int32Array[]) {
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
      this.#pairs.set(a, pairs.sort((x, y) => worth(x) - worth(y)));
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
    const { J, capacity, standing } = this.tables, own = standing[w * J + j];
    let ahead = 0;
    for (const v of this.#on[j]) {
      if (!workers.includes(v) && standing[v * J + j] <= own + 1e-9) ahead++;
    }
    workers.forEach((v, i) => {
      if (v !== w && lines[i] === j && standing[v * J + j] <= own + 1e-9) ahead++;
    });
    return ahead < capacity[j];
  }

  #leave(w: number): void {
    const j = this.lineOf[w];
    if (j < 0) return;
    this.#on[j].splice(this.#on[j].indexOf(w), 1);
    this.lineOf[w] = -1;
  }

  #seat(w: number, j: number): void {
    const { J, capacity, standing } = this.tables, on = this.#on[j];
    on.push(w);
    this.lineOf[w] = j;
    if (on.length <= capacity[j]) return;
    const last = on.reduce((worst, v) =>
      v !== w && (worst === w || standing[v * J + j] > standing[worst * J + j]) ? v : worst
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
