// The checkpoint of a search: plain JSON, versioned, small. Everything a fresh isolate needs that the
// problem itself does not tell.

import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Books } from "../../engine/units.ts";
import type { CountState } from "../feasibility/count_lp.ts";
import type { ConflictState } from "../feasibility/conflict.ts";
import { noWork, type WorkCounters } from "../effort.ts";
import type { Explanation } from "../feasibility/explain.ts";
import type { AscentState } from "./ascent.ts";
import type { ClosingState } from "./closing.ts";
import type { ProofPlace } from "../pricing/pricing.ts";
import type { ProofState } from "./prove.ts";

/**
 * Phases of a search, in order; `count` and `explain` are visited only where lines are missing, and from `prove` the search
 * may return to `polish`.
 */
export type Phase =
  | "init"
  | "construct"
  | "count"
  | "bound"
  | "round"
  | "polish"
  | "prove"
  | "explain"
  | "done";

/** Raise the version with every change of `PlannerState` or of what its members mean. */
export const PLANNER_CHECKPOINT: CheckpointFormat = { engine: "planner", version: 68 };

/** A pricing under way. */
export interface PricingState {
  /** Its parts so far, the last one perhaps not through. */
  parts: number[];
  /** What bounds the lines' values of those that are through; null: nothing does. Infinity would not come back from JSON. */
  best: (number | null)[];
  /** Value of the best line found where these bound nothing, null where they do. */
  reached: number | null;
  /** Lines found. */
  added: number;
  exact: boolean;
  /** Where the proof of the part at hand goes on, and the units that it has taken. */
  proof: ProofPlace | null;
  proofs: number;
  /**
   * [slot] packed as prices: what no line of the part at hand looked at so far is worth more than, and how far below the best
   * of their parts all lines of those that are through lie; null: not known.
   */
  most: string | null;
  rooms: string | null;
}

/** A pricing that begins. */
export function firstPricing(): PricingState {
  const none = { proof: null, proofs: 0, most: null, rooms: null };
  return { parts: [], best: [], reached: null, added: 0, exact: true, ...none };
}

