// How much CPU this isolate has used: the currency of a slice.

const SCHEDSTAT = "/proc/thread-self/schedstat";

/** Measures CPU; only differences of two readings, and the first reading of an isolate, mean something. */
export interface CpuMeter {
  /** Milliseconds used so far. */
  usedMs(): number;
  /** Runs a synchronous section that must be counted. */
  measure<T>(section: () => T): T;
}

/**
 * The best meter that the runtime allows.
 *
 * On Linux with a readable /proc it is the thread's own CPU time, which counts from the isolate's start, the
 * loading of modules included. Elsewhere (the hosted runtime reads no files after start-up) it is
 * the wall time of the measured sections: solving never waits, so that this is an upper bound of
 * its CPU time, and waiting for the database is not counted.
 */
export function cpuMeter(): CpuMeter {
  return threadMeter() ?? sectionMeter();
}

function threadMeter(): CpuMeter | null {
  const usedMs = () => Number(Deno.readTextFileSync(SCHEDSTAT).split(" ", 1)[0]) / 1e6;
  try {
    return Number.isFinite(usedMs()) ? { usedMs, measure: (section) => section() } : null;
  } catch {
    return null;
  }
}

/** The fallback of `cpuMeter`, by the wall clock of measured sections. */
export function sectionMeter(now: () => number = () => performance.now()): CpuMeter {
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
  };
}
