// How long a request is waited for: a slow network is given time by what there is to carry, a silent one is not.

/** How long nothing may come before a request counts as lost, in ms. */
const SILENCE = 20_000;
/** Characters a second that the slowest network sends which is still worth waiting for. */
const SLOWEST = 500;

/** What waits; tests need no time. */
export type After = (ms: number, run: () => void) => () => void;

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Asks, and gives up where nothing moves any more: a whole answer may take as long as it keeps coming.
 * @param ask is stopped by the signal @param size of what is sent, in characters
 */
export async function patiently(
  ask: (signal: AbortSignal) => Promise<Response>,
  size: number,
  wait: After = after,
): Promise<Response> {
  const control = new AbortController();
  const silent = () => control.abort(new DOMException("Nothing came.", "TimeoutError"));
  // How much of it has left, nobody tells.
  let stop = wait(SILENCE + 1000 * size / SLOWEST, silent);
  try {
    const { body, status, statusText, headers } = await ask(control.signal);
    stop();
    if (!body) return new Response(null, { status, statusText, headers });
    stop = wait(SILENCE, silent);
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(part, out) {
        stop();
        stop = wait(SILENCE, silent);
        out.enqueue(part);
      },
      flush: () => stop(),
    });
    return new Response(body.pipeThrough(heard), { status, statusText, headers });
  } catch (failure) {
    stop();
    throw failure;
  }
}
