// What the pages of one user and one allocation run get from the shell.

import {
  createAllocatorClient,
  createPlannerClient,
  type PlannerClient,
  type PlannerRun,
} from "../../../../shared/client/mod.ts";
import type { AllocationRun, Catalogue } from "../data/catalogue.ts";
import type { PageContext } from "../page.ts";
import { shown } from "../data/query.ts";
import { go, hashOf, route } from "../router.ts";
import { plannerEnd } from "../runs/announce.ts";
import { PlannerFollow } from "../runs/planner_follow.ts";
import type { Notices } from "../ui/notices.ts";
import type { Session, User } from "../data/session.ts";

/** What the context is made of. */
export interface ContextInput {
  session: Session;
  user: User;
  catalogue: Catalogue;
  allocationRun: AllocationRun;
  notices: Notices;
}

/** Takes the lines of a run back: to the snapshot that it kept, or, where it replaced none, to no lines. */
async function undoRun(planner: PlannerClient, run: PlannerRun): Promise<void> {
  const snapshots = await planner.history(run.allocation_run);
  const snapshot = snapshots.find(({ planner_run }) => planner_run === run.id);
  if (snapshot) {
    await planner.restore(snapshot.id, "Undone at once.");
    return;
  }
  const lines = await planner.lines(run.allocation_run);
  const made = lines.filter(({ planner_run }) => planner_run === run.id).map(({ id }) => id);
  await planner.archiveLines(run.allocation_run, made, "Undone at once.");
}

/** The context of the pages but for the address, and the follow of planner runs, to be stopped at the end. */
export function contextOf(
  { session, user, catalogue, allocationRun, notices }: ContextInput,
): { context: Omit<PageContext, "params">; follow: PlannerFollow } {
  const { supabase } = session;
  const planner = createPlannerClient(supabase);
  const { id } = allocationRun;
  const mayEdit = catalogue.rights.get(allocationRun.org_id)?.has("allocationRun.edit");
  const undo = async (run: PlannerRun) => {
    try {
      await undoRun(planner, run);
      notices.notify({
        tone: "ok",
        title: "Taken back",
        message: "The lines are as before the run.",
      });
    } catch (error) {
      notices.notify({ tone: "danger", title: "Not taken back", message: shown(error).message });
    }
    follow.linesChanged();
  };
  const follow: PlannerFollow = new PlannerFollow(
    supabase,
    planner,
    id,
    (run) =>
      notices.notify(
        plannerEnd(run, allocationRun, mayEdit ? (ended) => void undo(ended) : undefined),
      ),
  );
  const context = {
    supabase,
    planner,
    allocator: createAllocatorClient(supabase),
    userId: user.id,
    org: catalogue.orgs.find((org) => org.id === allocationRun.org_id)!,
    plan: catalogue.plans.find((plan) => plan.id === allocationRun.allocation_plan)!,
    allocationRun,
    rights: catalogue.rights.get(allocationRun.org_id) ?? new Set<string>(),
    features: catalogue.features,
    plannerRun: follow.run,
    plannerRunKnown: follow.known,
    plannerRunStanding: follow.standing,
    plannerConnection: follow.connection,
    followPlannerRun: (plannerRunId: string) => follow.follow(plannerRunId),
    findPlannerRun: () => void follow.refresh(),
    constraints: session.constraints,
    linesVersion: follow.linesVersion,
    linesChanged: follow.linesChanged,
    catalogueChanged: () => session.loadCatalogue(),
    notify: notices.notify,
    setParams: (params: URLSearchParams) =>
      go(hashOf(route.value.page, id, params), { replace: true }),
  };
  return { context, follow };
}
