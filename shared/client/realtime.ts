// The ports of a watch over supabase-js: a Realtime channel on one run, signs of waking, and the session.

import type { SupabaseClient } from "@supabase/supabase-js";
import { randomId } from "./random_id.ts";
import type { ChannelListener, WatchTimers } from "./watch.ts";

/**
 * Opens a channel for UPDATEs of one run. Every opening has a topic of its own, for a topic
 * that is being left cannot be joined again at once.
 * @returns What closes it.
 */
export function openRunChannel(
  supabase: SupabaseClient,
  table: string,
  runId: string,
  listener: ChannelListener,
): () => void {
  let open = true;
  const channel = supabase.channel(`${table}-${runId}-${randomId()}`)
    .on("postgres_changes", {
      event: "UPDATE",
      schema: "public",
      table,
      filter: `id=eq.${runId}`,
    }, ({ new: record, errors }) => {
      // Errors come with records that were cut, e.g. for their size.
      if (open) listener.event(errors?.length ? null : record);
    })
    .on("system", {}, ({ extension, status }: { extension?: string; status?: string }) => {
      if (!open || extension !== "postgres_changes") return;
      if (status === "ok") listener.ready();
      else if (status === "error") listener.down();
    });
  const join = () => {
    if (!open) return;
    try {
      channel.subscribe((status) => {
        if (!open) return;
        if (status === "SUBSCRIBED") listener.ready();
        else listener.down();
      });
    } catch {
      listener.down(); // no WebSocket here: refetching has to do
    }
  };
  // The session's token of now: after sleep, or a sign-in a moment ago, the socket may hold an older one.
  supabase.realtime.setAuth().then(join, join);
  return () => {
    open = false;
    void supabase.removeChannel(channel);
  };
}

/** Calls back when a page becomes visible or the network returns; does nothing outside a browser. */
export function onWake(callback: () => void): () => void {
  const scope = globalThis as { document?: EventTarget & { visibilityState?: string } };
  const page = scope.document;
  const visible = () => {
    if (page?.visibilityState === "visible") callback();
  };
  page?.addEventListener("visibilitychange", visible);
  globalThis.addEventListener?.("online", callback);
  return () => {
    page?.removeEventListener("visibilitychange", visible);
    globalThis.removeEventListener?.("online", callback);
  };
}

/** Calls back when the user signs out, here or in another tab. */
export function onSignOut(supabase: SupabaseClient, callback: () => void): () => void {
  const auth = authOf(supabase);
  if (auth === null) return () => {};
  const { data: { subscription } } = auth.onAuthStateChange((event) => {
    if (event === "SIGNED_OUT") callback();
  });
  return () => subscription.unsubscribe();
}

/** Whether there is a session. One that Auth did not refresh, because it did not answer, counts. */
export async function isSignedIn(supabase: SupabaseClient): Promise<boolean> {
  const auth = authOf(supabase);
  if (auth === null) return true;
  const { data: { session }, error } = await auth.getSession();
  return session !== null || error !== null;
}

/** Null where the tokens are somebody else's affair (supabase-js' option `accessToken`): then it throws. */
function authOf(supabase: SupabaseClient): SupabaseClient["auth"] | null {
  try {
    void supabase.auth.onAuthStateChange;
    return supabase.auth;
  } catch {
    return null;
  }
}

/** The timers of the platform. */
export const platformTimers: WatchTimers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};
