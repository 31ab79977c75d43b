// The run under way, or the last one and what came of it.

import {
  isTerminal,
  type PlannerRun,
  type WatchConnection,
} from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/charts.tsx";
import { Elapsed, Fact } from "../ui/facts.tsx";
import { count, dateTime, duration, percent, plural } from "../ui/format.ts";
import { RunTag } from "../ui/run_tag.tsx";
import { adviceOn, statusWord } from "./run_words.ts";

/** What the panel offers to do. */
export interface RunActions {
  cancel(): void;
  cancelling: boolean;
  /** Sets one rule and generates again. */
  relax(rule: string, value: unknown): void;
  askFor(lines: number): void;
  acceptFewer(): void;
  again(): void;
  /** Whether a new run may be asked for now. */
  mayAsk: boolean;
  rosterLink: string;
}

/** Progress, or the result. */
export function RunPanel({ run, connection, actions }: {
  run: PlannerRun;
  connection: WatchConnection | null;
  actions: RunActions;
}) {
  return (
    <section class="card generate-run" aria-label="Run">
      <header>
        <h2 class="row">
          {isTerminal(run.status) ? "Last run" : "Run under way"}{" "}
          <RunTag status={run.status} word={statusWord(run)} />
        </h2>
        <span class="small quiet">{dateTime(run.created_at)}</span>
      </header>
      <div class="body stack">
        {isTerminal(run.status)
          ? <Ended run={run} actions={actions} />
          : <UnderWay run={run} connection={connection} actions={actions} />}
      </div>
    </section>
  );
}

function UnderWay({ run, connection, actions }: {
  run: PlannerRun;
  connection: WatchConnection | null;
  actions: RunActions;
}) {
  const { progress } = run;
  const phase = progress?.phase ?? (run.status === "PENDING" ? "Waiting for its turn" : "Starting");
  return (
    <>
      <div class="row">
        <strong class="grow" role="status">{phase}</strong>
        <Button kind="danger" busy={actions.cancelling} onClick={actions.cancel}>
          {actions.cancelling ? "Cancelling…" : "Cancel"}
        </Button>
      </div>
      <Meter label="Progress of the run" value={progress?.fraction ?? 0} />
      <dl class="facts">
        <Fact name="Lines">{progress ? `${progress.lines} of ${progress.lines_wanted}` : "–"}</Fact>
        <Fact name="Proven gap">{percent(progress?.gap, 2)}</Fact>
        <Fact name="Bound">{rounded(progress?.bound)}</Fact>
        <Fact name="Best so far">{rounded(progress?.objective)}</Fact>
        <Fact name="Time">
          <Elapsed since={run.started_at ?? run.created_at} />
        </Fact>
        <Fact name="CPU, slices">
          {progress ? `${duration(progress.cpu_ms)}, ${progress.slice}` : "–"}
        </Fact>
      </dl>
      {connection === "down" && (
        <p class="note warn small" role="status">
          No live updates at the moment: what you see is asked for every few seconds. The run itself
          goes on.
        </p>
      )}
    </>
  );
}

function rounded(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : count(Math.round(value));
}

function Ended({ run, actions }: { run: PlannerRun; actions: RunActions }) {
  switch (run.status) {
    case "COMPLETED":
      return <Completed run={run} actions={actions} />;
    case "INFEASIBLE":
      return <Infeasible run={run} actions={actions} />;
    case "FAILED":
      return (
        <div class="note danger stack">
          <strong>{run.error_message ?? "The run failed."}</strong>
          <span>{adviceOn(run.error_code)}</span>
          <span class="row">
            <Button disabled={!actions.mayAsk} onClick={actions.again}>Generate again</Button>
            <code class="quiet">{run.error_code}</code>
          </span>
        </div>
      );
    default:
      return (
        <p class="note">
          The run was cancelled{run.finished_at ? ` on ${dateTime(run.finished_at)}` : ""}. No line
          was changed, and the form is as you left it.
        </p>
      );
  }
}

