// How many legal lines the posts allow: the exact LP "as many lines as possible" over projected classes, by
// column generation; its dual proves the bound: w_s >= 0 with sum_{s in p} w_s >= 1 for every legal line p
// gives lines <= sum_s posts_s w_s. Forced cells are rows of their own, elastic at a price above any
// number of lines: a proven bound below zero says that they cannot all be had.

import {
  packBasis,
  packCells,
  packPrices,
  unpackBasis,
  unpackCells,
  unpackPrices,
} from "../../engine/packing.ts";
import { BASIC, keepItems } from "../../lp/basis.ts";
import { LP_LIMITS, LpBuilder, LpSession, solveLp } from "../../lp/mod.ts";
import { buildTables } from "../model/build.ts";
import { cellOf, firstCellOf, lineOfCell, linesIn, slotOf, termOfSlot } from "../model/flat.ts";
import { addUses, budgetRows, budgetValue, slotsInUse } from "../model/leave_choice.ts";
import type { PlannerTables } from "../model/tables.ts";
import { type LinePricing, pricingFor } from "../pricing/group_pricing.ts";
import { MOST_NODES, type ProofPlace } from "../pricing/pricing.ts";
import type { PlannerProblem } from "../problem.ts";
import { scarceLines } from "./scarce.ts";
import type { RuleBounds } from "../rules/bounds.ts";

/** What a solve of the LP came to: values to a billionth, so that it is the same in the next unit. */
interface CountDuals {
  value: number;
  /** [slot] prices, a billion times; packed. */
  prices: string;
  linePrice: number;
}

/** A pricing under way, part by part, each in as many units as its proof takes. */
interface CountPricing {
  duals: CountDuals;
  /** The part at hand, where its proof goes on, and the units that it has taken. */
  part: number;
  proof: ProofPlace | null;
  proofs: number;
  best: number;
  found: boolean;
  exact: boolean;
  /** Lines found, packed. */
  lines: string;
}

/** Checkpoint of a count search. */
export interface CountState {
  /** Over single positions rather than projected classes: slower, and no relaxation. */
  exact: boolean;
  /** Lines generated so far, as class indexes; packed. */
  columns: string;
  /** Basis of the LP over them, "" before there is one; and the units that its solve has taken. */
  basis: string;
  solves: number;
  rounds: number;
  /** Proven bound on the number of lines; null before the first proof. */
  bound: number | null;
  done: boolean;
  /** The pricing at hand; null while the LP is next. */
  pricing: CountPricing | null;
  /** [slot] prices that proved the bound, to a thousandth: which posts are scarce; packed. */
  proof: string;
  /** Simplex work and nodes of pricing so far. */
  lpWork: number;
  nodes: number;
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
  const tables = buildTables(problem, bounds, { ignoreAffinity: true });
  const { classOf, classes, positions, terms } = tables;
  const columns = seeds.map((r) => exact ? r : classOf[r]);
  return {
    exact,
    columns: packCells(columns, exact ? positions : classes, terms),
    basis: "",
    solves: 0,
    rounds: 0,
    bound: null,
    done: false,
    pricing: null,
    proof: "",
    lpWork: 0,
    nodes: 0,
  };
}

/** Most rounds of a count search: far above what any instance needed; it ends with a valid bound. */
const MOST_ROUNDS = 40;

/** Largest count LP, in entries of its lines: of more than some 10,000 long lines a unit would take too long. */
const MOST_ENTRIES = 250_000;
/** And in its rows: none has more, but for exact counts of many terms with leave. */
const MOST_ROWS = LP_LIMITS.rows;

/** Entries of the lines that are kept beside basic ones, and of those that a round adds: checkpoints hold them. */
const KEPT_ENTRIES = 20_000;
const NEW_ENTRIES = 8_000;

/** Simplex work of one count LP, times the slots: some forty times what any instance needed; units that it may take. */
const COUNT_WORK = 600_000;
const MOST_SOLVES = 4;
/** And at least so much. */
const LEAST_WORK = 500;

/** Nodes of one unit of pricing, some 100 milliseconds, and the units that the proof of a part may take. */
const UNIT_NODES = 300_000;
const MOST_PROOFS = 4;

