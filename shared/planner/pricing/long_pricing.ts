// Pricing of lines of many terms, which cannot be enumerated: line beginnings are extended term by term, bounded by
// what pairs of terms can still bring (`PairBounds`). Of beginnings that no rule and no affinity tells apart the
// best one goes on; of the others at most so many, the ones of the highest bounds. What is left behind bounds the
// result: it is exact where nothing was left behind that could be better.

import { bitCount } from "../model/bits.ts";
import { cellOf, firstCellOf, linesIn, slotOf, weightAt } from "../model/flat.ts";
import { OBJECTIVE } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import type { LeaveCosts } from "./leave_costs.ts";
import { LineAnneal } from "./line_anneal.ts";
import { LineClimb } from "./line_climb.ts";
import { DistinctLines, lineAt, lineCopy, lineName } from "../model/lines.ts";
import type { PlannerTables } from "../model/tables.ts";
import { ChainBound } from "./chain_bounds.ts";
import { SetBound } from "./set_bounds.ts";
import { SetSequence } from "./set_sequence.ts";
import { PairBounds } from "./pair_bounds.ts";
import { type ListOptions, type PricingOptions, type PricingResult, WIDTHS } from "./pricing.ts";
import { HalfProof } from "./half_proof.ts";
import { KeyProof } from "./key_proof.ts";
import {
  LineProof,
  type LineProving,
  type ProvenStretch,
  type StretchOptions,
} from "./line_proof.ts";
import { VarietyCount } from "./varieties.ts";

/** Beginnings that go on from a term, at most, by width; fewer where their bounds would take much memory. */
const KEPT = [120, 500, 500];
/** Rounds of gathering value at terms, by width: bounds that hardly matter are not worth many. */
const GATHERINGS = [1, 2, 4];
const MOST_CELLS = 900_000;
/** Extensions of them that are bounded closely, for each that may go on. */
const CLOSE = 3;
/** Best lines from which single terms are exchanged, so that every slot sees a good line. */
const EXCHANGED = 40;
/** Best lines that are kicked, and how often each. */
const KICKED_LINES = 12;
const KICKS = 8;
/** From so many terms on climbs end far below the best lines: lines are annealed, so many with so many tries, by width. */
export const ANNEALED_TERMS = 9;
const ANNEALED = [48, 96];
const TRIES = 12_000;
/** Heats of the first try, in turn; and tries that are as much work as a node. */
const HEATS = [15, 30, 60];
const NODE_TRIES = 2.5;
/** Lines that it gives. */
const MOST_FOUND = 200;
/** Steps of climbs that are as much work as a node. */
const CLIMB_STEPS = 4;
/** Steps of the bound over sets that are as much work as a node. */
const SET_STEPS = 80;
/** Lines that the bound over sets gives. */
const SET_LINES = 60;
/** Steps of the choice of different positions for one line. */
const SEPARATE_STEPS = 500;
/** The same for a list of all such choices. */
const LIST_STEPS = 20 * SEPARATE_STEPS;
/** Bounds are sums of rounded numbers. */
const SLACK = 1e-6;
/** A half of lines of up to eight terms is as much work as so many heads. */
const HALF_HEADS = 2;

/** Up to so many terms lines are bounded over beginnings and chains; beginnings that go on from a term, at most. */
const CHAIN_TERMS = 6;
const CHAINS_KEPT = 20_000;
/** Steps of that bound: half a second at most, which hardly any takes. */
const CHAIN_STEPS = 80_000_000;
/** Steps of the closer bounds that are as much work as a node, and those of pairs. */
const BOUND_STEPS = 30;
const PAIR_STEPS = 100;

/** A bound on all lines, and lines that may be legal. */
interface CloserBound {
  bound: number;
  lines: Int32Array[];
}

/** The beginnings of lines after some terms, as flat tables. */
interface Level {
  count: number;
  /** [beginning, term] classes so far. */
  classes: Int32Array;
  /** [i * cells + u * labels + b] what label b at term u > t is worth beside what is chosen. */
  worth: Float64Array;
  /** [i] value, the same in shifted terms, and bound on all that begin so; leave counts once lines are whole. */
  value: Float64Array;
  shifted: Float64Array;
  bound: Float64Array;
  /** [i] features covered, and whether a pair of positions is among the classes. */
  covered: Int32Array;
  /** [i] terms without leave, as bits. */
  blocked: Int32Array;
}

