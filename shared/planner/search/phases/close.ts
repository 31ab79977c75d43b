// Column generation of long lines is closed by a proof: at its last prices the best lines are proven, stretch by stretch,
// and what is found above the price of a line goes into the master. Once nothing is, its bound is the LP's value.

import { lagrangeanBound } from "../master.ts";
import { LEAST_TERMS } from "../../pricing/half_proof.ts";
import { planSize } from "../../model/line_values.ts";
import { trimPool } from "./pool.ts";
import { beginRound } from "./round.ts";
import type { Search } from "../search.ts";
import { isProvable, workShare } from "../stop.ts";

/** Work of a unit: some 100 milliseconds, 20 by halves; and its steps that are as much work as a node of pricing. */
const UNIT_WORK = 8_000_000;
const STEPS = 40;
const HALF_STEPS = 100;

/** Lines worth so little more are not looked for, as a share of what a line's objective is made of. */
const NEAR = 0.002;

/** Solves of the master before the first proof by halves, which is gone through whole: its bound says which prices are better. */
const FIRST_SOLVES = 10;

/** Share of what the best one found is worth above the price of a line that others are to be worth. */
const SHARE = 0.7;

/** Of such lines, how far the best may lie above the price of a line for the master to be solved well enough. */
const WELL = 2;

/** New lines after which the master is solved again before the proof is over; then more rounds go on to find lines. */
const ENOUGH_LINES = 150;

/** How much of the master's value may be missing for a proof to be next, and for dives where there is none; in shares of NEAR. */
const DUE = 0.5;
const ENOUGH = 5;

/** Share of the work after which no further proof by halves is begun: a dive makes more of what is left. */
const MOST_WORK = 1.4;

/**
 * Proofs by sets of keys in turn, the last one again and again: how much of the best bound may be missing of the master's value
 * for one to be next, and how loose it is, in shares of what plans are made of.
 */
const KEY_PROOFS = [
  { left: 0.12, near: 0.04 },
  { left: 0.04, near: 0.006 },
  { left: 0.012, near: 0.003 },
  { left: 0.004, near: NEAR },
];

/** Proofs that may be begun. */
const MOST_PROOFS = 40;

/** Begins a proof at the prices that were priced last. @returns whether there is something to prove */
export function beginClosing(search: Search): boolean {
  const { state } = search;
  if (state.isEnding || state.lpOptimal || state.closings >= MOST_PROOFS) return false;
  if (search.lastPrices.length === 0 || !isProvable(search)) return false;
  const near = isByKeys(search) && search.centre.length > 0
    ? keyProofOf(search).near * sizeOfLine(search)
    : nearOf(search);
  if (isByKeys(search) && search.centre.length > 0) {
    // Where the best line found is worth least, which no bound can be below.
    search.lastPrices = search.centre;
    state.linePrice = state.centreLinePrice;
  }
  state.closings++;
  const floor = state.linePrice + near;
  state.closing = { part: 0, from: 0, floor, best: null, added: 0 };
  return true;
}

/** A unit of the proof. */
export function close(search: Search): void {
  const { state, pool, pricer, lastPrices } = search;
  const { part, from, floor, best, added } = state.closing!;
  const isByHalves = search.tables.year >= LEAST_TERMS;
  // Far from the end lines near the best one are the ones that change the master, and others much work.
  const least = isByHalves && best !== null
    ? Math.max(floor, state.linePrice + SHARE * (best - state.linePrice))
    : floor;
  const found = pricer.proof!.prove(lastPrices, floor, {
    part,
    from,
    workLimit: UNIT_WORK,
    least,
    root: state.roots[part] ?? null,
  });
  if (found.root !== undefined) {
    state.roots = Array.from(
      { length: pricer.parts },
      (_, p) => p === part ? found.root! : state.roots[p] ?? null,
    );
  }
  state.work.pricings++;
  state.work.pricing_nodes += Math.round(found.work / (isByHalves ? HALF_STEPS : STEPS));
  const now = {
    part: found.next === null ? part + 1 : part,
    from: found.next ?? 0,
    floor,
    best: found.best === -Infinity ? best : Math.max(best ?? -Infinity, found.best),
    added: added + pool.addAll(found.lines, found.count),
  };
  state.closing = now;
  trimPool(search);
  const isWhole = now.part === pricer.parts;
  if (!isWhole && (isByHalves || now.added < ENOUGH_LINES)) return;
  state.closing = null;
  const most = Math.max(floor, now.best ?? floor);
  if (isWhole) takeBound(search, lagrangeanBound(search.tables, lastPrices, most), isByHalves);
  if (isByHalves && workShare(search) >= MOST_WORK) return beginRound(search);
  // A loose proof says little of what is missing: rounds go on, and a closer one follows.
  if (isWhole && now.added === 0 && isByKeys(search) && state.closings < KEY_PROOFS.length) return;
  const isWell = isByHalves && most <= state.linePrice + WELL * nearOf(search);
  if ((isWell || (isByHalves && now.added === 0)) && state.isSteady) {
    // The master's own prices are next: half way from these its own lines may be worth more than a line costs.
    state.isSharp = true;
    return;
  }
  // The master is next, as long as there is something new in it.
  if (now.added === 0 || isWell) beginRound(search);
}

function takeBound(search: Search, bound: number, isCentre: boolean): void {
  const { state } = search, whole = Math.floor(bound + 1e-6);
  if (state.bound !== null && whole >= state.bound) return;
  state.bound = whole;
  if (!isCentre) return;
  search.centre = search.lastPrices;
  state.near = { ...state.near, estimate: whole };
  state.centreLinePrice = state.linePrice;
}

/**
 * Whether column generation has come near its end, where pricing looks for the best lines and proves nothing.
 * @param left what may be missing of the master's value
 */
export function isNearEnd(search: Search, left: number): boolean {
  const { state, tables } = search;
  if (isProvable(search) && isByKeys(search)) {
    const most = keyProofOf(search).left * sizeOfLine(search) * tables.lines;
    return state.solves >= FIRST_SOLVES && left <= most;
  }
  const share = isProvable(search) ? DUE : ENOUGH;
  return state.solves >= FIRST_SOLVES && left <= share * nearOf(search) * tables.lines;
}

/** Whether the proof that is next is by sets of keys. */
export function isByKeys({ pricer }: Search): boolean {
  return pricer.proof?.isByKeys === true;
}

function keyProofOf({ state }: Search) {
  return KEY_PROOFS[Math.min(state.closings, KEY_PROOFS.length - 1)];
}

function nearOf(search: Search): number {
  return search.bestLines === 0 ? 1 : NEAR * sizeOfLine(search);
}

/** What a line's objective is made of. */
function sizeOfLine({ tables, best, bestLines }: Search): number {
  return bestLines === 0 ? 0 : planSize(tables, best, bestLines) / bestLines;
}
