// Who is signed in on this device. A session that cannot be renewed because there is no network stays: the page goes on
// with what the device holds, and asks for nothing.

import { type ReadonlySignal, signal } from "@preact/signals";
import { AuthClient, type AuthError, type Session as AuthSession } from "@supabase/auth-js";
import { networkError, ReceptorError } from "../../../shared/client/errors.ts";
import type { Config } from "../../console/app/data/config.ts";

/** The signed-in person. */
export interface User {
  id: string;
  email: string;
}

/** Where the session is kept in this browser. */
export const SESSION_KEY = "receptor.doctor.session";

/** Who is signed in; as signals. */
export interface Session {
  /** Undefined until the stored session was read; null: nobody. */
  readonly user: ReadonlySignal<User | null | undefined>;
  /** The session ended by itself: it was refused. What was typed is on the device still. */
  readonly expired: ReadonlySignal<boolean>;
  /**
   * A token that is good now.
   * @throws {ReceptorError} NETWORK, or UNAUTHENTICATED where the session has ended
   */
  token(): Promise<string>;
  /** Forgets a session that the server refused, and says so on the form. */
  end(): Promise<void>;
  /** @returns a sentence about what was wrong, or null */
  signIn(email: string, password: string): Promise<string | null>;
  /** Asks for an e-mail with a link and a code. @returns a sentence about what was wrong, or null */
  sendLink(email: string): Promise<string | null>;
  /** Signs in with the code of that e-mail. @returns a sentence about what was wrong, or null */
  useCode(email: string, code: string): Promise<string | null>;
  signOut(): Promise<void>;
}

/** Restores the session of this browser, takes one from the link that was followed, and renews it while the page is open. */
export function createSession({ supabaseUrl, publishableKey }: Config): Session {
  const kept = storedUser();
  const auth = new AuthClient({
    url: `${supabaseUrl}/auth/v1`,
    // Spelled as the client spells them, which puts a token in the place of the second.
    headers: { apikey: publishableKey, Authorization: `Bearer ${publishableKey}` },
    storageKey: SESSION_KEY,
    detectSessionInUrl: true,
    flowType: "implicit",
  });
  // The device knows who it was before the network says so: what is on it can be drawn at once.
  const user = signal<User | null | undefined>(kept ?? undefined);
  const expired = signal(false);
  let leaving = false;

  const take = (session: AuthSession | null) => {
    const next = session ? userOf(session) : storedUser();
    if (next && next.id === user.value?.id) return;
    if (next) expired.value = false;
    else if (user.value) expired.value = !leaving;
    leaving = false;
    user.value = next;
  };
  auth.onAuthStateChange((_event, session) => take(session));

  const end = async () => {
    await auth.signOut({ scope: "local" }).catch(() => undefined);
    localStorage.removeItem(SESSION_KEY);
    take(null);
  };

  return {
    user,
    expired,
    end,
    async token() {
      const { data, error } = await auth.getSession();
      if (data.session) return data.session.access_token;
      if (error && isOutOfReach(error)) throw networkError(error);
      await end();
      throw new ReceptorError({
        code: "UNAUTHENTICATED",
        status: 401,
        message: "Your session has ended. Sign in again.",
      });
    },
    async signIn(email, password) {
      const { error } = await auth.signInWithPassword({ email, password });
      return error && faultOf(error, "The email address or the password is not right.");
    },
    async sendLink(email) {
      const emailRedirectTo = location.href.replace(/#.*/, "");
      const { error } = await auth.signInWithOtp({ email, options: { emailRedirectTo } });
      return error && faultOf(
        error,
        "This project sends no e-mail to that address. Sign in with your password, or ask your workforce unit.",
      );
    },
    async useCode(email, token) {
      const { error } = await auth.verifyOtp({ email, token, type: "email" });
      return error && faultOf(error, "That code is not right, or too old. Ask for another.");
    },
    async signOut() {
      leaving = true;
      await end();
    },
  };
}

function userOf(session: AuthSession): User {
  return { id: session.user.id, email: session.user.email ?? "" };
}

/** Whose session this browser keeps, good or not. */
function storedUser(): User | null {
  try {
    const { user } = JSON.parse(localStorage.getItem(SESSION_KEY) ?? "null") ?? {};
    return typeof user?.id === "string" ? { id: user.id, email: user.email ?? "" } : null;
  } catch {
    return null;
  }
}

function isOutOfReach({ name, status }: AuthError): boolean {
  return name === "AuthRetryableFetchError" || !status || status >= 500;
}

/** Why signing in failed, in a sentence. @param refused what it means where the project says no */
function faultOf(error: AuthError, refused: string): string {
  if (error.status === 429) return "Too many attempts. Wait a minute and try again.";
  if (error.status && error.status >= 500) {
    return error.code === "unexpected_failure"
      ? refused
      : "That failed on the server. Try again in a moment.";
  }
  if (isOutOfReach(error)) {
    return "The project could not be reached. Check the connection and try again.";
  }
  return refused;
}
