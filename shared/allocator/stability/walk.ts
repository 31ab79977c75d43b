// Better stable matchings by walking from one to the next. A step is one of three:
//   a tie broken otherwise   a worker has a line that thinks as much of them as of somebody there, who leaves, or that they like
//                            as much as their own and that thinks more of them;
//   a worker gives way       and asks for lines below their own, until their place is taken by somebody it would rather have
//                            (the break of McVitie and Wilson 1971: between strict preferences these are the rotations);
//   a line gives way         and its place is offered further down, until whom it gave up is offered a better one.
// Whoever has no place asks from their best line down, and a place that gets free goes to those whom the line would rather
// have of all who would rather be there, as in deferred acceptance. Steps that make a matching cost more are taken the less
// often, the colder it is (simulated annealing).

import type { Random } from "../../engine/random.ts";
import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { type AllocatorTables, matchingCost } from "../model/tables.ts";
import type { Standings } from "./cutoffs.ts";

/** Moves of workers after which a step that has not come to rest is taken back. */
const MOST_MOVES = 60;
/** Share of steps that break a tie otherwise. */
const TIES = 0.8;
/** How often who asks for a line pushes out somebody whom the line thinks as much of. */
const PUSHES = 0.25;

/** What a walk may choose from. */
export interface Ground {
  tables: AllocatorTables;
  standings: Standings;
  /** The lines that each worker may have, the best first. */
  wishes: readonly Int32Array[];
  /** What lines offer their places by. */
  offers: readonly Offers[];
  /** Pairs that steps begin with. */
  pairs: ArrayLike<number>;
}

/** The workers whom a line may have, the best first, their levels there and what the line is to them: side by side, since walks read little else. */
export interface Offers {
  workers: Int32Array;
  levels: Int32Array;
  wishes: Float64Array;
}

/** The offers of each line. */
export function offersOf({ J, wish }: AllocatorTables, { level, order }: Standings): Offers[] {
  return order.map((workers, j) => {
    const levels = new Int32Array(workers.length), wishes = new Float64Array(workers.length);
    for (let i = 0; i < workers.length; i++) {
      const p = pairOf(workers[i], j, J);
      levels[i] = level[p];
      wishes[i] = wish[p];
    }
    return { workers, levels, wishes };
  });
}

/** Somebody who gives up a line, or whom a line gives up. */
interface Held {
  worker: number;
  line: number;
  /** Whether it is the worker who waits, for a better offer; else the line, for somebody better. */
  waits: boolean;
}

/** A walk among stable matchings. */
export class Walk {
  readonly lineOf: Int32Array;
  cost: number;
  /** Entries of lists looked at so far: what a walk has taken, whatever the machine. */
  looks = 0;
  readonly #on: number[][];
  /** What each worker's line is to them, or the one that they wait to have bettered; -Infinity: no offer is for them. */
  readonly #wishes: Float64Array;
  /** Workers moved in the step at hand, and the lines they left (-1: none). */
  readonly #movers: number[] = [];
  readonly #left: number[] = [];
  readonly #free: number[] = [];
  readonly #homeless: number[] = [];
  #held: Held | null = null;

  /** @param lineOf a stable matching of all workers */
  constructor(readonly ground: Ground, lineOf: ArrayLike<number>, readonly random: Random) {
    const { tables } = ground;
    this.lineOf = Int32Array.from(lineOf);
    this.cost = matchingCost(tables, lineOf);
    this.#on = Array.from({ length: tables.J }, () => []);
    this.#wishes = Float64Array.from(this.lineOf, (j, w) => tables.wish[pairOf(w, j, tables.J)]);
    this.lineOf.forEach((j, w) => this.#on[j].push(w));
  }

  /**
   * Tries one step.
   * @param heat cost in thousandths that a matching may gain by now and then
   * @returns whether there was something to try
   */
  step(heat: number): boolean {
    const before = this.cost;
    this.looks++;
    if (!(this.random.next() < TIES ? this.#breakTie() : this.#giveWay())) return false;
    const settled = this.#settle(), by = this.cost - before;
    const isTaken = settled && (by <= 0 || by < -heat * Math.log(1 - this.random.next()));
    if (!isTaken) this.#takeBack();
    this.#movers.length =
      this.#left.length =
      this.#free.length =
      this.#homeless.length =
        0;
    this.#held = null;
    return true;
  }

  #breakTie(): boolean {
    const { tables: { J, wish, capacity }, standings: { level }, pairs } = this.ground;
    const p = pairs[this.random.below(pairs.length)], j = lineOfPair(p, J), w = workerOfPair(p, J);
    const own = this.lineOf[w];
    if (j === own || wish[p] > wish[pairOf(w, own, J)] || capacity[j] === 0) return false;
    if (this.#on[j].length >= capacity[j]) {
      const rival = this.#last(j);
      if (level[pairOf(rival, j, J)] < level[p]) return false;
      this.#move(rival, -1, false);
      this.#homeless.push(rival);
    }
    this.#move(w, j, true);
    return true;
  }

  #giveWay(): boolean {
    const line = this.lineOf[this.random.below(this.lineOf.length)];
    if (this.#on[line].length < this.ground.tables.capacity[line]) return false;
    const worker = this.#last(line), waits = this.random.next() < 0.5;
    this.#held = { worker, line, waits };
    this.#move(worker, -1, waits);
    if (waits) this.#wishes[worker] = this.#wishAt(worker, line);
    if (!waits) this.#homeless.push(worker);
    return true;
  }

  /** One of those a line thinks least of. */
  #last(j: number): number {
    const { tables: { J }, standings: { level } } = this.ground;
    let worst = -1, chosen = -1, alike = 0;
    for (const v of this.#on[j]) {
      const own = level[pairOf(v, j, J)];
      if (own > worst) {
        worst = own;
        chosen = v;
        alike = 1;
      } else if (own === worst && this.random.below(++alike) === 0) chosen = v;
    }
    return chosen;
  }

  /** @param opens whether the place that is left is to be offered */
  #move(w: number, j: number, opens: boolean): void {
    const { tables: { J, cost } } = this.ground, own = this.lineOf[w];
    this.#movers.push(w);
    this.#left.push(own);
    this.#seat(w, j);
    if (own >= 0) {
      this.cost -= cost[pairOf(w, own, J)];
      if (opens) this.#free.push(own);
    }
    if (j >= 0) this.cost += cost[pairOf(w, j, J)];
  }

