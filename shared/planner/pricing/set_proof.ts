// The best set of so many elements, where every two keys bring something and neighbours do (`NeighbourBound`), exactly: keys are parted into two halves, all that a half can hold is listed, and of each two that fit together the sum
// is looked at that may be the best (Horowitz and Sahni 1974). Limits are kept within a half as it is listed; those that
// reach over both are counted.

import type { NeighbourBound } from "./neighbours.ts";
import { DIGITS, subsetSums } from "./subset_sums.ts";

/** What sets are made of. */
export interface SetProblem {
  /** Elements of a set. */
  size: number;
  keys: number;
  /** [element] */
  key: Int32Array;
  /** [element] what it is worth by itself. */
  worth: Float64Array;
  /** [key] the first of its levels: a set with n elements of a key is on its first n levels. */
  levelOf: Int32Array;
  levels: number;
  /** [level * levels + level'] what two levels of different keys bring. */
  pairs: Float64Array;
  /** What neighbours bring. */
  neighbours: NeighbourBound;
  /** [element] limits that it counts in, and [limit] how many elements it allows. */
  limitsOf: readonly Int32Array[];
  most: Int32Array;
}

/** What was proven. */
export interface SetProven {
  bound: number;
  /** [element] 1 in a set that is worth more than what was known; null where none was found. */
  set: Uint8Array | null;
  work: number;
}

/** Listed of one half, at most. */
const MOST_LISTED = 100_000;
/** Listing one is as much work as so many pairs. */
const LISTING = 40;
/** Without limits there may be so many times as much. */
const LIMITED = 4;
/** Pairs of halves that are looked at; what was not bounds the result. */
const MOST_PAIRS = 1_500_000;
/** Looking at what neighbours bring in a set is as much work as so many pairs of halves. */
const CLOSE = 20;
/** Levels of a half, at most: they are bits. */
const MOST_LEVELS = 31;
/** Elements of one key, at most: all their subsets are options. */
const MOST_ALIKE = 8;
/** Levels of a half whose sums stand in one table. */
const CHUNK = 8;
/** Counts of limits over both halves that are told apart. */
const MOST_CODES = 256;
/** Sets that are worth so little more are not looked for. */
const NEAR = 1;

/** A way to hold elements of one key: of those that count alike in all limits the worthiest. */
interface Option {
  elements: number[];
  worth: number;
  /** Limits in which they count, one entry each. */
  limits: number[];
}

/** What a half can hold. */
interface Listed {
  keys: number[];
  levels: number[];
  count: number;
  value: Float64Array;
  /** Levels held, as bits; elements; counts in limits over both halves. */
  mask: Int32Array;
  size: Uint8Array;
  code: Int32Array;
}

/** What of one half has as many elements and counts alike: a stretch of `order`, the worthiest first. */
interface Alike {
  size: number;
  code: number;
  from: number;
  to: number;
}

/**
 * Bounds all sets.
 * @param known the value of some set
 */
export function proveSet(problem: SetProblem, known: number): SetProven {
  return new SetProof(problem).prove(known);
}

class SetProof {
  readonly #problem: SetProblem;
  readonly #options: Option[][];
  /** Limits over both halves that are counted, with the place of each in a code. */
  readonly #over: { limit: number; stride: number; most: number }[];
  readonly #halves: [number[], number[]];
  /** Levels of the set at hand. */
  readonly #held: Int32Array;
  #work = 0;

  constructor(problem: SetProblem) {
    const { keys: K, key } = problem;
    this.#problem = problem;
    this.#held = new Int32Array(problem.levels);
    const elementsOf = Array.from({ length: K }, () => [] as number[]);
    key.forEach((k, e) => elementsOf[k].push(e));
    this.#options = elementsOf.map((own) => optionsOf(problem, own));
    this.#halves = this.#part();
    this.#over = this.#limitsOver();
  }

