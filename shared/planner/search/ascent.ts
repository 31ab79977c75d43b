// The bound on plans of lines of many terms: prices of slots, and what makes sets and sequences of each group's lines agree
// (`SetSequence`), are moved together to where they bound all plans lowest. Prices of column generation are the best ones
// for legal lines; where a line is bounded by more than the best legal one is worth, others bound plans far lower.
// Subgradients with Polyak's steps (Polyak 1969; Held, Wolfe and Crowder 1974), from the lowest point so far.

import { packPrices, unpackPrices } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { groupTables, yearTables } from "../model/groups.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";
import { type ElementSets, SetSequence } from "../pricing/set_sequence.ts";

/** Steps without progress after which they become shorter, and by how much. */
const PATIENCE = 30;
const SHORTER = 0.75;
/** The shortest steps that are worth the work. */
const SHORTEST = 0.002;
/** The least distance to the target that a step assumes, as a share of the bound. */
const LEAST_DISTANCE = 0.001;
/** How far a step is turned away from the one before (Camerini, Fratta and Maffioli 1975). */
const TURN = 1.5;
/** A bound that is lower by less is no progress. */
const LEAST_PROGRESS = 1e-5;
/** Steps of a unit, at least: where proofs are much work it would not come on. */
const LEAST_STEPS = 2;
/** Groups whose lines are bounded apart; of more each would take its own proofs, and most lines are alike. */
const MOST_APART = 3;
/** Of so many points one is proven, whatever exchanges of elements say of it. */
const PROVEN = 8;

/** Where the ascent stands; kept to a thousandth, as its text is. */
export interface AscentState {
  /** Slot prices, then of each group of lines what makes its sets and sequences agree; packed. */
  point: string;
  /** Length of the steps, and steps without progress. */
  length: number;
  idle: number;
  /** Points looked at. */
  steps: number;
}

/** Lines of one group: how many, and what they are made of. */
interface Part {
  lines: number;
  cap: Int32Array;
  own: SetSequence;
  sets: ElementSets;
  /** Where its multipliers begin. */
  from: number;
}

/** A point's bound, and which way to go down from it. */
interface Looked {
  bound: number;
  slope: Float64Array;
}

/** The ascent of one problem. */
export class Ascent {
  readonly #tables: PlannerTables;
  readonly #parts: Part[];
  /** Slot prices, and behind them the multipliers of the parts. */
  readonly #point: Float64Array;
  readonly #random: Random;
  #direction: Float64Array | null = null;
  #length = 1;
  #idle = 0;
  #steps = 0;

  /**
   * Null where lines are too few to fill all groups, or are bounded otherwise. Of leave it knows nothing: what bounds plans
   * without bounds plans with it.
   * @param apart groups whose lines are bounded apart, at most
   */
  static of(tables: PlannerTables, apart = MOST_APART): Ascent | null {
    const parts = partsOf(tables, apart);
    return parts === null ? null : new Ascent(tables, parts);
  }

  private constructor(tables: PlannerTables, parts: Part[]) {
    this.#tables = tables;
    this.#parts = parts;
    const slots = tables.cap.length;
    const sizes = parts.map(({ own: { multipliers } }) =>
      multipliers.elements.length + multipliers.pairs.length
    );
    this.#point = new Float64Array(sizes.reduce((sum, n) => sum + n, slots));
    let at = slots;
    parts.forEach((part, i) => {
      part.from = at;
      const between = at + part.own.at.length;
      part.own.multipliers = {
        elements: this.#point.subarray(at, between),
        pairs: this.#point.subarray(between, at += sizes[i]),
      };
    });
    this.#random = new Random(1);
  }

  /** Takes up where a state was left. */
  load(state: AscentState): void {
    this.#point.set(unpackPrices(state.point));
    this.#length = state.length;
    this.#idle = state.idle;
    this.#steps = state.steps;
  }

