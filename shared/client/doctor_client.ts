// A doctor's side: say what you want, see what you got; and a department's, which ranks doctors by the same page.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel, toSnake } from "../platform/spelling.ts";
import { callFunction } from "./calls.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import type { CheckedSwap, DoctorSwaps, SwapAnswer, SwapRequest } from "./swaps_types.ts";
import type {
  Department,
  DepartmentDocument,
  DoctorBeginning,
  DoctorLink,
  DoctorRank,
  DoctorResult,
  DoctorWindow,
  LinkWish,
  SavedWishes,
  Submission,
  WindowDocument,
  WishChanges,
} from "./window_types.ts";

/** See {@link createDoctorClient}. Every method throws {@link ReceptorError}: NOT_YOURS for another's place. */
export interface DoctorClient {
  /**
   * Becomes the doctors, and the departments' person, whose address the caller has confirmed.
   * @throws {ReceptorError} EMAIL_NOT_CONFIRMED, ACCOUNT_GONE
   */
  claim(): Promise<{
    claimed: { worker: string; orgName: string }[];
    departments: { preferencer: string; name: string; orgName: string }[];
  }>;
  /** Claims as `claim()` does, and reads all that a page begins with, in one request. */
  begin(): Promise<DoctorBeginning>;
  /** The windows that the caller takes part in, open ones first. */
  windows(): Promise<DoctorWindow[]>;
  /** A window with its lines and the caller's wishes. */
  window(workerMapping: string): Promise<WindowDocument>;
  /**
   * Saves what was typed, all of it or nothing; safe to send again. Rows are merged, the later `changedAt` wins.
   * @throws {ReceptorError} WINDOW_CLOSED, LOCKED, BAD_REQUEST with a path for each fault
   */
  save(workerMapping: string, changes: WishChanges): Promise<SavedWishes>;
  /** @throws {ReceptorError} WINDOW_CLOSED, LOCKED, TOO_FEW_LINES, TIED_LINES */
  submit(workerMapping: string): Promise<Submission>;
  /** Takes a submission back. @throws {ReceptorError} WINDOW_CLOSED, LOCKED */
  retract(workerMapping: string): Promise<void>;
  /** Whom the caller asked to be placed with, and who asked them, the latest first. */
  links(workerMapping: string): Promise<DoctorLink[]>;
  /**
   * Asks another doctor to be placed together, or, with a link as it was read, changes what either asked: the other has to agree then.
   * @throws {ReceptorError} WINDOW_CLOSED, LOCKED, LINKED, ALREADY_ASKED, LINK_CHANGED, BAD_REQUEST with a path for each fault
   */
  saveLink(
    workerMapping: string,
    link: Pick<DoctorLink, "link" | "changedAt"> | null,
    wish: LinkWish,
  ): Promise<DoctorLink[]>;
  /**
   * Agrees to a link as it was read (`changedAt`), or ends it, takes it back, declines it.
   * @throws {ReceptorError} WINDOW_CLOSED, LOCKED, LINKED, LINK_CHANGED, NOT_ASKED
   */
  answerLink(
    workerMapping: string,
    link: Pick<DoctorLink, "link" | "changedAt">,
    agrees: boolean,
  ): Promise<DoctorLink[]>;
  /** What the caller got; null before it is released. */
  result(workerMapping: string): Promise<DoctorResult | null>;
  /** The caller's swaps, and what they may ask for; nobody's name. */
  swaps(workerMapping: string): Promise<DoctorSwaps>;
  /**
   * Asks whoever has a line to swap it, or rotations of it.
   * @returns how many were asked: of a line that several have each, and one may agree
   * @throws {ReceptorError} NOT_RELEASED, LINE_NOT_HELD, YEAR_BEGUN, TERM_BEGUN, TERM_NOT_WORKED, SHARED_LINE, NOTHING_TO_SWAP,
   *   NOT_ELIGIBLE, SWAP_EXISTS, SWAP_DECLINED, TOO_MANY_SWAPS
   */
  askSwap(
    workerMapping: string,
    swap: SwapRequest,
  ): Promise<{ offer: string; asked: number; expiresAt: string }>;
  /**
   * What a swap would break or mend, before it is asked for, or agreed to (by its id); `from` is what the caller gives.
   * @throws {ReceptorError} as `askSwap()`
   */
  checkSwap(workerMapping: string, swap: SwapRequest | { swap: string }): Promise<CheckedSwap>;
  /** Agrees to a swap that is asked of the caller, or declines it. @throws {ReceptorError} SWAP_ENDED */
  answerSwap(swap: string, agree: boolean): Promise<SwapAnswer>;
  /** Takes a swap back that the caller asked for, or agreed to. @throws {ReceptorError} SWAP_ENDED */
  withdrawSwap(swap: string): Promise<SwapAnswer>;
  /** The secret path of the caller's calendar, behind the functions' URL: told once; renewed, the old one is void. */
  calendarLink(
    workerMapping: string,
    renew?: boolean,
  ): Promise<{ path: string | null; createdAt: string }>;
  /** @returns whether there was one */
  revokeCalendarLink(workerMapping: string): Promise<boolean>;
  /** The preferencers that the caller ranks doctors for. */
  departments(): Promise<Department[]>;
  department(preferencer: string): Promise<DepartmentDocument>;
  /**
   * @param orderOnly as of `WishChanges`
   * @returns also the ranks as they were before
   * @throws {ReceptorError} WINDOW_CLOSED, BAD_REQUEST with a path for each fault
   */
  rankDoctors(
    preferencer: string,
    ranks: DoctorRank[],
    orderOnly?: boolean,
  ): Promise<{ savedAt: string; before: DoctorRank[]; ranks: DoctorRank[] }>;
}