  prove(known: number): SetProven {
    const nothing = { bound: Infinity, set: null };
    if (this.#options.some((own) => own.length === 0) || this.#isTooMuch()) {
      return { ...nothing, work: this.#work };
    }
    const [one, two] = this.#halves.map((keys) => this.#list(keys));
    if (one === null || two === null) return { ...nothing, work: this.#work };
    const found = this.#match(one, two, known);
    if (found.at === null) return { bound: found.bound, set: null, work: this.#work };
    const set = new Uint8Array(this.#problem.key.length);
    for (const [half, at] of [[one, found.at[0]], [two, found.at[1]]] as const) {
      this.#list(half.keys, { at, set });
    }
    return { bound: found.bound, set, work: this.#work };
  }

  /** Keys in two halves of about as many combinations; those that share limits stay together where that is possible. */
  #part(): [number[], number[]] {
    const { limitsOf, most } = this.#problem;
    const holds = new Int32Array(most.length);
    for (const own of limitsOf) for (const l of own) holds[l]++;
    // The widest limit of the key that is no limit of most elements.
    const widest = (k: number) => {
      const [first] = this.#options[k].at(-1)?.elements ?? [];
      const own = first === undefined ? [] : Array.from(limitsOf[first]);
      return own.filter((l) => 2 * holds[l] <= limitsOf.length)
        .sort((a, b) => holds[b] - holds[a] || a - b)[0] ?? most.length;
    };
    const keys = Array.from(this.#options.keys()).filter((k) => this.#options[k].length > 1)
      .map((k) => ({ k, by: widest(k) })).sort((a, b) => a.by - b.by || a.k - b.k);
    const weight = (k: number) => Math.log(this.#options[k].length);
    const half = keys.reduce((sum, { k }) => sum + weight(k), 0) / 2;
    const halves: [number[], number[]] = [[], []];
    let sum = 0;
    for (const { k } of keys) {
      halves[sum + weight(k) / 2 < half ? 0 : 1].push(k);
      sum += weight(k);
    }
    return halves;
  }

  #limitsOver() {
    const { limitsOf, key, most } = this.#problem;
    const inSecond = new Set(this.#halves[1]);
    const sides = Array.from({ length: most.length }, () => 0);
    limitsOf.forEach((own, e) => own.forEach((l) => sides[l] |= inSecond.has(key[e]) ? 2 : 1));
    const over: { limit: number; stride: number; most: number }[] = [];
    let codes = 1;
    // Tight ones first; those that find no room are not kept to.
    const order = Array.from(most.keys()).filter((l) => sides[l] === 3)
      .sort((a, b) => most[a] - most[b] || a - b);
    for (const limit of order) {
      if (codes * (most[limit] + 1) > MOST_CODES) continue;
      over.push({ limit, stride: codes, most: most[limit] });
      codes *= most[limit] + 1;
    }
    return over;
  }

  /** Whether a half can hold far more than may be listed: limits rule out a part of it, but not most. */
  #isTooMuch(): boolean {
    const { size: T } = this.#problem;
    return this.#halves.some((keys) => {
      // [n] ways to hold n elements.
      let ways = Float64Array.of(1, ...new Array<number>(T).fill(0));
      for (const k of keys) {
        const next = new Float64Array(T + 1);
        for (const { elements: { length: n } } of this.#options[k]) {
          for (let size = n; size <= T; size++) next[size] += ways[size - n];
        }
        ways = next;
      }
      return ways.reduce((sum, n) => sum + n, 0) > LIMITED * MOST_LISTED;
    });
  }

  /** The levels that sets of these keys can be on. */
  #levelsOf(keys: readonly number[]): number[] {
    const { levelOf } = this.#problem;
    return keys.flatMap((k) => {
      const n = Math.max(...this.#options[k].map(({ elements }) => elements.length));
      return Array.from({ length: n }, (_, i) => levelOf[k] + i);
    });
  }

  /**
   * All that a half can hold; null where that is too much.
   * @param wanted of one entry the elements
   */
  #list(keys: readonly number[], wanted?: { at: number; set: Uint8Array }): Listed | null {
    const { size: T, levelOf, levels: L, pairs, most, neighbours: { half } } = this.#problem;
    const levels = this.#levelsOf(keys);
    if (levels.length > MOST_LEVELS) return null;
    const bitOf = new Int32Array(L);
    levels.forEach((l, i) => bitOf[l] = i);
    const room = most.slice(), cross = new Float64Array(L), held: number[] = [];
    const entries = { value: [] as number[], mask: [] as number[], size: [] as number[] };
    const codes: number[] = [];
    const strides = new Int32Array(most.length);
    for (const { limit, stride } of this.#over) strides[limit] = stride;
    let isOver = false;
    const add = (cross: Float64Array, first: number, n: number, sign: number) => {
      for (let l = first; l < first + n; l++) {
        for (const j of levels) cross[j] += sign * pairs[l * L + j];
      }
    };
    const descend = (i: number, value: number, mask: number, size: number, code: number) => {
      if (isOver) return;
      if (i === keys.length) {
        if (wanted?.at === codes.length) {
          isOver = true;
          for (const e of held) wanted.set[e] = 1;
          return;
        }
        entries.value.push(value);
        entries.mask.push(mask);
        entries.size.push(size);
        codes.push(code);
        isOver = codes.length > MOST_LISTED;
        return;
      }
      const first = levelOf[keys[i]];
      for (const option of this.#options[keys[i]]) {
        const n = option.elements.length;
        if (size + n > T) continue;
        let own = 0, fits = true;
        for (const l of option.limits) {
          if (--room[l] < 0) fits = false;
          own += strides[l];
        }
        if (fits) {
          let gain = option.worth, more = mask;
          for (let l = first; l < first + n; l++) {
            gain += cross[l] + half[l];
            more |= 1 << bitOf[l];
          }
          held.push(...option.elements);
          add(cross, first, n, 1);
          descend(i + 1, value + gain, more, size + n, code + own);
          add(cross, first, n, -1);
          held.length -= n;
        }
        for (const l of option.limits) room[l]++;
      }
    };
    descend(0, 0, 0, 0, 0);
    this.#work += codes.length * LISTING;
    return codes.length > MOST_LISTED ? null : listed(keys, levels, { ...entries, code: codes });
  }

  #match(one: Listed, two: Listed, known: number) {
    const { size: T, levels: L, pairs } = this.#problem;
    const { alike, order } = grouped(two);
    const bySize = Array.from({ length: T + 1 }, (_, n) => alike.filter(({ size }) => size === n));
    const tops = bySize.map((groups) => topOf(groups, order, two.value));
    const mayMeet = this.#meetings();
    const cross = new Float64Array(two.levels.length), sums = new Float64Array(T + 1);
    const chunks = chunksOf(cross);
    let best = known, at: [number, number] | null = null, behind = -Infinity, looked = 0;
    const first = Array.from(one.value.keys()).sort((a, b) => one.value[b] - one.value[a] || a - b);
    for (const a of first) {
      const own = one.value[a], n = T - one.size[a];
      cross.fill(0);
      for (let rest = one.mask[a]; rest !== 0; rest &= rest - 1) {
        const row = one.levels[31 - Math.clz32(rest & -rest)] * L;
        for (let j = 0; j < cross.length; j++) cross[j] += pairs[row + two.levels[j]];
      }
      // Most are of no interest whatever the other half holds, however many.
      if (own + tops[n] + positives(cross) + DIGITS <= best + NEAR) continue;
      highestSums(cross, sums);
      const most = own + sums[n];
      let isReady = false;
      for (const group of bySize[n]) {
        if (most + two.value[order[group.from]] <= best + NEAR) continue;
        if (!mayMeet(one.code[a], group.code)) continue;
        if (looked > MOST_PAIRS) {
          behind = Math.max(behind, most + two.value[order[group.from]]);
          continue;
        }
        if (!isReady) {
          for (const { values, table } of chunks) {
            subsetSums(values, table);
            looked += table.length;
          }
          isReady = true;
        }
        for (let i = group.from; i < group.to; i++) {
          const b = order[i];
          if (most + two.value[b] <= best + NEAR) break;
          looked++;
          let value = own + two.value[b], rest = two.mask[b];
          for (const { table } of chunks) {
            value += table[rest & table.length - 1];
            rest >>>= CHUNK;
          }
          if (value <= best + NEAR) continue;
          // As much as all could bring; what these do bring is less.
          value = this.#close(value, one, a, two, b);
          looked += CLOSE;
          if (value > best) [best, at] = [value, [a, b]];
        }
      }
    }
    this.#work += looked + one.count * 8;
    return { bound: Math.max(best + NEAR, behind), at };
  }

  /** The value of two halves together, from what it is at most. */
  #close(value: number, one: Listed, a: number, two: Listed, b: number): number {
    const { neighbours } = this.#problem, held = this.#held;
    let n = 0;
    for (const [half, entry] of [[one, a], [two, b]] as const) {
      for (let rest = half.mask[entry]; rest !== 0; rest &= rest - 1) {
        const l = half.levels[31 - Math.clz32(rest & -rest)];
        held[n++] = l;
        value -= neighbours.half[l];
      }
    }
    return value + neighbours.most(held, n);
  }

  /** Whether two halves keep to the limits over both, by their codes. */
  #meetings(): (a: number, b: number) => boolean {
    const over = this.#over;
    return (a, b) =>
      over.every(({ stride, most }) =>
        Math.floor(a / stride) % (most + 1) + Math.floor(b / stride) % (most + 1) <= most
      );
  }
}

