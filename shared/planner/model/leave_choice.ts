// Leave as a choice that every line makes beside its positions: one more term, whose positions are the options of
// leave. An option needs terms that take leave, which is a limit like any other, and uses up weeks of its terms, of
// which all lines together have so many: budgets, rows over several slots of that term.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { cellOf, linesIn, slotOf, useAt } from "./flat.ts";
import type { NamedLimit } from "./gather.ts";
import { addTerm, type Parts } from "./parts.ts";
import type { LeaveChoice, PlannerTables } from "./tables.ts";
import { LEAVE_WEEKS } from "../rules/leave_options.ts";
import type { LeaveReserve } from "../rules/mod.ts";

/**
 * Adds the term of leave: a position for each option, and one for lines that have none yet, which no legal line holds.
 * @param lines wanted
 */
export function addLeave(plain: Parts, reserve: LeaveReserve, lines: number): Parts {
  const { terms: T, positions: R } = plain;
  const { options, blocked } = reserve;
  const none = R + options.length;
  const budgets = Int32Array.from(reserve.budgets, (weeks) => Math.min(weeks, LEAVE_WEEKS * lines));
  const uses = new Int32Array(options.length * T);
  options.forEach(({ parts }, o) =>
    parts.forEach(({ term, weeks }) => uses[useAt(o, term, T)] += weeks)
  );
  const leave: LeaveChoice = {
    term: T,
    options: options.map((_, o) => R + o),
    none,
    terms: options.map(({ parts }) => parts.map(({ term }) => term)),
    blocked: Uint8Array.from({ length: R }, (_, r) => blocked.includes(r) ? 1 : 0),
    budgets,
    uses,
  };
  const posts = options.map((_, o) => mostOf(leave, o, budgets, lines));
  const limits: NamedLimit[] = [{
    rule: "ANNUAL_LEAVE",
    kind: "without leave",
    max: 0,
    positions: [none],
    termWeight: weights(T, T),
    unit: 1,
  }];
  for (let t = 0; t < T; t++) {
    const needing = leave.options.filter((_, o) => leave.terms[o].includes(t));
    if (needing.length === 0) continue;
    limits.push({
      rule: "ANNUAL_LEAVE",
      kind: `leave beside no leave in term ${t + 1}`,
      max: 1,
      positions: [...blocked, ...needing],
      termWeight: weights(T, T, t),
      unit: 1,
    });
  }
  return { ...addTerm(plain, [...posts, 0], limits), leave };
}

/** More terms that hit all options are not looked for. */
const MOST_HIT = 10;

/** What a date leaves of leave. */
export interface LeaveOfDate {
  /** The first term in which leave may still be taken. */
  from: number;
  /** [line that is there][option] whether it may still have it. */
  open: readonly (readonly boolean[])[];
}

/**
 * Whether every line finds leave whatever it holds, and all of them together: then none chooses any with its positions.
 * @param limits that every line keeps to
 * @param lines wanted
 * @param left what lines hold before its date takes no leave from them any more
 */
export function isLeaveSure(
  { options, blocked, budgets }: LeaveReserve,
  limits: readonly NamedLimit[],
  lines: number,
  { from, open }: LeaveOfDate = { from: 0, open: [options.map(() => true)] },
): boolean {
  if (budgets.some((weeks) => weeks < LEAVE_WEEKS * lines)) return false;
  // Terms that a line may spend where no leave is taken: by the limits that count all such positions.
  const most = limits.filter(({ use, positions }) =>
    use === undefined && blocked.every((r) => positions.includes(r))
  ).map(({ termWeight, max }) => {
    let room = max;
    return termWeight.toSorted((a, b) => a - b).filter((weight) => (room -= weight) >= 0).length;
  });
  const terms = blocked.length === 0 ? 0 : Math.min(budgets.length - from, ...most);
  const masks = options.map(({ parts }) =>
    parts.reduce((mask, { term }) => term < from ? mask : mask | 1 << term, 0)
  );
  const canHit = (own: readonly number[], held: number, left: number): boolean => {
    const free = own.find((mask) => (mask & held) === 0);
    if (free === undefined) return true;
    for (let rest = left > 0 ? free : 0; rest !== 0; rest &= rest - 1) {
      if (canHit(own, held | rest & -rest, left - 1)) return true;
    }
    return false;
  };
  const kinds = [...new Map(open.map((own) => [own.join(), own])).values()];
  return terms <= MOST_HIT &&
    kinds.every((own) => !canHit(masks.filter((_, o) => own[o]), 0, terms));
}

