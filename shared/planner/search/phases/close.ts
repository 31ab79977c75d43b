// Column generation of long lines is closed by a proof: at its last prices the best lines are proven, stretch by stretch,
// and what is found above the price of a line goes into the master. Once nothing is, its bound is the LP's value.

import type { ClosingState, ProvenParts } from "../closing.ts";
import { LEAST_TERMS } from "../../pricing/half_proof.ts";
import type { Loosening } from "../../pricing/line_proof.ts";
import { LONG_TERMS } from "../../pricing/group_pricing.ts";
import { planSize } from "../../model/line_values.ts";
import { FEW_PARTS, isByKeys, isKeyed, isSpaced } from "./keyed.ts";
import { bestBy, boundOf, leastBound, linesOf } from "./parts.ts";
import { trimPool } from "./pool.ts";
import { beginRound } from "./round.ts";
import type { Search } from "../search.ts";
import { effortOf, isProvable, workShare } from "../stop.ts";

/** Work of a unit: some 100 milliseconds, 20 by halves; and its steps that are as much work as a node of pricing. */
const UNIT_WORK = 8_000_000;
/** The same by sets of keys, of which the last one may take half as long again. */
const KEY_UNIT_WORK = 5_000_000;
const STEPS = 40;
const HALF_STEPS = 100;

/** Lines worth so little more are not looked for, as a share of what a line's objective is made of. */
const NEAR = 0.002;
const CHEAP_NEAR = 0.001;

/** Solves of the master before the first proof by halves, which is gone through whole: its bound says which prices are better. */
const FIRST_SOLVES = 10;

/** Parts are left out whose lines may lie above the price of a line by such a share of what those of parts proven do. */
const LEFT_OUT = 0.5;

/** Further ones between two proofs by halves of lines of up to eight terms. */
const BETWEEN = 4;

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
 * Proofs by sets of keys: solves of the master before the first one, and what may be missing of the master's value, as a share of
 * what plans are made of; how loose each is, as a share of what is missing, and at most; and the share of what the bound lies
 * above the master that the first ones, and each that follows, may leave to be worth their work.
 */
const FIRST_KEY_SOLVES = 8;
const QUICK_KEY_SOLVES = 4;
const FIRST_LEFT = 0.3;
const LOOSE = 0.6;
const LOOSEST = 0.04;
const FIRST_WORTH = 0.65;
/** The same of proofs that take hardly any work, and of those that take much: so many steps. */
const CHEAP_WORTH = 0.85;
const DEAR_WORTH = 0.65;
const DEAR_WORK = 80_000_000;
/** The same of many parts, where what those not priced come to is told too low: so many first ones, and the others. */
const FIRST_PROOFS = 3;
const WORTH_OF_MANY = 0.5;
/** The same before a dive. */
const BEFORE_DIVE = 0.8;
/** What more it may leave for each solve of the master since, and solves that count at most. */
const WAITED = 0.02;
const MOST_WAITED = 10;

/**
 * Proofs by keys that wait. Prices of a young master bound little, however closely they are proven, and rounds are cheap beside
 * proofs: so many come before the first one, and between two, so that the second one's bound is there before the first dive,
 * which comes after so many whatever that is.
 */
const SPACED_FIRST = 24;
const SPACED = 8;
const SPACED_DIVE = 32;
/**
 * What else these take, as sets of keys, and how far above what is expected of one the bound before counts, in what is missing of
 * the master's value: of a bound far above little is to be left out, or the next proof has it all to do again.
 */
const SPACED_SETS = 40_000;
const FAR = 3;

/** What a proof by keys takes beside the sets of keys that it looks at for a part, as such sets. */
const OTHER_SETS = 8_000;

/** Proofs that may be begun. */
const MOST_PROOFS = 40;

