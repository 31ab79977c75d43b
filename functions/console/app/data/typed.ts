// What is typed in a form stays for as long as the tab is open: who looks at another page, goes back or reloads finds it as it was.

import { effect, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Shelf, tabShelf } from "./shelf.ts";

/** Whose form it is. */
interface Place {
  userId: string;
  allocationRun: { id: string };
}

/** Where the form of a name keeps what is typed. */
export function formOf({ userId, allocationRun }: Place, name: string): string {
  return `${userId}.${allocationRun.id}.${name}`;
}

const keyOf = (form: string) => `receptor.typed.${form}`;

/** Whether something kept is what a form has, and not what an older console had. */
function isLike(blank: unknown, kept: unknown): boolean {
  if (blank === null) return true;
  if (typeof blank !== typeof kept || kept === null) return false;
  if (typeof blank !== "object") return true;
  if (Array.isArray(blank) || Array.isArray(kept)) {
    return Array.isArray(blank) === Array.isArray(kept);
  }
  return Object.entries(blank as object).every(([key, value]) =>
    isLike(value, (kept as Record<string, unknown>)[key])
  );
}

/** What was typed and not sent; what a form begins with where nothing was. */
export function readTyped<Draft>(form: string, blank: Draft, shelf: Shelf = tabShelf): Draft {
  try {
    const kept = JSON.parse(shelf.getItem(keyOf(form)) ?? "null");
    return kept !== null && isLike(blank, kept) ? kept : blank;
  } catch {
    return blank; // not ours
  }
}

/** Keeps what is typed; forgets it once the form is as it begins. */
export function keepTyped<Draft>(
  form: string,
  draft: Draft,
  blank: Draft,
  shelf: Shelf = tabShelf,
): void {
  const text = JSON.stringify(draft);
  if (text === JSON.stringify(blank)) shelf.removeItem(keyOf(form));
  else shelf.setItem(keyOf(form), text);
}

/** Forgets what all forms hold in this tab: somebody signs out. */
export function forgetTyped(shelf: Shelf = tabShelf): void {
  for (const name of shelf.names()) if (name.startsWith(keyOf(""))) shelf.removeItem(name);
}

/**
 * A draft that stays until it is as it begins again: who sends it, or gives it up, sets it to that.
 * @param form see {@link formOf}
 * @param blank what it begins with, which may become another
 */
export function useTyped<Draft>(form: string, blank: () => Draft): Signal<Draft> {
  const draft = useMemo(() => signal(readTyped(form, blank())), [form]);
  const first = JSON.stringify(blank());
  useEffect(() => effect(() => keepTyped(form, draft.value, JSON.parse(first))), [draft, first]);
  return draft;
}
