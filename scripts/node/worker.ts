// One core of a node: works one block at a time, a second at a stretch, and hands every state over, so that whatever happens to it
// nothing is lost but that second.

import { parentPort } from "node:worker_threads";
import { prepareWork, type WorkResult, type WorkState } from "../../shared/primes/work.ts";
import type { NodeClaim } from "./client.ts";

/** What a core is asked. */
export type ToCore = { claim: NodeClaim; state: unknown } | { stop: true };

/** What a core says of its block. */
export type FromCore =
  | { token: string; state: WorkState; tested: number; found: number; fraction: number }
  | { token: string; result: WorkResult }
  | { token: string; error: string };

/** Of CPU at a stretch, in ms. */
const STRETCH_MS = 1000;

/** Works a block to its end, or until `stopped`; from a state that is not one of this block it begins anew. */
export async function workBlock(
  { token, form, params, start, end, sieve_depth }: NodeClaim,
  kept: unknown,
  say: (message: FromCore) => void,
  stopped: () => boolean,
): Promise<void> {
  try {
    const block = prepareWork({
      form,
      params,
      start,
      end,
      ...(sieve_depth === null ? {} : { sieveDepth: sieve_depth }),
    });
    let state = takenUp(() => (kept ?? block.start()) as WorkState, block);
    while (!block.done(state)) {
      const until = performance.now() + STRETCH_MS;
      state = block.step(state, { remainingMs: () => until - performance.now() });
      const { tested, found, fraction } = block.progress(state);
      say({ token, state, tested, found, fraction });
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (stopped()) return;
    }
    say({ token, result: block.result(state) });
  } catch (error) {
    say({ token, error: (error as Error).message });
  }
}

/** A kept state where it can be read; else the beginning. */
function takenUp(read: () => WorkState, block: ReturnType<typeof prepareWork>): WorkState {
  try {
    const state = read();
    block.progress(state);
    return state;
  } catch {
    return block.start();
  }
}

if (parentPort) {
  const port = parentPort;
  let stop = false;
  port.on("message", (message: ToCore) => {
    if ("stop" in message) stop = true;
    else void workBlock(message.claim, message.state, (said) => port.postMessage(said), () => stop);
  });
}
