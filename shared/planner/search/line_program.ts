// The linear program over listed lines under bounds on how many of them use two slots together. It works on
// few of the lines and takes in what its duals want of the others, so that a node of a tree costs about as much whether
// a thousand or ten thousand lines are listed. A bound that cannot be met, and a line that is missing, cost more than any
// plan is worth, so that there is always a solution to go on from.

import { AT_LOWER, BASIC } from "../../lp/basis.ts";
import { LpBuilder, type LpModel, LpSession, type LpSolution } from "../../lp/mod.ts";
import {
  cellOf,
  firstCellOf,
  linesIn,
  slotOf,
  termOfCell,
  termOfSlot,
  useAt,
} from "../model/flat.ts";
import { addUses, budgetRows, optionOf } from "../model/leave_choice.ts";
import { lineAt, lineName } from "../model/lines.ts";
import { LineScorer } from "../model/line_values.ts";
import { gainRuns, type PlannerTables } from "../model/tables.ts";

/** Numbers of a bound: two slots, and how many lines use both at least and at most. */
export const BOUND_WIDTH = 4;

/** What each line beyond a bound, and each that a plan lacks, costs: more than any gap that a tree is grown in. */
const PENALTY = 1e5;
/** Columns of a bound: for lines that it lacks, and for those it has too many of. */
const SIDES = [1, -1];

/** Lines that a program begins with, and those taken in after a solve. */
const FIRST_LINES = 600;
const MORE_LINES = 150;
/** What a line left out may be worth above its price: of all lines of a plan together far less than one. */
const SLACK = 1e-5;
/** Simplex work of one solve: far above what any needed. */
const LP_WORK = 6_000;

/** The same of a piece of one that pauses, at least: far more than begins it anew. */
const LEAST_WORK = 100;

/** Lines in a program, and its basis: a status for each row, unit, column of a bound and line. */
export interface Start {
  lines: Int32Array;
  basis: Uint8Array;
  /** Bounds that it is of, the first ones of those to come. */
  bounds: number;
}

/** A program solved. */
export interface SolvedProgram extends Start {
  objective: number;
  /** [line of `lines`] how often it is chosen. */
  x: Float64Array;
  rowDual: Float64Array;
}

/** A program that is not solved yet, to be gone on with from here. */
export interface PausedProgram extends Start {
  objective: null;
}

/** Listed lines, and linear programs over them. */
export class LineProgram {
  readonly lines: number;
  /** Simplex work and models so far, as columns times pivots: what solves cost. */
  work = 0;
  readonly #tables: PlannerTables;
  readonly #values: Float64Array;
  /** [line, term] slot. */
  readonly #slots: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #slotRows: number;
  /** Units of all slots: row, gain, how many. */
  readonly #units: { row: number; gain: number; count: number }[] = [];
  /** All lines, the best at the prices at hand first. */
  readonly #order: Int32Array;
  #names: Map<string, number> | null = null;

