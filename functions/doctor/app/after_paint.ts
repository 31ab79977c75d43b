// What may come a frame later, so that what was pressed is seen to be pressed first.

import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** Runs something once what there is now has been painted; where nothing is, soon. @returns what stops it */
export function afterPaint(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run);
    return () => clearTimeout(timer);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => timer = setTimeout(run));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** A signal that follows another after the paint. */
export function useLate<Value>(source: ReadonlySignal<Value>): ReadonlySignal<Value> {
  const late = useMemo(() => signal(source.peek()), [source]);
  useEffect(() => {
    let stop = () => {};
    const end = source.subscribe((value) => {
      stop();
      if (value !== late.peek()) stop = afterPaint(() => late.value = value);
    });
    return () => {
      stop();
      end();
    };
  }, [source]);
  return late;
}
