// The model of a replan: every line that is there takes one legal line in its place (often itself), at
// the price of one for each rotation that changes; added lines take any, at no price:
//   min sum_{i,p} d(i,p) x_ip,  sum_p x_ip + removed_i = 1,  sum_i removed_i = lines too many,
//   sum_p x_added,p = lines too few,  sum_{(i,p) uses s} x_ip <= posts_s.
// The distance d is a sum over terms, so pricing it is pricing lines without affinity, one line after
// the other: the LP is solved exactly by column generation, and its value bounds the changes.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { LineScorer, slotCounts } from "../model/line_values.ts";
import { type LinePricing, pricingFor } from "../pricing/group_pricing.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import { isOfPair } from "../model/pairs.ts";
import type { Random } from "../../engine/random.ts";
import type { LeaveBlock } from "../leave/leave.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import {
  buildTables,
  forcedMissing,
  type PlannerTables,
  type ProblemTables,
  slotGain,
} from "../model/tables.ts";

/** A change weighs more than all affinity that a handful of lines can gain by it. */
const CHANGE_WEIGHT = 20_000;
/** What a kept cell is worth to the moves, and a forced one; a broken rule costs 20 kept cells there. */
const CHANGE_WORTH = 100;
const FORCED_WORTH = 1_500;
/** What a kept cell is worth where affinity counts as well: more than one cell gains of that. */
const TUNING_WORTH = 600;
/** Most lines listed in one line's place. */
const LIST_MOST = 600;
/** Searches for lines that could be added, and the noise on their slots from the second one on. */
const GOOD_ROUNDS = 6;
const NOISE = 100;
/** Most lines near a freed one. */
const NEAR_MOST = 80;
/** Tolerance of reduced costs. */
const EPSILON = 1e-7;

/** Lines that may take the place of others: column j is for owner[j], with its positions in cells. */
export interface ReplanColumns {
  /** Index of the existing line; the number of existing lines stands for added ones. */
  owners: number[];
  /** Row-major, T position indexes per column. */
  cells: number[];
}

/** A line that is there. */
export interface ExistingLine {
  /** Position id per term, null where it has no rotation. */
  positions: readonly (string | null)[];
  /** Name of the pathway that it is reserved for. */
  pathway?: string | null;
  /** Its annual leave; weeks of the year count from 0. */
  leave?: readonly LeaveBlock[];
}

/** Duals of the LP. */
export interface ReplanPrices {
  /** [slot] price of a post; negative where a forced cell asks for lines. */
  slots: Float64Array;
  /** [owner] what a line in its place may cost. */
  lines: Float64Array;
}

/** A whole plan: one entry per existing line (null: removed), and the added ones. */
export interface ReplanPlan {
  /** [existing line] positions, or null where the line goes. */
  kept: (Int32Array | null)[];
  added: Int32Array[];
}

/** Gains of slots for forced cells alone: each forced line is worth more than a line's changes. */
function forcedGains({ gains, gainStart, forced }: PlannerTables): Int32Array {
  const plain = new Int32Array(gains.length);
  forced.forEach((n, s) => {
    for (let k = gainStart[s]; k < gainStart[s + 1] && k < gainStart[s] + n; k++) {
      plain[k] = FORCED_WORTH;
    }
  });
  return plain;
}

/** A problem with the lines that are there, ready for the LP and the integer programs. */
export class ReplanModel {
  readonly tables: ProblemTables;
  /** Terms of the tables: where lines are reserved for pathways, the last one tells whose a line is. */
  readonly terms: number;
  readonly positions: number;
  /** Terms of the year: only these count as changes. */
  readonly year: number;
  /** Existing lines. */
  readonly existing: number;
  /** Row-major positions of the existing lines, -1 where the problem knows none. */
  readonly before: Int32Array;
  readonly #flat: PlannerTables;
  /** The same with no gain but that of forced cells. */
  readonly #plain: PlannerTables;
  readonly #scorer: LineScorer;
  readonly #prices: Float64Array;
  #pricer: LinePricing | null = null;

