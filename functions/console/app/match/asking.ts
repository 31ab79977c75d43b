// Asking for a run: sent once, and again under the same key when no answer came.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { AllocateAnswer, ReceptorError } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";

/** State of a request. */
export interface Asking<Body> {
  sending: ReadonlySignal<boolean>;
  /** Why the last request was not accepted. */
  refused: ReadonlySignal<ReceptorError | null>;
  ask(body: Body): Promise<void>;
}

/**
 * @param send sends a request under an idempotency key
 * @param follow told of the run that was started, or that stands in the way
 */
export function useAsking<Body>(
  send: (body: Body, idempotencyKey: string) => Promise<AllocateAnswer>,
  follow: (runId: string) => void,
): Asking<Body> {
  const sending = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const unanswered = useRef<{ text: string; key: string } | null>(null);
  const ask = async (body: Body) => {
    if (sending.value) return;
    const text = JSON.stringify(body);
    const key = unanswered.current?.text === text ? unanswered.current.key : crypto.randomUUID();
    sending.value = true;
    refused.value = null;
    try {
      const { allocatorRunId } = await send(body, key);
      unanswered.current = null;
      follow(allocatorRunId);
    } catch (error) {
      const failure = shown(error);
      unanswered.current = failure.status === 0 || failure.status >= 500 ? { text, key } : null;
      refused.value = failure;
      if (failure.allocatorRunId) follow(failure.allocatorRunId);
    } finally {
      sending.value = false;
    }
  };
  return { sending, refused, ask };
}
