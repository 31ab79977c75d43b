// Calls from function to function: hosted Supabase lets one chain of them, a request and all that its functions ask of
// each other, make 5,000 calls in a minute. After edge-runtime 1.74's ext/runtime/rate_limit.rs.

/** How many calls a chain may make in a window of time. */
export interface ChainLimits {
  calls: number;
  windowMs: number;
}

/** Counts the calls of each chain, in windows that begin with a chain's first call. */
export class Chains {
  #windows = new Map<string, { calls: number; endsAt: number }>();
  #limits: ChainLimits;
  #now: () => number;

  constructor(limits: ChainLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts a call. @returns null where it is allowed, else the milliseconds until one will be */
  call(chain: string): number | null {
    const now = this.#now();
    for (const [name, { endsAt }] of this.#windows) {
      if (endsAt <= now) this.#windows.delete(name);
      else break; // they are in the order in which they end
    }
    const window = this.#windows.get(chain) ?? { calls: 0, endsAt: now + this.#limits.windowMs };
    if (window.calls >= this.#limits.calls) return Math.ceil(window.endsAt - now);
    window.calls++;
    this.#windows.set(chain, window);
    return null;
  }
}
