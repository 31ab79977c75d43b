// A form field: its label, hint and fault tied to the control, so that a screen reader tells them.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What the control of a field must carry. */
export interface ControlProps {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** Draws a control between its label and its hint or fault. */
export function Field({ label, hint, error, children }: {
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | null;
  children: (control: ControlProps) => ComponentChildren;
}) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
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

/** A labelled checkbox. */
export function Check({ label, hint, checked, disabled, onChange }: {
  label: ComponentChildren;
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
        {hint && <span class="hint small quiet" id={`${id}-hint`}>{hint}</span>}
      </span>
    </div>
  );
}
