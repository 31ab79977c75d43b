// Proof by enumeration, where few lines can matter: at the LP's prices every plan worth so much is made of lines
// whose reduced value lacks no more than what lies between that and the bound. All of these are listed, and a tree over
// them (`tree.ts`) finds such a plan or proves that there is none. Where only a few lines are to be chosen among,
// branch and bound goes through them node by node: a node bounds how many lines use two slots together; one that
// GLPK does not solve within its work is cut in two.

import { insertRows } from "../../lp/basis.ts";
import { LpSession, solveLp } from "../../lp/mod.ts";
import { lineOfCell, linesIn, slotOf } from "../model/flat.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import { lagrangeanBound } from "./master.ts";
import { newTree, type TreeState } from "./tree.ts";
import { type PairBound, selectedLines, type Selection, selectionModel } from "./selection.ts";
import type { PlannerTables } from "../model/tables.ts";

/** With more lines than this listing them in every slice takes too long. */
const MOST_COLUMNS = 12_000;
/** Simplex work of a node's LP: far above what any needed. */
const LP_WORK = 4_000;
/** Most lines left for an integer program, and GLPK's work on it: at most a quarter of a second, and
 * with more lines it would mostly run into that. */
const NODE_LIMITS = { lines: 300, work: 4_000 };

/** Ways to cut a node that are tried out, and the simplex work of a trial. */
const TRIED_PAIRS = 6;
const TRIAL_WORK = 200;

/** A proof under way: in steps, each of whether a plan worth so much exists. */
export interface ProofState {
  /** Reduced value of the best line at the prices of the last pricing. */
  top: number;
  /** What plans are bounded by at these prices. */
  bound: number;
  /** Value of the plans that the step at hand looks for. */
  wanted: number;
  tree: TreeState;
  /** Units left before plans are polished again, and how often that was done. */
  left: number;
  turns: number;
}

/** How far below their bound plans are looked for first, as a share of the gap, and by how much further in each step. */
const FIRST_SHARE = 1 / 8;
const WIDER = 1.5;

/** A proof that begins; null where it could not say anything. @param value of the best plan */
export function beginProof(
  tables: PlannerTables,
  prices: Float64Array,
  linePrice: number,
  value: number,
): Omit<ProofState, "left" | "turns"> | null {
  const { best, found, exact } = pricingFor(tables).price(prices, linePrice - 1, {
    bestOnly: true,
  });
  if (!found || !exact) return null;
  const bound = lagrangeanBound(tables, prices, best);
  // Where no line need be worth anything, fewer lines may make a plan.
  if (tables.allowPartial && best + tables.line <= bound - (value + 1)) return null;
  const wanted = nextWanted(bound, value, bound - FIRST_SHARE * (bound - value) / WIDER);
  return { top: best, bound, wanted, tree: newTree() };
}

/** The value that plans are asked for once there are none of `wanted`: one more than the best plan's at the end. */
export function nextWanted(bound: number, value: number, wanted: number): number {
  return Math.max(value + 1, Math.floor(Math.min(wanted - 1, bound - WIDER * (bound - wanted))));
}

/** The lines that a plan worth what a proof asks for can be made of; null where they are too many. */
export function decisiveLines(
  tables: PlannerTables,
  prices: Float64Array,
  { top, bound, wanted }: Pick<ProofState, "top" | "bound" | "wanted">,
): Int32Array | null {
  // A plan with line p is worth at most the bound less what p lacks to the best line.
  const floor = top - (bound - wanted) - 1e-6;
  const { lines, complete } = pricingFor(tables).list(prices, floor, MOST_COLUMNS);
  return complete ? lines : null;
}

/** What looking at a node came to. */
export interface NodeResult {
  /** A better plan, row-major; null where none was found. */
  plan: Int32Array | null;
  /** The nodes that it is cut into; none where it is solved; null where it resists. */
  children: number[][] | null;
  /** The LP's basis where it was solved. */
  basis: Uint8Array | null;
  work: number;
}

/**
 * Looks at a node.
 * @param columns lines that a better plan can be made of
 * @param value objective to be beaten
 * @param basis of the first node's LP; null for that node
 * @param limits of the node's integer program; a node beyond them is cut
 */
