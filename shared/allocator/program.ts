// The full model, for caps that a flow cannot express and for stability, as a sparse program:
//   min sum c_wj x_wj,  sum_j x_wj = 1,  [must-have] <= sum_w x_wj <= capacity_j,
//   sum_w x_wj <= capacity_j y_j,  sum_{j of p} y_j <= maxLines_p,  sum_{j of p} sum_w x_wj <= maxWorkers_p,
// and for each pair (w,j) found blocking (weak stability, added as they are found)
//   capacity_j sum_{k as good to w as j} x_wk + sum_{v as good to j as w, v != w} x_vj >= capacity_j.
// Columns exist only for some pairs; the duals price all the others. Columns of penalty (a worker
// without a line, a must-have line without a worker) keep every restricted program solvable.

import { LpBuilder, LpSession, type LpSolution } from "../lp/mod.ts";
import type { FlowState } from "./flow.ts";
import { SAME_REGARD } from "./stability.ts";
import type { AllocatorTables } from "./tables.ts";

/** Basis statuses of GLPK. */
const BASIC = 1, AT_LOWER = 2, AT_UPPER = 3;

/** Reduced costs below this (in the program's own unit) improve the program. */
const IMPROVES = -1e-7;

/** A violated stability row. */
interface Violated {
  pair: number;
  by: number;
}

/** The rows of the program, and what follows from them. */
export class Program {
  readonly #t: AllocatorTables;
  readonly cuts: readonly number[];
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
  readonly #mustLines: number[] = [];
  readonly #firstCut: number;
  /** What a penalty column costs, in the program's unit; 0: the program minimises penalties alone. */
  readonly #penalty: number;

  constructor(tables: AllocatorTables, cuts: readonly number[], penalty: number) {
    const { W, J, capacity, mustHave, caps } = tables;
    this.#t = tables;
    this.cuts = cuts;
    const { least, range } = leastCosts(tables);
    this.#least = least;
    this.#unit = Math.max(1, range / 1e5);
    this.#penalty = penalty;
    for (let w = 0; w < W; w++) this.#row(1, 1);
    for (let j = 0; j < J; j++) {
      this.#row(mustHave[j], capacity[j]);
      if (mustHave[j]) this.#mustLines.push(j);
    }
    this.#link = new Int32Array(J).fill(-1);
    this.#workerRows = Array.from({ length: J }, () => []);
    this.#lineRows = Array.from({ length: J }, () => []);
    for (const { lines, maxLines, maxWorkers } of caps) {
      if (maxWorkers !== null) {
        const row = this.#row(-Infinity, maxWorkers);
        for (const j of lines) this.#workerRows[j].push(row);
      }
      if (maxLines === null) continue;
      const row = this.#row(-Infinity, maxLines);
      for (const j of lines) this.#lineRows[j].push(row);
    }
    for (let j = 0; j < J; j++) {
      if (this.#lineRows[j].length === 0) continue;
      this.#link[j] = this.#row(-Infinity, 0);
      this.#yLines.push(j);
    }
    this.#firstCut = this.#upper.length;
    for (const pair of cuts) this.#row(capacity[pair % J], Infinity);
  }

  #row(lower: number, upper: number): number {
    this.#lower.push(lower);
    return this.#upper.push(upper) - 1;
  }

  get rows(): number {
    return this.#upper.length;
  }

