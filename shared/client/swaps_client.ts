// Swaps between doctors, for those who decide them.

import type { SupabaseClient } from "@supabase/supabase-js";
import { toCamel } from "../platform/spelling.ts";
import { callFunction } from "./calls.ts";
import { platformTimers } from "./realtime.ts";
import { answered } from "./rest.ts";
import type { ManagedSwap, SwapAnswer } from "./swaps_types.ts";

/** See {@link createSwapsClient}. Every method throws {@link ReceptorError}. */
export interface SwapsClient {
  /** The swaps of an allocation run, those that wait for a decision first, with what each would break or mend. */
  list(allocationRun: string): Promise<ManagedSwap[]>;
  /**
   * Approves a swap that both agreed to.
   * @param override sets aside the rules that it breaks; needs a reason
   * @throws {ReceptorError} SWAP_NOT_AGREED, SWAP_ENDED, SWAP_VOID, SWAP_EXPIRED; SWAP_BREAKS_RULES with `errors`
   */
  approve(
    swap: string,
    decision?: { reason?: string; override?: boolean },
  ): Promise<{ swap: string; state: "approved"; version: number; history: string | null }>;
  /** Refuses one; both doctors read why. One that was over by itself stays so, which its state says. @throws {ReceptorError} as `approve()` */
  refuse(swap: string, reason: string): Promise<SwapAnswer>;
}

/**
 * Swaps for a signed-in supabase-js client of a manager.
 * @example
 * ```ts
 * const swaps = createSwapsClient(supabase);
 * for (const { swap, state, breaks } of await swaps.list(allocationRun)) {
 *   if (state === "agreed" && breaks.length === 0) await swaps.approve(swap);
 * }
 * ```
 */
export function createSwapsClient(supabase: SupabaseClient): SwapsClient {
  const path = "planner-orchestration/swaps";
  return {
    list: async (allocationRun) =>
      toCamel(
        await callFunction<object>(supabase, platformTimers, `${path}/${allocationRun}`, {
          method: "GET",
        }),
      ) as ManagedSwap[],
    approve: async (swap, decision = {}) =>
      await callFunction(supabase, platformTimers, `${path}/${swap}/approve`, {
        method: "POST",
        body: decision,
        // Sent again after it was done, it would say that it is over.
        once: true,
      }),
    refuse: async (swap, reason) => {
      const { data } = await answered(
        supabase.rpc("refuse_swap", { p_swap: swap, p_reason: reason }),
      );
      return toCamel(data) as SwapAnswer;
    },
  };
}
