// The bound on plans of lines of many terms: prices of slots, and what makes sets and sequences of each group's lines agree
// (`SetSequence`), are moved together to where they bound all plans lowest. Prices of column generation are the best ones
// for legal lines; where a line is bounded by more than the best legal one is worth, others bound plans far lower.
// Subgradients with Polyak's steps (Polyak 1969; Held, Wolfe and Crowder 1974), from the lowest point so far.

import { packLists, packPrices, unpackLists, unpackPrices } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import { firstSlotOf, slotOf } from "../model/flat.ts";
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
/** No price lies further from 0: thousandths are exact there. */
const FURTHEST = 1e9;
/** A bound that is lower by less is no progress. */
const LEAST_PROGRESS = 1e-5;
/** Steps of a round, at least: where proofs are much work it would not come on. */
const LEAST_STEPS = 2;
/** Work of a round. */
const ROUND_WORK = 5_000_000;
/** Groups whose lines are bounded apart; of more each would take its own proofs, and most lines are alike. */
const MOST_APART = 3;
/** Of so many points one is proven, whatever exchanges of elements say of it. */
const PROVEN = 8;

/** What was proven of the sets of a part at the point at hand. */
interface ProvenSets {
  bound: number;
  /** Elements of a best set. */
  set: number[];
}

/** Where the ascent stands; points and directions are kept to a thousandth, as their text is. */
export interface AscentState {
  /** Slot prices, then of each group of lines what makes its sets and sequences agree: the point at hand; packed. */
  point: string;
  /** The point that bounds plans lowest, and how low; null: none has been looked at. */
  centre: string;
  lowest: number | null;
  /** The step before, "" where there is none. */
  direction: string;
  /** [part] sets that are remembered, as elements; packed. */
  sets: string[];
  /** Parts proven at the point at hand; null where it has not come to that. */
  proven: ProvenSets[] | null;
  /** Length of the steps, and steps without progress. */
  length: number;
  idle: number;
  /** Points looked at. */
  steps: number;
  /** Work and steps of the round at hand, and the bound that it began with. */
  round: { work: number; steps: number; from: number | null };
}

