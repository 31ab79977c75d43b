// Assignment neighbourhoods: two moves on a whole plan that are each one exact assignment problem.
// Rematch: re-choose the positions of one term for a set of lines. Re-pair: cut a set of lines into
// two parts by terms and join the halves anew. A broken rule costs more than a whole move can gain
// in wishes, so that a move never breaks one for their sake; noise anneals. Pairs of
// positions in consecutive terms stay together; a third move exchanges one for two other posts.
//
// This folder owns moves on whole plans. Search, replan and feasibility import it; it knows the model alone.

import { cellOf, firstCellOf, firstSlotOf, linesIn, slotOf, weightAt } from "../model/flat.ts";
import { AssignmentSolver } from "./lap.ts";
import { OBJECTIVE } from "../problem.ts";
import type { Random } from "../../engine/random.ts";
import { LineScorer, slotCounts } from "../model/line_values.ts";
import { budgetsBeside, chooseLeave } from "../model/leave_choice.ts";
import { isOfPair, type PairPlace, pairPlaces } from "../model/pairs.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";

/** Room above the wishes for the noise on each entry of a move, objective units: no heat is higher. */
const MOST_HEAT = 200;

/** Most lines in one move: keeps an assignment near a millisecond. */
export const MOST_LINES = 60;

/** Share of the moves that exchange a pair, where there are any; and posts tried in its place. */
const PAIR_MOVES = 0.2;
const PAIR_TRIES = 20;

/** A plan under construction and the moves on it. */
export class PlanMoves {
  readonly #tables: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #solver = new AssignmentSolver();
  readonly #random: Random;
  readonly #order: Int32Array;
  readonly #classValue: Float64Array;
  readonly #used: Int32Array;
  readonly #keys: Int32Array;
  readonly #scratch: Int32Array;
  /** Price of one broken rule: more than all lines of a move together can gain otherwise. */
  readonly #fault: number;
  readonly #places: PairPlace[];
  /** [position] whether it belongs to a pair. */
  readonly #isOfPair: boolean[];
  #cost = new Float64Array(0);
  #unitPosition = new Int32Array(0);
  #unitGain = new Float64Array(0);
  /** Row-major lines x T position indexes. */
  readonly cells: Int32Array;
  readonly lines: number;
  /** [slot] lines using it. */
  readonly counts: Int32Array;
  /** Cells that lines are pulled to, -1 for none, and what each that is kept is worth. */
  readonly #pull: { cells: Int32Array; worth: number } | null;
  /** [cell] 1 where it stays as it is; null: none does. */
  readonly #fixed: Uint8Array | null;

  /**
   * @param pull row-major like `cells`: a line that keeps such a cell is worth more
   * @param fixed row-major: 1 where a cell stays as it is
   */
  constructor(
    tables: PlannerTables,
    cells: Int32Array,
    random: Random,
    pull: { cells: Int32Array; worth: number } | null = null,
    fixed: Uint8Array | null = null,
  ) {
    this.#pull = pull;
    this.#fixed = fixed;
    this.#tables = tables;
    this.#scorer = new LineScorer(tables);
    this.#random = random;
    this.cells = cells;
    this.lines = linesIn(cells, tables.terms);
    this.counts = slotCounts(tables, cells, this.lines);
    this.#order = Int32Array.from({ length: this.lines }, (_, i) => i);
    this.#classValue = new Float64Array(tables.classes);
    this.#used = new Int32Array(tables.limits);
    this.#keys = new Int32Array(tables.terms);
    this.#scratch = new Int32Array(tables.terms);
    this.#fault = faultPrice(tables, Math.min(this.lines, MOST_LINES), pull?.worth ?? 0);
    this.#places = tables.hasPairs ? pairPlaces(tables) : [];
    this.#isOfPair = Array.from({ length: tables.positions }, (_, r) => isOfPair(tables, r));
  }

  /** Broken rules over all lines; 0 = every line is legal. */
  faults(): number {
    let sum = 0;
    for (let i = 0; i < this.lines; i++) {
      sum += this.#scorer.faults(this.cells, firstCellOf(i, this.#tables.terms));
    }
    return sum;
  }

