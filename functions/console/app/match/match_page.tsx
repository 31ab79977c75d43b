// Match: run the allocator, see who got what and how good that is, and ask what other weights would change.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AllocatorRun } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext, PageProps } from "../page.ts";
import { RunFollow } from "../runs/run_follow.ts";
import { Button } from "../ui/button.tsx";
import { Check, Field } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { type Asking, useAsking } from "./asking.ts";
import { DoctorsCard } from "./doctors_card.tsx";
import {
  draftOf,
  type MatchDraft,
  MatchDraftStore,
  matchOptions,
  seedFault,
  whatIfRequest,
} from "./draft.ts";
import { type Field as Participants, type Match, readField, readLastMatch } from "./match_data.ts";
import { namesOf } from "./names.ts";
import { ResultPanel } from "./result_panel.tsx";
import { Refused, RunState, StatusTag } from "./run_state.tsx";
import { WeightFields } from "./weights.tsx";
import { underWay, WhatIfForm, WhatIfPanel } from "./what_if_panel.tsx";

type Runs = RunFollow<AllocatorRun>;

/** See `page.ts` for what it receives. */
export function MatchPage({ context }: PageProps) {
  const { supabase, allocator, allocationRun, linesVersion } = context;
  const { matches, whatIfs } = useMemo(() => ({
    matches: followed(context, true),
    whatIfs: followed(context, false),
  }), []);
  useEffect(() => () => {
    matches.stop();
    whatIfs.stop();
  }, []);
  const run = matches.run.value;
  const completed = run?.status === "COMPLETED" ? run.id : null;
  const field = useLoad(() => readField(supabase, allocationRun.id), [linesVersion.value]);
  const match = useLoad(
    () => readLastMatch(supabase, allocator, allocationRun.id),
    [completed, linesVersion.value],
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Match doctors to job lines</h1>
      </div>
      <Loaded load={field} what="doctors and lines">
        {(field) => (
          <Loaded load={match} what="the current match">
            {(match) => (
              <Workbench
                context={context}
                field={field}
                match={match}
                matches={matches}
                whatIfs={whatIfs}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </div>
  );
}

/** @param isNull whether `base_run` is null (a match) or not (a what-if) */
function followed(context: PageContext, isNull: boolean): Runs {
  const { supabase, allocator, allocationRun } = context;
  return new RunFollow<AllocatorRun>({
    supabase,
    table: "allocator_py_runs",
    allocationRun: allocationRun.id,
    only: { column: "base_run", isNull },
    watch: (id, onUpdate, options) => allocator.watch(id, onUpdate, options),
  }, (run) => announce(context, run));
}

function announce({ allocationRun: { name }, notify }: PageContext, run: AllocatorRun): void {
  const what = run.base_run ? "what-if" : "match";
  if (run.status === "COMPLETED") {
    if (run.base_run) return; // its answer is in sight
    const report = run.result?.report;
    const first = report ? `${report.choices[0] ?? 0} of ${report.workers}` : "some";
    notify({ tone: "ok", title: `${name}: matched`, message: `${first} got their first choice.` });
  } else if (run.status === "INFEASIBLE") {
    const message = run.error_message ?? undefined;
    notify({ tone: "warn", title: `${name}: this ${what} is impossible`, message });
  } else if (run.status === "FAILED") {
    const message = run.error_message ?? undefined;
    notify({ tone: "danger", title: `${name}: the ${what} failed`, message });
  } else {
    notify({ tone: "info", title: `${name}: the ${what} was cancelled` });
  }
}

function Workbench({ context, field, match, matches, whatIfs }: {
  context: PageContext;
  field: Participants;
  match: Match | null;
  matches: Runs;
  whatIfs: Runs;
}) {
  const { allocator, allocationRun, rights, userId } = context;
  const store = useMemo(() => new MatchDraftStore(userId, allocationRun.id), []);
  const draft = useSignal(store.read() ?? draftOf(match?.run.options, match?.run.is_exclusive));
  const edit = (next: MatchDraft) => {
    draft.value = next;
    store.write(next);
  };
  const asking = useAsking<MatchDraft>((asked, idempotencyKey) =>
    allocator.allocate({
      allocationRun: allocationRun.id,
      isExclusive: asked.match.isExclusive,
      options: matchOptions(asked),
      idempotencyKey,
    }), (id) => matches.follow(id));
  const whatIfAsking = useAsking<MatchDraft>((asked, idempotencyKey) =>
    allocator.whatIf({
      allocationRun: allocationRun.id,
      baseRun: match!.run.id,
      ...whatIfRequest(asked),
      idempotencyKey,
    }), (id) => whatIfs.follow(id));
  const mayRun = rights.has("allocator.create");
  const names = useMemo(() => namesOf(field), [field]);
  const run = matches.run.value;
  const whatIf = whatIfs.run.value;
  const busy = underWay(run) || underWay(whatIf);
  const { match: form, whatIf: question } = draft.value;
  return (
    <>
      {!mayRun && <p class="note">You can see the match here, but not run it.</p>}
      <div class="match">
        <div class="match-column">
          <MatchForm
            draft={form}
            field={field}
            match={match}
            disabled={!mayRun}
            busy={busy}
            asking={asking}
            onEdit={(patch) => edit({ ...draft.value, match: { ...form, ...patch } })}
            onAsk={() => void asking.ask(draft.value)}
          />
          {match && (
            <WhatIfForm
              draft={question}
              field={field}
              names={names}
              disabled={!mayRun}
              busy={busy}
              asking={whatIfAsking}
              onEdit={(patch) => edit({ ...draft.value, whatIf: { ...question, ...patch } })}
              onAsk={() => void whatIfAsking.ask(draft.value)}
            />
          )}
        </div>
        <div class="match-column">
          {run && run.status !== "COMPLETED" && (
            <section class="card" aria-label="Match run">
              <header>
                <h2 class="row">
                  {underWay(run) ? "Match under way" : "Last run"} <StatusTag run={run} />
                </h2>
                <span class="small quiet">{dateTime(run.created_at)}</span>
              </header>
              <div class="body stack">
                <RunState
                  context={context}
                  run={run}
                  connection={matches.connection.value}
                  what="match"
                />
              </div>
            </section>
          )}
          {match && whatIf && (
            <WhatIfPanel
              context={context}
              run={whatIf}
              connection={whatIfs.connection.value}
              match={match}
              onTake={() => edit({ ...draft.value, match: { ...form, ...weightsAsked(whatIf) } })}
            />
          )}
          {match ? <ResultPanel match={match} names={names} /> : (
            <p class="card empty">
              {matches.known.value
                ? "No match was completed for this allocation run yet."
                : "Looking for the last match…"}
            </p>
          )}
        </div>
      </div>
      <DoctorsCard context={context} field={field} match={match} />
    </>
  );
}

function weightsAsked({ options }: AllocatorRun) {
  const { preferencerWeight, preferencePower } = draftOf(options).match;
  return { preferencerWeight, preferencePower };
}

function MatchForm({ draft, field, match, disabled, busy, asking, onEdit, onAsk }: {
  draft: MatchDraft["match"];
  field: Participants;
  match: Match | null;
  disabled: boolean;
  busy: boolean;
  asking: Asking<MatchDraft>;
  onEdit: (patch: Partial<MatchDraft["match"]>) => void;
  onAsk: () => void;
}) {
  const places = field.lines.reduce((sum, line) => sum + line.places, 0);
  const nobody = field.doctors.length === 0 || places === 0;
  const fault = seedFault(draft.seed);
  return (
    <section class="card" aria-label="Match">
      <header>
        <h2>Match</h2>
        <span class="small quiet">
          {plural(field.doctors.length, "doctor")}, {plural(places, "place")} in{" "}
          {plural(field.lines.length, "line")}
        </span>
      </header>
      <form
        class="body stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) onAsk();
        }}
      >
        <WeightFields weights={draft} disabled={disabled} onEdit={onEdit} />
        <Check
          label="Stability"
          hint="no doctor and line may be left that would both rather have each other"
          checked={draft.stability}
          disabled={disabled}
          onChange={(stability) => onEdit({ stability })}
        />
        <Check
          label="Keep who is placed"
          hint="place only doctors who have no line from an earlier match"
          checked={draft.isExclusive}
          disabled={disabled}
          onChange={(isExclusive) => onEdit({ isExclusive })}
        />
        <details>
          <summary>More</summary>
          <div class="match-more">
            <Field label="Notation of ranks" hint="how ties were written">
              {(control) => (
                <select
                  {...control}
                  class="select"
                  value={draft.rankNotation}
                  disabled={disabled}
                  onChange={(event) =>
                    onEdit({
                      rankNotation: event.currentTarget.value as typeof draft.rankNotation,
                    })}
                >
                  <option value="dense">dense: 1, 1, 2</option>
                  <option value="competition">competition: 1, 1, 3</option>
                  <option value="fractional">fractional: 1.5, 1.5, 3</option>
                </select>
              )}
            </Field>
            <Field label="Seed" hint="decides between equally good matches" error={fault}>
              {(control) => (
                <input
                  {...control}
                  class="input number"
                  inputMode="numeric"
                  value={draft.seed}
                  disabled={disabled}
                  onInput={(event) => onEdit({ seed: event.currentTarget.value })}
                />
              )}
            </Field>
          </div>
        </details>
        {match && !draft.isExclusive && (
          <p class="note small">
            A new match takes the place of the current one; that one stays in the records.
          </p>
        )}
        {nobody && (
          <p class="note warn small">
            There is nobody to match: this allocation run has{" "}
            {plural(field.doctors.length, "doctor")} and {plural(field.lines.length, "line")}.
          </p>
        )}
        <Refused error={asking.refused.value} />
        <div class="row">
          <Button
            kind="primary"
            type="submit"
            disabled={disabled || busy || nobody}
            busy={asking.sending.value}
          >
            {asking.sending.value ? "Asking…" : "Run the match"}
          </Button>
          {busy && <span class="small quiet">A run is under way.</span>}
        </div>
      </form>
    </section>
  );
}
