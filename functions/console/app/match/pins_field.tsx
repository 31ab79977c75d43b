// Doctors who are put to a line or kept off it: what is set, and one more.

import { useSignal } from "@preact/signals";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField, TextField } from "../ui/field.tsx";
import { addPin, type DraftPin } from "./draft.ts";
import { type Field as Participants, takingPart } from "./match_data.ts";
import type { Names } from "./names.ts";

/** What is set, and how it is changed. */
export interface PinsProps {
  legend: string;
  /** Whether each needs a reason. */
  reasoned?: boolean;
  pins: DraftPin[];
  field: Participants;
  names: Names;
  disabled: boolean;
  onEdit: (pins: DraftPin[]) => void;
}

/** See above. */
export function PinsField(props: PinsProps) {
  const { legend, pins, names, disabled, onEdit } = props;
  return (
    <fieldset class="match-pins stack">
      <legend>{legend}</legend>
      {pins.length > 0 && (
        <ul>
          {pins.map((pin) => (
            <Item
              key={`${pin.worker} ${pin.line}`}
              text={textOf(pin, names)}
              disabled={disabled}
              onRemove={() => onEdit(pins.filter((other) => other !== pin))}
            />
          ))}
        </ul>
      )}
      <NewPin {...props} />
    </fieldset>
  );
}

function textOf({ worker, line, apart, reason }: DraftPin, names: Names): string {
  const why = reason ? `: ${reason}` : "";
  return `${names.doctor(worker)} ${apart ? "does not get" : "gets"} ${names.line(line)}${why}`;
}

/** A line of a list, which can be removed. */
export function Item({ text, disabled, onRemove }: {
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

const NOTHING: DraftPin = { worker: "", line: "", apart: false, reason: "" };

/** A pin that is being chosen. */
function NewPin({ reasoned = false, pins, field, disabled, onEdit }: PinsProps) {
  const next = useSignal<DraftPin>(NOTHING);
  const set = (patch: Partial<DraftPin>) => next.value = { ...next.value, ...patch };
  const { worker, line, apart, reason = "" } = next.value;
  const incomplete = worker === "" || line === "" || (reasoned && reason.trim() === "");
  const add = () => {
    const pin = { worker, line, apart, ...reasoned && { reason: reason.trim() } };
    onEdit(addPin(pins, pin));
    set({ worker: "", line: "", reason: "" });
  };
  return (
    <>
      <div class="match-pin">
        <SelectField
          label="Doctor"
          value={worker}
          options={[NONE, ...doctorOptions(field)]}
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
          options={[NONE, ...lineOptions(field)]}
          disabled={disabled}
          onChoose={(value) => set({ line: value })}
        />
        {!reasoned && <Add disabled={disabled || incomplete} onClick={add} />}
      </div>
      {reasoned && (
        <div class="match-reason">
          <TextField
            label="Reason"
            hint="kept with the match"
            value={reason}
            disabled={disabled}
            onText={(text) => set({ reason: text })}
          />
          <Add disabled={disabled || incomplete} onClick={add} />
        </div>
      )}
    </>
  );
}

function Add({ disabled, onClick }: { disabled: boolean; onClick: () => void }) {
  return <Button compact disabled={disabled} onClick={onClick}>Add pin</Button>;
}

/** Stands for nothing chosen yet. */
export const NONE: Option = ["", "choose…"];

/** Doctors who take part, as options. */
export function doctorOptions(field: Participants): Option[] {
  return takingPart(field).map(({ mapping, name, fte }): Option => [
    mapping,
    fte < 1 ? `${name} (${fte} FTE)` : name,
  ]);
}

/** Lines, as options. */
export function lineOptions({ lines }: Participants): Option[] {
  return lines.map(({ id, name }): Option => [id, name]);
}
