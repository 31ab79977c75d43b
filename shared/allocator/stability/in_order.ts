// What workers and couples would rather have, the best first, sorted only as far as it is looked at: a matching settles long
// before most lines are asked for, and a couple has as many pairs of lines as lines times lines.

import { firstLineOf, firstPairOf, linePairOf, pairOf, secondLineOf } from "../model/pairs.ts";
import type { Link } from "../model/read_links.ts";
import type { AllocatorTables } from "../model/tables.ts";

/** What ties are broken for, by pair, the least first; null: nothing, the order of the tables stands. */
export type Ties = Float64Array | null;

/** The lines that each worker may have, those liked as well as ties are broken. */
export class WishOrder {
  readonly #lines: Int32Array[];
  /** How many lines of each worker are in order, and where those liked as well as the last of them end. */
  readonly #sorted: Int32Array;
  readonly #end: Int32Array;

  /** @param wishes as `wishesOf` gives them */
  constructor(
    readonly tables: AllocatorTables,
    wishes: readonly Int32Array[],
    readonly ties: Ties,
  ) {
    this.#lines = [...wishes];
    this.#sorted = new Int32Array(wishes.length);
    this.#end = new Int32Array(wishes.length);
  }

  /** The i-th line of a worker; -1: there are not as many. */
  at(w: number, i: number): number {
    if (i >= this.#lines[w].length) return -1;
    if (this.ties !== null) { while (this.#sorted[w] <= i) this.#sortOn(w, this.ties); }
    return this.#lines[w][i];
  }

  /**
   * Puts the next line of a worker in order. Those liked as well are a heap, its root at their end, so that what is taken from
   * it fills the places from their front on: all lines that a worker has not ranked are liked as well, and few are asked for.
   */
  #sortOn(w: number, ties: Float64Array): void {
    const { J } = this.tables, row = firstPairOf(w, J), at = this.#sorted[w]++;
    if (at === this.#end[w]) this.#open(w, at, ties);
    const lines = this.#lines[w], last = this.#end[w] - 1;
    if (at === last) return;
    const next = lines[last];
    lines[last] = lines[at];
    lines[at] = next;
    sink(lines, ties, row, { root: last, from: at + 1, at: last });
  }

  /** Makes a heap of the lines that a worker likes as well as the i-th. */
  #open(w: number, i: number, ties: Float64Array): void {
    const { J, rank } = this.tables, row = firstPairOf(w, J);
    if (i === 0) this.#lines[w] = this.#lines[w].slice();
    const lines = this.#lines[w], own = rank[row + lines[i]];
    let end = i + 1;
    while (end < lines.length && rank[row + lines[end]] === own) end++;
    this.#end[w] = end;
    const root = end - 1;
    for (let at = end - ((end - i) >> 1); at < end; at++) {
      sink(lines, ties, row, { root, from: i, at });
    }
  }
}

/**
 * Lets the line at a place of a heap sink to where none below it comes first. The heap's places run down from its root.
 * @param ties by pair, the least first, and of equal ones the line of the lower index
 */
function sink(
  lines: Int32Array,
  ties: Float64Array,
  row: number,
  { root, from, at }: { root: number; from: number; at: number },
): void {
  const own = lines[at], tie = ties[row + own];
  for (;;) {
    let below = 2 * at - root - 1;
    if (below < from) break;
    let line = lines[below], least = ties[row + line];
    if (below > from) {
      const other = lines[below - 1], by = ties[row + other];
      if (by < least || (by === least && other < line)) {
        below--;
        line = other;
        least = by;
      }
    }
    if (tie < least || (tie === least && own < line)) break;
    lines[at] = line;
    at = below;
  }
  lines[at] = own;
}

/** A line of the first of a couple, with the lines of the second that fit, of which the next is at hand. */
interface Row {
  /** Place of the line in the order of the first. */
  at: number;
  line: number;
  others: readonly number[];
  next: number;
  /** Of the pair at hand: the sum of ranks, and what ties are broken for. */
  worth: number;
  tie: number;
}

/**
 * The pairs of lines that a couple may have, in its own order where it has one, and otherwise by the sum of ranks: rows of the
 * first one's lines are merged, and a row is looked at only when no pair of those before it comes first for sure.
 */
export class PairOrder {
  readonly #found: number[] = [];
  readonly #pairs: Iterator<number>;
  readonly #rows: Row[] = [];
  /** Lines of the second that fit, in order, by the list of the link. */
  readonly #sorted = new Map<readonly number[], number[]>();

  constructor(readonly wishes: WishOrder, readonly link: Link) {
    this.#pairs = link.order === null ? this.#byRanks() : this.#byOrder(link.order);
  }

  /** The number of the i-th pair (`linePairOf`); -1: there are not as many. */
  at(i: number): number {
    while (this.#found.length <= i) {
      const { done, value } = this.#pairs.next();
      if (done) return -1;
      this.#found.push(value);
    }
    return this.#found[i];
  }

  *#byOrder(order: ReadonlyMap<number, number>): Generator<number> {
    const { J, cost } = this.wishes.tables, [a, b] = this.link.workers;
    for (const pair of order.keys()) {
      const j = firstLineOf(pair, J), k = secondLineOf(pair, J);
      if (cost[pairOf(a, j, J)] < Infinity && cost[pairOf(b, k, J)] < Infinity) yield pair;
    }
  }

  *#byRanks(): Generator<number> {
    const { J } = this.wishes.tables, [a] = this.link.workers;
    for (let opened = 0;;) {
      for (; this.#mayComeNext(opened); opened++) this.#open(opened, this.wishes.at(a, opened));
      const [row] = this.#rows;
      if (row === undefined) return;
      yield linePairOf(row.line, row.others[row.next], J);
      row.next++;
      if (row.next < row.others.length) this.#weigh(row);
      else {
        const last = this.#rows.pop()!;
        if (last === row) continue;
        this.#rows[0] = last;
      }
      this.#sink();
    }
  }

  /** Whether a row that is not looked at yet, or one behind it, may have a pair before all that are at hand. */
  #mayComeNext(at: number): boolean {
    const { wishes, link: { workers: [a, b] } } = this;
    const j = wishes.at(a, at), k = wishes.at(b, 0);
    if (j < 0 || k < 0) return false;
    const [first] = this.#rows;
    return first === undefined ||
      this.#worth(j, k) < first.worth ||
      (this.#worth(j, k) === first.worth && this.#tie(j, k) < first.tie);
  }

  #worth(j: number, k: number): number {
    const { J, rank } = this.wishes.tables, [a, b] = this.link.workers;
    return rank[pairOf(a, j, J)] + rank[pairOf(b, k, J)];
  }

