// Draws a query's state: a line while it loads, its failure with a way to try again, or what it found.

import type { ComponentChildren } from "preact";
import type { Load } from "../data/load.ts";
import { Button } from "./button.tsx";

/** What was found stays in sight while it is loaded again; a failure is said above it. */
export function Loaded<Value>({ load, what = "this", children }: {
  load: Load<Value>;
  /** In "Loading the roster…". */
  what?: string;
  children: (value: Value) => ComponentChildren;
}) {
  const value = load.value.value;
  const error = load.error.value;
  return (
    <>
      {error && (
        <div class="note danger row" role="alert">
          <span class="grow">{error.message}</span>
          <Button compact busy={load.loading.value} onClick={load.reload}>Try again</Button>
        </div>
      )}
      {value !== undefined ? children(value) : !error && <Loading what={what} />}
    </>
  );
}

/** Says that something is on its way. */
export function Loading({ what }: { what: string }) {
  return <p class="empty" role="status">Loading {what}…</p>;
}
