// The cards of a run of either engine: its head, work under way, and the ends at which there is nothing to show.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import {
  type FieldError,
  nameDoctors,
  type ReceptorError,
  type Run,
  type WatchConnection,
} from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/charts.tsx";
import { Elapsed, Fact } from "../ui/facts.tsx";
import { dateTime } from "../ui/format.ts";
import type { Notification } from "../ui/notices.ts";
import { RunTag } from "../ui/run_tag.tsx";
import { withRuleNames } from "./words.ts";

/** A run as its cards need it. */
export interface CardRun extends Run {
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  progress: { phase: string; fraction: number } | null;
  error_code: string | null;
  error_message: string | null;
}

/** A card with the run's state in its head. */
export function RunCard({ label, title, run, word, class: name = "", children }: {
  label: string;
  title: string;
  run: CardRun;
  /** The state in a word. */
  word: string;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`card ${name}`} aria-label={label}>
      <header>
        <h2 class="row">
          {title} <RunTag status={run.status} word={word} />
        </h2>
        <span class="small quiet">{dateTime(run.created_at)}</span>
      </header>
      <div class="body stack">{children}</div>
    </section>
  );
}

/** Props of {@link UnderWay}. */
export interface UnderWayProps {
  run: CardRun;
  /** In "The match was not cancelled". */
  what: string;
  connection: WatchConnection | null;
  /** Cancels the run; null: the user may not. */
  cancel: (() => Promise<unknown>) | null;
  notify: (notification: Notification) => void;
  /** The run's facts. */
  children: ComponentChildren;
}

/** Progress, with a way to cancel. */
export function UnderWay({ run, what, connection, cancel, notify, children }: UnderWayProps) {
  const { progress } = run;
  const phase = progress?.phase ?? (run.status === "PENDING" ? "Waiting for its turn" : "Starting");
  return (
    <>
      <div class="row">
        <strong class="grow" role="status">{phase}</strong>
        {cancel && <Cancel key={run.id} what={what} cancel={cancel} notify={notify} />}
      </div>
      <Meter label={`Progress of the ${what}`} value={progress?.fraction ?? 0} />
      <dl class="facts">{children}</dl>
      {connection === "down" && (
        <p class="note warn small" role="status">
          No live updates at the moment: what you see is asked for every few seconds. The run itself
          goes on.
        </p>
      )}
    </>
  );
}

/** The fact how long a run has taken so far. */
export function TimeSoFar({ run }: { run: CardRun }) {
  return (
    <Fact name="Time">
      <Elapsed since={run.started_at ?? run.created_at} />
    </Fact>
  );
}

function Cancel({ what, cancel, notify }: {
  what: string;
  cancel: () => Promise<unknown>;
  notify: (notification: Notification) => void;
}) {
  const busy = useSignal(false);
  const press = async () => {
    busy.value = true;
    try {
      await cancel();
    } catch (error) {
      busy.value = false;
      const { message } = shown(error);
      notify({ tone: "danger", title: `The ${what} was not cancelled`, message });
    }
  };
  return (
    <Button kind="danger" busy={busy.value} onClick={() => press()}>
      {busy.value ? "Cancelling…" : "Cancel"}
    </Button>
  );
}

/**
 * A failure, and what to do about it.
 * @param said puts names into what the run says
 * @param children a way to try again
 */
export function Failed({ run, advice, said = nameDoctors, children }: {
  run: CardRun;
  said?: (sentence: string) => string;
  advice: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="note danger stack">
      <strong>{withRuleNames(said(run.error_message ?? "The run failed."))}</strong>
      <span>{advice}</span>
      <span class="row">
        {children}
        <code class="quiet small">{run.error_code}</code>
      </span>
    </div>
  );
}

/** A run that was cancelled. @param children what did not change, with its full stop */
export function Cancelled({ run, what, children }: {
  run: CardRun;
  what: string;
  children: ComponentChildren;
}) {
  return (
    <p class="note">
      The {what} was cancelled{run.finished_at ? ` on ${dateTime(run.finished_at)}` : ""};{" "}
      {children}
    </p>
  );
}

/** Why a request was not accepted. @param faults by default those of the error */
export function Refused({ error, faults = error?.errors ?? [] }: {
  error: ReceptorError | null;
  faults?: Pick<FieldError, "path" | "message">[];
}) {
  if (!error) return null;
  // Paths are for programs: what is wrong is listed in words below.
  const isTold = faults.some(({ path }) => path !== "" && error.message.includes(path));
  return (
    <div class="note danger stack small" role="alert">
      <strong>{isTold ? "This cannot be taken as it is:" : error.message}</strong>
      {faults.length > 0 && (
        <ul>{faults.map(({ path, message }) => <li key={path + message}>{message}</li>)}</ul>
      )}
      {error.code === "NETWORK" && (
        <span>
          Nothing you set is lost. Ask again when the connection is back: it never starts a second
          run.
        </span>
      )}
    </div>
  );
}
