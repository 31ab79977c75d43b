// A form field: its label, hint and fault tied to the control, so that a screen reader tells them.

import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type FieldWord, Word } from "./word.tsx";

/** What the control of a field must carry. */
export interface ControlProps {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** Draws a control between its label and its hint or fault. */
export function Field({ label, word, hint, error, children }: {
  label: ComponentChildren;
  /** Where the label is a word of the field. */
  word?: FieldWord;
  hint?: ComponentChildren;
  error?: string | null;
  children: (control: ControlProps) => ComponentChildren;
}) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      {word
        ? (
          <span class="word-label">
            <label for={id}>{label}</label>
            <Word of={word} />
          </span>
        )
        : <label for={id}>{label}</label>}
      {children({
        id,
        "aria-describedby": about || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span class="error" id={`${id}-error`}>{error}</span>}
    </div>
  );
}

/** What stands around a control. */
interface Around {
  label: ComponentChildren;
  word?: FieldWord;
  hint?: ComponentChildren;
  error?: string | null;
}

/** A field for a line of text. */
export function TextField(
  { label, word, hint, error, type, onText, class: name = "", ...input }: Around & {
    type?: "text" | "search" | "email" | "password" | "date";
    value: string | ReadonlySignal<string>;
    placeholder?: string;
    inputMode?: "numeric";
    autocomplete?: "username" | "current-password" | "new-password";
    required?: boolean;
    disabled?: boolean;
    class?: string;
    onText: (text: string) => void;
  },
) {
  return (
    <Field label={label} word={word} hint={hint} error={error}>
      {(control) => (
        <input
          {...input}
          {...control}
          // All are written the same; Preact's types would have each apart.
          type={type as "text"}
          class={`input ${name}`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Asks why something is done; what is typed goes into the log with it. */
export function ReasonField({ reason, required = false }: {
  reason: Signal<string>;
  required?: boolean;
}) {
  return (
    <TextField
      label="Reason"
      hint={required ? "Stands in the log." : "Stands in the log; may be left out."}
      value={reason}
      required={required}
      onText={(text) => reason.value = text}
    />
  );
}

/** What was given as a reason, as clients take it; undefined where nothing was. */
export function given(reason: ReadonlySignal<string>): string | undefined {
  return reason.value.trim() || undefined;
}

/** An option of a select, and its words. */
export type Option = [value: string, text: string];

/** A field to choose one of several options in. */
export function SelectField(
  { label, word, hint, error, value, options, disabled, onChoose, ...rest }:
    & Around
    & {
      value: string;
      options: readonly Option[];
      disabled?: boolean;
      class?: string;
      onChoose: (value: string) => void;
    },
) {
  return (
    <Field label={label} word={word} hint={hint} error={error}>
      {(control) => (
        <select
          {...control}
          class={`select ${rest.class ?? ""}`}
          value={value}
          disabled={disabled}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

/** A labelled checkbox. */
export function Check({ label, word, hint, checked, disabled, onChange }: {
  label: ComponentChildren;
  word?: FieldWord;
  hint?: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        <label for={id}>{label}</label>
        {word && <Word of={word} />}
        {hint && <span class="hint small quiet" id={`${id}-hint`}>{hint}</span>}
      </span>
    </div>
  );
}
