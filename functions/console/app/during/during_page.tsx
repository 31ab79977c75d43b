// During the year: what changes from a day on (who leaves, posts lost and added, lines of part of the year), what that moves,
// with doctors' names, before it is accepted; and who starts.

import { useSignal } from "@preact/signals";
import { isTerminal } from "../../../../shared/client/mod.ts";
import { todayIn } from "../data/clock.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext, PageProps } from "../page.ts";
import { useAsking } from "../runs/asking.ts";
import { NoLinesYet } from "../runs/nothing_yet.tsx";
import { Refused } from "../runs/run_card.tsx";
import { isUnderWay } from "../runs/run_follow.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Field, TextField } from "../ui/field.tsx";
import { date } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LeaversPart, PostsPart, WorksPart } from "./changes_form.tsx";
import { type Draft, emptyDraft, frozenTerms, requestOf, type Year } from "./draft.ts";
import { RunSide } from "./moves_panel.tsx";
import { readYear } from "./read.ts";
import { StarterCard } from "./starter_card.tsx";

/** See `page.ts` for what it receives. */
export function DuringPage({ context }: PageProps) {
  const run = context.plannerRun.value;
  const load = useLoad(() => readYear(context), [
    context.linesVersion.value,
    run ? isTerminal(run.status) : null,
  ]);
  return (
    <div class="page stack during-page">
      <h1>During the year</h1>
      {!context.rights.has("allocationRun.edit")
        ? (
          <p class="card empty">
            Only managers change a year that has begun. Ask one of yours for the role.
          </p>
        )
        : (
          <Loaded load={load} what="the year">
            {(year) =>
              year.lines.length === 0
                ? (
                  <NoLinesYet allocationRun={context.allocationRun.id}>
                    what changes once the year has begun is entered here.
                  </NoLinesYet>
                )
                : <Change context={context} year={year} onChanged={load.reload} />}
          </Loaded>
        )}
    </div>
  );
}

interface ChangeProps {
  context: PageContext;
  year: Year;
  onChanged: () => void;
}

/** What is typed, kept over a reload; and the request that it makes. */
function useChange({ context, year }: ChangeProps) {
  const { allocationRun, planner, plan } = context;
  const blank = () => emptyDraft(year, todayIn(plan.timezone));
  const draft = useTyped<Draft>(formOf(context, "during"), blank);
  const tried = useSignal(false);
  const request = requestOf(draft.value, year);
  const fault = (field: string) => {
    if (!tried.value) return null;
    const faults = request.faults.filter((each) => each.field === field);
    return faults.map(({ message }) => message).join("; ") || null;
  };
  const asking = useAsking<typeof request>({
    send: async ({ nJobLines, options }, idempotencyKey) =>
      (await planner.generate({
        allocationRun: allocationRun.id,
        nJobLines,
        options: { ...options, dryRun: true },
        idempotencyKey,
      })).plannerRunId,
    follow: context.followPlannerRun,
    failed: () => context.findPlannerRun(),
  });
  return {
    request,
    part: {
      year,
      draft: draft.value,
      set: (patch: Partial<Draft>) => draft.value = { ...draft.value, ...patch },
      fault,
    },
    asking,
    ask() {
      tried.value = true;
      if (request.faults.length === 0) void asking.ask(request);
    },
    startOver() {
      tried.value = false;
      draft.value = blank();
    },
  };
}

type TypedChange = ReturnType<typeof useChange>;

function Change(props: ChangeProps) {
  const change = useChange(props);
  return (
    <div class="during">
      <ChangeForm change={change} underWay={isUnderWay(props.context.plannerRun.value)} />
      <div class="during-side">
        <RunSide {...props} request={change.request} onAccepted={change.startOver} />
      </div>
      <StarterCard {...props} />
    </div>
  );
}

function ChangeForm({ change, underWay }: { change: TypedChange; underWay: boolean }) {
  const { part, asking, ask, startOver } = change;
  const { draft, set, fault } = part;
  return (
    <Form
      class="card"
      aria-labelledby="during-what"
      noValidate
      onSend={() => {
        ask();
      }}
    >
      <header>
        <h2 id="during-what">What changes from a day on</h2>
      </header>
      <div class="body stack">
        <DayField {...part} />
        <LeaversPart {...part} />
        <PostsPart {...part} />
        <WorksPart {...part} />
        <TextField
          label="New lines from that day on"
          hint="built on posts that are free then, for doctors who start"
          inputMode="numeric"
          class="number"
          value={draft.added}
          error={fault("added")}
          onText={(added) => set({ added })}
        />
        <TextField
          label="Reason"
          hint="Stands in the log, and with who leaves; may be left out."
          value={draft.reason}
          onText={(reason) => set({ reason })}
        />
        {fault("all") && <p class="note warn" role="alert">{fault("all")}</p>}
        <Refused error={asking.refused.value} />
        <div class="row">
          <Button kind="primary" type="submit" disabled={underWay} busy={asking.sending.value}>
            Show what moves
          </Button>
          <Button kind="plain" onClick={startOver}>Start over</Button>
        </div>
        <p class="small quiet">
          Nothing is written yet: you see first what moves and whom it concerns.
        </p>
      </div>
    </Form>
  );
}

function DayField({ year, draft, set, fault }: {
  year: Year;
  draft: Draft;
  set: (patch: Partial<Draft>) => void;
  fault: (field: string) => string | null;
}) {
  const frozen = frozenTerms(year, draft.from), terms = year.termWeeks.length;
  const span = (from: number, to: number) =>
    from === to ? `term ${from}` : `terms ${from} to ${to}`;
  return (
    <Field
      label="From this day on"
      hint={draft.from === "" || frozen >= terms
        ? `the year began on ${date(year.startsOn)}`
        : `${
          frozen > 0 ? `${span(1, frozen)} began before and ${frozen > 1 ? "stay" : "stays"}; ` : ""
        }${span(frozen + 1, terms)} may change`}
      error={fault("from")}
    >
      {(control) => (
        <input
          {...control}
          class="input"
          type="date"
          value={draft.from}
          min={year.startsOn}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}
