// Who is signed in on this device. A session that cannot be renewed because there is no network stays: the page goes on
// with what the device holds, and asks for nothing.
//
// The client of Auth is loaded when it is needed, or when the page has been drawn: a session that is good for a while needs
// none, and its script is half of all that a first visit loads.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { AuthError, Session as AuthSession } from "@supabase/auth-js";
import { networkError, ReceptorError } from "../../../shared/client/errors.ts";
import type { Config } from "../../console/app/data/config.ts";
import { followClock } from "../../console/app/data/clock.ts";
import { isOutOfReach, renewSession } from "../../console/app/data/renewing.ts";
import { deviceShelf } from "../../console/app/data/shelf.ts";
import type { Auth } from "./auth.ts";
import { whenIdle } from "./idle.ts";

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
  /** Another token in place of one that the server refused; null: the session has ended. Throws where Auth cannot be reached. */
  renew(refused: string): Promise<string | null>;
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

/** A stored token is used by itself while it is good for so long yet, in ms; before that it is renewed. */
const GOOD_FOR = 120_000;

/** Restores the session of this browser, takes one from the link that was followed, and renews it while the page is open. */
export function createSession(config: Config): Session {
  // The device knows who it was before the network says so: what is on it can be drawn at once.
  const followed = /[#&](access_token|error_description)=/.test(location.hash);
  const user = signal<User | null | undefined>(storedUser() ?? (followed ? undefined : null));
  const expired = signal(false);
  let leaving = false;

  followClock(storedSession());
  const take = (session: AuthSession | null) => {
    followClock(session);
    const next = session ? userOf(session) : storedUser();
    if (next && next.id === user.value?.id) return;
    if (next) expired.value = false;
    else if (user.value) expired.value = !leaving;
    leaving = false;
    user.value = next;
  };

  const client = authLater(config, take);
  const fetchSoon = () => void client().catch(() => undefined);
  if (followed) void client().catch(() => user.value = null);
  else whenIdle(fetchSoon);

  const end = async () => {
    await client().then((auth) => auth.signOut({ scope: "local" })).catch(() => undefined);
    deviceShelf.removeItem(SESSION_KEY);
    take(null);
  };

  return {
    user,
    expired,
    end,
    async token() {
      const good = await goodToken(client);
      if (good !== null) return good;
      await end();
      throw new ReceptorError({
        code: "UNAUTHENTICATED",
        status: 401,
        message: "Your session has ended. Sign in again.",
      });
    },
    renew: async (refused) => renewSession(await client(), refused),
    ...waysIn(client),
    async signOut() {
      leaving = true;
      await end();
    },
  };
}

/** The client of Auth, loaded when it is first asked for. @throws {ReceptorError} NETWORK where its script cannot be had now */
function authLater(config: Config, take: (session: AuthSession | null) => void) {
  let loading: Promise<Auth> | null = null;
  const load = async (): Promise<Auth> => {
    const { createAuth } = await import("./auth.ts");
    const auth = createAuth(config, SESSION_KEY);
    auth.onAuthStateChange((_event, session) => take(session));
    return auth;
  };
  return (): Promise<Auth> =>
    loading ??= load().catch((failure) => {
      loading = null;
      throw networkError(failure);
    });
}

/** A token that is good now; null: the session has ended. @throws {ReceptorError} NETWORK */
async function goodToken(client: () => Promise<Auth>): Promise<string | null> {
  const stored = storedSession();
  if (stored && stored.expires_at * 1000 > Date.now() + GOOD_FOR) return stored.access_token;
  const { data, error } = await (await client()).getSession();
  if (data.session) return data.session.access_token;
  if (error && isOutOfReach(error)) throw networkError(error);
  return null;
}

/** A password, a link by e-mail, and its code. */
function waysIn(client: () => Promise<Auth>): Pick<Session, "signIn" | "sendLink" | "useCode"> {
  /** What a call of Auth says was wrong, as a sentence. */
  const ask = async (
    call: (auth: Auth) => Promise<{ error: AuthError | null }>,
    refused: string,
  ): Promise<string | null> => {
    try {
      const { error } = await call(await client());
      return error && faultOf(error, refused);
    } catch {
      return OUT_OF_REACH;
    }
  };
  return {
    signIn: (email, password) =>
      ask(
        (auth) => auth.signInWithPassword({ email, password }),
        "The email address or the password is not right.",
      ),
    sendLink(email) {
      const emailRedirectTo = location.href.replace(/#.*/, "");
      return ask(
        (auth) => auth.signInWithOtp({ email, options: { emailRedirectTo } }),
        "This project sends no e-mail to that address. Sign in with your password, or ask your workforce unit.",
      );
    },
    useCode: (email, token) =>
      ask(
        (auth) => auth.verifyOtp({ email, token, type: "email" }),
        "That code is not right, or too old. Ask for another.",
      ),
  };
}

/** The session that this browser keeps, where it has what one has. */
function storedSession(): { access_token: string; expires_at: number } | null {
  try {
    const { access_token, expires_at } = JSON.parse(deviceShelf.getItem(SESSION_KEY)!);
    return typeof access_token === "string" && typeof expires_at === "number"
      ? { access_token, expires_at }
      : null;
  } catch {
    return null;
  }
}

function userOf(session: AuthSession): User {
  return { id: session.user.id, email: session.user.email ?? "" };
}

/** Whose session this browser keeps, good or not. */
function storedUser(): User | null {
  try {
    const { user } = JSON.parse(deviceShelf.getItem(SESSION_KEY) ?? "null") ?? {};
    return typeof user?.id === "string" ? { id: user.id, email: user.email ?? "" } : null;
  } catch {
    return null;
  }
}

const OUT_OF_REACH = "The project could not be reached. Check the connection and try again.";

/** Why signing in failed, in a sentence. @param refused what it means where the project says no */
function faultOf(error: AuthError, refused: string): string {
  if (error.status === 429) return "Too many attempts. Wait a minute and try again.";
  if (error.status && error.status >= 500) {
    return error.code === "unexpected_failure"
      ? refused
      : "That failed on the server. Try again in a moment.";
  }
  if (isOutOfReach(error)) {
    return OUT_OF_REACH;
  }
  return refused;
}
