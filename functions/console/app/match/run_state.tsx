// A match or what-if under way, or how it ended where there is no matching to show.

import { useSignal } from "@preact/signals";
import {
  type AllocatorRun,
  isTerminal,
  type ReceptorError,
  type WatchConnection,
} from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/charts.tsx";
import { Elapsed, Fact } from "../ui/facts.tsx";
import { count, dateTime, percent } from "../ui/format.ts";
import { RunTag } from "../ui/run_tag.tsx";
import { adviceOn, statusWord } from "./words.ts";

/** The state as a tag. */
export function StatusTag({ run }: { run: AllocatorRun }) {
  return <RunTag status={run.status} word={statusWord(run)} />;
}

/** Progress with a way to cancel, a conflict, a failure; nothing for a run that is COMPLETED. */
export function RunState({ context, run, connection, what }: {
  context: PageContext;
  run: AllocatorRun;
  connection: WatchConnection | null;
  /** In "The match was cancelled". */
  what: string;
}) {
  if (!isTerminal(run.status)) {
    return <UnderWay context={context} run={run} connection={connection} what={what} />;
  }
  switch (run.status) {
    case "INFEASIBLE":
      return <Infeasible run={run} />;
    case "FAILED":
      return (
        <div class="note danger stack">
          <strong>{run.error_message}</strong>
          <span>{adviceOn(run.error_code)}</span>
          <code class="quiet small">{run.error_code}</code>
        </div>
      );
    case "CANCELLED":
      return (
        <p class="note">
          The {what}{" "}
          was cancelled{run.finished_at ? ` on ${dateTime(run.finished_at)}` : ""}; nothing was
          changed.
        </p>
      );
    default:
      return null;
  }
}

function UnderWay({ context, run, connection, what }: {
  context: PageContext;
  run: AllocatorRun;
  connection: WatchConnection | null;
  what: string;
}) {
  const { allocator, notify, rights } = context;
  const cancelling = useSignal(false);
  const cancel = async () => {
    cancelling.value = true;
    try {
      await allocator.cancel(run.id);
    } catch (error) {
      cancelling.value = false;
      const { message } = shown(error);
      notify({ tone: "danger", title: `The ${what} was not cancelled`, message });
    }
  };
  const { progress } = run;
  const phase = progress?.phase ?? (run.status === "PENDING" ? "Waiting for its turn" : "Starting");
  return (
    <div class="stack" data-under-way={what}>
      <div class="row">
        <strong class="grow" role="status">{phase}</strong>
        {rights.has("allocator.create") && (
          <Button
            kind="danger"
            busy={cancelling.value}
            onClick={() => void cancel()}
          >
            {cancelling.value ? "Cancelling…" : "Cancel"}
          </Button>
        )}
      </div>
      <Meter label={`Progress of the ${what}`} value={progress?.fraction ?? 0} />
      <dl class="facts">
        <Fact name="Doctors placed">
          {progress ? `${count(progress.matched)} of ${count(progress.workers)}` : "–"}
        </Fact>
        <Fact name="Proven gap">{percent(progress?.gap, 2)}</Fact>
        <Fact name="Time">
          <Elapsed since={run.started_at ?? run.created_at} />
        </Fact>
      </dl>
      {connection === "down" && (
        <p class="note warn small" role="status">
          No live updates at the moment: what you see is asked for every few seconds. The work
          itself goes on.
        </p>
      )}
    </div>
  );
}

function Infeasible({ run }: { run: AllocatorRun }) {
  const explanation = run.result?.explanation;
  return (
    <div class="note warn stack">
      <strong>No such match exists: {explanation?.message ?? run.error_message}</strong>
      {explanation && explanation.relaxations.length > 0 && (
        <>
          <span>Any one of these would help:</span>
          <ul>
            {explanation.relaxations.map(({ change }) => <li key={change}>{change}</li>)}
          </ul>
        </>
      )}
    </div>
  );
}

/** Why a request was not accepted. */
export function Refused({ error }: { error: ReceptorError | null }) {
  if (!error) return null;
  return (
    <div class="note danger stack small" role="alert">
      <strong>{error.message}</strong>
      {error.errors && (
        <ul>{error.errors.map(({ path, message }) => <li key={path}>{message}</li>)}</ul>
      )}
      {error.code === "NETWORK" && (
        <span>
          What you set is kept. Ask again when the connection is back: it never starts a second run.
        </span>
      )}
    </div>
  );
}
