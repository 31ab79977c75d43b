// Annealing by small exchanges on a legal plan: two lines exchange their positions of a term (and of another one, where one
// of them would hold a position twice), or all that follows a term, or a line takes a free post. What it brings is known in
// a few steps, so that a second is worth a million of them; assignment neighbourhoods (neighbourhoods.ts) see more at once,
// but of long lines too little. No exchange breaks a rule; a line that needs other leave for it takes other leave.

import type { Random } from "../../engine/random.ts";
import { cellOf, firstCellOf, linesIn, slotOf } from "../model/flat.ts";
import { LineRules } from "../model/line_rules.ts";
import { LineScorer, slotCounts } from "../model/line_values.ts";
import { OBJECTIVE } from "../problem.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";
import { isAllowed } from "./heat.ts";
import { LeaveRoom } from "./leave_room.ts";

/** Shares of exchanges that take a free post, and that exchange all that follows. */
const FREE = 0.15;
const TAILS = 0.1;

/** Added to a draw, of which the logarithm may be taken. */
const DRAWN = 1e-12;

/** A legal plan and exchanges on it. */
export class Exchanges {
  readonly #tables: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #random: Random;
  readonly #lines: number;
  readonly #from: number;
  /** Row-major lines x T position indexes; changed in place. */
  readonly cells: Int32Array;
  readonly #counts: Int32Array;
  readonly #keyAt: Int32Array;
  /** [line * keys + key] times held, and what the key brings beside the others held. */
  readonly #times: Int32Array;
  readonly #cross: Float64Array;
  /** [key] how often more a line is to hold it, and the keys for which that is so: scratch memory. */
  readonly #more: Int32Array;
  readonly #changed: Int32Array;
  /** What rules say of single positions of lines; null where lines are looked at whole. */
  readonly #rules: LineRules | null;
  #heat = 0;
  /** Leave, where lines choose it. */
  readonly #room: LeaveRoom | null;
  /** Positions that lines hold in terms of the year come before this one. */
  readonly #posts: number;

  /**
   * @param cells a plan all of whose lines are legal
   * @param from lines before this one stay as they are
   */
  constructor(tables: PlannerTables, cells: Int32Array, random: Random, from = 0) {
    this.#from = from;
    const { terms: T, keys: K, keyOf, classOf, positions: R } = tables;
    this.#tables = tables;
    this.#scorer = new LineScorer(tables);
    this.#random = random;
    this.cells = cells;
    this.#lines = linesIn(cells, T);
    this.#counts = slotCounts(tables, cells, this.#lines);
    this.#keyAt = Int32Array.from({ length: R }, (_, r) => keyOf[classOf[r]]);
    this.#times = new Int32Array(this.#lines * K);
    this.#cross = new Float64Array(this.#lines * K);
    this.#more = new Int32Array(K);
    this.#changed = new Int32Array(K);
    this.#rules = LineRules.of(tables, cells);
    for (let i = 0; i < this.#lines; i++) this.#countLine(i);
    this.#room = tables.leave === null ? null : new LeaveRoom(tables, cells, this.#counts);
    this.#posts = tables.leave?.options[0] ?? R;
  }

  /** Whether every line of a plan breaks no rule. */
  static areLegal(tables: PlannerTables, cells: Int32Array): boolean {
    const scorer = new LineScorer(tables);
    for (let at = 0; at < cells.length; at += tables.terms) {
      if (scorer.faults(cells, at) > 0) return false;
    }
    return cells.length > 0;
  }

  /** Tries so many exchanges. @param heat what one may lose is about as much */
  run(tries: number, heat: number): void {
    const { year, terms: T } = this.#tables, random = this.#random, from = this.#from;
    const N = this.#lines - from;
    if (N < 1) return;
    this.#heat = heat;
    for (let n = 0; n < tries; n++) {
      const kind = random.next(), i = from + random.below(N);
      // What may be lost this time is drawn beforehand.
      const luck = heat > 0 ? random.next() : 1;
      if (kind < FREE) {
        const t = random.below(this.#room === null ? year : year + 1);
        if (t < year) this.#takeFree(i, t, luck);
        else this.#room!.change(i, random);
        continue;
      }
      if (N < 2) continue;
      let j = from + random.below(N - 1);
      if (j >= i) j++;
      if (kind < FREE + TAILS && T > 2) this.#exchangeTails(i, j, 1 + random.below(T - 1), luck);
      else this.#exchange(i, j, random.below(T), luck);
    }
  }

  /** Whether no more is lost than was drawn. */
  #isAllowed(gain: number, luck: number): boolean {
    const heat = this.#heat;
    return gain >= 0 || (heat > 0 && isAllowed(gain, heat, luck + DRAWN));
  }

  #countLine(i: number): void {
    const { terms: T, keys: K } = this.#tables, at = firstCellOf(i, T);
    this.#times.fill(0, i * K, (i + 1) * K);
    this.#cross.fill(0, i * K, (i + 1) * K);
    for (let t = 0; t < T; t++) this.#add(i, this.#keyAt[this.cells[at + t]]);
  }

