// Walks among stable matchings: one before the linear program, so that there is a good matching early, and others beside the
// tree of decisions. They take turns: some go on from the best that is at hand, some begin where the point of the first
// program is rounded to and are drawn to that point, or go by its reduced costs (what a pair costs beyond the bound).
// Or a walk settles one matching after the other, ties broken for what the one at hand has, for the point and by chance: with
// couples always, and else by turns, each then the cheapest that is stable once ties are broken (see stability/rotations.ts).

import { Random } from "../../engine/random.ts";
import { firstPairOf, pairOf } from "../model/pairs.ts";
import { matchingCost } from "../model/tables.ts";
import { settleCouples } from "../stability/couples.ts";
import { cheapestStable } from "../stability/rotations.ts";
import { deferredAcceptance } from "../stability/stability.ts";
import { Walk } from "../stability/walk.ts";
import { canDescend, startDescent } from "./nearby.ts";
import { isLegal, offerIfLegal, type Search } from "./search.ts";
import { unpackPoint } from "./rounding.ts";
import type { AllocatorState, WalkState } from "./state.ts";

/** Entries of lists that a walk looks at: at most, and for each pair that there is. */
const MOST_LOOKS = 4e7, LOOKS_PER_PAIR = 500;
/** Units of work of a walk. */
const UNITS = 10;
/** Linear programs for each walk; with couples the tree finds more. */
const LPS_PER_WALK = 75, LPS_PER_SETTLING = 75;
/** The gap from which on the tree gets on faster than walks, and how much rarer they are then. */
const SMALL_GAP = 0.012, RARER = 3;
/** Walks in all: what they have not found by then they do not find. */
const MOST_WALKS = 12;
/** Cost that steps may add at the end, as a share of the range of one worker's costs. */
const LAST_HEAT = 0.0005;

/** What a walk goes by, and the cost that steps may add now and then at its start, as a share of the range of one worker's costs. */
interface Turn {
  by: "cost" | "point" | "reduced" | "ties";
  heat: number;
}
/** The first walk is before the first program is solved: it can only go by cost. */
const TURNS: readonly Turn[] = [
  { by: "cost", heat: 0.05 },
  { by: "ties", heat: 0.1 },
  { by: "point", heat: 0.05 },
  { by: "reduced", heat: 0.2 },
  { by: "ties", heat: 0.5 },
  { by: "cost", heat: 0.2 },
  { by: "point", heat: 0.2 },
  { by: "reduced", heat: 0.05 },
];
/** The gap from which on matchings are settled without couples. */
const LEAST_GAP = 0.02;
/** What a whole pair of the point is worth to a walk, and the most that a reduced cost counts, as shares of the range. */
const PULL = 1, MOST_REDUCED = 3;

/** How matchings are settled. */
interface Settling {
  /** Entries of the cost matrix that a unit of work settles matchings of, and a walk. */
  unit: number;
  walk: number;
  /** The fewest and the most matchings of a walk. */
  least: number;
  most: number;
  /** How many of the pairs at hand ties are broken for, at least. */
  kept: number;
  /** Share of the workers whose chance is drawn anew each time. */
  renewed: number;
}
const WITH_COUPLES: Settling = {
  unit: 4e5,
  walk: 1e7,
  least: 20,
  most: 200,
  kept: 0.9,
  renewed: 1,
};
const ALONE: Settling = {
  unit: 3e6,
  walk: 1e8,
  least: 100,
  most: 700,
  kept: 0.9,
  renewed: 0.3,
};
/** Of ties of settled matchings: chance, what pairs at hand are worth, and those of the point, in ranges; and the heat with couples. */
const TIE_CHANCE = 1, TIE_KEPT = 5, TIE_POINT = 2, SETTLING_HEAT = 0.2;

