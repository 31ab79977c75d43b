// Solving the program over the pairs that it has columns for, and reading what the solution says.

import { BASIC } from "../../lp/basis.ts";
import { LpSession, type LpSolution } from "../../lp/mod.ts";
import { lineOfPair, workerOfPair } from "../model/pairs.ts";
import type { Point } from "../model/tables.ts";
import { buildColumns } from "./columns.ts";
import { cheapest } from "./costs.ts";
import type { Cut, Layout } from "./layout.ts";

/** Reduced costs below this (in the program's own unit) improve the program. */
const IMPROVES = -1e-7;
/** A value this close to a whole number is one. */
const WHOLE = 1e-6;

/** A program that can be solved. Every unit of work makes it anew, from what the checkpoint has. */
export class Program {
  constructor(readonly layout: Layout) {}

  /** Solves the linear program over some pairs from a basis, for at most `workLimit`. */
  solve(
    pairs: ArrayLike<number>,
    basis: Uint8Array | null,
    method: "primal" | "dual",
    workLimit: number,
  ) {
    const session = new LpSession(buildColumns(this.layout, pairs).build());
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
    const point: Point = { pairs: [], values: [] }, first = this.layout.fixedColumns;
    for (let i = 0; i < pairs.length; i++) {
      if (x[first + i] < 1e-9) continue;
      point.pairs.push(pairs[i]);
      point.values.push(x[first + i]);
    }
    return point;
  }

  /** The matching in a point if it is whole. */
  matching(point: Point): number[] | null {
    const { W, J } = this.layout.tables;
    const lineOf = new Array<number>(W).fill(-1);
    point.pairs.forEach((p, i) => {
      if (point.values[i] >= 1 - WHOLE) lineOf[workerOfPair(p, J)] = lineOfPair(p, J);
    });
    return lineOf.includes(-1) ? null : lineOf;
  }

  /** Links that a point breaks. */
  brokenLinks(point: Point, { x }: LpSolution, least: number): Cut[] {
    const { J } = this.layout.tables;
    const y = new Map(this.layout.yLines.map((j, i) => [j, this.#useOf(x, j, i)]));
    return point.pairs.flatMap((p, i) => {
      const open = y.get(lineOfPair(p, J));
      return open !== undefined && point.values[i] > open + least && !this.layout.links.has(p)
        ? [[p]]
        : [];
    });
  }

  /** How much of a line, the i-th of those with a y, is in use. */
  #useOf(x: ArrayLike<number>, j: number, i: number): number {
    const { W, J } = this.layout.tables;
    return x[W + J + i] - (this.layout.mayStayEmpty(j) ? x[W + j] : 0);
  }

  /** The line whose use is most undecided, where a preferencer's cap on lines binds; null: none. */
  undecidedLine({ x }: LpSolution): number | null {
    let chosen: number | null = null, most = 1e-3;
    this.layout.yLines.forEach((j, i) => {
      const y = this.#useOf(x, j, i), by = Math.min(y, 1 - y);
      if (by <= most) return;
      most = by;
      chosen = j;
    });
    return chosen;
  }

  /** Sum of the penalty columns. */
  penalties({ x }: LpSolution): number {
    const { W, J } = this.layout.tables;
    let sum = 0;
    for (let i = 0; i < W + J; i++) if (i < W || !this.layout.mayStayEmpty(i - W)) sum += x[i];
    return sum;
  }

  /** Pairs that would improve the program: at most `perWorker` of each worker, the best. */
  improving(reduced: Float64Array, perWorker: number): number[] {
    return cheapest(this.layout.tables, reduced, perWorker, IMPROVES);
  }

  /** Cuts that the basis shows as slack. */
  slack(basis: Uint8Array): boolean[] {
    return this.layout.cuts.map((_, c) => basis[this.layout.firstCut + c] === BASIC);
  }
}
