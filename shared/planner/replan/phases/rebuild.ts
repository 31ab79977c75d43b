// A plan from the engine: where no line of a replan is possible, or none was found, it proves or lends one.

import { type SliceBudget, UNLIMITED } from "../../../engine/units.ts";
import { firstCellOf, linesIn } from "../../model/flat.ts";
import { optionOfWeeks } from "../../model/leave_choice.ts";
import { lineCopy } from "../../model/lines.ts";
import { AssignmentSolver } from "../../moves/lap.ts";
import { leaveByTerm } from "../../rules/calendar.ts";
import type { PlannedLine } from "../../search/outcome.ts";
import { firstColumns } from "../columns.ts";
import type { Context } from "../context.ts";
import type { ReplanModel, ReplanPlan } from "../model.ts";
import { type ReplanState, saveColumns, savePlan } from "../state.ts";

/** Leaves the rest to the engine. */
export function beginEngine(state: ReplanState): void {
  state.phase = "engine";
  state.dive = null;
  state.draft = null;
  state.centre = null;
  state.columns = "";
  state.owners = [];
  state.prices = null;
}

/**
 * Lets the engine work; its plan, in the places nearest to it, is what the replan goes on with.
 * @returns whether the engine is over
 */
export function runEngine(context: Context, state: ReplanState, budget: SliceBudget): boolean {
  const engine = context.engine();
  const before = state.engine ?? { ...engine.start(), spentMs: state.spentMs };
  const inside = budget.replay && { ...UNLIMITED, replay: budget.replay.inner ?? { units: null } };
  const next = engine.step(before, inside ?? budget);
  state.engine = next;
  state.spentMs = next.spentMs;
  if (!engine.done(next)) return false;
  const found = engine.outcome(next);
  state.phase = "done";
  // A plan made from nothing leaves nothing as it is.
  if (found.status !== "COMPLETED" || context.model.hasFixed) return true;
  state.linesBound = found.quality.lines.bound;
  state.linesReason = found.quality.lines.reason;
  const cells = engineCells(context, found.lines);
  const lines = linesIn(cells, context.model.terms);
  savePlan(context.model, state, inNearestPlaces(context.model, cells, lines));
  if (lines < state.lines) beginFewer(context.model, state, lines);
  return true;
}

/** Fewer lines than wanted: the fewest changes for as many as there are. */
function beginFewer(model: ReplanModel, state: ReplanState, lines: number): void {
  saveColumns(model, state, firstColumns(model));
  state.phase = "bound";
  state.lines = lines;
  state.prices = null;
  state.rounds = 0;
  state.bound = 0;
  state.raises = 0;
}

function engineCells({ problem, bounds, model }: Context, lines: readonly PlannedLine[]) {
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const { groups, leave } = model.tables;
  return Int32Array.from(lines.flatMap((line) => {
    const cells = line.positions.map((id) => indexOf.get(id)!);
    if (leave) {
      const weeks = leaveByTerm(problem.termWeeks, line.leave ?? []);
      cells.push(leave.options[optionOfWeeks(leave, weeks)]);
    }
    if (groups.length === 0) return cells;
    const pathway = bounds.pathways.findIndex(({ name }) => name === line.pathway);
    return [...cells, groups.at(pathway)!];
  }));
}

/** Puts lines in the places of existing ones so that the fewest rotations change. */
function inNearestPlaces(model: ReplanModel, cells: Int32Array, lines: number): ReplanPlan {
  const { existing: m, terms: T } = model;
  const size = Math.max(m, lines);
  const cost = new Float64Array(size * size);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < lines; j++) {
      cost[i * size + j] = model.distance(i, cells, firstCellOf(j, T));
    }
  }
  const placeOf = new AssignmentSolver().solve(cost, size, size);
  const line = (j: number) => lineCopy(cells, j, T);
  const taken = Array.from({ length: size }, (_, i) => placeOf[i] < lines ? placeOf[i] : null);
  return {
    kept: taken.slice(0, m).map((j) => j === null ? null : line(j)),
    added: taken.slice(m).filter((j) => j !== null).map(line),
  };
}
