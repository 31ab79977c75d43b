// The checkpoint of a search: plain JSON, small.

import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Books } from "../../engine/units.ts";
import type { Changes } from "../model/elastic.ts";
import type { FlowState } from "./flow.ts";
import type { AllocatorExplanation } from "../outcome.ts";

/** Raise the version with every change of `AllocatorState` or of what its members mean. */
export const ALLOCATOR_CHECKPOINT: CheckpointFormat = { engine: "allocator", version: 32 };

/** Phases of a search, in order; `bound` and `search` only where a flow cannot express the caps or stability; `why` only where reasons are asked for. */
export type Phase = "place" | "bound" | "search" | "explain" | "why" | "done";

/** What the trial of a relaxation has shown. */
export interface Trial {
  /** Index of the relaxation. */
  at: number;
  /** The fewest changes found; null: the relaxation does not help. */
  changes: Changes | null;
  /** Whether stability need not give way as well. */
  stable: boolean;
  /** Whether linked workers are matched as if they were not. */
  apart: boolean;
  /** Changes that are needed at least; null: the relaxation is proven not to help. */
  least: number | null;
}

/** Which relaxations let a matching exist: searches of the relaxed problems, one after the other. */
export interface RelaxationTrials {
  /** The relaxation at hand. */
  at: number;
  /** Changes that are being checked for stability; null: changes are being searched for. */
  checked: { changes: Changes; least: number | null } | null;
  search: AllocatorState;
  /** Rows of their linear programs, summed. */
  rows: number;
  done: Trial[];
}

/** Work done, in units that do not depend on the machine. */
export interface WorkCounters {
  units: number;
  /** Rows of the cost matrix read by the flow. */
  rows: number;
  lps: number;
  /** Rows of the linear programs, summed. */
  lp_rows: number;
  /** Nodes of the search that are done with. */
  nodes: number;
  lp_work: number;
}

/** A part of the search that is open: what was decided on the way to it, and the bound proven there. */
export interface OpenNode {
  /** See `decisions.ts`. */
  decisions: number[];
  /** In thousandths. */
  bound: number;
  /** Penalties alone were found to be avoidable, by the linear program. */
  counted: boolean;
  /** Dived from. */
  dived?: true;
  /** The kept basis that its program begins with; not there: that of the node before it. */
  from?: number;
}

/** Open nodes and cuts, packed, see `nodes.ts`. */
export interface PackedTree {
  nodes: number[][];
  cuts: string;
}

/** A basis that is kept for nodes, see `bases.ts`. */
export interface KeptBasis {
  id: number;
  /** Rows that it knows. */
  rows: number;
  /** The older one that it is written by; null: none. */
  near: number | null;
  basis: string;
}

/**
 * One view of what it would cost to give workers lines that they ranked better: by the objective, or by the workers' ranks
 * alone. See `explain/why.ts`.
 */
export interface WhyView {
  kind: "objective" | "ranks";
  /** The matching that it starts from: of least cost where rules that no flow expresses are left out; null: being made. */
  base: number[] | null;
  flow: FlowState | null;
  /** Workers placed by its flow. */
  placed: number;
  /** Lines that are done with. */
  at: number;
  /** Costs of the chains found so far, in base 36, by the line of the base and then by pair. */
  costs: string;
}

/** A way down from a node: it is looked at for a better matching only, and proves nothing. */
export interface Dive extends OpenNode {
  /** The solved program of the node that it began at, to go back to: its basis, packed, the rows of that, and its cuts. */
  back: { basis: string; rows: number; cuts: number };
}

/** A walk among stable matchings, see `walking.ts`. */
export interface WalkState {
  lineOf: number[];
  /** Of the random numbers. */
  random: number;
  /** Entries of lists looked at so far; with couples, matchings settled. */
  looks: number;
  /** Where it is drawn to, and how hot it begins: an index of the turns. */
  turn: number;
}

/** A way down from one stable matching to better ones near it, see `nearby.ts`. */
export interface DescentState {
  lineOf: number[];
  /** Of the random numbers. */
  random: number;
  /** Lines whose cutoffs are open, about. */
  open: number;
  /** Neighbourhoods without a better matching since the last one that had one. */
  misses: number;
  /** What lies between the matching and the best one is looked at first. */
  joins?: true;
}

