// Figures with their names, and one that runs.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { duration } from "./format.ts";

/** A named figure; inside `<dl class="facts">`. */
export function Fact({ name, about, children }: {
  name: string;
  /** What the word means, where it is the field's. */
  about?: string;
  children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{about ? <abbr title={about}>{name}</abbr> : name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Counts the seconds since a moment. */
export function Elapsed({ since }: { since: string }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => now.value = Date.now(), 500);
    return () => clearInterval(timer);
  }, []);
  return <>{duration(Math.max(0, now.value - Date.parse(since)))}</>;
}
