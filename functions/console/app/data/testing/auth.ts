import { AuthClient } from "@supabase/auth-js";
import { askAuth } from "../clock.ts";

/** Somebody signed in, on a device of their own: what it keeps is in memory, and no session is renewed unless somebody asks. */
export async function signedIn(): Promise<InstanceType<typeof AuthClient>> {
  const kept = new Map<string, string>();
  const auth = new AuthClient({
    url: "http://project.test/auth/v1",
    fetch: askAuth,
    storageKey: "session",
    autoRefreshToken: false,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  });
  await auth.signInWithPassword({ email: "a@b.example", password: "p" });
  return auth;
}
