// Beginnings of lines by what they hold and the key they end with (`key_labels.ts`), as numbers in memory that is used again: of
// forty thousand of a set nothing is left for the collector.

/** Numbers of each kind that there is room for at first. */
const FIRST_ROOM = 1024;

/** Weeks used of limits that terms count in unevenly. */
export type Weeks = readonly number[];

/** What one term more leads to. */
export interface Step {
  held: number;
  /** Counters of limits (`LimitCounters`). */
  counts: number;
  keys: number;
  end: number;
}

/** A beginning that is one term longer than another one: its last element, and its worth with and without costs. */
export interface Longer {
  before: number;
  last: number;
  bound: number;
  value: number;
  weeks: Weeks;
}

/** Ways from places to those of the next layer. */
export class Ways {
  /** [way] the place it leads to, the element that leads there, and what that term brings beside its cost. */
  to = new Int32Array(0);
  by = new Int32Array(0);
  gain = new Float64Array(0);
  count = 0;

  /** @param from the first of the same place, of which the last one is not told again */
  add(to: number, by: number, gain: number, from: number): void {
    const last = this.count - 1;
    if (last >= from && this.to[last] === to && this.by[last] === by) return;
    if (this.count === this.to.length) widen(this, ["to", "by", "gain"]);
    this.to[this.count] = to;
    this.by[this.count] = by;
    this.gain[this.count++] = gain;
  }
}

/**
 * The beginnings of one search, layer by layer: places are what beginnings hold and end with, in the order in which they were
 * reached, and labels are beginnings, of which a place has several where they used other weeks.
 */
export class Beginnings {
  /** [place] positions and keys held, as bits of those of the set; the key they end with, as its place among those of the set. */
  held = new Int32Array(0);
  counts = new Int32Array(0);
  keys = new Int32Array(0);
  end = new Int32Array(0);
  /** [place] its first label, and the first of the ways from it. */
  first = new Int32Array(0);
  wayFrom = new Int32Array(0);
  /** [place] what follows adds at most, and what the set gets back less in the end than it is worth; -Infinity at first. */
  behind = new Float64Array(0);
  /** [place] what its labels come to at most with all that may follow. */
  promise = new Float64Array(0);
  /** [label] its terms less their costs, and with nothing else; its last element. */
  bound = new Float64Array(0);
  value = new Float64Array(0);
  last = new Int32Array(0);
  /** [label] the one a term shorter, the next one of its place, and that place; -1: none. */
  before = new Int32Array(0);
  other = new Int32Array(0);
  placeOf = new Int32Array(0);
  weeks: Weeks[] = [];
  /** [layer] the first of its places: layer 0 is the one place of nothing held. */
  readonly #starts: number[] = [];
  #places = 0;
  #labels = 0;
  readonly #ways: Ways;
  /** Places by what they are, open addressing: 0 where there is none, else one more than the place. */
  #table = new Int32Array(1 << 12);

  /** @param ways of the search at hand: only one at a time looks back */
  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** Forgets all, and begins with the place of nothing held. */
  begin(weeks: Weeks, counts = 0): void {
    this.#places = this.#labels = this.#ways.count = 0;
    this.#table.fill(0);
    this.#starts.length = 0;
    this.openLayer();
    const place = this.#addPlace({ held: 0, counts, keys: 0, end: -1 });
    this.#addLabel(place, -1, { before: -1, last: -1, bound: 0, value: 0, weeks });
  }

  /** Places found from now on are of the next layer. */
  openLayer(): void {
    this.#starts.push(this.#places);
  }

  /** The first place of a layer; of the one after the last, how many there are. */
  start(layer: number): number {
    return layer < this.#starts.length ? this.#starts[layer] : this.#places;
  }

  /** Places of the last layer so far. */
  get width(): number {
    return this.#places - this.#starts.at(-1)!;
  }