  save(): AscentState {
    return {
      point: packPrices(this.#point),
      length: this.#length,
      idle: this.#idle,
      steps: this.#steps,
    };
  }

  /** Slot prices of the lowest point. */
  get prices(): Float64Array {
    return this.#point.slice(0, this.#tables.cap.length);
  }

  /** Begins again from these slot prices; those of groups cancel, as every group's lines are as many as it has posts. */
  set prices(prices: Float64Array) {
    const { year, positions: R, cap } = this.#tables;
    this.#point.set(prices);
    this.#point.fill(0, year * R, cap.length);
    this.#length = 1;
    this.#idle = 0;
  }

  /** Whether further steps are not worth the work. */
  get isOver(): boolean {
    return this.#length < SHORTEST;
  }

  /**
   * Moves prices and multipliers.
   * @param target the value of some plan: how long steps are
   * @param workLimit of the work, as `SetSequence` counts it
   * @returns a bound on all plans, Infinity where there is none, and the work
   */
  climb(target: number, workLimit: number): { bound: number; work: number } {
    const begun = this.#work();
    this.#direction = null;
    // The same from the same state.
    this.#random.state = this.#steps + 1;
    for (const part of this.#parts) {
      const set = part.own.randomSet(this.#random);
      // Where sets are hard to find nothing is bounded.
      if (set === null) return this.#giveUp(begun);
      part.sets = [set];
    }
    let center = this.#look(true);
    if (center.bound === Infinity) return this.#giveUp(begun);
    let lowest = center.bound;
    let point = this.#point.slice();
    this.#move(center, target);
    const least = this.#steps + LEAST_STEPS;
    while (!this.isOver && (this.#steps < least || this.#work() - begun < workLimit)) {
      const isProven = ++this.#steps % PROVEN === 0;
      const wanted = lowest - Math.max(0.5, LEAST_PROGRESS * Math.abs(lowest));
      let next = this.#look(isProven);
      if (next.bound < wanted && !isProven) next = this.#look(true);
      if (next.bound < wanted) {
        lowest = next.bound;
        center = next;
        point = this.#point.slice();
        this.#idle = 0;
      } else if (++this.#idle > PATIENCE) {
        this.#length *= SHORTER;
        this.#idle = 0;
        this.#point.set(point);
        this.#direction = null;
        next = center;
      }
      this.#move(next, target);
    }
    this.#point.set(point);
    return { bound: lowest, work: this.#work() - begun };
  }

  #giveUp(begun: number) {
    this.#length = 0;
    return { bound: Infinity, work: this.#work() - begun };
  }

  #work(): number {
    return this.#parts.reduce((sum, { own }) => sum + own.work, 0);
  }

  /**
   * The bound at the point at hand.
   * @param isProven whether the best sets are proven; else exchanges find them, and the bound may be too low
   */
  #look(isProven: boolean): Looked {
    const { positions: R, year, emptyCost, allowPartial, line } = this.#tables;
    const slope = new Float64Array(this.#point.length);
    let bound = this.#boundSlots(slope) - emptyCost;
    for (const part of this.#parts) {
      const { own, from } = part, E = own.at.length;
      own.setPrices(this.#point, part.cap);
      own.weigh();
      const sequence = own.bestSequence();
      if (sequence === -Infinity) return { bound: Infinity, slope };
      let { value, set } = own.goodSet(part.sets);
      if (isProven) {
        const proof = own.provenSet(value);
        value = proof.bound;
        if (proof.set !== null) {
          set = proof.set;
          own.remember(part.sets, set, 0);
        }
      }
      const worth = sequence + value + (allowPartial ? line : 0);
      if (allowPartial && worth < 0) continue;
      bound += part.lines * worth;
      for (let t = 0; t < year; t++) slope[t * R + own.at[own.sequence[t]]] -= part.lines;
      const { elements, pairs } = own.lack(set);
      elements.forEach((x, e) => slope[from + e] = part.lines * x);
      pairs.forEach((x, i) => slope[from + E + i] = part.lines * x);
    }
    return { bound, slope };
  }

  /** What slots bring at the prices at most; how many lines that takes of each goes into `slope`. */
  #boundSlots(slope: Float64Array): number {
    const { cap, year, positions: R } = this.#tables;
    let bound = 0;
    for (let s = 0; s < cap.length; s++) {
      let sum = 0, most = 0, lines = 0;
      for (let k = 1; k <= cap[s]; k++) {
        sum += slotGain(this.#tables, s, k) + this.#point[s];
        if (sum <= most) continue;
        most = sum;
        lines = k;
      }
      bound += most;
      if (s < year * R) slope[s] = lines;
    }
    return bound;
  }

  /** A step down from where a point was looked at, turned away from the step before where they disagree. */
  #move({ bound, slope }: Looked, target: number): void {
    const point = this.#point, before = this.#direction;
    const direction = slope.slice();
    if (before !== null) {
      let along = 0, square = 0;
      for (let i = 0; i < slope.length; i++) {
        along += slope[i] * before[i];
        square += before[i] * before[i];
      }
      const turn = along < 0 && square > 0 ? -TURN * along / square : 0;
      for (let i = 0; i < slope.length; i++) direction[i] += turn * before[i];
    }
    // Multipliers of pairs stand at 0 where they would go below.
    for (const { from, own: { at, multipliers } } of this.#parts) {
      multipliers.pairs.forEach((x, i) => {
        const place = from + at.length + i;
        if (x <= 0 && direction[place] > 0) direction[place] = 0;
      });
    }
    const norm = direction.reduce((sum, x) => sum + x * x, 0);
    if (norm === 0) return;
    const distance = Math.max(LEAST_DISTANCE * Math.abs(bound), bound - target);
    const step = this.#length * distance / norm;
    for (let i = 0; i < point.length; i++) {
      point[i] = Math.round(1000 * (point[i] - step * direction[i])) / 1000;
    }
    for (const { own: { multipliers: { pairs } } } of this.#parts) {
      pairs.forEach((x, i) => {
        if (x < 0) pairs[i] = 0;
      });
    }
    this.#direction = direction;
  }
}

/** The groups of lines; null where there is no such bound. */
function partsOf(tables: PlannerTables, apart: number): Part[] | null {
  const { terms: T, positions: R, groups, lines, cap } = tables;
  const part = (all: PlannerTables, n: number): Part | null => {
    const own = all.leave === null ? all : yearTables(all);
    const sequences = SetSequence.of(own, own.cap);
    return sequences === null
      ? null
      : { lines: n, cap: own.cap, own: sequences, sets: [], from: 0 };
  };
  if (groups.length === 0) {
    const all = part(tables, lines);
    return all === null ? null : [all];
  }
  // Every group's lines are as many as it has posts, or the bound would be none.
  const sizes = groups.map((g) => cap[(T - 1) * R + g]);
  if (sizes.reduce((sum, n) => sum + n, 0) !== lines) return null;
  if (sizes.filter((n) => n > 0).length > apart) {
    // The last group is of all other lines, which keep to what lines of every group keep to.
    const all = part(groupTables(tables, groups.at(-1)!), lines);
    return all === null ? null : [all];
  }
  const parts = groups.map((g, i) => sizes[i] === 0 ? [] : [part(groupTables(tables, g), sizes[i])])
    .flat();
  return parts.every((found) => found !== null) ? parts as Part[] : null;
}