  #seat(w: number, j: number): void {
    const own = this.lineOf[w];
    if (own >= 0) this.#on[own].splice(this.#on[own].indexOf(w), 1);
    if (j >= 0) this.#on[j].push(w);
    this.lineOf[w] = j;
    this.#wishes[w] = j >= 0 ? this.#wishAt(w, j) : -Infinity;
  }

  #wishAt(w: number, j: number): number {
    const { wish, J } = this.ground.tables;
    return wish[pairOf(w, j, J)];
  }

  #takeBack(): void {
    const { tables: { J, cost } } = this.ground;
    for (let i = this.#movers.length - 1; i >= 0; i--) {
      const w = this.#movers[i], j = this.#left[i], own = this.lineOf[w];
      if (own >= 0) this.cost -= cost[pairOf(w, own, J)];
      if (j >= 0) this.cost += cost[pairOf(w, j, J)];
      this.#seat(w, j);
    }
  }

  /** Finds workers for free places, and places for who has none. @returns whether all is at rest, everybody on a line */
  #settle(): boolean {
    while (this.#movers.length < MOST_MOVES) {
      const j = this.#free.pop();
      if (j !== undefined) {
        this.#offer(j);
        continue;
      }
      const w = this.#homeless.pop();
      if (w !== undefined) {
        if (!this.#ask(w)) return false;
        continue;
      }
      if (this.#held === null) return true;
      // Nobody better has come: the worker who has given way may come back.
      if (this.#held.waits) return false;
      this.#free.push(this.#held.line);
      this.#held = null;
    }
    return false;
  }

  /** The best line that takes a worker takes them; of those liked as well the cheapest. @returns whether there is one */
  #ask(w: number): boolean {
    const { tables: { J, wish, cost }, wishes } = this.ground, lines = wishes[w];
    const first = firstPairOf(w, J);
    for (let i = 0; i < lines.length;) {
      const own = wish[first + lines[i]];
      let least = Infinity, chosen = -1;
      for (; i < lines.length && wish[first + lines[i]] === own; i++) {
        const j = lines[i], by = cost[first + j];
        this.looks++;
        if (by < least && this.#takes(j, w)) {
          least = by;
          chosen = j;
        }
      }
      if (chosen < 0) continue;
      if (this.#on[chosen].length >= this.ground.tables.capacity[chosen]) {
        const last = this.#last(chosen);
        this.#move(last, -1, false);
        this.#homeless.push(last);
      }
      this.#move(w, chosen, true);
      if (this.#held?.line === chosen) this.#held = null;
      return true;
    }
    return false;
  }

  /** Whether a line takes a worker who asks: it has room, or somebody it thinks less of, or at times as much. */
  #takes(j: number, w: number): boolean {
    const { tables: { J, capacity }, standings: { level } } = this.ground;
    if (capacity[j] === 0) return false;
    const own = level[pairOf(w, j, J)], held = this.#held;
    if (held?.line === j && !held.waits) {
      return w !== held.worker && own <= level[pairOf(held.worker, j, J)];
    }
    if (this.#on[j].length < capacity[j]) return true;
    let worst = -1;
    for (const v of this.#on[j]) worst = Math.max(worst, level[pairOf(v, j, J)]);
    return worst > own || (worst === own && this.random.next() < PUSHES);
  }

  /** A free place goes to those whom the line would rather have of all who would rather be there; among those to the cheapest. */
  #offer(j: number): void {
    const { tables: { J, capacity, cost }, offers } = this.ground;
    if (this.#on[j].length >= capacity[j]) return;
    const held = this.#held, { workers, levels, wishes } = offers[j];
    let best = Infinity, least = Infinity, chosen = -1;
    for (let i = 0; i < workers.length; i++) {
      this.looks++;
      if (levels[i] > best) break;
      const w = workers[i];
      if (!(wishes[i] < this.#wishes[w])) continue;
      best = levels[i];
      const own = this.lineOf[w] < 0 ? held!.line : this.lineOf[w];
      const by = cost[pairOf(w, j, J)] - cost[pairOf(w, own, J)];
      if (by < least) {
        least = by;
        chosen = w;
      }
    }
    if (chosen < 0) return;
    if (held?.worker === chosen) this.#held = null;
    this.#move(chosen, j, true);
    this.#free.push(j);
  }
}