/** Finds the best legal lines of many terms at given slot prices. */
export class LongPricer {
  readonly #tb: PlannerTables;
  /** What leave costs lines beside their positions; null where it costs nothing. */
  readonly #leave: LeaveCosts | null;
  readonly #climb: LineClimb;
  readonly #anneal: LineAnneal;
  readonly #bounds: PairBounds;
  readonly #meet: (t: number, u: number, a: number, b: number) => boolean;
  #kept = 0;
  /** [term, class] best value of a position of the class, and that position. */
  readonly #v: Float64Array;
  readonly #vAt: Int32Array;
  readonly #vKey: Float64Array;
  readonly #timesMost: Int32Array;
  readonly #used: Int32Array;
  readonly #varieties: VarietyCount[];
  /** [sum of limits] last term that counts in it. */
  readonly #lastTerm: Int32Array;
  readonly #times: Int32Array;
  readonly #hash: Float64Array;
  /** [features] whether classes open at term t or later can cover them. */
  readonly #line: Int32Array;
  readonly #trial: Int32Array;
  readonly #slotBest: Float64Array;
  readonly #slotLine: Int32Array;
  #chains: ChainBound | null = null;
  #cap: Int32Array;
  #open: Int32Array[] = [];
  #coverable: Int32Array = new Int32Array(0);
  #prices: Float64Array = new Float64Array(0);
  #steps = 0;
  #work = 0;
  /** Highest bound of what was left behind. */
  #behind = -Infinity;

  /** One part: all lines. */
  readonly parts = 1;
  groupOf(): number {
    return -1;
  }
  widerOf(): number {
    return -1;
  }

  readonly widths = WIDTHS;
  /** Null where there is none; not there before it is first asked for. */
  #proof: LineProof | HalfProof | KeyProof | null | undefined;