/** 1 in these terms of a year with the term of leave at its end. */
function weights(T: number, ...terms: number[]): number[] {
  return Array.from({ length: T + 1 }, (_, t) => terms.includes(t) ? 1 : 0);
}

/** Lines that can have an option at most, with so many weeks left. */
function mostOf({ uses }: LeaveChoice, o: number, left: ArrayLike<number>, lines: number): number {
  const B = left.length;
  let most = lines;
  for (let b = 0; b < B; b++) {
    if (uses[useAt(o, b, B)] > 0) most = Math.min(most, Math.floor(left[b] / uses[useAt(o, b, B)]));
  }
  return Math.max(0, most);
}

/** Slots of posts, and of options of leave: how large a problem is. */
export function slotsInUse({ terms: T, positions: R, leave, cap }: PlannerTables): number {
  const options = leave?.options.length ?? 0;
  return leave === null ? cap.length : T * (R - options - 1) + options;
}

/** The option that a position of the term of leave stands for; -1 for none of them. */
export function optionOf({ options }: LeaveChoice, position: number): number {
  const o = position - options[0];
  return o >= 0 && o < options.length ? o : -1;
}

/** The option of these weeks in each term; -1 where it is none. */
export function optionOfWeeks(
  { terms, uses, budgets }: LeaveChoice,
  weeks: ArrayLike<number>,
): number {
  const B = budgets.length;
  return terms.findIndex((_, o) => budgets.every((_, b) => uses[useAt(o, b, B)] === weeks[b]));
}

/** [line][term] weeks of leave that the lines of a plan chose, null where they chose none; empty where leave is no choice. */
export function chosenLeave({ leave, terms: T }: PlannerTables, cells: Int32Array) {
  if (leave === null) return [];
  const B = leave.budgets.length;
  return Array.from({ length: linesIn(cells, T) }, (_, i) => {
    const o = optionOf(leave, cells[cellOf(i, leave.term, T)]);
    return o < 0 ? null : Array.from(leave.uses.subarray(o * B, (o + 1) * B));
  });
}

/** Weeks left of each budget beside lines that use slots so often. @param counts [slot] */
export function budgetsBeside(tables: PlannerTables, counts: ArrayLike<number>): Int32Array {
  const { leave, positions: R } = tables;
  if (leave === null) return new Int32Array(0);
  const left = leave.budgets.slice(), B = left.length;
  leave.options.forEach((r, o) => {
    const n = counts[slotOf(leave.term, r, R)];
    for (let b = 0; b < B; b++) left[b] -= n * leave.uses[useAt(o, b, B)];
  });
  return left;
}

/** Posts, and weeks of leave, that lines have not taken yet. */
export class PostsLeft {
  readonly #tables: PlannerTables;
  /** [slot] posts left. */
  readonly left: Int32Array;
  readonly #budgets: Int32Array;

  constructor(tables: PlannerTables) {
    this.#tables = tables;
    this.left = tables.cap.slice();
    this.#budgets = tables.leave?.budgets.slice() ?? new Int32Array(0);
  }

