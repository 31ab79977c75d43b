// Match: run the allocator, see who got what and how good that is, and ask what other weights would change.

import { useMemo } from "preact/hooks";
import {
  type AgreedLink,
  createWindowClient,
  type MatchReadiness,
  type ResultRow,
} from "../../../../shared/client/mod.ts";
import { type Load, useLoad } from "../data/load.ts";
import type { PageContext, PageProps } from "../page.ts";
import { Happened } from "../runs/happened.tsx";
import { RunCard } from "../runs/run_card.tsx";
import { isUnderWay } from "../runs/run_follow.ts";
import { matchWord } from "../runs/words.ts";
import { Loaded } from "../ui/loaded.tsx";
import { DoctorsCard } from "./doctors_card.tsx";
import { type Field as Participants, type Match, readField, readLastMatch } from "./match_data.ts";
import { EarlierMatches } from "./earlier_matches.tsx";
import { MatchForm } from "./match_form.tsx";
import { type Names, namesOf } from "./names.ts";
import { PublishedCard } from "./published_card.tsx";
import { ResultPanel } from "./result_panel.tsx";
import { RunState } from "./run_state.tsx";
import { type MatchRuns, useMatchRuns, useWorkbench, type Workbench } from "./use_match.ts";
import { WhatIfForm } from "./what_if_form.tsx";
import { WhatIfPanel } from "./what_if_panel.tsx";

/** See `page.ts` for what it receives. */
export function MatchPage({ context }: PageProps) {
  const { supabase, allocator, allocationRun, linesVersion } = context;
  const runs = useMatchRuns(context);
  const run = runs.matches.run.value;
  const completed = run?.status === "COMPLETED" ? run.id : null;
  const field = useLoad(() => readField(supabase, context.org.id, allocationRun.id), [
    linesVersion.value,
  ]);
  const match = useLoad(
    () => readLastMatch(supabase, allocator, allocationRun.id),
    [completed, linesVersion.value],
  );
  const results = useLoad(() => allocator.results(allocationRun.id), [linesVersion.value]);
  const readiness = useLoad(
    () => allocator.readiness(allocationRun.id),
    [completed, linesVersion.value],
  );
  const agreed = useLoad(() => createWindowClient(supabase).agreedLinks(allocationRun.id), [
    linesVersion.value,
  ]);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Match doctors to job lines</h1>
      </div>
      <Loaded load={field} what="doctors and lines">
        {(field) => (
          <Loaded load={match} what="the current match">
            {(match) => (
              <Desk
                context={context}
                field={field}
                match={match}
                runs={runs}
                results={results}
                readiness={readiness.value.value ?? null}
                agreed={agreed.value.value ?? []}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </div>
  );
}

interface DeskProps {
  context: PageContext;
  field: Participants;
  match: Match | null;
  runs: MatchRuns;
  results: Load<ResultRow[]>;
  readiness: MatchReadiness | null;
  agreed: readonly AgreedLink[];
}

/** Forms on one side, the runs and the match on the other, the doctors below. */
function Desk(props: DeskProps) {
  const { context, field, match, runs, readiness, agreed } = props;
  const workbench = useWorkbench(context, runs, field, match);
  const names = useMemo(() => namesOf(field), [field]);
  return (
    <>
      {!workbench.mayRun && <p class="note">You can see the match here, but not run it.</p>}
      <div class="match">
        <div class="match-column">
          <MatchForm
            allocationRun={context.allocationRun.id}
            {...{ workbench, field, match, names, readiness, agreed }}
          />
          {match && <WhatIfForm workbench={workbench} field={field} names={names} />}
        </div>
        <div class="match-column">
          <Outcome {...props} names={names} takeWeights={workbench.takeWeights} />
        </div>
      </div>
      <DoctorsCard
        context={context}
        field={field}
        match={match}
        results={props.results.value.value ?? []}
      />
    </>
  );
}

/** The runs, the match, the result and what was matched before. */
function Outcome({ context, field, match, runs, results, names, takeWeights }: DeskProps & {
  names: Names;
  takeWeights: Workbench["takeWeights"];
}) {
  const whatIf = runs.whatIfs.run.value;
  return (
    <>
      <MatchRunCard context={context} runs={runs} names={names} />
      {match && whatIf && (
        <WhatIfPanel
          context={context}
          run={whatIf}
          connection={runs.whatIfs.connection.value}
          match={match}
          names={names}
          onTake={() => takeWeights(whatIf)}
        />
      )}
      {match
        ? <ResultPanel context={context} match={match} names={names} />
        : (
          <p class="card empty">
            {runs.matches.known.value
              ? "No match was completed for this allocation run yet."
              : "Looking for the last match…"}
          </p>
        )}
      <PublishedCard {...{ context, field, match, names, results }} />
      {match && (
        <EarlierMatches
          context={context}
          match={match}
          names={names}
          mayFinalise={results.value.value?.length === 0 &&
            context.rights.has("allocationRun.edit")}
          done={results.reload}
        />
      )}
    </>
  );
}

/** The latest match, where it has not ended well: then its result is what is shown. */
function MatchRunCard({ context, runs: { matches }, names }: {
  context: PageContext;
  runs: MatchRuns;
  names: Names;
}) {
  const run = matches.run.value;
  if (!run || run.status === "COMPLETED") return null;
  return (
    <RunCard
      label="Match run"
      title={isUnderWay(run) ? "Match under way" : "Last run"}
      run={run}
      word={matchWord(run)}
    >
      <RunState
        context={context}
        run={run}
        names={names}
        connection={matches.connection.value}
        what="match"
      />
      <Happened context={context} about="run" id={run.id} />
    </RunCard>
  );
}
