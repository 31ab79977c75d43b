// Generate: rules, number of lines and options on one side, the run and what came of it on the other.

import { useRef } from "preact/hooks";
import { createSetupClient } from "../../../../shared/client/mod.ts";
import { type Page as RestPage, readAll } from "../../../../shared/client/pages.ts";
import { useLoad } from "../data/load.ts";
import { placedApart } from "../data/posts.ts";
import type { PageContext, PageProps } from "../page.ts";
import { OverfilledNote } from "../runs/overfilled_note.tsx";
import { Refused } from "../runs/run_card.tsx";
import { isUnderWay } from "../runs/run_follow.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { date } from "../ui/format.ts";
import { Loaded, Loading } from "../ui/loaded.tsx";
import { AffinitiesNote, DraftNotes, Obstacles } from "./form_notes.tsx";
import { LossesDialog } from "./losses_dialog.tsx";
import { PreviewPanel } from "./preview_panel.tsx";
import { Consequences, RequestForm } from "./request_form.tsx";
import { RulesForm } from "./rules_form.tsx";
import { type RunActions, RunPanel } from "./run_panel.tsx";
import type { NamedPosition } from "./schema_control.tsx";
import { type Generating, type Opening, useGenerate } from "./use_generate.ts";

/** See `page.ts` for what it receives. */
export function GeneratePage({ context }: PageProps) {
  const { allocationRun, plannerRunStanding } = context;
  return (
    <div class="page">
      <div class="page-head">
        <h1>Generate job lines</h1>
        <span class="small quiet">
          {allocationRun.status}, {date(allocationRun.starts_on)} to {date(allocationRun.ends_on)}
        </span>
      </div>
      {/* What is read before it is known which run is the latest may be older than what that run wrote. */}
      {plannerRunStanding.value === null
        ? <Loading what="the form" />
        : <Opened context={context} />}
    </div>
  );
}

function Opened({ context }: PageProps) {
  // Read anew when lines changed, and when a run began or ended, here or elsewhere.
  const opening = useLoad(() => open(context), [
    context.linesVersion.value,
    context.plannerRunStanding.value,
  ]);
  return (
    <Loaded load={opening} what="the form">
      {(found) => <OpenedPage context={context} opening={found} onStale={opening.reload} />}
    </Loaded>
  );
}

type PlacedPosition = NamedPosition & { teams: { name: string; hospitals: { name: string } } };

async function open(
  { planner, supabase, allocationRun, constraints }: PageContext,
): Promise<Opening> {
  const [form, catalogue, positions, locked, progress] = await Promise.all([
    planner.restoreForm(allocationRun.id),
    constraints(),
    readAll<PlacedPosition>((from, to) =>
      supabase.from("positions").select(
        "id,name,teams(name,hospitals(name)),allocation_run_positions!inner(term)",
      ).eq("allocation_run_positions.allocation_run", allocationRun.id).order("name").order("id")
        .range(from, to) as unknown as PromiseLike<RestPage<PlacedPosition>>
    ),
    readAll<{ id: string }>((from, to) =>
      supabase.from("job_lines").select("id").eq("allocation_run", allocationRun.id)
        .eq("is_locked", true).order("id").range(from, to)
    ),
    createSetupClient(supabase).progress(allocationRun.id),
  ]);
  const named = placedApart(positions, ({ teams }) => ({
    team: teams.name,
    hospital: teams.hospitals.name,
  }));
  return { form, catalogue, positions: named, locked: locked.length, progress };
}

function OpenedPage({ context, opening, onStale }: {
  context: PageContext;
  opening: Opening;
  onStale: () => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  // The control appears with the fault first.
  const onFault = () =>
    setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
  const generating = useGenerate(context, opening, { onFault, onStale });
  const { editor, losses, decide, generate, mayCreate, closed, actions } = generating;
  const disabled = !mayCreate || closed;
  return (
    <div class="generate">
      <Form
        formRef={form}
        class="generate-form"
        noValidate
        onSend={() => {
          generate();
        }}
      >
        <Obstacles mayCreate={mayCreate} closed={closed} />
        <DraftNotes editor={editor} disabled={disabled} />
        <RequestCard
          allocationRun={context.allocationRun.id}
          generating={generating}
          opening={opening}
          disabled={disabled}
          underWay={isUnderWay(context.plannerRun.value)}
        />
        <OverfilledNote
          overfilled={opening.progress?.overfilled}
          allocationRun={context.allocationRun.id}
        />
        <AffinitiesNote progress={opening.progress} run={context.allocationRun.id} />
        <RulesCard generating={generating} opening={opening} disabled={disabled} />
      </Form>
      <Side context={context} actions={actions} />
      {losses.value && (
        <LossesDialog
          losses={losses.value}
          mode={editor.draft.value.mode}
          onYes={(reason) => decide(true, reason)}
          onClose={() => decide(false)}
        />
      )}
    </div>
  );
}

function RulesCard({ generating: { editor, faults, edit }, opening, disabled }: {
  generating: Generating;
  opening: Opening;
  disabled: boolean;
}) {
  return (
    <section class="card" aria-label="Rules">
      <header>
        <h2>Rules</h2>
        <span class="small quiet">Terms of {opening.form.termWeeks.join(" + ")} weeks</span>
      </header>
      <div class="body">
        <RulesForm
          catalogue={opening.catalogue}
          rules={editor.draft.value}
          faults={faults.value}
          positions={opening.positions}
          disabled={disabled}
          onEdit={edit}
        />
      </div>
    </section>
  );
}

/** The number of lines and the options, what they will do, and the button. */
function RequestCard({ allocationRun, generating, opening, disabled, underWay }: {
  allocationRun: string;
  generating: Generating;
  opening: Opening;
  disabled: boolean;
  underWay: boolean;
}) {
  const { editor, faults, asking, edit } = generating;
  const draft = editor.draft.value;
  const sending = asking.sending.value;
  return (
    <section class="card" aria-label="Request">
      <header>
        <h2>Request</h2>
      </header>
      <div class="body stack">
        <RequestForm
          draft={draft}
          faults={faults.value}
          fewestPosts={opening.form.fewestPosts}
          allocationRun={allocationRun}
          disabled={disabled}
          onEdit={edit}
        />
        <Consequences
          draft={draft}
          unlocked={opening.form.replacedLines}
          locked={opening.locked}
        />
        <Refused error={asking.refused.value} faults={faults.value} />
        <div class="row">
          <Button kind="primary" type="submit" disabled={disabled || underWay} busy={sending}>
            {sending ? "Asking…" : draft.dryRun ? "Start the dry run" : "Generate"}
          </Button>
          {underWay && (
            <span class="small quiet">
              A run is under way. The form can be edited meanwhile.
            </span>
          )}
        </div>
      </div>
    </section>
  );
}

/** The run and what came of it. */
function Side({ context, actions }: { context: PageContext; actions: RunActions }) {
  const run = context.plannerRun.value;
  if (!run) {
    return (
      <div class="generate-side">
        <p class="card empty">
          {context.plannerRunKnown.value
            ? "Nothing was generated for this allocation run yet."
            : "Looking for the last run…"}
        </p>
      </div>
    );
  }
  return (
    <div class="generate-side">
      <RunPanel context={context} run={run} actions={actions} />
      {run.status === "COMPLETED" && run.result_metadata?.dryRun && (
        <PreviewPanel key={run.id} context={context} run={run} />
      )}
    </div>
  );
}
