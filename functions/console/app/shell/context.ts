// What the pages of one user and one allocation run get from the shell.

import { failure } from "../ui/attempt.ts";
import {
  createAllocatorClient,
  createPlannerClient,
  type PlannerClient,
  type PlannerRun,
} from "../../../../shared/client/mod.ts";
import type { AllocationRun, Catalogue } from "../data/catalogue.ts";
import type { PageContext } from "../page.ts";
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

/** What the catalogue says of an allocation run: another by the next time that the catalogue is read. */
type Place = Pick<PageContext, "org" | "plan" | "allocationRun" | "rights" | "features">;

/** See above. */
export function placeOf(
  { catalogue, allocationRun }: Pick<ContextInput, "catalogue" | "allocationRun">,
): Place {
  const { org_id, allocation_plan } = allocationRun;
  return {
    org: catalogue.orgs.find(({ id }) => id === org_id)!,
    plan: catalogue.plans.find(({ id }) => id === allocation_plan)!,
    allocationRun,
    rights: catalogue.rights.get(org_id) ?? new Set<string>(),
    features: catalogue.features,
  };
}

/**
 * The context of the pages but for the address and the place, and the follow of planner runs, to be stopped at the end.
 * @param place where the pages are, as it is known by now
 */
export function contextOf(
  { session, user, notices }: Pick<ContextInput, "session" | "user" | "notices">,
  place: () => Place,
): { context: Omit<PageContext, "params" | keyof Place>; follow: PlannerFollow } {
  const { supabase } = session;
  const planner = createPlannerClient(supabase);
  const { id } = place().allocationRun;
  const undo = async (run: PlannerRun) => {
    try {
      await undoRun(planner, run);
      notices.notify({
        tone: "ok",
        title: "Taken back",
        message: "The lines are as before the run.",
      });
    } catch (error) {
      notices.notify(failure(error, "Not taken back"));
    }
    follow.linesChanged();
  };
  const follow: PlannerFollow = new PlannerFollow(
    supabase,
    planner,
    id,
    (run) => {
      const { allocationRun, rights } = place();
      const mayEdit = rights.has("allocationRun.edit");
      notices.notify(
        plannerEnd(run, allocationRun, mayEdit ? (ended) => void undo(ended) : undefined),
      );
    },
  );
  const context = {
    supabase,
    planner,
    allocator: createAllocatorClient(supabase),
    userId: user.id,
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
