// Reads that news ask for: those that come close together are one.

/** A gatherer of reads; see above. */
export interface Gatherer {
  /** Reads in a moment, once, however often it is asked for until then. */
  soon(read: () => void): void;
  /** Nothing is read any more. */
  stop(): void;
}

/** @param pause how long is waited for more news, in ms */
export function gatherReads(pause: number): Gatherer {
  const waiting = new Map<() => void, ReturnType<typeof setTimeout>>();
  let stopped = false;
  return {
    soon(read) {
      if (stopped || waiting.has(read)) return;
      const run = () => {
        waiting.delete(read);
        read();
      };
      waiting.set(read, setTimeout(run, pause));
    },
    stop() {
      stopped = true;
      waiting.forEach((timer) => clearTimeout(timer));
    },
  };
}
