// The first of a long list, and a button for the rest; on paper all of it, for paper has no button.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";
import { count } from "./format.ts";
import { usePrinting } from "./printing.ts";

/** What is shown of a list. */
export interface FirstRows<Row> {
  listed: readonly Row[];
  /** The button that shows more; nothing where all are shown. */
  more: ComponentChildren;
  /** Shows the first ones alone again: another list has come. */
  reset: () => void;
}

/**
 * See above.
 * @param most how many are shown before more are asked for
 * @param step how many more a press shows; by default the rest
 */
export function useFirstRows<Row>(
  rows: readonly Row[],
  most: number,
  step = Infinity,
): FirstRows<Row> {
  const shown = useSignal(most), printing = usePrinting();
  const listed = printing.value ? rows : rows.slice(0, shown.value);
  const left = Math.min(step, rows.length - listed.length);
  return {
    listed,
    more: left > 0 && (
      <Button compact onClick={() => shown.value += step}>Show {count(left)} more</Button>
    ),
    reset: () => shown.value = most,
  };
}
