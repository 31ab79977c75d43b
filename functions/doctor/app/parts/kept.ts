// What is typed into a form that is sent as a whole: kept in this tab until then, also where the session ends meanwhile, or
// the page is loaded anew. Wishes are kept otherwise: see keep.ts.

import { type Signal, signal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Shelf, tabShelf } from "../../../console/app/data/shelf.ts";

const PREFIX = "receptor.doctor.form.";

/** What was typed under a name; the blank one: nothing, or nothing like it. */
export function typed<Value>(name: string, blank: Value, shelf: Shelf = tabShelf): Value {
  try {
    const kept = JSON.parse(shelf.getItem(PREFIX + name) ?? "null");
    return kept !== null && kindOf(kept) === kindOf(blank) ? kept : blank;
  } catch {
    return blank;
  }
}

/** Keeps it; a blank one is forgotten. */
export function keepTyped<Value>(
  name: string,
  value: Value,
  blank: Value,
  shelf: Shelf = tabShelf,
): void {
  const [text, none] = [value, blank].map((each) => JSON.stringify(each));
  if (text === none) shelf.removeItem(PREFIX + name);
  else shelf.setItem(PREFIX + name, text);
}

/** Forgets what all forms held: somebody signs out. */
export function forgetTyped(shelf: Shelf = tabShelf): void {
  for (const name of shelf.names()) if (name.startsWith(PREFIX)) shelf.removeItem(name);
}

/** A field of a form, kept. @param name with whose it is: nobody else reads it */
export function useKept<Value>(name: string, blank: Value): Signal<Value> {
  const field = useMemo(() => signal(typed(name, blank)), [name]);
  useSignalEffect(() => keepTyped(name, field.value, blank));
  return field;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}
