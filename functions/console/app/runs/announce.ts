// What is said when a run ends while somebody watches, whichever page they are on.

import { type AllocatorRun, nameDoctors, type PlannerRun } from "../../../../shared/client/mod.ts";
import type { AllocationRun } from "../data/catalogue.ts";
import { go, hashOf, route } from "../router.ts";
import { plural } from "../ui/format.ts";
import type { Notification } from "../ui/notices.ts";
import { withRuleNames } from "./words.ts";

/** The end of a planner run, in place of that of the one before. @param undo takes its lines back; absent: the user may not */
export function plannerEnd(
  run: PlannerRun,
  about: Named,
  undo?: (run: PlannerRun) => void,
): Notification {
  return { ...plannerWords(run, about, undo), kind: `planner run of ${about.id}` };
}

function plannerWords(
  run: PlannerRun,
  { id, name }: Named,
  undo?: (run: PlannerRun) => void,
): Notification {
  const result = run.result_metadata;
  // What a run takes along (posts, doctors) is asked for on a page of its own, and no undo of lines takes it back.
  const page = run.options?.changes ? "during" : "generate";
  if (run.status !== "COMPLETED") {
    const end = unsuccessful(run, { id, name, run: "run", asked: "request", page });
    const said = run.status === "CANCELLED" ? "No line changed." : result?.explanation?.message;
    const message = said ?? end.message;
    return { ...end, message: message && withRuleNames(message) };
  }
  const built = result?.lines?.built ?? run.n_job_lines;
  return {
    tone: "ok",
    title: result?.dryRun
      ? `${name}: the dry run is done`
      : `${name}: ${plural(built, "job line")} ready`,
    message: result?.lines?.reason ?? undefined,
    action: result?.dryRun
      ? wayTo(page, id, "Show what would change")
      : wayTo("roster", id, "Open the roster"),
    also: undo && !result?.dryRun && page === "generate"
      ? { label: "Undo", run: () => undo(run) }
      : undefined,
  };
}

/** The end of a match or a what-if, likewise; null: it shows by itself. */
export function matchEnd(run: AllocatorRun, about: Named): Notification | null {
  const words = matchWords(run, about);
  return words && { ...words, kind: `${run.base_run ? "what-if" : "match"} of ${about.id}` };
}

function matchWords(run: AllocatorRun, { id, name }: Named): Notification | null {
  const what = run.base_run ? "what-if" : "match";
  if (run.status !== "COMPLETED") {
    return unsuccessful(run, { id, name, run: what, asked: what, page: "match" });
  }
  if (run.base_run) return null;
  const report = run.result?.report;
  const first = report ? `${report.choices[0] ?? 0} of ${report.workers}` : "some";
  return { tone: "ok", title: `${name}: matched`, message: `${first} got their first choice.` };
}

type Named = Pick<AllocationRun, "id" | "name">;

/** @param about the allocation run, what the run and its request are called, and the page that tells more */
function unsuccessful(
  run: PlannerRun | AllocatorRun,
  about: Named & { run: string; asked: string; page: string },
): Notification {
  const { id, name, page } = about;
  const message = run.error_message === null ? undefined : nameDoctors(run.error_message);
  if (run.status === "INFEASIBLE") {
    const action = wayTo(page, id, "See what would help");
    return { tone: "warn", title: `${name}: this ${about.asked} is impossible`, message, action };
  }
  if (run.status === "FAILED") {
    const action = wayTo(page, id, "See what to do");
    return { tone: "danger", title: `${name}: the ${about.run} failed`, message, action };
  }
  return { tone: "info", title: `${name}: the ${about.run} was cancelled` };
}

/** A way to a page, where one is not there already. */
function wayTo(page: string, allocationRun: string, label: string): Notification["action"] {
  if (route.value.page === page) return undefined;
  return { label, run: () => go(hashOf(page, allocationRun)) };
}
