// The program of what a domain leaves open: only workers who have more than one line left have rows and pairs, and all of their
// pairs are columns. For domains that are small; see program.ts for others.

import { LpBuilder, type LpModel } from "../../lp/mod.ts";
import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import type { Point } from "../model/tables.ts";
import { type CombRow, readComb } from "../stability/combs.ts";
import type { Cut, Setting } from "./layout.ts";

/** Costs in the program are in units of so many thousandths. */
const UNIT = 1000;
/** A value this close to 1 is 1. */
const WHOLE = 1e-6;

/** A comb that a line or a worker is part of. */
interface InComb {
  row: number;
  comb: CombRow;
}

/** The open part of a setting where stability is asked for. */
export class Part {
  /** Pairs of workers who have a choice, ascending. */
  readonly pairs: number[] = [];
  /** Workers who have one. */
  workers = 0;
  /** Row of each worker, -1: no choice; then the line that is left, -1 for others. */
  readonly #row: Int32Array;
  readonly #only: Int32Array;
  /** Row of each line, -1: no choice; and workers who have it in any case. */
  readonly #lineRow: Int32Array;
  readonly #sure: Int32Array;
  #lines = 0;
  /** Cost of who has no choice. */
  #cost = 0;

  /**
   * @param room what a matching may cost beyond the bound that the reduced costs go with
   * @param reduced by pair, in thousandths: pairs that cost more than the room are left out
   */
  constructor(readonly setting: Setting, room: number, reduced: Float64Array) {
    const { tables: { W, J, cost }, domain: { usable } } = setting;
    this.#row = new Int32Array(W).fill(-1);
    this.#only = new Int32Array(W).fill(-1);
    this.#lineRow = new Int32Array(J).fill(-1);
    this.#sure = new Int32Array(J);
    for (let w = 0; w < W; w++) {
      const own: number[] = [];
      for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
        if (usable[p] === 1 && reduced[p] <= room) own.push(p);
      }
      if (own.length !== 1) {
        this.#row[w] = this.workers++;
        for (const p of own) this.pairs.push(p);
        continue;
      }
      this.#only[w] = lineOfPair(own[0], J);
      this.#sure[lineOfPair(own[0], J)]++;
      this.#cost += cost[own[0]];
    }
    for (const p of this.pairs) {
      if (this.#lineRow[lineOfPair(p, J)] < 0) this.#lineRow[lineOfPair(p, J)] = this.#lines++;
    }
  }

  /** Rows of the program with some combs. */
  rowsWith(combs: readonly Cut[]): number {
    return this.workers + this.#lines + combs.length;
  }

  /** Cost of a point, of everybody. @param objective of the program */
  costOf(objective: number): number {
    return this.#cost + UNIT * objective;
  }

  /** The program, rows of workers first, then of lines in the order of the pairs, then of combs. */
  model(combs: readonly Cut[], integer: boolean): LpModel {
    const { setting: { tables: { J, cost } }, pairs } = this, builder = new LpBuilder("min");
    for (let i = 0; i < this.workers; i++) builder.addRow(1, 1);
    this.#addLines(builder);
    const { there, elsewhere } = this.#addCombs(builder, combs);
    for (const p of pairs) {
      const j = lineOfPair(p, J), w = workerOfPair(p, J);
      builder.addColumn(cost[p] / UNIT, 0, integer ? 1 : Infinity, integer);
      builder.add(this.#row[w], 1);
      builder.add(this.workers + this.#lineRow[j], 1);
      this.#addToCombs(builder, p, there[j], elsewhere[w]);
    }
    return builder.build();
  }

  #addLines(builder: LpBuilder): void {
    const { setting: { tables: { capacity, mustHave }, field, domain } } = this;
    const lines = [...this.#lineRow.keys()].filter((j) => this.#lineRow[j] >= 0)
      .sort((j, k) => this.#lineRow[j] - this.#lineRow[k]);
    for (const j of lines) {
      const isFull = domain.highest[j] < field!.standings.levels[j];
      const least = (isFull ? capacity[j] : mustHave[j]) - this.#sure[j];
      builder.addRow(Math.max(0, least), Math.max(0, capacity[j] - this.#sure[j]));
    }
  }

  /** Rows of combs, less what is sure of them. @returns of each line and each worker the combs it is part of */
  #addCombs(builder: LpBuilder, combs: readonly Cut[]) {
    const { tables, field } = this.setting, { W, J } = tables;
    const there: InComb[][] = Array.from({ length: J }, () => []);
    const elsewhere: InComb[][] = Array.from({ length: W }, () => []);
    for (const cut of combs) {
      const comb = readComb(tables, field!.standings, cut);
      const row = builder.addRow(comb.least - this.#sureOf(comb), Infinity);
      there[comb.line].push({ row, comb });
      for (const w of comb.teeth.keys()) elsewhere[w].push({ row, comb });
    }
    return { there, elsewhere };
  }

  /** What workers without a choice add to a comb. */
  #sureOf(comb: CombRow): number {
    const { tables: { J, wish }, field } = this.setting, { level } = field!.standings;
    let sum = 0;
    this.#only.forEach((line, w) => {
      const own = pairOf(w, comb.line, J);
      if (line === comb.line) { if (level[own] <= comb.level) sum += comb.teeth.get(w) ?? 1; }
      else if (line >= 0 && wish[pairOf(w, line, J)] <= wish[own]) sum += comb.teeth.get(w) ?? 0;
    });
    return sum;
  }

  #addToCombs(
    builder: LpBuilder,
    p: number,
    there: readonly InComb[],
    elsewhere: readonly InComb[],
  ): void {
    const { tables: { J, wish }, field } = this.setting, { level } = field!.standings;
    const j = lineOfPair(p, J), w = workerOfPair(p, J);
    for (const { row, comb } of there) {
      if (level[p] <= comb.level) builder.add(row, comb.teeth.get(w) ?? 1);
    }
    for (const { row, comb: { line, teeth } } of elsewhere) {
      if (line !== j && wish[p] <= wish[pairOf(w, line, J)]) builder.add(row, teeth.get(w)!);
    }
  }

  /** The pairs above zero, of everybody. */
  point(x: ArrayLike<number>): Point {
    const { J } = this.setting.tables, point: Point = { pairs: [], values: [] };
    this.#only.forEach((line, w) => {
      if (line < 0) return;
      point.pairs.push(pairOf(w, line, J));
      point.values.push(1);
    });
    this.pairs.forEach((p, i) => {
      if (x[i] < 1e-9) return;
      point.pairs.push(p);
      point.values.push(x[i]);
    });
    return point;
  }

  /** The matching in a point if it is whole. */
  matching(x: ArrayLike<number>): number[] | null {
    const { J } = this.setting.tables, lineOf = [...this.#only];
    this.pairs.forEach((p, i) => {
      if (x[i] >= 1 - WHOLE) lineOf[workerOfPair(p, J)] = lineOfPair(p, J);
    });
    return lineOf.includes(-1) ? null : lineOf;
  }
}
