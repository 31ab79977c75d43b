// The restricted master LP over whole lines, and the Lagrangean bound.
// max sum_p a(p) y_p + sum_s sum_k g_s(k) u_sk + W sum_p y_p,  sum_p y_p <= N,
// sum_{p uses s} y_p = sum_k u_sk,  0 <= u_sk <= 1. Units of equal gain are one column. The first of a
// slot are folded into the line columns (value + g_s(1)) and the row's right-hand side m (units of gain
// g_s(1)), so rows read sum_p y_p - sum_{k>m} u_sk <= m and the all-slack basis is feasible. Of an option of leave all
// units are columns, in rows of the weeks that its terms may take as well.

import { growBasis, keepItems } from "../../lp/basis.ts";
import { LpBuilder, LpSession, type LpSolution } from "../../lp/mod.ts";
import {
  cellOf,
  firstCellOf,
  firstSlotOf,
  positionOfSlot,
  slotOf,
  termOfSlot,
} from "../model/flat.ts";
import { addUses, budgetRows, budgetValue } from "../model/leave_choice.ts";
import { LineScorer } from "../model/line_values.ts";
import { lineName } from "../model/lines.ts";
import { gainRuns, type PlannerTables, slotGain } from "../model/tables.ts";
import { tiltsOf } from "./tilts.ts";

/** Columns of the restricted master: different lines with their values. */
export class LinePool {
  readonly #tables: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #index = new Map<string, number>();
  /** Row-major count x T position indexes. */
  cells: Int32Array;
  values: Float64Array;
  count = 0;

  constructor(tables: PlannerTables) {
    this.#tables = tables;
    this.#scorer = new LineScorer(tables);
    this.cells = new Int32Array(256 * tables.terms);
    this.values = new Float64Array(256);
  }

  /** Adds the line at `source[at ..]` unless it is there. @returns whether it was new */
  add(source: Int32Array, at: number): boolean {
    const before = this.count;
    return this.put(source, at) === before;
  }

