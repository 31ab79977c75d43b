// The client of Auth: apart from the page's start, which draws what the device holds without it.

import { AuthClient } from "@supabase/auth-js";
import type { Config } from "../../console/app/data/config.ts";
import { askAuth, linkWithoutEnd } from "../../console/app/data/clock.ts";
import { authStorage } from "../../console/app/data/shelf.ts";

/** What it is. */
export type Auth = ReturnType<typeof createAuth>;

/** Makes it; it takes a session from the link that was followed, and renews sessions while the page is open. */
export function createAuth({ supabaseUrl, publishableKey }: Config, storageKey: string) {
  const { hash } = location;
  if (linkWithoutEnd(hash) !== hash) history.replaceState(history.state, "", linkWithoutEnd(hash));
  return new AuthClient({
    fetch: askAuth,
    url: `${supabaseUrl}/auth/v1`,
    // Spelled as the client spells them, which puts a token in the place of the second.
    headers: { apikey: publishableKey, Authorization: `Bearer ${publishableKey}` },
    storageKey,
    storage: authStorage,
    detectSessionInUrl: true,
    flowType: "implicit",
  });
}
