// How many different groups a line under construction holds, and whether it may still keep to what it must.

import type { Variety } from "../model/tables.ts";

/** The groups of one variety in a line that is built class by class. */
export class VarietyCount {
  readonly #variety: Variety;
  readonly #times: Int32Array;
  #different = 0;

  constructor(variety: Variety) {
    this.#variety = variety;
    this.#times = new Int32Array(variety.groups);
  }

  /** Whether class c may come, with so many terms open after it. */
  allows(c: number, open: number): boolean {
    const { groupOf, most, least } = this.#variety, group = groupOf[c];
    const different = this.#different + (group >= 0 && this.#times[group] === 0 ? 1 : 0);
    return different <= most && different + open >= least;
  }

  /** Puts class c into the line (1), or takes it out (-1). */
  use(c: number, sign: number): void {
    const group = this.#variety.groupOf[c];
    if (group < 0) return;
    if (sign > 0 && this.#times[group] === 0) this.#different++;
    this.#times[group] += sign;
    if (sign < 0 && this.#times[group] === 0) this.#different--;
  }
}
