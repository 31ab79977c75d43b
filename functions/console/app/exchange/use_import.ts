// The state of an import: the file that was read, what it would change, and what became of it.

import { type Signal, useSignal } from "@preact/signals";
import {
  createExchangeClient,
  type ImportAnswer,
  type ReceptorError,
} from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { given } from "../ui/field.tsx";

/** A file that was read, so that what is imported is what was previewed. */
interface Chosen {
  name: string;
  content: Blob;
}

/** How an import stands, and what can be done. */
export interface Importing {
  busy: boolean;
  /** Of the file that was chosen. */
  name: string | undefined;
  /** Whether positions that are not in the file go. */
  removeMissing: boolean;
  preview: ImportAnswer | null;
  error: ReceptorError | null;
  /** For screen readers. */
  said: string;
  /** Why it is done; for the log. */
  reason: Signal<string>;
  /** Reads a file and previews it. */
  choose(file: File | undefined): Promise<void>;
  /** Changes what becomes of missing positions, and previews the file again. */
  remove(missing: boolean): void;
  /** Imports what was previewed. */
  write(): void;
}

/** What is known of an import. */
function useState() {
  return {
    chosen: useSignal<Chosen | null>(null),
    removeMissing: useSignal(false),
    busy: useSignal(false),
    preview: useSignal<ImportAnswer | null>(null),
    error: useSignal<ReceptorError | null>(null),
    said: useSignal(""),
    reason: useSignal(""),
  };
}

/** An import into the page's allocation run. */
export function useImport(context: PageContext): Importing {
  const { chosen, removeMissing, busy, preview, error, said, reason } = useState();
  const send = async (dryRun: boolean) => {
    busy.value = true;
    error.value = null;
    try {
      // What is imported is what was looked at, or nothing.
      const options = {
        dryRun,
        removeMissing: removeMissing.value,
        ...!dryRun && { preview: preview.value?.preview, reason: given(reason) },
      };
      const answer = await createExchangeClient(context.supabase)
        .importPositions(context.allocationRun.id, chosen.value!.content, options);
      preview.value = dryRun ? answer : null;
      said.value = dryRun ? `Checked: ${inWords(answer)}.` : "";
      if (!dryRun) {
        chosen.value = null;
        reason.value = "";
        context.notify({ tone: "ok", title: "Positions imported", message: inWords(answer) });
      }
    } catch (failure) {
      // Of an import whose answer was lost, a new preview tells what became of it.
      preview.value = null;
      error.value = shown(failure);
      said.value = "";
    }
    busy.value = false;
  };
  const choose = async (file: File | undefined) => {
    if (!file || busy.value) return;
    try {
      chosen.value = { name: file.name, content: new Blob([await file.arrayBuffer()]) };
    } catch (failure) {
      error.value = shown(failure);
      return;
    }
    await send(true);
  };
  const remove = (missing: boolean) => {
    removeMissing.value = missing;
    if (chosen.value) void send(true);
  };
  return {
    busy: busy.value,
    name: chosen.value?.name,
    removeMissing: removeMissing.value,
    preview: preview.value,
    error: error.value,
    said: said.value,
    reason,
    choose,
    remove,
    write: () => void send(false),
  };
}

function inWords({ added, changed, removed }: ImportAnswer): string {
  return `${added} added, ${changed} changed, ${removed} removed`;
}
