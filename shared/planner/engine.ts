// The planner's door: a problem in, job lines out, in slices of bounded CPU time. Pure: no I/O. What lies in the
// folders beneath is imported through here, by whoever runs the engine; rules, problem and checker are doors
// of their own.

export type { Explanation } from "./feasibility/explain.ts";
export { PlannerInputError } from "./problem.ts";
export type { ExistingLine } from "./replan/model.ts";
export type { ReplannedLine, ReplanOutcome, ReplanQuality } from "./replan/outcome.ts";
export { prepareReplanner, type Replanner } from "./replan/replan.ts";
export type { ReplanState } from "./replan/state.ts";
export { type Planner, type PlannerProgress, preparePlanner } from "./search/planner.ts";
export type { PlannedLine, PlannerOutcome } from "./search/outcome.ts";
export type { PlanQuality } from "./search/quality.ts";
export type { PlannerState } from "./search/state.ts";
