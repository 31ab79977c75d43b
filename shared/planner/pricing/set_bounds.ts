// The bound on all lines where what lines are made of is little: the best sequence of elements (positions, or classes or
// affinity keys where those are too many), exactly but for rules that sets of elements cannot tell. What affinity and
// prices make of a line's beginning follows from the set of its elements and the last one (Held and Karp 1962), so that
// the steps grow with sets and terms, and not with positions.

import { bitCount } from "../model/bits.ts";
import { slotOf } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { mostTerms } from "./counted_limits.ts";
import { type Elements, elementsOf } from "./elements.ts";

/** With more elements a table of all sets takes too much memory. */
const MOST_ELEMENTS = 22;
/** Most values that are kept: 28 MB. */
const MOST_CELLS = 7_000_000;
/** Most steps from a set to the next: 100 to 200 milliseconds. */
const MOST_STEPS = 40_000_000;
/** Values are kept in single precision: what that may lose over all terms. */
const SLACK = 0.1;
const PRECISION = 2 ** -22;

/** Most bytes in which is kept how values came about, for the lines that they belong to. */
const MOST_TRACED = 30_000_000;
/** Marks an element that came again, beside the number of the one before it. */
const AGAIN = 32;

/** What was found: a bound on all lines, and lines that come near it. */
export interface SetPricing {
  bound: number;
  /** Position per term, the best first; rules that sets cannot tell may be broken. */
  lines: Int32Array[];
}

/** The bound of one problem. */
export class SetBound {
  readonly #tb: PlannerTables;
  readonly #elements: Elements;
  /** [size] sets that one line may hold. */
  readonly #sets: Int32Array[];
  /** [set] place among those of its size; -1 where no line holds it. */
  readonly #placeOf: Int32Array;
  /** [element] whether it may come again. */
  readonly #mayRepeat: boolean[];
  /** [element * elements + element] what two of them bring as neighbours. */
  readonly #near: Float64Array;
  /** [element] its key, as a bit among those of the elements. */
  readonly #keyBit: Int32Array;
  /** Steps of one pricing. */
  readonly steps: number;

  /**
   * The bound over the finest elements that are few enough; null where there are none.
   * @param coarser whether what is coarser than positions may be taken: classes, or keys
   */
  static of(
    tables: PlannerTables,
    mayMeet: (t: number, u: number, a: number, b: number) => boolean,
    coarser = true,
  ): SetBound | null {
    const { classOf, keyOf, cover } = tables;
    const tell: ((r: number) => string)[] = [
      (r) => `${r}`,
      (r) => `${classOf[r]}`,
      (r) => `${keyOf[classOf[r]]} ${cover[classOf[r]]}`,
      (r) => `${keyOf[classOf[r]]}`,
    ];
    for (const name of coarser ? tell : tell.slice(0, 1)) {
      const elements = elementsOf(tables, name);
      if (elements.key.length > MOST_ELEMENTS) continue;
      const mayRepeat = elements.positions.map((own) => mayComeAgain(tables, own, mayMeet));
      const sets = setsOf(tables, elements);
      const steps = stepsOf(sets, tables.terms, elements.key.length, mayRepeat.some(Boolean));
      if (steps !== null) return new SetBound(tables, elements, sets, mayRepeat, steps);
    }
    return null;
  }

