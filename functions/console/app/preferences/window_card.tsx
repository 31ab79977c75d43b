// The window itself: whether it is open and until when, its rules, and how it is opened, changed, closed and opened again.

import { wholeOf } from "../ui/numbers.ts";
import { plural } from "../ui/format.ts";
import { useSignal } from "@preact/signals";
import { ReceptorError, type WindowState } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Check, Field, ReasonField, TextField } from "../ui/field.tsx";
import { overtaken, toReplace } from "../data/seen.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { endFault, endOf, localInput, localWords, momentsOf, remaining } from "./due.ts";
import type { Preferences } from "./use_preferences.ts";

/** See above. `mayEdit`: the user may change anything. `readsEarly`: nothing is kept from them while it is open. */
export function WindowCard({ context, state, mayEdit, readsEarly, preferences }: {
  context: PageContext;
  state: WindowState;
  mayEdit: boolean;
  readsEarly: boolean;
  preferences: Preferences;
}) {
  const asks = useSignal<"open" | "close" | null>(null);
  return (
    <section class="card" aria-label="Window">
      <header>
        <h2>Window</h2>
        <span class={`tag ${state.status === "open" ? "ok" : ""}`}>{state.status}</span>
      </header>
      <div class="body stack">
        <p>{statusWords(state, readsEarly)}</p>
        <p class="small quiet">{ruleWords(state)}</p>
        {mayEdit && (
          <div class="row">
            <Button
              kind={state.status === "draft" ? "primary" : undefined}
              disabled={state.finalised}
              onClick={() => asks.value = "open"}
            >
              {state.status === "draft"
                ? "Open the window…"
                : state.status === "open"
                ? "Change end and rules…"
                : "Open it again…"}
            </Button>
            {state.status === "open" && (
              <Button onClick={() => asks.value = "close"}>Close it now…</Button>
            )}
          </div>
        )}
        {state.finalised && (
          <p class="note">
            The match is{" "}
            {state.released ? "released" : "finalised"}: unfinalise it on the page Match before
            doctors are asked again.
          </p>
        )}
      </div>
      {asks.value === "open" && (
        <OpenDialog
          context={context}
          state={state}
          preferences={preferences}
          onClose={() => asks.value = null}
        />
      )}
      {asks.value === "close" && (
        <CloseDialog
          preferences={preferences}
          onClose={() => asks.value = null}
        />
      )}
    </section>
  );
}

function statusWords(
  { status, dueDate, timezone, now }: WindowState,
  readsEarly: boolean,
): string {
  if (status === "draft") return "Doctors do not see the job lines yet.";
  if (status === "closed") {
    return "Doctors can change nothing more. You can still correct wishes, withdraw doctors and match.";
  }
  const meanwhile = readsEarly
    ? "Until then you may read what they wish, since a manager gave you the right; it may still change."
    : "Until then nobody reads what they wish but the doctor, and members whom a manager gave the right; no match is made.";
  return dueDate === null
    ? `Doctors say what they want until you close it. ${meanwhile}`
    : `Doctors say what they want until ${localWords(dueDate, timezone)} (${timezone}), ${
      remaining(now, dueDate)
    } from now. ${meanwhile}`;
}

function ruleWords({ minimumLines, allowsTies, allowsNever }: WindowState): string {
  return [
    minimumLines === null
      ? "To submit, a doctor ranks a quarter of the lines they may have, at most 12."
      : `To submit, a doctor ranks at least ${plural(minimumLines, "line")}.`,
    allowsTies ? "Lines may be ranked as equals." : "Lines are ranked one after the other.",
    allowsNever
      ? "Who says never to a line is not given it."
      : "A line that a doctor says never to comes last.",
  ].join(" ");
}

/** What is typed about a window, as far as it can be read. */
function readForm(
  { due, minimum }: WindowForm,
  timezone: string,
): { faults: { due?: string; minimum?: string }; lines: number | null } {
  const lines = wholeOf(minimum);
  const isFine = minimum.trim() === "" || lines !== null && lines >= 0 && lines <= 1000;
  return {
    faults: {
      due: endFault(due, timezone),
      minimum: isFine ? undefined : "A whole number from 0 to 1000, or nothing.",
    },
    lines: isFine ? lines : null,
  };
}

/** What is typed about a window. */
interface WindowForm {
  due: string;
  minimum: string;
  ties: boolean;
  never: boolean;
}

interface OpenProps {
  context: PageContext;
  state: WindowState;
  preferences: Preferences;
  onClose: () => void;
}

/** What the form changes of a window. */
function settingsOf({ status, dueDate, minimumLines, allowsTies, allowsNever }: WindowState) {
  return { status, dueDate, minimumLines, allowsTies, allowsNever };
}

/** What stands in the form before anything is typed. */
function formBy(
  { status, dueDate, timezone, minimumLines, allowsTies, allowsNever }: WindowState,
): WindowForm {
  return {
    due: localInput(status === "closed" ? null : dueDate, timezone),
    minimum: minimumLines === null ? "" : String(minimumLines),
    ties: allowsTies,
    never: allowsNever,
  };
}

