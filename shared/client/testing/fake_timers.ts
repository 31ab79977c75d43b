// Timers that a test moves on by hand.

import type { WatchTimers } from "../watch.ts";

/** Timers on a clock of their own that stands still until `pass()`. */
export class FakeTimers implements WatchTimers {
  #now = 0;
  #next = 1;
  #timers = new Map<number, { at: number; callback: () => void }>();

  set(callback: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  }

  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass: runs what is due, in order, with the promises that it settles. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    while (true) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end)
        .sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].callback();
      await settled();
    }
    this.#now = end;
  }
}

/** Lets every promise settle that needs no I/O: a macrotask runs after all microtasks. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
