// A match or what-if under way, or how it ended where there is no matching to show.

import {
  type AllocatorRun,
  isTerminal,
  type WatchConnection,
} from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { Cancelled, Failed, TimeSoFar, UnderWay } from "../runs/run_card.tsx";
import type { Names } from "./names.ts";
import { matchAdvice } from "../runs/words.ts";
import { Fact } from "../ui/facts.tsx";
import { count, percent } from "../ui/format.ts";

interface RunStateProps {
  context: PageContext;
  run: AllocatorRun;
  names: Names;
  connection: WatchConnection | null;
  /** In "The match was cancelled". */
  what: string;
}

/** Progress with a way to cancel, a conflict, a failure; nothing for a run that is COMPLETED. */
export function RunState(props: RunStateProps) {
  const { run, names, what } = props;
  if (!isTerminal(run.status)) return <Progress {...props} />;
  switch (run.status) {
    case "INFEASIBLE":
      return <Infeasible run={run} names={names} />;
    case "FAILED":
      return <Failed run={run} said={names.told} advice={matchAdvice(run.error_code)} />;
    case "CANCELLED":
      return <Cancelled run={run} what={what}>nothing was changed.</Cancelled>;
    default:
      return null;
  }
}

function Progress({ context, run, connection, what }: RunStateProps) {
  const { allocator, notify, rights } = context;
  const { progress } = run;
  return (
    <UnderWay
      run={run}
      what={what}
      connection={connection}
      cancel={rights.has("allocator.create") ? () => allocator.cancel(run.id) : null}
      notify={notify}
    >
      <Fact name="Doctors placed">
        {progress ? `${count(progress.matched)} of ${count(progress.workers)}` : "–"}
      </Fact>
      <Fact name="Proven gap" word="proven gap">{percent(progress?.gap, 2)}</Fact>
      <TimeSoFar run={run} />
    </UnderWay>
  );
}

function Infeasible({ run, names }: { run: AllocatorRun; names: Names }) {
  const explanation = run.result?.explanation;
  return (
    <div class="note warn stack">
      <strong>
        No such match exists: {names.told(explanation?.message ?? run.error_message ?? "")}
      </strong>
      {explanation && explanation.relaxations.length > 0 && (
        <>
          <span>Any one of these would help:</span>
          <ul>
            {explanation.relaxations.map(({ change }) => (
              <li key={change}>{names.told(change)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
