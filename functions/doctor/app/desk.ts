// A person's work in one window: what there is to choose from, what they said, and the saving of it. Whatever is said is on
// the device at once and in the database soon; without a network, when there is one again.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ReceptorError } from "../../../shared/client/errors.ts";
import type { Keep } from "./keep.ts";
import { afterPaint } from "./parts/after_paint.ts";
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
  /** Runs once what there is now has been painted. @returns what stops it */
  painted(run: () => void): () => void;
}

/** The page's own time. */
const TIMERS: Timers = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  painted: afterPaint,
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
  /** What of them is in the database, as far as it is known: all that a match counts. */
  readonly saved: ReadonlySignal<Wishes>;
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
  /**
   * Does what says something once what was pressed has been seen: in order, and before anything else is said or sent. Whoever draws
   * the page calls {@link Desk.settle} when it is left.
   */
  later(run: () => void): void;
  /** Does now what waits to be seen. */
  settle(): void;
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
  return new StoredDesk(source, keep, timers);
}

class StoredDesk<Wire, Choice> implements Desk<Choice> {
  readonly #source: Source<Wire, Choice>;
  readonly #keep: Keep;
  readonly #timers: Timers;
  readonly #clock = createClock(() => this.now());
  readonly choice = signal<Choice | null>(null);
  readonly saving = signal<Saving>({ state: "saved", at: null });
  readonly error = signal<ReceptorError | null>(null);
  readonly full = signal(false);
  readonly saved = signal<Wishes>(NO_WISHES);
  /** What only this device has. */
  readonly #pending = signal<Wishes>(NO_WISHES);
  readonly wishes = computed(() => merge(this.saved.value, this.#pending.value));
  readonly unsaved = computed(() => count(this.#pending.value));
  #wire: Wire | null = null;
  #ahead = 0;
  #stopTimer = () => {};
  #sending: Promise<void> | null = null;
  #waiting: (() => void)[] = [];
  #stopWaiting = () => {};
  #failures = 0;
  #isStopped = false;

  constructor(source: Source<Wire, Choice>, keep: Keep, timers: Timers) {
    this.#source = source;
    this.#keep = keep;
    this.#timers = timers;
    const kept = keep.read<Kept<Wire>>("window");
    if (kept) this.#show(kept);
    this.#pending.value = keep.takePending();
    if (this.unsaved.value > 0) this.saving.value = { state: "saving" };
  }

  now(): number {
    return this.#timers.now() + this.#ahead;
  }

  later(run: () => void): void {
    this.#waiting.push(run);
    // It is about to be saved, and says so at once.
    if (this.saving.value.state === "saved") this.saving.value = { state: "saving" };
    if (this.#waiting.length === 1) this.#stopWaiting = this.#timers.painted(() => this.settle());
  }

  settle(): void {
    this.#stopWaiting();
    // What one of them throws keeps nobody else's from being done.
    for (let run = this.#waiting.shift(); run; run = this.#waiting.shift()) run();
    if (this.saving.value.state === "saving" && this.#sending === null) this.#schedule(PAUSE);
  }

  change(change: Change): void {
    this.#storePending(merge(this.#pending.value, stamp(change, this.#clock())));
    const { state } = this.saving.value;
    if (state === "refused") return;
    if (state === "saved") this.saving.value = { state: "saving" };
    this.#schedule(PAUSE);
  }

  async refresh(): Promise<void> {
    try {
      await this.#read();
    } catch (failure) {
      const known = asError(failure), { state } = this.saving.value;
      if (!isPassing(known) || this.choice.value === null) this.error.value = known;
      // What an earlier visit left is tried again by itself, as what is typed now is; or it is told that it is not taken.
      if (this.unsaved.value > 0 && state !== "refused") this.#fail(known);
      else if (isPassing(known) && state === "saved") this.saving.value = { state: "offline" };
      return;
    }
    // Also what was refused: the window may be open again. How it goes is told as any saving is.
    await this.#send().catch(() => {});
  }

  async flush(): Promise<void> {
    this.settle();
    if (this.saving.value.state === "refused") throw this.saving.value.error;
    while (this.unsaved.value > 0) await this.#send();
  }

  async discard(): Promise<void> {
    this.settle();
    this.#storePending(NO_WISHES);
    this.saving.value = { state: "saved", at: null };
    await this.#read().catch(() => {});
  }

  stop(): void {
    this.settle();
    this.#isStopped = true;
    this.#stopTimer();
  }

  #show({ wire, ahead }: Kept<Wire>): void {
    this.#ahead = ahead;
    this.#wire = wire;
    this.choice.value = this.#source.choiceOf(wire);
    this.saved.value = this.#source.wishesOf(wire);
  }

  /** Takes an answer. @param asked when it was asked for, by the device */
  #take(wire: Wire, asked: number): void {
    const ahead = Date.parse(this.#source.nowOf(wire)) - (asked + this.#timers.now()) / 2;
    this.#show({ wire, ahead });
    this.error.value = null;
    // An answer that comes when the person has signed out leaves nothing of them on the device.
    if (!this.#isStopped) this.#keep.write("window", { wire, ahead } satisfies Kept<Wire>);
  }

  async #read(): Promise<void> {
    const asked = this.#timers.now();
    this.#take(await this.#source.read(), asked);
  }

  #schedule(ms: number): void {
    this.#stopTimer();
    if (this.#isStopped) return;
    this.#stopTimer = this.#timers.after(ms, () => void this.#send().catch(() => {}));
  }

  #storePending(left: Wishes): void {
    this.#pending.value = left;
    this.full.value = !this.#keep.keepPending(left);
  }

  /** Sends all that is pending, one request at a time, until nothing is. @throws {ReceptorError} */
  #send(): Promise<void> {
    this.#stopTimer();
    return this.#sending ??= this.#sendAll().finally(() => this.#sending = null);
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.unsaved.value > 0) {
        const sent = this.#pending.value, asked = this.#timers.now();
        this.saving.value = { state: "saving" };
        this.#take(await this.#source.save(sent, this.#wire), asked);
        this.#storePending(without(this.#pending.value, sent));
        this.#failures = 0;
      }
      this.saving.value = { state: "saved", at: this.#timers.now() };
    } catch (failure) {
      throw this.#fail(failure);
    }
  }

  #fail(failure: unknown): ReceptorError {
    const known = asError(failure);
    if (isPassing(known)) {
      this.saving.value = { state: "offline" };
      this.#schedule(RETRY[Math.min(this.#failures++, RETRY.length - 1)]);
    } else if (known.status === 401) {
      // The form for signing in comes; what is pending waits on the device.
      this.saving.value = { state: "offline" };
    } else {
      this.saving.value = { state: "refused", error: known };
      void this.#read().catch(() => {});
    }
    return known;
  }
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