/** A point of a program: its pairs, and by how many hundredths their values are below 1; both packed. */
export interface PackedPoint {
  pairs: string;
  missing: string;
}

/** Checkpoint of an allocator search. Workers and lines are indexes of the tables. */
export interface AllocatorState extends Books {
  phase: Phase;
  /** What the searches of earlier priority groups came to, see `stages.ts`. */
  earlier: AllocatorState[];
  /** Workers placed by the flow. */
  placed: number;
  flow: FlowState | null;
  /** Where stability is asked for, the cutoffs that deduction alone leaves, see `prepared.ts`; null: not deduced yet. */
  ranges: string | null;
  /**
   * The cutoffs that deduction leaves to matchings cheaper than one of this cost, by the duals of the first program. It says
   * nothing that a slice would not find itself: it may be there or not, where slices end elsewhere.
   */
  affordable: { cost: number; ranges: string } | null;
  /** What the flow came to: a matching of least cost without the rules that it cannot express. */
  relaxed: number[] | null;
  /** Pairs that are columns of the program, ascending differences in base 36. */
  pool: string;
  /** LP basis, packed; null: none. */
  basis: string | null;
  /** Rows of the program that the basis knows. */
  basisRows: number;
  /** Whether the last change to the program added rows: the dual simplex then goes on best. */
  newRows: boolean;
  /** Rows added: combs and links, see `layout.ts`. */
  cuts: number[][];
  /** Cuts of the first program, or beyond those of it, above which slack ones are dropped. */
  spareCuts: number;
  /** Open nodes, the one at hand last; the first program is a node without decisions. */
  nodes: OpenNode[];
  /** Bases that open nodes begin with. */
  bases: KeptBasis[];
  /** A walk from the best matching to better ones; null: none, or it is over. */
  walk: WalkState | null;
  /** Walks begun. */
  walks: number;
  /** A way from one matching to better ones near it; null: none, or it is over. */
  descent: DescentState | null;
  /** Cost of the best matching around which everything near was looked at last; null: not yet. */
  descended: number | null;
  /** The way down that is at hand; null: none. */
  dive: Dive | null;
  /** Nodes of the search that have been dived from. */
  dives: number;
  /** Duals of the first program at its end, packed, and how many cuts it had; null: not there yet. */
  root: { duals: string; cuts: number } | null;
  /** Where stability is asked for: the point there, that walks are drawn to. */
  rootPoint: PackedPoint | null;
  /** With couples, a point that the next unit rounds; null: none. */
  toRound: PackedPoint | null;
  /** Nodes and cuts, packed, see `nodes.ts`; null: they are as they are. */
  packed: PackedTree | null;
  /** What a worker without a line costs in the program; 0: the program counts such workers only. */
  penalty: number;
  /** Proven lower bound, in thousandths. */
  bound: number | null;
  /** Best matching so far and its cost in thousandths. */
  best: number[] | null;
  bestCost: number | null;
  trials: RelaxationTrials | null;
  explanation: AllocatorExplanation | null;
  failure: { code: string; message: string } | null;
  /** Why workers did not get lines that they ranked better; the last view is at work. Null: not begun, or not asked for. */
  why: WhyView[] | null;
  work: WorkCounters;
}

/** A search that has not begun. */
export function firstState(): AllocatorState {
  return {
    phase: "place",
    earlier: [],
    placed: 0,
    flow: null,
    ranges: null,
    affordable: null,
    relaxed: null,
    pool: "",
    basis: null,
    basisRows: 0,
    newRows: false,
    cuts: [],
    spareCuts: 300,
    nodes: [],
    bases: [],
    walk: null,
    walks: 0,
    descent: null,
    descended: null,
    dive: null,
    dives: 0,
    root: null,
    rootPoint: null,
    toRound: null,
    packed: null,
    penalty: 0,
    bound: null,
    best: null,
    bestCost: null,
    trials: null,
    explanation: null,
    failure: null,
    why: null,
    work: { units: 0, rows: 0, lps: 0, lp_rows: 0, nodes: 0, lp_work: 0 },
    unitMs: {},
    spentMs: 0,
    fraction: 0,
  };
}
