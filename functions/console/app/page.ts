// What a page of the console is and what it receives; apart from the table in pages.tsx, so that no page imports the others.

import type { ReadonlySignal } from "@preact/signals";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { ComponentType } from "preact";
import type {
  AllocatorClient,
  ConstraintCatalogue,
  PlannerClient,
  PlannerRun,
  WatchConnection,
} from "../../../shared/client/mod.ts";
import type { AllocationPlan, AllocationRun, Org } from "./data/catalogue.ts";
import type { Notification } from "./ui/notices.ts";

/**
 * What a page receives.
 *
 * A page is mounted once an allocation run is chosen, and mounted anew when another is; within one mount
 * everything of {@link PageContext} but signals, `params` and what the catalogue tells (`org`, `plan`, `allocationRun` but for
 * its id, `rights`, `features`, which are as they were read last) stays the same. It gets:
 *
 * - `supabase`, `planner`, `allocator`: the signed-in clients. Rights are the database's affair: a page asks
 *   `rights` only to leave out what the user could not do anyway.
 * - `org`, `plan`, `allocationRun`: what the pickers show.
 * - `plannerRun`: a signal, the latest planner run of the allocation run, live while it is under way. The shell
 *   follows it on every page and in every tab; a page never opens a channel for it.
 * - `linesVersion`: a signal, a number that grows whenever the job lines may have changed (a run COMPLETED, a
 *   restore, a pin). Read it in an effect that loads lines; call `linesChanged()` after a change of one's own.
 * - `notify`: says something that happened. Faults in a form belong beside their field instead.
 * - `params`, `setParams`: what follows `?` in the hash, for filters that should survive a reload.
 *
 * Errors: clients throw `ReceptorError`; `data/load.ts` (`useLoad`) turns a query into a signal with loading,
 * error and value, and `ui/loaded.tsx` draws all three. Styles: `styles/1_tokens.css` (colours, sizes) and
 * `styles/3_ui.css` (cards, tables, buttons); the content security policy allows no inline style attributes in
 * HTML, but Preact's `style={{...}}` is set by script and works.
 */
export interface PageContext {
  supabase: SupabaseClient;
  planner: PlannerClient;
  allocator: AllocatorClient;
  userId: string;
  org: Org;
  plan: AllocationPlan;
  allocationRun: AllocationRun;
  /** The user's rights in `org`, e.g. `allocationPlanner.create`. */
  rights: ReadonlySet<string>;
  /** Kinds of work beside planner and allocator that the project has switched on, e.g. `prime_search`. */
  features: ReadonlySet<string>;
  plannerRun: ReadonlySignal<PlannerRun | null>;
  /** Whether the latest run was read; before that, null in `plannerRun` says nothing. */
  plannerRunKnown: ReadonlySignal<boolean>;
  /** Which run is the latest and whether it has ended, as a text to compare; null until that was asked for. */
  plannerRunStanding: ReadonlySignal<string | null>;
  /** Whether the run is heard of live or only by asking. */
  plannerConnection: ReadonlySignal<WatchConnection | null>;
  /** Makes the shell follow a run that was just asked for. */
  followPlannerRun(plannerRunId: string): void;
  /** Makes the shell look for a later run, where the answer to a request was lost. */
  findPlannerRun(): void;
  /** The catalogue of constraints, read once as long as the page is open. */
  constraints(): Promise<ConstraintCatalogue>;
  linesVersion: ReadonlySignal<number>;
  linesChanged(): void;
  /** Reads anew which allocation runs there are and what they are called, after a change of them. */
  catalogueChanged(): Promise<void>;
  notify(notification: Notification): void;
  params: URLSearchParams;
  /** Replaces what follows `?`, without a new entry in the browser's history. */
  setParams(params: URLSearchParams): void;
}

/** Props of every page. */
export interface PageProps {
  context: PageContext;
}

/** A page of the console. */
export interface Page {
  /** First part of the hash: `#/<path>/<allocation run>`. */
  path: string;
  title: string;
  /** Whether it is offered; by default it is. Whoever comes by its address all the same is told why not by the page. */
  isOffered?(to: Pick<PageContext, "rights" | "features">): boolean;
  /** Loads the page's own script. @throws where the network or a deployment is in the way */
  load(): Promise<ComponentType<PageProps>>;
}
