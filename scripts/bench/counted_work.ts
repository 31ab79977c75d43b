/**
 * A clock of counted work: what a unit of the planner counted (moves, pivots, nodes) times what that takes on a normal machine.
 * The same search takes the same time by it on every machine, and beside any other work; what it takes in memory, and how
 * long a slice is, it does not tell.
 *
 * Where the rates come from: those of programs, pricing, exchanges and proofs of ten to 13 terms were measured on a machine
 * at rest. The others are CPU of 19 problems on one whose memory was slow, halved, which is what the former came to there:
 * by kind 1.5 to 2.5 times what is counted, exchanges 2.7 and proofs by keys 2.9, since they go through memory at random.
 * The README holds whole runs against CPU.
 *
 * What a rate takes as given, since the planner counts no closer: a node of lines of few terms is worth the same whatever the
 * prices, but where a need is dear (`isNeedDear`); a program is as large as its posts, and options of leave, each of which is
 * a position of its own, add next to nothing (`slotsOf`).
 */
import { MOST_LINES } from "../../shared/planner/moves/neighbourhoods.ts";
import { LONG_TERMS } from "../../shared/planner/pricing/group_pricing.ts";
import { ANNEALED_TERMS } from "../../shared/planner/pricing/long_pricing.ts";
import { EXCHANGE_MOVES } from "../../shared/planner/search/phases/anneal.ts";
import { preparePlanner } from "../../shared/planner/search/planner.ts";
import type { WorkCounters } from "../../shared/planner/effort.ts";
import { slotOf } from "../../shared/planner/model/flat.ts";
import type { PlannerTables } from "../../shared/planner/model/tables.ts";
import type { Planner } from "../../shared/planner/engine.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import type { Search } from "../../shared/planner/search/search.ts";
import type { Phase } from "../../shared/planner/search/state.ts";

/** What a slice takes before its first unit: a fresh isolate beside an empty runtime (README, "Cold starts"). */
export const COLD_MS = 44;

/** What a unit did. */
export interface UnitDone {
  kind: string;
  /** The phase that it began in. */
  phase: Phase;
  /** Lines wanted, terms, and positions times terms (`slotsOf`). */
  lines: number;
  terms: number;
  slots: number;
  /** Whether lines choose their leave. */
  hasLeave: boolean;
  /** See `isNeedDear`. */
  isNeedDear: boolean;
  /** Whether no unit of its kind came before it in this slice. */
  isFirst: boolean;
  /** What its counters rose by. */
  work: WorkCounters;
  /** What an explanation's own count rose by. */
  explained: number;
}

/** Times as much for exchanges of lines that choose their leave, which is looked for anew. */
const LEAVE_EXCHANGES = 1.7;

/**
 * Of moves: 0.55 ms for as many lines as one takes at most and five terms, 1.1 of thirteen; an assignment costs the square of its
 * lines. Of exchanges: 9 ms a unit while they are hot, then 6; no unit of moves counts as many but where a construction is mended.
 */
function movesMs({ phase, lines, terms, hasLeave, work }: UnitDone): number {
  if (work.moves === EXCHANGE_MOVES && phase !== "construct") {
    return (phase === "bound" ? 9 : 5.9) * (hasLeave ? LEAVE_EXCHANGES : 1);
  }
  const share = Math.min(1, lines / MOST_LINES);
  return work.moves * (0.2 + 0.07 * terms) * share ** 2;
}

/** A piece of simplex work goes through the slots; of long lines, whose bases are full, through their square where that is more. */
function simplexMs({ phase, terms, slots, work }: UnitDone): number {
  const few = 1.6e-4 * slots, many = (phase === "round" ? 5.7e-7 : 7.6e-7) * slots ** 2;
  return work.lp_work * (terms < LONG_TERMS ? few : Math.max(few, many));
}

/** Whether lines are priced by climbs, whose steps cost more for what they count as. */
const isClimbed = ({ terms }: UnitDone): boolean => terms >= LONG_TERMS && terms < ANNEALED_TERMS;

/**
 * Times as much where a need is dear: a node whose inner terms are chosen weighs all pairs of ends for what they bring, where
 * else all but a few are ruled out (of over140cap79 two thirds of all CPU, 23 microseconds a node where others take 4).
 */
const DEAR_NODES = 3.6;

/** Of pricing, and of soft prices. */
const nodesMs = (done: UnitDone): number =>
  done.work.pricing_nodes * (isClimbed(done) ? 3e-4 : 1.08e-4) *
  (done.isNeedDear ? DEAR_NODES : 1);

/**
 * What the first solve of a slice takes more at eight terms: of 44 solves of 1326 in some fifteen slices 14 did (version 51); in a
 * whole process none does.
 */
