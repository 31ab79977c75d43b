// A search in memory: the checkpoint unpacked, with what every phase needs at hand. Phases change it
// unit by unit; `save` packs it again.

import { firstCellOf, linesIn } from "../model/flat.ts";
import { Ascent } from "./ascent.ts";
import { fewLines } from "../feasibility/count_lp.ts";
import { LinePool, Master } from "./master.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import {
  packBasis,
  packCells,
  packPrices,
  unpackBasis,
  unpackCells,
  unpackPrices,
} from "../../engine/packing.ts";
import type { PlannerProblem } from "../problem.ts";
import { type LinePricing, LONG_TERMS, pricingFor } from "../pricing/group_pricing.ts";
import type { MergedTables } from "../model/merge.ts";
import { decisiveLines } from "./prove.ts";
import { LineTree } from "./tree.ts";
import { Random } from "../../engine/random.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { LineScorer, planSize, planValue, slotCounts } from "../model/line_values.ts";
import type { PlannerState } from "./state.ts";
import {
  forcedMissing,
  type PlannerTables,
  type ProblemTables,
  withoutWishes,
} from "../model/tables.ts";

/** What does not change during a search. */
export interface SearchInput {
  problem: PlannerProblem;
  bounds: RuleBounds;
  tables: ProblemTables;
  /** What the search works on: plans of a checkpoint hold merged positions. */
  merged: MergedTables;
}

/** The live form of a `PlannerState`. */
export class Search {
  readonly input: SearchInput;
  /** Everything of the checkpoint that is small; the packed parts live in the fields below. */
  readonly state: PlannerState;
  readonly random: Random;
  plan: Int32Array;
  best: Int32Array;
  basis: Uint8Array | null;
  /** Basis of the dive at hand. */
  diveBasis: Uint8Array | null;
  /** Duals that the dive at hand wants priced; empty while its LP is next. */
  divePrices: Float64Array;
  /** Duals waiting to be priced; empty while the master is next. */
  prices: Float64Array;
  /** Duals priced last. */
  lastPrices: Float64Array;
  /** Prices of the best bound; empty before there is one. */
  centre: Float64Array;
  #pool: LinePool | null = null;
  #moves: PlanMoves | null = null;
  /** Lines that these leave as they are, and whether they forget what is wished for. */
  #moved = 0;
  #arePlain = false;
  #pricer: LinePricing | null = null;
  #divePricer: LinePricing | null = null;
  #master: Master | null = null;
  /** Null where there is none; not there before it is first asked for. */
  #ascent: Ascent | null | undefined;
  #tables: PlannerTables | null = null;
  /** Null where they are too many; not there before they are first asked for. */
  #scarce: Int32Array | null | undefined;
  #tree: { wanted: number; tree: LineTree | null } | null = null;

  constructor(input: SearchInput, state: PlannerState) {
    const { positions: R, terms: T } = input.merged.tables;
    this.input = input;
    this.state = { ...state, work: { ...state.work }, unitMs: { ...state.unitMs } };
    this.random = new Random(state.rng);
    this.plan = unpackCells(state.plan, R, T);
    this.best = unpackCells(state.best, R, T);
    this.basis = state.basis === null ? null : unpackBasis(state.basis);
    this.diveBasis = state.diveBasis === null ? null : unpackBasis(state.diveBasis);
    this.divePrices = unpackPrices(state.divePrices);
    this.prices = unpackPrices(state.prices);
    this.lastPrices = unpackPrices(state.lastPrices);
    this.centre = unpackPrices(state.centre);
  }

  /** The tables with the number of lines lowered to what is proven possible. */
  get tables(): PlannerTables {
    const lines = this.state.linesBound;
    if (this.#tables?.lines !== lines) {
      const { tables } = this.input.merged;
      this.#tables = { ...tables, lines, cap: tables.cap.map((n) => Math.min(n, lines)) };
      this.#pricer = null;
      this.#divePricer = null;
      this.#master = null;
      this.#ascent = undefined;
      this.#scarce = undefined;
      this.#tree = null;
    }
    return this.#tables!;
  }

  get pricer(): LinePricing {
    const tables = this.tables;
    return this.#pricer ??= pricingFor(tables);
  }

  /** Pricing over the posts that a dive leaves: whoever uses it sets them first. */
  get divePricer(): LinePricing {
    const tables = this.tables;
    return this.#divePricer ??= pricingFor(tables);
  }

  get master(): Master {
    const tables = this.tables;
    return this.#master ??= new Master(tables);
  }

  /** The bound of long lines beside column generation; null where lines are bounded otherwise. */
  get ascent(): Ascent | null {
    const tables = this.tables;
    if (this.#ascent === undefined) {
      const isThere = tables.year >= LONG_TERMS && !this.state.isAscended;
      this.#ascent = isThere ? Ascent.of(tables) : null;
      if (this.state.ascent !== null) this.#ascent?.load(this.state.ascent);
    }
    return this.#ascent;
  }

