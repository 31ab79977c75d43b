// The run under way, or the last one and what came of it.

import {
  isTerminal,
  type PlannerExplanation,
  type PlannerResult,
  type PlannerRun,
} from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { Happened } from "../runs/happened.tsx";
import { Cancelled, Failed, RunCard, TimeSoFar, UnderWay } from "../runs/run_card.tsx";
import { WhoChanged } from "../runs/who_changed.tsx";
import { plannerAdvice, plannerWord, ruleName, withRuleNames } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { Fact } from "../ui/facts.tsx";
import { count, duration, percent, plural } from "../ui/format.ts";

/** What the panel offers to do. */
export interface RunActions {
  /** Cancels a run; null: the user may not. */
  cancel: ((id: string) => Promise<unknown>) | null;
  /** Sets one rule and generates again; `lines`: as many as are possible then, where those wanted are not. */
  relax(rule: string, value: unknown, lines?: number): void;
  askFor(lines: number): void;
  acceptFewer(): void;
  again(): void;
  /** Whether a new run may be asked for now. */
  mayAsk: boolean;
  rosterLink: string;
}

/** A run of the planner, and what can be done now. */
interface RunProps {
  run: PlannerRun;
  actions: RunActions;
}

/** Posts short of their minimum fill that are named. */
const MOST_SLOTS = 20;

/** Progress, or the result. */
export function RunPanel({ context, run, actions }: RunProps & { context: PageContext }) {
  const ended = isTerminal(run.status);
  return (
    <RunCard
      label="Run"
      class="generate-run"
      title={ended ? "Last run" : "Run under way"}
      run={run}
      word={plannerWord(run)}
    >
      {ended
        ? <Ended run={run} actions={actions} />
        : <Progress context={context} run={run} actions={actions} />}
      {ended && <WhoChanged context={context} run={run} />}
      <Happened context={context} about="run" id={run.id} />
    </RunCard>
  );
}

function Progress({ context, run, actions: { cancel } }: RunProps & { context: PageContext }) {
  const { progress } = run;
  return (
    <UnderWay
      run={run}
      what="run"
      connection={context.plannerConnection.value}
      cancel={cancel && (() => cancel(run.id))}
      notify={context.notify}
    >
      <Fact name="Lines">{progress ? `${progress.lines} of ${progress.linesWanted}` : "–"}</Fact>
      <Fact name="Proven gap" word="proven gap">
        {percent(progress?.gap, 2)}
      </Fact>
      <Fact name="Bound" word="bound">{rounded(progress?.bound)}</Fact>
      <Fact name="Best so far">{rounded(progress?.objective)}</Fact>
      <TimeSoFar run={run} />
      <Fact name="CPU, slices">
        {progress ? `${duration(progress.cpuMs)}, ${progress.slice}` : "–"}
      </Fact>
    </UnderWay>
  );
}

function rounded(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : count(Math.round(value));
}

function Ended({ run, actions }: RunProps) {
  switch (run.status) {
    case "COMPLETED":
      return <Completed run={run} actions={actions} />;
    case "INFEASIBLE":
      return <Infeasible run={run} actions={actions} />;
    case "FAILED":
      return (
        <Failed run={run} advice={plannerAdvice(run.error_code)}>
          <Button disabled={!actions.mayAsk} onClick={actions.again}>Generate again</Button>
        </Failed>
      );
    default:
      return (
        <Cancelled run={run} what="run">
          no line was changed, and the form is as you left it.
        </Cancelled>
      );
  }
}

function Completed({ run, actions }: RunProps) {
  const { lines, changes, minimumFill, dryRun } = run.result_metadata ?? {};
  return (
    <>
      {lines?.reason && <p class="note warn">{withRuleNames(lines.reason)}</p>}
      <ResultFacts run={run} />
      {changes && <Changes changes={changes} />}
      {minimumFill && minimumFill.missed > 0 && <MissedFills fills={minimumFill} />}
      {!dryRun && (
        <p>
          <a class="button" href={actions.rosterLink}>Open the roster</a>
        </p>
      )}
    </>
  );
}

