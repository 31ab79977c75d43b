// The full model, for caps that a flow cannot express and for stability, as a sparse program:
//   min sum c_wj x_wj,  sum_j x_wj = 1,  [must be filled] <= sum_w x_wj <= capacity_j,
//   sum_w x_wj <= capacity_j y_j,  sum_{j of p} y_j <= maxLines_p,  sum_{j of p} sum_w x_wj <= maxWorkers_p,
// and cuts, added as they are found broken: combs (weak stability, see combs.ts) and links x_wj <= y_j.
// Columns exist only for some pairs; the duals price all the others. Columns of penalty (a worker
// without a line, a line without the workers that it must have) keep every program solvable.
// Where rules give way (elastic.ts) the objective is the number of changes: columns for a place more, a
// worker or line above a cap, a line that stays empty, each at 1, and pairs that need a waiver at 1.

import { AT_LOWER, AT_UPPER, BASIC } from "../../lp/basis.ts";
import { LpBuilder, LpSession, type LpSolution } from "../../lp/mod.ts";
import { combLevel } from "../stability/combs.ts";
import type { Domain, Standings } from "../stability/cutoffs.ts";
import type { FlowState } from "./flow.ts";
import { type AllocatorTables, loadsOf, type Point } from "../model/tables.ts";

/** Reduced costs below this (in the program's own unit) improve the program. */
const IMPROVES = -1e-7;
/** A value this close to a whole number is one. */
const WHOLE = 1e-6;

/** A row added: a comb, or a link (its pair alone). */
export type Cut = number[];

/** The problem of one node of the search. */
export interface Setting {
  tables: AllocatorTables;
  costs: LeastCosts;
  /** null: stability is not asked for. */
  standings: Standings | null;
  domain: Domain;
  /** Lines that a decision counts as used (1) or closes (0); -1: open. */
  used: Int8Array;
}

/** The rows of the program, and what follows from them. */
export class Program {
  readonly #t: AllocatorTables;
  readonly #s: Setting;
  readonly cuts: readonly Cut[];
  /** Least cost of each worker: costs in the program are above it, in units of `unit`. */
  readonly #least: Float64Array;
  readonly #unit: number;
  /** Row of the link between line and y, -1: the line has no y. */
  readonly #link: Int32Array;
  /** Rows of caps on workers that a line counts in, and rows of caps on lines that its y counts in. */
  readonly #workerRows: number[][];
  readonly #lineRows: number[][];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #yLines: number[] = [];
  /** Rows that each column of a change relaxes: a place of a line, a worker or line above a cap. */
  readonly #changes: number[][] = [];
  readonly #firstCut: number;
  /** What a penalty column costs, in the program's unit; 0: the program minimises penalties alone. */
  readonly #penalty: number;
  /** Combs by line with their levels, by tooth with the rank that counts, and links by pair. */
  readonly #atLine: [cut: number, level: number][][];
  readonly #atWorker: [cut: number, line: number, rank: number][][];
  readonly #links = new Map<number, number>();
  readonly #linksOfLine: number[][];

