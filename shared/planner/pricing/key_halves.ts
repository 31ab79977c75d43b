// Which keys a line can hold, and what they are worth together where positions are worth so much each: keys are parted into
// two halves, every choice of keys of a half is valued with the best positions for it, and two choices that fit together are
// looked at wherever they may be of interest (Horowitz and Sahni 1974). Positions beside the first of a key bring no pairs, so
// that there are far fewer choices than sets of positions.

import { bitCount } from "../model/bits.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import { countedLimits } from "./counted_limits.ts";
import { DIGITS, subsetSums } from "./subset_sums.ts";

/** Keys are bits of one number, those of a half of its low ones. */
export const MOST_KEYS = 30;
/** Keys of a half, at most: of each choice of them some hundred bytes are kept. */
const MOST_HALF = 15;
/** Choices of the second half that differ in so many of their lowest bits are a block. */
const BLOCK_BITS = 3;
const BLOCK = 1 << BLOCK_BITS;
/** What a position may cost where halves are balanced, either way, and steps in which that is found. */
const DEAREST = 1e6;
const HALVINGS = 40;

/** A limit over several keys that shares none with others: kept to exactly within its half. */
interface Group {
  keys: number[];
  most: number;
}

/** The limits of a line as far as sets of positions tell them. */
export interface SetLimits {
  /** [key] positions of it that a line may hold. */
  keyMost: Int32Array;
  /** Limits over several keys that are apart from one another. */
  groups: Group[];
  /** All others: [limit][element] whether it counts, and [limit] how many may. */
  has: Uint8Array[];
  most: number[];
}

/** The limits of lines over elements of these keys. */
export function setLimits(tables: PlannerTables, at: Int32Array, key: Int32Array): SetLimits {
  const { keys: K, classOf } = tables;
  const copies = new Int32Array(K);
  for (const k of key) copies[k]++;
  const keyMost = copies.slice(), wide: Group[] = [], has: Uint8Array[] = [], most: number[] = [];
  for (const limit of countedLimits(tables)) {
    const held = Uint8Array.from(at, (r) => limit.has[classOf[r]]);
    const counted = new Int32Array(K);
    held.forEach((n, e) => counted[key[e]] += n);
    const keys = Array.from(counted.keys()).filter((k) => counted[k] > 0);
    if (keys.length === 0) continue;
    const isWhole = keys.every((k) => counted[k] === copies[k]);
    if (isWhole && keys.length === 1) {
      keyMost[keys[0]] = Math.min(keyMost[keys[0]], limit.most);
    } else if (isWhole && 2 * keys.length <= K) wide.push({ keys, most: limit.most });
    else if (held.reduce((sum, n) => sum + n, 0) > limit.most) {
      has.push(held);
      most.push(limit.most);
    }
  }
  const groups: Group[] = [];
  const toElements = ({ keys, most: own }: Group) => {
    has.push(Uint8Array.from(key, (k) => keys.includes(k) ? 1 : 0));
    most.push(own);
  };
  for (const group of wide.sort((a, b) => b.keys.length - a.keys.length)) {
    if (groups.some(({ keys }) => keys.some((k) => group.keys.includes(k)))) toElements(group);
    else groups.push(group);
  }
  for (let k = 0; k < K; k++) {
    if (copies[k] === 0 || groups.some(({ keys }) => keys.includes(k))) continue;
    groups.push({ keys: [k], most: keyMost[k] });
  }
  return { keyMost, groups, has, most };
}

