// State of the page: the window and how far doctors are, and what is done about them.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  createWindowClient,
  type DoctorProgress,
  type InvitedDoctor,
  type OpenSettings,
  ReceptorError,
  type WindowState,
} from "../../../../shared/client/mod.ts";
import { type Load, useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";

/** What the page shows. */
export interface Read {
  state: WindowState | null;
  doctors: DoctorProgress[];
}

/** See above. What is refused is thrown as a ReceptorError by `open` and `close`, and said as a notification by the rest. */
export interface Preferences {
  load: Load<Read>;
  busy: ReadonlySignal<boolean>;
  /** @param reason of opening a closed window again; null: it is opened first, or changed */
  open(reason: string | null, settings: OpenSettings): Promise<void>;
  close(): Promise<void>;
  invite(workerMappings?: string[]): Promise<InvitedDoctor[] | null>;
  lock(workerMappings: string[], locked: boolean): Promise<void>;
  withdraw(workerMappings: string[], reason: string): Promise<boolean>;
  reinstate(workerMappings: string[]): Promise<void>;
}

/** What is done about a window, one after another; what is shown is read anew after each. */
function useDeeds(reload: () => void, notify: PageContext["notify"]) {
  const busy = useSignal(false);
  const done = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    busy.value = true;
    try {
      return await work();
    } finally {
      busy.value = false;
      reload();
    }
  };
  /** What is refused is said; null then. */
  const said = async <Answer>(
    title: string,
    work: () => Promise<Answer>,
  ): Promise<Answer | null> => {
    try {
      return await done(work);
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      notify({ tone: "danger", title, message: error.message });
      return null;
    }
  };
  return { busy, done, said };
}

/** The window of the page's allocation run. */
export function usePreferences(context: PageContext): Preferences {
  const { supabase, allocator, allocationRun, notify, catalogueChanged } = context;
  const client = useMemo(() => createWindowClient(supabase), []);
  const run = allocationRun.id;
  const load = useLoad(async () => {
    const [state, doctors] = await Promise.all([client.state(run), client.progress(run)]);
    return { state, doctors };
  }, [run]);
  const { busy, done, said } = useDeeds(load.reload, notify);
  return {
    load,
    busy,
    open: (reason, settings) =>
      done(async () => {
        await (reason === null ? client.open(run, settings) : client.reopen(run, reason, settings));
        catalogueChanged();
      }),
    close: () =>
      done(async () => {
        await client.close(run);
        catalogueChanged();
      }),
    invite: (workerMappings) =>
      said("Nobody was invited", () => client.invite(run, workerMappings)),
    lock: async (workerMappings, locked) => {
      const word = locked ? "locked" : "unlocked";
      await said(
        `The doctors were not ${word}`,
        () => locked ? client.lock(run, workerMappings) : client.unlock(run, workerMappings),
      );
    },
    withdraw: async (workerMappings, reason) =>
      await said(
        "The doctors were not withdrawn",
        () => allocator.withdraw(run, workerMappings, reason.trim() || undefined),
      ) !== null,
    reinstate: async (workerMappings) => {
      await said("The doctors did not come back", () => allocator.reinstate(run, workerMappings));
    },
  };
}