/**
 * The doctor's side for a signed-in supabase-js client.
 * @example
 * ```ts
 * const doctor = createDoctorClient(supabase);
 * const { windows: [{ workerMapping }] } = await doctor.begin();
 * const { lines: [jobLine] } = await doctor.window(workerMapping);
 * const changedAt = new Date().toISOString();
 * await doctor.save(workerMapping, {
 *   lines: [{ jobLine: jobLine.id, orderPreference: 1, likeDislikePreference: 2, changedAt }],
 * });
 * show(await doctor.submit(workerMapping));
 * ```
 */
export function createDoctorClient(supabase: SupabaseClient): DoctorClient {
  const call = async <Answer>(name: string, parameters: Record<string, unknown> = {}) => {
    const { data } = await answered(supabase.rpc(name, parameters));
    return toCamel(data as object) as Answer;
  };
  const place = (p_worker_mapping: string) => ({ p_worker_mapping });
  return {
    claim: () => call("claim_worker"),
    begin: () => call("begin_page"),
    windows: () => call("my_windows"),
    window: (workerMapping) => call("read_window", place(workerMapping)),
    save: (workerMapping, changes) =>
      call("save_wishes", { ...place(workerMapping), p_changes: toSnake(changes) }),
    submit: (workerMapping) => call("submit_wishes", place(workerMapping)),
    retract: (workerMapping) => call("retract_wishes", place(workerMapping)),
    links: (workerMapping) => call("my_links", place(workerMapping)),
    saveLink: (workerMapping, link, wish) =>
      call("save_link", {
        ...place(workerMapping),
        p_link: link?.link ?? null,
        p_wish: toSnake(wish),
        p_changed_at: link?.changedAt ?? null,
      }),
    answerLink: (workerMapping, { link, changedAt }, agrees) =>
      call("answer_link", {
        ...place(workerMapping),
        p_link: link,
        p_agrees: agrees,
        p_changed_at: changedAt,
      }),
    result: (workerMapping) => call("read_result", place(workerMapping)),
    swaps: (workerMapping) => call("read_swaps", place(workerMapping)),
    askSwap: (workerMapping, swap) =>
      call("ask_swap", { ...place(workerMapping), p_swap: toSnake(swap) }),
    checkSwap: async (workerMapping, swap) =>
      await callFunction(supabase, platformTimers, "planner-orchestration/swaps/check", {
        method: "POST",
        body: { worker_mapping: workerMapping, ...toSnake(swap) as object },
      }),
    answerSwap: (swap, agree) => call("answer_swap", { p_swap: swap, p_agree: agree }),
    withdrawSwap: (swap) => call("withdraw_swap", { p_swap: swap }),
    calendarLink: (workerMapping, renew = false) =>
      call("calendar_link", { ...place(workerMapping), p_renew: renew }),
    revokeCalendarLink: (workerMapping) => call("revoke_calendar_link", place(workerMapping)),
    departments: () => call("my_departments"),
    department: (preferencer) => call("read_department", { p_preferencer: preferencer }),
    rankDoctors: (preferencer, ranks, orderOnly = false) =>
      call("save_department_ranks", {
        p_preferencer: preferencer,
        p_changes: { ranks: toSnake(ranks), order_only: orderOnly },
      }),
  };
}