/** The choices of keys of one problem's lines. */
export class KeyHalves {
  readonly #size: number;
  readonly #keys: number;
  readonly limits: SetLimits;
  readonly #pair: Float64Array;
  /** [half] its groups, and their keys in the order of the bits of a choice. */
  readonly #groups: [Group[], Group[]];
  readonly keysOf: [number[], number[]];
  /** [half][choice * (size + 1) + n] what it is worth with n positions. */
  #worth: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  /** [half][choice] the same with whatever n is best. */
  #tops: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  /** [choice of the first half] the most that keys of the second half bring beside it, whichever they are. */
  #beside = new Float64Array(0);
  /** [half] its choices, those of the first that may come to most with another half first, of the second the worthiest. */
  #order: [Int32Array, Int32Array] = [new Int32Array(0), new Int32Array(0)];
  /** [half][choice] its keys, as bits of all keys; [choice of the second half] its place in the order. */
  #bits: [Int32Array, Int32Array] = [new Int32Array(0), new Int32Array(0)];
  #placeOf = new Int32Array(0);
  /** Values of the second half in its order. */
  #topsInOrder = new Float64Array(0);
  /**
   * [half][choice] what it is worth where each position costs the same, with whatever n is best: two choices hold as many
   * as a line together, so that what they cost is known; and what that is.
   */
  #tights: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  #costs = 0;
  /** Of these of the second half the highest, that of each block of choices, and [high bits] of all that share them. */
  #mostTight = 0;
  #blocks = new Float64Array(0);
  #highest = new Float64Array(0);
  /** What keys of the second half bring beside a choice of the first one: by its low bits, and by its high ones. */
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  /** Memory for places of the second half that is used again. */
  readonly #near: Int32Array;
  work = 0;

  /** Null where keys are too many. */
  static of(tables: PlannerTables, limits: SetLimits): KeyHalves | null {
    const halves = new KeyHalves(tables, limits);
    const fits = halves.keysOf.every((keys) => keys.length <= MOST_HALF);
    return fits && tables.keys <= MOST_KEYS ? halves : null;
  }

