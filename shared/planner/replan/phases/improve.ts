// Affinity and diversity without a further change: by moves, then by integer programs.

import { packCells, unpackCells } from "../../../engine/packing.ts";
import { Random } from "../../../engine/random.ts";
import type { Context } from "../context.ts";
import { tuningOn } from "../drafts.ts";
import { improvePlan, nearLines } from "../improvement.ts";
import { MIP_WORK } from "../lp.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan } from "../model.ts";
import { loadColumns, loadPlan, type ReplanState, savePlan } from "../state.ts";
import { UNIT_MOVES } from "./moves.ts";

/** Assignment moves for affinity. */
const TUNE_MOVES = 200;
/** Their starting noise. */
const TUNE_HEAT = 40;
/** Columns up to which all lines are improved at once. */
const WHOLE_COLUMNS = 1_500;
/** Above that, lines of one integer program. */
const IMPROVED_LINES = 14;
/** Integer programs in all. */
const MOST_IMPROVEMENTS = 40;
/** Integer programs in a row that found nothing. */
const MOST_IDLE = 10;

/** Where every line is there still, moves for affinity come first; else the integer programs. */
export function beginTune(model: ReplanModel, state: ReplanState): void {
  if (state.lines < model.existing) return beginImprove(state);
  state.draft = { cells: state.plan, moves: 0 };
  state.phase = "tune";
}

/** Some assignment moves for affinity and diversity; a plan counts that changes no more than the best. */
export function tune({ model }: Context, state: ReplanState): void {
  const { cells, moves: before } = state.draft!;
  const random = new Random(state.rng);
  const moves = tuningOn(model, unpackCells(cells, model.positions, model.terms), random);
  let made = before;
  for (; made < Math.min(TUNE_MOVES, before + UNIT_MOVES); made++) {
    moves.move(TUNE_HEAT * Math.max(0, 1 - 1.2 * made / TUNE_MOVES));
    const plan = model.planOf(moves.cells);
    if (plan && model.isBetter(plan, loadPlan(model, state))) savePlan(model, state, plan);
  }
  state.rng = random.state;
  state.work.moves += made - before;
  state.draft = { cells: packCells(moves.cells, model.positions, model.terms), moves: made };
  if (made >= TUNE_MOVES) beginImprove(state);
}

function beginImprove(state: ReplanState): void {
  state.draft = null;
  state.phase = "improve";
  state.improvements = 0;
  state.idle = 0;
}

/** Affinity and diversity, all lines at once where they are few, else some of them. */
export function improve({ model }: Context, state: ReplanState): void {
  const columns = loadColumns(model, state), plan = loadPlan(model, state);
  const choices = choicesOf(model, state, columns, plan);
  const count = columns.owners.filter((i) => choices.includes(i)).length;
  const whole = count <= WHOLE_COLUMNS && state.planChanges! <= state.bound;
  const free = whole ? new Set(choices) : linesToFree(model, state, choices, plan);
  if (free.size === 0) state.best = isMinimal(model, state);
  else improveLines(model, state, columns, plan, free, whole);
  state.improvements++;
  const enough = state.idle >= MOST_IDLE || state.improvements >= MOST_IMPROVEMENTS;
  if (free.size === 0 || whole || enough) finish(state);
}

/** Whether the plan has the fewest changes, of lines that are all listed and all there. */
function isMinimal({ existing }: ReplanModel, state: ReplanState): boolean {
  return state.planChanges! <= state.bound && state.complete && state.lines <= existing;
}

/** Some lines at random; to every other turn those that change come first: among them a change may be saved. */
function linesToFree(
  model: ReplanModel,
  state: ReplanState,
  choices: readonly number[],
  plan: ReplanPlan,
): Set<number> {
  const order = Int32Array.from(choices), random = new Random(state.rng);
  random.choose(order, order.length);
  state.rng = random.state;
  const changed = (i: number) => plan.kept[i] && model.distance(i, plan.kept[i]) > 0 ? 0 : 1;
  if (state.improvements % 2 === 0) order.sort((a, b) => changed(a) - changed(b));
  return new Set(Array.from(order.subarray(0, IMPROVED_LINES)).sort((a, b) => a - b));
}

/** An integer program over some lines. @param whole these are all that may change */
function improveLines(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  plan: ReplanPlan,
  free: ReadonlySet<number>,
  whole: boolean,
): void {
  // While a change may be saved, lines beyond the listed ones take part.
  const near = state.planChanges! > state.bound && !whole
    ? nearLines(model, plan, free)
    : { owners: [], cells: [] };
  const found = improvePlan(model, plan, columns, near, free, MIP_WORK);
  state.work.mips++;
  state.work.mip_work += found.work;
  state.idle++;
  if (found.plan && model.isBetter(found.plan, plan)) {
    savePlan(model, state, found.plan);
    state.idle = 0;
  }
  state.best = whole && found.proven && isMinimal(model, state);
}

/** Owners with more than one line to choose from. */
function choicesOf(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  plan: ReplanPlan,
): number[] {
  const counts = new Int32Array(model.existing + 1);
  for (const i of columns.owners) counts[i]++;
  // While a change may be saved, every line may take part in an exchange.
  const all = state.lines < model.existing || state.planChanges! > state.bound;
  return Array.from(counts.keys()).filter((i) =>
    i === model.existing ? plan.added.length > 0 : counts[i] > 1 || all
  );
}

/** How far the phase is, 0..1. */
export function improveShare({ improvements }: ReplanState): number {
  return Math.min(1, improvements / MOST_IMPROVEMENTS);
}

/** Ends with the best plan; what only a search needs is dropped. */
export function finish(state: ReplanState): void {
  state.phase = "done";
  state.columns = "";
  state.owners = [];
  state.prices = null;
}
