// The full model, for caps that a flow cannot express and for stability, as a sparse program:
//   min sum c_wj x_wj,  sum_j x_wj = 1,  [must be filled] <= sum_w x_wj <= capacity_j,
//   sum_w x_wj <= capacity_j y_j,  sum_{j of p} y_j <= maxLines_p,  sum_{j of p} sum_w x_wj <= maxWorkers_p,
// and cuts, added as they are found broken: combs (weak stability, see combs.ts) and links x_wj <= y_j.
// Columns exist only for some pairs; the duals price all the others. Columns of penalty (a worker
// without a line, a line without the workers that it must have) keep every program solvable.
// Where rules give way (elastic.ts) the objective is the number of changes: columns for a place more, a
// worker or line above a cap, a line that stays empty, each at 1, and pairs that need a waiver at 1.
// This is where each row and column stands; the columns themselves are in columns.ts, starting bases in start_basis.ts,
// what duals prove in prices.ts, and solving in program.ts.

import { type ImpliedPairs, isImplication, readImplication } from "../model/links.ts";
import { lineOfPair, workerOfPair } from "../model/pairs.ts";
import { type CombRow, readComb } from "../stability/combs.ts";
import type { Domain, Field } from "../stability/cutoffs.ts";
import type { AllocatorTables } from "../model/tables.ts";
import type { LeastCosts } from "./costs.ts";

/** A row added: a comb, a link of a line (its pair alone), or an implication of linked workers (links.ts). */
export type Cut = number[];

/** The problem of one node of the search. */
export interface Setting {
  tables: AllocatorTables;
  costs: LeastCosts;
  /** null: stability is not asked for. */
  field: Field | null;
  domain: Domain;
  /** Lines that a decision counts as used (1) or closes (0); -1: open. */
  used: Int8Array;
}

/** The rows of a program in their order, the columns before those of pairs, and what follows from both. */
export class Layout {
  readonly tables: AllocatorTables;
  readonly setting: Setting;
  readonly cuts: readonly Cut[];
  /** Least cost of each worker: costs in the program are above it, in units of `unit`. */
  readonly least: Float64Array;
  readonly unit: number;
  /** Row of the link between line and y, -1: the line has no y. */
  readonly link: Int32Array;
  /** Rows of caps on workers that a line counts in, and rows of caps on lines that its y counts in. */
  readonly workerRows: number[][];
  readonly lineRows: number[][];
  /** Bounds of the rows. */
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  /** Lines that have a y, in the order of those columns. */
  readonly yLines: number[] = [];
  /** Rows that each column of a change relaxes: a place of a line, a worker or line above a cap. */
  readonly changes: number[][] = [];
  /** Rows before those of cuts. */
  readonly firstCut: number;
  /** What a penalty column costs, in the program's unit; 0: the program minimises penalties alone. */
  readonly penalty: number;
  /** Combs by cut, by line and by tooth, and links by pair and by line. */
  readonly combs = new Map<number, CombRow>();
  readonly atLine: [cut: number, comb: CombRow][][];
  readonly atWorker: [cut: number, comb: CombRow][][];
  readonly links = new Map<number, number>();
  readonly linksOfLine: number[][];
  /** Cuts that are implications. */
  readonly implications = new Map<number, ImpliedPairs>();
  /** Implications that a pair is part of, with its factor in them. */
  readonly implied = new Map<number, [cut: number, factor: number][]>();

  constructor(setting: Setting, cuts: readonly Cut[], penalty: number) {
    const { tables } = setting, { W, J } = tables;
    this.tables = tables;
    this.setting = setting;
    this.cuts = cuts;
    const { least, range } = setting.costs;
    this.least = least;
    this.unit = tables.give ? 1 : Math.max(1, range / 1e5);
    this.penalty = penalty;
    for (let w = 0; w < W; w++) this.#row(1, 1);
    for (let j = 0; j < J; j++) {
      this.#row(this.#toFill(j), this.#isShort(j) ? Infinity : tables.capacity[j]);
    }
    this.link = new Int32Array(J).fill(-1);
    this.workerRows = Array.from({ length: J }, () => []);
    this.lineRows = Array.from({ length: J }, () => []);
    this.#addCaps();
    this.#addUses();
    this.#addPlaces();
    this.firstCut = this.upper.length;
    this.atLine = Array.from({ length: J }, () => []);
    this.atWorker = Array.from({ length: W }, () => []);
    this.linksOfLine = Array.from({ length: J }, () => []);
    cuts.forEach((cut, c) => this.#addCut(cut, c));
  }

  #addCaps(): void {
    const { caps, give } = this.tables;
    caps.forEach(({ lines, maxLines, maxWorkers }, cap) => {
      const rowOf = (most: number, rows: number[][]) => {
        const row = this.#row(-Infinity, most);
        for (const j of lines) rows[j].push(row);
        if (give?.caps[cap]) this.changes.push([row]);
      };
      if (maxWorkers !== null) rowOf(maxWorkers, this.workerRows);
      if (maxLines !== null) rowOf(maxLines, this.lineRows);
    });
  }

