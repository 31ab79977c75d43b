// The best of all lines of many terms, proven by the sets of keys that they hold: of every set of keys what its pairs bring is
// known, whatever the prices, so that sets are bounded by multipliers on elements against walks (`key_lists.ts`), those few
// that no multipliers rule out by their best line (`key_labels.ts`). There are far fewer sets of keys than halves of lines, and
// of millions all but some thousands are left out by the first bound.

import { positionOfSlot, slotOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";
import { coarseKeys } from "./coarse_keys.ts";
import { KeyHalves, MOST_KEYS, setLimits } from "./key_halves.ts";
import { KeyLabels } from "./key_labels.ts";
import { KeyLists } from "./key_lists.ts";
import { KeySequences } from "./key_sequences.ts";
import { KeyWalks } from "./key_walks.ts";
import { type Loosening, type ProofStretch, SLACK } from "./line_proof.ts";
import { OnwardWalks } from "./onward_walks.ts";

/** With fewer terms heads and tails, or halves, are few (`LineProof`, `HalfProof`). */
const LEAST_TERMS = 9;
/** Keys from which on none are taken together. */
const LEAST_KEYS = 4;
/** Elements that multipliers are for, at most. */
const MOST_ELEMENTS = 96;
/** Rounds in which multipliers for all sets are found, and steps of each. */
const ROUNDS = 4;
/** The last ones of these, where they begin at the multipliers of another proof. */
const LATER_ROUNDS = 2;
const ROUND_STEPS = 200;
/** Steps without progress after which these become shorter: sooner they come to rest far above where they might. */
const ROUND_PATIENCE = 10;
/** How far below the least bound found their steps reach, in what it lies above the floor: shorter ones come to rest too early. */
const REACH = 2;
/**
 * How far below the best sets are looked at in the first round; in the n-th an n-th of it, and no less than such a share of what
 * the least bound lies above the floor, since of a few dozen sets multipliers come to rest far above it. At most so many of them.
 */
const MARGIN = 250;
const FAR_MARGIN = 0.5;
const ROUND_SETS = 4_000;
/** Sets of keys that a proof looks at, at most, where it may leave out others. */
const MOST_SETS = 60_000;
/** Sets that are weighed together; a stretch ends between the best lines of two of them. */
const EACH = 12;
/** Steps of sequences, and beginnings of lines that are tried, are as much work as so many steps of walks. */
const SEQUENCES = 2;
const LABELS = 6;
/** What a proof costs, as heads of `LineProof`: of more than some parts it takes too long. */
const HEADS = 19_000;

/** Multipliers for all sets at the prices of the day. */
interface Root {
  prices: Float64Array;
  cap: Int32Array;
  point: Float64Array;
  /** Value of the best walk under them. */
  walk: number;
}

/** Where a proof goes on whose multipliers are found, and choices of keys not begun; below it rounds are left to do. */
const FOUND = -1;

/** What a stretch tells that only looks for multipliers. */
const UNTOLD = { best: -Infinity, lines: [] };

/** The proof for the lines of one problem. */
export class KeyProof {
  readonly #tb: PlannerTables;
  /** [element] its position and key. */
  readonly #at: Int32Array;
  readonly #key: Int32Array;
  readonly #keys: Int32Array;
  readonly #halves: KeyHalves;
  readonly #walks: KeyWalks;
  readonly #onward: OnwardWalks;
  readonly #sequences: KeySequences;
  readonly #lists: KeyLists;
  readonly #labels: KeyLabels;
  #root: Root | null = null;
  /** The multipliers that halves are valued by. */
  #valued: Float64Array | null = null;

  /**
   * Null where positions may come again, positions are too many, or terms too few.
   * @param mostKeys with more, some count as one
   */
  static of(tables: PlannerTables, least = LEAST_TERMS, mostKeys = MOST_KEYS): KeyProof | null {
    const { terms: T, positions: R, cap, classOf } = tables;
    if (!tables.distinct || T < least) return null;
    const open = new Uint8Array(R);
    cap.forEach((n, s) => open[positionOfSlot(s, R)] |= n > 0 ? 1 : 0);
    const at = Int32Array.from(open.keys().filter((r) => open[r] === 1));
    if (at.length > MOST_ELEMENTS || at.length < T) return null;
    // Keys that share limits stay in one half: of fewer both are small enough.
    for (let most = mostKeys; most >= LEAST_KEYS; most--) {
      const coarse = coarseKeys(tables, at, most);
      if (coarse === null) return null;
      const { keys, keyOf } = coarse, key = at.map((r) => keyOf[classOf[r]]);
      const limits = setLimits({ ...tables, keys, keyOf }, at, key);
      const halves = KeyHalves.of({ ...tables, keys, affinity: coarse.pairs }, limits);
      if (halves === null) continue;
      return new KeyProof({ ...tables, keys, keyOf, affinity: coarse.near }, at, key, halves);
    }
    return null;
  }

  /** @param tables with keys as the proof sees them, and what these bring as neighbours */
  private constructor(tables: PlannerTables, at: Int32Array, key: Int32Array, halves: KeyHalves) {
    const { terms, keys } = tables, limits = halves.limits;
    this.#tb = tables;
    this.#at = at;
    this.#key = key;
    this.#keys = Int32Array.from(new Set(key)).sort();
    this.#halves = halves;
    this.#walks = new KeyWalks(tables, key);
    const sequences = this.#sequences = new KeySequences(
      terms,
      key.length,
      this.#walks,
      limits.keyMost,
    );
    this.#onward = new OnwardWalks(terms, keys, key, limits.keyMost, this.#walks);
    this.#lists = new KeyLists(terms, keys, key, limits, this.#onward, sequences);
    const whole = limits.groups.map((group) => ({
      has: Uint8Array.from(key, (k) => group.keys.includes(k) ? 1 : 0),
      most: group.most,
    }));
    const own = Array.from(limits.keyMost, (most, k) => ({
      has: Uint8Array.from(key, (j) => j === k ? 1 : 0),
      most,
    }));
    const others = limits.has.map((has, l) => ({ has, most: limits.most[l] }));
    this.#labels = new KeyLabels(tables, at, key, this.#walks, sequences, [
      ...whole,
      ...own,
      ...others,
    ]);
  }

  get heads(): number {
    return HEADS;
  }

  /**
   * See `LineProof.prove`: the first stretches look for multipliers, the others are of choices of keys.
   * @param from 0, or what the stretch before told as `next`: below 0 where choices were not begun
   * @param least lines worth no more are of no interest by what is known already, where that is above the floor
   * @param given what the stretch before told: multipliers, and behind these sets that it left open, or how the multipliers
   * are being found; of the first stretch what another proof told, to begin at its multipliers
   * @param loosening see `StretchOptions`
   */
  prove(
    prices: Float64Array,
    cap: Int32Array,
    floor: number,
    from: number,
    workLimit: number,
    least = floor,
    given: readonly number[] | null = null,
    loosening: Loosening | null = null,
  ): ProofStretch {
    if (from !== 0 && given === null) throw new Error("a stretch needs what the one before told");
    const lists = this.#lists, M = lists.multipliers, isFound = from > 0 || from === FOUND;
    if (isFound) this.#weigh(this.#rootAt(prices, cap, given!.slice(0, M)).point);
    // What was kept of the stretches before is no work, whether it is still at hand or not.
    const begun = this.#work, isOver = () => this.#work - begun >= workLimit;
    if (!isFound) {
      const sought = this.#seek(prices, cap, { floor, from, given }, isOver);
      if (sought !== null) return { ...UNTOLD, ...sought, work: Math.round(this.#work - begun) };
    }
    const root = this.#root!, lines: Int32Array[] = [];
    const result = { best: -Infinity, enough: Math.max(floor, least) };
    this.#weigh(root.point);
    const base = root.walk + lists.constant;
    const loose = from > 0 || loosening === null
      ? -Infinity
      : base + this.#loosened(result.enough - base, loosening.most - base, loosening.sets);
    const isLoose = loose > result.enough + SLACK;
    if (isLoose) result.enough = result.best = loose;
    let next: number | null = Math.max(0, from),
      open: Int32Array = Int32Array.from(isFound ? given!.slice(M) : []);
    do {
      if (open.length === 0 && next !== null) {
        const found: number[] = [], least = result.enough - base;
        next = this.#halves.match(next, least, (mask) => {
          found.push(mask);
          return least;
        }, () => found.length >= EACH);
        open = Int32Array.from(found);
      }
      open = this.#settle(open, root.point, result, lines, isOver);
    } while ((open.length > 0 || next !== null) && !isOver());
    if (open.length > 0) next ??= this.#halves.end;
    const work = Math.round(this.#work - begun);
    const rest = isLoose ? { loose } : {};
    return { next, best: result.best, lines, work, root: [...root.point, ...open], ...rest };
  }

  /**
   * What sets of keys are to be worth to be looked at, so that what is proven falls by most for the work.
   * @param floor what they are to be worth at least
   * @param most what they are worth where nothing is gained
   * @param others what else the proof takes, as sets looked at
   */
  #loosened(floor: number, most: number, others: number): number {
    let worths: number[] = [], least = floor;
    const cut = () => {
      worths = Array.from(Float64Array.from(worths).sort().reverse().subarray(0, MOST_SETS));
      if (worths.length === MOST_SETS) least = worths[MOST_SETS - 1];
    };
    this.#halves.match(0, floor, (_mask, worth) => {
      if (worths.push(worth) >= 2 * MOST_SETS) cut();
      return least;
    });
    cut();
    let chosen = least, rate = (most - least) / (others + worths.length);
    worths.forEach((worth, n) => {
      const own = (most - worth) / (others + n);
      if (own > rate) [chosen, rate] = [worth, own];
    });
    return chosen;
  }

  /**
   * The best lines of sets of keys, one set at least.
   * @param isOver whether the others are left for the next stretch
   * @returns these
   */
  #settle(
    masks: Int32Array,
    point: Float64Array,
    result: { best: number; enough: number },
    lines: Int32Array[],
    isOver: () => boolean,
  ): Int32Array {
    const E = this.#key.length, lists = this.#lists, left: number[] = [];
    const pairs = Float64Array.from(masks, (mask) => this.#halves.pairs(mask));
    let isFirst = true;
    lists.settle(
      { masks, pairs },
      Int32Array.from(masks.keys()),
      point,
      result.enough,
      (i, own, most, keys) => {
        isFirst = false;
        lists.weigh(own);
        const set = {
          mask: masks[i],
          pairs: pairs[i],
          cost: own.subarray(0, E),
          worth: lists.look(masks[i], pairs[i]),
          keys,
        };
        const found = this.#labels.best(set, result.enough);
        const value = Math.min(most, found.value);
        if (value <= result.enough) return result.enough;
        result.best = Math.max(result.best, value + SLACK);
        if (found.line !== null) lines.push(found.line.map((e) => this.#at[e]));
        return result.enough = value;
      },
      (sets) => {
        if (isFirst || !isOver()) return false;
        for (const i of sets) left.push(masks[i]);
        return true;
      },
    );
    return Int32Array.from(left);
  }

  get #work(): number {
    return this.#walks.work + this.#onward.work + this.#lists.work + this.#halves.work +
      SEQUENCES * this.#sequences.work + LABELS * this.#labels.work;
  }

  /**
   * Looks for the multipliers under which the best set and the best walk come to least, a look at all sets a round.
   * @param isOver whether further rounds, or choices of keys, are left for the next stretch
   * @returns what that is to be told; null where the root is found and there is room for more
   */
  #seek(
    prices: Float64Array,
    cap: Int32Array,
    { floor, from, given }: { floor: number; from: number; given: readonly number[] | null },
    isOver: () => boolean,
  ): Pick<ProofStretch, "next" | "root"> | null {
    const lists = this.#lists, M = lists.multipliers;
    const isOwn = given !== null && given.length >= M, isBegun = from < 0;
    this.#root = null;
    this.#setPrices(prices, cap);
    let point = isOwn ? Float64Array.from(given.slice(0, M)) : new Float64Array(M);
    let best = isBegun ? Float64Array.from(given!.slice(M, 2 * M)) : point;
    let lowest = isBegun ? given![2 * M] : Infinity;
    let round = isBegun ? from + ROUNDS - FOUND + 1 : isOwn ? ROUNDS - LATER_ROUNDS : 0;
    for (;; round++) {
      const far = lowest < Infinity ? FAR_MARGIN * (lowest - floor) : 0;
      const { bound, masks } = this.#look(point, Math.max(MARGIN / (1 + round), far));
      if (bound < lowest) [lowest, best] = [bound, point];
      if (bound <= floor || round === ROUNDS) break;
      const pairs = Float64Array.from(masks, (mask) => this.#halves.pairs(mask));
      const all = Int32Array.from(masks.keys());
      const reach = lowest - REACH * (lowest - floor);
      point = lists.descend(
        { masks, pairs },
        all,
        point,
        reach,
        ROUND_STEPS,
        this.#onward,
        ROUND_PATIENCE,
      ).point
        .map((x) => Math.round(1000 * x) / 1000);
      if (isOver()) {
        return { next: round - ROUNDS + FOUND, root: [...point, ...best, lowest] };
      }
    }
    this.#rootAt(prices, cap, best);
    return isOver() ? { next: FOUND, root: [...best] } : null;
  }

  /** The root of these multipliers at the prices of the day. */
  #rootAt(prices: Float64Array, cap: Int32Array, multipliers: ArrayLike<number>): Root {
    const before = this.#root;
    const isSame = before !== null &&
      before.point.every((x, i) => x === multipliers[i]) &&
      before.prices.every((price, s) => price === prices[s]) &&
      before.cap.every((n, s) => n === cap[s]);
    if (isSame) return before;
    const point = Float64Array.from(multipliers);
    this.#setPrices(prices, cap);
    this.#lists.weigh(point);
    const walk = this.#onward.best(this.#keys, point.subarray(0, this.#key.length));
    return this.#root = { prices: prices.slice(), cap: cap.slice(), point, walk };
  }

  #setPrices(prices: Float64Array, cap: Int32Array): void {
    const { terms: T, positions: R } = this.#tb, E = this.#at.length;
    for (let t = 0; t < T; t++) {
      this.#at.forEach((r, e) => {
        const s = slotOf(t, r, R);
        this.#walks.value[t * E + e] = cap[s] > 0 ? -prices[s] : -Infinity;
      });
    }
  }

  /** Sets of keys are worth what these multipliers say from now on. */
  #weigh(point: Float64Array): void {
    this.#lists.weigh(point);
    if (this.#valued === point) return;
    this.#halves.value(this.#lists.worthOfKeys);
    this.#valued = point;
  }

  /** What all lines come to at most under multipliers, and the sets that are worth most. */
  #look(point: Float64Array, margin: number): { bound: number; masks: Int32Array } {
    const lists = this.#lists;
    this.#weigh(point);
    const walk = this.#onward.best(this.#keys, point.subarray(0, this.#key.length));
    let top = -Infinity, least = -Infinity, found: { mask: number; worth: number }[] = [];
    this.#halves.match(0, -1e12, (mask, worth) => {
      found.push({ mask, worth });
      top = Math.max(top, worth);
      if (found.length >= 2 * ROUND_SETS) {
        found = dearest(found, top - margin);
        // Of a wide margin hundreds of thousands would come, each to be sorted out again; those worth the same as the last may stay.
        if (found.length === ROUND_SETS) least = found[ROUND_SETS - 1].worth - SLACK;
      }
      return Math.max(least, top - margin);
    });
    const masks = Int32Array.from(dearest(found, top - margin), ({ mask }) => mask);
    return { bound: top + walk + lists.constant, masks };
  }
}

/** The sets above a floor that are worth most, at most so many. */
function dearest(sets: { mask: number; worth: number }[], floor: number) {
  return sets.filter(({ worth }) => worth > floor)
    .sort((a, b) => b.worth - a.worth || a.mask - b.mask).slice(0, ROUND_SETS);
}
