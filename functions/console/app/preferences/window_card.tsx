// The window itself: whether it is open and until when, its rules, and how it is opened, changed, closed and opened again.

import { useSignal } from "@preact/signals";
import { ReceptorError, type WindowState } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Check, Field, ReasonField, TextField } from "../ui/field.tsx";
import { localInput, localWords, remaining } from "./due.ts";
import type { Preferences } from "./use_preferences.ts";

/** See above. `mayEdit`: the user may change anything. */
export function WindowCard({ state, mayEdit, preferences }: {
  state: WindowState;
  mayEdit: boolean;
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
        <p>{statusWords(state)}</p>
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

function statusWords({ status, dueDate, timezone, now }: WindowState): string {
  if (status === "draft") return "Doctors do not see the job lines yet.";
  if (status === "closed") {
    return "Doctors can change nothing more. You can still correct wishes, withdraw doctors and match.";
  }
  const meanwhile = "Until then nobody but the doctor reads what they wish, and no match is made.";
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
      : `To submit, a doctor ranks at least ${minimumLines} lines.`,
    allowsTies ? "Lines may be ranked as equals." : "Lines are ranked one after the other.",
    allowsNever
      ? "Who says never to a line is not given it."
      : "A line that a doctor says never to comes last.",
  ].join(" ");
}

/** What is typed about a window, as far as it can be read. */
function readForm(
  due: string,
  minimum: string,
): { faults: { due?: string; minimum?: string }; lines: number | null } {
  const lines = minimum.trim() === "" ? null : Number(minimum);
  const isFine = lines === null || Number.isInteger(lines) && lines >= 0 && lines <= 1000;
  return {
    faults: {
      due: due !== "" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(due)
        ? "Not a date and time."
        : undefined,
      minimum: isFine ? undefined : "A whole number from 0 to 1000, or nothing.",
    },
    lines: isFine ? lines : null,
  };
}

const FIELD_OF_CODE: Record<string, "due"> = { DUE_DATE_PASSED: "due" };

function OpenDialog({ state, preferences, onClose }: {
  state: WindowState;
  preferences: Preferences;
  onClose: () => void;
}) {
  const isReopened = state.status === "closed";
  const due = useSignal(localInput(isReopened ? null : state.dueDate, state.timezone));
  const minimum = useSignal(state.minimumLines === null ? "" : String(state.minimumLines));
  const ties = useSignal(state.allowsTies);
  const never = useSignal(state.allowsNever);
  const reason = useSignal("");
  const refused = useSignal<ReceptorError | null>(null);
  const { faults, lines } = readForm(due.value, minimum.value);
  const needsReason = isReopened && reason.value.trim() === "";
  const save = async () => {
    refused.value = null;
    const end = due.value === "" ? {} : { dueLocal: due.value };
    const rules = { minimumLines: lines, allowsTies: ties.value, allowsNever: never.value };
    try {
      await preferences.open(isReopened ? reason.value : null, end, rules);
      onClose();
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      refused.value = error;
    }
  };
  const told = refused.value;
  const ofDue = told !== null && FIELD_OF_CODE[told.code] === "due";
  return (
    <Dialog
      title={isReopened
        ? "Open the window again"
        : state.status === "open"
        ? "End and rules"
        : "Open the window"}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={preferences.busy.value}
            disabled={needsReason || Boolean(faults.due ?? faults.minimum)}
            onClick={() => void save()}
          >
            {state.status === "open" ? "Save" : "Open"}
          </Button>
        </>
      }
    >
      <div class="stack">
        {told && !ofDue && <p class="note danger" role="alert">{told.message}</p>}
        <Field
          label={`Ends (${state.timezone})`}
          hint="From then on nothing is saved, whatever a doctor's clock says. Left empty: until you close it."
          error={faults.due ?? (ofDue ? told.message : null)}
        >
          {(control) => (
            <input
              {...control}
              class="input"
              type="datetime-local"
              value={due.value}
              onInput={(event) => due.value = event.currentTarget.value}
            />
          )}
        </Field>
        <TextField
          label="Fewest lines of a submission"
          hint="Left empty: a quarter of the lines that a doctor may have, at most 12."
          error={faults.minimum}
          inputMode="numeric"
          value={minimum}
          onText={(text) => minimum.value = text}
        />
        <Check
          label="Lines may be ranked as equals"
          checked={ties.value}
          onChange={(on) => ties.value = on}
        />
        <Check
          label="Never means never"
          hint="Who says never to a line is not eligible for it. Otherwise it is ranked last."
          checked={never.value}
          onChange={(on) => never.value = on}
        />
        {isReopened && <ReasonField reason={reason} required />}
      </div>
    </Dialog>
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
          <Button kind="primary" busy={preferences.busy.value} onClick={() => void close()}>
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
