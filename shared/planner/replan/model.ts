// The model of a replan: every line that is there takes one legal line in its place (often itself), at
// the price of one for each rotation that changes; added lines take any, at no price:
//   min sum_{i,p} d(i,p) x_ip,  sum_p x_ip + removed_i = 1,  sum_i removed_i = lines too many,
//   sum_p x_added,p = lines too few,  sum_{(i,p) uses s} x_ip <= posts_s.
// The distance d is a sum over terms, so pricing it is pricing lines without affinity, one line after
// the other: the LP is solved exactly by column generation, and its value bounds the changes.

import { cellOf, firstCellOf, lineOfCell, linesIn, slotOf, termOfCell } from "../model/flat.ts";
import { LineScorer, planValue, slotCounts } from "../model/line_values.ts";
import { buildTables } from "../model/build.ts";
import { chooseLeave, optionOf, optionOfWeeks } from "../model/leave_choice.ts";
import { lineCopy } from "../model/lines.ts";
import { forcedMissing, type PlannerTables, type ProblemTables } from "../model/tables.ts";
import { type LinePricing, pricingFor } from "../pricing/group_pricing.ts";
import { type LeaveBlock, leaveByTerm } from "../rules/calendar.ts";
import { absentPosition, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { type LeaveLeft, leaveLeft } from "./leave_left.ts";

/** What a forced cell is worth to moves that seek few changes; a broken rule costs as much as 20 kept cells. */
const FORCED_WORTH = 1_500;

/** Lines that may take the place of others: column j is for owner[j], with its positions in cells. */
export interface ReplanColumns {
  /** Index of the existing line; the number of existing lines stands for added ones. */
  owners: number[];
  /** Row-major, T position indexes per column. */
  cells: number[];
}

/** A line that is there. */
export interface ExistingLine {
  /** For people. */
  name?: string;
  /** Position id per term, null where it has no rotation. */
  positions: readonly (string | null)[];
  /** Name of the pathway that it is reserved for. */
  pathway?: string | null;
  /** Its annual leave; weeks of the year count from 0. */
  leave?: readonly LeaveBlock[];
  /** Cells that it is not to have, by position id and term from 0: something else is looked for there. */
  avoid?: readonly { term: number; position: string }[];
}

/** Cost of a line that changes what stays as it is: above any price. */
const FIXED = 1e7;

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
  /** Terms of the tables: after those of the year, a line's leave and its group, where these are choices. */
  readonly terms: number;
  readonly positions: number;
  /** Terms of the year: only these count as changes. */
  readonly year: number;
  /** Existing lines. */
  readonly existing: number;
  /** Row-major positions of the existing lines, -1 where the problem knows none. */
  readonly before: Int32Array;
  /** The same as if no position had any affinity. */
  readonly flat: PlannerTables;
  /** The same with no gain but that of forced cells. */
  readonly plain: PlannerTables;
  readonly scorer: LineScorer;
  /** [existing line, term] 1 where the rotation stays: its term lies before, or the line is not worked in it. */
  readonly fixed: Uint8Array;
  /** Terms that lie before: nothing of them changes, and added lines are not worked in them. */
  readonly frozen: number;
  /** Slots of their own that existing lines are not to have (`#ownSlot`). */
  readonly #avoided = new Set<number>();
  /** [term] the position of added lines in the terms before. */
  readonly #absent: number[];
  readonly #termWeeks: readonly number[];
  /** What the date leaves of leave, where it is a choice. */
  readonly #left: LeaveLeft | null;
  #pricer: LinePricing | null = null;

  /** @param lines ids of positions that the problem lacks count as changed */
  constructor(
    problem: PlannerProblem,
    bounds: RuleBounds,
    lines: readonly ExistingLine[],
    frozen = 0,
  ) {
    this.frozen = frozen;
    this.#absent = problem.termWeeks.map((_, t) =>
      problem.positions.findIndex(({ id }) => id === absentPosition(t).id)
    );
    this.#termWeeks = problem.termWeeks;
    const left = leaveLeft(problem, bounds, lines, frozen);
    this.tables = buildTables(problem, bounds, { leaveLeft: left });
    this.flat = buildTables(problem, bounds, { ignoreAffinity: true, leaveLeft: left });
    this.#left = this.tables.leave && left;
    this.plain = { ...this.flat, gains: forcedGains(this.flat) };
    this.terms = this.tables.terms;
    this.positions = this.tables.positions;
    this.existing = lines.length;
    this.year = problem.termWeeks.length;
    const { groups, leave } = this.tables;
    const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
    this.before = new Int32Array(lines.length * this.terms);
    lines.forEach((line, i) => {
      for (let t = 0; t < this.year; t++) {
        this.before[cellOf(i, t, this.terms)] = indexOf.get(line.positions[t] ?? "") ?? -1;
      }
      for (const { term, position } of line.avoid ?? []) {
        const r = indexOf.get(position);
        if (r !== undefined) this.#avoided.add(this.#ownSlot(i, term, r));
      }
      if (leave) {
        this.before[cellOf(i, leave.term, this.terms)] = leave.options[this.#leaveOf(i, line)];
      }
      if (groups.length === 0) return;
      const pathway = bounds.pathways.findIndex(({ name }) => name === line.pathway);
      this.before[cellOf(i, this.terms - 1, this.terms)] = groups.at(pathway)!;
    });
    this.fixed = Uint8Array.from(this.before, (r, k) => {
      const t = termOfCell(k, this.terms);
      return t < frozen || (t < this.year && r >= 0 && problem.positions[r].isAbsent) ? 1 : 0;
    });
    this.scorer = new LineScorer(this.tables);
  }

  /** Whether anything stays as it is, whatever else would be better. */
  get hasFixed(): boolean {
    return this.frozen > 0 || this.#avoided.size > 0 || this.fixed.includes(1);
  }

  /** Whether existing line i is not to have position r in term t. */
  avoids(i: number, t: number, r: number): boolean {
    return this.#avoided.size > 0 && i < this.existing && t < this.year &&
      this.#avoided.has(this.#ownSlot(i, t, r));
  }

  /** Where existing line i with position r in term t stands, among the slots of all lines, one line after another. */
  #ownSlot(i: number, t: number, r: number): number {
    return slotOf(cellOf(i, t, this.year), r, this.positions);
  }

  /** Whether the date leaves line i an option of leave. */
  #mayHave(i: number, option: number): boolean {
    return this.#left === null || i >= this.existing || this.#left.open[i][option] === true;
  }

  /** Whether the date leaves the line that takes the place of i its leave. */
  #hasLeave(i: number, line: ArrayLike<number>, at: number): boolean {
    const { leave } = this.tables;
    return this.#left === null || this.#mayHave(i, optionOf(leave!, line[at + leave!.term]));
  }

  /** The position that a line must hold in term t; -1 for any. @param i existing line, or any other number for an added one */
  heldIn(i: number, t: number): number {
    if (i < this.existing) {
      return this.fixed[cellOf(i, t, this.terms)] === 1
        ? this.before[cellOf(i, t, this.terms)]
        : -1;
    }
    return t < this.frozen ? this.#absent[t] : -1;
  }

  /** Whether a line may take the place of i: what stays there stays. */
  mayTake(i: number, line: ArrayLike<number>, at = 0): boolean {
    for (let t = 0; t < this.year; t++) {
      const held = this.heldIn(i, t);
      if ((held >= 0 && line[at + t] !== held) || this.avoids(i, t, line[at + t])) return false;
    }
    return this.#hasLeave(i, line, at);
  }

  /** [cell] what stays, for so many lines; null where nothing does. */
  fixedCells(lines: number): Uint8Array | null {
    if (!this.hasFixed) return null;
    return Uint8Array.from(
      { length: lines * this.terms },
      (_, k) => this.heldIn(lineOfCell(k, this.terms), termOfCell(k, this.terms)) >= 0 ? 1 : 0,
    );
  }

  /** Adds to slot costs of lines in the place of i what must not change. */
  forbid(i: number, costs: Float64Array): void {
    for (let t = 0; t < this.year; t++) {
      const held = this.heldIn(i, t);
      for (let r = 0; r < this.positions; r++) {
        // A line that is worked holds no place of those that are not.
        const isOthers = held < 0 && this.#absent[t] === r;
        const isBarred = isOthers || (held >= 0 && r !== held) || this.avoids(i, t, r);
        if (isBarred) costs[slotOf(t, r, this.positions)] += FIXED;
      }
    }
    const { leave } = this.tables;
    leave?.options.forEach((r, o) => {
      if (!this.#mayHave(i, o)) costs[slotOf(leave.term, r, this.positions)] += FIXED;
    });
  }

  /** The option that an existing line's leave is, or the first one that its terms allow; the first of all where none is. */
  #leaveOf(i: number, { leave: blocks = [] }: ExistingLine): number {
    const { terms, blocked } = this.tables.leave!;
    const own = optionOfWeeks(this.tables.leave!, leaveByTerm(this.#termWeeks, blocks));
    if (own >= 0) return own;
    const at = firstCellOf(i, this.terms);
    return Math.max(
      0,
      terms.findIndex((named, o) =>
        this.#mayHave(i, o) && named.every((t) => blocked[this.before[at + t]] !== 1)
      ),
    );
  }

  /** Whether an existing line may stay as it is, as far as the rules go. */
  isLegal(i: number): boolean {
    const { terms: T, positions: R, before, tables } = this;
    for (let t = 0; t < T; t++) {
      const r = before[cellOf(i, t, T)];
      if (r < 0 || tables.cap[slotOf(t, r, R)] === 0 || this.avoids(i, t, r)) return false;
    }
    return this.#hasLeave(i, before, firstCellOf(i, T)) &&
      this.scorer.faults(before, firstCellOf(i, T)) === 0;
  }

  /** Rotations that change when a line takes the place of existing line i; none for added ones. */
  distance(i: number, line: ArrayLike<number>, at = 0): number {
    if (i === this.existing) return 0;
    let changed = 0;
    for (let t = 0; t < this.year; t++) {
      if (line[at + t] !== this.before[cellOf(i, t, this.terms)]) changed++;
    }
    return changed;
  }

  /** The plan of a draft; null where it breaks a rule or misses a forced cell. */
  planOf(draft: Int32Array): ReplanPlan | null {
    const cells = this.#withLeaveLeft(draft);
    const { terms: T, existing: m, tables } = this, lines = linesIn(cells, T);
    for (let i = 0; i < lines; i++) {
      if (
        this.scorer.faults(cells, firstCellOf(i, T)) > 0 ||
        !this.mayTake(i, cells, firstCellOf(i, T))
      ) return null;
    }
    if (forcedMissing(tables, slotCounts(tables, cells, lines)) > 0) return null;
    const all = Array.from({ length: lines }, (_, i) => lineCopy(cells, i, T));
    return { kept: all.slice(0, m), added: all.slice(m) };
  }

  /** A draft whose lines have leave that the date leaves them, where they find it: moves know no date. */
  #withLeaveLeft(draft: Int32Array): Int32Array {
    const { terms: T, tables } = this, lines = linesIn(draft, T);
    const order = Array.from({ length: lines }, (_, i) => i);
    if (order.every((i) => this.#hasLeave(i, draft, firstCellOf(i, T)))) return draft;
    const cells = draft.slice(), left = tables.leave!.budgets.slice();
    const may = (i: number, o: number) => this.#mayHave(i, o);
    chooseLeave(tables, cells, left, order, lines, () => 0, may);
    return cells;
  }

  /** Above the changes of any plan, so that a line is missing only where it must be. */
  get missingPrice(): number {
    return 10 * (1 + this.existing) * this.terms;
  }

  /** The plan that takes each column as often as `x` says. */
  readPlan(columns: ReplanColumns, x: Float64Array): ReplanPlan {
    const T = this.terms;
    const plan: ReplanPlan = { kept: Array(this.existing).fill(null), added: [] };
    columns.owners.forEach((i, j) => {
      for (let n = Math.round(x[j]); n > 0; n--) {
        const line = Int32Array.from(lineCopy(columns.cells, j, T));
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

  /** Rotations that a plan changes in lines that stay. */
  changes(plan: ReplanPlan): number {
    return plan.kept.reduce((sum, line, i) => sum + (line ? this.distance(i, line) : 0), 0);
  }

  /** A plan's objective. */
  value(plan: ReplanPlan): number {
    const cells = this.cellsOf(plan);
    return planValue(this.tables, cells, linesIn(cells, this.terms));
  }

  /** Whether a plan changes fewer rotations than another, or as few and is worth more. */
  isBetter(plan: ReplanPlan, than: ReplanPlan): boolean {
    const changes = this.changes(plan) - this.changes(than);
    return changes < 0 || (changes === 0 && this.value(plan) > this.value(than));
  }

  /** Prices lines without affinity; made at first use. */
  get pricer(): LinePricing {
    return this.#pricer ??= pricingFor(this.flat);
  }
}
