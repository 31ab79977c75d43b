// Pinning lines: what it takes, what it says, and why it may not be.

import { failure } from "../ui/attempt.ts";
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { wordsOfLosses } from "../runs/losses.ts";
import { isUnderWay } from "../runs/run_follow.ts";
import { plural } from "../ui/format.ts";
import type { Row } from "./roster.ts";

/** Pinning, as the parts of the page use it. */
export interface Pins {
  /** Whether the user may pin at all; else lines only show whether they are pinned. */
  allowed: boolean;
  /** Why nothing can be pinned now, in a sentence; null where it can. */
  obstacle: ReadonlySignal<string | null>;
  busy: ReadonlySignal<boolean>;
  /** Pins or unpins those of the lines that are not yet as wished. @param reason for the log */
  set(rows: readonly Row[], locked: boolean, reason?: string): Promise<boolean>;
}

/** Archives a line, and tells what went out of sight with it, with a way back. */
export async function archiveLine(
  context: PageContext,
  { line: id, lineName: name }: Row,
  reason?: string,
): Promise<void> {
  const { planner, allocationRun } = context;
  const undo = () =>
    void planner.unarchiveLines(allocationRun.id, [id], "Undone at once.").then(
      context.linesChanged,
      (error) => context.notify(failure(error, "Not undone")),
    );
  try {
    const words = wordsOfLosses(await planner.archiveLines(allocationRun.id, [id], reason));
    context.notify({
      tone: "ok",
      title: `${name} archived`,
      message: words.length > 0
        ? `With it went out of sight: ${words.join(", ")}. History brings all of it back.`
        : "History brings it back.",
      action: { label: "Undo", run: undo },
    });
  } catch (error) {
    context.notify(failure(error, "Nothing was archived"));
  } finally {
    context.linesChanged();
  }
}

/** Pinning lines of the page's allocation run; the same object as long as the page is mounted. */
export function usePins(context: PageContext): Pins {
  const { allocationRun, planner, plannerRun } = context;
  const busy = useSignal(false);
  const recent = useSignal({ names: new Set<string>(), locked: false, at: 0 });
  const obstacle = useComputed(() => {
    if (allocationRun.status === "closed") return "The allocation run is closed.";
    return isUnderWay(plannerRun.value)
      ? "A planner run is under way; lines can be pinned again when it has ended."
      : null;
  });
  const set = async (rows: readonly Row[], locked: boolean, reason?: string) => {
    const lines = rows.filter((row) => row.locked !== locked);
    if (busy.value || lines.length === 0) return false;
    busy.value = true;
    try {
      await planner.lock(
        allocationRun.id,
        [...new Set(lines.map(({ line }) => line))],
        locked,
        reason,
      );
      // One notification for many: pinning line after line counts on.
      const names = recent.value.locked === locked && Date.now() - recent.value.at < COUNTS_ON
        ? new Set([...recent.value.names, ...lines.map(({ lineName }) => lineName)])
        : new Set(lines.map(({ lineName }) => lineName));
      recent.value = { names, locked, at: Date.now() };
      context.notify({ tone: "ok", kind: "pins", ...pinned([...names], locked) });
      return true;
    } catch (error) {
      const title = locked ? "Nothing was pinned" : "Nothing was unpinned";
      context.notify({ tone: "danger", title, message: shown(error).message });
      return false;
    } finally {
      busy.value = false;
      context.linesChanged();
    }
  };
  const allowed = context.rights.has("allocationRun.edit");
  return useMemo(() => ({ allowed, obstacle, busy, set }), []);
}

/** How long pins are counted together, in ms: as long as their notification is shown. */
const COUNTS_ON = 12_000;

function pinned(names: readonly string[], locked: boolean): { title: string; message?: string } {
  const what = names.length === 1 ? names[0] : plural(names.length, "line");
  return locked
    ? { title: `${what} pinned`, message: "Generating lines keeps what is pinned." }
    : { title: `${what} unpinned` };
}
