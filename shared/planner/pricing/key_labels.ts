// The best line of a set of keys, exactly as far as sets of positions tell the rules: beginnings are extended term by term, of
// those with the same positions and the same end the best one goes on, and what cannot come to more than a floor is left out.

import type { PlannerTables } from "../model/tables.ts";
import { bitsIn, countBits, type KeySequences } from "./key_sequences.ts";
import type { KeyWalks } from "./key_walks.ts";
import { SLACK } from "./line_proof.ts";
import { type SetWeeks, WeekLimits } from "./week_limits.ts";

/** Positions of a set of keys are bits of one number. */
const MOST_POSITIONS = 31;
/** Beginnings of one set of keys up to which all go on. */
const MOST_LABELS = 40_000;
/** Elements remembered beside the others at once where no line is wrong. */
const AT_ONCE = 2;
/** One is as much work as so many steps of the terms behind it. */
const LABEL = 8;

/** What the lines of one set of keys are bounded by. */
export interface KeySet {
  /** Keys as bits, each held at least once. */
  mask: number;
  /** What the keys bring together. */
  pairs: number;
  /** [element] what sets get, and sequences pay, for each; what a set gets at most with all its pairs. */
  cost: Float64Array;
  worth: number;
}

/** A beginning. */
interface Label {
  /** Positions held, and keys held, as bits of those of the set; the last element. */
  held: number;
  keys: number;
  last: number;
  /** What its terms are worth less the costs, what whole lines are at most that begin so, and its terms with nothing else. */
  bound: number;
  most: number;
  value: number;
  /** Weeks used of limits that terms count in unevenly. */
  weeks: readonly number[];
  before: Label | null;
  /** Another one that holds the same and has the same end, but used other weeks. */
  other: Label | null;
}

/** Beginnings that hold the same and have the same end. */
interface Place {
  held: number;
  keys: number;
  /** Key they end with, as its place among those of the set; -1 where nothing is held yet. */
  end: number;
  /** The first of them. */
  first: Label;
  /** Where one more term leads, and what that adds. */
  ways: { to: Place; gain: number }[];
  /** What follows adds at most, and what the set gets back less in the end than it is worth; -Infinity before that is known. */
  behind: number;
}

/** Beginnings of as many terms, by what they hold and the key they end with. */
type Layer = Map<number, Place>;

/** All beginnings that may come above the floor where these elements are remembered. */
interface Known {
  layers: Layer[];
  memory: number;
}

/** What beginnings of the lines of one set of keys are held against. */
interface OwnSet {
  set: KeySet;
  keys: Int32Array;
  elements: readonly number[];
  /** See `KeySequences.rest`, and what a line may lose of the set's worth. */
  rest: Float64Array;
  room: number;
  /** What sequences of all its keys come to at most. */
  top: number;
  weeks: SetWeeks;
  /** Memory that is used again. */
  others: number[];
  /** Beginnings with less memory: what follows theirs is what may follow at most. */
  known: Known | null;
  /** Limits in weeks that are counted, as bits. */
  counted: number;
  /** Beginnings so far. */
  made: number;
  limits: readonly { mask: number; most: number }[];
}

/** Finds best lines of sets of keys. */
export class KeyLabels {
  readonly #terms: number;
  readonly #key: Int32Array;
  readonly #walks: KeyWalks;
  /** [element] features it covers, and those that a line must. */
  readonly #cover: Int32Array;
  readonly #need: number;
  readonly #weeks: WeekLimits;
  readonly #limits: readonly { has: Uint8Array; most: number }[];
  readonly #sequences: KeySequences;
  /** Memory that is used again. */
  readonly #first: Int32Array;
  work = 0;

  /** @param at position of each element @param limits [element] whether it counts, and how many may */
  constructor(
    tables: PlannerTables,
    at: Int32Array,
    key: Int32Array,
    walks: KeyWalks,
    sequences: KeySequences,
    limits: readonly { has: Uint8Array; most: number }[],
  ) {
    const { terms, cover, classOf, need } = tables;
    this.#terms = terms;
    this.#need = need;
    this.#cover = at.map((r) => cover[classOf[r]]);
    this.#weeks = new WeekLimits(tables, at);
    this.#key = key;
    this.#first = new Int32Array(tables.keys);
    this.#walks = walks;
    this.#sequences = sequences;
    this.#limits = limits;
  }

