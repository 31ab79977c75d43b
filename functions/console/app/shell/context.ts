// What the pages of one user and one allocation run get from the shell.

import { createAllocatorClient, createPlannerClient } from "../../../../shared/client/mod.ts";
import type { AllocationRun, Catalogue } from "../data/catalogue.ts";
import type { PageContext } from "../page.ts";
import { go, hashOf, route } from "../router.ts";
import { plannerEnd } from "../runs/announce.ts";
import { PlannerFollow } from "../runs/planner_follow.ts";
import type { Notices } from "../ui/notices.ts";
import type { Session, User } from "./session.ts";

/** What the context is made of. */
export interface ContextInput {
  session: Session;
  user: User;
  catalogue: Catalogue;
  allocationRun: AllocationRun;
  notices: Notices;
}

/** The context of the pages but for the address, and the follow of planner runs, to be stopped at the end. */
export function contextOf(
  { session, user, catalogue, allocationRun, notices }: ContextInput,
): { context: Omit<PageContext, "params">; follow: PlannerFollow } {
  const { supabase } = session;
  const planner = createPlannerClient(supabase);
  const { id } = allocationRun;
  const follow: PlannerFollow = new PlannerFollow(
    supabase,
    planner,
    id,
    (run) => notices.notify(plannerEnd(run, allocationRun)),
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
