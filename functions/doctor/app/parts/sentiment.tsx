// Five buckets to put something into: radio buttons side by side, so that arrows choose and a thumb reaches each.

import { useId } from "preact/hooks";
import { type Bucket, BUCKET_NAMES, BUCKETS } from "../model/lines.ts";

/** Asks how much something is liked. A second press on what is chosen takes it back. */
export function Sentiment({ label, value, disabled, onChoose }: {
  label: string;
  value: Bucket | null;
  disabled?: boolean;
  onChoose: (value: Bucket | null) => void;
}) {
  const name = useId();
  return (
    <fieldset class="sentiment" disabled={disabled}>
      <legend>{label}</legend>
      <div class="choices">
        {BUCKETS.map((bucket) => (
          <label key={bucket} class={`choice b${bucket + 2}`}>
            <input
              type="radio"
              name={name}
              checked={value === bucket}
              onChange={() => onChoose(bucket)}
              onClick={() => value === bucket && onChoose(null)}
            />
            <span>{BUCKET_NAMES[bucket]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
