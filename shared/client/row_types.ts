// Ties the rows that UIs see to the types generated from the database: where the two drift apart, this file does not
// compile. Nothing imports it.

import type { Database } from "../platform/database.types.ts";
import type { AllocatorRun } from "./allocator_types.ts";
import type { Allocation } from "./match_types.ts";
import type { Prime, PrimeSearchBlock, PrimeSearchRun } from "./primes_types.ts";
import type { PlannerForm, PlannerRun } from "./planner_types.ts";
import type { JobLine, JobLinesSnapshot, Position, Rotation } from "./lines_types.ts";

type Tables = Database["public"]["Tables"];

/** What the generated types can say of columns whose shape is open: JSON documents. */
type Open<Row, Documents extends keyof Row> = {
  [Column in keyof Row]: Column extends Documents ? unknown : Row[Column];
};

/** Compiles only where `Mine` and `Theirs` accept the same values. */
type Same<Mine extends Theirs, Theirs extends Mine2, Mine2 = Mine> = [Mine, Theirs];

type RunDocuments = "constraints" | "options" | "progress" | "result_metadata";

type MatchDocuments = "options" | "progress" | "result";

/** Columns that a CHECK keeps to some texts, which the generated types do not know. */
type Search = Pick<Tables["prime_search_runs"]["Row"], keyof PrimeSearchRun>;
type SearchDocuments = "params" | "progress" | "result" | "status";
type BlockRow = Pick<Tables["prime_search_blocks"]["Row"], keyof PrimeSearchBlock>;
type PrimeRow = Pick<Tables["primes"]["Row"], keyof Prime>;

/** Each pair: the client's row, and the columns of the database that it stands for. */
export type RowTypes = [
  Same<Open<PrimeSearchRun, SearchDocuments>, Open<Search, SearchDocuments>>,
  Same<Open<PrimeSearchBlock, "status">, Open<BlockRow, "status">>,
  Same<Open<Prime, "proof_method">, Open<PrimeRow, "proof_method">>,
  Same<
    Open<PlannerRun, RunDocuments>,
    Open<Pick<Tables["allocation_planner_runs"]["Row"], keyof PlannerRun>, RunDocuments>
  >,
  Same<
    Open<AllocatorRun, MatchDocuments>,
    Open<Pick<Tables["allocator_py_runs"]["Row"], keyof AllocatorRun>, MatchDocuments>
  >,
  Same<
    Allocation["originalPreference"],
    Tables["allocator_py_allocations"]["Row"]["original_preference"]
  >,
  Same<Allocation["choice"], Tables["allocator_py_allocations"]["Row"]["choice"]>,
  Same<Position, Pick<Tables["positions"]["Row"], keyof Position>>,
  Same<
    Omit<Rotation, "position">,
    Pick<Tables["rotations"]["Row"], Exclude<keyof Rotation, "position">>
  >,
  Same<
    Omit<JobLine, "rotations" | "leave" | "notes" | "overrides">,
    Pick<
      Tables["job_lines"]["Row"],
      Exclude<keyof JobLine, "rotations" | "leave" | "notes" | "overrides">
    >
  >,
  Same<
    Open<Pick<JobLine, "notes" | "overrides">, "overrides">,
    Open<Pick<Tables["job_line_remarks"]["Row"], "notes" | "overrides">, "overrides">
  >,
  Same<
    JobLine["leave"][number],
    Pick<Tables["job_line_leave"]["Row"], keyof JobLine["leave"][number]>
  >,
  Same<
    Open<JobLinesSnapshot, "counts">,
    Open<Pick<Tables["job_lines_history"]["Row"], keyof JobLinesSnapshot>, "counts">
  >,
  Same<
    PlannerForm["allocationRun"],
    Pick<Tables["allocation_runs"]["Row"], keyof PlannerForm["allocationRun"]>
  >,
];
