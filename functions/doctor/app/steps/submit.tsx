// The last step: what will be submitted, submitting, the receipt, and taking it back.

import { useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import { counted, countedAre } from "../model/counted.ts";
import { BUCKET_NAMES, BUCKETS } from "../model/lines.ts";
import { type Placed, submission, tiesWithPrevious } from "../model/ranking.ts";
import { unsubmittedMeans } from "../model/standing.ts";
import { moment } from "../model/when.ts";
import type { Wishes } from "../model/wishes.ts";
import { Countdown } from "../parts/countdown.tsx";
import { WhileOpen } from "../parts/while_open.tsx";
import type { Receipt } from "../model/wire.ts";
import { useWork } from "../work.ts";
import { neverMeans, summaryOf } from "./rank.tsx";

/** Submitting, and taking it back. */
function useSubmitting() {
  const { api, desk, choice, buckets, writeRanks } = useWork();
  const args = { p_worker_mapping: choice.value.window.workerMapping };
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const attempt = async (what: () => Promise<unknown>) => {
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
      writeRanks(submission(buckets.value));
      await desk.flush();
      await api.rpc("submit_wishes", args);
    });
  const retract = () => attempt(() => api.rpc("retract_wishes", args));
  return { fault: fault.value, busy: busy.value, submit, retract };
}

/** Summary, submit, receipt, retract. */
export function Submit() {
  const { choice, buckets, lineById, canWrite, desk, nothing } = useWork();
  const { window, receipt } = choice.value;
  const { submittedAt } = window;
  const shown = BUCKETS.map((bucket) => buckets.value.get(bucket)!);
  // Once nothing can be said any more, what counts is what was saved: neither scores nor what this device alone knows.
  const order = orderOf(
    canWrite() ? shown.slice(0, 4) : [rankedIn(shown.flat(), desk.saved.value)],
  );
  return (
    <section class="stack">
      <h1 tabIndex={-1}>
        <WhileOpen otherwise={submittedAt ? "What you submitted" : "You did not submit"}>
          Submit
        </WhileOpen>
      </h1>
      <Countdown />
      {submittedAt && (
        <div class={`note ${window.changedSinceSubmit ? "warn" : "ok"}`} role="status">
          <p>
            <strong>Submitted {moment(submittedAt)}.</strong>
          </p>
          {window.changedSinceSubmit && (
            <p>
              You changed something since. It counts as it is
              <WhileOpen otherwise=".">; submit again for a new receipt.</WhileOpen>
            </p>
          )}
        </div>
      )}
      {!submittedAt && nothing.value === null && <Unsubmitted ranked={order.length} />}
      {nothing.value === null ? <Counts /> : <p class="note">{nothing.value}</p>}
      <Deeds />
      {receipt && <ReceiptCard receipt={receipt} title={`${window.name}, ${window.orgName}`} />}
      {order.length > 0 && <h2>In this order</h2>}
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

/** What holds until somebody has submitted. @param ranked how many lines count where they cannot any more */
function Unsubmitted({ ranked }: { ranked: number }) {
  const { standing } = useWork();
  const isOpen = standing.value === "open";
  return (
    <p class={isOpen ? "small quiet" : "note warn"}>{unsubmittedMeans(standing.value, ranked)}</p>
  );
}

/** How many lines are missing until it can be submitted. */
function useMissing(): number {
  const { choice, positive } = useWork();
  return Math.max(0, choice.value.window.minimumLines - positive.value);
}

/** Lines by bucket, and whether they are enough. */
function Counts() {
  const { choice, buckets, positive, canWrite } = useWork();
  const { minimumLines, allowsNever } = choice.value.window;
  const missing = useMissing(), writable = canWrite();
  const never = buckets.value.get(-2)!;
  return (
    <>
      <dl class="facts buckets">
        {BUCKETS.map((bucket) => (
          <div key={bucket}>
            <dt>{BUCKET_NAMES[bucket]}</dt>
            <dd>{buckets.value.get(bucket)!.length}</dd>
          </div>
        ))}
      </dl>
      {writable && (
        <p class={missing > 0 ? "note warn" : ""}>
          {missing > 0
            ? `${countedAre(positive.value, "line")} neutral or better; at least ${
              countedAre(minimumLines, "line")
            } needed. Move ${missing} more up in your order.`
            : `${countedAre(positive.value, "line")} neutral or better; ${
              countedAre(minimumLines, "line")
            } needed.`}
        </p>
      )}
      {never.length > 0 && (
        <p class="note info">{never.length} in “never”. {neverMeans(allowsNever)}</p>
      )}
    </>
  );
}

function Deeds() {
  const { choice, canWrite, nothing } = useWork();
  const { submittedAt } = choice.value.window;
  const { fault, busy, submit, retract } = useSubmitting();
  const missing = useMissing();
  // What was submitted can be taken back whatever became of the lines.
  const canSubmit = canWrite() && nothing.value === null, canRetract = canWrite() && submittedAt;
  return (
    <>
      {fault && <p class="note danger" role="alert">{fault}</p>}
      {(canSubmit || canRetract) && (
        <div class="actions">
          {canSubmit && (
            <Button kind="primary" busy={busy} disabled={missing > 0} onClick={submit}>
              {submittedAt ? "Submit again" : "Submit my order"}
            </Button>
          )}
          {canRetract && <Button busy={busy} onClick={retract}>Take it back</Button>}
        </div>
      )}
      {canSubmit && (
        <p class="small quiet">
          You can change everything until the window closes, also after you submitted.
        </p>
      )}
    </>
  );
}

/** Lines that have a rank in what was saved, in its order. */
function rankedIn(list: readonly Placed[], { lines }: Wishes): Placed[] {
  return list.flatMap((each) => {
    const rank = lines.get(each.id)?.order_preference ?? null;
    return rank === null ? [] : [{ ...each, rank }];
  }).sort((a, b) => a.rank - b.rank);
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
          Submitted {moment(receipt.submitted_at)}: {counted(receipt.lines.length, "line")}{" "}
          ranked. Receipt <strong class="mono">{receipt.receipt}</strong>
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
