// The clock of an isolate (`performance.now()`), which stands while other processes have the processor. Hosted isolates need not wait
// for one, and what they take for their CPU is the time that passes while they compute. Where a dozen processes share two
// processors, nearly all of that was waiting: a run that takes 3 slices on a machine at rest took 99, each of which reads and
// writes all that the others do.

/** How long a reading of what was waited holds, in ms: it is asked of the system. */
const HOLDS_MS = 1;

/**
 * @param now the system's clock, in ms
 * @param waitedMs how long the thread has waited for a processor since it began
 * @param rate how many milliseconds it tells for one that passes
 */
export function isolateClock(
  now: () => number,
  waitedMs: () => number,
  rate: number,
): () => number {
  let readAt = -Infinity, waited = 0, told = 0;
  return () => {
    const at = now();
    if (at - readAt >= HOLDS_MS) [readAt, waited] = [at, waitedMs()];
    // Told since the last reading was what may have been waited for: it stands until that is made up.
    told = Math.max(told, rate * (at - waited));
    return told;
  };
}