  /** Whether the line at `cells[at ..]` finds a post in every term, and weeks for its leave. */
  fits(cells: ArrayLike<number>, at: number): boolean {
    const { terms: T, positions: R, leave } = this.#tables;
    for (let t = 0; t < T; t++) if (this.left[slotOf(t, cells[at + t], R)] <= 0) return false;
    if (leave === null) return true;
    const o = optionOf(leave, cells[at + leave.term]), B = this.#budgets.length;
    for (let b = 0; o >= 0 && b < B; b++) {
      if (leave.uses[useAt(o, b, B)] > this.#budgets[b]) return false;
    }
    return o >= 0;
  }

  /** Takes what `n` such lines hold. */
  take(cells: ArrayLike<number>, at: number, n = 1): void {
    const { terms: T, positions: R, leave } = this.#tables;
    for (let t = 0; t < T; t++) this.left[slotOf(t, cells[at + t], R)] -= n;
    if (leave === null) return;
    const o = optionOf(leave, cells[at + leave.term]), B = this.#budgets.length;
    for (let b = 0; o >= 0 && b < B; b++) this.#budgets[b] -= n * leave.uses[useAt(o, b, B)];
  }

  /** Posts that further lines may use: of options of leave as many as their weeks allow. */
  open(): Int32Array {
    const { positions: R, leave, lines } = this.#tables;
    const cap = this.left.map((n) => Math.max(0, n));
    leave?.options.forEach((r, o) => {
      const s = slotOf(leave.term, r, R);
      cap[s] = Math.min(cap[s], mostOf(leave, o, this.#budgets, lines));
    });
    return cap;
  }

  /** Weeks left of each budget. */
  get budgets(): Int32Array {
    return this.#budgets;
  }
}

/**
 * Adds the rows of budgets to a model of lines.
 * @param left weeks left
 * @returns [budget] the row
 */
export function budgetRows(builder: LpBuilder, left: Int32Array): number[] {
  return Array.from(left, (weeks) => builder.addRow(-Infinity, Math.max(0, weeks)));
}

/** Adds what a column of lines with this position in the term of leave uses of budgets. */
export function addUses(
  builder: LpBuilder,
  { leave }: PlannerTables,
  rows: readonly number[],
  position: number,
): void {
  if (leave === null) return;
  const o = optionOf(leave, position), B = rows.length;
  for (let b = 0; o >= 0 && b < B; b++) {
    const weeks = leave.uses[useAt(o, b, B)];
    if (weeks > 0) builder.add(rows[b], weeks);
  }
}

/**
 * What options of leave are worth at most, at so much each, over all lines within the budgets: the linear program's
 * optimum, from above.
 * @param prices [slot]
 */
export function budgetValue(tables: PlannerTables, prices: Float64Array): number {
  const { leave, positions: R, cap } = tables;
  if (leave === null) return 0;
  const worth = leave.options.map((r) => Math.max(0, prices[slotOf(leave.term, r, R)]));
  if (worth.every((price) => price === 0)) return 0;
  const builder = new LpBuilder("max");
  const rows = budgetRows(builder, leave.budgets);
  leave.options.forEach((r, o) => {
    builder.addColumn(worth[o], 0, cap[slotOf(leave.term, r, R)]);
    addUses(builder, tables, rows, r);
  });
  const found = solveLp(builder.build(), { presolve: false });
  const least = leave.options.reduce(
    (sum, r, o) => sum + worth[o] * cap[slotOf(leave.term, r, R)],
    0,
  );
  return found.status === "optimal" ? Math.min(least, found.objective + 1e-6) : least;
}

/** Lines that are given leave, one after the other, out of what budgets have left. */
class LeaveFill {
  readonly #leave: LeaveChoice;
  readonly #terms: number;
  readonly #cells: Int32Array;
  readonly #left: Int32Array;
  readonly #noise: () => number;
  readonly #may: (line: number, option: number) => boolean;

  constructor(
    tables: PlannerTables,
    cells: Int32Array,
    left: Int32Array,
    noise: () => number,
    may: (line: number, option: number) => boolean,
  ) {
    this.#leave = tables.leave!;
    this.#terms = tables.terms;
    this.#cells = cells;
    this.#left = left;
    this.#noise = noise;
    this.#may = may;
  }

  /** Whether the terms of line i take leave where the option asks for it. */
  #mayHave(i: number, o: number): boolean {
    const { terms, blocked } = this.#leave;
    return this.#may(i, o) &&
      terms[o].every((t) => blocked[this.#cells[cellOf(i, t, this.#terms)]] !== 1);
  }

  /** Weeks that would be left of the scarcest budget, as a share of what there is; below 0 where it is too little. */
  #room(o: number): number {
    const { uses, terms } = this.#leave, B = this.#left.length;
    let least = 1;
    for (const b of terms[o]) {
      const weeks = uses[useAt(o, b, B)];
      least = Math.min(least, (this.#left[b] - weeks) / Math.max(1, this.#left[b]));
    }
    return least;
  }

  #use(o: number, sign: number): void {
    const B = this.#left.length;
    for (const b of this.#leave.terms[o]) this.#left[b] -= sign * this.#leave.uses[useAt(o, b, B)];
  }

  #put(i: number, o: number): void {
    this.#cells[cellOf(i, this.#leave.term, this.#terms)] = o < 0
      ? this.#leave.none
      : this.#leave.options[o];
    if (o >= 0) this.#use(o, 1);
  }

  /** The option that leaves most room; -1 where none is left. */
  #best(i: number): number {
    let best = -1, most = -Infinity;
    for (let o = 0; o < this.#leave.options.length; o++) {
      if (!this.#mayHave(i, o)) continue;
      const room = this.#room(o);
      if (room < 0) continue;
      const key = room + this.#noise();
      if (key > most) [best, most] = [o, key];
    }
    return best;
  }

  /** Another line of those before takes another option, so that line i finds room. */
  #makeRoom(i: number, before: ArrayLike<number>, n: number): boolean {
    const { options, term, terms } = this.#leave;
    for (let o = 0; o < options.length; o++) {
      if (!this.#mayHave(i, o)) continue;
      for (let m = 0; m < n; m++) {
        const j = before[m],
          held = optionOf(this.#leave, this.#cells[cellOf(j, term, this.#terms)]);
        if (held < 0) continue;
        if (!terms[o].some((b) => terms[held].includes(b))) continue;
        this.#use(held, -1);
        if (this.#room(o) >= 0) {
          this.#use(o, 1);
          const other = this.#best(j);
          if (other >= 0) {
            this.#put(j, other);
            this.#cells[cellOf(i, term, this.#terms)] = options[o];
            return true;
          }
          this.#use(o, -1);
        }
        this.#use(held, 1);
      }
    }
    return false;
  }

  /** Gives lines leave, in this order. @returns lines for which there was none */
  fill(order: ArrayLike<number>, n: number): number {
    let missing = 0;
    for (let k = 0; k < n; k++) {
      const o = this.#best(order[k]);
      if (o >= 0) this.#put(order[k], o);
      else if (!this.#makeRoom(order[k], order, k)) {
        this.#put(order[k], -1);
        missing++;
      }
    }
    return missing;
  }
}

/**
 * Gives lines options of leave while weeks last; lines without get the position that stands for none.
 * @param cells a plan, row-major; changed
 * @param left weeks left of each budget; changed
 * @param order lines, the first `n` of which are given leave
 * @param noise what may tip the choice, in shares of a budget
 * @param may whether a line may have an option, whatever its terms take
 * @returns lines that found none
 */
export function chooseLeave(
  tables: PlannerTables,
  cells: Int32Array,
  left: Int32Array,
  order: ArrayLike<number>,
  n: number,
  noise: () => number = () => 0,
  may: (line: number, option: number) => boolean = () => true,
): number {
  return new LeaveFill(tables, cells, left, noise, may).fill(order, n);
}

/** Gives the lines from `from` on leave, while it lasts. */
export function fillLeave(
  tables: PlannerTables,
  cells: Int32Array,
  from: number,
  left: PostsLeft,
): void {
  const lines = Array.from({ length: linesIn(cells, tables.terms) - from }, (_, i) => from + i);
  chooseLeave(tables, cells, left.budgets, lines, lines.length);
}