  constructor(setting: Setting, cuts: readonly Cut[], penalty: number) {
    const { tables } = setting, { W, J, caps } = tables;
    this.#t = tables;
    this.#s = setting;
    this.cuts = cuts;
    const { least, range } = setting.costs;
    this.#least = least;
    this.#unit = tables.give ? 1 : Math.max(1, range / 1e5);
    this.#penalty = penalty;
    for (let w = 0; w < W; w++) this.#row(1, 1);
    const closed = (j: number) => this.#toFill(j) > tables.capacity[j];
    for (let j = 0; j < J; j++) {
      this.#row(this.#toFill(j), closed(j) ? Infinity : tables.capacity[j]);
    }
    this.#link = new Int32Array(J).fill(-1);
    this.#workerRows = Array.from({ length: J }, () => []);
    this.#lineRows = Array.from({ length: J }, () => []);
    caps.forEach(({ lines, maxLines, maxWorkers }, cap) => {
      const rowOf = (most: number, rows: number[][]) => {
        const row = this.#row(-Infinity, most);
        for (const j of lines) rows[j].push(row);
        if (tables.give?.caps[cap]) this.#changes.push([row]);
      };
      if (maxWorkers !== null) rowOf(maxWorkers, this.#workerRows);
      if (maxLines !== null) rowOf(maxLines, this.#lineRows);
    });
    for (let j = 0; j < J; j++) {
      if (this.#lineRows[j].length === 0) continue;
      this.#link[j] = this.#row(-Infinity, 0);
      this.#yLines.push(j);
    }
    for (let j = 0; j < J; j++) {
      // Of a line that must have a worker and has no place, the places are a row of their own.
      const places = closed(j) ? this.#row(-Infinity, tables.capacity[j]) : W + j;
      if (closed(j)) this.#workerRows[j].push(places);
      if (!tables.give?.places[j]) continue;
      this.#changes.push(this.#link[j] >= 0 ? [places, this.#link[j]] : [places]);
    }
    this.#firstCut = this.#upper.length;
    this.#atLine = Array.from({ length: J }, () => []);
    this.#atWorker = Array.from({ length: W }, () => []);
    this.#linksOfLine = Array.from({ length: J }, () => []);
    cuts.forEach((cut, c) => this.#addCut(cut, c));
  }

  #row(lower: number, upper: number): number {
    this.#lower.push(lower);
    return this.#upper.push(upper) - 1;
  }

  /** Workers that a line must get. */
  #toFill(j: number): number {
    const { standings, domain } = this.#s, { capacity, mustHave } = this.#t;
    const full = standings !== null && domain.highest[j] < standings.levels[j];
    return full ? capacity[j] : mustHave[j];
  }

  /** Whether the line must have a worker by a rule that gives way: its y is 1, less its column of penalty. */
  #mayStayEmpty(j: number): boolean {
    const { give, mustHave } = this.#t;
    return give?.mustHave === true && mustHave[j] === 1 && this.#lower[this.#t.W + j] === 1;
  }

  /** Bounds of the column of a line that may stay empty. */
  #empty(j: number): [lower: number, upper: number] {
    const decided = this.#s.used[j];
    return [decided === 0 ? 1 : 0, decided === 1 ? 0 : 1];
  }

