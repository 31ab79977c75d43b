// How many legal lines the posts allow: the exact LP "as many lines as possible" over projected classes, by
// column generation; its dual proves the bound: w_s >= 0 with sum_{s in p} w_s >= 1 for every legal line p
// gives lines <= sum_s posts_s w_s. Forced cells are rows of their own, elastic at a price above any
// number of lines: a proven bound below zero says that they cannot all be had.

import { LP_LIMITS, LpBuilder, LpSession, solveLp } from "../../lp/mod.ts";
import { buildTables } from "../model/build.ts";
import { addUses, budgetRows, budgetValue, slotsInUse } from "../model/leave_choice.ts";
import type { PlannerTables } from "../model/tables.ts";
import { type LinePricing, pricingFor } from "../pricing/group_pricing.ts";
import { MOST_NODES, type ProofPlace } from "../pricing/pricing.ts";
import type { PlannerProblem } from "../problem.ts";
import { scarceLines } from "./scarce.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/** A pricing under way, part by part, each in as many units as its proof takes. */
interface CountPricing {
  /** The part at hand, where its proof goes on, and the units that it has taken. */
  part: number;
  proof: ProofPlace | null;
  proofs: number;
  best: number;
  found: boolean;
  exact: boolean;
  /** Lines found, flat. */
  lines: number[];
}

/** Checkpoint of a count search. */
export interface CountState {
  /** Over single positions rather than projected classes: slower, and no relaxation. */
  exact: boolean;
  /** Lines generated so far, flat class indexes. */
  columns: number[];
  rounds: number;
  /** Proven bound on the number of lines; null before the first proof. */
  bound: number | null;
  done: boolean;
  /** The pricing at hand; null between rounds. */
  pricing: CountPricing | null;
  /** [slot] prices that proved the bound, to a thousandth: which posts are scarce. */
  proof: number[];
}

/**
 * A count search before its first round.
 * @param seeds legal lines known already, row-major position indexes
 */
export function startCount(
  problem: PlannerProblem,
  bounds: RuleBounds,
  seeds: Int32Array,
  exact = false,
): CountState {
  const { classOf } = buildTables(problem, bounds, { ignoreAffinity: true });
  const columns = Array.from(seeds, (r) => exact ? r : classOf[r]);
  return { exact, columns, rounds: 0, bound: null, done: false, pricing: null, proof: [] };
}

/** Most rounds of a count search: far above what any instance needed; it ends with a valid bound. */
const MOST_ROUNDS = 40;

/** Largest count LP, in entries of its lines: of more than some 10,000 long lines a unit would take too long. */
const MOST_ENTRIES = 250_000;
/** And in its rows: none has more, but for exact counts of many terms with leave. */
const MOST_ROWS = LP_LIMITS.rows;

/** Simplex work of one count LP, times the slots: some forty times what any instance needed. */
const COUNT_WORK = 600_000;
/** And at least so much. */
const LEAST_WORK = 500;

/** Nodes of one unit of pricing, some 100 milliseconds, and the units that the proof of a part may take. */
const UNIT_NODES = 300_000;
const MOST_PROOFS = 4;

/** Rounds in which new lines are enough, whether the best one is proven or not. */
const EAGER_ROUNDS = 8;

/** Prices a part, or goes on with its proof. */
function priceOn(
  pricer: LinePricing,
  terms: number,
  prices: Float64Array,
  floor: number,
  { pricing, rounds }: CountState,
): CountPricing {
  const at = pricing ??
    { part: 0, proof: null, proofs: 0, best: floor, found: false, exact: true, lines: [] };
  const { part, proof, proofs } = at;
  const found = pricer.price(prices, floor, {
    part,
    proof,
    pauses: proofs < MOST_PROOFS,
    // Long lines are priced within a share of what one pricing may take.
    workLimit: pricer.widths > 1 ? Math.ceil(MOST_NODES / pricer.parts) : UNIT_NODES,
  });
  const isOver = found.rest === undefined || (found.count > 0 && rounds < EAGER_ROUNDS);
  return {
    part: isOver ? part + 1 : part,
    proof: isOver ? null : found.rest!,
    proofs: isOver ? 0 : proofs + 1,
    best: Math.max(at.best, found.best),
    found: at.found || found.found,
    exact: at.exact && (!isOver || (found.rest === undefined && found.exact)),
    lines: [...at.lines, ...found.lines.subarray(0, found.count * terms)],
  };
}

