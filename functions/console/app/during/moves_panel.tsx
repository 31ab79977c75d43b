// What a dry run of the changes moves, line by line with doctors' names, and the button that writes exactly that.

import { isTerminal, type PlannerRun } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { useAsking } from "../runs/asking.ts";
import { Cancelled, Failed, Refused, RunCard, TimeSoFar, UnderWay } from "../runs/run_card.tsx";
import { WhoChanged } from "../runs/who_changed.tsx";
import { plannerAdvice, plannerWord, withRuleNames } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { date, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import {
  type Move,
  type MovedLine,
  movesOf,
  type requestOf,
  saysTheSame,
  type Year,
} from "./draft.ts";

interface SideProps {
  context: PageContext;
  year: Year;
  /** What the form says now. */
  request: ReturnType<typeof requestOf>;
  onAccepted: () => void;
}

/** The last run, where it was one of this page. */
export function RunSide(props: SideProps) {
  const run = props.context.plannerRun.value;
  if (!run || run.options.from === undefined || run.options.changes === undefined) {
    return (
      <p class="card empty">
        What moves is shown here, line by line, with the doctors whom it concerns.
      </p>
    );
  }
  const ended = isTerminal(run.status);
  return (
    <RunCard
      label="What moves"
      title={ended ? "What moves" : "Looking for the fewest changes"}
      run={run}
      word={plannerWord(run)}
    >
      {!ended
        ? (
          <UnderWay
            run={run}
            what="run"
            connection={props.context.plannerConnection.value}
            cancel={() => props.context.planner.cancel(run.id)}
            notify={props.context.notify}
          >
            <TimeSoFar run={run} />
          </UnderWay>
        )
        : <Ended key={run.id} {...props} run={run} />}
    </RunCard>
  );
}

function Ended(props: SideProps & { run: PlannerRun }) {
  const { run, context } = props;
  switch (run.status) {
    case "COMPLETED":
      return run.options.dryRun ? <Shown {...props} /> : (
        <>
          <p class="note ok">
            Written: what changed from {date(run.options.from!)} on stands in the{" "}
            <a href={hashOf("roster", context.allocationRun.id)}>roster</a>. A snapshot of what was
            there is in the <a href={hashOf("history", context.allocationRun.id)}>history</a>.
          </p>
          <WhoChanged context={context} run={run} />
        </>
      );
    case "INFEASIBLE":
      return (
        <div class="note danger stack">
          <strong>No legal rest of the year exists with these changes.</strong>
          <span>{withRuleNames(run.error_message ?? "")}</span>
          <span>Nothing was changed. Take a change away, or loosen the rule under Generate.</span>
        </div>
      );
    case "FAILED":
      return <Failed run={run} advice={plannerAdvice(run.error_code)} />;
    default:
      return <Cancelled run={run} what="run">nothing was changed.</Cancelled>;
  }
}

/** A dry run, and the way to accept it. */
function Shown(props: SideProps & { run: PlannerRun }) {
  const { context, year, request, run } = props;
  const preview = useLoad(() => context.planner.preview(run.id), []);
  const asking = useAccepting(props);
  const from = run.options.from!;
  const isAsTyped = request.faults.length > 0 ||
    saysTheSame(
      [request.nJobLines, request.options.from, request.options.changes],
      [run.n_job_lines, from, run.options.changes],
    );
  return (
    <Loaded load={preview} what="what moves">
      {(lines) => {
        const moved = movesOf(lines, year, from);
        return (
          <>
            <Sum moved={moved} run={run} />
            {moved.length > 0 && <Moves moved={moved} isFinalised={year.isFinalised} />}
            {!isAsTyped && (
              <p class="note warn small">
                The form says something else by now: show again what moves, or accept what you see
                here.
              </p>
            )}
            <Refused error={asking.refused.value} />
            <div class="row">
              <Button
                kind="primary"
                busy={asking.sending.value}
                onClick={() => asking.ask(run.id)}
              >
                Accept and write it
              </Button>
              <span class="small quiet">
                Written is exactly this, or nothing where somebody changed the year meanwhile.
              </span>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

/** Asks for the run again, to be written as it was shown. */
function useAccepting({ context, run, onAccepted }: SideProps & { run: PlannerRun }) {
  return useAsking<string>({
    send: async (asPreviewed, idempotencyKey) => {
      const { dryRun: _, ...options } = run.options;
      const { plannerRunId } = await context.planner.generate({
        allocationRun: run.allocation_run,
        nJobLines: run.n_job_lines,
        constraints: run.constraints,
        options: { ...options, asPreviewed },
        acceptLosses: true,
        reason: run.options.changes?.reason,
        idempotencyKey,
      });
      return plannerRunId;
    },
    follow: (id) => {
      context.followPlannerRun(id);
      onAccepted();
    },
    failed: () => context.findPlannerRun(),
  });
}

/** How many lines move, whom that concerns, and whether fewer rotations would do. */
function Sum({ moved, run }: { moved: MovedLine[]; run: PlannerRun }) {
  const { changes } = run.result_metadata ?? {};
  const doctors = new Set(moved.flatMap((line) => line.doctors));
  return (
    <p role="status">
      <strong>
        {moved.length === 0 ? "No rotation moves" : `${plural(moved.length, "line")} move`}
        {doctors.size > 0 && `, which concerns ${plural(doctors.size, "doctor")}`}.
      </strong>{" "}
      {changes && changes.rotations > 0 && (changes.proven
        ? "No other way to meet the rules changes fewer rotations."
        : `At least ${plural(changes.bound, "rotation has", "rotations have")} to change.`)}
    </p>
  );
}

function Moves({ moved, isFinalised }: { moved: MovedLine[]; isFinalised: boolean }) {
  return (
    <div class="table-scroll during-moves" tabIndex={0} role="region" aria-label="Lines that move">
      <table class="table">
        <caption class="visually-hidden">What moves, by line</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">{isFinalised ? "Doctor" : "Doctor, by the last match"}</th>
            <th scope="col">What moves</th>
          </tr>
        </thead>
        <tbody>
          {moved.map((line) => (
            <tr key={line.id ?? line.name}>
              <th scope="row">
                {line.name}
                {line.kind !== "moved" && <span class="tag">{line.kind}</span>}
              </th>
              <td>{line.doctors.join(", ") || <span class="quiet">nobody</span>}</td>
              <td>
                <ul class="during-terms">
                  {line.moves.map((move) => <MoveItem key={move.term} move={move} />)}
                  {line.leave && (
                    <li>
                      Leave: <del>{line.leave.before}</del> <ins>{line.leave.after}</ins>
                    </li>
                  )}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MoveItem({ move: { term, before, after } }: { move: Move }) {
  return (
    <li>
      Term {term}: {before !== null && <del>{before}</del>} <ins>{after ?? "not worked"}</ins>
    </li>
  );
}