/** What a unit came to. */
export interface Climbed {
  /** On all plans; Infinity where there is none yet. */
  bound: number;
  work: number;
  /** Whether a round is over, and whether it lowered the bound by a unit. */
  isRound: boolean;
  isLower: boolean;
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
  #direction: Float64Array | null = null;
  #centre: Float64Array;
  #lowest = Infinity;
  #proven: ProvenSets[] | null = null;
  #length = 1;
  #idle = 0;
  #steps = 0;
  #round = { work: 0, steps: 0, from: Infinity };

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
    this.#centre = this.#point.slice();
    let at = slots;
    parts.forEach((part, i) => {
      part.from = at;
      const between = at + part.own.at.length;
      part.own.multipliers = {
        elements: this.#point.subarray(at, between),
        pairs: this.#point.subarray(between, at += sizes[i]),
      };
    });
  }

  /** Takes up where a state was left. */
  load(state: AscentState): void {
    this.#point.set(unpackPrices(state.point));
    this.#centre = unpackPrices(state.centre);
    this.#lowest = state.lowest ?? Infinity;
    this.#direction = state.direction === "" ? null : unpackPrices(state.direction);
    this.#parts.forEach((part, i) => {
      part.sets = unpackLists(state.sets[i]).map((own) => setOf(own, part.own.at.length));
    });
    this.#proven = state.proven;
    this.#length = state.length;
    this.#idle = state.idle;
    this.#steps = state.steps;
    this.#round = { ...state.round, from: state.round.from ?? Infinity };
  }

  save(): AscentState {
    const finite = (bound: number) => bound === Infinity ? null : bound;
    return {
      point: packPrices(this.#point),
      centre: packPrices(this.#centre),
      lowest: finite(this.#lowest),
      direction: this.#direction === null ? "" : packPrices(this.#direction),
      sets: this.#parts.map(({ sets }) => packLists(sets.map(elementsOf))),
      proven: this.#proven,
      length: this.#length,
      idle: this.#idle,
      steps: this.#steps,
      round: { ...this.#round, from: finite(this.#round.from) },
    };
  }

  /** Numbers that a point is made of; a checkpoint holds three of them. */
  get size(): number {
    return this.#point.length;
  }

  /** Slot prices of the lowest point. */
  get prices(): Float64Array {
    return this.#centre.slice(0, this.#tables.cap.length);
  }

  /** Begins again from these slot prices; those of groups cancel, as every group's lines are as many as it has posts. */
  set prices(prices: Float64Array) {
    const { year, positions: R, cap } = this.#tables;
    this.#point.set(this.#centre);
    this.#point.set(prices);
    this.#point.fill(0, firstSlotOf(year, R), cap.length);
    this.#centre = this.#point.slice();
    this.#lowest = Infinity;
    this.#direction = null;
    this.#proven = null;
    this.#length = 1;
    this.#idle = 0;
    this.#round = { work: 0, steps: 0, from: Infinity };
  }

  /** Whether further steps are not worth the work. */
  get isOver(): boolean {
    return this.#length < SHORTEST;
  }

  /**
   * A unit of the ascent: points looked at, or what is proven of one part at the point at hand.
   * @param target the value of some plan: how long steps are
   * @param workLimit of the work, as `SetSequence` counts it; one look, or one proof, may take more
   */
  climb(target: number, workLimit: number): Climbed {
    const begun = this.#work();
    const isKnown = this.#parts.every((part) => part.sets.length > 0 || this.#beginSets(part));
    // Where sets are hard to find nothing is bounded.
    for (let work = 0; isKnown && !this.isOver && work < workLimit; work = this.#work() - begun) {
      // A proof is a unit of its own, and a round ends behind it.
      if (work > 0 && (this.#proven !== null || this.#isThrough(work))) break;
      if (!(this.#proven === null ? this.#step(target) : this.#prove(target))) {
        this.#length = 0;
      }
    }
    if (!isKnown) this.#length = 0;
    this.#direction &&= thousandths(this.#direction);
    const work = this.#work() - begun;
    return { bound: this.#lowest, work, ...this.#bookRound(work) };
  }

  /** Books the work of a unit. @returns whether a round is over, and whether it lowered the bound by a unit */
  #bookRound(work: number): Pick<Climbed, "isRound" | "isLower"> {
    this.#round.work += work;
    const { from } = this.#round;
    const isRound = this.isOver || (this.#isThrough(0) && this.#proven === null);
    const isLower = Math.floor(this.#lowest + 1e-6) < Math.floor(from + 1e-6);
    if (isRound) this.#round = { work: 0, steps: 0, from: this.#lowest };
    return { isRound, isLower };
  }

  /** Whether a round has done its work. @param more not booked yet */
  #isThrough(more: number): boolean {
    const { work, steps } = this.#round;
    return work + more >= ROUND_WORK && steps >= LEAST_STEPS;
  }

  #beginSets(part: Part): boolean {
    // The same from the same state: nothing of what was drawn before is kept.
    const set = part.own.randomSet(new Random(this.#steps + 1));
    if (set !== null) part.sets = [set];
    return set !== null;
  }

  /** Looks at the point at hand and goes on from it, or finds that it is to be proven. @returns false: nothing is bounded */
  #step(target: number): boolean {
    this.#steps++;
    this.#round.steps++;
    const next = this.#look(null);
    if (next.bound === Infinity) return false;
    if (this.#steps % PROVEN === 0 || next.bound < this.#wanted) this.#proven = [];
    else this.#goOn(next, target);
    return true;
  }

  /** A bound below this is progress. */
  get #wanted(): number {
    if (this.#lowest === Infinity) return Infinity;
    return this.#lowest - Math.max(0.5, LEAST_PROGRESS * Math.abs(this.#lowest));
  }

  /** Proves the sets of the next part; once all are, goes on from the point. @returns false: nothing is bounded */
  #prove(target: number): boolean {
    const proven = this.#proven!, part = this.#parts[proven.length], { own } = part;
    own.setPrices(this.#point, part.cap);
    own.weigh();
    const good = own.goodSet(part.sets), proof = own.provenSet(good.value);
    if (proof.bound === Infinity) return false;
    if (proof.set !== null) own.remember(part.sets, proof.set, 0);
    const set = elementsOf(proof.set ?? good.set);
    this.#proven = [...proven, { bound: proof.bound, set }];
    if (this.#proven.length < this.#parts.length) return true;
    const next = this.#look(this.#proven);
    this.#proven = null;
    this.#goOn(next, target);
    return next.bound < Infinity;
  }

  /** Goes on from where a point was looked at; where that has brought nothing for long, with shorter steps from the lowest one. */
  #goOn(next: Looked, target: number): void {
    if (next.bound < this.#wanted) {
      this.#lowest = next.bound;
      this.#centre = this.#point.slice();
      this.#idle = 0;
    } else if (++this.#idle > PATIENCE) {
      this.#length *= SHORTER;
      this.#idle = 0;
      this.#point.set(this.#centre);
      this.#direction = null;
      const { slope } = this.#look(null);
      return this.#move({ bound: this.#lowest, slope }, target);
    }
    this.#move(next, target);
  }

  #work(): number {
    return this.#parts.reduce((sum, { own }) => sum + own.work, 0);
  }

  /**
   * The bound at the point at hand.
   * @param proven of each part what its sets are worth at most; else exchanges find them, and the bound may be too low
   */
  #look(proven: readonly ProvenSets[] | null): Looked {
    const { positions: R, year, emptyCost, allowPartial, line } = this.#tables;
    const slope = new Float64Array(this.#point.length);
    let bound = this.#boundSlots(slope) - emptyCost;
    for (const [i, part] of this.#parts.entries()) {
      const { own, from } = part, E = own.at.length;
      own.setPrices(this.#point, part.cap);
      own.weigh();
      const sequence = own.bestSequence();
      if (sequence === -Infinity) return { bound: Infinity, slope };
      const { value, set } = proven === null
        ? own.goodSet(part.sets)
        : { value: proven[i].bound, set: setOf(proven[i].set, E) };
      const worth = sequence + value + (allowPartial ? line : 0);
      if (allowPartial && worth < 0) continue;
      bound += part.lines * worth;
      for (let t = 0; t < year; t++) slope[slotOf(t, own.at[own.sequence[t]], R)] -= part.lines;
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
      if (s < firstSlotOf(year, R)) slope[s] = lines;
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
      const moved = Math.max(-FURTHEST, Math.min(FURTHEST, point[i] - step * direction[i]));
      point[i] = Math.round(1000 * moved) / 1000;
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
  const sizes = groups.map((g) => cap[slotOf(T - 1, g, R)]);
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

/** Elements of a set. */
function elementsOf(set: Uint8Array): number[] {
  return Array.from(set.keys()).filter((e) => set[e] === 1);
}

function setOf(elements: readonly number[], size: number): Uint8Array {
  const set = new Uint8Array(size);
  for (const e of elements) set[e] = 1;
  return set;
}

/** A vector as a checkpoint keeps it. */
function thousandths(values: Float64Array): Float64Array {
  return values.map((x) => Math.round(1000 * x) / 1000);
}