function listed(
  keys: readonly number[],
  levels: number[],
  { value, mask, size, code }: Record<"value" | "mask" | "size" | "code", number[]>,
): Listed {
  return {
    keys: [...keys],
    levels,
    count: code.length,
    value: Float64Array.from(value),
    mask: Int32Array.from(mask),
    size: Uint8Array.from(size),
    code: Int32Array.from(code),
  };
}

/** Subsets of elements of one key; none where they are too many. */
function optionsOf({ worth, limitsOf }: SetProblem, own: readonly number[]): Option[] {
  if (own.length > MOST_ALIKE) return [];
  const byLimits = new Map<string, Option>();
  for (let subset = 0; subset < 1 << own.length; subset++) {
    const elements = own.filter((_, i) => (subset >> i & 1) === 1);
    const limits = elements.flatMap((e) => Array.from(limitsOf[e])).sort((a, b) => a - b);
    const sum = elements.reduce((all, e) => all + worth[e], 0);
    const name = `${elements.length} ${limits}`, like = byLimits.get(name);
    if (like === undefined || like.worth < sum) {
      byLimits.set(name, { elements, worth: sum, limits });
    }
  }
  return [...byLimits.values()];
}

function grouped({ size, code, value }: Listed): { alike: Alike[]; order: Int32Array } {
  const order = Int32Array.from(
    Array.from(value.keys()).sort((a, b) =>
      size[a] - size[b] || code[a] - code[b] || value[b] - value[a] || a - b
    ),
  );
  const alike: Alike[] = [];
  order.forEach((i, at) => {
    const last = alike.at(-1);
    if (last?.size === size[i] && last.code === code[i]) last.to = at + 1;
    else alike.push({ size: size[i], code: code[i], from: at, to: at + 1 });
  });
  return { alike, order };
}

/** [n] what at most n of them add up to at most. */
function highestSums(values: Float64Array, sums: Float64Array): void {
  const sorted = values.slice().sort().reverse();
  sums[0] = 0;
  for (let n = 1; n < sums.length; n++) sums[n] = sums[n - 1] + Math.max(0, sorted[n - 1] ?? 0);
}

/** Values some at a time, each with room for the sums of its subsets. */
function chunksOf(values: Float64Array) {
  return Array.from({ length: Math.ceil(values.length / CHUNK) }, (_, i) => {
    const some = values.subarray(i * CHUNK, (i + 1) * CHUNK);
    return { values: some, table: new Float64Array(1 << some.length) };
  });
}

/** The highest value of some groups, of each of which the first one is the highest. */
function topOf(groups: readonly Alike[], order: Int32Array, value: Float64Array): number {
  return groups.reduce((top, { from }) => Math.max(top, value[order[from]]), -Infinity);
}

/** What all of those above 0 add up to. */
function positives(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > 0) sum += values[i];
  return sum;
}
