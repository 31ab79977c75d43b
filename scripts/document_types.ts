// Ties the documents that the client reads to those that the engines write: where the two drift apart, this file does not
// compile. Nothing imports it. For rows there is shared/client/row_types.ts.

import type * as allocator from "../shared/allocator/outcome.ts";
import type * as difference from "../shared/allocator/report/difference.ts";
import type * as match from "../shared/client/allocator_types.ts";
import type * as lines from "../shared/client/lines_types.ts";
import type * as plan from "../shared/client/planner_types.ts";
import type { ReplanQuality } from "../shared/planner/engine.ts";
import type { ConstraintCatalogue } from "../shared/planner/rules/catalogue.ts";
import type { LineRules } from "../shared/planner/run/line_rules.ts";
import type { PreviewLine } from "../shared/planner/run/write_back.ts";
import type { Explanation } from "../shared/planner/feasibility/explain.ts";
import type { PlanQuality } from "../shared/planner/search/quality.ts";
import type { Camel } from "../shared/platform/spelling.ts";

/** Compiles only where `Mine` and `Theirs` accept the same values. */
type Same<Mine extends Theirs, Theirs extends Mine2, Mine2 = Mine> = [Mine, Theirs];

/** Compiles only where every `Written` document may be read as `Read`. */
type ReadAs<Written extends Read, Read> = [Written, Read];

/** What the fleet's workloads add to the figures of an engine. */
type OfSlice = { slice: number; cpuMs: number };

/** Members of a line of a preview for whose ids the client puts positions. */
type ByPosition = "positions" | "before";

/** Each pair: what the client reads, and what an engine writes. */
export type DocumentTypes = [
  Same<match.AllocatorReport, allocator.AllocatorReport>,
  Same<match.AllocatorExplanation, allocator.AllocatorExplanation>,
  Same<match.AllocatorProgress, allocator.AllocatorProgress & OfSlice>,
  Same<match.Difference, difference.Difference>,
  Same<match.Move, difference.Move>,
  ReadAs<Camel<Omit<PlanQuality, "lines" | "work">>, Partial<plan.PlannerResult>>,
  ReadAs<Camel<Omit<ReplanQuality, "lines" | "work">>, Partial<plan.PlannerResult>>,
  Same<plan.PlannerExplanation, Camel<Explanation>>,
  Same<plan.ConstraintCatalogue, Camel<ConstraintCatalogue, typeof plan.CATALOGUE_KEPT[number]>>,
  Same<lines.LineRules, Camel<LineRules>>,
  Same<Omit<lines.PreviewLine, ByPosition>, Omit<Camel<PreviewLine>, ByPosition>>,
];