  /** @param leave with the prices of the day; classes are of positions with leave or without */
  constructor(tables: PlannerTables, leave: LeaveCosts | null = null) {
    const { terms: T, classes: C, keys: K } = tables;
    this.#tb = tables;
    this.#leave = leave;
    this.#climb = new LineClimb(tables, leave);
    this.#anneal = new LineAnneal(tables, leave);
    this.#meet = meetings(tables);
    this.#bounds = new PairBounds(tables, this.#meet);
    this.#v = new Float64Array(T * C);
    this.#vAt = new Int32Array(T * C);
    this.#vKey = new Float64Array(T * K);
    this.#timesMost = Int32Array.from(
      tables.members,
      (members) => tables.distinct ? members.length : T,
    );
    this.#used = new Int32Array(tables.limits);
    this.#varieties = tables.varieties.map((variety) => new VarietyCount(variety));
    this.#lastTerm = lastTerms(tables);
    this.#times = new Int32Array(C);
    // Irrational multiples: sums of different classes differ.
    this.#hash = Float64Array.from({ length: C + tables.limits }, (_, i) => fraction(i + 1));
    this.#line = new Int32Array(T);
    this.#trial = new Int32Array(T);
    this.#slotBest = new Float64Array(T * C);
    this.#slotLine = new Int32Array(T * C * T);
    this.#cap = tables.cap;
    this.setPosts(tables.cap);
  }

  /** Prices over these posts from now on. @param cap [slot], nothing above what the tables have */
  setPosts(cap: Int32Array): void {
    const { terms: T, positions: R, members, cover } = this.#tb;
    this.#cap = cap;
    this.#open = Array.from(
      { length: T },
      (_, t) =>
        Int32Array.from(
          members.keys().filter((c) => members[c].some((r) => cap[slotOf(t, r, R)] > 0)),
        ),
    );
    this.#coverable = new Int32Array(T + 1);
    for (let t = T - 1; t >= 0; t--) {
      this.#coverable[t] = this.#open[t].reduce((all, c) => all | cover[c], this.#coverable[t + 1]);
    }
  }

  /** See `LinePricing.proof`. */
  get proof(): LineProving | null {
    if (this.#proof === undefined) {
      // Of many terms halves say nothing of weeks, and lie far above the best line now and then; of fewer they are of the
      // finest elements, so that what they find breaks no rule.
      this.#proof = KeyProof.of(this.#tb) ?? HalfProof.of(this.#tb, LONG_TERMS) ??
        LineProof.of(this.#tb);
    }
    const proof = this.#proof;
    if (proof === null) return null;
    const each = proof instanceof HalfProof && this.#tb.terms < ANNEALED_TERMS ? HALF_HEADS : 1;
    return {
      heads: each * proof.heads,
      isByKeys: proof instanceof KeyProof,
      isByHalves: !(proof instanceof LineProof),
      prove: (prices, floor, stretch) => this.prove(prices, this.#cap, floor, stretch),
    };
  }

  /**
   * A stretch of the proof over these posts, leave left out but for lines that have none.
   * @param cap [slot]
   * @param isLast no proof over other posts follows: what was kept for it is let go
   */
  prove(
    prices: Float64Array,
    cap: Int32Array,
    floor: number,
    { from, workLimit, least = floor, root, loosening }: Omit<StretchOptions, "part">,
    isLast = true,
  ): ProvenStretch {
    const proof = this.#proof!;
    const found = proof instanceof KeyProof
      ? proof.prove(prices, cap, floor, from, workLimit, least, root, loosening)
      : proof.prove(prices, cap, least, from, workLimit);
    if (found.next === null && isLast && proof instanceof HalfProof) proof.letGo();
    const legal = found.lines.filter((line) => this.#climb.isLegal(line));
    const lines = Int32Array.from(legal.flatMap((line) => [...line]));
    return { ...found, lines, count: legal.length };
  }

  /** See `Pricer.price`. */
  price(
    prices: Float64Array,
    floor: number,
    { bestOnly = false, width = WIDTHS - 1, isBounding = false, starts }: PricingOptions = {},
  ): PricingResult {
    this.#slotBest.fill(floor);
    const isAnnealed = this.#tb.terms >= ANNEALED_TERMS && width < ANNEALED.length;
    if (isAnnealed && !isBounding && starts?.length) {
      return this.#priceByAnnealing(prices, floor, width, starts);
    }
    const last = this.#extendAll(prices, floor, true, width);
    const { terms: T } = this.#tb;
    let reached = floor, best = -Infinity;
    const order = last === null ? [] : Array.from({ length: last.count }, (_, i) => i)
      .sort((a, b) => last.value[b] - last.value[a] || a - b);
    const ends: Int32Array[] = [];
    for (const i of order) {
      const classes = lineAt(last!.classes, i, T);
      reached = Math.max(reached, last!.value[i]);
      const value = last!.value[i] - this.#choosePositions(classes);
      if (!(value > floor)) continue;
      best = Math.max(best, value);
      this.#offer(value);
      if (ends.length < EXCHANGED) ends.push(this.#line.slice());
      if (bestOnly) break;
    }
    for (const { line, value } of this.#climbFrom(ends, starts)) {
      if (!(value > floor)) continue;
      best = Math.max(best, value);
      this.#line.set(line);
      this.#offer(value);
      if (!bestOnly) best = Math.max(best, this.#exchange(line, floor));
    }
    let bound = Math.max(reached, this.#behind, best);
    if (width === WIDTHS - 1 && bound > Math.max(best, floor) + SLACK) {
      // Closer bounds know of leave what it costs at least.
      const least = this.#leave?.least ?? 0;
      const found = this.#boundClosely(Math.max(best, floor) + least, floor + least);
      for (const line of found.lines) {
        best = Math.max(best, this.#offerLegal(line, floor));
        if (!bestOnly && best > floor) {
          best = Math.max(best, this.#exchange(this.#line.slice(), floor));
        }
      }
      bound = Math.min(bound, Math.max(best, floor, found.bound - least));
    }
    const { lines, count } = this.#collect(floor);
    return {
      best: bound,
      found: best > -Infinity,
      exact: bound <= Math.max(best, floor) + SLACK,
      lines,
      count,
      work: this.#work,
    };
  }

  /** Of lines annealed from starts the best ones through every slot; it bounds nothing. */
  #priceByAnnealing(
    prices: Float64Array,
    floor: number,
    width: number,
    starts: Int32Array,
  ): PricingResult {
    const { terms: T } = this.#tb, random = new Random(Math.round(1000 * Math.abs(floor)) >>> 0);
    this.#prices = prices;
    this.#work = 0;
    this.#priceClasses();
    this.#anneal.setPrices(prices, this.#cap);
    this.#setDay();
    const many = linesIn(starts, T), runs = ANNEALED[width];
    const note = (line: Int32Array, value: number) => {
      this.#line.set(line);
      this.#offer(value);
    };
    let reached = -Infinity;
    for (let n = 0; n < runs; n++) {
      const line = lineCopy(starts, Math.floor(n * many / runs), T);
      if (!this.#climb.isOpen(line) || !this.#climb.isLegal(line)) continue;
      const first = HEATS[n % HEATS.length];
      const value = this.#anneal.anneal(line, { tries: TRIES, first, floor, note }, random);
      reached = Math.max(reached, value);
      this.#work += Math.round(TRIES / NODE_TRIES);
    }
    const { lines, count } = this.#collect(floor, MOST_FOUND);
    return {
      best: Infinity,
      found: count > 0,
      reached,
      exact: false,
      lines,
      count,
      work: this.#work,
    };
  }

  /** By the bound that fits the problem best; one, because each takes most of a unit's time. */
  #boundClosely(best: number, floor: number): CloserBound {
    // Its tables take some 20 MB: they are not kept, because each group of lines would keep its own.
    const fine = SetBound.of(this.#tb, this.#meet, false);
    if (fine !== null) return this.#boundBySets(fine, floor);
    if (this.#tb.terms <= CHAIN_TERMS) return this.#boundByChains(best);
    // All lines at once are bounded far lower (search/ascent.ts) where that can be.
    if (SetSequence.fits(this.#tb, this.#tb.cap)) return { bound: Infinity, lines: [] };
    const coarse = SetBound.of(this.#tb, this.#meet);
    return coarse === null ? { bound: Infinity, lines: [] } : this.#boundBySets(coarse, floor);
  }

  #boundBySets(sets: SetBound, floor: number): CloserBound {
    this.#work += Math.round(sets.steps / SET_STEPS);
    return sets.price(this.#prices, this.#cap, floor, SET_LINES);
  }

  #boundByChains(best: number): CloserBound {
    this.#chains ??= new ChainBound(this.#tb);
    const found = this.#chains.price(
      this.#v,
      this.#vAt,
      best,
      CHAINS_KEPT,
      SET_LINES,
      CHAIN_STEPS,
    );
    this.#work += Math.round(found.steps / BOUND_STEPS);
    return found;
  }

  /** Different lines that no step betters, the best first: from these, from the starts, and from kicks of the best. */
  #climbFrom(ends: readonly Int32Array[], starts: Int32Array = new Int32Array(0)) {
    const { terms: T } = this.#tb, climb = this.#climb, random = new Random(ends.length + 1);
    this.#setDay();
    const known = new Map<string, { line: Int32Array; value: number }>();
    const note = (line: Int32Array) => {
      const value = climb.climb(line);
      known.set(lineName(line, 0, line.length), { line, value });
    };
    for (const end of ends) note(end.slice());
    for (let at = 0; at < starts.length; at += T) {
      const line = starts.slice(at, at + T);
      if (climb.isOpen(line) && climb.isLegal(line)) note(line);
    }
    const best = () => [...known.values()].sort((a, b) => b.value - a.value).slice(0, EXCHANGED);
    for (const { line } of best().slice(0, KICKED_LINES)) {
      for (let n = 0; n < KICKS; n++) {
        const other = line.slice();
        if (climb.kick(other, random)) note(other);
      }
    }
    this.#work += Math.round(climb.steps / CLIMB_STEPS);
    return best();
  }

  /** The prices of the day, for climbs. */
  #setDay(): void {
    this.#climb.setPrices({
      open: this.#open,
      v: this.#v,
      vAt: this.#vAt,
      prices: this.#prices,
      cap: this.#cap,
    });
  }

  /** Keeps a line where it is legal. @returns its value; -Infinity where it is not, or no more than the floor */
  #offerLegal(line: Int32Array, floor: number): number {
    this.#line.set(line);
    if (!this.#climb.isLegal(line)) return -Infinity;
    const value = this.#climb.value(line);
    if (!(value > floor)) return -Infinity;
    this.#offer(value);
    return value;
  }

  /** See `Pricer.list`. */
  list(prices: Float64Array, floor: number, most: number, { whole }: ListOptions = {}) {
    const { terms: T } = this.#tb;
    const isWhole = whole !== undefined;
    // What the bounds of pairs take is known before.
    const bounding = isWhole ? this.#bounds.steps(GATHERINGS[WIDTHS - 2]) / PAIR_STEPS : 0;
    if (isWhole && bounding > whole) return { lines: new Int32Array(0), complete: false, work: 0 };
    const isOver = () => isWhole && (this.#behind > floor || bounding + this.#work > whole);
    const last = this.#extendAll(prices, floor, false, WIDTHS - 2, isOver);
    const lines: number[] = [], stop = most * T;
    let isCut = isOver();
    for (let i = 0; last !== null && i < last.count && lines.length < stop; i++) {
      if (isWhole && isCut) break;
      const classes = lineAt(last.classes, i, T);
      this.#steps = 0;
      this.#listPositions(classes, 0, last.value[i] - floor, lines, stop);
      if (isWhole) this.#work += this.#steps;
      isCut ||= this.#steps > LIST_STEPS || isOver();
    }
    this.#work += Math.round(bounding);
    const complete = this.#behind <= floor && !isCut && lines.length < stop;
    return { lines: Int32Array.from(lines), complete, work: this.#work };
  }

  /**
   * Extends beginnings to whole lines above the floor; null where there are none.
   * @param merge the best of like ones alone
   * @param isOver asked before each term: whether no line is wanted any more
   */
  #extendAll(
    prices: Float64Array,
    floor: number,
    merge: boolean,
    width: number,
    isOver = () => false,
  ): Level | null {
    const { terms: T, need, needBesidePairs } = this.#tb;
    this.#prices = prices;
    this.#work = 0;
    this.#behind = -Infinity;
    this.#priceClasses();
    this.#kept = Math.max(
      100,
      Math.min(KEPT[width], Math.floor(MOST_CELLS / (T * this.#bounds.labels))),
    );
    this.#bounds.update(this.#vKey, GATHERINGS[width]);
    let level: Level | null = this.#root();
    for (let t = 0; t < T && level !== null; t++) {
      if (isOver()) return null;
      level = this.#extend(level, t, floor, merge);
    }
    if (level === null) return null;
    // What lines with a pair must cover beside it is told at the end.
    const keep = Array.from({ length: level.count }, (_, i) => i).filter((i) => {
      const classes = lineAt(level!.classes, i, T);
      const wanted = this.#holdsPair(classes) ? need | needBesidePairs : need;
      return (wanted & ~level!.covered[i]) === 0;
    });
    return keep.length === 0 ? null : this.#pick(level, keep);
  }

  #root(): Level {
    const { terms: T } = this.#tb, { unary, total } = this.#bounds;
    return {
      count: 1,
      classes: new Int32Array(T),
      worth: unary.slice(),
      value: Float64Array.of(0),
      shifted: Float64Array.of(0),
      bound: Float64Array.of(total),
      covered: Int32Array.of(0),
      blocked: Int32Array.of(0),
    };
  }

  #pick(level: Level, kept: readonly number[]): Level {
    const { terms: T } = this.#tb;
    const classes = new Int32Array(kept.length * T);
    kept.forEach((i, n) => classes.set(lineAt(level.classes, i, T), firstCellOf(n, T)));
    return {
      count: kept.length,
      classes,
      worth: level.worth,
      value: Float64Array.from(kept, (i) => level.value[i]),
      shifted: Float64Array.from(kept, (i) => level.shifted[i]),
      bound: Float64Array.from(kept, (i) => level.bound[i]),
      covered: Int32Array.from(kept, (i) => level.covered[i]),
      blocked: Int32Array.from(kept, (i) => level.blocked[i]),
    };
  }

  /** All ways to go on at term t, bounded loosely first, the best of them closely. */
  #extend(level: Level, t: number, floor: number, merge: boolean): Level | null {
    const { classes: C, keyOf, terms: T, keys: K } = this.#tb, L = this.#bounds.labels;
    const from: number[] = [], by: number[] = [], loose: number[] = [], gains: number[] = [];
    for (let i = 0; i < level.count; i++) {
      const held = level.classes.subarray(firstCellOf(i, T), cellOf(i, t, T)),
        at = cellOf(i, t, T) * L;
      this.#use(held);
      let most = -Infinity;
      for (let b = 0; b < L; b++) most = Math.max(most, level.worth[at + b]);
      const rest = level.bound[i] - most;
      for (const c of this.#open[t]) {
        const key = keyOf[c], isHeld = this.#holdsKey(held, key);
        const own = level.worth[at + (isHeld ? K + key : key)] -
          (this.#vKey[t * K + key] - this.#v[slotOf(t, c, C)]);
        const least = rest + own - this.#leaveCost(level.blocked[i], c, t);
        if (least <= floor || !this.#fits(held, c, t, level.covered[i])) continue;
        from.push(i);
        by.push(c);
        loose.push(least);
        gains.push(own);
      }
      this.#release(held);
      this.#work += this.#open[t].length;
    }
    const most = CLOSE * this.#kept;
    const order = this.#highest(loose, most);
    return this.#bound(level, t, floor, order, { from, by, gains }, merge);
  }

  /** Bounds the chosen extensions closely, merges like ones and keeps the best. */
  // deno-lint-ignore house/long-function -- one loop over candidates whose arrays are filled side by side
  #bound(
    level: Level,
    t: number,
    floor: number,
    order: readonly number[],
    { from, by, gains }: { from: number[]; by: number[]; gains: number[] },
    merge: boolean,
  ): Level | null {
    const { terms: T, cover } = this.#tb, cells = T * this.#bounds.labels;
    const scratch = new Float64Array(cells);
    const bounds: number[] = [],
      values: number[] = [],
      kept: number[] = [],
      at = new Map<number, number>();
    for (const n of order) {
      const i = from[n], c = by[n];
      const held = level.classes.subarray(firstCellOf(i, T), cellOf(i, t, T));
      const cost = this.#leaveCost(level.blocked[i], c, t);
      const value = level.value[i] + this.#gain(held, c, t) - (t + 1 === T ? cost : 0);
      const bound = t + 1 === T
        ? value
        : level.shifted[i] + gains[n] + this.#rest(level, i, t, this.#labelOf(held, c), scratch) -
          cost;
      this.#work += T - t;
      if (bound <= floor) continue;
      if (merge) {
        const name = this.#signature(held, c, t, level.blocked[i]), like = at.get(name);
        if (like !== undefined) {
          if (values[like] >= value) continue;
          kept[like] = n;
          values[like] = value;
          bounds[like] = bound;
          continue;
        }
        at.set(name, kept.length);
      }
      kept.push(n);
      values.push(value);
      bounds.push(bound);
    }
    const best = this.#highest(bounds, this.#kept);
    if (best.length === 0) return null;
    const next: Level = {
      count: best.length,
      classes: new Int32Array(best.length * T),
      worth: t + 1 < T ? new Float64Array(best.length * cells) : scratch,
      value: new Float64Array(best.length),
      shifted: new Float64Array(best.length),
      bound: new Float64Array(best.length),
      covered: new Int32Array(best.length),
      blocked: new Int32Array(best.length),
    };
    best.forEach((b, j) => {
      const n = kept[b], i = from[n], c = by[n];
      const held = level.classes.subarray(firstCellOf(i, T), cellOf(i, t, T));
      next.classes.set(held, firstCellOf(j, T));
      next.classes[cellOf(j, t, T)] = c;
      next.value[j] = values[b];
      next.shifted[j] = level.shifted[i] + gains[n];
      next.bound[j] = bounds[b] + this.#leaveCost(level.blocked[i], c, t);
      next.covered[j] = level.covered[i] | cover[c];
      next.blocked[j] = this.#blockedBy(level.blocked[i], c, t);
      if (t + 1 === T) return;
      this.#rest(level, i, t, this.#labelOf(held, c), scratch);
      next.worth.set(scratch, j * cells);
    });
    return next;
  }

  /** Terms without leave once class c comes at term t. */
  #blockedBy(blocked: number, c: number, t: number): number {
    return this.#leave === null ? 0 : blocked | this.#leave.bit(t, this.#tb.members[c][0]);
  }

  /** What leave costs at least then. */
  #leaveCost(blocked: number, c: number, t: number): number {
    return this.#leave === null ? 0 : this.#leave.cost(this.#blockedBy(blocked, c, t));
  }

  /** What class c at term t is worth after the classes held. */
  #gain(held: Int32Array, c: number, t: number): number {
    const { classes: C, keyOf, keys: K, affinity } = this.#tb, row = keyOf[c] * K;
    let gain = this.#v[slotOf(t, c, C)];
    if (t > 0) gain += OBJECTIVE.adj * affinity[row + keyOf[held[t - 1]]];
    if (this.#holdsKey(held, keyOf[c])) return gain;
    for (let u = 0; u < t; u++) {
      const key = keyOf[held[u]];
      if (!this.#holdsKey(held.subarray(0, u), key)) gain += OBJECTIVE.all * affinity[row + key];
    }
    return gain;
  }

  /** What is worth most in the terms after t, beside label a at t; `worth` gets the labels' worth there. */
  #rest(level: Level, i: number, t: number, a: number, worth: Float64Array): number {
    const T = this.#tb.terms, L = this.#bounds.labels, cells = T * L;
    let sum = 0;
    for (let u = t + 1; u < T; u++) {
      const at = u * L, source = i * cells + at;
      for (let b = 0; b < L; b++) worth[at + b] = level.worth[source + b];
      this.#bounds.add(t, a, u, worth, at);
      let most = -Infinity;
      for (let b = 0; b < L; b++) if (worth[at + b] > most) most = worth[at + b];
      sum += most;
    }
    return sum;
  }

  #labelOf(held: Int32Array, c: number): number {
    const { keyOf, keys: K } = this.#tb;
    return keyOf[c] + (this.#holdsKey(held, keyOf[c]) ? K : 0);
  }

  #holdsKey(held: Int32Array, key: number): boolean {
    const { keyOf } = this.#tb;
    for (let t = 0; t < held.length; t++) if (keyOf[held[t]] === key) return true;
    return false;
  }

  #holdsPair(classes: Int32Array): boolean {
    const { hasPairs, nextClass } = this.#tb;
    return hasPairs && classes.some((c) => nextClass[c] >= 0);
  }

  /** The indexes of the highest values, at most so many, highest first; the first one left out is left behind. */
  #highest(values: readonly number[], most: number): number[] {
    const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
    if (order.length > most) this.#behind = Math.max(this.#behind, values[order[most]]);
    return order.slice(0, most);
  }

  /** One number for all that tells two beginnings apart: classes, the last key, what limits have used, and the leave that is open. */
  #signature(held: Int32Array, c: number, t: number, blocked: number): number {
    const { terms: T, classes: C, keyOf, limitStart, limitOf, limitWeight, limitUse } = this.#tb;
    let sum = this.#hash[c];
    const limit = (own: number, at: number) => {
      for (let e = limitStart[own]; e < limitStart[own + 1]; e++) {
        const l = limitOf[e], use = limitUse[l];
        // What no later term counts in tells nothing apart.
        if (this.#lastTerm[use] > t) sum += this.#hash[C + use] * limitWeight[weightAt(l, at, T)];
      }
    };
    for (let u = 0; u < t; u++) {
      sum += this.#hash[held[u]];
      limit(held[u], u);
    }
    limit(c, t);
    if (this.#leave !== null) {
      sum += fraction(-1 - this.#leave.state(this.#blockedBy(blocked, c, t), t));
    }
    // Sums in another order may differ in their last digits.
    const own = this.#tb.hasPairs ? c : keyOf[c];
    return Math.round(sum * 2 ** 36) * 64 + own % 64 + Math.floor(own / 64) / 1024;
  }

  #use(held: Int32Array): void {
    const { terms: T, limitStart, limitOf, limitWeight, limitUse } = this.#tb;
    for (let t = 0; t < held.length; t++) {
      const c = held[t];
      this.#times[c]++;
      for (const variety of this.#varieties) variety.use(c, 1);
      for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
        this.#used[limitUse[limitOf[e]]] += limitWeight[weightAt(limitOf[e], t, T)];
      }
    }
  }

  #release(held: Int32Array): void {
    for (const c of held) {
      this.#times[c] = 0;
      for (const variety of this.#varieties) variety.use(c, -1);
    }
    this.#used.fill(0);
  }

  /** Whether class c may come at term t, after what is in use. */
  #fits(held: Int32Array, c: number, t: number, covered: number): boolean {
    if (this.#times[c] >= this.#timesMost[c]) return false;
    const { terms: T, limitStart, limitOf, limitWeight, limitMax, limitUse, hasPairs } = this.#tb;
    for (let e = limitStart[c]; e < limitStart[c + 1]; e++) {
      const l = limitOf[e];
      if (this.#used[limitUse[l]] + limitWeight[weightAt(l, t, T)] > limitMax[l]) return false;
    }
    for (const variety of this.#varieties) if (!variety.allows(c, T - t - 1)) return false;
    if (hasPairs && !this.#follows(t > 0 ? held[t - 1] : -1, c, t)) return false;
    const missing = this.#tb.need & ~(covered | this.#tb.cover[c]);
    return missing === 0 || this.#canCover(missing, t + 1);
  }

  /** Whether class c may follow class a (-1: none) at term t. */
  #follows(a: number, c: number, t: number): boolean {
    const { terms: T, nextClass, previousClass } = this.#tb;
    if (t === T - 1 && nextClass[c] >= 0) return false;
    if (a < 0) return previousClass[c] < 0;
    return (nextClass[a] < 0 || nextClass[a] === c) &&
      (previousClass[c] < 0 || previousClass[c] === a);
  }

  /** A position covers two features at most. */
  #canCover(missing: number, t: number): boolean {
    if ((missing & ~this.#coverable[t]) !== 0) return false;
    return bitCount(missing) <= 2 * (this.#tb.terms - t);
  }

  #priceClasses(): void {
    const { terms: T, positions: R, classes: C, keys: K, keyOf, members } = this.#tb;
    this.#v.fill(-Infinity);
    this.#vKey.fill(-Infinity);
    for (let t = 0; t < T; t++) {
      for (const c of this.#open[t]) {
        for (const r of members[c]) {
          const s = slotOf(t, r, R);
          if (this.#cap[s] > 0 && -this.#prices[s] > this.#v[slotOf(t, c, C)]) {
            this.#v[slotOf(t, c, C)] = -this.#prices[s];
            this.#vAt[slotOf(t, c, C)] = r;
          }
        }
        const k = t * K + keyOf[c];
        this.#vKey[k] = Math.max(this.#vKey[k], this.#v[slotOf(t, c, C)]);
      }
    }
  }

  /** Positions of the classes into #line; returns what different ones cost against the best, Infinity where there are none. */
  #choosePositions(classes: Int32Array): number {
    const { terms: T, classes: C, distinct } = this.#tb, line = this.#line;
    let repeated = false;
    for (let t = 0; t < T; t++) {
      line[t] = this.#vAt[slotOf(t, classes[t], C)];
      if (distinct) { for (let i = 0; i < t; i++) repeated ||= line[i] === line[t]; }
    }
    if (!repeated) return 0;
    this.#steps = 0;
    this.#trial.fill(-1);
    return this.#separate(classes, 0, 0, Infinity);
  }

  #separate(classes: Int32Array, t: number, loss: number, best: number): number {
    const { terms: T, positions: R, classes: C, members } = this.#tb;
    if (t === T) {
      this.#line.set(this.#trial);
      return loss;
    }
    const c = classes[t], top = this.#v[slotOf(t, c, C)];
    for (const r of members[c]) {
      const s = slotOf(t, r, R);
      if (this.#cap[s] === 0) continue;
      const more = loss + top + this.#prices[s];
      if (more >= best || this.#trial.subarray(0, t).includes(r)) continue;
      if (++this.#steps > SEPARATE_STEPS && best < Infinity) break;
      this.#trial[t] = r;
      best = Math.min(best, this.#separate(classes, t + 1, more, best));
    }
    return best;
  }

  /** Every choice of positions that loses less than `room`. */
  #listPositions(classes: Int32Array, t: number, room: number, to: number[], stop: number): void {
    const { terms: T, positions: R, classes: C, members, distinct } = this.#tb;
    if (to.length >= stop || ++this.#steps > LIST_STEPS) return;
    if (t === T) {
      for (let i = 0; i < T; i++) to.push(this.#trial[i]);
      return;
    }
    const c = classes[t], top = this.#v[slotOf(t, c, C)];
    for (const r of members[c]) {
      const s = slotOf(t, r, R), loss = top + this.#prices[s];
      if (this.#cap[s] === 0 || loss >= room) continue;
      if (distinct && this.#trial.subarray(0, t).includes(r)) continue;
      this.#trial[t] = r;
      this.#listPositions(classes, t + 1, room - loss, to, stop);
    }
  }

  /** Keeps #line for every slot that it is the best one of. */
  #offer(value: number): void {
    const { terms: T, classes: C, classOf } = this.#tb;
    for (let t = 0; t < T; t++) {
      const i = slotOf(t, classOf[this.#line[t]], C);
      if (value <= this.#slotBest[i]) continue;
      this.#slotBest[i] = value;
      this.#slotLine.set(this.#line, firstCellOf(i, T));
    }
  }

  /** Every line that differs in one term, so that slots which no end reaches see a line. @returns the best */
  #exchange(line: Int32Array, floor: number): number {
    const { terms: T, classes: C, distinct } = this.#tb;
    let best = -Infinity;
    for (let t = 0; t < T; t++) {
      this.#line.set(line);
      for (const c of this.#open[t]) {
        const r = this.#vAt[slotOf(t, c, C)];
        if (r === line[t] || (distinct && line.includes(r))) continue;
        this.#line[t] = r;
        const value = this.#climb.value(this.#line);
        if (value <= floor || value <= this.#slotBest[slotOf(t, c, C)]) continue;
        if (!this.#climb.isLegal(this.#line)) continue;
        best = Math.max(best, value);
        this.#offer(value);
      }
    }
    return best;
  }

  #collect(floor: number, most = Infinity): { lines: Int32Array; count: number } {
    const { terms: T } = this.#tb;
    const slots = Array.from(this.#slotBest.keys()).filter((i) => this.#slotBest[i] > floor)
      .sort((a, b) => this.#slotBest[b] - this.#slotBest[a] || a - b);
    const found = new DistinctLines();
    for (const i of slots) found.add(lineCopy(this.#slotLine, i, T));
    const all = found.cells(), lines = all.subarray(0, Math.min(all.length, most * T));
    return { lines, count: linesIn(lines, T) };
  }
}

/** [sum of limits] last term in which some class counts; what a sum holds matters up to there. */
function lastTerms({ limits, limitUse, limitWeight, terms: T }: PlannerTables): Int32Array {
  const last = new Int32Array(limits).fill(-1);
  for (let l = 0; l < limits; l++) {
    for (let t = 0; t < T; t++) {
      if (limitWeight[weightAt(l, t, T)] > 0) last[limitUse[l]] = Math.max(last[limitUse[l]], t);
    }
  }
  return last;
}

/** A number in [0, 1) that no others of its kind add up to. */
function fraction(i: number): number {
  const x = Math.sin(i * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

/** Whether two keys can sit in two terms of one line: some class of each, as far as limits and pairs go. */
export function meetings(tables: PlannerTables) {
  const { terms: T, classes: C, keys: K, keyOf, limits, limitWeight, limitMax } = tables;
  const { limitStart, limitOf, limitUse } = tables;
  const classesOf = Array.from({ length: K }, () => [] as number[]);
  for (let c = 0; c < C; c++) classesOf[keyOf[c]].push(c);
  const kind = Array.from(
    { length: T },
    (_, t) => Array.from({ length: limits }, (_, l) => limitWeight[weightAt(l, t, T)]).join(),
  );
  const limitsOf = Array.from(
    { length: C },
    (_, c) => Array.from(limitOf.subarray(limitStart[c], limitStart[c + 1])),
  );
  const fit = (t: number, u: number, a: number, b: number) =>
    limitsOf[a].every((l) =>
      limitsOf[b].every((m) =>
        limitUse[l] !== limitUse[m] ||
        limitWeight[weightAt(l, t, T)] + limitWeight[weightAt(m, u, T)] <= limitMax[l]
      )
    );
  const known = new Map<string, Uint8Array>();
  return (t: number, u: number, a: number, b: number): boolean => {
    const name = `${kind[t]}|${kind[u]}`;
    let table = known.get(name);
    if (table === undefined) {
      table = new Uint8Array(K * K);
      for (let i = 0; i < K; i++) {
        for (let j = 0; j < K; j++) {
          table[i * K + j] = classesOf[i].some((c) =>
              classesOf[j].some((d) =>
                (c !== d || !tables.distinct || tables.members[c].length > 1) && fit(t, u, c, d)
              )
            )
            ? 1
            : 0;
        }
      }
      known.set(name, table);
    }
    return table[a * K + b] === 1;
  };
}

/** Lines of at least so many terms are priced here. */
export const LONG_TERMS = 6;
