// One core of a node: works one block at a time, a second at a stretch, and hands every state over, so that whatever happens to it
// nothing is lost but that second.

import { parentPort } from "node:worker_threads";
import {
  type CheckpointFormat,
  readCheckpoint,
  writeCheckpoint,
} from "../../shared/engine/checkpoint.ts";
import type { SliceBudget } from "../../shared/engine/units.ts";
import { type Opinions, SecondOpinion } from "../../shared/primes/nodes/second.ts";
import { prepareWork, type WorkResult } from "../../shared/primes/work.ts";
import type { NodeCheck, NodeClaim } from "./client.ts";

/** What a core is asked; `state` in its envelope, whoever kept it. */
export type ToCore = { claim: NodeClaim | NodeCheck; state: unknown } | { stop: true };

/** What a core says of its block, or of the candidates that it was asked about; `state` in its envelope. */
export type FromCore =
  | { token: string; state: unknown; tested: number; found: number; fraction: number }
  | { token: string; result: WorkResult }
  | { token: string; opinions: Opinions }
  | { token: string; error: string };

/** Of CPU at a stretch, in ms. */
const STRETCH_MS = 1000;

/**
 * Works a block, or a second opinion, to its end, or until `stopped`; from a state that is not whole, or that another version
 * of the program kept, it begins anew.
 */
async function workBlock(
  claim: NodeClaim | NodeCheck,
  kept: unknown,
  say: (message: FromCore) => void,
  stopped: () => boolean,
): Promise<void> {
  const { token } = claim;
  try {
    if ("candidates" in claim) {
      const second = new SecondOpinion(claim);
      const opinions = await workOut(second, token, kept, say, stopped);
      if (opinions) say({ token, opinions });
      return;
    }
    const { form, params, start, end, sieve_depth } = claim;
    const sieve = sieve_depth === null ? {} : { sieveDepth: sieve_depth };
    const block = prepareWork({ form, params, start, end, ...sieve });
    const result = await workOut(block, token, kept, say, stopped);
    if (result) say({ token, result });
  } catch (error) {
    say({ token, error: (error as Error).message });
  }
}

/** What is worked in stretches. */
interface Stretched<State, Result> {
  readonly format: CheckpointFormat;
  start(): State;
  step(state: State, budget: SliceBudget): State;
  done(state: State): boolean;
  progress(state: State): { tested: number; found: number; fraction: number };
  result(state: State): Result;
}

/** Null where it was stopped. */
async function workOut<State, Result>(
  work: Stretched<State, Result>,
  token: string,
  kept: unknown,
  say: (message: FromCore) => void,
  stopped: () => boolean,
): Promise<Result | null> {
  const read = readCheckpoint<State>(work.format, kept);
  let state = read.understood ? read.state : work.start();
  while (!work.done(state)) {
    const until = performance.now() + STRETCH_MS;
    state = work.step(state, { remainingMs: () => until - performance.now() });
    const { tested, found, fraction } = work.progress(state);
    say({ token, state: writeCheckpoint(work.format, state), tested, found, fraction });
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (stopped()) return null;
  }
  return work.result(state);
}

if (parentPort) {
  const port = parentPort;
  let stop = false;
  port.on("message", (message: ToCore) => {
    if ("stop" in message) stop = true;
    else void workBlock(message.claim, message.state, (said) => port.postMessage(said), () => stop);
  });
}