  /**
   * The best line worth more than the floor.
   * @returns its elements by term, null where none was found, and what no line is worth more than: -Infinity where there is
   * none above the floor; null where it is not told
   */
  best(set: KeySet, floor: number): { value: number; line: Int32Array | null } | null {
    const keys = bitsIn(set.mask), elements: number[] = [];
    this.#key.forEach((k, e) => {
      if ((set.mask >> k & 1) === 1) elements.push(e);
    });
    if (!this.#sequences.areFew(keys.length) || elements.length > MOST_POSITIONS) return null;
    this.#walks.choose(set.cost);
    const rest = this.#sequences.rest(keys), room = set.worth - floor;
    const top = this.#sequences.top(keys, rest);
    if (room + top <= 0) return { value: -Infinity, line: null };
    const weeks = this.#weeks.among(elements);
    const limits = this.#limitsOf(elements), others: number[] = [];
    const own = {
      set,
      keys,
      elements,
      rest,
      room,
      top,
      weeks,
      limits,
      others,
      made: 0,
      known: null,
      counted: 0,
    };
    return this.#approach(own, floor);
  }

  /**
   * Whole lines, the best of those that hold the same of some elements.
   * @param memory elements that are held once at most, and count in limits, as bits of those of the set; others are forgotten
   * @returns null where beginnings are too many
   */
  #search(own: OwnSet, memory: number): Label[] | null {
    const begin = { held: 0, keys: 0, last: -1, bound: 0, most: 0, value: 0, before: null };
    const first = { ...begin, weeks: own.weeks.none, other: null };
    const layers: Layer[] = [];
    let layer: Layer = new Map([[0, { held: 0, keys: 0, end: -1, first, ways: [], behind: 0 }]]);
    for (let t = 0; t < this.#terms; t++) {
      own.made += layer.size;
      if (own.made > MOST_LABELS) return null;
      layer = this.#extend(layer, t, own, memory);
      layers.push(layer);
      this.work += LABEL * layer.size;
    }
    this.#lookBack(own, layers, memory);
    own.known = { layers, memory };
    return Array.from(layer.values()).flatMap(({ first }) => Array.from(alike(first)))
      .sort((a, b) => b.bound - a.bound);
  }

  /** Fills in what follows each beginning at most, from the end on. */
  #lookBack(own: OwnSet, layers: readonly Layer[], memory: number): void {
    for (const place of layers.at(-1)!.values()) {
      if (this.#uncovered(own.elements, place.held | ~memory) !== 0) continue;
      place.behind = this.#back(own, place.held, memory) - own.set.worth;
    }
    for (let t = layers.length - 2; t >= 0; t--) {
      for (const place of layers[t].values()) {
        for (const { to, gain } of place.ways) {
          place.behind = Math.max(place.behind, gain + to.behind);
        }
      }
    }
  }

  /**
   * The best line of a set, or what its lines come to at most where beginnings are too many: what positions are held, and weeks
   * of what, is forgotten but for what the best line without that memory gets wrong, more and more of it (decremental state
   * space relaxation, Righini and Salani 2008). What is forgotten counts with its cost, which sets get back at most.
   */
  #approach(own: OwnSet, floor: number): { value: number; line: Int32Array | null } {
    let memory = 0, bound = Infinity, value = -Infinity, line: Int32Array | null = null;
    for (;;) {
      const ends = this.#search(own, memory);
      if (ends === null) break;
      let top: Label | null = null, most = -Infinity;
      for (const label of ends) {
        if (label.bound + own.set.worth <= most) break;
        if (this.#uncovered(own.elements, label.held | ~memory) !== 0) continue;
        const sum = label.bound + this.#back(own, label.held, memory);
        if (sum <= most) continue;
        most = sum;
        top = label;
      }
      bound = Math.min(bound, most);
      if (top === null || bound <= floor) return { value: -Infinity, line: null };
      const found = lineOf(top, this.#terms), wrong = this.#wrong(own, found);
      const broken = own.weeks.broken(Array.from(found, (e) => own.elements.indexOf(e)));
      own.counted |= broken;
      if (wrong === 0 && broken === 0 && top.value + own.set.pairs > value) {
        value = top.value + own.set.pairs;
        line = found;
      }
      const more = wrong === 0 && broken === 0
        ? this.#dear(own, found, top.held, memory)
        : wrong & ~memory;
      if ((more === 0 && broken === 0) || value >= bound - SLACK) break;
      memory |= more;
    }
    return {
      value: bound === Infinity ? own.set.worth + own.top : bound,
      line: value > floor ? line : null,
    };
  }

  /**
   * What a set gets back at most where a line holds these of the elements that are remembered, its pairs included; the others
   * that it gets this for stand in `others`, as places among the elements.
   */
  #back({ set, elements, keys, others }: OwnSet, held: number, memory: number): number {
    const { cost } = set, first = this.#first.fill(-1);
    let sum = set.pairs, left = this.#terms, isHeld = 0;
    others.length = 0;
    for (let i = 0; i < elements.length; i++) {
      const e = elements[i], k = this.#key[e];
      if ((memory >> i & 1) === 0) {
        others.push(i);
        if (first[k] < 0 || cost[e] > cost[elements[first[k]]]) first[k] = i;
      } else if ((held >> i & 1) === 1) {
        sum += cost[e];
        left--;
        isHeld |= 1 << keys.indexOf(k);
      }
    }
    // A key that none of those holds is held by the best of the others.
    const own = keys.filter((_, n) => (isHeld >> n & 1) === 0);
    if (own.some((k) => first[k] < 0) || own.length > left || others.length < left) {
      return -Infinity;
    }
    const isFirst = (i: number) =>
      first[this.#key[elements[i]]] === i && own.includes(this.#key[elements[i]]);
    others.sort((a, b) =>
      Number(isFirst(b)) - Number(isFirst(a)) || cost[elements[b]] - cost[elements[a]]
    );
    others.length = left;
    for (const i of others) sum += cost[elements[i]];
    return Math.min(sum, set.worth);
  }

  /** Elements for which a set gets most beside what a line has of them, as bits: it is to know that the line holds others. */
  #dear(own: OwnSet, line: Int32Array, held: number, memory: number): number {
    this.#back(own, held, memory);
    const { others, elements, set: { cost } } = own;
    const left = others.filter((i) => !line.includes(elements[i]))
      .sort((a, b) => cost[elements[b]] - cost[elements[a]]);
    return left.slice(0, AT_ONCE).reduce((bits, i) => bits | 1 << i, 0);
  }

  /** Elements that a line holds twice, of limits that it breaks, and that cover what it does not cover, as bits. */
  #wrong({ elements, limits }: OwnSet, line: Int32Array): number {
    const times = elements.map((e) => line.reduce((n, x) => n + (x === e ? 1 : 0), 0));
    let wrong = times.reduce((bits, n, i) => n > 1 ? bits | 1 << i : bits, 0);
    for (const { mask, most } of limits) {
      const n = times.reduce((sum, x, i) => sum + (mask >> i & 1) * Math.min(1, x), 0);
      if (n <= most) continue;
      wrong |= times.reduce(
        (bits, x, i) => x > 0 && (mask >> i & 1) === 1 ? bits | 1 << i : bits,
        0,
      );
    }
    const held = times.reduce((bits, x, i) => x > 0 ? bits | 1 << i : bits, 0);
    const need = this.#uncovered(elements, held);
    return elements.reduce(
      (bits, e, i) => (this.#cover[e] & need) !== 0 ? bits | 1 << i : bits,
      wrong,
    );
  }

  /** The beginnings that are one term longer. */
  #extend(layer: Layer, t: number, own: OwnSet, memory: number): Layer {
    const T = this.#terms, E = this.#key.length, { elements, limits, keys: all } = own;
    const next: Layer = new Map(), n = all.length, { cost } = own.set;
    const bitOf = elements.map((e) => all.indexOf(this.#key[e]));
    for (const place of layer.values()) {
      for (let i = 0; i < elements.length; i++) {
        const e = elements[i], end = bitOf[i], worth = this.#walks.value[t * E + e];
        if ((place.held >> i & 1) === 1 || worth === -Infinity) continue;
        if (this.#sequences.isTaken(all[end], place.keys >> end & 1)) continue;
        const keys = place.keys | 1 << end, held = place.held | 1 << i & memory;
        if (n - countBits(keys) > T - t - 1) continue;
        const near = place.end < 0 ? 0 : this.#walks.near(all[place.end], all[end]);
        const behind = behindOf(own, t, held, keys, end), gain = worth - cost[e] + near;
        if (place.first.bound + gain + behind + own.room <= 0 && place.first.other === null) {
          continue;
        }
        if (limits.some((l) => (l.mask >> i & 1) === 1 && countBits(held & l.mask) > l.most)) {
          continue;
        }
        const name = nameOf(held, keys, end, n);
        let to = next.get(name);
        for (const label of alike(place.first)) {
          const bound = label.bound + gain, most = bound + behind;
          if (most + own.room <= 0) continue;
          const weeks = own.weeks.use(label.weeks, i, t, own.counted);
          if (weeks === null) continue;
          const value = label.value + worth + near, before = label;
          const longer = { held, keys, last: e, bound, most, value, weeks, before, other: null };
          if (to !== undefined) add(to, longer);
          else {
            to = { held, keys, end, first: longer, ways: [], behind: -Infinity };
            next.set(name, to);
          }
          if (place.ways.at(-1)?.to !== to || place.ways.at(-1)!.gain !== gain) {
            place.ways.push({ to, gain });
          }
        }
      }
    }
    return next;
  }

  /** What lines must cover and none of these elements does. @param held as bits */
  #uncovered(elements: readonly number[], held: number): number {
    return elements.reduce(
      (need, e, i) => (held >> i & 1) === 1 ? need & ~this.#cover[e] : need,
      this.#need,
    );
  }

  /** Limits that may bind among some elements, as bits of these. */
  #limitsOf(elements: readonly number[]): { mask: number; most: number }[] {
    return this.#limits.map(({ has, most }) => ({
      mask: elements.reduce((mask, e, i) => mask | has[e] << i, 0),
      most,
    })).filter(({ mask, most }) => countBits(mask) > most);
  }
}

