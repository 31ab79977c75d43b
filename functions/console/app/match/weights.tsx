// The weights of a match as sliders: for the match itself and for what-ifs.

import { MOST_POWER } from "../../../../shared/allocator/limits.ts";
import { Field } from "../ui/field.tsx";
import type { Weights } from "./draft.ts";

/** Both weights, with what they mean. */
export function WeightFields({ weights, disabled, onEdit }: {
  weights: Weights;
  disabled?: boolean;
  onEdit: (weights: Partial<Weights>) => void;
}) {
  const share = Math.round(100 * weights.preferencerWeight);
  return (
    <>
      <Field
        label="Weight of the preferencers"
        word="preferencer"
        hint="0%: only the doctors' wishes count; 100%: only the departments' ranks of doctors"
      >
        {(control) => (
          <Slider
            {...control}
            value={weights.preferencerWeight}
            min={0}
            max={1}
            step={0.05}
            text={`${share}%`}
            disabled={disabled}
            onInput={(preferencerWeight) => onEdit({ preferencerWeight })}
          />
        )}
      </Field>
      <Field
        label="Preference power"
        hint="above 1, bad ranks weigh more: fewer doctors fall far, fewer get their first choice"
      >
        {(control) => (
          <Slider
            {...control}
            value={weights.preferencePower}
            min={0.5}
            max={MOST_POWER}
            step={0.25}
            text={String(weights.preferencePower)}
            disabled={disabled}
            onInput={(preferencePower) => onEdit({ preferencePower })}
          />
        )}
      </Field>
    </>
  );
}

function Slider({ value, text, onInput, ...control }: {
  id: string;
  "aria-describedby"?: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value in words. */
  text: string;
  disabled?: boolean;
  onInput: (value: number) => void;
}) {
  return (
    <span class="match-slider">
      <input
        {...control}
        type="range"
        value={value}
        aria-valuetext={text}
        onInput={(event) => onInput(Number(event.currentTarget.value))}
      />
      <output for={control.id}>{text}</output>
    </span>
  );
}