  /** Columns before those of pairs. */
  get #fixedColumns(): number {
    return this.#t.W + this.#mustLines.length + this.#yLines.length;
  }

  #objective(pair: number): number {
    if (this.#penalty === 0) return 0;
    const { J, cost } = this.#t;
    return (cost[pair] - this.#least[Math.floor(pair / J)]) / this.#unit;
  }

  /** Coefficient of a pair in a stability row. */
  #cutEntry(cut: number, pair: number): number {
    const { J, rank, regard, capacity } = this.#t;
    const j = cut % J, w = (cut - j) / J;
    const k = pair % J, v = (pair - k) / J;
    if (v === w) return rank[pair] <= rank[cut] ? capacity[j] : 0;
    return k === j && regard[pair] <= regard[cut] + SAME_REGARD ? 1 : 0;
  }

  /** The model over some pairs. `integer`: without penalties, and whole. */
  #build(pairs: ArrayLike<number>, integer: boolean): LpBuilder {
    const { W, J, capacity, mustHave } = this.#t;
    const builder = new LpBuilder("min");
    this.#lower.forEach((lower, i) => builder.addRow(lower, this.#upper[i]));
    const penalty = this.#penalty || 1, most = integer ? 0 : 1;
    const cutsOf = this.#cutsByWorker();
    for (let w = 0; w < W; w++) {
      builder.addColumn(penalty, 0, most);
      builder.add(w, 1);
      for (const c of cutsOf[w]) builder.add(this.#firstCut + c, capacity[this.cuts[c] % J]);
    }
    for (const j of this.#mustLines) {
      builder.addColumn(penalty, 0, most);
      builder.add(W + j, 1);
    }
    for (const j of this.#yLines) {
      builder.addColumn(0, mustHave[j], 1, integer);
      builder.add(this.#link[j], -capacity[j]);
      for (const row of this.#lineRows[j]) builder.add(row, 1);
    }
    for (let i = 0; i < pairs.length; i++) this.#addPair(builder, pairs[i], integer);
    return builder;
  }

  #addPair(builder: LpBuilder, pair: number, integer: boolean): void {
    const { W, J } = this.#t;
    const j = pair % J;
    // Without an upper bound in the linear program no column's reduced cost is negative at its end.
    builder.addColumn(this.#objective(pair), 0, integer ? 1 : Infinity, integer);
    builder.add((pair - j) / J, 1);
    builder.add(W + j, 1);
    if (this.#link[j] >= 0) builder.add(this.#link[j], 1);
    for (const row of this.#workerRows[j]) builder.add(row, 1);
    this.cuts.forEach((cut, c) => {
      const entry = this.#cutEntry(cut, pair);
      if (entry > 0) builder.add(this.#firstCut + c, entry);
    });
  }

  #cutsByWorker(): number[][] {
    const { W, J } = this.#t;
    const of: number[][] = Array.from({ length: W }, () => []);
    this.cuts.forEach((cut, c) => of[Math.floor(cut / J)].push(c));
    return of;
  }

  /** Solves the linear program over some pairs from a basis, for at most `workLimit`. */
  solve(pairs: ArrayLike<number>, basis: Uint8Array | null, workLimit: number) {
    const session = new LpSession(this.#build(pairs, false).build());
    try {
      if (basis) session.restoreBasis(basis);
      const solution = session.solve({ presolve: false, workLimit });
      return { solution, basis: session.basis() };
    } finally {
      session.close();
    }
  }

  /** Solves the integer program over some pairs. @returns lines of workers where there are any */
  solveInteger(pairs: ArrayLike<number>, basis: Uint8Array, workLimit: number) {
    const session = new LpSession(this.#build(pairs, true).build());
    try {
      session.restoreBasis(basis);
      const solution = session.solve({ presolve: this.cuts.length > 0, workLimit });
      return { solution, lineOf: this.#matching(pairs, solution, 0.5) };
    } finally {
      session.close();
    }
  }

  /** The matching in a solution if it is whole and without penalties. */
  wholeMatching(pairs: ArrayLike<number>, solution: LpSolution): number[] | null {
    return this.#matching(pairs, solution, 1 - 1e-6);
  }

  #matching(pairs: ArrayLike<number>, { x }: LpSolution, least: number): number[] | null {
    const { W, J } = this.#t;
    const lineOf = new Array<number>(W).fill(-1), first = this.#fixedColumns;
    for (let i = 0; i < pairs.length; i++) {
      if (x[first + i] >= least) lineOf[Math.floor(pairs[i] / J)] = pairs[i] % J;
    }
    return lineOf.includes(-1) ? null : lineOf;
  }

  /** Sum of the penalty columns. */
  penalties({ x }: LpSolution): number {
    const end = this.#t.W + this.#mustLines.length;
    return x.subarray(0, end).reduce((sum, value) => sum + value, 0);
  }

  /** Duals with the signs that the rows demand: any such duals prove a bound. */
  cleanDuals(rowDual: Float64Array): Float64Array {
    return rowDual.map((dual, i) =>
      (dual > 0 && this.#lower[i] === -Infinity) || (dual < 0 && this.#upper[i] === Infinity)
        ? 0
        : dual
    );
  }

  /** Reduced cost of every pair, in the program's unit; Infinity: not eligible. */
  reducedCosts(duals: ArrayLike<number>): Float64Array {
    const { W, J, cost, capacity, rank, regard } = this.#t;
    const reduced = new Float64Array(W * J), line = this.#linePrices(duals);
    for (let w = 0, p = 0; w < W; w++) {
      for (let j = 0; j < J; j++, p++) {
        reduced[p] = cost[p] === Infinity ? Infinity : this.#objective(p) - duals[w] - line[j];
      }
    }
    this.cuts.forEach((cut, c) => {
      const dual = duals[this.#firstCut + c], j = cut % J, w = (cut - j) / J;
      if (dual === 0) return;
      for (let p = w * J; p < (w + 1) * J; p++) {
        if (rank[p] <= rank[cut]) reduced[p] -= dual * capacity[j];
      }
      for (let v = 0, p = j; v < W; v++, p += J) {
        if (v !== w && regard[p] <= regard[cut] + SAME_REGARD) reduced[p] -= dual;
      }
    });
    return reduced;
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
    const { J, capacity, mustHave } = this.#t;
    let bound = 0;
    for (let i = 0; i < this.rows; i++) {
      if (duals[i] !== 0) bound += duals[i] * (duals[i] > 0 ? this.#lower[i] : this.#upper[i]);
    }
    for (const j of this.#yLines) {
      let price = capacity[j] * duals[this.#link[j]];
      for (const row of this.#lineRows[j]) price -= duals[row];
      bound += Math.min(price, mustHave[j] * price);
    }
    for (let p = 0; p < reduced.length; p += J) {
      let least = 0; // a worker takes one pair only
      for (let j = 0; j < J; j++) if (reduced[p + j] < least) least = reduced[p + j];
      bound += least;
    }
    return bound * this.#unit + this.#least.reduce((sum, c) => sum + c, 0);
  }

  /** A margin in thousandths, in the program's unit. */
  margin(thousandths: number): number {
    return thousandths / this.#unit;
  }

  /** Pairs that would improve the program: at most `perWorker` of each worker, the best. */
  improving(reduced: Float64Array, perWorker: number): number[] {
    return cheapest(this.#t, reduced, perWorker, IMPROVES);
  }

  /** Stability rows that a solution breaks, at most `most`, those broken most first. */
  violated(pairs: ArrayLike<number>, { x }: LpSolution, most: number): number[] {
    const { W, J, cost, rank, regard, capacity } = this.#t;
    const ofWorker: number[][] = Array.from({ length: W }, () => []);
    const ofLine: number[][] = Array.from({ length: J }, () => []);
    const value = new Map<number, number>(), first = this.#fixedColumns;
    for (let i = 0; i < pairs.length; i++) {
      if (x[first + i] < 1e-9) continue;
      const j = pairs[i] % J;
      value.set(pairs[i], x[first + i]);
      ofWorker[(pairs[i] - j) / J].push(pairs[i]);
      ofLine[j].push(pairs[i]);
    }
    const found: Violated[] = [];
    for (let w = 0, p = 0; w < W; w++) {
      for (let j = 0; j < J; j++, p++) {
        if (cost[p] === Infinity || capacity[j] === 0) continue;
        let sum = capacity[j] * x[w];
        for (const q of ofWorker[w]) if (rank[q] <= rank[p]) sum += capacity[j] * value.get(q)!;
        if (sum >= capacity[j] - 1e-5) continue;
        for (const q of ofLine[j]) {
          if (q !== p && regard[q] <= regard[p] + SAME_REGARD) sum += value.get(q)!;
        }
        const by = 1 - sum / capacity[j];
        if (by > 1e-5) found.push({ pair: p, by });
      }
    }
    return found.sort((a, b) => b.by - a.by || a.pair - b.pair).slice(0, most).map((v) => v.pair);
  }

  /** A basis with the solution of the flow in it: assigned pairs, and a forest of tight pairs. */
  flowBasis(pairs: ArrayLike<number>, flow: FlowState): Uint8Array {
    const { W, J, capacity, mustHave } = this.#t;
    const basis = new Uint8Array(this.rows + this.#fixedColumns + pairs.length).fill(AT_LOWER);
    const load = new Int32Array(J);
    for (const j of flow.lineOf) load[j]++;
    const columnOf = new Map<number, number>(), firstPair = this.rows + this.#fixedColumns;
    for (let i = 0; i < pairs.length; i++) columnOf.set(pairs[i], firstPair + i);
    flow.lineOf.forEach((j, w) => basis[columnOf.get(w * J + j)!] = BASIC);
    const tight = this.#tightForest(pairs, flow, load);
    for (const pair of tight.pairs) basis[columnOf.get(pair)!] = BASIC;
    for (let j = 0; j < J; j++) {
      basis[W + j] = load[j] < capacity[j] || !tight.reached[j] ? BASIC : AT_UPPER;
    }
    for (let i = W + J; i < this.rows; i++) basis[i] = BASIC;
    this.#yLines.forEach((j, i) => {
      if (mustHave[j] || capacity[j] === 0) return;
      basis[this.#link[j]] = AT_UPPER;
      basis[this.rows + W + this.#mustLines.length + i] = BASIC;
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

function leastCosts({ W, J, cost }: AllocatorTables): { least: Float64Array; range: number } {
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

/** Fits a basis to more rows at the end and to pairs that joined: what is new starts basic (rows) or at 0. */
export function growBasis(
  basis: Uint8Array,
  rows: number,
  newRows: number,
  oldPairs: ArrayLike<number>,
  newPairs: ArrayLike<number>,
): Uint8Array {
  const fixed = basis.length - rows - oldPairs.length;
  const grown = new Uint8Array(newRows + fixed + newPairs.length).fill(AT_LOWER);
  grown.set(basis.subarray(0, rows));
  grown.fill(BASIC, rows, newRows);
  grown.set(basis.subarray(rows, rows + fixed), newRows);
  const status = new Map<number, number>();
  for (let i = 0; i < oldPairs.length; i++) status.set(oldPairs[i], basis[rows + fixed + i]);
  for (let i = 0; i < newPairs.length; i++) {
    grown[newRows + fixed + i] = status.get(newPairs[i]) ?? AT_LOWER;
  }
  return grown;
}
