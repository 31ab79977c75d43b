// Small charts without a library: their numbers stand beside the bars, so that they need no legend or pointer.

import type { ComponentChildren } from "preact";

/** Horizontal bars with their values. */
export function Bars({ label, bars }: {
  label: string;
  bars: { label: ComponentChildren; value: number; text?: string; colour?: string }[];
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <ul class="bars" aria-label={label}>
      {bars.map((bar, index) => (
        <li key={index}>
          <span>{bar.label}</span>
          <span class="track" aria-hidden="true">
            <span style={{ width: `${100 * bar.value / most}%`, background: bar.colour }} />
          </span>
          <span class="num">{bar.text ?? bar.value}</span>
        </li>
      ))}
    </ul>
  );
}

/** How much of something is done, 0..1. */
export function Meter({ label, value }: { label: string; value: number }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, value)));
  return (
    <div
      class="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}