  #addCut(cut: Cut, c: number): void {
    const { J, rank, capacity } = this.#t;
    if (cut.length === 1) {
      this.#row(-Infinity, 0);
      this.#links.set(cut[0], c);
      this.#linksOfLine[cut[0] % J].push(c);
      return;
    }
    const [j, ...teeth] = cut;
    this.#row(capacity[j], Infinity);
    this.#atLine[j].push([c, combLevel(this.#t, this.#s.standings!, cut)]);
    for (const w of teeth) this.#atWorker[w].push([c, j, rank[w * J + j]]);
  }

  get rows(): number {
    return this.#upper.length;
  }

  /** Cuts that the basis shows as slack. */
  slack(basis: Uint8Array): boolean[] {
    return this.cuts.map((_, c) => basis[this.#firstCut + c] === BASIC);
  }

  /** Rows before those of cuts. */
  get firstCut(): number {
    return this.#firstCut;
  }

  /** Columns before those of pairs: penalties of workers and of lines, y, and changes. */
  get #fixedColumns(): number {
    return this.#firstChange + this.#changes.length;
  }

  get #firstChange(): number {
    return this.#t.W + this.#t.J + this.#yLines.length;
  }

  #objective(pair: number): number {
    if (this.#penalty === 0) return 0;
    const { J, cost, give } = this.#t;
    if (give) return cost[pair] === Infinity ? 1 : 0;
    return (cost[pair] - this.#least[Math.floor(pair / J)]) / this.#unit;
  }

  /** Bounds of the y of a line. */
  #used(j: number): [lower: number, upper: number] {
    if (this.#mayStayEmpty(j)) return [1, 1];
    const decided = this.#s.used[j];
    return [decided === 1 ? 1 : this.#t.mustHave[j], decided === 0 ? 0 : 1];
  }

  /** What one change costs. */
  get #changePrice(): number {
    return this.#penalty === 0 ? 0 : 1;
  }

  /** The model over some pairs; those that the domain has lost are fixed at 0. */
  #build(pairs: ArrayLike<number>): LpBuilder {
    const { W, J } = this.#t;
    const builder = new LpBuilder("min");
    this.#lower.forEach((lower, i) => builder.addRow(lower, this.#upper[i]));
    const penalty = this.#penalty || 1, change = this.#changePrice;
    for (let w = 0; w < W; w++) {
      builder.addColumn(penalty, 0, 1);
      builder.add(w, 1);
      for (const [c] of this.#atWorker[w]) builder.add(this.#firstCut + c, 1);
    }
    for (let j = 0; j < J; j++) {
      if (this.#mayStayEmpty(j)) {
        builder.addColumn(change, ...this.#empty(j));
        this.#addUse(builder, j, -1);
      } else builder.addColumn(penalty, 0, this.#lower[W + j]);
      builder.add(W + j, 1);
    }
    for (const j of this.#yLines) {
      builder.addColumn(0, ...this.#used(j));
      this.#addUse(builder, j, 1);
    }
    for (const rows of this.#changes) {
      builder.addColumn(change, 0, W);
      for (const row of rows) builder.add(row, -1);
    }
    for (let i = 0; i < pairs.length; i++) this.#addPair(builder, pairs[i]);
    return builder;
  }

  /** What the use of a line counts in. @param sign -1: the use is taken back */
  #addUse(builder: LpBuilder, j: number, sign: 1 | -1): void {
    if (this.#link[j] < 0) return;
    builder.add(this.#link[j], -sign * this.#t.capacity[j]);
    for (const row of this.#lineRows[j]) builder.add(row, sign);
    for (const c of this.#linksOfLine[j]) builder.add(this.#firstCut + c, -sign);
  }

  /** Reduced cost of the use of a line. */
  #priceOfUse(duals: ArrayLike<number>, j: number): number {
    if (this.#link[j] < 0) return 0;
    let price = this.#t.capacity[j] * duals[this.#link[j]];
    for (const row of this.#lineRows[j]) price -= duals[row];
    for (const c of this.#linksOfLine[j]) price += duals[this.#firstCut + c];
    return price;
  }

  #addPair(builder: LpBuilder, pair: number): void {
    const { W, J, rank } = this.#t;
    const j = pair % J, w = (pair - j) / J;
    // Without an upper bound no column's reduced cost is negative at the end.
    builder.addColumn(this.#objective(pair), 0, this.#s.domain.usable[pair] ? Infinity : 0);
    builder.add(w, 1);
    builder.add(W + j, 1);
    if (this.#link[j] >= 0) builder.add(this.#link[j], 1);
    for (const row of this.#workerRows[j]) builder.add(row, 1);
    const link = this.#links.get(pair);
    if (link !== undefined) builder.add(this.#firstCut + link, 1);
    const level = this.#s.standings?.level[pair] ?? 0;
    for (const [c, g] of this.#atLine[j]) if (level <= g) builder.add(this.#firstCut + c, 1);
    for (const [c, k, least] of this.#atWorker[w]) {
      if (k !== j && rank[pair] <= least) builder.add(this.#firstCut + c, 1);
    }
  }

  /** Solves the linear program over some pairs from a basis, for at most `workLimit`. */
  solve(
    pairs: ArrayLike<number>,
    basis: Uint8Array | null,
    method: "primal" | "dual",
    workLimit: number,
  ) {
    const session = new LpSession(this.#build(pairs).build());
    try {
      if (basis) session.restoreBasis(basis);
      const solution = session.solve({ presolve: false, method, workLimit });
      return { solution, basis: session.basis() };
    } finally {
      session.close();
    }
  }

  /** The pairs above zero. */
  point(pairs: ArrayLike<number>, { x }: LpSolution): Point {
    const point: Point = { pairs: [], values: [] }, first = this.#fixedColumns;
    for (let i = 0; i < pairs.length; i++) {
      if (x[first + i] < 1e-9) continue;
      point.pairs.push(pairs[i]);
      point.values.push(x[first + i]);
    }
    return point;
  }

  /** The matching in a point if it is whole. */
  matching(point: Point): number[] | null {
    const { W, J } = this.#t;
    const lineOf = new Array<number>(W).fill(-1);
    point.pairs.forEach((p, i) => {
      if (point.values[i] >= 1 - WHOLE) lineOf[Math.floor(p / J)] = p % J;
    });
    return lineOf.includes(-1) ? null : lineOf;
  }

  /** Links that a point breaks. */
  brokenLinks(point: Point, { x }: LpSolution, least: number): Cut[] {
    const { J } = this.#t;
    const y = new Map(this.#yLines.map((j, i) => [j, this.#useOf(x, j, i)]));
    return point.pairs.flatMap((p, i) => {
      const open = y.get(p % J);
      return open !== undefined && point.values[i] > open + least && !this.#links.has(p)
        ? [[p]]
        : [];
    });
  }

  /** How much of a line, the i-th of those with a y, is in use. */
  #useOf(x: ArrayLike<number>, j: number, i: number): number {
    const { W, J } = this.#t;
    return x[W + J + i] - (this.#mayStayEmpty(j) ? x[W + j] : 0);
  }

  /** The line whose use is most undecided, where a preferencer's cap on lines binds; null: none. */
  undecidedLine({ x }: LpSolution): number | null {
    let chosen: number | null = null, most = 1e-3;
    this.#yLines.forEach((j, i) => {
      const y = this.#useOf(x, j, i), by = Math.min(y, 1 - y);
      if (by <= most) return;
      most = by;
      chosen = j;
    });
    return chosen;
  }

  /** Sum of the penalty columns. */
  penalties({ x }: LpSolution): number {
    const { W, J } = this.#t;
    let sum = 0;
    for (let i = 0; i < W + J; i++) if (i < W || !this.#mayStayEmpty(i - W)) sum += x[i];
    return sum;
  }

  /** Duals with the signs that the rows demand: any such duals prove a bound. */
  cleanDuals(rowDual: ArrayLike<number>): Float64Array {
    return Float64Array.from(
      rowDual,
      (dual, i) =>
        (dual > 0 && this.#lower[i] === -Infinity) || (dual < 0 && this.#upper[i] === Infinity)
          ? 0
          : dual,
    );
  }

  /**
   * Reduced cost of every pair, in the program's unit; Infinity: not usable.
   * @param reduced takes them: of a thousand workers they are 4 MB, which are not asked for anew each time
   */
  reducedCosts(duals: ArrayLike<number>, reduced: Float64Array): Float64Array {
    const { W, J } = this.#t, { usable } = this.#s.domain;
    const line = this.#linePrices(duals);
    for (let w = 0, p = 0; w < W; w++) {
      for (let j = 0; j < J; j++, p++) {
        reduced[p] = usable[p] ? this.#objective(p) - duals[w] - line[j] : Infinity;
      }
    }
    this.cuts.forEach((cut, c) => {
      const dual = duals[this.#firstCut + c];
      if (dual !== 0) this.#priceCut(cut, dual, reduced);
    });
    return reduced;
  }

  #priceCut(cut: Cut, dual: number, reduced: Float64Array): void {
    const { J, rank } = this.#t;
    if (cut.length === 1) {
      reduced[cut[0]] -= dual;
      return;
    }
    const { level, order } = this.#s.standings!;
    const j = cut[0], most = combLevel(this.#t, this.#s.standings!, cut);
    for (const v of order[j]) {
      if (level[v * J + j] > most) break;
      reduced[v * J + j] -= dual;
    }
    for (let i = 1; i < cut.length; i++) {
      const row = cut[i] * J, own = rank[row + j];
      for (let k = 0; k < J; k++) if (k !== j && rank[row + k] <= own) reduced[row + k] -= dual;
    }
  }

  #linePrices(duals: ArrayLike<number>): Float64Array {
    const { W, J } = this.#t;
    const line = new Float64Array(J);
    for (let j = 0; j < J; j++) {
      line[j] = duals[W + j] + (this.#link[j] >= 0 ? duals[this.#link[j]] : 0);
      for (const row of this.#workerRows[j]) line[j] += duals[row];
    }
    return line;
  }

  /** Bound that duals prove, whatever they are (weak duality over all pairs), in thousandths. */
  bound(duals: ArrayLike<number>, reduced: Float64Array): number {
    const { J, give } = this.#t;
    let bound = 0;
    for (let i = 0; i < this.rows; i++) {
      if (duals[i] !== 0) bound += duals[i] * (duals[i] > 0 ? this.#lower[i] : this.#upper[i]);
    }
    for (const j of this.#yLines) {
      const price = this.#priceOfUse(duals, j), [lower, upper] = this.#used(j);
      bound += Math.min(lower * price, upper * price);
    }
    for (let p = 0; p < reduced.length; p += J) {
      let least = 0; // a worker takes one pair only
      for (let j = 0; j < J; j++) if (reduced[p + j] < least) least = reduced[p + j];
      bound += least;
    }
    if (give) return bound + this.#boundOfChanges(duals);
    return bound * this.#unit + this.#least.reduce((sum, c) => sum + c, 0);
  }

  /** What the columns of changes add to a bound. */
  #boundOfChanges(duals: ArrayLike<number>): number {
    const { W, J } = this.#t;
    let bound = 0;
    for (const rows of this.#changes) {
      bound += W * Math.min(0, rows.reduce((price, row) => price + duals[row], 1));
    }
    for (let j = 0; j < J; j++) {
      if (!this.#mayStayEmpty(j)) continue;
      const price = 1 - duals[W + j] - this.#priceOfUse(duals, j), [lower, upper] = this.#empty(j);
      bound += Math.min(lower * price, upper * price);
    }
    return bound;
  }

  /** Thousandths in the program's unit. */
  scaled(thousandths: number): number {
    return thousandths / this.#unit;
  }

  /** Pairs that would improve the program: at most `perWorker` of each worker, the best. */
  improving(reduced: Float64Array, perWorker: number): number[] {
    return cheapest(this.#t, reduced, perWorker, IMPROVES);
  }

  /** A basis with the solution of the flow in it: assigned pairs, and a forest of tight pairs. */
  flowBasis(pairs: ArrayLike<number>, flow: FlowState): Uint8Array {
    const { W, J, capacity } = this.#t;
    const load = loadsOf(J, flow.lineOf), tight = this.#tightForest(pairs, flow, load);
    const basis = this.#basisOf(pairs, flow.lineOf, new Set(tight.pairs));
    for (let j = 0; j < J; j++) {
      if (load[j] >= capacity[j] && tight.reached[j]) basis[W + j] = AT_UPPER;
    }
    return basis;
  }

  /** A basis with a matching in it that may need changes; -1: the worker has no line yet. */
  changedBasis(pairs: ArrayLike<number>, lineOf: readonly number[]): Uint8Array {
    const { W, J } = this.#t;
    const basis = this.#basisOf(pairs, lineOf, new Set());
    const load = loadsOf(J, lineOf), activity = new Int32Array(this.rows);
    for (let j = 0; j < J; j++) {
      for (const row of [W + j, ...this.#workerRows[j]]) activity[row] += load[j];
    }
    this.#changes.forEach(([row], i) => {
      if (activity[row] <= this.#upper[row]) return;
      basis[row] = AT_UPPER;
      basis[this.rows + this.#firstChange + i] = BASIC;
    });
    return basis;
  }

  /** Each worker's own pair (or penalty), some pairs more, all rows, and the y of lines that may be empty. */
  #basisOf(
    pairs: ArrayLike<number>,
    lineOf: readonly number[],
    more: ReadonlySet<number>,
  ): Uint8Array {
    const { W, J, capacity } = this.#t;
    const firstPair = this.rows + this.#fixedColumns;
    const basis = new Uint8Array(firstPair + pairs.length).fill(AT_LOWER).fill(BASIC, W, this.rows);
    lineOf.forEach((j, w) => j < 0 && (basis[this.rows + w] = BASIC));
    for (let i = 0; i < pairs.length; i++) {
      const p = pairs[i], j = p % J;
      if (lineOf[(p - j) / J] === j || more.has(p)) basis[firstPair + i] = BASIC;
    }
    this.#yLines.forEach((j, i) => {
      if (this.#used(j)[0] === 1 || capacity[j] === 0) return;
      basis[this.#link[j]] = AT_UPPER;
      basis[this.rows + W + J + i] = BASIC;
    });
    return basis;
  }

  /** Tight pairs that connect full lines to lines with room, one for each full line they reach. */
  #tightForest(pairs: ArrayLike<number>, flow: FlowState, load: Int32Array) {
    const { J, cost, capacity } = this.#t;
    const into: number[][] = Array.from({ length: J }, () => []);
    for (let i = 0; i < pairs.length; i++) {
      const p = pairs[i], k = p % J, w = (p - k) / J, own = flow.lineOf[w];
      if (k === own) continue;
      const reduced = cost[p] - flow.linePrice[k] - cost[w * J + own] + flow.linePrice[own];
      if (Math.abs(reduced) < 1e-6) into[k].push(p);
    }
    const reached = new Uint8Array(J), forest: number[] = [];
    const queue = Array.from({ length: J }, (_, j) => j).filter((j) => load[j] < capacity[j]);
    for (const j of queue) reached[j] = 1;
    for (let i = 0; i < queue.length; i++) {
      for (const p of into[queue[i]]) {
        const own = flow.lineOf[Math.floor(p / J)];
        if (reached[own]) continue;
        reached[own] = 1;
        forest.push(p);
        queue.push(own);
      }
    }
    return { reached, pairs: forest };
  }
}

/** Least cost of each worker, and the widest range of one worker's costs. */
export interface LeastCosts {
  least: Float64Array;
  range: number;
}

/** See {@link LeastCosts}. */
export function leastCosts({ W, J, cost }: AllocatorTables): LeastCosts {
  const least = new Float64Array(W).fill(Infinity);
  let range = 1;
  for (let w = 0, p = 0; w < W; w++) {
    let high = -Infinity;
    for (let j = 0; j < J; j++, p++) {
      if (cost[p] === Infinity) continue;
      if (cost[p] < least[w]) least[w] = cost[p];
      if (cost[p] > high) high = cost[p];
    }
    range = Math.max(range, high - least[w]);
  }
  return { least, range };
}

/** The cheapest pairs of each worker, below `limit`; sorted. */
export function cheapest(
  { W, J }: AllocatorTables,
  reduced: Float64Array,
  perWorker: number,
  limit: number,
): number[] {
  const chosen: number[] = [];
  for (let w = 0; w < W; w++) {
    const best: number[] = [];
    for (let p = w * J; p < (w + 1) * J; p++) {
      if (!(reduced[p] < limit)) continue;
      if (best.length === perWorker && reduced[p] >= reduced[best[perWorker - 1]]) continue;
      let at = best.length === perWorker ? perWorker - 1 : best.length;
      for (; at > 0 && reduced[best[at - 1]] > reduced[p]; at--) best[at] = best[at - 1];
      best[at] = p;
    }
    chosen.push(...best);
  }
  return chosen.sort((a, b) => a - b);
}
