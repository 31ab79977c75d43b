// Asking for what is made once: sent once, and again under the same key when no answer came.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { randomId } from "../../../../shared/client/random_id.ts";
import { useOnline } from "../data/online.ts";
import { shown } from "../data/query.ts";

/**
 * Keys for requests: a request that got no answer keeps its key, so that sending it again unchanged never starts a
 * second run, nor makes a second task.
 */
export class RequestKeys {
  #unanswered: { body: string; key: string } | null = null;

  /** The key to send a request under. @param body all that it asks for */
  keyOf(body: unknown): string {
    const text = JSON.stringify(body);
    if (this.#unanswered?.body !== text) {
      this.#unanswered = { body: text, key: randomId() };
    }
    return this.#unanswered.key;
  }

  /** @param failure why the last request was not accepted; null where it was */
  answered(failure: ReceptorError | null): void {
    if (!failure || !isLost(failure)) this.#unanswered = null;
  }

  /**
   * Sends a request under its key.
   * @param body all that it asks for
   * @returns what `send` does; its failures are thrown
   */
  async send<Answer>(body: unknown, send: (key: string) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await send(this.keyOf(body));
      this.answered(null);
      return answer;
    } catch (error) {
      this.answered(shown(error));
      throw error;
    }
  }
}

/** Keys of the requests of a part of a page. */
export function useRequestKeys(): RequestKeys {
  return useMemo(() => new RequestKeys(), []);
}

/** Whether nobody knows what became of a request: its answer was lost, or the server broke down over it. */
export function isLost({ status }: ReceptorError): boolean {
  return status === 0 || status >= 500;
}

/** State of a request. */
export interface Asking<Body> {
  sending: ReadonlySignal<boolean>;
  /** Why the last request was not accepted. */
  refused: ReadonlySignal<ReceptorError | null>;
  /** Sends the request; does nothing while one is on its way. */
  ask(body: Body): Promise<void>;
  /** Forgets why the last request was not accepted. */
  dismiss(): void;
}

/** What asking needs. */
export interface Request<Body> {
  /** Sends a request under an idempotency key. @returns id of the run that it started */
  send(body: Body, idempotencyKey: string): Promise<string>;
  /** Told of the run that was started, or that stands in the way. */
  follow(runId: string): void;
  /** Told of a failure, before the run that stands in the way is followed. */
  failed?(failure: ReceptorError, body: Body): void;
}

/** A request for runs, as a part of a page. */
export function useAsking<Body>({ send, follow, failed }: Request<Body>): Asking<Body> {
  const sending = useSignal(false);
  const refused = useSignal<ReceptorError | null>(null);
  const keys = useRequestKeys();
  const ask = async (body: Body) => {
    if (sending.value) return;
    sending.value = true;
    refused.value = null;
    try {
      follow(await keys.send(body, (key) => send(body, key)));
    } catch (error) {
      const failure = shown(error);
      refused.value = failure;
      failed?.(failure, body);
      const inTheWay = failure.plannerRunId ?? failure.allocatorRunId;
      if (inTheWay) follow(inTheWay);
    } finally {
      sending.value = false;
    }
  };
  const dismiss = () => void (refused.value = null);
  useOnline(() => {
    if (refused.value?.lost) dismiss();
  });
  return { sending, refused, ask, dismiss };
}