  #add(i: number, key: number): void {
    const { keys: K, affinity } = this.#tables;
    if (this.#times[i * K + key]++ > 0) return;
    for (let k = 0; k < K; k++) if (k !== key) this.#cross[i * K + k] += affinity[key * K + k];
  }

  #remove(i: number, key: number): void {
    const { keys: K, affinity } = this.#tables;
    if (--this.#times[i * K + key] > 0) return;
    for (let k = 0; k < K; k++) if (k !== key) this.#cross[i * K + k] -= affinity[key * K + k];
  }

  /** What line i gains by position r in term t. */
  #gain(i: number, t: number, r: number): number {
    const { terms: T, keys: K, affinity } = this.#tables, cells = this.cells, at = cellOf(i, t, T);
    const old = this.#keyAt[cells[at]], key = this.#keyAt[r];
    if (old === key) return 0;
    let beside = 0;
    if (t > 0) {
      const row = this.#keyAt[cells[at - 1]] * K;
      beside += affinity[row + key] - affinity[row + old];
    }
    if (t + 1 < T) {
      const row = this.#keyAt[cells[at + 1]] * K;
      beside += affinity[row + key] - affinity[row + old];
    }
    let all = 0;
    const isGone = this.#times[i * K + old] === 1;
    if (isGone) all -= this.#cross[i * K + old];
    if (this.#times[i * K + key] === 0) {
      all += this.#cross[i * K + key] - (isGone ? affinity[old * K + key] : 0);
    }
    return OBJECTIVE.adj * beside + OBJECTIVE.all * all;
  }

  /** The term in which line i holds position r; -1: none. */
  #termOf(i: number, r: number): number {
    const { terms: T } = this.#tables, at = firstCellOf(i, T);
    for (let t = 0; t < T; t++) if (this.cells[at + t] === r) return t;
    return -1;
  }

  /** Books position r in term t of line i. */
  #put(i: number, t: number, r: number): void {
    const at = cellOf(i, t, this.#tables.terms), before = this.cells[at];
    const old = this.#keyAt[before], key = this.#keyAt[r];
    this.#rules?.put(i, t, before, r);
    this.cells[at] = r;
    if (old === key) return;
    this.#remove(i, old);
    this.#add(i, key);
  }

  #exchange(i: number, j: number, t: number, luck: number): void {
    const { terms: T, distinct } = this.#tables, cells = this.cells;
    const a = cells[cellOf(i, t, T)], b = cells[cellOf(j, t, T)];
    if (a === b) return;
    if (distinct) {
      const one = this.#termOf(i, b), two = this.#termOf(j, a);
      if (one >= 0 || two >= 0) return this.#exchangeTwo(i, j, t, Math.max(one, two), luck);
    }
    if (!this.#isAllowed(this.#gain(i, t, b) + this.#gain(j, t, a), luck)) return;
    const rules = this.#rules;
    const isLegal = rules === null
      ? this.#isLegalWith(i, j, t)
      : rules.allows(i, t, b) && rules.allows(j, t, a);
    if (!isLegal) return;
    this.#put(i, t, b);
    this.#put(j, t, a);
  }

  /** Whether lines i and j break no rule once they have exchanged their positions of term t. */
  #isLegalWith(i: number, j: number, t: number): boolean {
    const { terms: T, leave } = this.#tables, cells = this.cells;
    const a = cells[cellOf(i, t, T)], b = cells[cellOf(j, t, T)];
    cells[cellOf(i, t, T)] = b;
    cells[cellOf(j, t, T)] = a;
    const isLegal = t === leave?.term ? this.#isLegal(i) && this.#isLegal(j) : this.#settle(i, j);
    cells[cellOf(i, t, T)] = a;
    cells[cellOf(j, t, T)] = b;
    return isLegal;
  }

  /** Whether these lines break no rule; they take other leave where they must. */
  #settle(i: number, j: number): boolean {
    const leave = this.#room;
    if (leave === null) return this.#isLegal(i) && this.#isLegal(j);
    const one = leave.held(i), two = leave.held(j);
    if (leave.refit(i) && leave.refit(j) && this.#isLegal(i) && this.#isLegal(j)) return true;
    leave.put(i, one);
    leave.put(j, two);
    return false;
  }

  #isLegal(i: number): boolean {
    return this.#scorer.faults(this.cells, firstCellOf(i, this.#tables.terms)) === 0;
  }

  #takeFree(i: number, t: number, luck: number): void {
    const { terms: T, positions: R, cap, distinct } = this.#tables, cells = this.cells;
    const r = this.#random.below(this.#posts),
      s = slotOf(t, r, R),
      at = cellOf(i, t, T),
      old = cells[at];
    if (r === old || this.#counts[s] >= cap[s]) return;
    const from = slotOf(t, old, R);
    const gain = this.#gain(i, t, r) + slotGain(this.#tables, s, this.#counts[s] + 1) -
      slotGain(this.#tables, from, this.#counts[from]);
    if (!this.#isAllowed(gain, luck) || (distinct && this.#termOf(i, r) >= 0)) return;
    if (this.#rules !== null ? !this.#rules.allows(i, t, r) : !this.#isFree(i, t, r)) return;
    this.#put(i, t, r);
    this.#counts[s]++;
    this.#counts[from]--;
  }

  /** Whether line i breaks no rule with position r in term t. */
  #isFree(i: number, t: number, r: number): boolean {
    const at = cellOf(i, t, this.#tables.terms), old = this.cells[at];
    this.cells[at] = r;
    const isLegal = this.#settle(i, i);
    this.cells[at] = old;
    return isLegal;
  }

  /**
   * Lines i and j exchange their positions of two terms: that of one alone would leave a line with one position twice. So half
   * of all exchanges would be lost. Nothing happens where a third term would have to follow.
   */
  #exchangeTwo(i: number, j: number, one: number, two: number, luck: number): void {
    const t = Math.min(one, two), u = Math.max(one, two);
    if (!this.#isDistinct(i, j, t, u) || !this.#isDistinct(j, i, t, u)) return;
    const all = this.#gainOfPart(i, j, t, u + 1, u - t) + this.#gainOfPart(j, i, t, u + 1, u - t);
    const before = this.#besideOf(i, t, u) + this.#besideOf(j, t, u);
    this.#swapPart(i, j, t, u + 1, u - t);
    const beside = this.#besideOf(i, t, u) + this.#besideOf(j, t, u) - before;
    const isAllowed = this.#isAllowed(OBJECTIVE.adj * beside + OBJECTIVE.all * all, luck);
    if (!isAllowed || !this.#settle(i, j)) return this.#swapPart(i, j, t, u + 1, u - t);
    this.#countAnew(i, j);
  }

  /** Whether line i would hold no position twice with those of line j in terms t and u. */
  #isDistinct(i: number, j: number, t: number, u: number): boolean {
    const at = firstCellOf(j, this.#tables.terms);
    return this.#isFreed(i, this.cells[at + t], t, u) && this.#isFreed(i, this.cells[at + u], t, u);
  }

  /** Whether line i holds position r in these terms or nowhere. */
  #isFreed(i: number, r: number, t: number, u: number): boolean {
    const held = this.#termOf(i, r);
    return held < 0 || held === t || held === u;
  }

  /** What the neighbours of terms t and u, the later one, bring line i. */
  #besideOf(i: number, t: number, u: number): number {
    const { terms: T, keys: K, affinity } = this.#tables, at = firstCellOf(i, T);
    const near = (v: number) =>
      v > 0 && v < T
        ? affinity[this.#keyAt[this.cells[at + v - 1]] * K + this.#keyAt[this.cells[at + v]]]
        : 0;
    return near(t) + near(t + 1) + (u > t + 1 ? near(u) : 0) + near(u + 1);
  }

  #countAnew(i: number, j: number): void {
    for (const line of [i, j]) {
      this.#countLine(line);
      this.#rules?.count(line);
    }
  }

  /** Lines i and j exchange all from term t on. */
  #exchangeTails(i: number, j: number, t: number, luck: number): void {
    if (!this.#isAllowed(this.#gainOfTails(i, j, t), luck)) return;
    const { terms: T } = this.#tables;
    this.#swapPart(i, j, t, T);
    if (!this.#settle(i, j)) return this.#swapPart(i, j, t, T);
    this.#countAnew(i, j);
  }

  /** What lines i and j gain together by that. */
  #gainOfTails(i: number, j: number, t: number): number {
    const { terms: T, keys: K, affinity } = this.#tables, cells = this.cells;
    const key = (line: number, u: number) => this.#keyAt[cells[cellOf(line, u, T)]];
    const one = key(i, t - 1) * K, two = key(j, t - 1) * K, next = key(i, t), other = key(j, t);
    const beside = affinity[one + other] + affinity[two + next] - affinity[one + next] -
      affinity[two + other];
    // Whichever part is exchanged, the two lines come to the same.
    const [from, to] = T - t < t ? [t, T] : [0, t];
    const all = this.#gainOfPart(i, j, from, to) + this.#gainOfPart(j, i, from, to);
    return OBJECTIVE.adj * beside + OBJECTIVE.all * all;
  }

  /** What the pairs of line i gain by holding the keys of line j in these terms, each `step` after the one before. */
  #gainOfPart(i: number, j: number, from: number, to: number, step = 1): number {
    const { terms: T, keys: K, affinity } = this.#tables, cells = this.cells;
    const keyAt = this.#keyAt, more = this.#more, changed = this.#changed, at = i * K;
    for (let t = from; t < to; t += step) {
      more[keyAt[cells[cellOf(i, t, T)]]]--;
      more[keyAt[cells[cellOf(j, t, T)]]]++;
    }
    let count = 0, sum = 0;
    for (const line of [i, j]) {
      for (let t = from; t < to; t += step) {
        const key = keyAt[cells[cellOf(line, t, T)]], times = this.#times[at + key];
        const sign = Number(times + more[key] > 0) - Number(times > 0);
        more[key] = 0;
        if (sign === 0) continue;
        sum += sign * this.#cross[at + key];
        for (let n = 0; n < count; n++) {
          const known = changed[n], isGone = known < 0, k = isGone ? ~known : known;
          sum += (isGone ? -sign : sign) * affinity[key * K + k];
        }
        changed[count++] = sign < 0 ? ~key : key;
      }
    }
    return sum;
  }

  /** Lines i and j exchange their positions of these terms. */
  #swapPart(i: number, j: number, from: number, to: number, step = 1): void {
    const { terms: T } = this.#tables, cells = this.cells;
    for (let t = from; t < to; t += step) {
      const r = cells[cellOf(i, t, T)];
      cells[cellOf(i, t, T)] = cells[cellOf(j, t, T)];
      cells[cellOf(j, t, T)] = r;
    }
  }
}