/** The form's state, and opening the window, or changing it. */
function useOpening({ context, state, preferences, onClose }: OpenProps) {
  const isReopened = state.status === "closed";
  // With what it was when that was begun: somebody else may change it before it is gone on with.
  const first = () => ({ form: formBy(state), basis: settingsOf(state) });
  const draft = useTyped(formOf(context, "window"), first);
  const reason = useTyped(formOf(context, "window.reason"), () => "");
  const { form, basis } = draft.value;
  const set = (part: Partial<typeof draft.value>) => draft.value = { ...draft.value, ...part };
  const close = () => {
    draft.value = first();
    reason.value = "";
    onClose();
  };
  const refused = useSignal<ReceptorError | null>(null);
  const isOvertaken = refused.value?.code === "CHANGED_MEANWHILE";
  const { due, ties, never } = form;
  const { faults, lines } = readForm(form, state.timezone);
  const end = (seen: typeof basis) => endOf(due, isReopened ? null : seen.dueDate, state.timezone);
  const save = async () => {
    // Whoever was told what somebody else saved replaces it by saving again.
    const seen = isOvertaken ? settingsOf(state) : basis;
    if (isOvertaken) set({ basis: seen });
    refused.value = null;
    const rules = { minimumLines: lines, allowsTies: ties, allowsNever: never };
    try {
      await preferences.open(isReopened ? reason.value : null, { ...end(seen), ...rules, seen });
      close();
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      refused.value = error;
    }
  };
  const told = refused.value;
  const isOfDue = told?.code === "DUE_DATE_PASSED";
  return {
    form,
    /** The time that is asked for is shown twice by the clocks. */
    comesTwice: momentsOf(end(basis).dueLocal ?? "", state.timezone).length > 1,
    set: (part: Partial<WindowForm>) => set({ form: { ...form, ...part } }),
    faults: { ...faults, due: faults.due ?? (isOfDue ? told.message : undefined) },
    told: isOfDue
      ? undefined
      : isOvertaken
      ? overtaken(told!, toReplace(`${statusWords(state, false)} ${ruleWords(state)}`)).message
      : told?.message,
    isReopened,
    reason,
    close,
    isReady: !(isReopened && reason.value.trim() === "") && !faults.due && !faults.minimum,
    save,
  };
}

function OpenDialog(props: OpenProps) {
  const { state, preferences } = props;
  const opening = useOpening(props);
  return (
    <Dialog
      title={opening.isReopened
        ? "Open the window again"
        : state.status === "open"
        ? "End and rules"
        : "Open the window"}
      onClose={opening.close}
      actions={
        <>
          <Button onClick={opening.close}>Cancel</Button>
          <Button
            kind="primary"
            busy={preferences.busy.value}
            disabled={!opening.isReady}
            onClick={() => opening.save()}
          >
            {state.status === "open" ? "Save" : "Open"}
          </Button>
        </>
      }
    >
      <OpeningFields opening={opening} timezone={state.timezone} />
    </Dialog>
  );
}

function OpeningFields({ opening, timezone }: {
  opening: ReturnType<typeof useOpening>;
  timezone: string;
}) {
  const { form, set, faults, told, comesTwice, isReopened, reason } = opening;
  return (
    <div class="stack">
      {told && <p class="note danger" role="alert">{told}</p>}
      <Field
        label={`Ends (${timezone})`}
        hint={[
          "From then on nothing is saved, whatever a doctor's clock says. Left empty: until you close it.",
          comesTwice &&
          "Clocks show this time twice, as they are put back: the later one is meant.",
        ].filter(Boolean).join(" ")}
        error={faults.due}
      >
        {(control) => (
          <input
            {...control}
            class="input"
            type="datetime-local"
            value={form.due}
            onInput={(event) => set({ due: event.currentTarget.value })}
          />
        )}
      </Field>
      <TextField
        label="Fewest lines of a submission"
        hint="Left empty: a quarter of the lines that a doctor may have, at most 12."
        error={faults.minimum}
        inputMode="numeric"
        value={form.minimum}
        onText={(minimum) => set({ minimum })}
      />
      <Check
        label="Lines may be ranked as equals"
        checked={form.ties}
        onChange={(ties) => set({ ties })}
      />
      <Check
        label="Never means never"
        hint="Who says never to a line is not eligible for it. Otherwise it is ranked last."
        checked={form.never}
        onChange={(never) => set({ never })}
      />
      {isReopened && <ReasonField reason={reason} required />}
    </div>
  );
}

function CloseDialog({ preferences, onClose }: { preferences: Preferences; onClose: () => void }) {
  const refused = useSignal("");
  const close = async () => {
    try {
      await preferences.close();
      onClose();
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      refused.value = error.message;
    }
  };
  return (
    <Dialog
      title="Close the window now"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={preferences.busy.value} onClick={() => close()}>
            Close it
          </Button>
        </>
      }
    >
      <p>
        Doctors can change nothing more from then on. What they typed stays, submitted or not. You
        can open it again, with a reason.
      </p>
      {refused.value && <p class="note danger" role="alert">{refused.value}</p>}
    </Dialog>
  );
}