  /** @param lines ids of positions that the problem lacks count as changed */
  constructor(problem: PlannerProblem, bounds: RuleBounds, lines: readonly ExistingLine[]) {
    this.tables = buildTables(problem, bounds);
    this.#flat = buildTables(problem, bounds, { ignoreAffinity: true });
    this.#plain = { ...this.#flat, gains: forcedGains(this.#flat) };
    this.terms = this.tables.terms;
    this.positions = this.tables.positions;
    this.existing = lines.length;
    this.year = problem.termWeeks.length;
    const { groups } = this.tables;
    const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
    this.before = new Int32Array(lines.length * this.terms);
    lines.forEach((line, i) => {
      for (let t = 0; t < this.year; t++) {
        this.before[i * this.terms + t] = indexOf.get(line.positions[t] ?? "") ?? -1;
      }
      if (groups.length === 0) return;
      const pathway = bounds.pathways.findIndex(({ name }) => name === line.pathway);
      this.before[i * this.terms + this.year] = groups.at(pathway)!;
    });
    this.#scorer = new LineScorer(this.tables);
    this.#prices = new Float64Array(this.terms * this.positions);
  }

  /** Whether an existing line may stay as it is, as far as the rules go. */
  isLegal(i: number): boolean {
    const { terms: T, positions: R, before, tables } = this;
    for (let t = 0; t < T; t++) {
      const r = before[i * T + t];
      if (r < 0 || tables.cap[t * R + r] === 0) return false;
    }
    return this.#scorer.faults(before, i * T) === 0;
  }

  /** Rotations that change when a line takes the place of existing line i; none for added ones. */
  distance(i: number, line: ArrayLike<number>, at = 0): number {
    if (i === this.existing) return 0;
    let changed = 0;
    for (let t = 0; t < this.year; t++) {
      if (line[at + t] !== this.before[i * this.terms + t]) changed++;
    }
    return changed;
  }

  /** Every existing line in its own place, where that is legal. */
  firstColumns(): ReplanColumns {
    const columns: ReplanColumns = { owners: [], cells: [] };
    for (let i = 0; i < this.existing; i++) {
      if (!this.isLegal(i)) continue;
      columns.owners.push(i);
      columns.cells.push(...this.before.subarray(i * this.terms, (i + 1) * this.terms));
    }
    return columns;
  }

  /**
   * Solves the LP over the columns. Lines that have none are missing at a price above any plan's changes.
   * @param lines lines wanted
   * @returns null when the work limit stopped it
   */
  solve(columns: ReplanColumns, lines: number, workLimit: number): {
    value: number;
    /** Sum of what is missing to the lines wanted. */
    missing: number;
    /** Value of each column. */
    x: Float64Array;
    prices: ReplanPrices;
    work: number;
  } | null {
    const { terms: T, positions: R, existing: m, tables } = this;
    const add = Math.max(0, lines - m), remove = Math.max(0, m - lines);
    const builder = new LpBuilder("min");
    for (let i = 0; i < m; i++) builder.addRow(1, 1);
    if (add > 0) builder.addRow(add, add);
    const removal = remove > 0 ? builder.addRow(remove, remove) : -1;
    const rowOf = this.#slotRows(builder, columns, add);
    const most = this.missingPrice;
    for (let i = 0; i < m + (add > 0 ? 1 : 0); i++) {
      builder.addColumn(most, 0, Infinity);
      builder.add(i, 1);
      if (removal < 0 || i === m) continue;
      builder.addColumn(0, 0, 1);
      builder.add(i, 1);
      builder.add(removal, 1);
    }
    const alone = builder.cols;
    rowOf.forEach((row, s) => {
      if (row < 0 || tables.forced[s] === 0) return;
      builder.addColumn(most, 0, Infinity);
      builder.add(row, 1);
    });
    const first = builder.cols;
    columns.owners.forEach((i, j) => {
      builder.addColumn(this.distance(i, columns.cells, j * T), 0, Infinity);
      builder.add(i, 1);
      for (let t = 0; t < T; t++) {
        const row = rowOf[t * R + columns.cells[j * T + t]];
        if (row >= 0) builder.add(row, 1);
      }
    });
    const found = solveLp(builder.build(), { presolve: false, workLimit });
    if (found.status !== "optimal" || !found.rowDual) return null;
    const dual = found.rowDual;
    let missing = 0;
    for (let k = 0; k < alone; k += removal < 0 ? 1 : 2) missing += found.x[k];
    for (let k = alone; k < first; k++) missing += found.x[k];
    return {
      value: found.objective,
      missing,
      x: found.x.subarray(first),
      prices: {
        slots: Float64Array.from(rowOf, (row, s) => {
          if (row < 0) return 0;
          return tables.forced[s] > 0 ? -dual[row] : Math.max(0, -dual[row]);
        }),
        lines: Float64Array.from({ length: m + 1 }, (_, i) => i < m || add > 0 ? dual[i] : 0),
      },
      work: found.work,
    };
  }