  /** Whether line i breaks no rule. */
  isLegal(i: number): boolean {
    return this.#scorer.faults(this.cells, firstCellOf(i, this.#tables.terms)) === 0;
  }

  /** One random move. @param heat amplitude of the noise on every matrix entry, objective units. */
  move(heat: number): void {
    if (this.#places.length > 0 && this.#random.next() < PAIR_MOVES) return this.#exchange(heat);
    this.#change(this.#choose(), heat);
  }

  /** Whether a move takes all lines together anyway, so that {@link mend} would be like any other. */
  get areFew(): boolean {
    return this.lines <= MOST_LINES;
  }

  /** A move without noise that lines which break a rule take part in, however many others there are. */
  mend(): void {
    const k = this.#choose(), order = this.#order;
    for (let n = 0, front = 0; n < this.lines && front < k; n++) {
      if (this.isLegal(order[n])) continue;
      [order[front], order[n]] = [order[n], order[front]];
      front++;
    }
    this.#change(k, 0);
  }

  /** Chooses the lines that take part in a move. @returns how many those are, the first of the order */
  #choose(): number {
    const k = Math.min(this.lines, MOST_LINES);
    // From the same order every time: a move depends on the plan and the random numbers alone.
    for (let i = 0; i < this.lines; i++) this.#order[i] = i;
    this.#random.choose(this.#order, k);
    return k;
  }

  #change(k: number, heat: number): void {
    const { terms } = this.#tables;
    if (terms === 1 || this.#random.next() < 0.6) this.#rematch(this.#random.below(terms), k, heat);
    else this.#repair(1 + this.#random.below((1 << terms) - 2), k, heat);
  }

