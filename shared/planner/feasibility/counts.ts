// How many legal lines the posts allow. Quick counts first: sets of posts of which every legal line
// needs at least k. Then the exact LP "as many lines as possible" over projected classes, by column
// generation; its dual proves the bound: w_s >= 0 with sum_{s in p} w_s >= 1 for every legal line p
// gives lines <= sum_s posts_s w_s. Forced cells are rows of their own, elastic at a price above any
// number of lines: a proven bound below zero says that they cannot all be had.

import { LpBuilder, LpSession, solveLp } from "../../lp/mod.ts";
import { CATEGORIES, type Category, type PlannerProblem } from "../problem.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import { LEAVE_WEEKS } from "../rules/annual_leave.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { buildTables, type PlannerTables } from "../model/tables.ts";

/** A set of posts that every line draws on, and the number of lines it allows. */
export interface PostCount {
  /** Lines that these posts allow. */
  lines: number;
  /** Posts in the set, over the year. */
  posts: number;
  /** Posts of the set that every line needs. */
  perLine: number;
  /** The set in words: "category C", "term 3". */
  what: string;
  /** Names of the rules that make every line need them. */
  rules: string[];
  /** The count in words, where posts and lines alone do not tell it. */
  message?: string;
}

/** Sum of the posts over the slots that pass. */
function postsWhere(tables: PlannerTables, test: (t: number, r: number) => boolean): number {
  const R = tables.positions;
  return tables.cap.reduce((sum, n, s) => sum + (test(Math.floor(s / R), s % R) ? n : 0), 0);
}

function count(posts: number, perLine: number, what: string, rules: string[]): PostCount {
  return { lines: Math.floor(posts / perLine), posts, perLine, what, rules };
}

/** One post of every term for each line. */
function termCounts(tables: PlannerTables): PostCount[] {
  return Array.from(
    { length: tables.terms },
    (_, t) => count(postsWhere(tables, (term) => term === t), 1, `term ${t + 1}`, []),
  );
}

/** Kinds of position that a rule caps in a line, with the largest number of terms it leaves. */
interface Cap {
  what: string;
  rule: string;
  terms: number;
  has: (r: number) => boolean;
}

function termsWithin(weeks: number, termWeeks: readonly number[]): number {
  let n = 0;
  for (const w of [...termWeeks].sort((a, b) => a - b)) {
    if (w > weeks) break;
    weeks -= w;
    n++;
  }
  return n;
}

function caps(tables: PlannerTables): Cap[] {
  const found: Cap[] = [];
  tables.limitInfo.forEach((info, l) => {
    const weights = tables.limitWeight.subarray(l * tables.terms, (l + 1) * tables.terms);
    const members = new Set(info.positions);
    found.push({
      what: info.kind,
      rule: info.rule,
      terms: termsWithin(tables.limitMax[l], Array.from(weights)),
      has: (r) => members.has(r),
    });
  });
  return found;
}

/** Every line needs at least T - k posts outside a kind of which it may hold k. */
function outsideCounts(tables: PlannerTables, kinds: readonly Cap[]): PostCount[] {
  return kinds.filter((kind) => kind.terms < tables.terms).map((kind) =>
    count(
      postsWhere(tables, (_, r) => !kind.has(r)),
      tables.terms - kind.terms,
      `not ${kind.what}`,
      [kind.rule],
    )
  );
}

/** Whether a position covers a category; what the rest of the year must cover, no six-month term does. */
function coversFor({ positions, sixMonthTerms = [] }: PlannerProblem, bounds: RuleBounds) {
  const halves = new Set(sixMonthTerms.flatMap(({ components }) => components));
  const beside = bounds.sixMonthTerms?.rest_covers ?? [];
  return (r: number, category: Category) =>
    positions[r].categories.includes(category) &&
    !(beside.includes(category) && halves.has(positions[r].id));
}

/** Every line needs a post of each required category. */
function categoryCounts(problem: PlannerProblem, bounds: RuleBounds, tables: PlannerTables) {
  const has = coversFor(problem, bounds);
  return bounds.requiredCategories.map((category) =>
    count(
      postsWhere(tables, (_, r) => has(r, category)),
      1,
      `category ${category}`,
      ["REQUIRED_CATEGORIES"],
    )
  );
}

