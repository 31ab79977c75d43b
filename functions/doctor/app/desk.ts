// A person's work in one window: what there is to choose from, what they said, and the saving of it. Whatever is said is on
// the device at once and in the database soon; without a network, when there is one again.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ReceptorError } from "../../../shared/client/errors.ts";
import type { Keep } from "./keep.ts";
import { afterPaint } from "./after_paint.ts";
import { type Fault, faultsOf, nameKey, type Told } from "./model/told.ts";
import {
  type Change,
  count,
  createClock,
  type Kind,
  latestOf,
  merge,
  namesOf,
  NO_WISHES,
  type RowName,
  select,
  stamp,
  TICK,
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
  /** The database takes none of it: the window closed, or a manager locked it; or not what {@link Desk.refused} has. */
  | { state: "refused"; error: ReceptorError };

/** Where the work is read and saved. `Wire` is as the database says it, and is kept on the device. */
export interface Source<Wire, Choice> {
  /** @throws {ReceptorError} */
  read(): Promise<Wire>;
  /**
   * @param wire what was read last @param base what was read last when the first of it was said
   * @returns all as it is now, what others saved meanwhile included; and rows that were changed elsewhere as well, with what stands
   * @throws {ReceptorError}
   */
  save(
    pending: Wishes,
    wire: Wire | null,
    base: Wire | null,
  ): Promise<{ wire: Wire; elsewhere: readonly Fault[] }>;
  /** What faults of the database call the list of a kind of rows. */
  lists: Readonly<Record<string, Kind>>;
  /** What a row is about, as its person knows it. */
  nameOf(wire: Wire, name: RowName): string;
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
  /** Rows that the database does not take, each with the reason: on this device only, while all others are saved. */
  readonly refused: ReadonlySignal<readonly Told[]>;
  /** Rows that were changed on another device as well, until they are said anew or {@link Desk.dismiss} was called. */
  readonly elsewhere: ReadonlySignal<readonly Told[]>;
  /** What {@link Desk.refused} and {@link Desk.elsewhere} say of rows of lines, by their keys: told in their places. */
  readonly toldOf: ReadonlySignal<ReadonlyMap<string, string>>;
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
  /** What was changed elsewhere has been read. */
  dismiss(): void;
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
  readonly refused = signal<readonly Told[]>([]);
  readonly elsewhere = signal<readonly Told[]>([]);
  readonly toldOf = computed(() =>
    new Map(
      [
        ...this.elsewhere.value,
        ...this.refused.value.map((told) => ({ ...told, message: `Not saved: ${told.message}` })),
      ].filter(({ kind }) => kind === "lines").map(({ key, message }) => [key, message]),
    )
  );
  /** Rows that are not sent again as they are, by {@link nameKey}. */
  #held = new Map<string, Told & { changedAt: number }>();
  /** What only this device has. */
  readonly #pending = signal<Wishes>(NO_WISHES);
  readonly wishes = computed(() => merge(this.saved.value, this.#pending.value));
  readonly unsaved = computed(() => count(this.#pending.value));
  #wire: Wire | null = null;
  /** What was read last when the first of what is pending was said. */
  #base: Wire | null = null;
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
    this.#base = this.#wire;
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
    if (this.unsaved.value === 0) this.#base = this.#wire;
    const anew = stamp(change, 0);
    // Whoever changes something has seen what stands there: a clock that was set back makes it no older than that.
    const moment = Math.max(this.#clock(), latestOf(anew, this.wishes.value) + TICK);
    this.#storePending(merge(this.#pending.value, stamp(change, moment)));
    this.elsewhere.value = this.elsewhere.value.filter(({ kind, key }) => !anew[kind].has(key));
    const { state } = this.saving.value;
    if (state === "refused" && this.refused.value.length === 0) return;
    if (state === "saved" || state === "refused") this.saving.value = { state: "saving" };
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
    this.#held.clear();
    await this.#send().catch(() => {});
  }

  async flush(): Promise<void> {
    this.settle();
    while (count(this.#toSend()) > 0) {
      if (this.saving.value.state === "refused" && this.refused.value.length === 0) break;
      await this.#send();
    }
    if (this.saving.value.state === "refused") throw this.saving.value.error;
  }

  dismiss(): void {
    this.elsewhere.value = [];
  }

  async discard(): Promise<void> {
    this.settle();
    const refused = new Set(this.refused.value.map(nameKey));
    this.#storePending(
      // Where single rows are refused, what was said since is on its way.
      refused.size > 0
        ? select(this.#pending.value, (name) => !refused.has(nameKey(name)))
        : NO_WISHES,
    );
    this.#held.clear();
    this.refused.value = [];
    this.saving.value = this.unsaved.value > 0 ? { state: "saving" } : { state: "saved", at: null };
    await this.#read().catch(() => {});
    if (this.unsaved.value > 0) this.#schedule(PAUSE);
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

  /** What is pending but for rows that were refused and not said anew since. */
  #toSend(): Wishes {
    return select(
      this.#pending.value,
      (name, { changedAt }) => this.#held.get(nameKey(name))?.changedAt !== changedAt,
    );
  }

  async #sendAll(): Promise<void> {
    try {
      for (let sent = this.#toSend(); count(sent) > 0; sent = this.#toSend()) {
        this.saving.value = { state: "saving" };
        await this.#sendRows(sent);
        this.#failures = 0;
      }
    } catch (failure) {
      throw this.#fail(failure);
    }
    const refused = [...this.#held.values()];
    this.refused.value = refused;
    if (refused.length > 0) void this.#read().catch(() => {});
    this.saving.value = refused.length === 0
      ? { state: "saved", at: this.#timers.now() }
      : { state: "refused", error: refusal(refused) };
  }

  /** Saves rows, or sets those aside that the database does not take: the others go without them. @throws {ReceptorError} */
  async #sendRows(sent: Wishes): Promise<void> {
    const asked = this.#timers.now(), had = this.#wire;
    try {
      const { wire, elsewhere } = await this.#source.save(sent, had, this.#base);
      this.#take(this.#base = wire, asked);
      this.#storePending(without(this.#pending.value, sent));
      for (const name of namesOf(sent)) this.#held.delete(nameKey(name));
      if (elsewhere.length > 0) this.elsewhere.value = this.#tell(wire, elsewhere);
    } catch (failure) {
      const faults = faultsOf(asError(failure), sent, this.#source.lists);
      if (faults === null || had === null) throw failure;
      for (const { kind, key, message } of faults) {
        // A line that is gone had a name when something was said of it.
        const before = this.refused.value.find((each) => each.kind === kind && each.key === key);
        const name = before?.name ?? this.#source.nameOf(this.#base ?? had, { kind, key });
        const { changedAt } = sent[kind].get(key)!;
        this.#held.set(nameKey({ kind, key }), { kind, key, message, name, changedAt });
      }
    }
  }

  /** What was told and what is new, each row once. */
  #tell(wire: Wire, faults: readonly Fault[]): Told[] {
    const told = new Map(this.elsewhere.value.map((each) => [nameKey(each), each]));
    for (const fault of faults) {
      told.set(nameKey(fault), { ...fault, name: this.#source.nameOf(wire, fault) });
    }
    return [...told.values()];
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
      this.#held.clear();
      this.refused.value = [];
      this.saving.value = { state: "refused", error: known };
      void this.#read().catch(() => {});
    }
    return known;
  }
}

/** What somebody reads who wants all saved while rows are refused. */
function refusal(rows: readonly Told[]): ReceptorError {
  const what = rows.length === 1
    ? "One thing that you said was"
    : `${rows.length} things that you said were`;
  return new ReceptorError({
    code: "ROWS_REFUSED",
    status: 400,
    message: `${what} not saved: say it anew or give it up, then try again.`,
  });
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
