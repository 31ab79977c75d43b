// What a set of keys gets back for the elements of a line, where of the line no more is known than what its beginnings remember
// and count (`key_labels.ts`): the best that it may hold beside that.

import type { LimitCounters } from "./limit_counters.ts";
import type { OwnLimit } from "./own_limits.ts";

/** What is known of a line. */
interface Memory {
  /** Elements that are remembered, as places among those of the set, and [element] their bits, 0 of the others. */
  remembered: readonly number[];
  bitOf: Int32Array;
  counters: LimitCounters;
}

/** The set and its elements. */
interface Returned {
  keys: Int32Array;
  elements: readonly number[];
  placeOf: Int32Array;
  terms: number;
  /** Those of its keys first, in their order. */
  limits: readonly OwnLimit[];
}

/** What one set of keys gets. */
export class KeyReturns {
  readonly #given: Returned;
  readonly #memory: Memory;
  readonly #pairs: number;
  /** [element of all] what it gets for it, and sequences pay. */
  cost: Float64Array;
  /** What it gets at most, with all its pairs. */
  cap: number;
  /** Its elements, those that it gets most for first. */
  readonly #order: Int32Array;
  /** Limits over whole keys that share none, and [key] the one that it counts in; -1: none. */
  readonly #groups: readonly OwnLimit[];
  readonly #groupOf: Int32Array;
  /** [key], [group] how many more there may be; memory that is used again, as the others are. */
  readonly #room: Int32Array;
  readonly #groupRoom: Int32Array;
  readonly #others: Int32Array;
  readonly #chosen: Uint8Array;
  /** How many of the others are chosen. */
  #count = 0;
  #sum = 0;

  /** @param worth what the set gets at most, with what its keys bring together */
  constructor(
    { cost, pairs, worth }: { cost: Float64Array; pairs: number; worth: number },
    given: Returned,
    memory: Memory,
  ) {
    const { keys, elements, placeOf, limits, terms } = given;
    this.#given = given;
    this.#memory = memory;
    this.#pairs = pairs;
    this.cost = cost.slice();
    this.cap = worth;
    this.#order = Int32Array.from(elements.keys());
    this.#sort();
    this.#groupOf = new Int32Array(keys.length).fill(-1);
    this.#groups = groupsOf(limits, placeOf, this.#groupOf);
    this.#room = new Int32Array(keys.length);
    this.#groupRoom = new Int32Array(this.#groups.length);
    this.#others = new Int32Array(terms);
    this.#chosen = new Uint8Array(elements.length);
  }

  /** Elements cost this much from now on. */
  reprice(cost: Float64Array): void {
    const { elements, terms } = this.#given;
    this.cost = cost;
    this.#sort();
    this.cap = this.#order.subarray(0, terms)
      .reduce((sum, i) => sum + cost[elements[i]], this.#pairs);
  }

  #sort(): void {
    const { elements } = this.#given, { cost } = this;
    this.#order.sort((a, b) => cost[elements[b]] - cost[elements[a]] || a - b);
  }

  /**
   * What it gets at most for a line that holds these of the elements that are remembered, its pairs included; -Infinity where there
   * is no such line.
   * @param held as bits @param counts as the counters tell
   */
  most(held: number, counts: number): number {
    return this.#choose(held, counts) ? Math.min(this.#sum, this.cap) : -Infinity;
  }

  /** The elements that it gets that for, as places among its own; none where there is no such line. */
  elements(held: number, counts: number): number[] {
    if (!this.#choose(held, counts)) return [];
    const { remembered, bitOf } = this.#memory;
    return [
      ...remembered.filter((i) => (held & bitOf[i]) !== 0),
      ...this.#others.subarray(0, this.#count),
    ];
  }

  /** Chooses the others, the best first once each key is held. @returns whether there are as many as a line holds */
  #choose(held: number, counts: number): boolean {
    const { keys, terms, placeOf, elements } = this.#given, { remembered, bitOf } = this.#memory;
    this.#makeRoom(counts);
    this.#sum = this.#pairs;
    this.#count = 0;
    let left = terms, open = (1 << keys.length) - 1;
    for (const i of remembered) {
      if ((held & bitOf[i]) === 0) continue;
      this.#sum += this.cost[elements[i]];
      left--;
      this.#take(placeOf[i]);
      open &= ~(1 << placeOf[i]);
    }
    const order = this.#order;
    for (let j = 0; open !== 0 && j < order.length; j++) {
      const k = placeOf[order[j]];
      if (bitOf[order[j]] !== 0 || (open >> k & 1) === 0) continue;
      open &= ~(1 << k);
      this.#add(order[j], k);
    }
    if (open !== 0) return false;
    for (let j = 0; this.#count < left && j < order.length; j++) {
      const i = order[j], k = placeOf[i], g = this.#groupOf[k];
      if (bitOf[i] !== 0 || this.#chosen[i] === 1 || this.#room[k] <= 0) continue;
      if (g < 0 || this.#groupRoom[g] > 0) this.#add(i, k);
    }
    return this.#count === left;
  }

  /** Room for as many of each key and group as are counted, and of those not counted for as many as a line may hold. */
  #makeRoom(counts: number): void {
    const { limits } = this.#given, { counters } = this.#memory;
    const roomOf = (limit: OwnLimit) => {
      const at = counters.limits.indexOf(limit);
      return at < 0 ? limit.most : counters.held(counts, at);
    };
    this.#chosen.fill(0);
    for (let k = 0; k < this.#room.length; k++) this.#room[k] = roomOf(limits[k]);
    for (let g = 0; g < this.#groupRoom.length; g++) this.#groupRoom[g] = roomOf(this.#groups[g]);
  }

  #take(key: number): void {
    this.#room[key]--;
    if (this.#groupOf[key] >= 0) this.#groupRoom[this.#groupOf[key]]--;
  }

  #add(i: number, key: number): void {
    this.#take(key);
    this.#chosen[i] = 1;
    this.#sum += this.cost[this.#given.elements[i]];
    // More than a line holds are told by their count alone.
    this.#others[this.#count++] = i;
  }
}

/** Limits over whole keys that share none, those of most keys first. @param groupOf [key] is filled in */
function groupsOf(
  limits: readonly OwnLimit[],
  placeOf: Int32Array,
  groupOf: Int32Array,
): OwnLimit[] {
  const groups: OwnLimit[] = [];
  const wide = limits.filter(({ key }) => key < 0)
    .map((limit) => ({ limit, keys: new Set(placeOf.filter((_, i) => limit.has[i] === 1)) }))
    .filter(({ limit, keys }) => placeOf.every((k, i) => !keys.has(k) || limit.has[i] === 1))
    .sort((a, b) => b.keys.size - a.keys.size);
  for (const { limit, keys } of wide) {
    if ([...keys].some((k) => groupOf[k] >= 0)) continue;
    for (const k of keys) groupOf[k] = groups.length;
    groups.push(limit);
  }
  return groups;
}