/**
 * A unit of a round of the count LP: solve over the columns, price, prove.
 * @param tables see `countTables`
 * @param workLimit simplex work after which the search ends with what is proven by then
 */
export function countRound(
  tables: PlannerTables,
  state: CountState,
  workLimit = Math.max(LEAST_WORK, Math.round(COUNT_WORK / slotsInUse(tables))),
): CountState {
  const { lines } = tables;
  const forcing = tables.forced.some((n) => n > 0);
  const rounds = state.rounds + 1;
  const solved = solveCount(tables, state.columns, workLimit);
  // What was proven before stays proven; nothing is claimed beyond it.
  if (solved === null) return { ...state, rounds, pricing: null, done: true };
  const { value, prices, capacity, linePrice } = solved;
  // Lines never above `wanted` matter: when the LP reaches it, nothing more can be proven.
  if (value >= lines - 1e-6) return { ...state, rounds, pricing: null, bound: lines, done: true };
  const floor = forcing ? linePrice - 1 + 1e-9 : -1 - 1e-9;
  const pricer = pricingFor(tables),
    priced = priceOn(pricer, tables.terms, prices, floor, state);
  if (priced.part < pricer.parts) {
    // The same columns have the same prices in the next unit.
    const isLarge = state.columns.length + priced.lines.length > MOST_ENTRIES;
    return isLarge
      ? { ...state, rounds, pricing: null, done: true }
      : { ...state, pricing: priced };
  }
  if (!priced.exact) {
    const columns = [...state.columns, ...priced.lines];
    const isOver = priced.lines.length === 0 || rounds > EAGER_ROUNDS;
    return { ...state, columns, rounds, pricing: null, done: isOver };
  }
  let bound = state.bound ?? lines;
  if (forcing) {
    // N max(0, best reduced value) on top of what the prices of posts and forced cells add up to.
    const proven = capacity + lines * Math.max(0, 1 + priced.best);
    bound = Math.max(0, Math.min(bound, Math.floor(proven + 1e-6)));
  } else {
    const least = priced.found ? -priced.best : 1;
    if (!priced.found && state.rounds === 0) bound = 0;
    else if (least > 1e-9) {
      bound = Math.min(bound, Math.floor(capacity / Math.min(1, least) + 1e-6));
    }
  }
  const proof = bound < (state.bound ?? lines)
    ? Array.from(prices, (price) => Math.round(price * 1000) / 1000)
    : state.proof;
  const columns = [...state.columns, ...priced.lines];
  const closed = forcing
    ? !priced.found
    : !(priced.best > -1 + 1e-7) || bound <= Math.floor(value + 1e-6);
  const done = closed || bound === 0 || rounds >= MOST_ROUNDS;
  return { ...state, columns, rounds, bound, pricing: null, proof, done };
}

/** Rows of the count LP, no fewer than those of a program over single lines. */
function rowsOf({ cap, forced, leave }: PlannerTables): number {
  const held = forced.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  return cap.length + (leave?.budgets.length ?? 0) + 1 + held;
}

/** What a missing forced line costs the count LP, in lines per line wanted. */
const FORCED_PRICE = 10;

/**
 * max sum_p y_p - P sum_s missing_s with sum_{p uses s} y_p <= posts_s, sum_p y_p <= N and
 * sum_{p uses s} y_p + missing_s >= forced_s; its slot prices, what they are worth over all slots,
 * and the price of a line. Null where it is too large or too much work.
 */
