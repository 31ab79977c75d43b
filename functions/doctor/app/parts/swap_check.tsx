// What a swap would break, by the rules' own words, before it is asked for or agreed to.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Api } from "../api.ts";

/** What of a swap is checked: one that is wanted, or by its id one that was asked. */
export type Checked = { job_line: string; terms?: readonly number[] } | { swap: string };

interface Effect {
  /** Of the doctor's own line: from. */
  side: "from" | "to";
  rule: string;
  message: string;
}

interface Answer {
  doctors: number;
  breaks: Effect[];
  mends: Effect[];
}

/** Asks planner-orchestration, and says what it answers. Without an answer the swap can be asked for all the same. */
export function SwapCheck({ api, workerMapping, wish }: {
  api: Api;
  workerMapping: string;
  wish: Checked;
}) {
  const found = useSignal<Answer | null>(null);
  const fault = useSignal<ReceptorError | null>(null);
  const key = JSON.stringify(wish);
  useEffect(() => {
    let isPast = false;
    found.value = fault.value = null;
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ worker_mapping: workerMapping, ...wish }),
    };
    api.fetch("planner-orchestration/swaps/check", init)
      .then((response) => response.json())
      .then(
        (answer: Answer) => isPast || (found.value = answer),
        (error: ReceptorError) => isPast || (fault.value = error),
      );
    return () => isPast = true;
  }, [key, workerMapping]);
  return <div role="status">{<Words found={found.value} fault={fault.value} />}</div>;
}

function Words({ found, fault }: { found: Answer | null; fault: ReceptorError | null }) {
  if (fault?.status === 409) return <p class="note danger">{fault.message}</p>;
  if (fault) {
    return (
      <p class="small quiet">
        The rules could not be asked now. Your medical workforce unit sees what they say.
      </p>
    );
  }
  if (!found) return <p class="small quiet">Asking the rules…</p>;
  if (found.breaks.length === 0) return <p class="note ok">No rule stands in the way.</p>;
  return (
    <div class="note warn">
      <p>
        <strong>It would break {found.breaks.length === 1 ? "a rule" : "rules"}.</strong>{" "}
        Your medical workforce unit may set {found.breaks.length === 1 ? "it" : "them"}{" "}
        aside for a reason, or refuse the swap.
      </p>
      <ul>
        {found.breaks.map(({ side, rule, message }) => (
          <li key={`${side} ${rule} ${message}`}>
            {side === "from" ? "Your line: " : "The other line: "}
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
