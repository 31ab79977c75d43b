// Sets of keys in a list, weighed against walks: multipliers on elements make the two agree as far as they will (Lagrangean
// decomposition), a set that cannot come to a floor leaves the list, and what is left is split by a key and weighed again,
// each half against walks over its own keys alone, down to single sets.

import { bitCount, bitsIn } from "../model/bits.ts";
import type { SetLimits } from "./key_halves.ts";
import { type KeySequences, type SequenceKeys, SetSequences } from "./key_sequences.ts";
import type { OnwardWalks } from "./onward_walks.ts";
import { subsetSums } from "./subset_sums.ts";

/** Steps of multipliers for a list of sets, and for a single one. */
const STEPS = 6;
const LAST_STEPS = 12;
/** Steps of a single set against sequences of all its keys. */
const SEQUENCE_STEPS = 60;
/** Steps without progress after which they become shorter, and by how much. */
const PATIENCE = 3;
const SHORTER = 0.6;
/** How far a step is turned away from the one before. */
const TURN = 1.5;
/** Bits whose sums stand in one table. */
const CHUNK = 10;
/** Sets for which such tables are made: of fewer each is added up. */
const LISTED = 200;
/** Sets weighed that are as much work as a step of a walk. */
const WEIGHED = 0.2;
/** The same for a single one that is looked at closely. */
const LOOK = 100;

/** Sets of keys. */
export interface KeyList {
  /** [set] its keys as bits, and what they bring together. */
  masks: Int32Array;
  pairs: Float64Array;
}

/** Weighs sets of keys of one problem. */
export class KeyLists {
  readonly #terms: number;
  readonly #limits: SetLimits;
  readonly #walks: OnwardWalks;
  readonly #sequences: KeySequences;
  /** [key] its elements. */
  readonly #elements: number[][];
  /** [key] the group of keys that share a limit, and [group] what that has left. */
  readonly #groupOf: Int32Array;
  readonly #room: Int32Array;
  /** [element] what a set gets for it under the multipliers of the day. */
  readonly #worth: Float64Array;
  /** [key] its elements, the worthiest first, as many as a line may hold. */
  readonly #order: number[][];
  /** [key * most elements of a key + n] what its n-th element is worth in that order; [key] how many a set takes. */
  readonly #sorted: Float64Array;
  readonly #most: number;
  readonly #taken: Int32Array;
  readonly #first: Float64Array;
  readonly #chunks: Float64Array[];
  /** Highest of what any further element brings. */
  #mostMore = 0;
  #constant = 0;
  /** [element] 1 where the set looked at closely holds it. */
  readonly held: Uint8Array;
  work = 0;

  constructor(
    terms: number,
    keys: number,
    key: Int32Array,
    limits: SetLimits,
    walks: OnwardWalks,
    sequences: KeySequences,
  ) {
    this.#terms = terms;
    this.#limits = limits;
    this.#walks = walks;
    this.#sequences = sequences;
    this.#elements = Array.from({ length: keys }, () => [] as number[]);
    key.forEach((k, e) => this.#elements[k].push(e));
    this.#groupOf = new Int32Array(keys);
    limits.groups.forEach((group, g) => group.keys.forEach((k) => this.#groupOf[k] = g));
    this.#room = new Int32Array(limits.groups.length);
    this.#worth = new Float64Array(key.length);
    this.#order = this.#elements.map((own) => own.slice());
    this.#most = Math.max(...this.#elements.map((own) => own.length));
    this.#sorted = new Float64Array(keys * this.#most);
    this.#taken = new Int32Array(keys);
    this.#first = new Float64Array(CHUNK * Math.ceil(keys / CHUNK));
    this.#chunks = Array.from(
      { length: Math.ceil(keys / CHUNK) },
      () => new Float64Array(1 << CHUNK),
    );
    this.held = new Uint8Array(key.length);
  }

  /** Multipliers: of elements, and behind them of limits that sets forget otherwise, which are not below 0. */
  get multipliers(): number {
    return this.#worth.length + this.#limits.most.length;
  }

  /** Sets are worth what these multipliers say from now on. */
  weigh(point: Float64Array): void {
    const E = this.#worth.length, worth = this.#worth;
    worth.set(point.subarray(0, E));
    this.#constant = 0;
    this.#limits.most.forEach((most, l) => {
      const price = point[E + l];
      if (price === 0) return;
      this.#constant += price * most;
      this.#limits.has[l].forEach((n, e) => worth[e] -= n * price);
    });
    this.#mostMore = -Infinity;
    this.#order.forEach((own, k) => {
      if (own.length === 0) return;
      own.sort((a, b) => worth[b] - worth[a] || a - b);
      own.forEach((e, n) => this.#sorted[k * this.#most + n] = worth[e]);
      this.#first[k] = worth[own[0]];
      if (this.#limits.keyMost[k] > 1) this.#mostMore = Math.max(this.#mostMore, worth[own[1]]);
    });
  }

