// Generate: rules, number of lines and options on one side, the run and what came of it on the other.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import {
  type ConstraintCatalogue,
  isTerminal,
  type PlannerForm,
  ReceptorError,
} from "../../../../shared/client/mod.ts";
import { rows, shown } from "../data/query.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { date, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { type Draft, faultOfServer, requestOf } from "./draft.ts";
import { DraftStore } from "./draft_store.ts";
import { Editor } from "./editor.ts";
import { PreviewPanel } from "./preview_panel.tsx";
import { Consequences, RequestForm } from "./request_form.tsx";
import { RulesForm } from "./rules_form.tsx";
import { type RunActions, RunPanel } from "./run_panel.tsx";
import type { NamedPosition } from "./schema_control.tsx";
import { type Fault, offValue, type Schema, toTyped } from "./typed.ts";

/** What the page reads when it opens. */
interface Opening {
  form: PlannerForm;
  catalogue: ConstraintCatalogue;
  positions: NamedPosition[];
  locked: number;
}

/** See `page.ts` for what it receives. */
export function GeneratePage({ context }: PageProps) {
  const { allocationRun, plannerRun, linesVersion } = context;
  const run = plannerRun.value;
  // Read anew when lines changed, and when a run began or ended, here or elsewhere.
  const opening = useLoad(() => open(context), [
    linesVersion.value,
    run?.id,
    run ? isTerminal(run.status) : null,
  ]);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Generate job lines</h1>
        <span class="small quiet">
          {allocationRun.status}, {date(allocationRun.starts_on)} to {date(allocationRun.ends_on)}
        </span>
      </div>
      <Loaded load={opening} what="the form">
        {(found) => <Form context={context} opening={found} onStale={opening.reload} />}
      </Loaded>
    </div>
  );
}

let catalogue: Promise<ConstraintCatalogue> | null = null;

/** The catalogue of constraints: the same for everybody as long as the page is open, so that it is read once. */
function readCatalogue(planner: PageContext["planner"]): Promise<ConstraintCatalogue> {
  catalogue ??= planner.constraints().catch((error) => {
    catalogue = null;
    throw error;
  });
  return catalogue;
}

async function open({ planner, supabase, allocationRun }: PageContext): Promise<Opening> {
  const [form, catalogue, positions, locked] = await Promise.all([
    planner.restoreForm(allocationRun.id),
    readCatalogue(planner),
    rows<NamedPosition>(
      supabase.from("positions").select("id,name,allocation_run_positions!inner(term)")
        .eq("allocation_run_positions.allocation_run", allocationRun.id).order("name"),
    ),
    rows<{ id: string }>(
      supabase.from("job_lines").select("id").eq("allocation_run", allocationRun.id)
        .eq("is_locked", true),
    ),
  ]);
  return { form, catalogue, positions, locked: locked.length };
}

/** A request that got no answer; sent again unchanged, it must not start a second run. */
interface Unanswered {
  body: string;
  key: string;
}

