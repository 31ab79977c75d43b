// Writing an edit, or taking one back: under way, refused, or asking first since something would be lost.

import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Losses } from "../../../../../shared/client/mod.ts";
import { useOnline } from "../../data/online.ts";
import { shown } from "../../data/query.ts";
import type { PageContext } from "../../page.ts";

/** What stands between the edit and the database. */
export interface Refusal {
  message: string;
  errors: { path: string; message: string }[];
  /** Nobody answered: it is no refusal any more once the network is back. */
  lost: boolean;
  /** Something that the edit changes is another than it was seen as. */
  conflict: boolean;
}

/** How writing goes. */
export interface Saving {
  busy: ReadonlySignal<boolean>;
  refusal: Signal<Refusal | null>;
  /** What hangs on lines that the edit changes: a yes is asked for. */
  losses: ReadonlySignal<Losses | null>;
  /** Writes. @returns whether it is written @param work is called again, with true, once losses are accepted */
  run(work: (acceptLosses: boolean) => Promise<void>): Promise<boolean>;
  answerLosses(yes: boolean): void;
}

/** The state of writing, one for the whole visit. */
export function useSaving(context: PageContext): Saving {
  const busy = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const losses = useSignal<Losses | null>(null);
  const retry = useSignal<(() => void) | null>(null);
  const run: Saving["run"] = async (work) => {
    const attempt = async (acceptLosses: boolean): Promise<boolean> => {
      busy.value = true;
      try {
        await work(acceptLosses);
        return true;
      } catch (error) {
        const fault = shown(error);
        if (fault.code === "WOULD_LOSE" && fault.losses) {
          retry.value = () => void attempt(true);
          losses.value = fault.losses;
          return false;
        }
        const { message, errors = [], lost } = fault, conflict = fault.code === "EDIT_CONFLICT";
        refusal.value = { message, errors, lost, conflict };
        if (conflict) context.linesChanged();
        return false;
      } finally {
        busy.value = false;
      }
    };
    return await attempt(false);
  };
  useOnline(() => {
    if (refusal.value?.lost) refusal.value = null;
  });
  const answerLosses = (yes: boolean) => {
    const again = retry.value;
    losses.value = retry.value = null;
    if (yes) again?.();
  };
  return useMemo(() => ({ busy, refusal, losses, run, answerLosses }), []);
}
