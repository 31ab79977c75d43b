// Long lists in two frames: what fits a window at once, the rest right after it was painted.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** How many rows of a list to draw: all, once the first were painted. @param first more than a window holds */
export function useSoon(first: number): number {
  const most = useSignal(first);
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
