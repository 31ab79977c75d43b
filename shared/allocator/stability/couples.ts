// A stable matching with couples to begin with, by better responses: whoever has no line asks for the best that would take them,
// a free place goes to the one whom its line would rather have of all who would rather be there, and couples move when they
// would block (after Roth and Peranson 1999). Three things keep that from going round in circles: a couple that has lines leaves
// them only for a pair that neither likes less, which is what blocks; who of a couple is pushed out looks for another line beside
// the one that the other has first; and whose turn it is falls by chance (Roth and Vande Vate 1990), the same chance each time.
// What still does not come to rest is given up; what comes out is only a start, and checked.

import { Random } from "../../engine/random.ts";
import { firstLineOf, linePairOf, pairOf, secondLineOf } from "../model/pairs.ts";
import type { Link } from "../model/read_links.ts";
import type { AllocatorTables } from "../model/tables.ts";
import type { Standings } from "./cutoffs.ts";
import { PairOrder, type Ties, WishOrder } from "./in_order.ts";

/** Lines and workers looked at before it is given up: so many, and so many for each pair of the tables. */
const MOST_LOOKS = 5e5, LOOKS_PER_PAIR = 5;

/** No more than so many for each pair: what few can do has been tried by then, and three doctors would go round for seconds. */
const MOST_PER_PAIR = 2_000;

/** Share of that within which couples also move for better ranks together: what comes to rest so costs less. */
const EAGER = 0.1;

/** What matchings with couples are settled from. */
export interface CouplesGround {
  tables: AllocatorTables;
  standings: Standings;
  /** The lines that each worker may have, the best first. */
  wishes: readonly Int32Array[];
}

/**
 * @param ties by pair, what ties are broken for on both sides, the least first; null: by the order of the tables
 * @returns line of each worker; null: none was found
 */
export function settleCouples(ground: CouplesGround, ties: Ties = null): number[] | null {
  const settling = new Settling(ground, ties);
  return settling.run() ? [...settling.lineOf] : null;
}

/** A couple as it stands in the queue. */
interface Couple {
  link: Link;
  /** Pairs of lines, those that it would rather have first. */
  pairs: PairOrder;
}

/** Things that wait, each once, of which any may be next. */
class Waiting {
  readonly #waits: Uint8Array;
  readonly #queue: number[] = [];

  constructor(size: number, readonly random: Random) {
    this.#waits = new Uint8Array(size);
  }

  call(item: number): void {
    if (this.#waits[item] === 1) return;
    this.#waits[item] = 1;
    this.#queue.push(item);
  }

  /** -1: nothing waits. */
  next(): number {
    const queue = this.#queue;
    if (queue.length === 0) return -1;
    const i = this.random.below(queue.length), item = queue[i], last = queue.pop()!;
    if (i < queue.length) queue[i] = last;
    this.#waits[item] = 0;
    return item;
  }
}

class Settling {
  readonly lineOf: Int32Array;
  readonly #tables: AllocatorTables;
  readonly #wishes: WishOrder;
  readonly #on: number[][];
  readonly #partner: Int32Array;
  readonly #coupleOf: Int32Array;
  readonly #couples: Couple[];
  /** Doctors alone without a line, lines with a place that nobody was offered, and couples that are to be asked. */
  readonly #homeless: Waiting;
  readonly #free: Waiting;
  readonly #asked: Waiting;
  readonly #most: number;
  #looks = 0;

  constructor(readonly ground: CouplesGround, readonly ties: Ties) {
    const { tables, wishes } = ground, { W, J, links } = tables, random = new Random(1);
    this.#tables = tables;
    this.#most = Math.min(MOST_LOOKS, MOST_PER_PAIR * W * J) + LOOKS_PER_PAIR * W * J;
    this.#wishes = new WishOrder(tables, wishes, ties);
    this.lineOf = new Int32Array(W).fill(-1);
    this.#on = Array.from({ length: J }, () => []);
    this.#partner = new Int32Array(W).fill(-1);
    this.#coupleOf = new Int32Array(W).fill(-1);
    this.#couples = links.map((link, c) => {
      const [a, b] = link.workers;
      this.#partner[a] = b;
      this.#partner[b] = a;
      this.#coupleOf[a] = this.#coupleOf[b] = c;
      return { link, pairs: new PairOrder(this.#wishes, link) };
    });
    this.#homeless = new Waiting(W, random);
    this.#free = new Waiting(J, random);
    this.#asked = new Waiting(links.length, random);
    for (let w = 0; w < W; w++) this.#call(w);
  }