/** Rounds in which new lines are enough, whether the best one is proven or not. */
const EAGER_ROUNDS = 8;

/** Prices are kept to so much, and no legal line is missed for that. */
const GRAIN = 1e-9;
const SLACK = 1e-6;

/** Prices a part, or goes on with its proof. */
function priceOn(
  pricer: LinePricing,
  tables: PlannerTables,
  prices: Float64Array,
  floor: number,
  at: CountPricing,
  rounds: number,
): { pricing: CountPricing; work: number } {
  const { terms: T, positions } = tables, { part, proof, proofs } = at;
  const found = pricer.price(prices, floor, {
    part,
    proof,
    pauses: proofs < MOST_PROOFS,
    // Long lines are priced within a share of what one pricing may take.
    workLimit: pricer.widths > 1 ? Math.ceil(MOST_NODES / pricer.parts) : UNIT_NODES,
  });
  const isOver = found.rest === undefined || (found.count > 0 && rounds < EAGER_ROUNDS);
  // The best come first.
  const most = Math.max(1, Math.floor(NEW_ENTRIES / (T * pricer.parts)));
  const lines = found.lines.subarray(0, firstCellOf(Math.min(found.count, most), T));
  const pricing = {
    ...at,
    part: isOver ? part + 1 : part,
    proof: isOver ? null : found.rest!,
    proofs: isOver ? 0 : proofs + 1,
    best: Math.max(at.best, found.best),
    found: at.found || found.found,
    exact: at.exact && (!isOver || (found.rest === undefined && found.exact)),
    lines: at.lines + packCells(lines, positions, T),
  };
  return { pricing, work: found.work };
}

/**
 * A unit of the count LP: a solve over the columns, or the pricing of a part at its prices; once all are priced, the proof.
 * @param tables see `countTables`
 * @param workLimit simplex work after which the search ends with what is proven by then
 */
export function countRound(
  tables: PlannerTables,
  state: CountState,
  workLimit = Math.max(LEAST_WORK, Math.round(COUNT_WORK / slotsInUse(tables))),
): CountState {
  if (state.pricing === null) return solveOn(tables, state, workLimit);
  const { duals } = state.pricing, forcing = isForcing(tables);
  const prices = unpackPrices(duals.prices).map((price) => 1000 * GRAIN * price);
  const pricer = pricingFor(tables), floor = floorOf(duals, forcing);
  const { pricing, work } = priceOn(pricer, tables, prices, floor, state.pricing, state.rounds);
  const nodes = state.nodes + work;
  if (pricing.part < pricer.parts) return { ...state, pricing, nodes };
  return concluded(tables, { ...state, nodes }, pricing, prices);
}

function isForcing({ forced }: PlannerTables): boolean {
  return forced.some((n) => n > 0);
}

/** Lines of less are of no interest. */
function floorOf({ linePrice }: CountDuals, forcing: boolean): number {
  return forcing ? linePrice - 1 + SLACK : -1 - SLACK;
}

/** Solves the LP over the columns, or goes on with that. */
function solveOn(tables: PlannerTables, state: CountState, workLimit: number): CountState {
  const { lines } = tables, limit = Math.max(1, Math.ceil(workLimit / MOST_SOLVES));
  const rounds = state.rounds + 1;
  const solved = solveCount(tables, state, limit);
  // What was proven before stays proven; nothing is claimed beyond it.
  if (solved === null) return { ...state, rounds, done: true };
  const { basis, duals, work } = solved, lpWork = state.lpWork + work;
  if (duals === null) {
    const solves = state.solves + 1;
    return {
      ...state,
      basis,
      solves,
      lpWork,
      ...solves < MOST_SOLVES ? {} : { rounds, done: true },
    };
  }
  // Lines never above `wanted` matter: when the LP reaches it, nothing more can be proven.
  if (duals.value >= lines - 1e-6) {
    return { ...state, rounds, lpWork, bound: lines, done: true };
  }
  const best = floorOf(duals, isForcing(tables));
  const parts = { part: 0, proof: null, proofs: 0, lines: "" };
  const pricing = { duals, ...parts, best, found: false, exact: true };
  return { ...state, basis, solves: 0, lpWork, pricing };
}

