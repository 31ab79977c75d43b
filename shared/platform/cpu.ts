// How much CPU this isolate has used: the currency of a slice. The platform counts the thread's CPU from the first module
// on and ends an isolate that has used too much of it, but tells nobody how much that is. So it is estimated, from above:
// by the wall clock, of everything that computes.

/** Estimates CPU; see `cpuMeter()`. */
export interface CpuMeter {
  /** Milliseconds used so far. */
  usedMs(): number;
  /** Runs a section that never waits: it uses at most the wall time that it takes. */
  measure<T>(section: () => T): T;
  /**
   * Runs work that waits most of the time, and reads or writes what it waited for.
   * @param mostMs what it computes at most: a slow database is not taken for work
   */
  allow<T>(mostMs: number, work: () => Promise<T>): Promise<T>;
  /** Counts what was used elsewhere. */
  add(ms: number): void;
}

/** What starting and evaluating a function's modules uses at most, in ms, however long it took: twice what was measured. */
const MOST_LOADING_MS = 250;

/**
 * The meter of an isolate, made while its modules are evaluated: what that has cost counts already.
 * @param now ms since the isolate began
 */
export function isolateMeter(now: () => number = () => performance.now()): CpuMeter {
  const meter = cpuMeter(now);
  meter.add(Math.min(now(), MOST_LOADING_MS));
  return meter;
}

/** A meter that begins at 0. @param now a clock in ms */
export function cpuMeter(now: () => number = () => performance.now()): CpuMeter {
  let used = 0;
  let since: number | null = null;
  const usedMs = () => used + (since === null ? 0 : now() - since);
  return {
    usedMs,
    measure(section) {
      since = now();
      try {
        return section();
      } finally {
        used = usedMs();
        since = null;
      }
    },
    async allow(mostMs, work) {
      const began = now();
      try {
        return await work();
      } finally {
        used += Math.min(now() - began, mostMs);
      }
    },
    add(ms) {
      used += ms;
    },
  };
}