/** Whether the tree has been at work for long since the last walk, with a matching at hand that may be far from the best. */
export function isToWalk({ state, stability, tables }: Search): boolean {
  const { walk, dive, walks, work, phase, best } = state;
  if (!stability || phase !== "search" || walk !== null || dive !== null) return false;
  if (best === null || tables.give !== null) return false;
  const lps = tables.links.length > 0 ? LPS_PER_SETTLING : LPS_PER_WALK;
  return work.lps >= lps * walks * (isNear(state, SMALL_GAP) ? RARER : 1) && walks <= MOST_WALKS;
}

/** Begins a walk, where there is a stable matching to begin with and none of the rules that a walk does not know. */
export function startWalk(search: Search): void {
  const { state, stability, tables, prepared } = search;
  const number = state.walks++;
  if (!stability || tables.give !== null) return;
  if (state.best === null && tables.links.length === 0) return;
  state.walk = { lineOf: [...state.best ?? []], random: state.walks, looks: 0, turn: 0 };
  if (state.rootPoint === null || tables.links.length > 0) return;
  state.walk.turn = turnOf(state, number);
  if (["cost", "ties"].includes(TURNS[state.walk.turn].by)) return;
  const rounded = deferredAcceptance(tables, unpackPoint(state.rootPoint), prepared.wishes);
  if (!rounded.includes(-1)) state.walk.lineOf = [...rounded];
}

/** Settling takes longer than other walks: where the best is near to the bound the tree gets there sooner. */
function turnOf(state: AllocatorState, number: number): number {
  const turn = number % TURNS.length;
  return TURNS[turn].by === "ties" && isNear(state, LEAST_GAP) ? (turn + 1) % TURNS.length : turn;
}

function isNear({ bestCost, bound }: AllocatorState, gap: number): boolean {
  return bestCost! - bound! < gap * Math.abs(bestCost!);
}

/** Walks on for a unit of work. */
export function walkOn(search: Search): void {
  const { state } = search, walk = state.walk!;
  state.walk = null;
  if (search.pairs.length === 0) return; // no better matching is possible: the tree will find so
  const walked = isSettling(search, walk) ? settleOn(search, walk) : stepOn(search, walk);
  if (!walked.isOver) state.walk = walked.walk;
  else if (canDescend(search) && walked.walk.lineOf.length > 0) {
    startDescent(search, walked.walk.lineOf);
  }
}

/** A walk with a unit's steps behind it. */
interface Walked {
  walk: WalkState;
  isOver: boolean;
}

function stepOn(search: Search, { lineOf, random, looks, turn }: WalkState): Walked {
  const { tables, prepared, pairs } = search, { range } = prepared.costs;
  const most = Math.min(MOST_LOOKS, LOOKS_PER_PAIR * tables.W * tables.J);
  const cost = costsOf(search, TURNS[turn]);
  const ground = {
    tables: { ...tables, cost },
    standings: prepared.root.field!.standings,
    wishes: prepared.wishes,
    offers: prepared.offers,
    pairs,
  };
  const walk = new Walk(ground, lineOf, new Random(random));
  const first = TURNS[turn].heat * range, last = LAST_HEAT * range;
  let nearest = Infinity, least = search.state.bestCost!, found: number[] | null = null;
  while (walk.looks < most / UNITS) {
    const share = Math.min(1, (looks + walk.looks) / most);
    walk.step(first * Math.pow(last / first, share));
    if (walk.cost >= nearest) continue;
    nearest = walk.cost;
    const own = cost === tables.cost ? nearest : matchingCost(tables, walk.lineOf);
    if (own >= least) continue;
    least = own;
    found = [...walk.lineOf];
  }
  if (found !== null) offerIfLegal(search, found);
  const now = looks + walk.looks;
  const next = { lineOf: [...walk.lineOf], random: walk.random.state, looks: now, turn };
  return { walk: next, isOver: now >= most };
}

