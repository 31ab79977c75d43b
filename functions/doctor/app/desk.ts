// A doctor's work in one window: what there is to choose from, what they said, and the saving of it. Whatever is said is on
// the device at once and in the database soon; without a network, when there is one again.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ReceptorError } from "../../../shared/client/errors.ts";
import type { Keep } from "./keep.ts";
import {
  type Change,
  count,
  createClock,
  merge,
  NO_WISHES,
  stamp,
  type Wishes,
  without,
} from "./model/wishes.ts";
import {
  changesOf,
  type Choice,
  choiceOf,
  type WireChoice,
  type WireWishes,
  wishesOf,
} from "./wire.ts";

/** How saving goes. */
export type Saving =
  /** All is in the database. */
  | { state: "saved"; at: number | null }
  /** On its way, or about to be. */
  | { state: "saving" }
  /** No network: it is on the device, and is sent when there is one. */
  | { state: "offline" }
  /** The database does not take it: the window closed, a manager locked it, or it is wrong. */
  | { state: "refused"; error: ReceptorError };

/** What the desk calls. */
export interface Server {
  rpc<Answer>(name: string, args?: Record<string, unknown>): Promise<Answer>;
}

/** Time, so that tests need none. */
export interface Timers {
  now(): number;
  /** @returns what stops it */
  after(ms: number, run: () => void): () => void;
}

/** The page's own time. */
export const TIMERS: Timers = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** How long typing may go on before it is sent, in ms. */
const PAUSE = 400;
/** Between attempts without a network, in ms; a browser that says it is online again comes before that. */
const RETRY = [2_000, 5_000, 15_000, 30_000];

/** What a doctor has before them. */
export interface Desk {
  /** Null until it is read the first time. */
  readonly choice: ReadonlySignal<Choice | null>;
  readonly wishes: ReadonlySignal<Wishes>;
  readonly saving: ReadonlySignal<Saving>;
  /** Why nothing could be read, where nothing is on the device either. */
  readonly error: ReadonlySignal<ReceptorError | null>;
  /** The device has no room for what is not saved yet. */
  readonly full: ReadonlySignal<boolean>;
  /** Milliseconds by the database's clock. */
  now(): number;
  /** Says something. */
  change(change: Change): void;
  /** Reads anew what there is. */
  refresh(): Promise<void>;
  /** Saves what is not saved, now. @throws {ReceptorError} where that fails */
  flush(): Promise<void>;
  /** Gives up what the database does not take. */
  discard(): Promise<void>;
  stop(): void;
}

/** The database's window and wishes as they were read last. */
interface Kept {
  choice: WireChoice;
  /** What the database's clock is before the device's, in ms. */
  ahead: number;
}

/** @param device names this browser in the history of wishes */
export function createDesk(
  server: Server,
  keep: Keep,
  workerMapping: string,
  device: string,
  timers: Timers = TIMERS,
): Desk {
  const kept = keep.read<Kept>("window");
  let ahead = kept?.ahead ?? 0;
  const now = () => timers.now() + ahead;
  const clock = createClock(now);
  const choice = signal<Choice | null>(kept && choiceOf(kept.choice));
  const base = signal<Wishes>(kept ? wishesOf(kept.choice.wishes) : NO_WISHES);
  const pending = signal<Wishes>(keep.takePending());
  const saving = signal<Saving>(
    count(pending.value) > 0 ? { state: "saving" } : { state: "saved", at: null },
  );
  const error = signal<ReceptorError | null>(null);
  const full = signal(false);
  let wire = kept?.choice ?? null;
  let stopTimer = () => {};
  let sending: Promise<void> | null = null;
  let failures = 0;
  let stopped = false;

  const store = () => {
    if (wire) {
      full.value = !keep.write("window", { choice: wire, ahead } satisfies Kept) && full.value;
    }
  };
  const takeWishes = (wishes: WireWishes) => {
    base.value = wishesOf(wishes);
    if (wire) wire = { ...wire, wishes };
    store();
  };
  const schedule = (ms: number) => {
    stopTimer();
    if (!stopped) stopTimer = timers.after(ms, () => void send().catch(() => {}));
  };

  /** Sends all that is pending, one request at a time, until nothing is. @throws {ReceptorError} */
  const send = (): Promise<void> => {
    stopTimer();
    return sending ??= (async () => {
      try {
        do {
          const sent = pending.value;
          saving.value = { state: "saving" };
          const answer = await server.rpc<{ wishes: WireWishes }>("save_wishes", {
            p_worker_mapping: workerMapping,
            p_changes: changesOf(sent, device),
          });
          takeWishes(answer.wishes);
          pending.value = without(pending.value, sent);
          keep.keepPending(pending.value);
          failures = 0;
        } while (count(pending.value) > 0);
        saving.value = { state: "saved", at: timers.now() };
      } catch (failure) {
        throw fail(failure);
      } finally {
        sending = null;
      }
    })();
  };

  const fail = (failure: unknown): ReceptorError => {
    const known = asError(failure);
    if (known.lost || known.status === 0 || known.status >= 500 || known.status === 429) {
      saving.value = { state: "offline" };
      schedule(RETRY[Math.min(failures++, RETRY.length - 1)]);
    } else if (known.status === 401) {
      // The form for signing in comes; what is pending waits on the device.
      saving.value = { state: "offline" };
    } else {
      saving.value = { state: "refused", error: known };
      void read().catch(() => {});
    }
    return known;
  };

  const read = async () => {
    const before = timers.now();
    const answer = await server.rpc<WireChoice>("read_window", { p_worker_mapping: workerMapping });
    ahead = Date.parse(answer.window.now) - (before + timers.now()) / 2;
    wire = answer;
    choice.value = choiceOf(answer);
    base.value = wishesOf(answer.wishes);
    error.value = null;
    store();
  };

  return {
    choice,
    wishes: computed(() => merge(base.value, pending.value)),
    saving,
    error,
    full,
    now,
    change(change) {
      pending.value = merge(pending.value, stamp(change, clock()));
      full.value = !keep.keepPending(pending.value);
      if (saving.value.state === "refused") return;
      if (saving.value.state === "saved") saving.value = { state: "saving" };
      schedule(PAUSE);
    },
    async refresh() {
      try {
        await read();
        if (count(pending.value) > 0 && saving.value.state !== "refused") await send();
      } catch (failure) {
        const known = asError(failure);
        if (!choice.value) error.value = known;
        else if (known.status === 0 && saving.value.state === "saved") {
          saving.value = { state: "offline" };
        }
        return;
      }
      if (saving.value.state === "offline" && count(pending.value) === 0) {
        saving.value = { state: "saved", at: timers.now() };
      }
    },
    async flush() {
      if (saving.value.state === "refused") throw saving.value.error;
      if (sending) await sending;
      if (count(pending.value) > 0) await send();
    },
    async discard() {
      pending.value = NO_WISHES;
      keep.keepPending(NO_WISHES);
      saving.value = { state: "saved", at: null };
      await read().catch(() => {});
    },
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}

function asError(failure: unknown): ReceptorError {
  if (failure instanceof ReceptorError) return failure;
  return new ReceptorError({
    code: "UNEXPECTED",
    status: 0,
    message: failure instanceof Error ? failure.message : String(failure),
    cause: failure,
  });
}