  /** Adds the first lines of `source` that are not there yet. @returns how many those were */
  addAll(source: Int32Array, count: number): number {
    let added = 0;
    for (let j = 0; j < count; j++) {
      if (this.add(source, firstCellOf(j, this.#tables.terms))) added++;
    }
    return added;
  }

  /** Adds the line at `source[at ..]` unless it is there. @returns its index */
  put(source: Int32Array, at: number): number {
    const T = this.#tables.terms;
    const name = lineName(source, at, T);
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    if (this.count === this.values.length) this.#grow();
    this.cells.set(source.subarray(at, at + T), firstCellOf(this.count, T));
    this.values[this.count] = this.#scorer.value(source, at);
    this.#index.set(name, this.count);
    return this.count++;
  }

  #grow(): void {
    const cells = new Int32Array(this.cells.length * 2);
    const values = new Float64Array(this.values.length * 2);
    cells.set(this.cells);
    values.set(this.values);
    this.cells = cells;
    this.values = values;
  }

  /** Value of line j against slot prices: a(p) - sum of prices. */
  reduced(j: number, prices: Float64Array): number {
    const { terms: T, positions: R } = this.#tables;
    let value = this.values[j];
    for (let t = 0; t < T; t++) value -= prices[slotOf(t, this.cells[cellOf(j, t, T)], R)];
    return value;
  }

  /** A pool of the lines with `keep[j]` non-zero, in order. */
  filtered(keep: ArrayLike<number | boolean>): LinePool {
    const pool = new LinePool(this.#tables);
    for (let j = 0; j < this.count; j++) {
      if (keep[j]) pool.add(this.cells, firstCellOf(j, this.#tables.terms));
    }
    return pool;
  }
}

/** Solution of a restricted master. */
export interface MasterSolution {
  /** [slot] price of a slot against a(p): dual of the row - g_s(1). */
  prices: Float64Array;
  /** Price of a line: a line whose reduced value exceeds it improves the LP. */
  linePrice: number;
  /** LP value, rewards for lines and the cost of an empty plan included: see `Master.valueOf`. */
  value: number;
  /** [pool line] how often the LP builds it. */
  weights: Float64Array;
  /** Basis of rows and columns as one digit each. */
  basis: Uint8Array;
  /** Simplex work, in the LP door's units. */
  work: number;
}

/** A solve that used up its work, or (no basis) gave up. */
export interface PausedMaster {
  prices: null;
  basis: Uint8Array | null;
  work: number;
}

/**
 * How much more of a slot than it has lines may take in the program of long lines or many pathways, about: where all slots are
 * full most pivots of the simplex change nothing, and of twelve terms they were two thirds of a search. Slots differ, so that
 * no two rows are full at once, and far less than a line is added in all. Of few terms and pathways it saves nothing.
 */
const NUDGE = 0.003;
/** Terms, and groups of lines, from which on that is so. */
const NUDGED_TERMS = 6;
const NUDGED_GROUPS = 5;
/** Terms from which on the numbers of lines of groups are nudged as well. */
const NUDGED_GROUP_TERMS = 10;

/** Whether the simplex has much less to do where rows are nudged. */
function isNudgeable({ year, groups }: PlannerTables): boolean {
  return year >= NUDGED_TERMS || groups.length >= NUDGED_GROUPS;
}

/**
 * Whether a slot is among those nudged. A group's row says how many lines it has, which is what bounds them, so that there is
 * no more of these; but of very long lines the bound lacks far more than that, and the simplex is what most time goes into.
 */
function isSlotNudged({ year, positions }: PlannerTables, slot: number): boolean {
  return slot < firstSlotOf(year, positions) || year >= NUDGED_GROUP_TERMS;
}

/** What is added to a slot's posts. */
function nudgeOf(slot: number): number {
  return NUDGE * (0.5 + slot * GOLDEN % 1);
}
/** Its multiples are spread evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The fixed part of the master: which slots have a row, and their unit columns. */
export class Master {
  readonly #tables: PlannerTables;
  readonly #rowOf: Int32Array;
  /** Right-hand sides of the rows. */
  readonly #most: number[];
  /** [row] what was added to it. */
  readonly #nudges: number[] = [0];
  /** Units above them: row, gain beyond the slot's first, how many of that gain; of an option of leave its position. */
  readonly #units: { row: number; gain: number; count: number; option?: number }[] = [];

  /** @param isNudged whether lines may take a little more than there is, so that the simplex has less to do */
  constructor(tables: PlannerTables, isNudged = isNudgeable(tables)) {
    this.#tables = tables;
    this.#rowOf = new Int32Array(tables.cap.length).fill(-1);
    this.#most = [tables.lines];
    tables.cap.forEach((n, s) => {
      if (n === 0) return;
      const row = this.#rowOf[s] = this.#most.length;
      // An option of leave is a unit that uses up budgets.
      if (termOfSlot(s, tables.positions) === tables.leave?.term) {
        this.#most.push(0);
        this.#nudges.push(0);
        this.#units.push({ row, gain: 0, count: n, option: positionOfSlot(s, tables.positions) });
        return;
      }
      const [first, ...others] = gainRuns(tables, s, 0, n);
      const nudge = isNudged && isSlotNudged(tables, s) ? nudgeOf(s) : 0;
      this.#most.push(first.count + nudge);
      this.#nudges.push(nudge);
      for (const { gain, count } of others) {
        this.#units.push({ row, gain: gain - first.gain, count });
      }
    });
  }

  /** The LP over a pool; or over some of its lines, with at least `lower[j]` of each line, which is worth `tilts[i]` less. */
  #build(
    pool: LinePool,
    lower?: Int32Array,
    only?: Int32Array,
    tilts?: Float64Array,
  ): LpBuilder {
    const { terms: T, positions: R } = this.#tables;
    const builder = new LpBuilder("max");
    for (const most of this.#most) builder.addRow(-Infinity, most);
    const budgets = budgetRows(builder, this.#tables.leave?.budgets ?? new Int32Array(0));
    for (const { row, gain, count, option } of this.#units) {
      builder.addColumn(gain, 0, count);
      builder.add(row, -1);
      if (option !== undefined) addUses(builder, this.#tables, budgets, option);
    }
    const lines = only?.length ?? pool.count;
    for (let i = 0; i < lines; i++) {
      const j = only?.[i] ?? i;
      let value = pool.values[j] + this.#tables.line - (tilts?.[i] ?? 0);
      for (let t = 0; t < T; t++) {
        value += slotGain(this.#tables, slotOf(t, pool.cells[cellOf(j, t, T)], R), 1);
      }
      builder.addColumn(value, lower?.[j] ?? 0, Infinity);
      builder.add(0, 1);
      for (let t = 0; t < T; t++) {
        builder.add(this.#rowOf[slotOf(t, pool.cells[cellOf(j, t, T)], R)], 1);
      }
    }
    return builder;
  }

  /**
   * Opens the restricted master for a dive: an LP that stays in GLPK while lines are fixed.
   * @param basis one whose columns are a prefix of the pool, or none
   * @param lower [pool line] times the line is fixed already
   * @param only pool lines that the LP is over, rising: all those basic among them
   * @returns the session, the index of the first line column, what a solution is worth (`valueOf`), though lines are worth a
   * little less in it, and the basis at hand as one of the whole pool
   */
  open(pool: LinePool, basis: Uint8Array | null, lower: Int32Array, only: Int32Array) {
    const tilts = tiltsOf(this.#tables, pool.cells, only);
    const builder = this.#build(pool, lower, only, tilts);
    const session = new LpSession(builder.build());
    const fixed = this.fixedBasis, rows = builder.rows;
    if (basis) {
      const keep = new Uint8Array(Math.max(0, basis.length - fixed));
      for (const j of only) if (j < keep.length) keep[j] = 1;
      session.restoreBasis(keepItems(basis, fixed, keep));
    }
    const all = Int32Array.from({ length: pool.count }, (_, j) => j);
    const firstLine = builder.cols - only.length;
    return {
      session,
      firstLine,
      value: ({ objective, x, rowDual }: LpSolution) => {
        const less = tilts.reduce((sum, tilt, i) => sum + tilt * x[firstLine + i], 0);
        return this.valueOf(objective, rowDual!) + less;
      },
      wholeBasis: () => growBasis(session.basis()!, rows, rows, only, all),
    };
  }

  /**
   * Solves the restricted master over a pool.
   * @param basis a basis of an earlier solve whose columns are a prefix of the pool; null starts cold
   * @param workLimit simplex work after which the solve pauses; its basis goes on from there
   * @returns the solution; `prices` is null where the solve paused
   */
  solve(
    pool: LinePool,
    basis: Uint8Array | null,
    workLimit?: number,
  ): MasterSolution | PausedMaster {
    const builder = this.#build(pool);
    const session = new LpSession(builder.build());
    try {
      if (basis) session.restoreBasis(basis);
      const found = session.solve({ presolve: false, workLimit });
      if (found.status !== "optimal" || !found.rowDual) {
        const paused = found.stoppedBy === "limit";
        return { prices: null, basis: paused ? session.basis() : null, work: found.work };
      }
      return {
        ...this.prices(found.rowDual),
        value: this.valueOf(found.objective, found.rowDual),
        weights: found.x.slice(builder.cols - pool.count),
        basis: session.basis()!,
        work: found.work,
      };
    } finally {
      session.close();
    }
  }

  /**
   * What a program solved is worth without what was added to its rows: its duals are those of the true program, too, of which
   * they bound the value.
   */
  valueOf(objective: number, rowDual: Float64Array): number {
    return this.#nudges.reduce((sum, nudge, row) => sum - nudge * rowDual[row], objective);
  }

  /** Number of basis digits before the pool's columns. */
  get fixedBasis(): number {
    const budgets = this.#tables.leave?.budgets.length ?? 0;
    return this.#most.length + budgets + this.#units.length;
  }

  /** Slot prices and line price of row duals. */
  prices(rowDual: Float64Array): { prices: Float64Array; linePrice: number } {
    const prices = new Float64Array(this.#rowOf.length);
    this.#rowOf.forEach((row, s) => {
      if (row > 0) prices[s] = rounded(rowDual[row] - slotGain(this.#tables, s, 1));
    });
    return { prices, linePrice: rounded(rowDual[0] - this.#tables.line) };
  }
}

/** Prices are kept to a thousandth: any price proves a valid bound, and checkpoints stay small. */
function rounded(price: number): number {
  return Math.round(price * 1000) / 1000;
}

/** Upper bound on what every legal line of some are worth against slot prices. */
export interface PartBest {
  /** Slot of the lines' group, whose price is in `best` as well; -1: all lines, or any of a problem without groups. */
  group: number;
  best: number;
}

/**
 * Lagrangean bound on the plan's objective at slot prices pi:
 * N best + sum_s max_n [ sum_{k<=n} g_s(k) + pi_s n ], where best bounds a(p) - sum_s pi_s over all
 * legal lines p; where fewer lines count, N max(0, best + line). Options of leave are worth what budgets allow.
 * @param best of all lines; or of parts that are all lines together
 */
export function lagrangeanBound(
  tables: PlannerTables,
  prices: Float64Array,
  best: number | readonly PartBest[],
): number {
  let bound = budgetValue(tables, prices) - tables.emptyCost;
  const parts = typeof best === "number" ? [{ group: -1, best }] : best;
  const isByGroup = parts.every(({ group }) => group >= 0);
  tables.cap.forEach((n, s) => {
    const t = termOfSlot(s, tables.positions);
    if (t === tables.leave?.term || (isByGroup && t === tables.terms - 1)) return;
    let sum = 0, most = 0;
    for (let k = 1; k <= n; k++) {
      sum += slotGain(tables, s, k) + prices[s];
      if (sum > most) most = sum;
    }
    bound += most;
  });
  if (isByGroup) return bound + groupedLines(tables, prices, parts);
  const most = Math.max(...parts.map((part) => part.best));
  return bound +
    tables.lines * (tables.allowPartial ? Math.max(0, most + tables.line) : most);
}

/**
 * What the lines of a plan are worth at most, each group's by its own best line: what groups cost need not be guessed, since
 * how many lines each takes is known.
 */
function groupedLines(
  { cap, groups, terms, positions, line, allowPartial }: PlannerTables,
  prices: Float64Array,
  parts: readonly PartBest[],
): number {
  const worth = new Map<number, number>();
  for (const { group, best } of parts) {
    worth.set(group, Math.max(worth.get(group) ?? -Infinity, best + prices[group]));
  }
  const each = (best: number) => allowPartial ? Math.max(0, best + line) : best;
  const dearest = [...worth].sort(([, a], [, b]) => b - a);
  // A group that no line can be of has no place for any.
  let left = groups.reduce((n, r) => n + cap[slotOf(terms - 1, r, positions)], 0), sum = 0;
  for (const [group, best] of dearest) {
    const n = Math.min(left, cap[group]);
    // No line of what is not bounded is worth nothing.
    if (n > 0) sum += n * each(best);
    left -= n;
  }
  return left > 0 ? sum + left * each(dearest[0][1]) : sum;
}