  private constructor(
    tables: PlannerTables,
    elements: Elements,
    sets: Int32Array[],
    mayRepeat: boolean[],
    steps: number,
  ) {
    this.steps = steps;
    this.#tb = tables;
    this.#elements = elements;
    this.#sets = sets;
    this.#mayRepeat = mayRepeat;
    const { key } = elements, { affinity, keys } = tables;
    this.#near = new Float64Array(key.length ** 2);
    key.forEach((k, e) =>
      key.forEach((l, h) => this.#near[e * key.length + h] = OBJECTIVE.adj * affinity[k * keys + l])
    );
    const own = [...new Set(key)];
    this.#keyBit = Int32Array.from(key, (k) => own.indexOf(k));
    this.#placeOf = new Int32Array(1 << elements.key.length).fill(-1);
    for (const own of sets) own.forEach((set, i) => this.#placeOf[set] = i);
  }

  /**
   * No line is worth more.
   * @param prices [slot] price of using it
   * @param cap [slot] posts: none is used that has no post
   * @param floor lines that are worth no more are of no interest
   * @param most lines, at most
   */
  price(prices: Float64Array, cap: Int32Array, floor = Infinity, most = 0): SetPricing {
    const { terms: T, positions: R } = this.#tb, { positions } = this.#elements;
    const E = positions.length, value = new Float64Array(T * E);
    // [t * E + e] the position of the highest value.
    const at = new Int32Array(T * E).fill(-1);
    let size = 0;
    for (let t = 0; t < T; t++) {
      for (let e = 0; e < E; e++) {
        value[t * E + e] = -Infinity;
        for (const r of positions[e]) {
          const s = slotOf(t, r, R);
          if (cap[s] === 0 || -prices[s] <= value[t * E + e]) continue;
          value[t * E + e] = -prices[s];
          at[t * E + e] = r;
        }
        if (value[t * E + e] > -Infinity) size = Math.max(size, Math.abs(value[t * E + e]));
      }
    }
    const layers: Float32Array[] = this.#sets.map(() => new Float32Array(0));
    layers[1] = new Float32Array(this.#sets[1].length * E).fill(-Infinity);
    this.#sets[1].forEach((set, i) => {
      const e = 31 - Math.clz32(set);
      layers[1][i * E + e] = value[e];
    });
    const repeats = this.#mayRepeat.some(Boolean);
    const isTraced = most > 0 && this.#tracedBytes(repeats) <= MOST_TRACED;
    // [term][size] how each value came about.
    const traces: Uint8Array[][] = Array.from({ length: T }, () => []);
    for (let t = 1; t < T; t++) {
      const own = value.subarray(t * E, (t + 1) * E);
      for (let s = Math.min(t + 1, layers.length - 1); s >= 1; s--) {
        const trace = new Uint8Array(isTraced ? this.#sets[s].length * E : 0);
        layers[s] = this.#step(s, layers[s - 1], layers[s], own, trace);
        traces[t][s] = trace;
        if (!repeats) {
          layers[s - 1] = new Float32Array(0);
          break;
        }
      }
    }
    const ends = this.#ends(layers, isTraced ? floor : Infinity, most);
    const lines = ends.kept.map((end) => this.#lineOf(end, traces, at));
    return { bound: ends.best + SLACK + PRECISION * size * T, lines };
  }

  #tracedBytes(repeats: boolean): number {
    const { terms: T } = this.#tb, E = this.#elements.key.length;
    return this.#sets.reduce((sum, own) => sum + own.length, 0) * E * (repeats ? T : 1);
  }

  /** The line that ends so. */
  #lineOf(
    { s, place, e }: { s: number; place: number; e: number },
    traces: readonly Uint8Array[][],
    at: Int32Array,
  ): Int32Array {
    const { terms: T } = this.#tb, E = this.#elements.key.length;
    const line = new Int32Array(T);
    for (let t = T - 1; t >= 0; t--) {
      line[t] = at[t * E + e];
      if (t === 0) break;
      const step = traces[t][s][place * E + e];
      if ((step & AGAIN) === 0) place = this.#placeOf[this.#sets[s--][place] & ~(1 << e)];
      e = step & (AGAIN - 1);
    }
    return line;
  }

  /** Values of sets of size s a term later: by a new element, or by one that comes again. */
  #step(
    s: number,
    smaller: Float32Array,
    same: Float32Array,
    own: Float64Array,
    trace: Uint8Array,
  ): Float32Array {
    const { keys: K, affinity } = this.#tb, { key } = this.#elements, E = key.length;
    const next = new Float32Array(this.#sets[s].length * E).fill(-Infinity), near = this.#near;
    const held = new Int32Array(E), worth = new Float64Array(E), fresh = new Int32Array(E);
    const open = Int32Array.from(own.keys()).filter((e) => own[e] > -Infinity);
    const again = open.filter((e) => this.#mayRepeat[e]);
    const from = (sets: Int32Array, values: Float32Array, isNew: boolean) => {
      const candidates = isNew ? open : again, range = this.#rangeOf(candidates);
      for (let i = 0; i * E < values.length; i++) {
        const set = sets[i], at = i * E;
        // Ends of the set, and of each key the first element.
        let n = 0, m = 0, keysSeen = 0;
        for (let rest = set; rest !== 0; rest &= rest - 1) {
          const e = 31 - Math.clz32(rest & -rest);
          if (values[at + e] > -Infinity) {
            worth[n] = values[at + e];
            held[n++] = e;
          }
          if ((keysSeen >> this.#keyBit[e] & 1) === 1) continue;
          keysSeen |= 1 << this.#keyBit[e];
          fresh[m++] = key[e];
        }
        if (n === 0) continue;
        n = this.#keepEnds(held, worth, n, range);
        for (let c = 0; c < candidates.length; c++) {
          const e = candidates[c], isHeld = (set >> e & 1) === 1;
          if (isHeld === isNew) continue;
          const to = isNew ? this.#placeOf[set | 1 << e] : i;
          if (to < 0) continue;
          const row = e * E;
          let best = -Infinity, before = 0;
          for (let j = 0; j < n; j++) {
            const value = worth[j] + near[row + held[j]];
            if (value > best) {
              best = value;
              before = held[j];
            }
          }
          let pairs = 0;
          if (isNew && (keysSeen >> this.#keyBit[e] & 1) === 0) {
            const own = key[e] * K;
            for (let j = 0; j < m; j++) pairs += affinity[own + fresh[j]];
          }
          best += own[e] + OBJECTIVE.all * pairs;
          if (!(best > next[to * E + e])) continue;
          next[to * E + e] = best;
          if (trace.length > 0) trace[to * E + e] = isNew ? before : before | AGAIN;
        }
      }
    };
    from(this.#sets[s - 1], smaller, true);
    from(this.#sets[s], same, false);
    return next;
  }

  /** [element] the least, and behind them the most, that it brings as a neighbour of some others. */
  #rangeOf(others: Int32Array): Float64Array {
    const E = this.#keyBit.length, range = new Float64Array(2 * E);
    range.fill(Infinity, 0, E);
    range.fill(-Infinity, E);
    for (const e of others) {
      for (let h = 0; h < E; h++) {
        const near = this.#near[e * E + h];
        if (near < range[h]) range[h] = near;
        if (near > range[E + h]) range[E + h] = near;
      }
    }
    return range;
  }

  /** Leaves out ends of a set that another end betters whatever comes next. @returns how many stay */
  #keepEnds(held: Int32Array, worth: Float64Array, n: number, range: Float64Array): number {
    const E = this.#keyBit.length;
    let least = -Infinity, kept = 0;
    for (let j = 0; j < n; j++) {
      const own = worth[j] + range[held[j]];
      if (own > least) least = own;
    }
    for (let j = 0; j < n; j++) {
      if (worth[j] + range[E + held[j]] < least) continue;
      held[kept] = held[j];
      worth[kept++] = worth[j];
    }
    return kept;
  }

  /** The highest value of a set that covers what every line must, and the ends of the best lines above the floor. */
  #ends(layers: readonly Float32Array[], floor: number, most: number) {
    const { need } = this.#tb, { cover } = this.#elements, E = cover.length;
    const found: { s: number; place: number; e: number; value: number }[] = [];
    let best = -Infinity;
    layers.forEach((values, s) => {
      for (let i = 0; i * E < values.length; i++) {
        let covered = 0;
        for (let rest = this.#sets[s][i]; rest !== 0; rest &= rest - 1) {
          covered |= cover[31 - Math.clz32(rest & -rest)];
        }
        if ((need & ~covered) !== 0) continue;
        for (let e = 0; e < E; e++) {
          const value = values[i * E + e];
          best = Math.max(best, value);
          if (value > floor) found.push({ s, place: i, e, value });
        }
        if (found.length > 50 * most) floor = keepBest(found, most);
      }
    });
    keepBest(found, most);
    return { best, kept: found };
  }
}

/** Keeps so many of the highest values. @returns the lowest of those */
function keepBest(found: { value: number }[], most: number): number {
  found.sort((a, b) => b.value - a.value);
  found.length = Math.min(found.length, most);
  return found.at(-1)?.value ?? -Infinity;
}

/** Whether positions of one element can sit in two terms of a line. */
function mayComeAgain(
  { terms: T, distinct, classOf, keyOf }: PlannerTables,
  positions: readonly number[],
  mayMeet: (t: number, u: number, a: number, b: number) => boolean,
): boolean {
  if (distinct && positions.length === 1) return false;
  const key = keyOf[classOf[positions[0]]];
  for (let t = 0; t < T; t++) for (let u = 0; u < t; u++) if (mayMeet(u, t, key, key)) return true;
  return false;
}

/** Steps over these sets; null where they, or the values, are too many. */
function stepsOf(
  sets: readonly Int32Array[],
  T: number,
  E: number,
  repeats: boolean,
): number | null {
  const counts = sets.map((own) => own.length);
  const cells = repeats
    ? counts.reduce((sum, n) => sum + n, 0) + Math.max(...counts)
    : 2 * Math.max(...counts);
  let steps = 0;
  for (let t = 1; t < T; t++) {
    counts.forEach((n, s) => {
      if (repeats ? s <= t : s === t) steps += n * s * E;
    });
  }
  return cells * E <= MOST_CELLS && steps <= MOST_STEPS ? steps : null;
}

/** [size] the sets of elements that limits allow in one line. */
function setsOf(tables: PlannerTables, { positions, key }: Elements): Int32Array[] {
  const { limits, limitOf, limitStart, terms: T } = tables, E = key.length;
  const counts = Array.from(
    { length: tables.classes },
    (_, c) => new Set(limitOf.subarray(limitStart[c], limitStart[c + 1])),
  );
  const caps = Array.from({ length: limits }, (_, l) => {
    // Elements that count in the limit whatever their position, and how many of them fit at the lightest terms.
    let mask = 0;
    positions.forEach((own, e) => {
      if (own.every((r) => counts[tables.classOf[r]].has(l))) mask |= 1 << e;
    });
    return { mask, most: mostTerms(tables, l) };
  }).filter(({ mask, most }) => bitCount(mask) > most);
  const bySize = Array.from({ length: Math.min(E, T) + 1 }, () => [] as number[]);
  for (let set = 1; set < 1 << E; set++) {
    const size = bitCount(set);
    if (size > T) continue;
    if (caps.every(({ mask, most }) => bitCount(set & mask) <= most)) bySize[size].push(set);
  }
  return bySize.map((own) => Int32Array.from(own));
}