/** What a round proves once all parts are priced, and the columns of the next one. */
function concluded(
  tables: PlannerTables,
  state: CountState,
  priced: CountPricing,
  prices: Float64Array,
): CountState {
  const { lines } = tables, rounds = state.rounds + 1, { value } = priced.duals;
  const grown = {
    ...state,
    ...withLines(tables, state, priced, prices),
    rounds,
    pricing: null,
  };
  if (!priced.exact) {
    return { ...grown, done: priced.lines.length === 0 || rounds > EAGER_ROUNDS };
  }
  let bound = state.bound ?? lines;
  const forcing = isForcing(tables), capacity = capacityOf(tables, prices);
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
  const proof = bound < (state.bound ?? lines) ? packPrices(prices) : state.proof;
  const closed = forcing
    ? !priced.found
    : !(priced.best > -1 + 1e-7) || bound <= Math.floor(value + 1e-6);
  const done = closed || bound === 0 || rounds >= MOST_ROUNDS;
  return { ...grown, bound, proof, done };
}

/** The columns with those that a pricing found; where they become many the basic ones stay, and the best of the others. */
function withLines(
  tables: PlannerTables,
  { columns, basis }: CountState,
  { lines }: CountPricing,
  prices: Float64Array,
): Pick<CountState, "columns" | "basis"> {
  const { terms: T, positions: C } = tables;
  const old = unpackCells(columns, C, T), added = unpackCells(lines, C, T);
  if (old.length + added.length <= KEPT_ENTRIES || basis === "") {
    return { columns: columns + lines, basis };
  }
  const statuses = unpackBasis(basis), first = firstLine(tables), count = linesIn(old, T);
  const priceOf = (j: number) => {
    let sum = 0;
    for (let t = 0; t < T; t++) sum += prices[slotOf(t, old[cellOf(j, t, T)], C)];
    return statuses[first + j] === BASIC ? -Infinity : sum;
  };
  const order = Array.from({ length: count }, (_, j) => ({ j, price: priceOf(j) }));
  order.sort((a, b) => a.price - b.price || a.j - b.j);
  const most = Math.floor((KEPT_ENTRIES - added.length) / T), keep = new Uint8Array(count);
  order.forEach(({ j, price }, n) => keep[j] = n < most || price === -Infinity ? 1 : 0);
  const kept = old.filter((_, i) => keep[lineOfCell(i, T)] === 1);
  return {
    columns: packCells(kept, C, T) + lines,
    basis: packBasis(keepItems(statuses, first, keep)),
  };
}

/** What prices of slots add up to over all posts, and forced cells that cannot be missed. */
function capacityOf(tables: PlannerTables, prices: Float64Array): number {
  const { cap, forced } = tables;
  let capacity = budgetValue(tables, prices);
  prices.forEach((price, s) => {
    if (isOption(tables, s)) return;
    // Who holds a forced cell is rewarded for that; of its two prices the sum is told.
    capacity += price >= 0 ? cap[s] * price : forced[s] * price;
  });
  return capacity;
}

/** Rows of the count LP, no fewer than those of a program over single lines. */
function rowsOf({ cap, forced, leave }: PlannerTables): number {
  const held = forced.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  return cap.length + (leave?.budgets.length ?? 0) + 1 + held;
}

/** What a missing forced line costs the count LP, in lines per line wanted. */
const FORCED_PRICE = 10;

/** Items of a basis before the lines' columns: rows, what forced lines are missing, and options of leave. */
function firstLine(tables: PlannerTables): number {
  const held = tables.forced.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  return rowsOf(tables) + held + (tables.leave?.options.length ?? 0);
}

/**
 * max sum_p y_p - P sum_s missing_s with sum_{p uses s} y_p <= posts_s, sum_p y_p <= N and
 * sum_{p uses s} y_p + missing_s >= forced_s: the LP over these lines.
 */