  /** Re-chooses term t of the first k lines of the order among the posts left by the others. */
  #rematch(t: number, k: number, heat: number): void {
    const { terms: T, positions: R, classOf, hasPairs, leave } = this.#tables;
    if (t === leave?.term) return this.#rechooseLeave(k, heat);
    if (hasPairs || this.#fixed) k = this.#movable(t, k);
    if (k === 0) return;
    for (let i = 0; i < k; i++) {
      this.counts[slotOf(t, this.cells[cellOf(this.#order[i], t, T)], R)]--;
    }
    const units = this.#freeUnits(t, k);
    this.#reserveCost(k * units);
    const cost = this.#cost, random = this.#random, values = this.#classValue, pull = this.#pull;
    for (let i = 0; i < k; i++) {
      const at = firstCellOf(this.#order[i], T);
      this.#valueClasses(at, t);
      for (let u = 0; u < units; u++) {
        const r = this.#unitPosition[u];
        const repeat = this.#tables.distinct && this.#usesElsewhere(at, t, r) ? this.#fault : 0;
        cost[i * units + u] = repeat - values[classOf[r]] - this.#unitGain[u] +
          heat * random.next();
        if (pull !== null && pull.cells[at + t] === r) cost[i * units + u] -= pull.worth;
      }
    }
    const columnOf = this.#solver.solve(cost, k, units);
    for (let i = 0; i < k; i++) {
      const r = this.#unitPosition[columnOf[i]];
      this.cells[cellOf(this.#order[i], t, T)] = r;
      this.counts[slotOf(t, r, R)]++;
    }
  }

  /** Chooses the leave of the first k lines of the order anew, where no more of them are left without. */
  #rechooseLeave(k: number, heat: number): void {
    const { terms: T, positions: R, leave } = this.#tables;
    const { term } = leave!, order = this.#order.subarray(0, k);
    const before = Array.from(order, (i) => this.cells[cellOf(i, term, T)]);
    const count = (sign: number) => {
      for (const i of order) this.counts[slotOf(term, this.cells[cellOf(i, term, T)], R)] += sign;
    };
    const faults = () =>
      order.reduce((sum, i) => sum + this.#scorer.faults(this.cells, firstCellOf(i, T)), 0);
    const faultsBefore = faults();
    count(-1);
    const left = budgetsBeside(this.#tables, this.counts);
    const noise = () => heat > 0 ? this.#random.next() : 0;
    const missing = chooseLeave(this.#tables, this.cells, left, order, k, noise);
    if (missing > 0 && faults() > faultsBefore) {
      order.forEach((i, n) => this.cells[cellOf(i, term, T)] = before[n]);
    }
    count(1);
  }

  /** Brings those of the first k lines to the front whose cell of term t is no part of a pair, and not fixed. */
  #movable(t: number, k: number): number {
    const order = this.#order;
    let kept = 0;
    for (let i = 0; i < k; i++) {
      const line = order[i];
      const at = cellOf(line, t, this.#tables.terms);
      if (this.#isOfPair[this.cells[at]] || this.#fixed?.[at] === 1) continue;
      order[i] = order[kept];
      order[kept++] = line;
    }
    return kept;
  }

  #usesElsewhere(at: number, t: number, r: number): boolean {
    for (let i = 0; i < this.#tables.terms; i++) {
      if (i !== t && this.cells[at + i] === r) return true;
    }
    return false;
  }

  /** Lists the free posts of term t as units with their gains; gains fall with each unit of a slot. */
  #freeUnits(t: number, k: number): number {
    const { positions: R, cap } = this.#tables;
    let units = 0;
    const room = R * k;
    if (this.#unitPosition.length < room) {
      this.#unitPosition = new Int32Array(room);
      this.#unitGain = new Float64Array(room);
    }
    for (let r = 0; r < R; r++) {
      if (this.#isOfPair[r]) continue;
      const s = slotOf(t, r, R), n = this.counts[s];
      const free = Math.min(k, cap[s] - n);
      for (let j = 1; j <= free; j++) {
        this.#unitPosition[units] = r;
        this.#unitGain[units++] = slotGain(this.#tables, s, n + j);
      }
    }
    return units;
  }

  /** Fills #classValue[c]: value of putting a position of class c at term t of the line at `at`. */
  #valueClasses(at: number, t: number): void {
    const { terms: T, classes, classOf, keyOf, keys: K, affinity } = this.#tables;
    const { cover, need, needBesidePairs } = this.#tables;
    const distinct = this.#otherKeys(at, t);
    const covered = this.#useOthers(at, t);
    const needed = this.#tables.hasPairs && this.#holdsPair(at) ? need | needBesidePairs : need;
    const varieties = t < this.#tables.year ? this.#tables.varieties : [];
    const held = varieties.map(({ groupOf }) => this.#otherGroups(at, t, groupOf));
    const left = t > 0 ? keyOf[classOf[this.cells[at + t - 1]]] : -1;
    const right = t < T - 1 ? keyOf[classOf[this.cells[at + t + 1]]] : -1;
    for (let c = 0; c < classes; c++) {
      const row = keyOf[c] * K;
      let adjacent = 0, all = 0;
      if (left >= 0) adjacent += affinity[row + left];
      if (right >= 0) adjacent += affinity[row + right];
      for (let i = 0; i < distinct; i++) {
        if (this.#keys[i] === keyOf[c]) {
          all = 0;
          break;
        }
        all += affinity[row + this.#keys[i]];
      }
      let missing = needed & ~(covered | cover[c]), faults = this.#excess(c, t);
      for (; missing !== 0; missing &= missing - 1) faults++;
      varieties.forEach(({ groupOf, most, least }, v) => {
        const isNew = groupOf[c] >= 0 && !held[v].has(groupOf[c]);
        const different = held[v].size + (isNew ? 1 : 0);
        faults += Math.max(0, different - most) + Math.max(0, least - different);
      });
      this.#classValue[c] = OBJECTIVE.adj * adjacent + OBJECTIVE.all * all - this.#fault * faults;
    }
    this.#used.fill(0);
  }

  /** Groups that the other terms of the line hold. */
  #otherGroups(at: number, t: number, groupOf: Int32Array): Set<number> {
    const held = new Set<number>(), { year, classOf } = this.#tables;
    for (let i = 0; i < year; i++) {
      const group = groupOf[classOf[this.cells[at + i]]];
      if (i !== t && group >= 0) held.add(group);
    }
    return held;
  }

  #holdsPair(at: number): boolean {
    for (let t = 0; t < this.#tables.terms; t++) {
      if (this.#isOfPair[this.cells[at + t]]) return true;
    }
    return false;
  }

  #otherKeys(at: number, t: number): number {
    const { terms: T, classOf, keyOf } = this.#tables;
    let distinct = 0;
    for (let i = 0; i < T; i++) {
      if (i === t) continue;
      const key = keyOf[classOf[this.cells[at + i]]];
      let fresh = true;
      for (let j = 0; j < distinct; j++) if (this.#keys[j] === key) fresh = false;
      if (fresh) this.#keys[distinct++] = key;
    }
    return distinct;
  }

  /** Adds up the limits used by the other terms; returns the features they cover. */
  #useOthers(at: number, t: number): number {
    const { terms: T, classOf, cover, limitStart, limitOf, limitWeight, limitUse } = this.#tables;
    let covered = 0;
    for (let i = 0; i < T; i++) {
      if (i === t) continue;
      const c = classOf[this.cells[at + i]];
      covered |= cover[c];
      for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
        this.#used[limitUse[limitOf[e]]] += limitWeight[weightAt(limitOf[e], i, T)];
      }
    }
    return covered;
  }

  /** Units by which class c at term t pushes the limits it counts in beyond their bounds. */
  #excess(c: number, t: number): number {
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUnit, limitUse } =
      this.#tables;
    let faults = 0;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
      const l = limitOf[e];
      const over = this.#used[limitUse[l]] + limitWeight[weightAt(l, t, T)] - limitMax[l];
      if (over > 0) faults += Math.ceil(over / limitUnit[l]);
    }
    return faults;
  }

  /** Cuts the first k lines of the order at the terms of `mask` and joins the halves anew. */
  #repair(mask: number, k: number, heat: number): void {
    const { terms: T } = this.#tables;
    if (this.#fixed) {
      // What every line keeps stays with it; lines that keep more than others take no part.
      const frozen = this.#frozen;
      for (let t = 0; t < frozen; t++) mask |= 1 << t;
      let kept = 0;
      for (let i = 0; i < k; i++) {
        const line = this.#order[i], at = firstCellOf(line, T);
        if (this.#fixed.subarray(at + frozen, at + T).includes(1)) continue;
        this.#order[i] = this.#order[kept];
        this.#order[kept++] = line;
      }
      k = kept;
      if (k < 2) return;
    }
    this.#reserveCost(k * k);
    const cost = this.#cost, joined = this.#scratch;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        this.#join(mask, firstCellOf(this.#order[i], T), firstCellOf(this.#order[j], T));
        const faults = this.#scorer.faults(joined, 0);
        cost[i * k + j] = this.#fault * faults - this.#scorer.value(joined, 0) -
          this.#kept(this.#order[i], joined, 0) + heat * this.#random.next();
      }
    }
    const columnOf = this.#solver.solve(cost, k, k);
    const before = this.cells.slice();
    for (let i = 0; i < k; i++) {
      for (let t = 0; t < T; t++) {
        if ((mask >> t & 1) === 0) {
          this.cells[cellOf(this.#order[i], t, T)] = before[cellOf(this.#order[columnOf[i]], t, T)];
        }
      }
    }
  }

  /** Terms from the first on that are fixed in every line. */
  get #frozen(): number {
    const { terms: T } = this.#tables;
    let t = 0;
    while (
      t < T &&
      Array.from({ length: this.lines }, (_, i) => i).every((i) =>
        this.#fixed![cellOf(i, t, T)] === 1
      )
    ) t++;
    return t;
  }

  /** What line i is worth for the cells that it keeps, with these positions. */
  #kept(i: number, cells: Int32Array, at: number): number {
    if (this.#pull === null) return 0;
    const { terms: T } = this.#tables;
    let kept = 0;
    for (let t = 0; t < T; t++) if (this.#pull.cells[cellOf(i, t, T)] === cells[at + t]) kept++;
    return kept * this.#pull.worth;
  }

  #join(mask: number, inMask: number, outside: number): void {
    for (let t = 0; t < this.#tables.terms; t++) {
      this.#scratch[t] = this.cells[((mask >> t & 1) === 1 ? inMask : outside) + t];
    }
  }

  /** Puts a pair with free posts into the line it suits best, or takes one out for two free posts. */
  #exchange(heat: number): void {
    const place = this.#places[this.#random.below(this.#places.length)];
    const holders: number[] = [], others: number[] = [];
    for (let i = 0; i < this.lines; i++) {
      const at = cellOf(i, place.t, this.#tables.terms);
      if (this.#fixed?.[at] === 1 || this.#fixed?.[at + 1] === 1) continue;
      if (this.cells[at] === place.first && this.cells[at + 1] === place.second) holders.push(i);
      else if (!this.#isOfPair[this.cells[at]] && !this.#isOfPair[this.cells[at + 1]]) {
        others.push(i);
      }
    }
    const { cap } = this.#tables;
    const isFree = this.counts[place.one] < cap[place.one] &&
      this.counts[place.two] < cap[place.two];
    if (isFree && (holders.length === 0 || this.#random.next() < 0.5)) {
      this.#offerAll(others, place.t, [place.first], [place.second], heat);
    } else if (holders.length > 0) {
      const line = holders[this.#random.below(holders.length)];
      const [a, b] = [place.t, place.t + 1].map((t) => this.#freePosts(t));
      this.#offerAll([line], place.t, a, b, heat);
    }
  }

  /** Some positions with a free post in term t, none of a pair. */
  #freePosts(t: number): Int32Array {
    const { positions: R, cap } = this.#tables;
    const free: number[] = [];
    for (let r = 0; r < R; r++) {
      if (!this.#isOfPair[r] && this.counts[slotOf(t, r, R)] < cap[slotOf(t, r, R)]) free.push(r);
    }
    const found = Int32Array.from(free), k = Math.min(PAIR_TRIES, found.length);
    this.#random.choose(found, k);
    return found.subarray(0, k);
  }

  /** Tries positions in terms t and t + 1 of each of the lines, and takes the best where it pays. */
  #offerAll(
    lines: readonly number[],
    t: number,
    first: ArrayLike<number>,
    second: ArrayLike<number>,
    heat: number,
  ): void {
    const { terms: T } = this.#tables;
    let best = -heat * this.#random.next(), taken: [number, number, number] | null = null;
    for (const i of lines) {
      const at = cellOf(i, t, T), before = this.#worth(i, t);
      const [a, b] = [this.cells[at], this.cells[at + 1]];
      for (let p = 0; p < first.length; p++) {
        for (let q = 0; q < second.length; q++) {
          this.#put(at, t, first[p], second[q]);
          const gain = this.#worth(i, t) - before;
          if (gain > best) [best, taken] = [gain, [at, first[p], second[q]]];
        }
      }
      this.#put(at, t, a, b);
    }
    if (taken) this.#put(taken[0], t, taken[1], taken[2]);
  }

  /** What line i is worth, with the gains of its slots in terms t and t + 1. */
  #worth(i: number, t: number): number {
    const { terms: T, positions: R } = this.#tables, at = firstCellOf(i, T);
    let worth = this.#scorer.value(this.cells, at) -
      this.#fault * this.#scorer.faults(this.cells, at) +
      this.#kept(i, this.cells, at);
    for (const term of [t, t + 1]) {
      const s = slotOf(term, this.cells[at + term], R);
      worth += slotGain(this.#tables, s, this.counts[s]);
    }
    return worth;
  }

  #put(at: number, t: number, first: number, second: number): void {
    const R = this.#tables.positions, one = firstSlotOf(t, R), two = firstSlotOf(t + 1, R);
    this.counts[one + this.cells[at]]--;
    this.counts[two + this.cells[at + 1]]--;
    this.cells[at] = first;
    this.cells[at + 1] = second;
    this.counts[one + first]++;
    this.counts[two + second]++;
  }

  #reserveCost(size: number): void {
    if (this.#cost.length < size) this.#cost = new Float64Array(size);
  }
}

/**
 * What a broken rule must cost for no move to break one for the sake of wishes: more than `lines` lines can
 * differ in affinity, slot gains and kept cells together, noise included.
 */
function faultPrice(
  { terms: T, affinity, gains }: PlannerTables,
  lines: number,
  worth: number,
): number {
  const weight = affinity.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const pairs = OBJECTIVE.adj * (T - 1) + OBJECTIVE.all * T * (T - 1) / 2;
  const highest = gains.reduce((most, gain) => Math.max(most, gain), 0);
  const lowest = gains.reduce((least, gain) => Math.min(least, gain), 0);
  return 1 + lines * (2 * pairs * weight + T * (highest - lowest + worth) + MOST_HEAT);
}