/** Checkpoint of a planner search. */
export interface PlannerState extends Books {
  phase: Phase;
  /** State of the random numbers. */
  rng: number;
  /** Lines that the moves aim for. */
  target: number;
  /** No plan has more lines; with the reason where that is below the lines wanted. */
  linesBound: number;
  linesReason: string | null;
  /** Plan under construction (packed cells), "" before there is one. */
  plan: string;
  /** Moves made on it, and how often a phase started over. */
  moves: number;
  attempt: number;
  /** Its first lines that annealing leaves as they are: a dive fixed them. */
  kept: number;
  /** Whether the moves that make its other lines legal forget what is wished for. */
  isPlain: boolean;
  /** Best legal plan so far (packed cells), its lines and objective. */
  best: string;
  bestValue: number | null;
  /** The largest size (`planSize`) of the plans that were the best one: what gaps are measured on, so that none grows. */
  scale: number;
  /** Columns of the restricted master (packed cells) and its last basis. */
  pool: string;
  basis: string | null;
  /** Whether the dive at hand came before the end of column generation. */
  isEarly: boolean;
  /** Lines fixed by the dive at hand: pool index and times, alternating; null between dives. */
  dive: number[] | null;
  diveBasis: string | null;
  /** Slot prices and line price that the dive at hand wants new lines for, "" for none. */
  divePrices: string;
  diveLinePrice: number;
  /** Lines that the dive at hand is free to choose. */
  diveFree: number;
  /** Pricing rounds that each of its steps asks for. */
  diveLeast: number;
  /** Pricing rounds of the dive since it fixed lines, and its units. */
  diveRounds: number;
  /** LP value of the dive when it fixed lines last; null: it fixed none. */
  diveValue: number | null;
  diveUnits: number;
  /** Units in a row that its solve at hand has outlasted. */
  divePauses: number;
  /** Whether the dive has come so far that a plan was made of it on its way, where that was worth it. */
  isDivePlanned: boolean;
  /** Polishes done, and how many in a row found nothing. */
  polishes: number;
  idle: number;
  /** The proof at hand: nodes still to be looked at; null where none is under way. */
  proof: ProofState | null;
  /** Best value for which a proof was given up. */
  unproven: number | null;
  /** Slot prices still to be priced ("" = the master is next), and the price of a line. */
  prices: string;
  /** Slot prices of the last pricing. */
  lastPrices: string;
  linePrice: number;
  /** Slot prices and line price of the best bound, "" for none; whether the prices at hand lie half way to these. */
  centre: string;
  centreLinePrice: number;
  isSteady: boolean;
  /**
   * What bounds plans at the prices of `centre` if no line is better there than those found, and what the master's plan was
   * worth last; null before there is one. Whether a proof there told nothing, since it left out too much.
   */
  near: { estimate: number | null; master: number | null; isInVain: boolean };
  /** Whether the master's own prices are wanted next. */
  isSharp: boolean;
  /** The pricing at hand; null between pricings. */
  pricing: PricingState | null;
  /**
   * [part] what its best line was worth above the price of a line when it was priced last, and after how many pricings; null:
   * it never was.
   */
  parts: { excess: number | null; at: number }[];
  /** Solves of the master after which the LP's point is rounded next. */
  nextRounding: number;
  /** The bound of long lines beside column generation: where it stands (null: not begun), and units that are due. */
  ascent: AscentState | null;
  ascents: number;
  /** Whether nothing more comes of it. */
  isAscended: boolean;
  /** The proof at hand that closes column generation, null between proofs, and how many were begun. */
  closing: ClosingState | null;
  closings: number;
  /** Solves of the master before which none is begun where they wait for column generation. */
  nextProof: number;
  /** Steps that the last proof took. */
  closingWork: number;
  /** Whether the last whole proof since the last dive brought the bound down by nothing. */
  isProvenInVain: boolean;
  /** [part] what the last stretch of its proof by keys told the next one; null: nothing. */
  roots: (readonly number[] | null)[];
  /** Column generation is over; what is due of the bound is done before the search goes on. */
  isClosed: boolean;
  /** Solves of the master, and how widely its lines are priced. */
  solves: number;
  width: number;
  /** Time or work is up: what is at hand is still rounded and annealed, then the search is over. */
  isEnding: boolean;
  /** Share of the work that the bound took. */
  boundShare: number;
  /** Pricing rounds without a better bound or a new column end the phase. */
  rounds: number;
  lpOptimal: boolean;
  /** Proven upper bound on the objective. */
  bound: number | null;
  count: CountState | null;
  /** Whether an integer program over all lines was tried where constructions missed some. */
  isSettled: boolean;
  /** The nodes of that still to be looked at (`packNodes`), where one program left it open, and what was done; else null. */
  settling: { nodes: string; looked: number; work: number } | null;
  explanation: Explanation | null;
  /** The search for the rules that conflict; null outside the phase `explain`. */
  conflict: ConflictState | null;
  failure: { code: string; message: string } | null;
  work: WorkCounters;
}

/** No dive at hand. */
const NO_DIVE = {
  isEarly: false,
  dive: null,
  diveBasis: null,
  divePrices: "",
  diveLinePrice: 0,
  diveFree: 0,
  diveLeast: 0,
  diveRounds: 0,
  diveValue: null,
  diveUnits: 0,
  divePauses: 0,
  isDivePlanned: false,
};

/** Before any proof of the best lines. */
export const NO_PROOFS = {
  closing: null,
  closings: 0,
  nextProof: 0,
  closingWork: 0,
  isProvenInVain: false,
};

/** A search that has not begun. */
export function firstState(seed: number, lines: number): PlannerState {
  return {
    phase: "init",
    rng: seed >>> 0,
    target: lines,
    linesBound: lines,
    linesReason: null,
    plan: "",
    moves: 0,
    attempt: 0,
    kept: 0,
    isPlain: false,
    best: "",
    bestValue: null,
    scale: 0,
    pool: "",
    basis: null,
    ...NO_DIVE,
    polishes: 0,
    idle: 0,
    proof: null,
    unproven: null,
    prices: "",
    lastPrices: "",
    linePrice: 0,
    centre: "",
    centreLinePrice: 0,
    isSteady: false,
    near: { estimate: null, master: null, isInVain: false },
    isSharp: false,
    pricing: null,
    parts: [],
    nextRounding: 0,
    ascent: null,
    ascents: 0,
    isAscended: false,
    ...NO_PROOFS,
    roots: [],
    isClosed: false,
    solves: 0,
    width: 0,
    isEnding: false,
    boundShare: 0,
    rounds: 0,
    lpOptimal: false,
    bound: null,
    count: null,
    isSettled: false,
    settling: null,
    explanation: null,
    conflict: null,
    failure: null,
    work: noWork(),
    unitMs: {},
    spentMs: 0,
    fraction: 0,
  };
}
