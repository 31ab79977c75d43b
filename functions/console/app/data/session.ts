// Who is signed in, and what they may choose from.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { AuthError, Session as AuthSession, SupabaseClient } from "@supabase/supabase-js";
import {
  type ConstraintCatalogue,
  createPlannerClient,
  createSetupClient,
  type ReceptorError,
} from "../../../../shared/client/mod.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { followClock } from "./clock.ts";
import { once } from "./once.ts";
import { shown } from "./query.ts";
import { deviceShelf } from "./shelf.ts";
import { forgetTyped } from "./typed.ts";

/** The signed-in user. */
export interface User {
  id: string;
  email: string;
}

/** Where supabase-js keeps the session in this browser. */
export const SESSION_KEY = "receptor.session";

/** Set in this browser from signing out until somebody signs in: in its other tabs, too, the session was ended on purpose. */
const LEFT_KEY = "receptor.left";

/** Who is signed in; as signals. */
export interface Session {
  readonly supabase: SupabaseClient;
  /** Undefined until the stored session was read; null: nobody. */
  readonly user: ReadonlySignal<User | null | undefined>;
  /** Whose session ended by itself: their pages wait for them as they are, with all that was typed, and for nobody else. */
  readonly waiting: ReadonlySignal<User | null>;
  /** A session ended by itself: its token could not be renewed. */
  readonly expired: ReadonlySignal<boolean>;
  /** Null until it is read. */
  readonly catalogue: ReadonlySignal<Catalogue | null>;
  readonly catalogueError: ReadonlySignal<ReceptorError | null>;
  loadCatalogue(): Promise<void>;
  /**
   * Reads the catalogue again where it is older than `ageMs`. What is open stays: one without the allocation run `open` is not
   * taken, and says that it is {@link gone}; nor is a failure told.
   */
  freshenCatalogue(open: string, ageMs?: number): Promise<void>;
  /** An allocation run that is open, and that the user does not see any more: archived, or of an org that they left; or null. */
  readonly gone: ReadonlySignal<string | null>;
  /** The catalogue of constraints: the same for everybody as long as the page is open, so that it is read once. */
  constraints(): Promise<ConstraintCatalogue>;
  /** Orgs that an invitation just made the user a member of, and as what. */
  readonly joined: ReadonlySignal<readonly { name: string; role: string }[]>;
  /** Joins the orgs that invited the user's confirmed address; a failure is of no consequence: it is asked again. */
  claimInvitations(): Promise<void>;
  /** Makes an account. @returns a sentence about what was wrong, or what comes next, or null where all is done */
  signUp(email: string, password: string): Promise<{ fault?: string; next?: string } | null>;
  /** @returns a sentence about what was wrong, or null */
  signIn(email: string, password: string): Promise<string | null>;
  signOut(): Promise<void>;
}

type State = ReturnType<typeof freshState>;

/** What is known before the stored session was read. */
function freshState() {
  return {
    user: signal<User | null | undefined>(undefined),
    waiting: signal<User | null>(null),
    expired: signal(false),
    catalogue: signal<Catalogue | null>(null),
    catalogueError: signal<ReceptorError | null>(null),
    gone: signal<string | null>(null),
    joined: signal<readonly { name: string; role: string }[]>([]),
  };
}

/** Takes the sessions that come and go into the state. @returns of each whether somebody has come who was not there */
function turns({ user, waiting, expired, catalogue, catalogueError, gone }: State) {
  const hadSession = deviceShelf.getItem(SESSION_KEY) !== null;
  const forget = () => {
    waiting.value =
      catalogue.value =
      catalogueError.value =
      gone.value =
        null;
  };
  const lose = () => {
    const before = user.value;
    if (before === null) return;
    const left = deviceShelf.getItem(LEFT_KEY) !== null;
    expired.value = !left && (before !== undefined || hadSession);
    // Here and in whichever tab hears of it: who leaves a computer to others leaves nothing behind.
    if (left) {
      forget();
      forgetTyped();
    } else waiting.value = before ?? null;
    user.value = null;
  };
  const gain = ({ id, email = "" }: AuthSession["user"]) => {
    deviceShelf.removeItem(LEFT_KEY);
    expired.value = false;
    // Whoever comes back finds what they had; nobody else does.
    if (waiting.value?.id !== id) forget();
    waiting.value = null;
    user.value = { id, email };
  };
  return (session: AuthSession | null): boolean => {
    const isNew = session !== null && session.user.id !== user.value?.id;
    if (session === null) batch(lose);
    else if (isNew) batch(() => gain(session.user));
    return isNew;
  };
}

