// How a replan ended: the lines with what changed in them, an explanation, or a failure.

import type { Explanation } from "../feasibility/explain.ts";
import { linesIn } from "../model/flat.ts";
import { chosenLeave } from "../model/leave_choice.ts";
import { LineScorer } from "../model/line_values.ts";
import type { PlannedLine } from "../search/outcome.ts";
import { measurePlan, type PlanQuality } from "../search/quality.ts";
import type { Context } from "./context.ts";
import { replanLeave } from "./leave.ts";
import type { ReplanPlan } from "./model.ts";
import { loadPlan, type ReplanState } from "./state.ts";

/** A line of the new plan. */
export interface ReplannedLine extends PlannedLine {
  /** Index of the existing line whose place it takes; null for an added one. */
  existing: number | null;
  /** Rotations that changed. */
  changes: number;
}

/** What a completed replan reports. */
export interface ReplanQuality extends Omit<PlanQuality, "bound" | "gap"> {
  /** Best objective with as few changes; null where that is not proven. */
  bound: number | null;
  gap: number | null;
  changes: {
    /** Rotations that changed in lines that stay. */
    rotations: number;
    /** No plan changes fewer. */
    bound: number;
    /** Whether `rotations` is proven to be the fewest possible. */
    proven: boolean;
    lines_changed: number;
    lines_added: number;
    lines_removed: number;
  };
}

/** How a replan ended. */
export type ReplanOutcome =
  | { status: "COMPLETED"; lines: ReplannedLine[]; quality: ReplanQuality }
  | { status: "INFEASIBLE"; explanation: Explanation }
  | { status: "FAILED"; code: string; message: string };

/** What a replan came to. @throws Error while it is not done */
export function outcome(context: Context, state: ReplanState): ReplanOutcome {
  if (state.phase !== "done") throw new Error(`the replan is in phase ${state.phase}`);
  if (state.planChanges === null) return withoutPlan(context, state);
  const plan = loadPlan(context.model, state);
  return replanLeave(
    context.problem,
    context.bounds,
    context.existing,
    {
      status: "COMPLETED",
      lines: namedLines(context, plan),
      quality: qualityOf(context, state, plan),
    },
    context.model.frozen,
    chosenLeave(context.model.tables, context.model.cellsOf(plan)),
  );
}

/** Why there is no plan: what the engine proved, or that time was up before anything was found. */
function withoutPlan(context: Context, state: ReplanState): ReplanOutcome {
  const { engine, model } = context;
  if (state.hopeless.length > 0 && model.hasFixed) return explained(context, state);
  if (state.engine === null || !engine().done(state.engine)) {
    return {
      status: "FAILED",
      code: "TIME_LIMIT_REACHED",
      message:
        "The time limit was reached before a plan was found; that there is none is not proven. " +
        "Allow more time.",
    };
  }
  const found = engine().outcome(state.engine);
  if (found.status !== "COMPLETED") return found;
  if (!model.hasFixed) throw new Error("a plan was found and lost");
  if (state.impossible) return explained(context, state);
  return {
    status: "FAILED",
    code: "LINES_NOT_FOUND",
    message: "No plan was found that leaves what lies before as it is; that there is none is not " +
      "proven. Add posts, or replan from an earlier date.",
  };
}

/** Why nothing can go on from what lies before. */
function explained({ problem, existing }: Context, state: ReplanState): ReplanOutcome {
  const wanted = problem.lines, none = state.hopeless.length;
  const name = (i: number) => existing[i].name ?? `line ${i + 1}`;
  const message = none > 0
    ? `${none} line${
      none === 1 ? "" : "s"
    } cannot go on: with what lies before, no rest of the year is legal (${
      state.hopeless.slice(0, 5).map(name).join(", ")
    }${none > 5 ? ", ..." : ""})`
    : "with what lies before, the posts do not allow every line a legal rest of the year";
  return {
    status: "INFEASIBLE",
    explanation: {
      message,
      lines: { wanted, possible: wanted - Math.max(1, none), shown: 0 },
      bottlenecks: state.hopeless.slice(0, 8).map((i) => ({
        what: name(i),
        posts: 0,
        per_line: 1,
        lines: 0,
        message: `${name(i)}: nothing legal goes on from what it has held until now`,
      })),
      rules: [],
      relaxations: [],
    },
  };
}

function namedLines({ problem, bounds, model }: Context, plan: ReplanPlan): ReplannedLine[] {
  const scorer = new LineScorer(model.tables);
  const named = (line: Int32Array, existing: number | null): ReplannedLine => {
    const pathway = bounds.pathways[model.tables.groups.indexOf(line[model.terms - 1])];
    return {
      positions: Array.from(line.subarray(0, model.year), (r) => problem.positions[r].id),
      affinity: scorer.value(line, 0),
      ...pathway ? { pathway: pathway.name } : {},
      existing,
      changes: existing === null ? 0 : model.distance(existing, line),
    };
  };
  return [
    ...plan.kept.flatMap((line, i) => line ? [named(line, i)] : []),
    ...plan.added.map((line) => named(line, null)),
  ];
}

function qualityOf(context: Context, state: ReplanState, plan: ReplanPlan): ReplanQuality {
  const { problem, bounds, model } = context;
  const cells = model.cellsOf(plan), built = linesIn(cells, model.terms);
  const objective = model.value(plan), changes = state.planChanges!;
  return {
    lines: {
      wanted: problem.lines,
      built,
      bound: state.linesBound,
      reason: state.linesReason,
    },
    objective,
    bound: state.best ? objective : null,
    gap: state.best ? 0 : null,
    changes: {
      rotations: changes,
      bound: Math.min(changes, state.bound),
      proven: changes <= state.bound,
      lines_changed: plan.kept.filter((line, i) => line && model.distance(i, line) > 0).length,
      lines_added: plan.added.length,
      lines_removed: plan.kept.filter((line) => line === null).length,
    },
    ...measurePlan(problem, bounds, model.tables, cells),
    work: state.work,
  };
}