  /** What all but so many places of the last layer promise at most. */
  leftOut(most: number): number {
    const from = this.#starts.at(-1)!;
    const promises = this.promise.slice(from, this.#places).sort();
    return promises[promises.length - most - 1];
  }

  /** Ways found from now on lead away from this place; ways are of places in turn. */
  leave(place: number): void {
    this.wayFrom[place] = this.#ways.count;
  }

  /** Where the ways of a place end. */
  wayEnd(place: number): number {
    return place + 1 < this.start(this.#starts.length - 1)
      ? this.wayFrom[place + 1]
      : this.#ways.count;
  }

  /** The place of a layer that is this one; -1 where there is none. */
  find(layer: number, held: number, counts: number, keys: number, end: number): number {
    return this.#table[this.#slot(layer, held, counts, keys, end)] - 1;
  }

  /**
   * Puts a beginning into the last layer, unless another one that holds the same and has the same end is as good.
   * @param gain what its last term brings beside its cost
   */
  reach(step: Step, longer: Longer, from: number, gain: number, promise: number): void {
    const slot = this.#slot(this.#starts.length - 1, step.held, step.counts, step.keys, step.end);
    let place = this.#table[slot] - 1;
    if (place >= 0) this.#addBeside(place, longer);
    else {
      place = this.#addPlace(step, slot);
      this.#addLabel(place, -1, longer);
    }
    if (promise > this.promise[place]) this.promise[place] = promise;
    this.#ways.add(place, longer.last, gain, this.wayFrom[from]);
  }

  /** Fills in what follows each place at most, from what the last ones get back. @param cost [element] */
  lookBack(cost: Float64Array): void {
    const { to, by, gain } = this.#ways, { behind, wayFrom } = this;
    for (let p = this.#starts.at(-1)! - 1; p >= 0; p--) {
      const end = this.wayEnd(p);
      let most = -Infinity;
      for (let w = wayFrom[p]; w < end; w++) {
        const sum = gain[w] - cost[by[w]] + behind[to[w]];
        if (sum > most) most = sum;
      }
      behind[p] = most;
    }
  }

  /** The elements by term of what may come to most, as `lookBack` told, and the place where it ends. */
  follow(cost: Float64Array, terms: number): { line: Int32Array; end: number } {
    const { to, by, gain } = this.#ways, line = new Int32Array(terms);
    let place = 0;
    for (let t = 0; t < terms; t++) {
      const end = this.wayEnd(place);
      let at = -1, most = -Infinity;
      for (let w = this.wayFrom[place]; w < end; w++) {
        const sum = gain[w] - cost[by[w]] + this.behind[to[w]];
        if (sum > most) [most, at] = [sum, w];
      }
      line[t] = by[at];
      place = to[at];
    }
    return { line, end: place };
  }

  /** Ways from all places. */
  get ways(): number {
    return this.#ways.count;
  }

  /** Elements cost this much from now on. @param cost [element] */
  reprice(cost: Float64Array): void {
    for (let at = 1; at < this.#labels; at++) {
      const before = this.before[at], gain = this.value[at] - this.value[before];
      this.bound[at] = this.bound[before] + gain - cost[this.last[at]];
    }
  }

  /** All labels of the last layer, the one of the highest bound first. */
  ends(): Int32Array {
    const ends: number[] = [];
    for (let p = this.#starts.at(-1)!; p < this.#places; p++) {
      for (let at = this.first[p]; at >= 0; at = this.other[at]) ends.push(at);
    }
    return Int32Array.from(ends).sort((a, b) => this.bound[b] - this.bound[a]);
  }

  /** The elements of a beginning, by term. */
  lineOf(label: number, terms: number): Int32Array {
    const line = new Int32Array(terms);
    for (let t = terms - 1; t >= 0; t--) {
      line[t] = this.last[label];
      label = this.before[label];
    }
    return line;
  }

  #slot(layer: number, held: number, counts: number, keys: number, end: number): number {
    const mask = this.#table.length - 1, from = this.start(layer), to = this.start(layer + 1);
    let hash = Math.imul(held, 0x9e3779b1) ^ Math.imul(counts, 0x27d4eb2f) ^
      Math.imul(keys * 64 + layer * 32 + end, 0x85ebca6b);
    hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
    for (let slot = (hash ^ hash >>> 13) & mask;; slot = slot + 1 & mask) {
      const p = this.#table[slot] - 1;
      if (p < 0) return slot;
      const isSame = this.held[p] === held && this.counts[p] === counts &&
        this.keys[p] === keys && this.end[p] === end;
      if (isSame && p >= from && p < to) return slot;
    }
  }

  #addPlace({ held, counts, keys, end }: Step, slot = -1): number {
    if (this.#places === this.held.length) {
      widen(this, ["held", "counts", "keys", "end", "first", "wayFrom", "behind", "promise"]);
    }
    const p = this.#places++;
    this.held[p] = held;
    this.counts[p] = counts;
    this.keys[p] = keys;
    this.end[p] = end;
    this.behind[p] = this.promise[p] = -Infinity;
    if (slot >= 0) this.#table[slot] = p + 1;
    if (2 * this.#places > this.#table.length) this.#widen();
    return p;
  }

  #widen(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    for (let layer = 1; layer < this.#starts.length; layer++) {
      for (let p = this.start(layer); p < this.start(layer + 1); p++) {
        this.#table[this.#slot(layer, this.held[p], this.counts[p], this.keys[p], this.end[p])] =
          p + 1;
      }
    }
  }

  /** Makes it the first label of its place. @param other the one that follows it there; -1: none */
  #addLabel(place: number, other: number, { before, last, bound, value, weeks }: Longer): void {
    if (this.#labels === this.bound.length) {
      widen(this, ["bound", "value", "last", "before", "other", "placeOf"]);
    }
    const at = this.#labels++;
    this.bound[at] = bound;
    this.value[at] = value;
    this.last[at] = last;
    this.before[at] = before;
    this.other[at] = other;
    this.placeOf[at] = place;
    this.weeks[at] = weeks;
    this.first[place] = at;
  }

  /** Beside the labels of a place, those left out that it betters; or not at all. */
  #addBeside(place: number, longer: Longer): void {
    for (let at = this.first[place]; at >= 0; at = this.other[at]) {
      if (this.bound[at] >= longer.bound && isNoMore(this.weeks[at], longer.weeks)) return;
    }
    let kept = -1;
    for (let at = this.first[place]; at >= 0;) {
      const after = this.other[at];
      if (!(longer.bound >= this.bound[at] && isNoMore(longer.weeks, this.weeks[at]))) {
        this.other[at] = kept;
        kept = at;
      }
      at = after;
    }
    this.#addLabel(place, kept, longer);
  }
}

function isNoMore(weeks: Weeks, most: Weeks): boolean {
  if (weeks === most) return true;
  for (let i = 0; i < weeks.length; i++) if (weeks[i] > most[i]) return false;
  return true;
}

/** Gives lists that grow together twice the room. */
function widen<Name extends string>(
  lists: Record<Name, Int32Array | Float64Array>,
  names: readonly Name[],
): void {
  for (const name of names) lists[name] = grown(lists[name]);
}

/** The same numbers with twice the room. */
function grown<A extends Int32Array | Float64Array>(numbers: A): A {
  const Kind = numbers.constructor as new (room: number) => A;
  const more = new Kind(Math.max(FIRST_ROOM, 2 * numbers.length));
  more.set(numbers);
  return more;
}