/**
 * Two categories that no single position of a kind covers together, where a line may hold one term
 * of the kind: every line needs a post outside the kind in one of the two categories.
 */
function mixedCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: PlannerTables,
  kinds: readonly Cap[],
): PostCount[] {
  const found: PostCount[] = [];
  const has = coversFor(problem, bounds);
  const pairs = CATEGORIES.flatMap((a, i) => CATEGORIES.slice(i + 1).map((b) => [a, b] as const))
    .filter((pair) => pair.every((c) => bounds.requiredCategories.includes(c)));
  for (const kind of kinds.filter((k) => k.terms === 1)) {
    for (const [a, b] of pairs) {
      if (problem.positions.some((_, r) => kind.has(r) && has(r, a) && has(r, b))) continue;
      const posts = postsWhere(tables, (_, r) => !kind.has(r) && (has(r, a) || has(r, b)));
      found.push(count(posts, 1, `category ${a} or ${b} that are not ${kind.what}`, [
        "REQUIRED_CATEGORIES",
        kind.rule,
      ]));
    }
  }
  return found;
}

/** Every line needs five weeks of what the terms can take of leave. */
function leaveCounts(problem: PlannerProblem, { annualLeave }: RuleBounds): PostCount[] {
  const weeks = annualLeave?.capacity_weeks?.reduce((sum, n) => sum + n, 0);
  if (weeks === undefined) return [];
  const message = `annual leave: the terms take ${weeks} weeks, ` +
    `${problem.lines} lines need ${LEAVE_WEEKS} each`;
  return [{ ...count(weeks, LEAVE_WEEKS, "leave weeks", ["ANNUAL_LEAVE"]), message }];
}

/** The same bounds with no line reserved. */
export function withoutPathways(bounds: RuleBounds): RuleBounds {
  return { ...bounds, pathways: [] };
}

/** Every reserved line needs posts of its pathway; those that have none are missing in the plan. */
function pathwayCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  plain: PlannerTables,
): PostCount[] {
  const index = (id: string) => problem.positions.findIndex((p) => p.id === id);
  const noun = (ids: string[]) => {
    const names = [...new Set(ids.map((id) => problem.positions[index(id)].specialty))];
    return names.length <= 2 ? names.join(" and ") : `its ${ids.length} positions'`;
  };
  return bounds.pathways.map((pathway) => {
    const { name, lines } = pathway;
    const asks = `pathway ${name} asks ${lines} lines`;
    const found = "sequence" in pathway
      ? pathway.sequence.flatMap((id, t) =>
        id === null ? [] : [{ id, posts: plain.cap[t * plain.positions + index(id)], t }]
      ).sort((a, b) => a.posts - b.posts).map(({ id, posts, t }) => ({
        posts,
        perLine: 1,
        message: `${asks}, ${problem.positions[index(id)].name} posts in term ${t + 1} ${posts}`,
      }))[0]
      : setCount(pathway.positions, pathway.need);
    const possible = Math.min(lines, Math.floor(found.posts / found.perLine));
    return {
      ...found,
      what: `pathway ${name}`,
      rules: ["PATHWAYS"],
      lines: problem.lines - lines + possible,
    };

    function setCount(ids: string[], need: number) {
      const members = new Set(ids.map(index));
      const posts = postsWhere(plain, (_, r) => members.has(r));
      const each = need === 1 ? "" : `, ${need} needed by each`;
      return { posts, perLine: need, message: `${asks}, ${noun(ids)} posts ${posts}${each}` };
    }
  });
}

/**
 * Quick counts of a problem, fewest lines first.
 * @param tables tables of the problem under `bounds`
 */
export function quickCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: PlannerTables,
): PostCount[] {
  const plain = tables.groups.length === 0 ? tables : buildTables(problem, withoutPathways(bounds));
  const kinds = caps(plain);
  return [
    ...termCounts(plain),
    ...categoryCounts(problem, bounds, plain),
    ...outsideCounts(plain, kinds),
    ...mixedCounts(problem, bounds, plain, kinds),
    ...pathwayCounts(problem, bounds, plain),
    ...leaveCounts(problem, bounds),
  ].sort((a, b) => a.lines - b.lines);
}

/**
 * The problem with all affinity forgotten and each class treated as one position: a valid relaxation
 * for the number of lines, with few classes.
 */
