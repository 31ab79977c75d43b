// The preference window of an allocation run, for those who manage it.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel, toSnake } from "../platform/spelling.ts";
import { type Page, readAll } from "./pages.ts";
import { answered } from "./rest.ts";
import type {
  AgreedLink,
  DoctorProgress,
  Emails,
  EmailText,
  InvitedDoctor,
  WindowEnd,
  WindowSettings,
  WindowState,
} from "./window_types.ts";

/** How a window opens; what is left out of its settings stays. `seen`: the window as it was read, which it is to be still. */
export type OpenSettings = WindowSettings & WindowEnd & { seen?: Partial<WindowState> };

/** See {@link createWindowClient}. Every method throws {@link ReceptorError}. */
export interface WindowClient {
  /** Null where the caller may not see the match of the run. */
  state(allocationRun: string): Promise<WindowState | null>;
  /**
   * Opens a window, or changes the end and the settings of one that is open.
   * @throws {ReceptorError} DUE_DATE_PASSED, NO_LINES, WINDOW_CLOSED (see `reopen`), MATCH_FINALISED,
   * CHANGED_MEANWHILE where something is no longer as it was `seen`
   */
  open(allocationRun: string, settings?: OpenSettings): Promise<WindowState>;
  /** @throws {ReceptorError} NOT_OPEN */
  close(allocationRun: string): Promise<WindowState>;
  /** Opens a closed window again. @throws {ReceptorError} NOT_CLOSED, DUE_DATE_PASSED, MATCH_FINALISED, CHANGED_MEANWHILE */
  reopen(allocationRun: string, reason: string, settings?: OpenSettings): Promise<WindowState>;
  /** How far each doctor is. */
  progress(allocationRun: string): Promise<DoctorProgress[]>;
  /** Invites doctors; without their places all who were not yet. @throws {ReceptorError} NOT_OPEN */
  invite(allocationRun: string, workerMappings?: string[]): Promise<InvitedDoctor[]>;
  /** Keeps doctors from changing their wishes. @returns how many */
  lock(allocationRun: string, workerMappings: string[]): Promise<number>;
  /** @returns how many */
  unlock(allocationRun: string, workerMappings: string[]): Promise<number>;
  /** Doctors who agreed to be placed together, as `linkedDoctors` of a match; none while the window is open. */
  agreedLinks(allocationRun: string): Promise<AgreedLink[]>;
  /** The texts of an org's e-mails, and what became of those that were sent. */
  emails(org: string): Promise<Emails>;
  /**
   * A text as somebody invented would read it. @param kind of e-mail: what may stand in braces
   * @throws {ReceptorError} BAD_REQUEST with a path for each fault: INVALID_TEXT, UNKNOWN_PLACEHOLDER, MISSING_LINK
   */
  previewEmail(
    org: string,
    text: EmailText,
    kind?: string,
  ): Promise<{ subject: string; body: string }>;
  /**
   * The org's own text of a kind from now on; null: the default again. @param seen what was read of it
   * @throws {ReceptorError} as `previewEmail`; CHANGED_MEANWHILE where it is no longer as it was `seen`
   */
  saveEmail(
    org: string,
    kind: string,
    text: EmailText | null,
    seen?: EmailText,
  ): Promise<Emails>;
  /** Has e-mails that were given up tried again. @returns how many */
  retryEmails(org: string): Promise<number>;
  /**
   * Says by address who ranks the doctors for a preferencer; null: nobody.
   * @param seen whose it was when it was read; left out: not compared
   * @throws {ReceptorError} CHANGED_MEANWHILE where it is another's by now
   */
  assignPreferencer(
    preferencer: string,
    email: string | null,
    seen?: { email: string | null },
  ): Promise<{ preferencer: string; email: string | null; claimed: boolean }>;
}

/**
 * The preference window for a signed-in supabase-js client of a manager.
 * @example
 * ```ts
 * const preferences = createWindowClient(supabase);
 * await preferences.open(allocationRun, { dueLocal: "2027-05-14T17:00", minimumLines: 12 });
 * await preferences.invite(allocationRun);
 * show(await preferences.progress(allocationRun));
 * ```
 */
export function createWindowClient(supabase: SupabaseClient): WindowClient {
  const call = async <Answer>(name: string, parameters: Record<string, unknown>) => {
    const { data } = await answered(supabase.rpc(name, parameters));
    return toCamel(data as object) as Answer;
  };
  const opening = ({ dueDate, dueLocal, seen, ...settings }: OpenSettings) => ({
    p_due_date: dueDate,
    p_due_local: dueLocal,
    p_settings: toSnake(settings),
    ...seen && { p_seen: toSnake(seen) },
  });
  const run = (p_allocation_run: string) => ({ p_allocation_run });
  return {
    state: (allocationRun) => call("read_window_state", run(allocationRun)),
    open: (allocationRun, settings = {}) =>
      call("open_window", { ...run(allocationRun), ...opening(settings) }),
    close: (allocationRun) => call("close_window", run(allocationRun)),
    reopen: (allocationRun, reason, settings = {}) =>
      call("reopen_window", { ...run(allocationRun), p_reason: reason, ...opening(settings) }),
    progress: async (allocationRun) => {
      const rows = await readAll((from, to) =>
        supabase.rpc("window_progress", run(allocationRun))
          .range(from, to) as unknown as PromiseLike<Page<object>>
      );
      return toCamel(rows) as DoctorProgress[];
    },
    invite: (allocationRun, workerMappings) =>
      call("invite_doctors", { ...run(allocationRun), p_worker_mappings: workerMappings }),
    lock: (allocationRun, workerMappings) =>
      call("lock_doctors", { ...run(allocationRun), p_worker_mappings: workerMappings }),
    unlock: (allocationRun, workerMappings) =>
      call("unlock_doctors", { ...run(allocationRun), p_worker_mappings: workerMappings }),
    agreedLinks: (allocationRun) => call("agreed_links", run(allocationRun)),
    emails: (org) => call("read_emails", { p_org_id: org }),
    previewEmail: (org, text, kind) =>
      call("preview_email_template", {
        p_org_id: org,
        p_template: toSnake(text),
        p_kind: kind ?? null,
      }),
    saveEmail: (org, kind, text, seen) =>
      call("save_email_template", {
        p_org_id: org,
        p_kind: kind,
        p_template: text && toSnake(text),
        ...seen && { p_seen: toSnake(seen) },
      }),
    retryEmails: (org) => call("retry_emails", { p_org_id: org }),
    assignPreferencer: (preferencer, email, seen) =>
      call("assign_preferencer", {
        p_preferencer: preferencer,
        p_email: email,
        ...seen && { p_seen: seen },
      }),
  };
}