/** Begins a proof at the prices that were priced last. @returns whether there is something to prove */
export function beginClosing(search: Search): boolean {
  const { state } = search;
  if (state.isEnding || state.lpOptimal || state.closings >= MOST_PROOFS) return false;
  if (search.lastPrices.length === 0 || !isProvable(search)) return false;
  // Where nothing has changed the same would be proven again.
  if (state.near.isInVain && isSpaced(search)) return false;
  const near = isByKeys(search) && search.centre.length > 0 ? keyNear(search) : nearOf(search);
  if (isByKeys(search) && search.centre.length > 0) {
    // Where the best line found is worth least, which no bound can be below.
    search.lastPrices = search.centre;
    state.linePrice = state.centreLinePrice;
  }
  state.closings++;
  state.nextProof = state.solves + SPACED;
  const floor = state.linePrice + near;
  const begun = { floor, parts: [], bests: [], isLoose: false, best: null, added: 0, work: 0 };
  state.closing = {
    ...begun,
    part: nextProof(search, begun)!,
    from: 0,
    least: floor,
    value: floor,
  };
  return true;
}

/**
 * The part to be proven next: those come first that bound others, and then what may move the bound most. Parts that the
 * others bound well enough are left out; null: all that is left are.
 */
function nextProof(search: Search, { floor, parts, bests }: ProvenParts): number | null {
  const { state: { linePrice }, pricer, lastPrices } = search;
  const lines = (part: number) => linesOf(search, part);
  const most = bestBy(search, lastPrices, { parts, best: bests });
  const known = bests.reduce((sum, best, i) => sum + lines(parts[i]) * (best - linePrice), 0);
  let next: number | null = null, worth = LEFT_OUT * known;
  for (let part = 0; part < pricer.parts; part++) {
    if (parts.includes(part)) continue;
    const own = most(part);
    const excess = own === Infinity && pricer.widerOf(part) < 0
      ? Infinity
      : Math.min(lines(part) * (own - linePrice), Number.MAX_VALUE);
    if (own <= floor || excess <= worth) continue;
    [next, worth] = [part, excess];
  }
  return next;
}

/** A unit of the proof. */
export function close(search: Search): void {
  const { state, pool, pricer, lastPrices } = search, closing = state.closing!;
  const { part, from, floor, best } = closing;
  const { isByHalves } = pricer.proof!;
  // Far from the end lines near the best one are the ones that change the master, and others much work.
  const least = isByHalves && best !== null
    ? Math.max(closing.least, state.linePrice + SHARE * (best - state.linePrice))
    : closing.least;
  const found = pricer.proof!.prove(lastPrices, floor, {
    part,
    from,
    workLimit: isByKeys(search) ? KEY_UNIT_WORK : UNIT_WORK,
    least,
    root: state.roots[part] ?? null,
    loosening: looseningOf(search, part),
  });
  if (found.root !== undefined) keepRoot(search, part, found.root);
  state.work.pricings++;
  state.work.pricing_nodes += Math.round(found.work / (isByHalves ? HALF_STEPS : STEPS));
  if (isSpaced(search) && found.loose !== undefined && isNoLower(search, part, found.loose)) {
    pool.addAll(found.lines, found.count);
    state.near = { ...state.near, isInVain: true };
    state.closingWork = closing.work + found.work;
    state.closing = null;
    // The master is solved next: a dive makes more of what is left.
    state.isSharp = true;
    return;
  }
  const value = Math.max(closing.value, least, found.best);
  const isThrough = found.next === null, below = Math.max(closing.least, found.loose ?? floor);
  const now = {
    ...closing,
    from: found.next ?? 0,
    least: isThrough ? floor : below,
    value: isThrough ? floor : value,
    parts: isThrough ? [...closing.parts, part] : closing.parts,
    bests: isThrough ? [...closing.bests, value] : closing.bests,
    // Where a better line was found it is what bounds the part, and not what was left out.
    isLoose: closing.isLoose || (isThrough && below > floor && value <= below),
    best: found.best === -Infinity || found.loose === found.best
      ? best
      : Math.max(best ?? -Infinity, found.best),
    added: closing.added + pool.addAll(found.lines, found.count),
    work: closing.work + found.work,
  };
  const next = isThrough ? nextProof(search, now) : part, isWhole = next === null;
  state.closing = { ...now, part: next ?? part };
  trimPool(search);
  if (!isWhole && (isByHalves || now.added < ENOUGH_LINES)) return;
  endProof(search, now, isWhole);
}

