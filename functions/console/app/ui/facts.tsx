// Figures with their names, and one that runs.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { serverNow } from "../data/clock.ts";
import { duration } from "./format.ts";
import { type FieldWord, Word } from "./word.tsx";

/** A named figure; inside `<dl class="facts">`. */
export function Fact({ name, word, children }: {
  name: string;
  /** Where the word is the field's. */
  word?: FieldWord;
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{name}{word && <Word of={word} />}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Counts the seconds since a moment. */
export function Elapsed({ since }: { since: string }) {
  const now = useSignal(serverNow());
  useEffect(() => {
    const timer = setInterval(() => now.value = serverNow(), 500);
    return () => clearInterval(timer);
  }, []);
  return <>{duration(Math.max(0, now.value - Date.parse(since)))}</>;
}