  /** [slot] row for the posts of contended slots and for forced cells, or -1. */
  #slotRows(builder: LpBuilder, columns: ReplanColumns, add: number): number[] {
    const { cap, forced } = this.tables;
    return this.#contended(columns, add).map((is, s) =>
      is || forced[s] > 0 ? builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, cap[s]) : -1
    );
  }

  /**
   * A plan under construction whose lines, in the order of their owners, keep what they can: cells that are
   * no longer there are filled from free posts. Null where lines are to go, or a term has too few posts.
   * @param lines lines wanted
   */
  draft(lines: number, random: Random): Int32Array | null {
    const { terms: T, positions: R, existing: m, tables } = this;
    if (lines < m) return null;
    const cells = new Int32Array(lines * T).fill(-1), left = tables.cap.slice();
    const isHalf = Array.from({ length: R }, (_, r) => isOfPair(tables, r));
    for (let k = 0; k < m * T; k++) {
      const s = (k % T) * R + this.before[k];
      if (this.before[k] < 0 || left[s] === 0) continue;
      cells[k] = this.before[k];
      left[s]--;
    }
    // Half a pair is filled anew with the rest of the term: moves put pairs back together.
    for (let t = 0; t < T; t++) {
      const units = Array.from({ length: R }, (_, r) => Array(left[t * R + r]).fill(r)).flat();
      const ordered = Int32Array.from(units.filter((r) => !isHalf[r]));
      const halves = units.filter((r) => isHalf[r]);
      random.choose(ordered, ordered.length);
      const free = [...ordered, ...halves];
      for (let i = 0, next = 0; i < lines; i++) {
        if (cells[i * T + t] >= 0) continue;
        if (next === free.length) return null;
        cells[i * T + t] = free[next++];
      }
    }
    return cells;
  }

  /** Moves on a draft that seek a legal plan of few changes; affinity plays no part. */
  moves(cells: Int32Array, random: Random): PlanMoves {
    const pull = { cells: this.#pulled(cells.length), worth: CHANGE_WORTH };
    return new PlanMoves(this.#plain, cells, random, pull);
  }

  /** Moves on a plan, its lines in the order of their owners, for affinity and diversity. */
  tuning(cells: Int32Array, random: Random): PlanMoves {
    const pull = { cells: this.#pulled(cells.length), worth: TUNING_WORTH };
    return new PlanMoves(this.tables, cells, random, pull);
  }

  /** The cells of the existing lines; -1 for what is no rotation. */
  #pulled(cells: number): Int32Array {
    const { existing: m, terms: T } = this;
    const before = new Int32Array(cells).fill(-1);
    for (let k = 0; k < m * T; k++) if (k % T < this.year) before[k] = this.before[k];
    return before;
  }

  /** The plan of a draft; null where it breaks a rule or misses a forced cell. */
  planOf(cells: Int32Array): ReplanPlan | null {
    const { terms: T, existing: m, tables } = this, lines = cells.length / T;
    for (let i = 0; i < lines; i++) if (this.#scorer.faults(cells, i * T) > 0) return null;
    if (forcedMissing(tables, slotCounts(tables, cells, lines)) > 0) return null;
    const all = Array.from({ length: lines }, (_, i) => cells.slice(i * T, (i + 1) * T));
    return { kept: all.slice(0, m), added: all.slice(m) };
  }

  /** Above the changes of any plan, so that a line is missing only where it must be. */
  get missingPrice(): number {
    return 10 * (1 + this.existing) * this.terms;
  }

  /** [slot] whether more lines have a column through it than it has posts. */
  #contended(columns: ReplanColumns, add: number): boolean[] {
    const { terms: T, positions: R, existing: m, tables } = this;
    const users = new Int32Array(T * R), last = new Int32Array(T * R).fill(-1);
    const order = Array.from(columns.owners.keys())
      .sort((a, b) => columns.owners[a] - columns.owners[b] || a - b);
    for (const j of order) {
      const i = columns.owners[j];
      for (let t = 0; t < T; t++) {
        const s = t * R + columns.cells[j * T + t];
        if (last[s] === i) continue;
        last[s] = i;
        users[s] += i === m ? add : 1;
      }
    }
    return Array.from(users, (n, s) => n > tables.cap[s]);
  }

  /** Whether another line in the place of i can have a reduced cost below `slack`, before any search. */
  canImprove(i: number, prices: ReplanPrices, slack = 0): boolean {
    return prices.lines[i] + slack > this.leastCost(i, prices) + EPSILON;
  }

  /**
   * The cheapest line in the place of i: min_p d(i,p) + sum_{s in p} pi_s.
   * @param known lines dearer than this are of no interest; their cost is known to be reachable
   * @returns a lower bound on that minimum, exact where it is below `known`, and up to three lines
   * cheaper than `known`
   */
  cheapest(i: number, prices: ReplanPrices, known: number): {
    cost: number;
    lines: Int32Array;
    work: number;
  } {
    this.#pricer ??= pricingFor(this.#flat);
    // Added lines are alike, so they need many different ones at once; any other line needs one.
    const bestOnly = i < this.existing;
    const found = this.#pricer.price(this.#costs(i, prices), EPSILON - known, { bestOnly });
    const most = bestOnly ? 3 * (1 + this.tables.groups.length) : LIST_MOST;
    const lines = found.lines.subarray(0, Math.min(most, found.count) * this.terms);
    const cost = found.found || !found.exact ? Math.min(known, -found.best) : known;
    return { cost, lines, work: found.work };
  }

  /** What line i costs under these prices where it stays as it is; infinite where it may not. */
  stayCost(i: number, prices: ReplanPrices): number {
    if (i === this.existing || !this.isLegal(i)) return Infinity;
    let cost = 0;
    for (let t = 0; t < this.terms; t++) {
      cost += prices.slots[t * this.positions + this.before[i * this.terms + t]];
    }
    return cost;
  }

  /** The least that any other line can cost in the place of i, before any search. */
  leastCost(i: number, prices: ReplanPrices): number {
    const { terms: T, positions: R } = this;
    // Where groups differ, a line can change its own alone, which is no change of a rotation.
    let least = i === this.existing || this.year < T ? 0 : 1;
    for (let t = 0; t < T; t++) {
      let lowest = Infinity;
      for (let s = t * R; s < (t + 1) * R; s++) lowest = Math.min(lowest, prices.slots[s]);
      least += Math.min(0, lowest);
    }
    return least;
  }

  /**
   * Prices that make every line pay for the posts that are too few for the lines there are: what a line on
   * such a post saves by another one is a change.
   */
  firstPrices(): ReplanPrices {
    const { terms: T, positions: R, existing: m, tables, before } = this;
    const users = new Int32Array(T * R);
    for (let k = 0; k < m * T; k++) if (before[k] >= 0) users[(k % T) * R + before[k]]++;
    return {
      slots: Float64Array.from(users, (n, s) => n > tables.cap[s] && s < this.year * R ? 1 : 0),
      lines: new Float64Array(m + 1).fill(this.missingPrice),
    };
  }

  /** Cost of a line in the place of i under these prices. */
  costOf(i: number, prices: ReplanPrices, cells: ArrayLike<number>, at: number): number {
    let cost = this.distance(i, cells, at);
    for (let t = 0; t < this.terms; t++) {
      cost += prices.slots[t * this.positions + cells[at + t]];
    }
    return cost;
  }

  /**
   * Lagrangean bound on the changes of a plan of so many lines: the cheapest line in every place, less what
   * the posts are worth. Where lines go, it is those with the dearest places.
   * @param costs [owner] bound on the cheapest line in its place
   */
  lagrangean(prices: ReplanPrices, costs: readonly number[], lines: number): number {
    const { tables, existing: m } = this;
    const kept = costs.slice(0, m).sort((a, b) => a - b);
    const stay = kept.slice(0, Math.min(m, lines));
    let bound = stay.reduce((sum, cost) => sum + cost, 0);
    if (lines > m) bound += (lines - m) * costs[m];
    prices.slots.forEach((price, s) => {
      bound -= price > 0 ? tables.cap[s] * price : tables.forced[s] * price;
    });
    return bound;
  }

  /**
   * All lines in the place of i with a reduced cost of at most `slack`; fewer where they are too many.
   * @returns row-major cells, and whether those are all
   */
  list(
    i: number,
    prices: ReplanPrices,
    slack: number,
  ): { lines: Int32Array; complete: boolean } {
    this.#pricer ??= pricingFor(this.#flat);
    const costs = this.#costs(i, prices);
    let part = slack;
    let complete = true;
    for (let tries = 0;; tries++) {
      const floor = -prices.lines[i] - part - 1e-6;
      const found = this.#pricer.list(costs, floor, LIST_MOST);
      complete &&= found.complete;
      if (found.complete || tries === 3) return { lines: found.lines, complete };
      part /= 2;
    }
  }

  /**
   * Lines through every slot that stays free while nothing changes: of the highest affinity, and of a
   * noisy one, so that there are different ones to choose from.
   */
  goodLines(random: Random): Int32Array {
    const { terms: T, positions: R, tables, before } = this;
    const cap = tables.cap.slice();
    before.forEach((r, k) => {
      const s = (k % T) * R + r;
      if (r >= 0) cap[s] = Math.max(0, cap[s] - 1);
    });
    const pricer = pricingFor({ ...tables, cap });
    const lines: number[] = [];
    for (let round = 0; round < GOOD_ROUNDS; round++) {
      const prices = Float64Array.from(cap, () => round * NOISE * random.next());
      const found = pricer.price(prices, -1e6, { workLimit: 100_000 });
      lines.push(...found.lines.subarray(0, LIST_MOST * T));
    }
    return Int32Array.from(lines);
  }

  #costs(i: number, prices: ReplanPrices): Float64Array {
    const { terms: T, positions: R, before } = this;
    this.#prices.set(prices.slots);
    if (i === this.existing) return this.#prices;
    for (let t = 0; t < this.year; t++) {
      const r = before[i * T + t];
      for (let q = 0; q < R; q++) if (q !== r) this.#prices[t * R + q]++;
    }
    return this.#prices;
  }

  /**
   * The plan with the fewest changes over the columns, if they are fewer than `below`.
   * @returns `proven`: no plan of these columns has fewer, or none has less than `below` where `plan` is null
   */
  fewestChanges(columns: ReplanColumns, lines: number, below: number, workLimit: number): {
    plan: ReplanPlan | null;
    proven: boolean;
    work: number;
  } {
    const { terms: T, positions: R, existing: m } = this;
    const add = Math.max(0, lines - m), remove = Math.max(0, m - lines);
    const builder = new LpBuilder("min");
    for (let i = 0; i < m; i++) builder.addRow(1, 1);
    if (add > 0) builder.addRow(add, add);
    const removal = remove > 0 ? builder.addRow(remove, remove) : -1;
    const cut = below < Infinity ? builder.addRow(-Infinity, below - 1) : -1;
    const rowOf = this.#slotRows(builder, columns, add);
    for (let i = 0; i < m && removal >= 0; i++) {
      builder.addColumn(0, 0, 1, true);
      builder.add(i, 1);
      builder.add(removal, 1);
    }
    const first = builder.cols;
    columns.owners.forEach((i, j) => {
      const d = this.distance(i, columns.cells, j * T);
      builder.addColumn(d, 0, i < m ? 1 : add, true);
      builder.add(i, 1);
      if (cut >= 0 && d > 0) builder.add(cut, d);
      for (let t = 0; t < T; t++) {
        const row = rowOf[t * R + columns.cells[j * T + t]];
        if (row >= 0) builder.add(row, 1);
      }
    });
    const found = solveLp(builder.build(), { workLimit });
    const { work } = found;
    if (found.status !== "optimal" && found.status !== "feasible") {
      return { plan: null, proven: found.status === "infeasible", work };
    }
    const plan = this.readPlan(columns, found.x.subarray(first));
    return { plan, proven: found.status === "optimal", work };
  }

  /** The plan that takes each column as often as `x` says. */
  readPlan(columns: ReplanColumns, x: Float64Array): ReplanPlan {
    const T = this.terms;
    const plan: ReplanPlan = { kept: Array(this.existing).fill(null), added: [] };
    columns.owners.forEach((i, j) => {
      for (let n = Math.round(x[j]); n > 0; n--) {
        const line = Int32Array.from(columns.cells.slice(j * T, (j + 1) * T));
        if (i < this.existing) plan.kept[i] = line;
        else plan.added.push(line);
      }
    });
    return plan;
  }

  /** Row-major cells of a plan's lines, those that stay first. */
  cellsOf(plan: ReplanPlan): Int32Array {
    const lines = [...plan.kept.filter((line) => line !== null), ...plan.added];
    return Int32Array.from(lines.flatMap((line) => [...line]));
  }

  changes(plan: ReplanPlan): number {
    return plan.kept.reduce((sum, line, i) => sum + (line ? this.distance(i, line) : 0), 0);
  }

  /**
   * Re-chooses some lines of a plan for affinity and diversity, with no more changes than they have.
   * @param free owners to choose again; the owner of added lines frees all of these
   * @returns the better choice or null, and whether nothing better exists over the columns
   */
  improve(
    plan: ReplanPlan,
    columns: ReplanColumns,
    near: ReplanColumns,
    free: ReadonlySet<number>,
    workLimit: number,
  ): { plan: ReplanPlan | null; proven: boolean; work: number } {
    const { terms: T, positions: R, existing: m } = this;
    const open = this.#openPosts(plan, free);
    const builder = new LpBuilder("max");
    const rowOfOwner = new Map<number, number>();
    for (const i of free) {
      const n = i === m ? plan.added.length : 1;
      rowOfOwner.set(i, builder.addRow(n, n));
    }
    const owners = [...free].filter((i) => i < m);
    const gone = owners.filter((i) => plan.kept[i] === null).length;
    const removal = gone > 0 ? builder.addRow(gone, gone) : -1;
    const changed = owners.reduce(
      (sum, i) => sum + (plan.kept[i] ? this.distance(i, plan.kept[i]) : 0),
      0,
    );
    const changeRow = builder.addRow(-Infinity, changed);
    const part = this.#columnsOf(columns, near, plan, free);
    const rowOf = new Int32Array(T * R).fill(-1);
    part.cells.forEach((r, k) => {
      const s = (k % T) * R + r;
      if (rowOf[s] < 0) rowOf[s] = builder.addRow(0, 0);
    });
    for (const i of removal >= 0 ? owners : []) {
      builder.addColumn(0, 0, 1, true);
      builder.add(rowOfOwner.get(i)!, 1);
      builder.add(removal, 1);
    }
    const first = builder.cols;
    const cells = Int32Array.from(part.cells);
    part.owners.forEach((i, j) => {
      const d = this.distance(i, cells, j * T);
      const value = this.#scorer.value(cells, j * T) - CHANGE_WEIGHT * d;
      builder.addColumn(value, 0, i === m ? plan.added.length : 1, true);
      builder.add(rowOfOwner.get(i)!, 1);
      if (d > 0) builder.add(changeRow, d);
      for (let t = 0; t < T; t++) builder.add(rowOf[t * R + cells[j * T + t]], 1);
    });
    rowOf.forEach((row, s) => {
      const most = Math.min(open.cap[s], owners.length + plan.added.length);
      for (let u = 1; row >= 0 && u <= most; u++) {
        const isForced = open.used[s] + u <= open.forced[s];
        builder.addColumn(slotGain(open, s, open.used[s] + u), isForced ? 1 : 0, 1);
        builder.add(row, -1);
      }
    });
    const found = solveLp(builder.build(), { workLimit });
    const { work } = found;
    if (found.status !== "optimal" && found.status !== "feasible") {
      return { plan: null, proven: false, work };
    }
    const chosen = this.readPlan(part, found.x.subarray(first));
    const merged: ReplanPlan = {
      kept: plan.kept.map((line, i) => free.has(i) ? chosen.kept[i] : line),
      added: free.has(m) ? chosen.added : plan.added,
    };
    return { plan: merged, proven: found.status === "optimal", work };
  }

  /** Posts and lines beside the freed lines of a plan. */
  #openPosts(plan: ReplanPlan, free: ReadonlySet<number>) {
    const { tables, existing: m } = this;
    const fixed = [
      ...plan.kept.filter((line, i) => line !== null && !free.has(i)),
      ...free.has(m) ? [] : plan.added,
    ] as Int32Array[];
    const cells = Int32Array.from(fixed.flatMap((line) => [...line]));
    const used = slotCounts(tables, cells, fixed.length);
    return { ...tables, used, cap: tables.cap.map((n, s) => Math.max(0, n - used[s])) };
  }

  /** Lines near the freed ones on the posts that these and the spare ones leave: at most two changes each. */
  nearLines(plan: ReplanPlan, free: ReadonlySet<number>): ReplanColumns {
    const { terms: T, positions: R } = this;
    const { cap } = this.#openPosts(plan, free);
    const pricer = pricingFor({ ...this.#flat, cap });
    const near: ReplanColumns = { owners: [], cells: [] };
    const plain = { slots: new Float64Array(T * R), lines: new Float64Array(this.existing + 1) };
    for (const i of free) {
      if (i === this.existing) continue;
      const found = pricer.list(this.#costs(i, plain), -2.5, NEAR_MOST);
      for (let at = 0; at < found.lines.length; at += T) {
        near.owners.push(i);
        near.cells.push(...found.lines.subarray(at, at + T));
      }
    }
    return near;
  }

  /** Columns of the freed owners, their present lines included. */
  #columnsOf(
    columns: ReplanColumns,
    near: ReplanColumns,
    plan: ReplanPlan,
    free: ReadonlySet<number>,
  ): ReplanColumns {
    const T = this.terms, part: ReplanColumns = { owners: [], cells: [] };
    const seen = new Set<string>();
    const take = (i: number, line: ArrayLike<number>) => {
      const cells = Array.from(line), name = `${i}:${cells.join()}`;
      if (seen.has(name)) return;
      seen.add(name);
      part.owners.push(i);
      part.cells.push(...cells);
    };
    for (const i of free) {
      if (i === this.existing) plan.added.forEach((line) => take(i, line));
      else if (plan.kept[i]) take(i, plan.kept[i]);
    }
    for (const from of [columns, near]) {
      from.owners.forEach((i, j) => {
        if (free.has(i)) take(i, from.cells.slice(j * T, (j + 1) * T));
      });
    }
    return part;
  }
}