/** Whether the bound stays where it is if a part is left to be worth so much, and those not proven yet what a line costs. */
function isNoLower(search: Search, part: number, loose: number): boolean {
  const { state: { bound, closing, linePrice }, lastPrices } = search;
  const parts = [...closing!.parts, part], best = [...closing!.bests, loose];
  const least = leastBound(search, lastPrices, { parts, best }, linePrice);
  return bound !== null && Math.floor(least + 1e-6) >= bound;
}

/** What follows a proof. @param isWhole whether it went through all parts that count */
function endProof(search: Search, now: ClosingState, isWhole: boolean): void {
  const { state, lastPrices } = search;
  const isByHalves = search.pricer.proof!.isByHalves, isLong = search.tables.year >= LEAST_TERMS;
  state.closing = null;
  state.closingWork = now.work;
  const most = Math.max(now.floor, now.best ?? now.floor);
  if (isWhole) {
    const bound = boundOf(search, lastPrices, { parts: now.parts, best: now.bests });
    takeBound(search, bound, isByHalves, now.isLoose);
  }
  if (isByHalves && workShare(search) >= MOST_WORK) return beginRound(search);
  // A loose proof says little of what is missing: rounds go on, and a closer one follows.
  if (isByKeys(search) && isWhole && now.added === 0 && !isClosest(search, now)) return;
  const isWell = isByHalves && most <= state.linePrice + (isLong ? WELL : 1) * nearOf(search);
  if ((isWell || (isByHalves && now.added === 0)) && state.isSteady) {
    // The master's own prices are next: half way from these its own lines may be worth more than a line costs.
    state.isSharp = true;
    return;
  }
  // Where the bound lacks more than the plan dives are of no use yet.
  if (isSpaced(search) && lackOf(search) > lackOfPlan(search)) return;
  // The master is next, as long as there is something new in it.
  if (now.added === 0 || isWell) beginRound(search);
}

/** Remembers what a stretch told the next one. A checkpoint that a search was made from stays as it was. */
function keepRoot({ state, pricer }: Search, part: number, root: readonly number[]): void {
  state.roots = Array.from(
    { length: pricer.parts },
    (_, p) => p === part ? root : state.roots[p] ?? null,
  );
}

/** A proof by keys is no closer than lowers the bound by most for its work; the first one has no bound to lower. */
function looseningOf(search: Search, part: number): Loosening | undefined {
  const { state: { bound, near: { estimate, master }, linePrice, closings } } = search;
  if (!isByKeys(search) || bound === null || estimate === null) return undefined;
  const isClose = isSpaced(search) && closings > 1 && master !== null;
  const gain = isClose
    ? Math.min(bound - estimate, FAR * Math.max(0, estimate - master))
    : bound - estimate;
  const sets = isClose ? SPACED_SETS : OTHER_SETS;
  return { most: linePrice + gain / linesOf(search, part), sets };
}

/** Whether a proof by keys was as close as any is. */
function isClosest(search: Search, { isLoose, floor }: ClosingState): boolean {
  return !isLoose && floor <= search.state.linePrice + nearOf(search);
}

function takeBound(search: Search, bound: number, isCentre: boolean, isLoose: boolean): void {
  const { state } = search, whole = Math.floor(bound + 1e-6);
  state.isProvenInVain = state.bound !== null && whole >= state.bound;
  if (state.isProvenInVain) {
    // What it found is what bounds plans there: the same is not proven again.
    if (!isByKeys(search)) return;
    state.near = isLoose ? { ...state.near, isInVain: true } : { ...state.near, estimate: whole };
    return;
  }
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
  if (isKeyed(search)) {
    const size = sizeOfLine(search) * tables.lines;
    const proven = left + keyNear(search) * tables.lines;
    const waited = Math.max(0, state.solves - FIRST_KEY_SOLVES * (1 + state.closings));
    return !state.near.isInVain && state.solves >= firstSolves(search) && !isProofEarly(search) &&
      left <= FIRST_LEFT * size &&
      (state.bound === null ||
        proven <=
          (worthProving(search) + WAITED * Math.min(waited, MOST_WAITED)) *
            (state.bound - state.near.master!));
  }
  const share = isProvable(search) ? DUE : ENOUGH;
  return state.solves >= FIRST_SOLVES && left <= share * nearOf(search) * tables.lines;
}