  /** [key][n] what n of its elements are worth at most; limits' own price is left to `constant`. */
  get worthOfKeys(): Float64Array[] {
    return this.#order.map((own) => {
      const sums = new Float64Array(own.length + 1);
      own.forEach((e, i) => sums[i + 1] = sums[i] + this.#worth[e]);
      return sums;
    });
  }

  get constant(): number {
    return this.#constant;
  }

  /** What a set is worth, its elements in `held`; -Infinity where it has too few. */
  look(mask: number, pairs: number): number {
    const sum = this.#worthOf(mask, pairs), taken = this.#taken, held = this.held.fill(0);
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const k = 31 - Math.clz32(rest & -rest);
      for (let n = 0; n < taken[k]; n++) held[this.#order[k][n]] = 1;
    }
    return sum;
  }

  /** What a set is worth; -Infinity where it has too few elements. How many it takes of each of its keys stands in `#taken`. */
  #worthOf(mask: number, pairs: number): number {
    const { groups } = this.#limits,
      room = this.#room,
      taken = this.#taken,
      groupOf = this.#groupOf;
    for (let g = 0; g < groups.length; g++) room[g] = groups[g].most;
    let sum = pairs + this.#constant, left = this.#terms;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const k = 31 - Math.clz32(rest & -rest);
      sum += this.#first[k];
      room[groupOf[k]]--;
      taken[k] = 1;
      left--;
    }
    for (; left > 0; left--) {
      const k = this.#dearest(mask);
      if (k < 0) return -Infinity;
      sum += this.#sorted[k * this.#most + taken[k]++];
      room[groupOf[k]]--;
    }
    return sum;
  }

  /** The key of a set of which one more element brings most; -1 where there is room for none. */
  #dearest(mask: number): number {
    const { keyMost } = this.#limits, room = this.#room, taken = this.#taken;
    let key = -1, most = 0;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const k = 31 - Math.clz32(rest & -rest), n = taken[k];
      if (n >= keyMost[k] || room[this.#groupOf[k]] <= 0) continue;
      const worth = this.#sorted[k * this.#most + n];
      if (key >= 0 && worth <= most) continue;
      key = k;
      most = worth;
    }
    return key;
  }

  #listSums(): void {
    for (let c = 0; c < this.#chunks.length; c++) {
      subsetSums(this.#first.subarray(CHUNK * c, CHUNK * (c + 1)), this.#chunks[c]);
    }
  }

  /** What the first elements of keys are worth, as in the table of such sums. @param keys as bits, from one on */
  #sumOf(keys: number, from: number): number {
    let sum = 0;
    for (let rest = keys; rest !== 0; rest &= rest - 1) {
      sum += this.#first[from + 31 - Math.clz32(rest & -rest)];
    }
    return sum;
  }

  /** Of the sets in the list those that come above a floor with a walk of this value. @returns them and the worthiest */
  #filter(list: KeyList, sets: Int32Array, walk: number, floor: number) {
    if (sets.length === 1) {
      const [top] = sets, most = walk + this.#worthOf(list.masks[top], list.pairs[top]);
      this.work += LOOK;
      return { kept: most > floor ? sets : sets.subarray(0, 0), top, most };
    }
    const isListed = sets.length >= LISTED, kept: number[] = [], base = walk + this.#constant;
    if (isListed) this.#listSums();
    let top = -1, most = -Infinity;
    for (const i of sets) {
      const mask = list.masks[i];
      let sum = list.pairs[i] + base;
      for (let c = 0, rest = mask; rest !== 0; c++, rest >>>= CHUNK) {
        const own = rest & (1 << CHUNK) - 1;
        sum += isListed ? this.#chunks[c][own] : this.#sumOf(own, CHUNK * c);
      }
      const more = this.#terms - bitCount(mask);
      if (more > 0) {
        if (sum + more * this.#mostMore <= floor) continue;
        sum = walk + this.#worthOf(mask, list.pairs[i]);
      }
      if (sum <= floor) continue;
      kept.push(i);
      if (sum > most) {
        most = sum;
        top = i;
      }
    }
    this.work += Math.round(WEIGHED * sets.length) + 3 * (1 << CHUNK) / 4;
    return { kept: Int32Array.from(kept), top, most };
  }

  /**
   * Moves multipliers to where the sets of a list come to least.
   * @param point where it begins
   * @param steps at most
   * @param against what sets are weighed against
   * @param patience steps without progress after which they become shorter
   * @returns the sets that may come above the floor; the point, and what sets come to there at most
   */
  descend(
    list: KeyList,
    sets: Int32Array,
    point: Float64Array,
    floor: number,
    steps: number,
    against: Pick<OnwardWalks, "best" | "visits"> = this.#walks,
    patience = PATIENCE,
  ) {
    const E = this.#worth.length, keys = unionOf(list, sets), L = this.#limits.most.length;
    let lowest = Infinity, best = point, length = 1, idle = 0, now = point;
    let before: Float64Array | null = null;
    for (let n = 0; n < steps; n++) {
      this.weigh(now);
      const walk = against.best(keys, now.subarray(0, E));
      const found = this.#filter(list, sets, walk, floor);
      sets = found.kept;
      if (sets.length === 0) break;
      if (found.most < lowest - 0.01) {
        lowest = found.most;
        best = now;
        idle = 0;
      } else if (++idle >= patience) {
        length *= SHORTER;
        idle = 0;
      }
      this.look(list.masks[found.top], list.pairs[found.top]);
      const slope = new Float64Array(E + L);
      for (let e = 0; e < E; e++) slope[e] = this.held[e] - against.visits[e];
      for (let l = 0; l < L; l++) slope[E + l] = this.#lack(l, now[E + l]);
      turn(slope, before);
      before = slope;
      let norm = 0;
      for (const x of slope) norm += x * x;
      if (norm === 0) break;
      const step = length * Math.max(1, found.most - floor + 2) / norm, next = now.slice();
      for (let i = 0; i < next.length; i++) next[i] -= step * slope[i];
      for (let l = 0; l < L; l++) if (next[E + l] < 0) next[E + l] = 0;
      now = next;
    }
    return { sets, point: best, most: lowest };
  }

  /** How many more elements the limit allows than the set looked at holds; 0 where its price cannot fall. */
  #lack(l: number, price: number): number {
    const has = this.#limits.has[l];
    let left = this.#limits.most[l];
    for (let e = 0; e < has.length; e++) left -= has[e] & this.held[e];
    return left > 0 && price <= 0 ? 0 : left;
  }

  /**
   * Down to single sets.
   * @param visit is told each set that may come above the floor, the multipliers of its own, what it comes to at most, and its
   * keys as its sequences know them; it gives the floor from then on
   * @param leave is told sets before they are weighed, and whether they are left: those that are left are not weighed in vain
   */
  settle(
    list: KeyList,
    sets: Int32Array,
    point: Float64Array,
    floor: number,
    visit: Visit,
    leave: (sets: Int32Array) => boolean = () => false,
  ): number {
    if (sets.length === 0 || leave(sets)) return floor;
    const isLast = sets.length === 1;
    const found = this.descend(list, sets, point, floor, isLast ? LAST_STEPS : STEPS);
    if (found.sets.length === 0) return floor;
    if (isLast) return this.#settleLast(list, found.sets, found, floor, visit);
    const key = splitBy(list, found.sets);
    for (const side of key < 0 ? [found.sets] : [1, 0]) {
      const part = typeof side === "number"
        ? found.sets.filter((i) => (list.masks[i] >> key & 1) === side)
        : side;
      floor = this.settle(list, part, found.point, floor, visit, leave);
    }
    return floor;
  }

  /** A single set that walks leave open: they leave keys out, and its sequences do not. */
  #settleLast(
    list: KeyList,
    sets: Int32Array,
    { point, most }: { point: Float64Array; most: number },
    floor: number,
    visit: Visit,
  ): number {
    const sequences = new SetSequences(this.#sequences, bitsIn(list.masks[sets[0]]));
    const found = this.descend(list, sets, point, floor, SEQUENCE_STEPS, sequences);
    if (found.sets.length === 0) return floor;
    return visit(sets[0], found.point, Math.min(most, found.most), sequences.keys);
  }
}