  private constructor({ terms, keys: K, affinity }: PlannerTables, limits: SetLimits) {
    this.#size = terms;
    this.#keys = K;
    this.limits = limits;
    this.#pair = Float64Array.from(
      affinity,
      (weight, i) => i % K === Math.floor(i / K) ? 0 : OBJECTIVE.all * weight,
    );
    this.#groups = [[], []];
    const sizes = [0, 0];
    for (const group of limits.groups.toSorted((a, b) => b.keys.length - a.keys.length)) {
      const half = sizes[0] <= sizes[1] ? 0 : 1;
      this.#groups[half].push(group);
      sizes[half] += group.keys.length;
    }
    this.keysOf = [
      this.#groups[0].flatMap(({ keys }) => keys),
      this.#groups[1].flatMap(({ keys }) => keys),
    ];
    const two = this.keysOf[1].length, low = two >> 1;
    const isFew = two <= MOST_HALF;
    this.#lows = new Float64Array(isFew ? 1 << low : 0);
    this.#highs = new Float64Array(isFew ? 1 << two - low : 0);
    this.#near = new Int32Array(isFew ? 1 << two : 0);
  }

  /** What choices are whatever they are worth. Of the second half a line holds no more keys than the first leaves terms. */
  #list(): void {
    const [one, two] = this.keysOf, cross = new Float64Array(two.length);
    this.#bits = [one, two].map((keys) =>
      Int32Array.from({ length: 1 << keys.length }, (_, choice) => bitsOf(keys, choice))
    ) as [Int32Array, Int32Array];
    this.#beside = Float64Array.from({ length: this.choices }, (_, a) => {
      this.#cross(this.#bits[0][a], cross);
      const left = Math.max(0, this.#size - bitCount(a));
      return Float64Array.from(cross).sort().reverse().subarray(0, left)
        .reduce((sum, x) => sum + Math.max(0, x), 0);
    });
  }

  /** Choices of the first half. */
  get choices(): number {
    return 1 << this.keysOf[0].length;
  }

  /** Where `match` goes on once all are through, and finds nothing. */
  get end(): number {
    return this.choices * this.#order[1].length;
  }

  /** @param worth [key][n] what n positions of the key are worth at most, 0 for none */
  value(worth: readonly Float64Array[]): void {
    this.#worth = [this.#valueHalf(0, worth), this.#valueHalf(1, worth)];
    const [one, two] = this.#worth, N = this.#size + 1;
    const mine = topsOf(one, N), others = topsOf(two, N);
    this.#tops = [mine, others];
    if (this.#bits[0].length === 0) this.#list();
    const [, second] = this.#order = [
      highestFirst(mine.map((top, a) => top + this.#beside[a])),
      highestFirst(others),
    ];
    this.#topsInOrder = Float64Array.from(second, (b) => others[b]);
    if (this.#placeOf.length === 0) this.#placeOf = new Int32Array(second.length);
    for (let i = 0; i < second.length; i++) this.#placeOf[second[i]] = i;
    const most = mostByCount(one, N, (a) => this.#beside[a]), mostOthers = mostByCount(two, N);
    const cost = balance(most, mostOthers, this.#size);
    this.#costs = cost * this.#size;
    this.#tights = [topsOf(one, N, cost), topsOf(two, N, cost)];
    this.#blocks = highestOf(this.#tights[1], BLOCK);
    this.#highest = highestOf(this.#tights[1], this.#lows.length);
    this.#mostTight = this.#highest.reduce((top, x) => Math.max(top, x), -Infinity);
  }

  #valueHalf(half: 0 | 1, worth: readonly Float64Array[]): Float64Array {
    const T = this.#size, N = T + 1, K = this.#keys;
    let all = new Float64Array(N).fill(-Infinity), before: number[] = [];
    all[0] = 0;
    for (const { keys, most } of this.#groups[half]) {
      const own = this.#valueGroup(keys, Math.min(T, most), worth), count = all.length / N;
      const next = new Float64Array(all.length << keys.length).fill(-Infinity);
      const cross = new Float64Array(before.length);
      for (let g = 0; g < 1 << keys.length; g++) {
        before.forEach((j, i) => {
          cross[i] = 0;
          keys.forEach((k, bit) => cross[i] += (g >> bit & 1) * this.#pair[j * K + k]);
        });
        for (let a = 0; a < count; a++) {
          let pairs = 0;
          for (let rest = a; rest !== 0; rest &= rest - 1) {
            pairs += cross[31 - Math.clz32(rest & -rest)];
          }
          const at = (g * count + a) * N;
          for (let n = 0; n <= most && n <= T; n++) {
            const x = own[g * N + n] + pairs;
            if (x === -Infinity) continue;
            for (let m = 0; m + n <= T; m++) {
              const sum = all[a * N + m] + x;
              if (sum > next[at + n + m]) next[at + n + m] = sum;
            }
          }
        }
      }
      this.work += next.length;
      before = [...before, ...keys];
      all = next;
    }
    return all;
  }

  /** [choice * (size + 1) + n] of the keys of one group. */
  #valueGroup(keys: readonly number[], most: number, worth: readonly Float64Array[]): Float64Array {
    const N = this.#size + 1, own = new Float64Array(N << keys.length).fill(-Infinity);
    own[0] = 0;
    for (let g = 1; g < 1 << keys.length; g++) {
      const bit = 31 - Math.clz32(g), k = keys[bit], rest = g ^ 1 << bit;
      let pairs = 0;
      for (let i = 0; i < bit; i++) pairs += (rest >> i & 1) * this.#pair[k * this.#keys + keys[i]];
      for (let n = 0; n < most; n++) {
        const x = own[rest * N + n];
        if (x === -Infinity) continue;
        for (let m = 1; m <= this.limits.keyMost[k] && n + m <= most; m++) {
          own[g * N + n + m] = Math.max(own[g * N + n + m], x + pairs + worth[k][m]);
        }
      }
    }
    return own;
  }

  /**
   * Goes through all that lines may hold and that is worth more than a floor.
   * @param from 0, or where it ended before
   * @param visit is told the keys, as bits of all keys, and what they are worth; it gives the floor from then on
   * @param isEnough asked after each visit, and after each choice of the first half
   * @returns where to go on; null where all are through
   */
  match(
    from: number,
    floor: number,
    visit: (keys: number, worth: number) => number,
    isEnough: () => boolean = () => false,
  ): number | null {
    const [, two] = this.keysOf, [tops] = this.#tops, [first, second] = this.#order;
    const each = second.length, cross = new Float64Array(two.length), low = two.length >> 1;
    for (let i = Math.floor(from / each); i < this.choices; i++) {
      const a = first[i], top = tops[a], beside = this.#beside[a];
      if (top + this.#topsInOrder[0] + beside <= floor) break;
      const held = this.#bits[0][a], begun = Math.max(0, from - i * each);
      let count = 0;
      if (this.#tights[0][a] + this.#mostTight + this.#costs + beside > floor - DIGITS) {
        this.#cross(held, cross);
        subsetSums(cross, this.#lows, 0, low);
        subsetSums(cross, this.#highs, low);
        count = this.#gather(a, begun, floor);
      }
      this.work += this.#size + 1 + count;
      let end = this.#endOf(top, beside, floor, begun);
      for (let n = 0; n < count && this.#near[n] < end; n++) {
        const place = this.#near[n], b = second[place], worth = this.#worthOf(a, b, floor);
        if (worth <= floor) continue;
        floor = visit(held | this.#bits[1][b], worth);
        if (isEnough()) return i * each + place + 1;
        end = this.#endOf(top, beside, floor, place + 1);
      }
      if (isEnough() && i + 1 < this.choices) return (i + 1) * each;
    }
    return null;
  }

  /**
   * Puts choices of the second half that may come above a floor beside one of the first into `#near`, by their places in the
   * order, from one on. Of those that share their high bits most are ruled out together, and of the others most blocks.
   * @returns how many they are
   */
  #gather(a: number, from: number, floor: number): number {
    const [mine, others] = this.#tights, lows = this.#lows, highs = this.#highs, near = this.#near;
    const blocks = this.#blocks, size = lows.length, step = Math.min(BLOCK, size);
    const least = floor - mine[a] - this.#costs - DIGITS;
    let mostInBlock = 0, mostLow = 0, count = 0;
    for (let l = 0; l < step; l++) if (lows[l] > mostInBlock) mostInBlock = lows[l];
    for (let l = 0; l < size; l += step) if (lows[l] > mostLow) mostLow = lows[l];
    mostLow += mostInBlock;
    for (let h = 0; h < highs.length; h++) {
      const own = least - highs[h];
      if (this.#highest[h] + mostLow <= own) continue;
      const row = h * size;
      for (let block = 0; block < size; block += step) {
        const most = blocks[row + block >> BLOCK_BITS] + lows[block] + mostInBlock;
        if (most <= own) continue;
        for (let l = block; l < block + step; l++) {
          if (others[row + l] + lows[l] <= own) continue;
          const place = this.#placeOf[row + l];
          if (place >= from) near[count++] = place;
        }
      }
    }
    if (count > 1) near.subarray(0, count).sort();
    return count;
  }

  /** The first place from one on at which nothing can come above the floor, nor behind it. */
  #endOf(top: number, beside: number, floor: number, from: number): number {
    const tops = this.#topsInOrder;
    let end = tops.length;
    while (from < end) {
      const middle = from + end >> 1;
      if (top + tops[middle] + beside <= floor) end = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** What two choices are worth together; no more than the floor where it is of no interest. */
  #worthOf(a: number, b: number, floor: number): number {
    const [mine, others] = this.#worth, [tops, otherTops] = this.#tops, T = this.#size, N = T + 1;
    const low = this.keysOf[1].length >> 1, lows = this.#lows;
    const pairs = lows[b & lows.length - 1] + this.#highs[b >> low];
    if (tops[a] + otherTops[b] + pairs <= floor) return floor;
    let most = -Infinity;
    for (let n = 0; n < N; n++) {
      const sum = mine[a * N + n] + others[b * N + T - n];
      if (sum > most) most = sum;
    }
    return most + pairs;
  }

  /** What each key of the second half brings beside these of the first. */
  #cross(held: number, cross: Float64Array): void {
    const K = this.#keys, [, two] = this.keysOf;
    cross.fill(0);
    for (let rest = held; rest !== 0; rest &= rest - 1) {
      const row = (31 - Math.clz32(rest & -rest)) * K;
      for (let i = 0; i < two.length; i++) cross[i] += this.#pair[row + two[i]];
    }
  }

  /** What keys bring together. @param mask as bits */
  pairs(mask: number): number {
    let sum = 0;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const row = (31 - Math.clz32(rest & -rest)) * this.#keys;
      for (let more = rest & rest - 1; more !== 0; more &= more - 1) {
        sum += this.#pair[row + 31 - Math.clz32(more & -more)];
      }
    }
    return sum;
  }
}

/** [choice] what it is worth with whatever n positions are best, each of which costs so much. @param N numbers of each */
function topsOf(values: Float64Array, N: number, cost = 0) {
  const tops = new Float64Array(values.length / N).fill(-Infinity);
  for (let i = 0, at = 0; i < tops.length; i++) {
    for (let n = 0; n < N; n++, at++) {
      const worth = values[at] - n * cost;
      if (worth > tops[i]) tops[i] = worth;
    }
  }
  return tops;
}

/** [n] what choices are worth at most with n positions. @param beside what else each may bring */
function mostByCount(values: Float64Array, N: number, beside = (_choice: number) => 0) {
  const most = new Float64Array(N).fill(-Infinity);
  for (let i = 0, at = 0; at < values.length; i++) {
    const more = beside(i);
    for (let n = 0; n < N; n++, at++) if (values[at] + more > most[n]) most[n] = values[at] + more;
  }
  return most;
}

/** What a position is to cost for the best of both halves to hold as many positions as a line together, as far as they will. */
function balance(mine: Float64Array, others: Float64Array, size: number): number {
  const best = (most: Float64Array, cost: number) =>
    most.reduce((top, x, n) => x - n * cost > most[top] - top * cost ? n : top, 0);
  let low = -DEAREST, high = DEAREST;
  for (let n = 0; n < HALVINGS; n++) {
    const cost = (low + high) / 2;
    if (best(mine, cost) + best(others, cost) > size) low = cost;
    else high = cost;
  }
  return high;
}

/** The places of values, the highest first, and of the same ones the first. */
function highestFirst(values: Float64Array): Int32Array {
  let from = Int32Array.from(values.keys()), to = new Int32Array(values.length);
  // Merged from twos on: sorting with a comparison of one's own takes ten times as long.
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      mergeRuns(values, from, to, start, width);
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Merges two runs of places, so many each, of which the first begins at the start. */
function mergeRuns(
  values: Float64Array,
  from: Int32Array,
  to: Int32Array,
  start: number,
  width: number,
): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  for (let at = start, one = start, two = middle; at < end; at++) {
    const isFirst = two === end || (one < middle && !(values[from[two]] > values[from[one]]));
    to[at] = isFirst ? from[one++] : from[two++];
  }
}

/** Bits of a choice among some keys, as bits of all keys. */
function bitsOf(keys: readonly number[], choice: number): number {
  return keys.reduce((mask, k, i) => mask | (choice >> i & 1) << k, 0);
}

/** The highest of each so many values. */
function highestOf(values: Float64Array, each: number) {
  const highest = new Float64Array(Math.ceil(values.length / each)).fill(-Infinity);
  values.forEach((x, i) => {
    const at = Math.floor(i / each);
    if (x > highest[at]) highest[at] = x;
  });
  return highest;
}