/** The number of what beginnings hold and end with. @param n keys */
function nameOf(held: number, keys: number, end: number, n: number): number {
  return (held * 2 ** n + keys) * n + end;
}

/** What follows a beginning of t + 1 terms at most; -Infinity where none like it came above the floor. */
function behindOf(
  { known, keys: { length: n }, rest }: OwnSet,
  t: number,
  held: number,
  keys: number,
  end: number,
): number {
  if (known === null) return rest[((t << n) + keys) * n + end];
  return known.layers[t].get(nameOf(held & known.memory, keys, end, n))?.behind ?? -Infinity;
}

/** Puts a beginning beside those that hold the same and have the same end, unless one of them is as good. */
function add(place: Place, label: Label): void {
  const isBetter = (a: Label, b: Label) =>
    a.bound >= b.bound && a.weeks.every((n, i) => n <= b.weeks[i]);
  for (const at of alike(place.first)) if (isBetter(at, label)) return;
  let kept: Label | null = null;
  for (let at: Label | null = place.first; at !== null;) {
    const after: Label | null = at.other;
    if (!isBetter(label, at)) {
      at.other = kept;
      kept = at;
    }
    at = after;
  }
  label.other = kept;
  place.first = label;
}

function* alike(first: Label): Generator<Label> {
  for (let at: Label | null = first; at !== null; at = at.other) yield at;
}

function lineOf(end: Label, terms: number): Int32Array {
  const line = new Int32Array(terms);
  let at: Label = end;
  for (let t = terms - 1; t >= 0; t--) {
    line[t] = at.last;
    at = at.before!;
  }
  return line;
}