function Form({ context, opening, onStale }: {
  context: PageContext;
  opening: Opening;
  onStale: () => void;
}) {
  const { planner, allocationRun, rights, plannerRun, notify } = context;
  const { catalogue } = opening;
  const editor = useMemo(
    () => new Editor(opening.form, catalogue, new DraftStore(context.userId, allocationRun.id)),
    [],
  );
  useEffect(() => () => editor.stop(), []);
  useEffect(() => editor.refresh(opening.form), [opening.form]);
  const faults = useSignal<Fault[]>([]);
  const refused = useSignal<ReceptorError | null>(null);
  const sending = useSignal(false);
  const cancelling = useSignal(false);
  const unanswered = useRef<Unanswered | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const draft = editor.draft.value;
  const run = plannerRun.value;
  const underWay = run !== null && !isTerminal(run.status);
  useSignalEffect(() => {
    if (plannerRun.value && isTerminal(plannerRun.value.status)) cancelling.value = false;
  });

  const edit = (patch: Partial<Draft>) => {
    editor.edit(patch);
    if (faults.value.length > 0) faults.value = requestOf(editor.draft.value, catalogue).faults;
  };

  const generate = async () => {
    if (sending.value) return;
    const { faults: found, ...request } = requestOf(editor.draft.value, catalogue);
    faults.value = found;
    refused.value = null;
    if (found.length > 0) {
      // The control appears with the fault first.
      setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      return;
    }
    const saveConstraints = editor.draft.value.saveRules;
    const body = JSON.stringify({ ...request, saveConstraints });
    const key = unanswered.current?.body === body ? unanswered.current.key : crypto.randomUUID();
    sending.value = true;
    try {
      const { plannerRunId } = await planner.generate({
        ...request,
        allocationRun: allocationRun.id,
        saveConstraints,
        idempotencyKey: key,
      });
      unanswered.current = null;
      if (saveConstraints) editor.stored(request.constraints);
      context.followPlannerRun(plannerRunId);
    } catch (error) {
      const failure = shown(error);
      unanswered.current = failure.status === 0 || failure.status >= 500 ? { body, key } : null;
      refused.value = failure;
      faults.value = (failure.errors ?? []).map((each) => faultOfServer(each, request.constraints));
      if (failure.plannerRunId) context.followPlannerRun(failure.plannerRunId);
      else if (unanswered.current) context.findPlannerRun();
      onStale();
    } finally {
      sending.value = false;
    }
  };

  const cancel = async () => {
    cancelling.value = true;
    try {
      await planner.cancel(run!.id);
    } catch (error) {
      cancelling.value = false;
      notify({ tone: "danger", title: "The run was not cancelled", message: shown(error).message });
    }
  };

  const editAndGenerate = (patch: Partial<Draft>) => {
    edit(patch);
    void generate();
  };
  const mayCreate = rights.has("allocationPlanner.create");
  const closed = opening.form.allocationRun.status === "closed";
  const disabled = !mayCreate || closed;
  const actions: RunActions = {
    cancel: () => void cancel(),
    cancelling: cancelling.value,
    relax: (rule, value) => {
      const schema = catalogue.rules.find(({ name }) => name === rule)!.parameter as Schema;
      const typed = toTyped(schema, value === null ? offValue(schema) : value);
      editAndGenerate({ overrides: { ...editor.draft.value.overrides, [rule]: typed } });
    },
    askFor: (lines) => editAndGenerate({ nJobLines: String(lines) }),
    acceptFewer: () => editAndGenerate({ allowPartial: true }),
    again: () => void generate(),
    mayAsk: !disabled && !underWay && !sending.value,
    rosterLink: hashOf("roster", allocationRun.id),
  };

  return (
    <div class="generate">
      <form
        ref={form}
        class="generate-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void generate();
        }}
      >
        <Obstacles mayCreate={mayCreate} closed={closed} />
        <DraftNotes editor={editor} disabled={disabled} />
        <section class="card" aria-label="Request">
          <header>
            <h2>Request</h2>
          </header>
          <div class="body stack">
            <RequestForm
              draft={draft}
              faults={faults.value}
              fewestPosts={opening.form.fewestPosts}
              disabled={disabled}
              onEdit={edit}
            />
            <Consequences
              draft={draft}
              unlocked={opening.form.replacedLines}
              locked={opening.locked}
            />
            {refused.value && <Refused error={refused.value} faults={faults.value} />}
            <div class="row">
              <Button
                kind="primary"
                type="submit"
                disabled={disabled || underWay}
                busy={sending.value}
              >
                {sending.value ? "Asking…" : draft.dryRun ? "Start the dry run" : "Generate"}
              </Button>
              {underWay && (
                <span class="small quiet">
                  A run is under way. The form can be edited meanwhile.
                </span>
              )}
            </div>
          </div>
        </section>
        <section class="card" aria-label="Rules">
          <header>
            <h2>Rules</h2>
            <span class="small quiet">
              Terms of {opening.form.termWeeks.join(" + ")} weeks
            </span>
          </header>
          <div class="body">
            <RulesForm
              catalogue={catalogue}
              rules={draft}
              faults={faults.value}
              positions={opening.positions}
              disabled={disabled}
              onEdit={edit}
            />
          </div>
        </section>
      </form>
      <div class="generate-side">
        {run
          ? <RunPanel run={run} connection={context.plannerConnection.value} actions={actions} />
          : (
            <p class="card empty">
              {context.plannerRunKnown.value
                ? "Nothing was generated for this allocation run yet."
                : "Looking for the last run…"}
            </p>
          )}
        {run?.status === "COMPLETED" && run.result_metadata?.dry_run && (
          <PreviewPanel key={run.id} context={context} run={run} />
        )}
      </div>
    </div>
  );
}

function Obstacles({ mayCreate, closed }: { mayCreate: boolean; closed: boolean }) {
  if (closed) {
    return (
      <p class="note warn">
        This allocation run is closed: its lines can no longer be replaced.
      </p>
    );
  }
  if (mayCreate) return null;
  return <p class="note">You can see how lines are generated here, but not generate them.</p>;
}

/** What the form says about what was typed and not saved. */
function DraftNotes({ editor, disabled }: { editor: Editor; disabled: boolean }) {
  const other = editor.other.value;
  if (disabled) return null;
  if (other) {
    return (
      <div class="note warn stack" role="alert">
        <span>
          This form was also changed in another tab ({dateTime(other.at)}). Both are kept until you
          choose.
        </span>
        <span class="row">
          <Button compact onClick={() => editor.takeOther()}>Take the other tab's</Button>
          <Button compact onClick={() => editor.keepMine()}>Keep this one</Button>
        </span>
      </div>
    );
  }
  if (editor.moved.value) {
    return (
      <div class="note warn stack" role="alert">
        <span>
          The saved rules of this allocation run were changed since you began to edit. What you
          typed is still here.
        </span>
        <span class="row">
          <Button compact onClick={() => editor.discard()}>Take the saved rules</Button>
          <Button compact onClick={() => editor.keepMine()}>Keep mine</Button>
        </span>
      </div>
    );
  }
  if (!editor.changed.value) return null;
  return (
    <div class="note row small">
      <span class="grow">
        {editor.kept.value
          ? "Unsaved changes, kept in this browser until you generate or discard them."
          : "Unsaved changes. This browser cannot keep them: do not close the page."}
      </span>
      <Button kind="plain" compact onClick={() => editor.discard()}>Discard changes</Button>
    </div>
  );
}

/** Why a request was not accepted. */
function Refused({ error, faults }: { error: ReceptorError; faults: Fault[] }) {
  return (
    <div class="note danger stack small" role="alert">
      <strong>{error.message}</strong>
      {faults.length > 0 && (
        <ul>
          {faults.map(({ path, message }) => <li key={path + message}>{message}</li>)}
        </ul>
      )}
      {error.code === "NETWORK" && (
        <span>
          Nothing you typed is lost. Generate again when the connection is back: it never starts a
          second run.
        </span>
      )}
    </div>
  );
}