export function projectTables(problem: PlannerProblem, bounds: RuleBounds): PlannerTables {
  const flat = buildTables(problem, bounds, { ignoreAffinity: true });
  const { terms: T, positions: R, classes: C } = flat;
  const perClass = (values: Int32Array) => {
    const sums = new Int32Array(T * C);
    values.forEach((n, s) => sums[Math.floor(s / R) * C + flat.classOf[s % R]] += n);
    return sums;
  };
  return {
    ...limitRepeats(flat),
    positions: C,
    groups: flat.groups.map((r) => flat.classOf[r]),
    cap: perClass(flat.cap).map((n) => Math.min(n, flat.lines)),
    gains: new Int32Array(0),
    gainStart: new Int32Array(T * C + 1),
    emptyCost: 0,
    forced: perClass(flat.forced),
    classOf: Int32Array.from({ length: C }, (_, c) => c),
    members: Array.from({ length: C }, (_, c) => Int32Array.of(c)),
    distinct: false,
  };
}

/** "No position twice" on classes: a class of m positions with posts sits in m terms of a line. */
function limitRepeats(flat: PlannerTables): PlannerTables {
  const { terms: T, positions: R, classes: C, distinct, cap } = flat;
  const terms = Array.from({ length: T }, (_, t) => t);
  const members = flat.members.map((rs) => rs.filter((r) => terms.some((t) => cap[t * R + r] > 0)));
  const few = Array.from({ length: C }, (_, c) => distinct && members[c].length < T);
  const perClass = few.map((limited, c) => {
    const own = Array.from(flat.limitOf.subarray(flat.limitStart[c], flat.limitStart[c + 1]));
    return limited ? [...own, flat.limits + few.slice(0, c).filter(Boolean).length] : own;
  });
  const added = few.flatMap((limited, c) => limited ? [members[c].length] : []);
  const limitStart = new Int32Array(C + 1);
  perClass.forEach((own, c) => limitStart[c + 1] = limitStart[c] + own.length);
  return {
    ...flat,
    limits: flat.limits + added.length,
    limitMax: Int32Array.from([...flat.limitMax, ...added]),
    limitWeight: Int32Array.from([...flat.limitWeight, ...added.flatMap(() => Array(T).fill(1))]),
    limitUnit: Int32Array.from([...flat.limitUnit, ...added.map(() => 1)]),
    limitStart,
    limitOf: Int32Array.from(perClass.flat()),
  };
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
  return { exact, columns, rounds: 0, bound: null, done: false, proof: [] };
}

/** The tables that a count search runs on. */
export function countTables(
  problem: PlannerProblem,
  bounds: RuleBounds,
  exact: boolean,
): PlannerTables {
  return exact
    ? buildTables(problem, bounds, { ignoreAffinity: true })
    : projectTables(problem, bounds);
}

/** Most rounds of a count search: far above what any instance needed; it ends with a valid bound. */
const MOST_ROUNDS = 40;

/** One round of the count LP: solve over the columns, price, prove. @param tables see `countTables` */
export function countRound(tables: PlannerTables, state: CountState): CountState {
  const { terms: T, lines } = tables;
  const forcing = tables.forced.some((n) => n > 0);
  const { value, prices, capacity, linePrice } = solveCount(tables, state.columns);
  const rounds = state.rounds + 1;
  // Lines never above `wanted` matter: when the LP reaches it, nothing more can be proven.
  if (value >= lines - 1e-6) return { ...state, rounds, bound: lines, done: true };
  const floor = forcing ? linePrice - 1 + 1e-9 : -1 - 1e-9;
  const priced = pricingFor(tables).price(prices, floor);
  if (!priced.exact) return { ...state, rounds, done: true };
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
  const columns = [...state.columns, ...priced.lines.subarray(0, priced.count * T)];
  const closed = forcing
    ? !priced.found
    : !(priced.best > -1 + 1e-7) || bound <= Math.floor(value + 1e-6);
  const done = closed || bound === 0 || rounds >= MOST_ROUNDS;
  return { ...state, columns, rounds, bound, proof, done };
}

/** What a missing forced line costs the count LP, in lines per line wanted. */
const FORCED_PRICE = 10;

