// Following a run to its end. Realtime is quick but not certain: events are lost before a
// channel really streams, while it is down and when a laptop sleeps. So every sign of a gap leads to
// a refetch of the row, a slow refetch runs while nothing comes, and whatever arrives is merged in
// the order of the run's own history. The transport and the timers come in as ports.

import { ReceptorError } from "./errors.ts";
import { isNewer, isTerminal, type Run, runOfEvent } from "./run_state.ts";

/** Times in ms. */
export const WATCH_TIMES = {
  /** Refetches after a channel is joined: events flow only 1-3 s later on hosted projects. */
  settle: [1_500, 4_000],
  /**
   * Refetches after an event that has to be confirmed: PostgreSQL streams a commit a moment before
   * others can read it.
   */
  confirm: [50, 200, 1_000],
  /** Refetch where nothing was heard for so long. */
  quiet: 10_000,
  /** The same while the channel is down: then it is the only source. */
  down: 3_000,
  /** First wait before a channel is opened anew; doubles up to the last. */
  reopen: 500,
  reopenMax: 15_000,
} as const;

/** What a channel tells its listener. */
export interface ChannelListener {
  /** Joined, or streaming for certain. May come more than once. */
  ready(): void;
  /** An update of the run's row; null where it came incomplete. */
  event(record: Record<string, unknown> | null): void;
  /** Dropped, refused, timed out or closed: of no use any more. */
  down(): void;
}

/** Timers, so that tests do not wait. */
export interface WatchTimers {
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

/** What a watch needs from outside. */
export interface WatchPorts<R extends Run> {
  /** What an event must carry of the row. */
  columns: readonly (keyof R & string)[];
  /** Reads the row; null where there is none for this user. */
  fetchRun(): Promise<R | null>;
  /** Opens a channel for updates of the row; answers what closes it. */
  openChannel(listener: ChannelListener): () => void;
  /** Calls back when the machine wakes or is online again; answers what ends that. */
  onWake(callback: () => void): () => void;
  /** Calls back when the user signs out; answers what ends that. */
  onSignOut(callback: () => void): () => void;
  /** Whether there is a session, be it one that cannot be refreshed just now. */
  isSignedIn(): Promise<boolean>;
  timers: WatchTimers;
}

/** Whether updates come live, or only by refetching. */
export type WatchConnection = "live" | "down";

/** What a caller may hear of besides updates. */
export interface WatchOptions {
  /** The channel came up or went down. */
  onConnection?: (connection: WatchConnection) => void;
}

/** A watch under way. */
export interface RunWatch<R extends Run> {
  /**
   * The terminal run; resolves once, after `onUpdate` had it and when what it wrote can be read. Rejects with
   * code STOPPED after `stop()`, NOT_FOUND where there is no such run for this user, and UNAUTHENTICATED when
   * the user signs out.
   */
  done: Promise<R>;
  /** Ends the watch; nothing is delivered afterwards. */
  stop(): void;
}

/**
 * Follows a run until it is terminal.
 * @param onUpdate Gets each newer version of the run, the terminal one last, each once.
 */
export function watchRun<R extends Run>(
  ports: WatchPorts<R>,
  onUpdate: (run: R) => void,
  options: WatchOptions = {},
): RunWatch<R> {
  const watch = new Watch(ports, onUpdate, options);
  watch.start();
  return { done: watch.done, stop: () => watch.stop() };
}

type TimerName = "reopen" | "settle" | "confirm" | "quiet";

class Watch<R extends Run> {
  readonly done: Promise<R>;
  #settle!: { resolve(run: R): void; reject(error: ReceptorError): void };
  #run: R | null = null;
  #ended = false;
  #live: boolean | null = null;
  #drops = 0;
  #fetching = false;
  #fetchAgain = false;
  #timers = new Map<TimerName, unknown>();
  #closeChannel = () => {};
  #stopListening = () => {};

  constructor(
    private readonly ports: WatchPorts<R>,
    private readonly onUpdate: (run: R) => void,
    private readonly options: WatchOptions,
  ) {
    this.done = new Promise((resolve, reject) => this.#settle = { resolve, reject });
    // Whoever only uses onUpdate must not get an unhandled rejection for calling stop().
    this.done.catch(() => {});
  }

  start(): void {
    const stopWaking = this.ports.onWake(() => this.#refetch());
    const stopSignOut = this.ports.onSignOut(() => this.#signedOut());
    this.#stopListening = () => {
      stopWaking();
      stopSignOut();
    };
    this.#openChannel();
    this.#refetch();
  }

  #signedOut(): void {
    this.#fail({
      code: "UNAUTHENTICATED",
      status: 401,
      message: "You are signed out. Sign in to follow the run; it goes on meanwhile.",
    });
  }

