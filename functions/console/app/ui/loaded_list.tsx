// A list of what was loaded, or a word that there is nothing.

import type { ComponentChildren } from "preact";
import type { Load } from "../data/load.ts";
import { Loaded } from "./loaded.tsx";

/** See above. @param props.children draws an item, as a `li` with its key */
export function LoadedList<Item>({ load, what, none, label, class: name, children }: {
  load: Load<Item[]>;
  /** In "Loading operators…". */
  what: string;
  /** Said where there is none. */
  none: string;
  label: string;
  class: string;
  children: (item: Item) => ComponentChildren;
}) {
  return (
    <Loaded load={load} what={what}>
      {(found) =>
        found.length === 0
          ? <p class="quiet">{none}</p>
          : <ul class={name} aria-label={label}>{found.map(children)}</ul>}
    </Loaded>
  );
}