function solveCount(tables: PlannerTables, columns: readonly number[], workLimit: number) {
  const { terms: T, positions: C, cap, forced, lines, leave } = tables;
  if (columns.length > MOST_ENTRIES || rowsOf(tables) > MOST_ROWS) return null;
  const builder = new LpBuilder("max");
  const isOption = (s: number) => Math.floor(s / C) === leave?.term;
  cap.forEach((n, s) => builder.addRow(-Infinity, isOption(s) ? 0 : n));
  const budgets = budgetRows(builder, leave?.budgets ?? new Int32Array(0));
  const all = builder.addRow(-Infinity, lines);
  const rowOf = Array.from(forced, (n) => n > 0 ? builder.addRow(n, Infinity) : -1);
  rowOf.filter((row) => row >= 0).forEach((row) => {
    builder.addColumn(-FORCED_PRICE * lines, 0, Infinity);
    builder.add(row, 1);
  });
  leave?.options.forEach((r) => {
    const s = leave.term * C + r;
    builder.addColumn(0, 0, cap[s]);
    builder.add(s, -1);
    addUses(builder, tables, budgets, r);
  });
  const first = builder.cols;
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, Infinity);
    for (let t = 0; t < T; t++) {
      const s = t * C + columns[at + t];
      builder.add(s, 1);
      if (rowOf[s] >= 0) builder.add(rowOf[s], 1);
    }
    builder.add(all, 1);
  }
  const prices = new Float64Array(T * C);
  if (builder.cols === first && rowOf.every((row) => row < 0)) {
    return { value: 0, prices, capacity: 0, linePrice: 0 };
  }
  using session = new LpSession(builder.build());
  const found = session.solve({ presolve: false, workLimit });
  if (found.status !== "optimal" || !found.rowDual) return null;
  const dual = found.rowDual;
  let capacity = 0;
  for (let s = 0; s < prices.length; s++) {
    prices[s] = Math.max(0, dual[s]);
    if (!isOption(s)) capacity += cap[s] * prices[s];
    if (rowOf[s] < 0) continue;
    const reward = Math.max(0, -dual[rowOf[s]]);
    prices[s] -= reward;
    capacity -= forced[s] * reward;
  }
  capacity += budgetValue(tables, prices);
  return { value: found.objective, prices, capacity, linePrice: Math.max(0, dual[all]) };
}

/** Most lines that are listed to choose from, and how many of them an integer program may be given. */
const LISTED = 20_000;
const CHOSEN_FROM = 2_500;
/** Work of listing them, where they are long: some 300 milliseconds. */
const LIST_WORK = 1_000_000;

/** Below the value of every line, whatever its affinity. */
const EVERY_LINE = -1e9;

/**
 * The legal lines that are enough for as many lines as there are (`scarceLines`), row-major, where they are few; null
 * where they are too many, or too much work to list.
 */
export function fewLines(tables: PlannerTables, most = CHOSEN_FROM): Int32Array | null {
  if (rowsOf(tables) > MOST_ROWS) return null;
  const { lines, complete } = pricingFor(tables).list(
    new Float64Array(tables.cap.length),
    EVERY_LINE,
    LISTED,
    { whole: LIST_WORK },
  );
  return complete ? scarceLines(tables, lines, most) : null;
}

/** What an integer program over listed lines came to. */
export interface MostLines {
  /** A plan of so many lines exists. */
  found: number;
  /** It, row-major. */
  plan: Int32Array;
  /** No plan of the listed lines has more. */
  proven: boolean;
}

/**
 * As many lines as an integer program finds among these, with all forced cells held.
 * @param columns legal lines over single positions, row-major; one may be built several times
 * @param workLimit of the branch and cut
 */
export function mostLines(
  tables: PlannerTables,
  columns: ArrayLike<number>,
  workLimit: number,
): MostLines {
  const { terms: T, positions: R, cap, forced, lines, leave } = tables;
  const none = new Int32Array(0);
  if (columns.length === 0) return { found: 0, plan: none, proven: true };
  const builder = new LpBuilder("max");
  cap.forEach((n, s) => builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, n));
  const all = builder.addRow(-Infinity, lines);
  const budgets = budgetRows(builder, leave?.budgets ?? new Int32Array(0));
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, lines, true);
    if (leave) addUses(builder, tables, budgets, columns[at + leave.term]);
    for (let t = 0; t < T; t++) builder.add(t * R + columns[at + t], 1);
    builder.add(all, 1);
  }
  const { status, x } = solveLp(builder.build(), { workLimit });
  if (status === "infeasible") return { found: 0, plan: none, proven: true };
  if (status !== "optimal" && status !== "feasible") return { found: 0, plan: none, proven: false };
  const plan: number[] = [];
  for (let at = 0; at < columns.length; at += T) {
    for (let y = Math.round(x[at / T]); y > 0; y--) {
      for (let t = 0; t < T; t++) plan.push(columns[at + t]);
    }
  }
  return { found: plan.length / T, plan: Int32Array.from(plan), proven: status === "optimal" };
}