const EIGHT_TERMS_MS = 110;

/** Milliseconds of each kind of unit. */
const RATES: Readonly<Record<string, (done: UnitDone) => number>> = {
  // It counts nothing.
  init: () => 5,
  moves: movesMs,
  count: (done) => 1 + simplexMs(done) + nodesMs(done) + 0.2 * done.work.mip_work,
  lp: (done) =>
    2 + (done.terms === 8 && done.isFirst ? EIGHT_TERMS_MS : 0) + simplexMs(done) + nodesMs(done),
  dive: (done) => 0.5 + simplexMs(done),
  price: (done) => 0.5 + nodesMs(done),
  // As measured at 17 terms.
  ascend: ({ terms, work }) => work.pricing_nodes * (terms > 13 ? 2.5e-4 : 5.5e-4),
  close: ({ work }) => work.pricing_nodes * 5.5e-4,
  "close root": ({ work }) => work.pricing_nodes * 1.5e-3,
  // Of its lists nothing is counted, which are most of a small one.
  polish: ({ work, isNeedDear }) => (isNeedDear ? 160 : 2) + 0.06 * work.mip_work,
  // It lists lines, and counts nothing.
  "prove begin": ({ isNeedDear }) => isNeedDear ? 200 : 20,
  prove: ({ work }) => 2 + 0.23 * work.mip_work,
  explain: ({ explained }) => 3 + 0.65 * explained,
};

/** Milliseconds of a normal machine that a unit takes. @throws Error where nothing is known of its kind */
export function unitMs(done: UnitDone): number {
  const { kind, phase } = done;
  // Of an explanation each stage is a kind; pricings have one for each width, and dives that go on.
  const rate = RATES[phase === "explain" ? "explain" : kind] ?? RATES[kind.split(" ")[0]];
  if (rate === undefined) throw new Error(`no rate of units "${kind}"`);
  return rate(done);
}

/** Positions times terms, without those that stand for options of leave. */
function slotsOf({ cap, terms, positions, leave }: PlannerTables): number {
  return leave === null ? cap.length : (terms - 1) * (positions - leave.options.length - 1);
}

/**
 * Whether what a line needs costs it more than half of what a line is worth, whichever term it has it in: lines are limited by
 * positions of one kind then, and no bound of a line that leaves out its needs says anything.
 * @param prices [slot] that the unit goes by; empty: none
 */
function isNeedDear(tables: PlannerTables, prices: Float64Array): boolean {
  const { year, positions: R, need, cover, classOf, cap, line } = tables;
  if (prices.length === 0 || year >= LONG_TERMS) return false;
  const cheapest = (t: number, bit: number, has: boolean) => {
    let least = Infinity;
    for (let r = 0; r < R; r++) {
      const s = slotOf(t, r, R);
      if (cap[s] > 0 && ((cover[classOf[r]] & bit) !== 0) === has) {
        least = Math.min(least, prices[s]);
      }
    }
    return least;
  };
  const terms = Array.from({ length: year }, (_, t) => t);
  const bits = Array.from({ length: 31 }, (_, i) => need & 1 << i).filter((bit) => bit !== 0);
  return bits.some((bit) =>
    terms.every((t) => cheapest(t, bit, true) - cheapest(t, bit, false) > line / 2)
  );
}

/** The prices that a unit goes by. */
function pricesOf({ divePrices, prices, lastPrices }: Search): Float64Array {
  if (divePrices.length > 0) return divePrices;
  return prices.length > 0 ? prices : lastPrices;
}

/** The planner for a problem, and what its units took by counted work so far, a cold start before them. */
export function countedPlanner(
  problem: PlannerProblem,
): { planner: Planner; spentMs: () => number } {
  let ms = COLD_MS;
  const kinds = new Set<string>();
  const planner = preparePlanner(problem, (search, { kind, run }) => {
    const { tables, state: { phase, conflict } } = search, before = { ...search.state.work };
    const given = {
      kind,
      phase,
      lines: tables.lines,
      terms: tables.year,
      slots: slotsOf(tables),
      hasLeave: tables.leave !== null,
      isNeedDear: isNeedDear(tables, pricesOf(search)),
      isFirst: !kinds.has(kind),
    };
    run(search);
    kinds.add(kind);
    const explained = Math.max(0, (search.state.conflict?.work ?? 0) - (conflict?.work ?? 0));
    ms += unitMs({ ...given, work: riseOf(search, before), explained });
  });
  return { planner, spentMs: () => ms };
}

function riseOf({ state: { work } }: Search, before: WorkCounters): WorkCounters {
  const rise = { ...before };
  for (const name of Object.keys(rise) as (keyof WorkCounters)[]) {
    rise[name] = work[name] - before[name];
  }
  return rise;
}