/** Reading the catalogue of who is signed in. */
function catalogueOf(
  supabase: SupabaseClient,
  { user, catalogue, catalogueError, gone }: State,
): Pick<Session, "loadCatalogue" | "freshenCatalogue"> {
  let loads = 0, readAt = 0;
  return {
    async loadCatalogue() {
      const reader = user.value, at = performance.now();
      if (!reader) return;
      loads++;
      try {
        const read = await readCatalogue(supabase);
        if (user.value?.id !== reader.id) return;
        catalogue.value = read;
        catalogueError.value = gone.value = null;
        readAt = at;
      } catch (error) {
        if (user.value?.id === reader.id) catalogueError.value = shown(error);
      }
    },
    async freshenCatalogue(open, ageMs = 0) {
      const reader = user.value, before = loads, at = performance.now();
      if (!reader || catalogue.value === null || at - readAt < ageMs) return;
      const read = await readCatalogue(supabase).catch(() => null);
      // What was asked for meanwhile is newer.
      if (!read || user.value?.id !== reader.id || loads !== before) return;
      const isThere = read.runs.some(({ id }) => id === open);
      gone.value = isThere ? null : open;
      if (!isThere) return;
      catalogue.value = read;
      readAt = at;
    },
  };
}

/** Follows the session of a client, that of other tabs included. */
export function createSession(supabase: SupabaseClient): Session {
  const state = freshState();
  const { joined } = state;
  const { loadCatalogue, freshenCatalogue } = catalogueOf(supabase, state);

  const claimInvitations = async () => {
    const claimed = await createSetupClient(supabase).claimInvitations().catch(() => []);
    if (claimed.length === 0) return;
    joined.value = claimed;
    await loadCatalogue();
  };

  const turn = turns(state);
  const take = (session: AuthSession | null) => {
    followClock(session);
    if (!turn(session)) return;
    // What there is comes at once, and what an invitation adds to it afterwards.
    void loadCatalogue();
    void claimInvitations();
  };
  supabase.auth.onAuthStateChange((_event, session) => take(session));

  return {
    supabase,
    ...state,
    loadCatalogue,
    freshenCatalogue,
    constraints: once(() => createPlannerClient(supabase).constraints()),
    claimInvitations,
    ...waysIn(supabase),
    async signOut() {
      deviceShelf.setItem(LEFT_KEY, "1");
      // This browser only. Without a connection the session is forgotten all the same.
      await supabase.auth.signOut({ scope: "local" });
      deviceShelf.removeItem(SESSION_KEY);
      take(null);
    },
  };
}

/** Making an account, and signing in with one; what comes of it is heard by who follows the session. */
function waysIn({ auth }: SupabaseClient): Pick<Session, "signUp" | "signIn"> {
  return {
    async signUp(email, password) {
      const { data, error } = await auth.signUp({ email, password });
      if (error) return { fault: signUpFault(error) };
      return data.session ? null : {
        next:
          `We have sent a message to ${email}. Open its link to confirm the address, then sign in here.`,
      };
    },
    async signIn(email, password) {
      const { error } = await auth.signInWithPassword({ email, password });
      return error && faultOf(error);
    },
  };
}

/** Why no account could be made, in a sentence. */
function signUpFault(error: AuthError): string {
  if (error.code === "user_already_exists" || error.code === "email_exists") {
    return "There is an account with this email address already. Sign in instead.";
  }
  if (error.code === "weak_password") return `The password is too weak: ${error.message}`;
  if (error.code === "signup_disabled") {
    return "This project makes no accounts here. Ask whoever runs it for one.";
  }
  return error.status && error.status < 500 ? error.message : faultOf(error);
}

/** Why signing in failed, in a sentence. */
function faultOf({ name, status, code, message }: AuthError): string {
  if (name === "AuthRetryableFetchError" || !status) {
    return "The project could not be reached. Check the connection and try again.";
  }
  if (status >= 500) return "Signing in failed on the server. Try again in a moment.";
  return code === "invalid_credentials" || status === 400
    ? "The email address or the password is not right."
    : message;
}
