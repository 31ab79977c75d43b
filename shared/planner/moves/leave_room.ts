// Leave of the lines of a plan while these change: a line that works without leave where it had some takes another option,
// as long as weeks last.

import { cellOf, firstCellOf, useAt } from "../model/flat.ts";
import { budgetsBeside, optionOf } from "../model/leave_choice.ts";
import type { Random } from "../../engine/random.ts";
import type { LeaveChoice, PlannerTables } from "../model/tables.ts";

/** Options of a plan's lines, and the weeks that they leave. */
export class LeaveRoom {
  readonly #leave: LeaveChoice;
  readonly #terms: number;
  readonly #masks: Int32Array;
  /** Row-major; its cells of the term of leave are changed. */
  readonly #cells: Int32Array;
  readonly #left: Int32Array;

  /** @param counts [slot] lines that use it */
  constructor(tables: PlannerTables, cells: Int32Array, counts: Int32Array) {
    this.#leave = tables.leave!;
    this.#terms = tables.terms;
    this.#cells = cells;
    this.#left = budgetsBeside(tables, counts);
    this.#masks = Int32Array.from(
      this.#leave.terms,
      (terms) => terms.reduce((mask, t) => mask | 1 << t, 0),
    );
  }

  #blocked(i: number): number {
    const { term, blocked } = this.#leave, at = firstCellOf(i, this.#terms);
    let mask = 0;
    for (let t = 0; t < term; t++) mask |= blocked[this.#cells[at + t]] << t;
    return mask;
  }

  /** The option's position that line i holds. */
  held(i: number): number {
    return this.#cells[cellOf(i, this.#leave.term, this.#terms)];
  }

  /** Gives line i this option, whatever is left. */
  put(i: number, position: number): void {
    this.#use(optionOf(this.#leave, this.held(i)), -1);
    this.#cells[cellOf(i, this.#leave.term, this.#terms)] = position;
    this.#use(optionOf(this.#leave, position), 1);
  }

  #use(o: number, sign: number): void {
    const { uses } = this.#leave, B = this.#left.length;
    for (let b = 0; o >= 0 && b < B; b++) this.#left[b] -= sign * uses[useAt(o, b, B)];
  }

  /** Weeks that option o leaves of the scarcest of its terms. */
  #room(o: number): number {
    const { uses, terms } = this.#leave, B = this.#left.length;
    let least = Infinity;
    for (const b of terms[o]) least = Math.min(least, this.#left[b] - uses[useAt(o, b, B)]);
    return least;
  }

  /** Sees that line i has leave where it may take some. @returns false where there is none for it; then nothing changed */
  refit(i: number): boolean {
    const blocked = this.#blocked(i), position = this.held(i), o = optionOf(this.#leave, position);
    if (o >= 0 && (this.#masks[o] & blocked) === 0) return true;
    this.#use(o, -1);
    let best = -1, most = -1;
    for (let n = 0; n < this.#masks.length; n++) {
      if ((this.#masks[n] & blocked) !== 0) continue;
      const room = this.#room(n);
      if (room > most) [best, most] = [n, room];
    }
    this.#use(o, 1);
    if (best < 0) return false;
    this.put(i, this.#leave.options[best]);
    return true;
  }

  /** Line i takes another option, if this one has weeks left for it. */
  change(i: number, random: Random): void {
    const o = random.below(this.#masks.length), before = this.held(i);
    if ((this.#masks[o] & this.#blocked(i)) !== 0) return;
    this.#use(optionOf(this.#leave, before), -1);
    const fits = this.#room(o) >= 0;
    this.#use(optionOf(this.#leave, before), 1);
    if (fits) this.put(i, this.#leave.options[o]);
  }
}
