// Waiting in tests for what others do: a run, a sweep, a browser.

/** Far more than anything takes on the busiest machine; who reaches it waits for what does not come. */
const PATIENCE_MS = 10 * 60_000;

/** Between two tries, unless a test says otherwise: a tenth of what has been waited, within these. */
const PAUSE_MS = { least: 20, most: 200 };

/**
 * Waits until something holds. Never counts its tries: how many a machine needs says nothing of what is tested.
 * @param what said when it does not come, e.g. "the run ends"
 * @param ask is called again until it answers with something; may do what others would do meanwhile, as cron would
 * @param everyMs between two tries, for what soon passes or is dear to ask. Default: the longer it takes the fewer, since those who
 *   work on it need the machine
 * @returns the answer
 * @throws Error after ten minutes
 */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  everyMs?: number,
): Promise<Exclude<T, null | undefined | false | 0>> {
  const started = performance.now();
  while (performance.now() < started + PATIENCE_MS) {
    const answer = await ask();
    if (answer) return answer as Exclude<T, null | undefined | false | 0>;
    const pause = everyMs ?? Math.max(PAUSE_MS.least, (performance.now() - started) / 10);
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, everyMs ?? PAUSE_MS.most)));
  }
  throw new Error(`not within ten minutes: ${what}`);
}