function Completed({ run, actions }: { run: PlannerRun; actions: RunActions }) {
  const result = run.result_metadata ?? {};
  const { lines, changes } = result;
  const fill = result.minimum_fill;
  const took = run.started_at && run.finished_at
    ? duration(Date.parse(run.finished_at) - Date.parse(run.started_at))
    : "–";
  return (
    <>
      {lines?.reason && <p class="note warn">{lines.reason}</p>}
      <dl class="facts">
        <Fact name="Lines">
          {lines ? `${lines.built} of ${lines.wanted}` : count(run.n_job_lines)}
        </Fact>
        <Fact name="Proven gap">{percent(result.gap, 2)}</Fact>
        <Fact name="Affinity, mean">{result.affinity ? result.affinity.mean.toFixed(1) : "–"}</Fact>
        <Fact name="Terms that differ">
          {result.diversity ? result.diversity.mean_distance.toFixed(2) : "–"}
        </Fact>
        <Fact name="Minimum fills missed">{fill ? count(fill.missed) : "–"}</Fact>
        <Fact name="Posts left empty">
          {result.unfilled_posts ? count(result.unfilled_posts.total) : "–"}
        </Fact>
        <Fact name="Time">{took}</Fact>
        <Fact name="CPU, slices">
          {result.cpu_ms ? `${duration(result.cpu_ms.total)}, ${result.slices}` : "–"}
        </Fact>
      </dl>
      {changes && (
        <p>
          {plural(changes.rotations, "rotation")}{" "}
          changed{changes.proven
            ? ", proven to be the fewest"
            : ` (at least ${changes.bound} must)`}: {plural(changes.lines_changed, "line")} changed,
          {" "}
          {changes.lines_added} added, {changes.lines_removed} removed.
        </p>
      )}
      {fill && fill.missed > 0 && (
        <details>
          <summary>{plural(fill.missed, "post")} short of the minimum fill</summary>
          <ul class="small">
            {fill.slots.slice(0, 20).map((slot, index) => (
              <li key={index}>
                {slot.position}, term {slot.term}: {slot.missing} missing
              </li>
            ))}
          </ul>
        </details>
      )}
      {!result.dry_run && (
        <p>
          <a class="button" href={actions.rosterLink}>Open the roster</a>
        </p>
      )}
    </>
  );
}

function Infeasible({ run, actions }: { run: PlannerRun; actions: RunActions }) {
  const explanation = run.result_metadata?.explanation;
  if (!explanation) return <p class="note warn">{run.error_message ?? "No such plan exists."}</p>;
  const { lines, bottlenecks, rules, relaxations } = explanation;
  const fewer = Math.max(lines.shown, 0);
  return (
    <>
      <div class="note warn stack">
        <strong>This request is proven to be impossible: {explanation.message}.</strong>
        <span>
          {plural(lines.wanted, "line")} wanted; at most {count(lines.possible)} possible,{" "}
          {count(lines.shown)} shown by a plan. No line was changed.
        </span>
      </div>
      {rules.length > 0 && (
        <p>
          Rules in conflict: {rules.map((rule, index) => (
            <>
              {index > 0 && ", "}
              <code key={rule}>{rule}</code>
            </>
          ))}
        </p>
      )}
      {bottlenecks.length > 1 && (
        <details>
          <summary>{plural(bottlenecks.length, "bottleneck")}</summary>
          <ul class="small">
            {bottlenecks.map(({ message }) => <li key={message}>{message}</li>)}
          </ul>
        </details>
      )}
      <h3>What would help</h3>
      <ul class="generate-relaxations">
        {relaxations.map(({ rule, value, message, lines, proven }, index) => (
          <li key={index}>
            <span class="grow">
              {message} {!proven && <span class="quiet">(at most; not shown by a plan)</span>}
            </span>
            <Button
              compact
              disabled={!actions.mayAsk || lines === 0}
              aria-label={`Apply and generate: ${message}`}
              onClick={() => actions.relax(rule, value)}
            >
              Apply and generate
            </Button>
          </li>
        ))}
        {fewer > 0 && fewer < lines.wanted && (
          <li>
            <span class="grow">ask for {plural(fewer, "line")} under these rules</span>
            <Button compact disabled={!actions.mayAsk} onClick={() => actions.askFor(fewer)}>
              Generate {fewer}
            </Button>
          </li>
        )}
        <li>
          <span class="grow">take as many lines as are possible</span>
          <Button compact disabled={!actions.mayAsk} onClick={actions.acceptFewer}>
            Accept fewer lines
          </Button>
        </li>
      </ul>
    </>
  );
}
