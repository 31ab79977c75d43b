// What is typed stays for as long as the tab is open, also when another page is looked at.

import { tabShelf } from "../data/shelf.ts";
import type { Draft } from "./draft.ts";

const keyOf = (allocationRun: string) => `receptor.during.${allocationRun}`;

/** What was typed for an allocation run; null: nothing, or nothing that can be read. */
export function kept(allocationRun: string): Draft | null {
  try {
    const draft = JSON.parse(tabShelf.getItem(keyOf(allocationRun)) ?? "null");
    const lists = draft && [draft.leavers, draft.posts, draft.works];
    return lists && lists.every(Array.isArray) && typeof draft.from === "string" ? draft : null;
  } catch {
    return null;
  }
}

/** Keeps it. Where the browser keeps nothing, it is there until the page is left. */
export function keep(allocationRun: string, draft: Draft): void {
  tabShelf.setItem(keyOf(allocationRun), JSON.stringify(draft));
}

/** Forgets it, once it is written or given up. */
export function forget(allocationRun: string): void {
  tabShelf.removeItem(keyOf(allocationRun));
}
