// Five buckets to put something into, side by side, so that a thumb reaches each: a group of radio buttons as ARIA's
// patterns have it (one stop for the Tab key, arrows choose).

import { useId } from "preact/hooks";
import { type Bucket, BUCKET_NAMES, BUCKETS } from "../model/lines.ts";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Asks how much something is liked. A second press on what is chosen takes it back. What was pressed is shown as chosen at once,
 * whatever follows from it, and `onChoose` is done after that.
 */
export function Sentiment({ label, value, disabled, onChoose }: {
  label: string;
  value: Bucket | null;
  disabled?: boolean;
  onChoose: (value: Bucket | null) => void;
}) {
  const id = useId();
  const choose = (button: HTMLElement, bucket: Bucket | null) => {
    for (const each of button.parentElement!.children) {
      const checked = String(bucket !== null && each === button);
      if (each.getAttribute("aria-checked") !== checked) each.setAttribute("aria-checked", checked);
    }
    onChoose(bucket);
  };
  const onPress = ({ currentTarget }: Event, bucket: Bucket) => {
    const button = currentTarget as HTMLElement;
    choose(button, button.getAttribute("aria-checked") === "true" ? null : bucket);
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + BUCKETS.length) % BUCKETS.length;
    const button = (event.currentTarget as HTMLElement).parentElement!.children[next];
    choose(button as HTMLElement, BUCKETS[next]);
    (button as HTMLElement).focus();
  };
  return (
    <div class="sentiment" role="radiogroup" aria-labelledby={id}>
      <span id={id} class="legend">{label}</span>
      <div class="choices">
        {BUCKETS.map((bucket, index) => (
          <button
            key={bucket}
            type="button"
            role="radio"
            class={`choice b${bucket + 2}`}
            aria-checked={value === bucket}
            tabIndex={value === bucket || (value === null && index === 0) ? 0 : -1}
            disabled={disabled}
            onClick={(event) => onPress(event, bucket)}
            onKeyDown={(event) => onKey(event, index)}
          >
            {BUCKET_NAMES[bucket]}
          </button>
        ))}
      </div>
    </div>
  );
}