  /** Nothing more comes of that bound: checkpoints have room for lines instead. */
  endAscent(): void {
    this.state.isAscended = true;
    this.state.ascent = null;
    this.#ascent = null;
  }

  /** The column pool, unpacked at first use. */
  get pool(): LinePool {
    if (this.#pool === null) {
      this.#pool = new LinePool(this.input.merged.tables);
      const { terms, positions } = this.input.merged.tables;
      const cells = unpackCells(this.state.pool, positions, terms);
      for (let at = 0; at < cells.length; at += terms) this.#pool.add(cells, at);
    }
    return this.#pool;
  }

  set pool(pool: LinePool) {
    this.#pool = pool;
  }

  /** The tree of the proof at hand over the lines that it asks for; null where they are too many. */
  get tree(): LineTree | null {
    const proof = this.state.proof!;
    if (this.#tree?.wanted !== proof.wanted) {
      const lines = decisiveLines(this.tables, this.lastPrices, proof);
      const tree = lines && new LineTree(this.tables, lines, this.lastPrices);
      this.#tree = { wanted: proof.wanted, tree };
    }
    return this.#tree!.tree;
  }

  /** The lines that are enough to settle how many there are; null where they are too many. */
  get scarce(): Int32Array | null {
    const tables = this.tables;
    if (this.#scarce === undefined) this.#scarce = fewLines(tables);
    return this.#scarce;
  }

  /** Whether the moves at hand forget what is wished for: those that did not have missed lines. */
  get isPlain(): boolean {
    const { phase, attempt, isPlain } = this.state;
    return isPlain || (phase === "construct" && attempt > 0 && this.tables.year >= LONG_TERMS);
  }

  /** The moves on the plan under construction. */
  get moves(): PlanMoves {
    const { isPlain, state: { kept } } = this;
    const isOther = this.#moved !== kept || this.#arePlain !== isPlain;
    if (this.#moves?.cells !== this.plan || isOther) {
      const tables = isPlain ? withoutWishes(this.tables) : this.tables;
      const fixed = new Uint8Array(this.plan.length).fill(1, 0, firstCellOf(kept, tables.terms));
      this.#moves = new PlanMoves(tables, this.plan, this.random, null, kept > 0 ? fixed : null);
      this.#moved = kept;
      this.#arePlain = isPlain;
    }
    return this.#moves!;
  }

  get bestLines(): number {
    return linesIn(this.best, this.input.tables.terms);
  }

  /** Forced lines that the best plan misses. */
  get bestMissing(): number {
    const { tables } = this.input.merged;
    return forcedMissing(tables, slotCounts(tables, this.best, this.bestLines));
  }

  /**
   * Takes the legal lines of a plan as the best plan when they hold more of the forced cells, or else
   * are more, or else are worth more.
   */
  offer(cells: Int32Array): boolean {
    const { tables } = this.input.merged, { terms } = tables;
    const scorer = new LineScorer(tables);
    const legal: number[] = [];
    for (let at = 0; at < cells.length; at += terms) {
      if (scorer.faults(cells, at) === 0) legal.push(...cells.subarray(at, at + terms));
    }
    const lines = linesIn(legal, terms);
    if (lines === 0) return false;
    const kept = Int32Array.from(legal);
    const gained = this.bestMissing - forcedMissing(tables, slotCounts(tables, kept, lines));
    if (gained < 0 || (gained === 0 && lines < this.bestLines)) return false;
    const value = planValue(tables, kept, lines);
    const old = this.state.bestValue;
    if (gained === 0 && lines === this.bestLines && old !== null && value <= old) return false;
    this.best = kept;
    this.state.bestValue = value;
    this.state.scale = Math.max(this.state.scale, planSize(tables, kept, lines));
    return true;
  }

  /** The checkpoint. */
  save(): PlannerState {
    const { positions: R, terms: T } = this.input.merged.tables;
    const pool = this.#pool;
    return {
      ...this.state,
      ascent: this.#ascent?.save() ?? this.state.ascent,
      rng: this.random.state,
      plan: packCells(this.plan, R, T),
      best: packCells(this.best, R, T),
      basis: this.basis === null ? null : packBasis(this.basis),
      diveBasis: this.diveBasis === null ? null : packBasis(this.diveBasis),
      divePrices: packPrices(this.divePrices),
      prices: packPrices(this.prices),
      lastPrices: packPrices(this.lastPrices),
      centre: packPrices(this.centre),
      pool: pool
        ? packCells(pool.cells.subarray(0, firstCellOf(pool.count, T)), R, T)
        : this.state.pool,
    };
  }
}
