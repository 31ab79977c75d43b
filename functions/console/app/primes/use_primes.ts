// Searches of the org and news of finds, live: Realtime tells that something changed, then it is read; and asked for now and
// then besides, since events may be missed.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PrimesClient, PrimeSearchRun } from "../../../../shared/client/mod.ts";
import { randomId } from "../../../../shared/client/random_id.ts";
import { onWake } from "../../../../shared/client/realtime.ts";
import { gatherReads } from "../data/gather.ts";
import { type Load, useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";

/** Changes that come within so many ms are read together. */
const TOGETHER = 700;
/** How often searches are read besides, in ms. */
const READ_EVERY = 15_000;

/** What the page follows. */
export interface FollowedPrimes {
  searches: Load<PrimeSearchRun[]>;
  /** Grows whenever there may be new primes, or one was verified. */
  finds: ReadonlySignal<number>;
  /** A search was just asked for. */
  asked(): void;
}

/** Follows searches of the context's org, and primes. */
export function usePrimes({ supabase, org }: PageContext, client: PrimesClient): FollowedPrimes {
  const finds = useSignal(0);
  const searches = useLoad(() => client.searches({ org: org.id }), [org.id]);
  useEffect(() => {
    let stopped = false;
    const { soon, stop } = gatherReads(TOGETHER);
    const readFinds = () => void finds.value++;
    const table = (name: string) => ({ event: "*" as const, schema: "public", table: name });
    const channel = supabase.channel(`primes-${randomId()}`)
      .on("postgres_changes", {
        ...table("prime_search_runs"),
        filter: `org_id=eq.${org.id}`,
      }, () => soon(searches.reload))
      .on("postgres_changes", table("primes"), () => soon(readFinds));
    const join = () => {
      if (!stopped) channel.subscribe(() => soon(searches.reload));
    };
    supabase.realtime.setAuth().then(join, join);
    const everything = () => {
      soon(searches.reload);
      soon(readFinds);
    };
    const timer = setInterval(() => soon(searches.reload), READ_EVERY);
    const awake = onWake(everything);
    return () => {
      stopped = true;
      clearInterval(timer);
      stop();
      awake();
      void supabase.removeChannel(channel);
    };
  }, [org.id]);
  return { searches, finds, asked: searches.reload };
}