  /** @param columns the listed lines, row-major. @param prices [slot] prices that say which of them come first */
  constructor(tables: PlannerTables, readonly columns: Int32Array, prices: Float64Array) {
    const { terms: T, positions: R } = tables;
    const scorer = new LineScorer(tables);
    this.#tables = tables;
    this.lines = linesIn(columns, T);
    this.#values = Float64Array.from(
      { length: this.lines },
      (_, j) => scorer.value(columns, firstCellOf(j, T)),
    );
    this.#slots = columns.map((r, i) => slotOf(termOfCell(i, T), r, R));
    this.#rowOf = new Int32Array(tables.cap.length).fill(-1);
    let rows = 1;
    for (const s of this.#slots) if (this.#rowOf[s] < 0) this.#rowOf[s] = rows++;
    this.#slotRows = rows;
    this.#rowOf.forEach((row, s) => {
      if (row < 0) return;
      this.#units.push(...gainRuns(tables, s, 0, tables.cap[s]).map((run) => ({ row, ...run })));
    });
    const reduced = this.#values.map((value, j) => value - this.#sum(j, prices));
    this.#order = Int32Array.from(reduced.keys()).sort((i, j) => reduced[j] - reduced[i] || i - j);
  }

  #sum(j: number, prices: Float64Array): number {
    const T = this.#tables.terms;
    let sum = 0;
    for (let t = 0; t < T; t++) sum += prices[this.#slots[cellOf(j, t, T)]];
    return sum;
  }

  /** Rows before those of bounds. */
  get rows(): number {
    return this.#slotRows + (this.#tables.leave?.budgets.length ?? 0);
  }

  /** Slots of line j. */
  slotsOf(j: number): Int32Array {
    const T = this.#tables.terms;
    return lineAt(this.#slots, j, T);
  }

  /** Whether line j uses both slots. */
  uses(j: number, a: number, b: number): boolean {
    const { terms: T, positions: R } = this.#tables;
    return this.#slots[cellOf(j, termOfSlot(a, R), T)] === a &&
      this.#slots[cellOf(j, termOfSlot(b, R), T)] === b;
  }

  /** The model: rows of slots, of leave, of bounds; columns of units, of lines that are missing, of bounds, of lines. */
  #model(lines: Int32Array, bounds: readonly number[]): LpModel {
    const tables = this.#tables, T = tables.terms, builder = new LpBuilder("max");
    builder.addRow(tables.lines, tables.lines);
    for (let i = 1; i < this.#slotRows; i++) builder.addRow(0, 0);
    const budgets = budgetRows(builder, tables.leave?.budgets ?? new Int32Array(0));
    const first = builder.rows;
    for (let i = 0; i < bounds.length; i += BOUND_WIDTH) {
      builder.addRow(bounds[i + 2], bounds[i + 3]);
    }
    for (const { row, gain, count } of this.#units) {
      builder.addColumn(gain, 0, count);
      builder.add(row, -1);
    }
    builder.addColumn(-PENALTY, 0, tables.lines);
    builder.add(0, 1);
    for (let row = first; row < builder.rows; row++) {
      for (const side of SIDES) {
        builder.addColumn(-PENALTY, 0, tables.lines);
        builder.add(row, side);
      }
    }
    for (const j of lines) {
      builder.addColumn(this.#values[j], 0, tables.lines);
      builder.add(0, 1);
      for (const s of this.slotsOf(j)) builder.add(this.#rowOf[s], 1);
      if (tables.leave) {
        addUses(builder, tables, budgets, this.columns[cellOf(j, tables.leave.term, T)]);
      }
      for (let i = 0, row = first; i < bounds.length; i += BOUND_WIDTH, row++) {
        if (this.uses(j, bounds[i], bounds[i + 1])) builder.add(row, 1);
      }
    }
    return builder.build();
  }

  /** What line j is worth above its price at the duals of a program with these bounds. */
  #excess(j: number, dual: Float64Array, bounds: readonly number[]): number {
    let excess = this.#values[j] - dual[0];
    for (const s of this.slotsOf(j)) excess -= dual[this.#rowOf[s]];
    excess -= this.#leavePrice(j, dual);
    for (let i = 0, row = this.rows; i < bounds.length; i += BOUND_WIDTH, row++) {
      if (dual[row] !== 0 && this.uses(j, bounds[i], bounds[i + 1])) excess -= dual[row];
    }
    return excess;
  }

  /** What the weeks of line j's leave cost. */
  #leavePrice(j: number, dual: Float64Array): number {
    const { leave, terms: T } = this.#tables;
    if (leave === null) return 0;
    const o = optionOf(leave, this.columns[cellOf(j, leave.term, T)]), B = leave.budgets.length;
    let price = 0;
    for (let b = 0; o >= 0 && b < B; b++) {
      price += leave.uses[useAt(o, b, B)] * dual[this.#slotRows + b];
    }
    return price;
  }

  /** The lines among `kept` (all: null) that are worth more than `least` above their price, with how much. */
  above(
    { rowDual }: SolvedProgram,
    bounds: readonly number[],
    kept: Int32Array | null,
    least: number,
  ): { lines: Int32Array; excess: Float64Array } {
    const lines: number[] = [], excess: number[] = [];
    const n = kept?.length ?? this.lines;
    for (let i = 0; i < n; i++) {
      const j = kept ? kept[i] : i, worth = this.#excess(j, rowDual, bounds);
      if (worth <= least) continue;
      lines.push(j);
      excess.push(worth);
    }
    return { lines: Int32Array.from(lines), excess: Float64Array.from(excess) };
  }

  /** Numbers of lines among the listed ones; null where one is not there. @param cells row-major */
  find(cells: Int32Array): Int32Array | null {
    const T = this.#tables.terms;
    this.#names ??= new Map(
      Array.from(
        { length: this.lines },
        (_, j) => [lineName(this.columns, firstCellOf(j, T), T), j],
      ),
    );
    const found = Int32Array.from({ length: linesIn(cells, T) }, (_, i) => {
      return this.#names!.get(lineName(cells, firstCellOf(i, T), T)) ?? -1;
    });
    return found.includes(-1) ? null : found;
  }

  /** A program to begin with: some lines, the basis of `basic` ones among them, as far as it is known. */
  begin(basic: Int32Array, basis: Uint8Array | null): { lines: Int32Array; start: Start | null } {
    const known = new Set(basic);
    const others = this.#order.filter((j) => !known.has(j)).subarray(0, FIRST_LINES);
    const lines = Int32Array.from([...basic, ...others]);
    if (basis === null) return { lines, start: null };
    const all = new Uint8Array(basis.length + lines.length).fill(AT_LOWER);
    all.set(basis);
    all.fill(BASIC, basis.length, basis.length + basic.length);
    return { lines, start: { lines, basis: all, bounds: 0 } };
  }

  /** The lines of a basis that are basic, and the statuses before all lines: what `begin` takes. */
  basicOf({ lines, basis }: Start): { basic: Int32Array; basis: Uint8Array } {
    const first = basis.length - lines.length;
    return {
      basic: lines.filter((_, i) => basis[first + i] === BASIC),
      basis: basis.slice(0, first),
    };
  }

  /** A start with fewer lines: those in `kept`, and all basic ones. */
  shrink({ lines, basis, bounds }: Start, kept: ReadonlySet<number>): Start {
    const first = basis.length - lines.length;
    const stays = (i: number) => kept.has(lines[i]) || basis[first + i] === BASIC;
    return {
      lines: lines.filter((_, i) => stays(i)),
      basis: basis.filter((_, k) => k < first || stays(k - first)),
      bounds,
    };
  }

  /** A start with more lines, which nothing is chosen of yet. */
  widen({ lines, basis, bounds }: Start, more: readonly number[]): Start {
    const wide = new Uint8Array(basis.length + more.length).fill(AT_LOWER);
    wide.set(basis);
    return { lines: Int32Array.from([...lines, ...more]), basis: wide, bounds };
  }

  /** A program to begin with where nothing is known: of a plan that lacks all lines. */
  #empty(): Start {
    const { lines } = this.begin(new Int32Array(0), null), missing = this.rows + this.#units.length;
    const basis = new Uint8Array(missing + 1 + lines.length).fill(AT_LOWER);
    basis.fill(BASIC, 1, this.rows);
    basis[missing] = BASIC;
    return { lines, basis, bounds: 0 };
  }

  /** The basis of a start for a program of more bounds: their rows are basic. */
  #basisFor({ basis, bounds }: Start, wanted: number): Uint8Array {
    const more = wanted - bounds, rows = this.rows + bounds;
    if (more === 0) return basis;
    const columns = rows + this.#units.length + 1 + SIDES.length * bounds;
    const grown = new Uint8Array(basis.length + (1 + SIDES.length) * more).fill(AT_LOWER);
    grown.set(basis.subarray(0, rows));
    grown.fill(BASIC, rows, rows + more);
    grown.set(basis.subarray(rows, columns), rows + more);
    grown.set(basis.subarray(columns), columns + (1 + SIDES.length) * more);
    return grown;
  }

  /** A session over the lines of a start, with bounds beyond its own, and the basis to solve it from. */
  open(start: Start, bounds: readonly number[]): { session: LpSession; basis: Uint8Array } {
    const session = new LpSession(this.#model(start.lines, bounds));
    return { session, basis: this.#basisFor(start, bounds.length / BOUND_WIDTH) };
  }

  /** Solves a session; what it cost is booked. */
  run(session: LpSession, method: "primal" | "dual", workLimit = LP_WORK): LpSolution {
    const found = session.solve({ presolve: false, method, workLimit });
    this.work += (found.work + 10) * costOf(session);
    return found;
  }

  /**
   * Solves the program over all of `kept` (null: all listed lines).
   * @param from where to begin; null: cold
   * @param pause of a program with no bounds: work after which it pauses, to be gone on with from what it has
   * @returns "unsolved" where GLPK gives no answer
   */
  solve(
    bounds: readonly number[],
    kept: Int32Array | null,
    from: Start | null,
    pause = Infinity,
  ): SolvedProgram | PausedProgram | "unsolved" {
    const count = bounds.length / BOUND_WIDTH, end = this.work + pause, pauses = pause < Infinity;
    const start = from ?? this.#empty();
    let { lines } = start, basis = this.#basisFor(start, count);
    let method: "primal" | "dual" = from === null || pauses ? "primal" : "dual";
    for (;;) {
      using session = new LpSession(this.#model(lines, bounds));
      this.work += 10 * (session.cols + session.rows);
      session.restoreBasis(basis);
      const most = Math.round((end - this.work) / costOf(session));
      const found = this.run(session, method, pauses ? Math.max(LEAST_WORK, most) : LP_WORK);
      if (pauses && found.stoppedBy === "limit") {
        return { lines, basis: session.basis()!, bounds: count, objective: null };
      }
      if (found.status !== "optimal") return "unsolved";
      const own = session.basis()!;
      const solved: SolvedProgram = {
        lines,
        basis: own,
        bounds: count,
        objective: found.objective,
        x: found.x.slice(session.cols - lines.length),
        rowDual: found.rowDual!,
      };
      const more = this.#missing(solved, bounds, kept);
      if (more.length === 0) return solved;
      if (pauses && this.work >= end) return { ...solved, objective: null };
      ({ lines, basis } = this.widen(solved, more));
      method = "primal";
    }
  }

  /** The lines that a program lacks, the dearest first. */
  #missing(
    solved: SolvedProgram,
    bounds: readonly number[],
    kept: Int32Array | null,
  ): number[] {
    const inside = new Set(solved.lines);
    const { lines, excess } = this.above(solved, bounds, kept, SLACK);
    const order = Array.from(lines.keys()).filter((i) => !inside.has(lines[i]));
    order.sort((p, q) => excess[q] - excess[p] || p - q);
    return order.slice(0, MORE_LINES).map((i) => lines[i]);
  }
}

/** What a piece of simplex work costs. */
function costOf({ cols, rows }: LpSession): number {
  return cols + 2 * rows;
}