/**
 * max sum_p y_p - P sum_s missing_s with sum_{p uses s} y_p <= posts_s, sum_p y_p <= N and
 * sum_{p uses s} y_p + missing_s >= forced_s; its slot prices, what they are worth over all slots,
 * and the price of a line.
 */
function solveCount(tables: PlannerTables, columns: readonly number[]) {
  const { terms: T, positions: C, cap, forced, lines } = tables;
  const builder = new LpBuilder("max");
  cap.forEach((n) => builder.addRow(-Infinity, n));
  const all = builder.addRow(-Infinity, lines);
  const rowOf = Array.from(forced, (n) => n > 0 ? builder.addRow(n, Infinity) : -1);
  rowOf.filter((row) => row >= 0).forEach((row) => {
    builder.addColumn(-FORCED_PRICE * lines, 0, Infinity);
    builder.add(row, 1);
  });
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
  if (builder.cols === 0) return { value: 0, prices, capacity: 0, linePrice: 0 };
  using session = new LpSession(builder.build());
  const found = session.solve({ presolve: false, timeLimitMs: 5_000 });
  if (found.status !== "optimal" || !found.rowDual) throw new Error(`count LP: ${found.status}`);
  const dual = found.rowDual;
  let capacity = 0;
  for (let s = 0; s < prices.length; s++) {
    prices[s] = Math.max(0, dual[s]);
    capacity += cap[s] * prices[s];
    if (rowOf[s] < 0) continue;
    const reward = Math.max(0, -dual[rowOf[s]]);
    prices[s] -= reward;
    capacity -= forced[s] * reward;
  }
  return { value: found.objective, prices, capacity, linePrice: Math.max(0, dual[all]) };
}

/** Most lines that are listed to choose from. */
const LISTED = 800;

/** Every legal line, row-major, where they are few; null where they are too many. */
export function fewLines(tables: PlannerTables): Int32Array | null {
  const { lines, complete } = pricingFor(tables).list(
    new Float64Array(tables.cap.length),
    -1,
    LISTED,
  );
  return complete ? lines : null;
}

/**
 * As many lines as an integer program finds among these, with all forced cells held: a plan of so many
 * lines exists.
 * @param columns legal lines over single positions, row-major; one may be built several times
 * @param workLimit of the branch and cut
 */
export function mostLines(
  { terms: T, positions: R, cap, forced, lines }: PlannerTables,
  columns: ArrayLike<number>,
  workLimit: number,
): number {
  if (columns.length === 0) return 0;
  const builder = new LpBuilder("max");
  cap.forEach((n, s) => builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, n));
  const all = builder.addRow(-Infinity, lines);
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, lines, true);
    for (let t = 0; t < T; t++) builder.add(t * R + columns[at + t], 1);
    builder.add(all, 1);
  }
  const found = solveLp(builder.build(), { workLimit });
  const isPlan = found.status === "optimal" || found.status === "feasible";
  return isPlan ? Math.round(found.objective) : 0;
}

/** Most groups of scarce posts that are named. */
const MOST_NAMED = 8;

/**
 * The posts that a count search found scarce: every line needs some of them, weighted by their price.
 * @returns one entry per specialty with a price, dearest first
 */
export function tightPosts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  { proof, exact, bound }: CountState,
): PostCount[] {
  if (proof.length === 0) return [];
  const tables = countTables(problem, bounds, exact);
  const full = buildTables(problem, bounds, { ignoreAffinity: true });
  const C = tables.positions;
  const posts = new Map<string, { posts: number; worth: number }>();
  full.cap.forEach((n, s) => {
    const t = Math.floor(s / full.positions), r = s % full.positions;
    const price = proof[t * C + (exact ? r : full.classOf[r])];
    if (n === 0 || !(price > 0) || full.groups.includes(r)) return;
    const key = problem.positions[r].specialty;
    const sum = posts.get(key) ?? { posts: 0, worth: 0 };
    posts.set(key, { posts: sum.posts + n, worth: sum.worth + n * price });
  });
  return [...posts].sort(([, a], [, b]) => b.worth - a.worth).slice(0, MOST_NAMED).map((
    [what, found],
  ) => ({
    ...count(found.posts, 1, what, []),
    lines: bound ?? 0,
    message: `${what}: ${found.posts} posts a year are scarce, all of them count`,
  }));
}