function buildCount(tables: PlannerTables, columns: Int32Array): LpBuilder {
  const { terms: T, positions: C, cap, forced, lines, leave } = tables;
  const builder = new LpBuilder("max");
  cap.forEach((n, s) => builder.addRow(-Infinity, isOption(tables, s) ? 0 : n));
  const budgets = budgetRows(builder, leave?.budgets ?? new Int32Array(0));
  const all = builder.addRow(-Infinity, lines);
  const rowOf = Array.from(forced, (n) => n > 0 ? builder.addRow(n, Infinity) : -1);
  rowOf.filter((row) => row >= 0).forEach((row) => {
    builder.addColumn(-FORCED_PRICE * lines, 0, Infinity);
    builder.add(row, 1);
  });
  leave?.options.forEach((r) => {
    const s = slotOf(leave.term, r, C);
    builder.addColumn(0, 0, cap[s]);
    builder.add(s, -1);
    addUses(builder, tables, budgets, r);
  });
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, Infinity);
    for (let t = 0; t < T; t++) {
      const s = slotOf(t, columns[at + t], C);
      builder.add(s, 1);
      if (rowOf[s] >= 0) builder.add(rowOf[s], 1);
    }
    builder.add(all, 1);
  }
  return builder;
}

/** Whether a slot is an option of leave. */
function isOption({ leave, positions }: PlannerTables, s: number): boolean {
  return termOfSlot(s, positions) === leave?.term;
}

/**
 * Solves the LP over the columns at hand, from its basis on.
 * @returns its duals, null where the work limit came first; null where it is too large or cannot be solved
 */
function solveCount(tables: PlannerTables, { columns, basis }: CountState, workLimit: number) {
  const { terms: T, positions: C, forced } = tables;
  const lines = unpackCells(columns, C, T);
  if (lines.length > MOST_ENTRIES || rowsOf(tables) > MOST_ROWS) return null;
  const prices = new Float64Array(tables.cap.length);
  if (lines.length === 0 && !isForcing(tables)) {
    return { basis, duals: { value: 0, prices: grained(prices), linePrice: 0 }, work: 0 };
  }
  const builder = buildCount(tables, lines);
  using session = new LpSession(builder.build());
  if (basis !== "") session.restoreBasis(unpackBasis(basis));
  const found = session.solve({ presolve: false, workLimit });
  const { work } = found, reached = session.basis();
  if (found.stoppedBy === "limit" && reached !== null) {
    return { basis: packBasis(reached), duals: null, work };
  }
  if (found.status !== "optimal" || !found.rowDual || reached === null) return null;
  const dual = found.rowDual;
  const all = tables.cap.length + (tables.leave?.budgets.length ?? 0);
  let row = all + 1;
  for (let s = 0; s < prices.length; s++) {
    prices[s] = Math.max(0, dual[s]);
    if (forced[s] > 0) prices[s] -= Math.max(0, -dual[row++]);
  }
  const linePrice = Math.max(0, dual[all]);
  const duals = { value: found.objective, prices: grained(prices), linePrice };
  return { basis: packBasis(reached), duals, work };
}

/** Prices as they are kept while parts are priced at them. */
function grained(prices: Float64Array): string {
  return packPrices(prices.map((price) => price / (1000 * GRAIN)));
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
  work: number;
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
  if (columns.length === 0) return { found: 0, plan: none, proven: true, work: 0 };
  const builder = new LpBuilder("max");
  cap.forEach((n, s) => builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, n));
  const all = builder.addRow(-Infinity, lines);
  const budgets = budgetRows(builder, leave?.budgets ?? new Int32Array(0));
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, lines, true);
    if (leave) addUses(builder, tables, budgets, columns[at + leave.term]);
    for (let t = 0; t < T; t++) builder.add(slotOf(t, columns[at + t], R), 1);
    builder.add(all, 1);
  }
  const { status, x, work } = solveLp(builder.build(), { workLimit });
  if (status === "infeasible") return { found: 0, plan: none, proven: true, work };
  if (status !== "optimal" && status !== "feasible") {
    return { found: 0, plan: none, proven: false, work };
  }
  const plan: number[] = [];
  for (let at = 0; at < columns.length; at += T) {
    for (let y = Math.round(x[lineOfCell(at, T)]); y > 0; y--) {
      for (let t = 0; t < T; t++) plan.push(columns[at + t]);
    }
  }
  return {
    found: linesIn(plan, T),
    plan: Int32Array.from(plan),
    proven: status === "optimal",
    work,
  };
}
