// The question of a what-if: other weights, and who is put to a line or kept off it.

import { useSignal } from "@preact/signals";
import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField } from "../ui/field.tsx";
import { addPin, type DraftPin, type MatchDraft } from "./draft.ts";
import { type Field as Participants, takingPart } from "./match_data.ts";
import type { Names } from "./names.ts";
import type { Workbench } from "./use_match.ts";
import { WeightFields } from "./weights.tsx";

/** See above. */
export function WhatIfForm({ workbench, field, names }: {
  workbench: Workbench;
  field: Participants;
  names: Names;
}) {
  const { draft, editWhatIf, whatIfAsking, mayRun, busy } = workbench;
  const question = draft.value.whatIf;
  return (
    <section class="card" aria-label="What if">
      <header>
        <h2>What if…</h2>
        <span class="small quiet">a dry run: nothing is written</span>
      </header>
      <form
        class="body stack"
        onSubmit={(event) => {
          event.preventDefault();
          void whatIfAsking.ask(draft.value);
        }}
      >
        <WeightFields weights={question} disabled={!mayRun} onEdit={editWhatIf} />
        <Pins
          draft={question}
          field={field}
          names={names}
          disabled={!mayRun}
          onEdit={editWhatIf}
        />
        <Refused error={whatIfAsking.refused.value} />
        <div class="row">
          <Button type="submit" disabled={!mayRun || busy} busy={whatIfAsking.sending.value}>
            {whatIfAsking.sending.value ? "Asking…" : "Show what would change"}
          </Button>
        </div>
      </form>
    </section>
  );
}

interface PinsProps {
  draft: MatchDraft["whatIf"];
  field: Participants;
  names: Names;
  disabled: boolean;
  onEdit: (patch: Partial<MatchDraft["whatIf"]>) => void;
}

function Pins(props: PinsProps) {
  const { draft: { pins }, names, disabled, onEdit } = props;
  const remove = (pin: DraftPin) => onEdit({ pins: pins.filter((other) => other !== pin) });
  return (
    <fieldset class="match-pins stack">
      <legend>Pins</legend>
      {pins.length > 0 && (
        <ul>
          {pins.map((pin) => (
            <PinItem
              key={`${pin.worker} ${pin.line}`}
              text={textOf(pin, names)}
              disabled={disabled}
              onRemove={() => remove(pin)}
            />
          ))}
        </ul>
      )}
      <NewPin {...props} />
    </fieldset>
  );
}

function textOf({ worker, line, apart }: DraftPin, names: Names): string {
  return `${names.doctor(worker)} ${apart ? "does not get" : "gets"} ${names.line(line)}`;
}

function PinItem({ text, disabled, onRemove }: {
  text: string;
  disabled: boolean;
  onRemove: () => void;
}) {
  return (
    <li>
      <span class="grow">{text}</span>
      <Button
        kind="plain"
        compact
        disabled={disabled}
        aria-label={`Remove: ${text}`}
        onClick={onRemove}
      >
        ✕
      </Button>
    </li>
  );
}

/** A pin that is being chosen. */
function NewPin({ draft, field, disabled, onEdit }: PinsProps) {
  const next = useSignal<DraftPin>({ worker: "", line: "", apart: false });
  const set = (patch: Partial<DraftPin>) => next.value = { ...next.value, ...patch };
  const { worker, line, apart } = next.value;
  const add = () => {
    onEdit({ pins: addPin(draft.pins, next.value) });
    set({ worker: "", line: "" });
  };
  return (
    <div class="match-pin">
      <SelectField
        label="Doctor"
        value={worker}
        options={[NONE, ...takingPart(field).map(({ mapping, name }): Option => [mapping, name])]}
        disabled={disabled}
        onChoose={(value) => set({ worker: value })}
      />
      <SelectField
        label="Gets or not"
        value={apart ? "apart" : "together"}
        options={[["together", "gets"], ["apart", "does not get"]]}
        disabled={disabled}
        onChoose={(value) => set({ apart: value === "apart" })}
      />
      <SelectField
        label="Line"
        value={line}
        options={[NONE, ...field.lines.map(({ id, name }): Option => [id, name])]}
        disabled={disabled}
        onChoose={(value) => set({ line: value })}
      />
      <Button compact disabled={disabled || worker === "" || line === ""} onClick={add}>
        Add pin
      </Button>
    </div>
  );
}

const NONE: Option = ["", "choose…"];
