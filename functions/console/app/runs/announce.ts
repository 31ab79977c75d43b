// What is said when a planner run ends while somebody watches, whichever page they are on.

import type { PlannerRun } from "../../../../shared/client/mod.ts";
import type { AllocationRun } from "../data/catalogue.ts";
import { plural } from "../ui/format.ts";
import { notify } from "../ui/notifications.tsx";
import { go, hashOf, route } from "../router.ts";

/** Notifies of the end of a run, with the way to what came of it. */
export function announceEnd(run: PlannerRun, allocationRun: AllocationRun): void {
  const to = (page: string, label: string) =>
    route.value.page === page
      ? undefined
      : { label, run: () => go(hashOf(page, allocationRun.id)) };
  const { name } = allocationRun;
  const result = run.result_metadata;
  if (run.status === "COMPLETED") {
    const built = result?.lines?.built ?? run.n_job_lines;
    const dry = result?.dry_run;
    notify({
      tone: "ok",
      title: dry ? `${name}: the dry run is done` : `${name}: ${plural(built, "job line")} ready`,
      message: result?.lines?.reason ?? undefined,
      action: dry ? to("generate", "Show what would change") : to("roster", "Open the roster"),
    });
  } else if (run.status === "INFEASIBLE") {
    notify({
      tone: "warn",
      title: `${name}: this request is impossible`,
      message: result?.explanation?.message ?? run.error_message ?? undefined,
      action: to("generate", "See what would help"),
    });
  } else if (run.status === "FAILED") {
    notify({
      tone: "danger",
      title: `${name}: the run failed`,
      message: run.error_message ?? undefined,
      action: to("generate", "See what to do"),
    });
  } else {
    notify({ tone: "info", title: `${name}: the run was cancelled`, message: "No line changed." });
  }
}