  /** The y of the lines that a cap on lines counts. */
  #addUses(): void {
    for (let j = 0; j < this.tables.J; j++) {
      if (this.lineRows[j].length === 0) continue;
      this.link[j] = this.#row(-Infinity, 0);
      this.yLines.push(j);
    }
  }

  /** What stands for the places of lines, and may give way. */
  #addPlaces(): void {
    const { W, J, capacity, give } = this.tables;
    for (let j = 0; j < J; j++) {
      // Of a line that must have a worker and has no place, the places are a row of their own.
      const isShort = this.#isShort(j);
      const places = isShort ? this.#row(-Infinity, capacity[j]) : W + j;
      if (isShort) this.workerRows[j].push(places);
      if (!give?.places[j]) continue;
      this.changes.push(this.link[j] >= 0 ? [places, this.link[j]] : [places]);
    }
  }

  /** Whether a line must get more workers than it has places. */
  #isShort(j: number): boolean {
    return this.#toFill(j) > this.tables.capacity[j];
  }

  #row(lower: number, upper: number): number {
    this.lower.push(lower);
    return this.upper.push(upper) - 1;
  }

  /** Workers that a line must get. */
  #toFill(j: number): number {
    const { field, domain } = this.setting, { capacity, mustHave } = this.tables;
    const full = field !== null && domain.highest[j] < field.standings.levels[j];
    return full ? capacity[j] : mustHave[j];
  }

  /** Whether the line must have a worker by a rule that gives way: its y is 1, less its column of penalty. */
  mayStayEmpty(j: number): boolean {
    const { give, mustHave } = this.tables;
    return give?.mustHave === true && mustHave[j] === 1 && this.lower[this.tables.W + j] === 1;
  }

  /** Bounds of the column of a line that may stay empty. */
  empty(j: number): [lower: number, upper: number] {
    const decided = this.setting.used[j];
    return [decided === 0 ? 1 : 0, decided === 1 ? 0 : 1];
  }

  #addCut(cut: Cut, c: number): void {
    const { J } = this.tables;
    if (isImplication(cut)) return this.#addImplication(cut, c);
    if (cut.length === 1) {
      this.#row(-Infinity, 0);
      this.links.set(cut[0], c);
      this.linksOfLine[lineOfPair(cut[0], J)].push(c);
      return;
    }
    const comb = readComb(this.tables, this.setting.field!.standings, cut);
    this.#row(comb.least, Infinity);
    this.combs.set(c, comb);
    this.atLine[comb.line].push([c, comb]);
    for (const w of comb.teeth.keys()) this.atWorker[w].push([c, comb]);
  }

  #addImplication(cut: Cut, c: number): void {
    const pairs = readImplication(this.tables, cut), { least, factors } = pairs;
    this.implications.set(c, pairs);
    this.#row(least, Infinity);
    for (const [pair, factor] of factors) {
      const known = this.implied.get(pair);
      if (known) known.push([c, factor]);
      else this.implied.set(pair, [[c, factor]]);
    }
  }

  /** All rows. */
  get rows(): number {
    return this.upper.length;
  }

  /** Columns before those of pairs: penalties of workers and of lines, y, and changes. */
  get fixedColumns(): number {
    return this.firstChange + this.changes.length;
  }

  /** The first column of a change. */
  get firstChange(): number {
    return this.tables.W + this.tables.J + this.yLines.length;
  }

  /** What the column of a pair costs, in the program's unit. */
  objective(pair: number): number {
    if (this.penalty === 0) return 0;
    const { J, cost, give } = this.tables;
    if (give) return cost[pair] === Infinity ? 1 : 0;
    return (cost[pair] - this.least[workerOfPair(pair, J)]) / this.unit;
  }

  /** Bounds of the y of a line. */
  used(j: number): [lower: number, upper: number] {
    if (this.mayStayEmpty(j)) return [1, 1];
    const decided = this.setting.used[j];
    return [decided === 1 ? 1 : this.tables.mustHave[j], decided === 0 ? 0 : 1];
  }

  /** What one change costs. */
  get changePrice(): number {
    return this.penalty === 0 ? 0 : 1;
  }

  /** Thousandths in the program's unit. */
  scaled(thousandths: number): number {
    return thousandths / this.unit;
  }
}
