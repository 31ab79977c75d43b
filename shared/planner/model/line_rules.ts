// What rules say of a plan's lines while single positions of them change: sums of limits are kept for each line, so that
// only what the old and the new position count in is looked at.

import { cellOf, linesIn, weightAt } from "./flat.ts";
import type { PlannerTables } from "./tables.ts";

/** The sums of limits of a plan's lines, all of which are legal. */
export class LineRules {
  readonly #tables: PlannerTables;
  /** Row-major; changed by others, who tell of it. */
  readonly #cells: Int32Array;
  /** [line * limits + sum] what the line has of it. */
  readonly #used: Int32Array;

  private constructor(tables: PlannerTables, cells: Int32Array) {
    this.#tables = tables;
    this.#cells = cells;
    const lines = linesIn(cells, tables.terms);
    this.#used = new Int32Array(lines * tables.limits);
    for (let i = 0; i < lines; i++) this.count(i);
  }

  /** @returns null where rules ask for more than limits and features, so that lines must be looked at whole */
  static of(tables: PlannerTables, cells: Int32Array): LineRules | null {
    const { leave, hasPairs, varieties, limitUse, limitMax } = tables;
    if (leave !== null || hasPairs || varieties.length > 0) return null;
    // Limits that count in one sum have one largest weight, or lines tell which of them is meant.
    return limitUse.every((use, l) => limitMax[use] === limitMax[l])
      ? new LineRules(tables, cells)
      : null;
  }

  /** Counts line i anew. */
  count(i: number): void {
    const { terms: T, limits } = this.#tables;
    this.#used.fill(0, i * limits, (i + 1) * limits);
    for (let t = 0; t < T; t++) this.#add(i, t, this.#cells[cellOf(i, t, T)], 1);
  }

  /** Books position r instead of `old` in term t of line i. */
  put(i: number, t: number, old: number, r: number): void {
    this.#add(i, t, old, -1);
    this.#add(i, t, r, 1);
  }

  /**
   * Books that line i, which is legal, has the positions a and b of terms u and t exchanged, where no rule is broken by it.
   * @returns whether none is
   */
  exchange(i: number, u: number, t: number, a: number, b: number): boolean {
    this.#move(i, a, u, t);
    this.#move(i, b, t, u);
    if (this.#isWithin(i, a) && this.#isWithin(i, b)) return true;
    this.#move(i, a, t, u);
    this.#move(i, b, u, t);
    return false;
  }

  /** Counts position r in another term. */
  #move(i: number, r: number, from: number, to: number): void {
    this.#add(i, from, r, -1);
    this.#add(i, to, r, 1);
  }

  /** Whether the limits that position r counts in are kept. */
  #isWithin(i: number, r: number): boolean {
    const { limits, classOf, limitStart, limitOf, limitUse, limitMax } = this.#tables;
    const c = classOf[r], end = limitStart[c + 1];
    for (let e = limitStart[c]; e < end; e++) {
      const l = limitOf[e];
      if (this.#used[i * limits + limitUse[l]] > limitMax[l]) return false;
    }
    return true;
  }

  #add(i: number, t: number, r: number, sign: number): void {
    const { terms: T, limits, classOf, limitStart, limitOf, limitUse, limitWeight } = this.#tables;
    const c = classOf[r], end = limitStart[c + 1];
    for (let e = limitStart[c]; e < end; e++) {
      const l = limitOf[e];
      this.#used[i * limits + limitUse[l]] += sign * limitWeight[weightAt(l, t, T)];
    }
  }

  /** Whether line i, which is legal, stays so with position r in term t instead of the one it holds. */
  allows(i: number, t: number, r: number): boolean {
    const { terms: T, limits, classOf, limitStart, limitOf, limitUse, limitWeight, limitMax } =
      this.#tables;
    const old = classOf[this.#cells[cellOf(i, t, T)]], c = classOf[r];
    if (old === c) return true;
    const end = limitStart[c + 1];
    for (let e = limitStart[c]; e < end; e++) {
      const l = limitOf[e], use = limitUse[l];
      let sum = this.#used[i * limits + use] + limitWeight[weightAt(l, t, T)];
      if (sum <= limitMax[l]) continue;
      for (let f = limitStart[old]; f < limitStart[old + 1]; f++) {
        const m = limitOf[f];
        if (limitUse[m] === use) sum -= limitWeight[weightAt(m, t, T)];
      }
      if (sum > limitMax[l]) return false;
    }
    return this.#covers(i, t, old, c);
  }

  #covers(i: number, t: number, old: number, c: number): boolean {
    const { terms: T, classOf, cover, need } = this.#tables;
    let missing = cover[old] & need & ~cover[c];
    for (let u = 0; u < T && missing !== 0; u++) {
      if (u !== t) missing &= ~cover[classOf[this.#cells[cellOf(i, u, T)]]];
    }
    return missing === 0;
  }
}