/** Told of a set that is left. */
type Visit = (set: number, point: Float64Array, most: number, keys: SequenceKeys) => number;

/** The key that parts sets most evenly; -1 where one is left. */
function splitBy(list: KeyList, sets: Int32Array): number {
  if (sets.length < 2) return -1;
  const times = new Int32Array(32);
  for (const i of sets) {
    for (let rest = list.masks[i]; rest !== 0; rest &= rest - 1) {
      times[31 - Math.clz32(rest & -rest)]++;
    }
  }
  let key = -1, least = Infinity;
  times.forEach((n, k) => {
    const far = Math.abs(2 * n - sets.length);
    if (n === 0 || n === sets.length || far >= least) return;
    least = far;
    key = k;
  });
  return key;
}

function unionOf(list: KeyList, sets: Int32Array): Int32Array {
  let all = 0;
  for (const i of sets) all |= list.masks[i];
  return bitsIn(all);
}

/** Turns a slope away from the one before where they disagree (Camerini, Fratta and Maffioli 1975). */
export function turn(slope: Float64Array, before: Float64Array | null): void {
  if (before === null) return;
  let along = 0, square = 0;
  for (let i = 0; i < slope.length; i++) {
    along += slope[i] * before[i];
    square += before[i] * before[i];
  }
  if (along >= 0 || square === 0) return;
  for (let i = 0; i < slope.length; i++) slope[i] -= TURN * along / square * before[i];
}