/** What pairs cost a walk: whole numbers, so that sums of them are exact. */
function costsOf(search: Search, { by }: Turn): Float64Array {
  const { tables: { cost }, prepared: { costs: { range } }, state } = search;
  if (by === "cost") return cost;
  if (by === "reduced") {
    return search.rootReduced().map((own) => Math.round(Math.min(own, MOST_REDUCED * range)));
  }
  const drawn = cost.slice(), point = unpackPoint(state.rootPoint!);
  point.pairs.forEach((p, i) => drawn[p] -= Math.round(PULL * range * point.values[i]));
  return drawn;
}

function isSettling({ tables }: Search, { turn }: WalkState): boolean {
  return tables.links.length > 0 || TURNS[turn].by === "ties";
}

/** Settles matchings around the one at hand. */
function settleOn(search: Search, walk: WalkState): Walked {
  const { tables, prepared: { costs: { range } } } = search, entries = tables.W * tables.J;
  const random = new Random(walk.random), isTogether = tables.links.length > 0;
  const how = isTogether ? WITH_COUPLES : ALONE;
  const most = Math.max(how.least, Math.min(how.most, Math.round(how.walk / entries)));
  const now = Math.min(most, walk.looks + Math.max(1, Math.round(how.unit / entries)));
  const ties = new TieBreaks(search, random, how);
  let { lineOf } = walk, cost = lineOf.length === 0 ? Infinity : matchingCost(tables, lineOf);
  for (let i = walk.looks; i < now; i++) {
    const settled = settle(search, ties.around(lineOf));
    const chance = random.next();
    if (settled === null) continue;
    const by = matchingCost(tables, settled) - cost;
    const heat = isTogether ? SETTLING_HEAT : TURNS[walk.turn].heat * (1 - i / most);
    if (by > 0 && by >= -heat * range * Math.log(1 - chance)) continue;
    if (!isLegal(search, settled)) continue;
    lineOf = settled;
    cost = matchingCost(tables, lineOf);
    search.offer(lineOf);
  }
  // With couples the first matching is enough to go on to the bound with: what points of programs settle to is better by far.
  const isFirst = isTogether && search.state.rootPoint === null && lineOf.length > 0;
  const next = { ...walk, lineOf, random: random.state, looks: now };
  return { walk: next, isOver: now === most || isFirst };
}

function settle({ tables, prepared: { ground } }: Search, ties: Float64Array) {
  if (tables.links.length > 0) return settleCouples(ground, ties);
  const lineOf = cheapestStable({ ...ground, ties }, tables.cost);
  return lineOf && [...lineOf];
}

/** What ties are broken for: cheap pairs, those of the point, by chance, and most of those that a matching has. */
class TieBreaks {
  readonly #base: Float64Array;
  readonly #ties: Float64Array;

  constructor(
    readonly search: Search,
    readonly random: Random,
    readonly how: Settling,
  ) {
    const { state: { rootPoint }, tables: { cost }, prepared: { costs: { range } } } = search;
    this.#base = cost.slice();
    this.#ties = new Float64Array(cost.length);
    if (rootPoint !== null) {
      const { pairs, values } = unpackPoint(rootPoint);
      pairs.forEach((p, i) => this.#base[p] -= TIE_POINT * range * values[i]);
    }
    this.#renew(1);
  }

  /** @returns by pair, the least first; valid until it is asked for again */
  around(lineOf: readonly number[]): Float64Array {
    const { search: { tables: { J }, prepared: { costs: { range } } }, random, how } = this;
    this.#renew(how.renewed);
    const kept = how.kept + (1 - how.kept) * random.next();
    const ties = this.#ties.slice();
    lineOf.forEach((j, w) => {
      if (random.next() < kept) ties[pairOf(w, j, J)] -= TIE_KEPT * range;
    });
    return ties;
  }

  #renew(share: number): void {
    const { search: { tables: { W, J }, prepared: { costs: { range } } }, random } = this;
    for (let w = 0; w < W; w++) {
      if (share < 1 && random.next() >= share) continue;
      for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
        this.#ties[p] = this.#base[p] + TIE_CHANCE * range * random.next();
      }
    }
  }
}