function ResultFacts({ run }: { run: PlannerRun }) {
  const result = run.result_metadata ?? {};
  const { lines, affinity, diversity, minimumFill, unfilledPosts, cpuMs } = result;
  return (
    <dl class="facts">
      <Fact name="Lines">
        {lines ? `${lines.built} of ${lines.wanted}` : count(run.n_job_lines)}
      </Fact>
      <Fact name="Proven gap" word="proven gap">
        {percent(result.gap, 2)}
      </Fact>
      <Fact name="Affinity, mean" word="affinity">
        {affinity ? affinity.mean.toFixed(1) : "–"}
      </Fact>
      <Fact name="Terms that differ">{diversity ? diversity.meanDistance.toFixed(2) : "–"}</Fact>
      <Fact name="Minimum fills missed" word="minimum fill">
        {minimumFill ? count(minimumFill.missed) : "–"}
      </Fact>
      <Fact name="Posts left empty">{unfilledPosts ? count(unfilledPosts.total) : "–"}</Fact>
      <Fact name="Time">{tookOf(run)}</Fact>
      <Fact name="CPU, slices">
        {cpuMs ? `${duration(cpuMs.total)}, ${result.slices}` : "–"}
      </Fact>
    </dl>
  );
}

function tookOf({ started_at, finished_at }: PlannerRun): string {
  return started_at && finished_at
    ? duration(Date.parse(finished_at) - Date.parse(started_at))
    : "–";
}

function Changes({ changes }: { changes: NonNullable<PlannerResult["changes"]> }) {
  const { rotations, proven, bound, linesChanged, linesAdded, linesRemoved } = changes;
  return (
    <p>
      {plural(rotations, "rotation")} changed
      {proven ? ", proven to be the fewest" : ` (at least ${bound} must)`}:{" "}
      {plural(linesChanged, "line")} changed, {linesAdded} added, {linesRemoved} removed.
    </p>
  );
}

function MissedFills({ fills }: { fills: PlannerResult["minimumFill"] }) {
  return (
    <details>
      <summary>{plural(fills.missed, "post")} short of the minimum fill</summary>
      <ul class="small">
        {fills.slots.slice(0, MOST_SLOTS).map(({ position, term, missing }) => (
          <li key={`${position} ${term}`}>
            {position}, term {term}: {missing} missing
          </li>
        ))}
      </ul>
    </details>
  );
}

function Infeasible({ run, actions }: RunProps) {
  const explanation = run.result_metadata?.explanation;
  if (!explanation) {
    return <p class="note warn">{withRuleNames(run.error_message ?? "No such plan exists.")}</p>;
  }
  const { message, lines, bottlenecks, rules } = explanation;
  return (
    <>
      <div class="note warn stack">
        <strong>This request is proven to be impossible: {withRuleNames(message)}.</strong>
        <span>
          {plural(lines.wanted, "line")} wanted; at most {count(lines.possible)} possible,{" "}
          {count(lines.shown)} shown by a plan. No line was changed.
        </span>
      </div>
      {rules.length > 0 && (
        <p>
          Rules in conflict: {rules.map((rule, index) => (
            <span key={rule}>
              {index > 0 && ", "}
              {ruleName(rule)}
            </span>
          ))}
        </p>
      )}
      {bottlenecks.length > 1 && (
        <details>
          <summary>{plural(bottlenecks.length, "bottleneck")}</summary>
          <ul class="small">
            {bottlenecks.map(({ message }) => <li key={message}>{withRuleNames(message)}</li>)}
          </ul>
        </details>
      )}
      <h3>What would help</h3>
      <Remedies explanation={explanation} actions={actions} />
    </>
  );
}

/** What would make the request possible, each a click away. */
function Remedies({ explanation: { lines, relaxations }, actions }: {
  explanation: PlannerExplanation;
  actions: RunActions;
}) {
  const { mayAsk, relax, askFor, acceptFewer } = actions;
  const fewer = Math.max(lines.shown, 0);
  return (
    <ul class="generate-relaxations">
      {relaxations.map(({ rule, value, message, lines: possible, proven }, index) => (
        <li key={index}>
          <span class="grow">
            {withRuleNames(message)} {!proven && (
              <span class="quiet">
                (a bound, and no plan was built: it may turn out impossible as well)
              </span>
            )}
          </span>
          {proven && possible > 0 && (
            // A press leads to lines: a plan was built. What is too few for the request brings its number along.
            <Button
              compact
              disabled={!mayAsk}
              aria-label={`Apply and generate: ${withRuleNames(message)}`}
              onClick={() =>
                relax(rule, value, possible < lines.wanted ? possible : undefined)}
            >
              Apply and generate{possible < lines.wanted ? ` ${possible}` : ""}
            </Button>
          )}
        </li>
      ))}
      {fewer > 0 && fewer < lines.wanted && (
        <li>
          <span class="grow">ask for {plural(fewer, "line")} under these rules</span>
          <Button compact disabled={!mayAsk} onClick={() => askFor(fewer)}>
            Generate {fewer}
          </Button>
        </li>
      )}
      <li>
        <span class="grow">take as many lines as are possible</span>
        <Button compact disabled={!mayAsk} onClick={acceptFewer}>Accept fewer lines</Button>
      </li>
    </ul>
  );
}
