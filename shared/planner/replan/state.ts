// The checkpoint of a replan: plain JSON, and what is packed into it.

import { packCells, unpackCells } from "../../engine/packing.ts";
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Books } from "../../engine/units.ts";
import { linesIn } from "../model/flat.ts";
import { lineCopy } from "../model/lines.ts";
import { PLANNER_CHECKPOINT, type PlannerState } from "../search/state.ts";
import type { PlannerProblem } from "../problem.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan } from "./model.ts";
import { noWork, type WorkCounters } from "../effort.ts";

/**
 * Phases of a replan, in order; `engine` is visited only where lines are missing, and `choose` may go back to
 * `search` while fewer changes may be enough.
 */
export type ReplanPhase =
  | "start"
  | "search"
  | "bound"
  | "list"
  | "choose"
  | "dive"
  | "tune"
  | "improve"
  | "engine"
  | "done";

/** Raise the version with every change of `ReplanState`; what it holds of the planner has its own. */
export const REPLAN_CHECKPOINT: CheckpointFormat = {
  engine: `replan with ${PLANNER_CHECKPOINT.engine} ${PLANNER_CHECKPOINT.version}`,
  version: 3,
};

/** Checkpoint of a replan: plain JSON. */
export interface ReplanState extends Books {
  phase: ReplanPhase;
  rng: number;
  /** Lines to build. */
  lines: number;
  /** Columns (packed cells) and whom they are for. */
  columns: string;
  owners: number[];
  /** A plan under construction and the moves made on it; null outside the search for one. */
  draft: { cells: string; moves: number } | null;
  searches: number;
  /** Duals of the LP; null: the LP is next. What is priced are these, or in between them and the centre. */
  prices: { slots: number[]; lines: number[] } | null;
  priced: number[] | null;
  /** [owner] the cheapest line in its place so far in this round; the next one is `costs.length`. */
  costs: number[];
  /** Prices of the best bound so far, what lines cost there, and that bound before it is rounded. */
  centre: { slots: number[]; lines: number[]; value: number } | null;
  /** The next line to list. */
  cursor: number;
  /** Value of the LP, and columns added in this round. */
  value: number;
  added: number;
  rounds: number;
  /** No plan changes fewer rotations. */
  bound: number;
  /** Changes that the listed lines are enough for; whether all of these are listed. */
  target: number;
  complete: boolean;
  raises: number;
  /** A dive's own columns, the lines it has fixed, and its pricing rounds since; null outside dives. */
  dive: { columns: string; owners: number[]; fixed: number[]; rounds: number } | null;
  /** Plan: packed cells of the lines, those that stay first, and the places they take. */
  plan: string;
  places: number[];
  planChanges: number | null;
  improvements: number;
  idle: number;
  /** The plan's objective is the best with as few changes. */
  best: boolean;
  engine: PlannerState | null;
  /** Existing lines that nothing legal goes on from, beside what stays of them. */
  hopeless: number[];
  /** No plan leaves what stays as it is. */
  impossible: boolean;
  linesBound: number;
  linesReason: string | null;
  work: WorkCounters;
}

/** A replan that has not begun. */
export function firstState(problem: PlannerProblem): ReplanState {
  return {
    phase: "start",
    rng: problem.options.seed >>> 0,
    lines: problem.lines,
    columns: "",
    owners: [],
    draft: null,
    searches: 0,
    prices: null,
    priced: null,
    costs: [],
    centre: null,
    cursor: 0,
    value: 0,
    added: 0,
    rounds: 0,
    bound: 0,
    target: 0,
    complete: true,
    raises: 0,
    dive: null,
    plan: "",
    places: [],
    planChanges: null,
    improvements: 0,
    idle: 0,
    best: false,
    engine: null,
    hopeless: [],
    impossible: false,
    linesBound: problem.lines,
    linesReason: null,
    work: noWork(),
    unitMs: {},
    spentMs: 0,
    fraction: 0,
  };
}

/** Columns of a checkpoint, or of the dive in it. */
export function loadColumns(
  { positions, terms }: ReplanModel,
  state: { columns: string; owners: number[] },
): ReplanColumns {
  return {
    owners: [...state.owners],
    cells: Array.from(unpackCells(state.columns, positions, terms)),
  };
}

/** Columns as a checkpoint keeps them. */
export function packedColumns({ positions, terms }: ReplanModel, { owners, cells }: ReplanColumns) {
  return { owners, columns: packCells(Int32Array.from(cells), positions, terms) };
}

/** Keeps columns in the checkpoint. */
export function saveColumns(model: ReplanModel, state: ReplanState, columns: ReplanColumns): void {
  Object.assign(state, packedColumns(model, columns));
}

/** The best plan so far; every line gone where there is none. */
export function loadPlan(model: ReplanModel, state: ReplanState): ReplanPlan {
  const { positions: R, terms: T, existing: m } = model;
  const cells = unpackCells(state.plan, R, T);
  const plan: ReplanPlan = { kept: Array(m).fill(null), added: [] };
  for (let j = 0; j < linesIn(cells, T); j++) {
    const line = lineCopy(cells, j, T);
    if (j < state.places.length) plan.kept[state.places[j]] = line;
    else plan.added.push(line);
  }
  return plan;
}

/** Takes a plan as the best one. */
export function savePlan(model: ReplanModel, state: ReplanState, plan: ReplanPlan): void {
  state.places = plan.kept.flatMap((line, i) => line ? [i] : []);
  state.plan = packCells(model.cellsOf(plan), model.positions, model.terms);
  state.planChanges = model.changes(plan);
}