  #tie(j: number, k: number): number {
    const { ties, tables: { J } } = this.wishes, [a, b] = this.link.workers;
    return ties === null ? 0 : ties[pairOf(a, j, J)] + ties[pairOf(b, k, J)];
  }

  #open(at: number, line: number): void {
    const others = this.#othersOf(this.link.near[0][line]);
    if (others.length === 0) return;
    const row = { at, line, others, next: 0, worth: 0, tie: 0 };
    this.#weigh(row);
    this.#rows.push(row);
    this.#rise();
  }

  /** Of lines that fit those that the second may have, in order: sorted once for all lines that share the list. */
  #othersOf(near: readonly number[]): readonly number[] {
    const known = this.#sorted.get(near);
    if (known) return known;
    const { ties, tables: { J, rank, cost } } = this.wishes,
      row = firstPairOf(this.link.workers[1], J);
    const others = near.filter((k) => cost[row + k] < Infinity).sort((k, l) =>
      rank[row + k] - rank[row + l] || (ties ? ties[row + k] - ties[row + l] : 0)
    );
    this.#sorted.set(near, others);
    return others;
  }

  #weigh(row: Row): void {
    row.worth = this.#worth(row.line, row.others[row.next]);
    row.tie = this.#tie(row.line, row.others[row.next]);
  }

  /** Puts the last row of the heap where it belongs. */
  #rise(): void {
    const rows = this.#rows;
    for (let i = rows.length - 1; i > 0;) {
      const up = (i - 1) >> 1;
      if (!isBefore(rows[i], rows[up])) return;
      [rows[i], rows[up]] = [rows[up], rows[i]];
      i = up;
    }
  }

  /** Puts the first row of the heap where it belongs. */
  #sink(): void {
    const rows = this.#rows;
    for (let i = 0;;) {
      let least = i;
      for (const down of [2 * i + 1, 2 * i + 2]) {
        if (down < rows.length && isBefore(rows[down], rows[least])) least = down;
      }
      if (least === i) return;
      [rows[i], rows[least]] = [rows[least], rows[i]];
      i = least;
    }
  }
}

/** Whether the pair at hand of one row comes before that of another. */
function isBefore(one: Row, other: Row): boolean {
  return (one.worth - other.worth || one.tie - other.tie || one.at - other.at) < 0;
}