  stop(): void {
    this.#fail({ code: "STOPPED", status: 0, message: "The watch was stopped." });
  }

  #openChannel(): void {
    // A channel that was dropped may still call: each opening listens only to its own.
    let current = true;
    const close = this.ports.openChannel({
      ready: () => current && this.#ready(),
      event: (record) => current && this.#event(record),
      down: () => {
        if (!current) return;
        this.#closeChannel();
        this.#down();
      },
    });
    this.#closeChannel = () => {
      if (!current) return;
      current = false;
      close();
    };
    if (this.#ended) this.#closeChannel();
  }

  #ready(): void {
    this.#setLive(true);
    this.#refetch();
    this.#refetchAt("settle", WATCH_TIMES.settle, () => this.#drops = 0); // the channel holds
  }

  /** Refetches at some times from now on, given in ms. */
  #refetchAt(name: TimerName, times: readonly number[], done = () => {}, step = 0): void {
    if (step === times.length) return done();
    this.#later(name, times[step] - (times[step - 1] ?? 0), () => {
      this.#refetch();
      this.#refetchAt(name, times, done, step + 1);
    });
  }

  #down(): void {
    this.#cancel("settle");
    // Only what was live is waited for longer: a channel that is refused again and again puts off no refetch.
    const sooner = this.#live || !this.#timers.has("quiet");
    this.#setLive(false);
    if (sooner) this.#awaitQuiet();
    const wait = Math.min(WATCH_TIMES.reopen * 2 ** this.#drops, WATCH_TIMES.reopenMax);
    this.#drops++;
    this.#later("reopen", wait, () => this.#openChannel());
  }

  #event(record: Record<string, unknown> | null): void {
    const run = record && runOfEvent(record, this.ports.columns);
    if (run && !isTerminal(run.status)) return this.#accept(run);
    // Whoever hears of the end goes and reads what was written: it must be there by then.
    this.#refetch();
    this.#refetchAt("confirm", WATCH_TIMES.confirm);
  }

  /** One request at a time; asked for meanwhile, it is repeated, for the answer may be older. */
  async #refetch(): Promise<void> {
    if (this.#ended) return;
    if (this.#fetching) {
      this.#fetchAgain = true;
      return;
    }
    this.#fetching = true;
    do {
      this.#fetchAgain = false;
      await this.#fetchOnce();
    } while (this.#fetchAgain && !this.#ended);
    this.#fetching = false;
  }

  async #fetchOnce(): Promise<void> {
    const fetched = await this.ports.fetchRun().then(
      (run) => ({ run, error: null }),
      (error: unknown) => ({ run: null, error }),
    );
    const signedOut = isUnauthenticated(fetched.error) && !await this.ports.isSignedIn();
    if (this.#ended) return;
    if (signedOut) return this.#signedOut();
    this.#awaitQuiet();
    if (fetched.error) return; // no answer: the quiet timer asks again
    if (fetched.run) this.#accept(fetched.run);
    else {
      this.#fail({
        code: "NOT_FOUND",
        status: 404,
        message: "There is no such run, or it is not yours to see.",
      });
    }
  }

  #accept(run: R): void {
    if (this.#ended || !isNewer(run, this.#run)) return;
    this.#run = run;
    this.#awaitQuiet();
    const terminal = isTerminal(run.status);
    if (terminal) this.#end();
    try {
      this.onUpdate(run);
    } catch (error) {
      // A fault of the listener is the listener's; the run is followed to its end all the same.
      queueMicrotask(() => {
        throw error;
      });
    }
    if (terminal) this.#settle.resolve(run);
  }

  #awaitQuiet(): void {
    const ms = this.#live ? WATCH_TIMES.quiet : WATCH_TIMES.down;
    this.#later("quiet", ms, () => {
      this.#awaitQuiet();
      this.#refetch();
    });
  }

  #setLive(live: boolean): void {
    if (this.#ended || this.#live === live) return;
    this.#live = live;
    this.options.onConnection?.(live ? "live" : "down");
  }

  #later(name: TimerName, ms: number, callback: () => void): void {
    this.#cancel(name);
    if (this.#ended) return;
    this.#timers.set(
      name,
      this.ports.timers.set(() => {
        this.#timers.delete(name);
        callback();
      }, ms),
    );
  }

  #cancel(name: TimerName): void {
    if (!this.#timers.has(name)) return;
    this.ports.timers.clear(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #fail(details: { code: string; status: number; message: string }): void {
    if (this.#ended) return;
    this.#end();
    this.#settle.reject(new ReceptorError(details));
  }

  #end(): void {
    this.#ended = true;
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
    this.#stopListening();
    this.#closeChannel();
  }
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof ReceptorError && error.status === 401;
}