export function lookAtNode(
  tables: PlannerTables,
  columns: Int32Array,
  node: readonly number[],
  value: number,
  basis: Uint8Array | null,
  limits = NODE_LIMITS,
): NodeResult {
  const T = tables.terms;
  const base = {
    counts: new Int32Array(tables.cap.length),
    k: tables.lines,
    least: leastOf(tables, value),
    pairs: pairsOf(node),
  };
  using session = new LpSession(selectionModel(tables, { ...base, columns }, false).build());
  if (basis) session.restoreBasis(withSlackRows(basis, session.rows, base.pairs.length));
  const method = basis ? "dual" : "primal";
  const relaxed = session.solve({ presolve: false, method, workLimit: LP_WORK });
  const done = { plan: null, children: [], basis: session.basis(), work: relaxed.work };
  if (relaxed.status === "infeasible") return done;
  if (relaxed.status !== "optimal") return { ...done, children: null };
  const lines = relaxed.x.subarray(0, linesIn(columns, T));
  if (lines.every((y) => Math.abs(y - Math.round(y)) < 1e-6)) {
    return { ...done, plan: selectedLines(columns, T, lines) };
  }
  const cut = () => {
    const { objective } = relaxed;
    const solved = { x: lines, objective, basis: done.basis! };
    return cutNode(tables, solved, { ...base, columns }, node);
  };
  const room = relaxed.objective - base.least + 1e-6;
  const kept = columns.filter((_, i) => -relaxed.colDual![lineOfCell(i, T)] <= room);
  if (kept.length > limits.lines * T) {
    const { children, work } = cut();
    return { ...done, children, work: relaxed.work + work };
  }
  const model = selectionModel(tables, { ...base, columns: kept }, true).build();
  const { status, x, work } = solveLp(model, { workLimit: limits.work });
  const isPlan = status === "optimal" || status === "feasible";
  const isSolved = status === "optimal" || status === "infeasible";
  const rest = isSolved ? { children: [], work: 0 } : cut();
  return {
    ...done,
    plan: isPlan ? selectedLines(kept, T, x) : null,
    children: rest.children,
    work: relaxed.work + work + rest.work,
  };
}

/** A basis for a model of `rows` rows whose last ones, of pairs, are new. */
function withSlackRows(basis: Uint8Array, rows: number, pairs: number): Uint8Array {
  return insertRows(basis, rows - pairs, pairs);
}

/** What the model must reach for a plan worth more than `value`. */
function leastOf(tables: PlannerTables, value: number): number {
  const reward = tables.allowPartial ? tables.line * tables.lines : 0;
  return value + 1 + tables.emptyCost - reward;
}

function pairsOf(node: readonly number[]): PairBound[] {
  return Array.from({ length: node.length / 4 }, (_, i) => {
    const [a, b, least, most] = node.slice(4 * i, 4 * i + 4);
    return { a, b, least, most };
  });
}

/** Pairs of slots whose lines in the LP are furthest from whole, at most so many. */
function fractionalPairs(
  { terms: T, positions: R }: PlannerTables,
  columns: Int32Array,
  x: Float64Array,
  most: number,
): { a: number; b: number; n: number }[] {
  const used = new Map<string, { a: number; b: number; n: number }>();
  for (let at = 0; at < columns.length; at += T) {
    const y = x[lineOfCell(at, T)];
    if (y < 1e-7) continue;
    for (let t = 0; t < T; t++) {
      for (let u = t; u < T; u++) {
        const a = slotOf(t, columns[at + t], R), b = slotOf(u, columns[at + u], R);
        const pair = used.get(`${a},${b}`);
        if (pair) pair.n += y;
        else used.set(`${a},${b}`, { a, b, n: y });
      }
    }
  }
  const fraction = (n: number) => Math.abs(n - Math.floor(n) - 0.5);
  return [...used.values()].filter(({ n }) => fraction(n) < 0.5 - 1e-6)
    .sort((p, q) => fraction(p.n) - fraction(q.n) || p.a - q.a || p.b - q.b).slice(0, most);
}

/**
 * Cuts a node by the pair whose bounds lower the LP most in both children: each of some candidates is
 * tried out. Children in which nothing better is left are dropped; null where no pair is fractional.
 */
function cutNode(
  tables: PlannerTables,
  { x, objective, basis }: { x: Float64Array; objective: number; basis: Uint8Array },
  selection: Selection,
  node: readonly number[],
): { children: number[][] | null; work: number } {
  const tried = fractionalPairs(tables, selection.columns, x, TRIED_PAIRS);
  if (tried.length === 0) return { children: null, work: 0 };
  const free = tried.map(({ a, b }) => ({ a, b, least: 0, most: tables.lines }));
  const pairs = [...selection.pairs, ...free];
  using session = new LpSession(selectionModel(tables, { ...selection, pairs }, false).build());
  const start = withSlackRows(basis, session.rows, free.length);
  let work = 0;
  const drop = (row: number, least: number, most: number): number => {
    session.restoreBasis(start);
    session.setRowBounds(row, least, most);
    const found = session.solve({ presolve: false, method: "dual", workLimit: TRIAL_WORK });
    session.setRowBounds(row, 0, tables.lines);
    work += found.work;
    if (found.status === "infeasible") return Infinity;
    return found.status === "optimal" ? Math.max(0, objective - found.objective) : 0;
  };
  let best = { score: -1, children: [] as number[][] };
  tried.forEach(({ a, b, n }, i) => {
    const row = session.rows - free.length + i, whole = Math.floor(n);
    const down = drop(row, 0, whole), up = drop(row, whole + 1, tables.lines);
    const score = Math.min(down, up, 1e6) + Math.min(down + up, 1e6) / 1e3;
    if (score <= best.score) return;
    const children = [];
    if (down < Infinity) children.push([...node, a, b, 0, whole]);
    if (up < Infinity) children.push([...node, a, b, whole + 1, tables.lines]);
    best = { score, children };
  });
  return { children: best.children, work };
}
