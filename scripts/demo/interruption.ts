// Ctrl-C and kill, as a promise to race against, so that whatever was started is also stopped.

/** The demo was told to end. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

const SIGNALS: Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Listens for signals until it is disposed of. A second signal ends the process at once, after `beforeExit`. */
export class Interruption implements Disposable {
  readonly #told = Promise.withResolvers<never>();
  #count = 0;
  readonly #listener = () => {
    if (++this.#count > 1) {
      this.beforeExit();
      Deno.exit(130);
    }
    this.#told.reject(new Interrupted());
  };

  constructor(private readonly beforeExit: () => void) {
    this.#told.promise.catch(() => {});
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#listener);
  }

  /** The work's result, or {@link Interrupted} as soon as a signal comes. */
  race<Result>(work: Promise<Result>): Promise<Result> {
    work.catch(() => {}); // whoever was interrupted does not wait for its failure
    return Promise.race([work, this.#told.promise]);
  }

  /** Waits for a signal. */
  async wait(): Promise<void> {
    await this.#told.promise.catch(() => {});
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#listener);
  }
}
