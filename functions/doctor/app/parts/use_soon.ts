// Long lists in two frames: what fits a window at once, the rest right after it was painted.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** How many rows are drawn at once: more than any window holds. */
const FIRST = 24;

/** How many rows of a list to draw: all, once the first were painted. */
export function useSoon(): number {
  const most = useSignal(FIRST);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => most.value = Infinity);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return most.value;
}