  #call(w: number): void {
    const c = this.#coupleOf[w];
    if (c >= 0) this.#asked.call(c);
    else this.#homeless.call(w);
  }

  /** @returns whether all is at rest, everybody on a line */
  run(): boolean {
    while (this.#looks < this.#most) {
      const w = this.#homeless.next();
      if (w >= 0) {
        this.#ask(w);
        continue;
      }
      const j = this.#free.next();
      if (j >= 0) {
        this.#offer(j);
        continue;
      }
      const c = this.#asked.next();
      if (c < 0) return !this.lineOf.includes(-1);
      this.#respond(this.#couples[c]);
    }
    return false;
  }

  /** Who has no line gets the best that takes them; where none does, one that gets a free place will come to them. */
  #ask(w: number): void {
    for (let i = 0, j = this.#wishes.at(w, 0); j >= 0; j = this.#wishes.at(w, ++i)) {
      this.#looks++;
      if (this.#takes(w, j)) return this.#seat(w, j);
    }
  }

  /**
   * A place that got free goes to one alone, also if somebody has taken it meanwhile of whom the line thinks less; couples are
   * asked who may want it.
   */
  #offer(j: number): void {
    const { tables: { J, rank, links, cost } } = this.ground;
    const likes = (w: number, by: number) => {
      const own = this.lineOf[w];
      return own < 0 || rank[pairOf(w, j, J)] - rank[pairOf(w, own, J)] <= by;
    };
    const chosen = this.#bestFor(j, (w) => likes(w, -1e-9));
    if (chosen >= 0) {
      this.#leave(chosen);
      this.#seat(chosen, j);
      this.#free.call(j);
    }
    links.forEach(({ workers }, c) => {
      if (workers.some((w) => cost[pairOf(w, j, J)] < Infinity && likes(w, 0))) this.#asked.call(c);
    });
    this.#looks += links.length;
  }

  /** Of those alone who would rather have a line, the one that it thinks most of; -1: it would take none. */
  #bestFor(j: number, likes: (w: number) => boolean): number {
    const { tables: { J, capacity }, standings: { level, order } } = this.ground;
    let most = -1, chosen = -1;
    for (const v of this.#on[j]) most = Math.max(most, level[pairOf(v, j, J)]);
    if (this.#on[j].length < capacity[j]) most = Infinity;
    for (const w of order[j]) {
      this.#looks++;
      if (level[pairOf(w, j, J)] > most) break;
      if (this.#partner[w] >= 0 || !likes(w) || !this.#takes(w, j)) continue;
      if (chosen < 0 || this.#isBefore(w, chosen, j)) chosen = w;
      most = level[pairOf(w, j, J)];
    }
    return chosen;
  }

  #respond(couple: Couple): void {
    const { J } = this.#tables, [a, b] = couple.link.workers;
    const isPlaced = this.lineOf[a] >= 0 && this.lineOf[b] >= 0;
    const pair = isPlaced && couple.link.order === null && this.#looks > EAGER * this.#most
      ? this.#betterPair(couple.link)
      : this.#firstPair(couple);
    if (pair < 0) return;
    this.#leave(a);
    this.#leave(b);
    const j = firstLineOf(pair, J), k = secondLineOf(pair, J);
    this.#seat(a, j);
    this.#seat(b, k);
  }

  /** The first pair of lines that would take both; -1: none before what they have. */
  #firstPair({ link: { workers: [a, b] }, pairs }: Couple): number {
    const { J } = this.#tables;
    for (let i = 0, pair = pairs.at(0); pair >= 0; pair = pairs.at(++i)) {
      this.#looks++;
      const j = firstLineOf(pair, J), k = secondLineOf(pair, J);
      if (this.lineOf[a] === j && this.lineOf[b] === k) return -1;
      if (this.#takes(a, j, b, k) && this.#takes(b, k, a, j)) return pair;
    }
    return -1;
  }

  /** Of pairs that neither likes less and one likes better the one of the best ranks together; -1: no line would take them. */
  #betterPair({ workers: [a, b], fits }: Link): number {
    const { J, rank } = this.#tables, { lineOf } = this;
    const own = rank[pairOf(a, lineOf[a], J)] + rank[pairOf(b, lineOf[b], J)];
    const ofFirst = this.#noWorse(a, b), ofSecond = this.#noWorse(b, a);
    let least = own, chosen = -1;
    for (const j of ofFirst) {
      for (const k of ofSecond) {
        const sum = rank[pairOf(a, j, J)] + rank[pairOf(b, k, J)];
        if (sum >= least) break; // the best come first
        this.#looks++;
        if (!fits(j, k) || !this.#takes(a, j, b, k) || !this.#takes(b, k, a, j)) continue;
        least = sum;
        chosen = linePairOf(j, k, J);
      }
    }
    return chosen;
  }

  /** Lines that one of a couple likes as much as the own, and that would take them alone. */
  #noWorse(w: number, other: number): number[] {
    const { J, rank } = this.#tables,
      lines: number[] = [],
      own = rank[pairOf(w, this.lineOf[w], J)];
    for (let i = 0, j = this.#wishes.at(w, 0); j >= 0; j = this.#wishes.at(w, ++i)) {
      this.#looks++;
      if (rank[pairOf(w, j, J)] > own) break;
      if (this.#takes(w, j, other)) lines.push(j);
    }
    return lines;
  }

  /** Whether a line has a place for a worker beside those whom it thinks as much of, and the other of a couple. */
  #takes(w: number, j: number, other = -1, otherLine = -1): boolean {
    let ahead = otherLine === j && !this.#isBefore(w, other, j) ? 1 : 0;
    for (const v of this.#on[j]) if (v !== w && v !== other && !this.#isBefore(w, v, j)) ahead++;
    return ahead < this.#tables.capacity[j];
  }

  /** Whether a line would rather have one than another, or ties are broken for them. */
  #isBefore(w: number, v: number, j: number): boolean {
    const { tables: { J }, standings: { level } } = this.ground,
      p = pairOf(w, j, J),
      q = pairOf(v, j, J);
    if (level[p] !== level[q]) return level[p] < level[q];
    return this.ties !== null && this.ties[p] < this.ties[q];
  }

  /** Leaves the place that a worker has, which is then offered. */
  #leave(w: number): void {
    const j = this.lineOf[w];
    if (j < 0) return;
    this.#on[j].splice(this.#on[j].indexOf(w), 1);
    this.lineOf[w] = -1;
    this.#free.call(j);
  }

  #seat(w: number, j: number): void {
    const on = this.#on[j];
    on.push(w);
    this.lineOf[w] = j;
    if (on.length <= this.#tables.capacity[j]) return;
    const last = on.reduce((worst, v) =>
      v !== w && (worst === w || this.#isBefore(worst, v, j)) ? v : worst
    );
    on.splice(on.indexOf(last), 1);
    this.lineOf[last] = -1;
    this.#call(last);
    const other = this.#partner[last];
    if (other < 0 || this.lineOf[other] < 0) return;
    const beside = this.#lineBeside(last, other);
    if (beside < 0) this.#leave(other);
    else this.#seat(last, beside);
  }

  /** The best line that takes who was pushed out, and that fits the one that the other of the couple has; -1: none. */
  #lineBeside(w: number, other: number): number {
    const { link: { workers: [a], fits } } = this.#couples[this.#coupleOf[w]];
    const theirs = this.lineOf[other];
    for (let i = 0, j = this.#wishes.at(w, 0); j >= 0; j = this.#wishes.at(w, ++i)) {
      this.#looks++;
      const isFit = w === a ? fits(j, theirs) : fits(theirs, j);
      if (isFit && this.#takes(w, j, other, theirs)) return j;
    }
    return -1;
  }
}
