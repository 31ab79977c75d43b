// Walks among stable matchings: one before the linear program, so that there is a good matching early, and others beside the
// tree of decisions, each from the best that is at hand.

import { Random } from "../../engine/random.ts";
import { Walk } from "../stability/walk.ts";
import { offerIfLegal, type Search } from "./search.ts";

/** Entries of lists that a walk looks at: at most, and for each pair that there is. */
const MOST_LOOKS = 2e7, LOOKS_PER_PAIR = 500;
/** Units of work of a walk. */
const UNITS = 5;
/** Linear programs for each walk. */
const LPS_PER_WALK = 50;
/** Walks in all: what they have not found by then they do not find. */
const MOST_WALKS = 10;
/** Cost that steps may add now and then, as a share of the range of one worker's costs: at the start, and at the end. */
const FIRST_HEAT = 0.05, LAST_HEAT = 0.0005;

/** Whether the tree has been at work for long since the last walk, with a matching at hand that may be far from the best. */
export function isToWalk({ state, stability }: Search): boolean {
  const { walk, dive, walks, work, phase } = state;
  if (!stability || phase !== "search" || walk !== null || dive !== null) return false;
  return work.lps >= LPS_PER_WALK * walks && walks <= MOST_WALKS;
}

/** Begins a walk, where there is a stable matching to begin with and none of the rules that a walk does not know. */
export function startWalk({ state, stability, tables }: Search): void {
  state.walks++;
  if (!stability || state.best === null || tables.links.length > 0 || tables.give !== null) return;
  state.walk = { lineOf: [...state.best], random: state.walks, looks: 0 };
}

/** Walks on for a unit of work. */
export function walkOn(search: Search): void {
  const { tables, state, prepared } = search, { lineOf, random, looks } = state.walk!;
  const most = Math.min(MOST_LOOKS, LOOKS_PER_PAIR * tables.W * tables.J), { pairs } = search;
  if (pairs.length === 0) { // no better matching is possible: the tree will find so
    state.walk = null;
    return;
  }
  const ground = {
    tables,
    standings: prepared.root.field!.standings,
    wishes: prepared.wishes,
    pairs,
  };
  const walk = new Walk(ground, lineOf, new Random(random));
  const first = FIRST_HEAT * prepared.costs.range, last = LAST_HEAT * prepared.costs.range;
  let best = state.bestCost!, found: number[] | null = null;
  while (walk.looks < most / UNITS) {
    const share = Math.min(1, (looks + walk.looks) / most);
    walk.step(first * Math.pow(last / first, share));
    if (walk.cost >= best) continue;
    best = walk.cost;
    found = [...walk.lineOf];
  }
  if (found !== null) offerIfLegal(search, found);
  const now = looks + walk.looks;
  state.walk = now < most
    ? { lineOf: [...walk.lineOf], random: walk.random.state, looks: now }
    : null;
}
