// Waiting in tests for what others do: a run, a sweep, a browser.

/** Far more than anything takes on the busiest machine; who reaches it waits for what does not come. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Waits until something holds. Never counts its tries: how many a machine needs says nothing of what is tested.
 * @param what said when it does not come, e.g. "the run ends"
 * @param ask is called again until it answers with something; may do what others would do meanwhile, as cron would
 * @param everyMs between two tries
 * @returns the answer
 * @throws Error after ten minutes
 */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  everyMs = 20,
): Promise<Exclude<T, null | undefined | false | 0>> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const answer = await ask();
    if (answer) return answer as Exclude<T, null | undefined | false | 0>;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`not within ten minutes: ${what}`);
}
