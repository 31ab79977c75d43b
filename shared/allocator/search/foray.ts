// Forays: a tree of its own around the best matching, where it may be far from the best that there is. The cutoffs of half of
// the lines stay as they are in it, and the tree looks at all that the other half leaves. That is too much for one program
// (see nearby.ts), and a few dozen programs say whether something better is there.

import { Random } from "../../engine/random.ts";
import { pickOpen, stayingElsewhere } from "./nearby.ts";
import { packNodes, unpackNodes } from "./nodes.ts";
import type { Search } from "./search.ts";
import type { AllocatorState } from "./state.ts";

/** Share of the lines that are open at first. */
const FIRST_OPEN = 0.5;
/** Programs of a foray: with fewer more lines are open next time, with more of them fewer, and beyond the most it is given up. */
const FEW_LPS = 40, MANY_LPS = 120, MOST_LPS = 250;
const GROWTH = 1.1, SHRINKING = 0.93;
/** What lines are worth on average by what the bound pays for, in pairs that cost nothing. */
const WORTH = 8;
/** The gap below which the tree alone gets there sooner. */
const LEAST_GAP = 0.02;
/** Programs of the tree behind each of a foray, more of them for each foray in a row that found nothing, and the fewest. */
const REST = 0.5, TIRED = 0.25, LEAST_REST = 10;

/** Whether the best matching may be so far from the best that there is that what is around it is worth a tree of its own. */
export function isToForay({ state, stability, tables }: Search): boolean {
  const { foray, dive, root, nodes, basis, bestCost, bound, work, forays } = state;
  if (!stability || foray !== null || dive !== null || root === null) return false;
  if (nodes.length === 0 || basis === null) return false;
  if (tables.give !== null || tables.links.length > 0) return false;
  return isFar(bestCost, bound) && work.lps >= forays.next;
}

/** Whether a best matching is so far from the bound that there may be better ones to be found for little. */
export function isFar(bestCost: number | null, bound: number | null): boolean {
  return bestCost !== null && bound !== null && bestCost - bound > LEAST_GAP * Math.abs(bestCost);
}

/** Puts a tree around the best matching in the place of the one at hand. */
export function startForay(search: Search): void {
  const { state, tables: { J } } = search,
    { forays, work: { lps }, best, nodes, bases, bound } = state;
  const open = Math.min(J - 1, Math.round(forays.open ?? FIRST_OPEN * J));
  const lines = pickOpen(search, best!, open, new Random(lps + 1), worthOf(search, best!));
  const decisions = stayingElsewhere(search, best!, lines);
  state.forays = { ...forays, open, next: lps + 1 };
  if (decisions.length === 0) return;
  const { basis, basisRows: rows, newRows, cuts: { length: cuts } } = state;
  const back = { nodes: packNodes(nodes), bases, basis: basis!, rows, newRows, cuts };
  state.foray = { lps, cost: state.bestCost!, back };
  state.nodes = [{ decisions, bound: bound!, counted: true }];
  state.bases = [];
  state.newRows = true; // of the bounds that the decisions change
}

/** Lines are worth opening where the bound pays for what they have to spare: a few have most of it. */
function worthOf(search: Search, lineOf: readonly number[]): Float64Array {
  const spare = search.rootSpare(lineOf), sum = spare.reduce((all, own) => all + own, 0);
  return spare.map((own) => sum > 0 ? WORTH * spare.length * own / sum : 0);
}

/** Whether a foray has had all that it may take. */
export function isSpent({ foray, work }: AllocatorState): boolean {
  return foray !== null && work.lps - foray.lps >= MOST_LPS;
}

/** Goes back to the tree that a foray has left. */
export function endForay(search: Search): void {
  const { state } = search, { lps, cost, back } = state.foray!, taken = state.work.lps - lps;
  const { open, misses } = state.forays, missed = state.bestCost! < cost ? 0 : misses + 1;
  const by = taken >= MANY_LPS ? SHRINKING : taken <= FEW_LPS ? GROWTH : 1;
  const rest = Math.max(LEAST_REST, Math.round(REST * taken * (1 + TIRED * missed)));
  state.forays = { open: open! * by, misses: missed, next: state.work.lps + rest };
  state.foray = null;
  state.nodes = unpackNodes(back.nodes);
  state.bases = back.bases;
  state.cuts = state.cuts.slice(0, back.cuts);
  state.basis = back.basis;
  state.basisRows = back.rows;
  state.newRows = back.newRows || missed === 0; // of the bounds that a better matching changes
}
