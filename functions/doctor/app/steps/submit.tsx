// The last step: what will be submitted, submitting, the receipt, and taking it back.

import { useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import { BUCKET_NAMES, BUCKETS } from "../model/lines.ts";
import { type Placed, submission, tiesWithPrevious } from "../model/ranking.ts";
import { moment } from "../model/when.ts";
import { Countdown } from "../parts/countdown.tsx";
import type { Receipt } from "../wire.ts";
import { useWork } from "../work.ts";
import { neverMeans, summaryOf } from "./rank.tsx";

/** Summary, submit, receipt, retract. */
export function Submit() {
  const work = useWork();
  const { api, desk, choice, buckets, positive, lineById } = work;
  const { window, receipt } = choice.value;
  const { minimumLines, submittedAt, workerMapping, allowsNever } = window;
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const writable = work.canWrite();
  const attempt = async (what: () => Promise<void>) => {
    busy.value = true;
    fault.value = null;
    try {
      await what();
    } catch (error) {
      fault.value = (error as ReceptorError).message;
    }
    await desk.refresh();
    busy.value = false;
  };
  const submit = () =>
    attempt(async () => {
      await desk.flush();
      work.writeRanks(submission(buckets.value));
      await desk.flush();
      await api.rpc("submit_wishes", { p_worker_mapping: workerMapping });
    });
  const retract = () =>
    attempt(async () => {
      await api.rpc("retract_wishes", { p_worker_mapping: workerMapping });
    });
  const missing = Math.max(0, minimumLines - positive.value);
  const never = buckets.value.get(-2)!;
  const order = orderOf(BUCKETS.slice(0, 4).map((bucket) => buckets.value.get(bucket)!));
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Submit</h1>
      <Countdown />
      {submittedAt && (
        <div class={`note ${window.changedSinceSubmit ? "warn" : "ok"}`} role="status">
          <p>
            <strong>Submitted {moment(submittedAt)}.</strong>
          </p>
          {window.changedSinceSubmit && (
            <p>You changed something since. It counts as it is; submit again for a new receipt.</p>
          )}
        </div>
      )}
      <dl class="facts buckets">
        {BUCKETS.map((bucket) => (
          <div key={bucket}>
            <dt>{BUCKET_NAMES[bucket]}</dt>
            <dd>{buckets.value.get(bucket)!.length}</dd>
          </div>
        ))}
      </dl>
      <p class={missing > 0 ? "note warn" : ""}>
        {missing > 0
          ? `${positive.value} lines are neutral or better; at least ${minimumLines} are needed. Move ${missing} more up in your order.`
          : `${positive.value} lines are neutral or better; ${minimumLines} are needed.`}
      </p>
      {never.length > 0 && (
        <p class="note info">{never.length} in “never”. {neverMeans(allowsNever)}</p>
      )}
      {fault.value && <p class="note danger" role="alert">{fault.value}</p>}
      {writable && (
        <div class="actions">
          <Button kind="primary" busy={busy.value} disabled={missing > 0} onClick={submit}>
            {submittedAt ? "Submit again" : "Submit my order"}
          </Button>
          {submittedAt && <Button busy={busy.value} onClick={retract}>Take it back</Button>}
        </div>
      )}
      {writable && (
        <p class="small quiet">
          You can change everything until the window closes, also after you submitted.
        </p>
      )}
      {receipt && <ReceiptCard receipt={receipt} title={`${window.name}, ${window.orgName}`} />}
      <h2>In this order</h2>
      <ol class="order">
        {order.map(([place, name, id]) => (
          <li key={id} value={place}>
            <strong>{name}</strong>{" "}
            <span class="small quiet">{summaryOf(lineById.value.get(id)!)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Places over all buckets: equals have that of the first of them. */
function orderOf(
  lists: readonly (readonly Placed[])[],
): [place: number, name: string, id: string][] {
  let better = 0;
  return lists.flatMap((list) => {
    let place = 0;
    const part = list.map(({ id, name }, index): [number, string, string] => {
      if (!tiesWithPrevious(list, index)) place = better + index + 1;
      return [place, name, id];
    });
    better += list.length;
    return part;
  });
}

function ReceiptCard({ receipt, title }: { receipt: Receipt; title: string }) {
  return (
    <article class="card receipt" aria-label="Receipt">
      <div class="body stack">
        <h2>Receipt</h2>
        <p>{title}</p>
        <p>
          Submitted {moment(receipt.submitted_at)}: {receipt.lines.length} lines ranked. Receipt
          {" "}
          <strong class="mono">{receipt.receipt}</strong>
        </p>
        <ol class="order small">
          {receipt.lines.map(({ job_line, name, order_preference }) => (
            <li key={job_line} value={Math.floor(order_preference)}>{name}</li>
          ))}
        </ol>
        <Button class="no-print" onClick={() => print()}>Print</Button>
      </div>
    </article>
  );
}