/** Solves of the master before the first proof by keys. */
function firstSolves(search: Search): number {
  if (isSpaced(search)) return SPACED_FIRST;
  return effortOf(search) < 1 ? QUICK_KEY_SOLVES : FIRST_KEY_SOLVES;
}

/** Whether column generation goes on before the next proof, though it finds few lines. */
export function isProofEarly(search: Search): boolean {
  const { solves, nextProof, closings } = search.state;
  return closings > 0 && solves < nextProof && isSpaced(search);
}

/** Whether the first dive is next where proofs wait. */
export function isFirstDiveDue(search: Search): boolean {
  const { attempt, solves } = search.state;
  return attempt === 0 && solves >= SPACED_DIVE && isSpaced(search);
}

/** A dive begins, whose lines are to change the prices before a proof. */
export function noteDive({ state }: Search): void {
  state.nextProof = state.solves + SPACED;
  state.isProvenInVain = false;
}

/** How far the bound lies above the master's value, and the best plan below it. */
function lackOf({ state: { bound, near: { master } } }: Search): number {
  return bound === null || master === null ? Infinity : bound - master;
}
function lackOfPlan({ state: { bestValue, near: { master } } }: Search): number {
  return bestValue === null || master === null ? Infinity : master - bestValue;
}

/** Share of what the bound lies above the master that a proof by keys may leave: the more of it the less the last one took. */
function worthProving({ state: { closings, closingWork }, pricer }: Search): number {
  if (pricer.parts > FEW_PARTS) return closings < FIRST_PROOFS ? FIRST_WORTH : WORTH_OF_MANY;
  if (closings === 0) return FIRST_WORTH;
  return CHEAP_WORTH + (DEAR_WORTH - CHEAP_WORTH) * Math.min(1, closingWork / DEAR_WORK);
}

/**
 * A proof by keys before a dive, which takes several times as long, where it is to bring the bound down.
 * @returns whether it was begun
 */
export function proveBeforeDive(search: Search): boolean {
  const { state: { bound, near: { estimate, master, isInVain } }, tables, pricer } = search;
  if (
    isInVain || isProofEarly(search) || !isKeyed(search) || pricer.parts > FEW_PARTS ||
    search.centre.length === 0
  ) {
    return false;
  }
  if (bound === null || estimate === null || master === null) return false;
  const proven = estimate - master + keyNear(search) * tables.lines;
  if (proven > BEFORE_DIVE * (bound - master) || !beginClosing(search)) return false;
  search.prices = new Float64Array(0);
  return true;
}

/** Whether a proof is by halves of lines of up to eight terms, which takes little. */
export function isProofCheap(search: Search): boolean {
  const { year } = search.tables;
  return year >= LONG_TERMS && year < LEAST_TERMS && isProvable(search) &&
    search.pricer.proof!.isByHalves;
}

/** Whether a proof is worth its work before column generation is over. */
export function isProofDue(search: Search): boolean {
  const { solves, closings } = search.state;
  return isProofCheap(search) && solves >= FIRST_SOLVES + BETWEEN * closings;
}

/** How loose a proof by keys is, for a line: no closer than what is missing otherwise asks for; the first one is soon done. */
function keyNear(search: Search): number {
  const { state: { closings, near: { estimate, master } }, tables } = search;
  const size = sizeOfLine(search);
  if (closings === 0 || estimate === null || master === null) return LOOSEST * size;
  return Math.max(
    NEAR * size,
    Math.min(LOOSEST * size, LOOSE * (estimate - master) / tables.lines),
  );
}

function nearOf(search: Search): number {
  if (search.bestLines === 0) return 1;
  return (isProofCheap(search) ? CHEAP_NEAR : NEAR) * sizeOfLine(search);
}

/** What a line's objective is made of. */
function sizeOfLine({ tables, best, bestLines }: Search): number {
  return bestLines === 0 ? 0 : planSize(tables, best, bestLines) / bestLines;
}
