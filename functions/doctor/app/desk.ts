// A person's work in one window: what there is to choose from, what they said, and the saving of it. Whatever is said is on
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

/** Where the work is read and saved. `Wire` is as the database says it, and is kept on the device. */
export interface Source<Wire, Choice> {
  /** @throws {ReceptorError} */
  read(): Promise<Wire>;
  /** @returns all as it is now, what others saved meanwhile included @throws {ReceptorError} */
  save(pending: Wishes, wire: Wire | null): Promise<Wire>;
  choiceOf(wire: Wire): Choice;
  wishesOf(wire: Wire): Wishes;
  /** The database's clock when it answered, ISO. */
  nowOf(wire: Wire): string;
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

/** What a person has before them. */
export interface Desk<Choice> {
  /** Null until it is read the first time. */
  readonly choice: ReadonlySignal<Choice | null>;
  readonly wishes: ReadonlySignal<Wishes>;
  readonly saving: ReadonlySignal<Saving>;
  /** Rows that are on this device only. */
  readonly unsaved: ReadonlySignal<number>;
  /** Why it cannot be read: refused, or no network where nothing is on the device either. */
  readonly error: ReadonlySignal<ReceptorError | null>;
  /** The device has no room for what is not saved yet. */
  readonly full: ReadonlySignal<boolean>;
  /** Milliseconds by the database's clock. */
  now(): number;
  /** Says something. */
  change(change: Change): void;
  /** Reads anew what there is, and saves what is not saved. */
  refresh(): Promise<void>;
  /** Saves what is not saved, now. @throws {ReceptorError} where that fails */
  flush(): Promise<void>;
  /** Gives up what the database does not take. */
  discard(): Promise<void>;
  stop(): void;
}

/** What was read last, and what the database's clock is before the device's, in ms. */
interface Kept<Wire> {
  wire: Wire;
  ahead: number;
}

/** @param keep what this device keeps of it */
export function createDesk<Wire, Choice>(
  source: Source<Wire, Choice>,
  keep: Keep,
  timers: Timers = TIMERS,
): Desk<Choice> {
  const kept = keep.read<Kept<Wire>>("window");
  let ahead = kept?.ahead ?? 0;
  let wire: Wire | null = kept ? kept.wire : null;
  const now = () => timers.now() + ahead;
  const clock = createClock(now);
  const choice = signal<Choice | null>(wire && source.choiceOf(wire));
  const base = signal<Wishes>(wire ? source.wishesOf(wire) : NO_WISHES);
  const pending = signal<Wishes>(keep.takePending());
  const saving = signal<Saving>(
    count(pending.value) > 0 ? { state: "saving" } : { state: "saved", at: null },
  );
  const error = signal<ReceptorError | null>(null);
  const full = signal(false);
  let stopTimer = () => {};
  let sending: Promise<void> | null = null;
  let failures = 0;
  let stopped = false;

  const take = (answer: Wire, asked: number) => {
    ahead = Date.parse(source.nowOf(answer)) - (asked + timers.now()) / 2;
    wire = answer;
    choice.value = source.choiceOf(answer);
    base.value = source.wishesOf(answer);
    error.value = null;
    // An answer that comes when the person has signed out leaves nothing of them on the device.
    if (!stopped) keep.write("window", { wire: answer, ahead } satisfies Kept<Wire>);
  };
  const read = async () => {
    const asked = timers.now();
    take(await source.read(), asked);
  };
  const schedule = (ms: number) => {
    stopTimer();
    if (!stopped) stopTimer = timers.after(ms, () => void send().catch(() => {}));
  };
  const storePending = (left: Wishes) => {
    pending.value = left;
    full.value = !keep.keepPending(left);
  };

  /** Sends all that is pending, one request at a time, until nothing is. @throws {ReceptorError} */
  const send = (): Promise<void> => {
    stopTimer();
    return sending ??= sendAll().finally(() => sending = null);
  };
  const sendAll = async () => {
    try {
      while (count(pending.value) > 0) {
        const sent = pending.value, asked = timers.now();
        saving.value = { state: "saving" };
        take(await source.save(sent, wire), asked);
        storePending(without(pending.value, sent));
        failures = 0;
      }
      saving.value = { state: "saved", at: timers.now() };
    } catch (failure) {
      throw fail(failure);
    }
  };

  const fail = (failure: unknown): ReceptorError => {
    const known = asError(failure);
    if (isPassing(known)) {
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

  return {
    choice,
    wishes: computed(() => merge(base.value, pending.value)),
    saving,
    unsaved: computed(() => count(pending.value)),
    error,
    full,
    now,
    change(change) {
      storePending(merge(pending.value, stamp(change, clock())));
      if (saving.value.state === "refused") return;
      if (saving.value.state === "saved") saving.value = { state: "saving" };
      schedule(PAUSE);
    },
    async refresh() {
      try {
        await read();
        if (saving.value.state !== "refused") await send();
      } catch (failure) {
        const known = asError(failure);
        if (!isPassing(known) || choice.value === null) error.value = known;
        // What an earlier visit left is tried again by itself, as what is typed now is.
        else if (count(pending.value) > 0 && saving.value.state !== "refused") fail(known);
        else if (saving.value.state === "saved") saving.value = { state: "offline" };
      }
    },
    async flush() {
      if (saving.value.state === "refused") throw saving.value.error;
      while (count(pending.value) > 0) await send();
    },
    async discard() {
      storePending(NO_WISHES);
      saving.value = { state: "saved", at: null };
      await read().catch(() => {});
    },
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}

/** Whether trying again may help: no answer came, or a server had trouble. */
function isPassing({ lost, status }: ReceptorError): boolean {
  return lost || status === 0 || status >= 500 || status === 429;
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
