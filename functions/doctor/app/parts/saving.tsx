// How saving goes, and what the database did not take: the same for doctors and for departments.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import type { Desk, Saving } from "../desk.ts";

/** Events before which nothing waits to be seen any more. */
const SETTLES = ["click", "keydown", "input", "pagehide"];

/** Reads when the page opens, comes back to the front, or has a network again. */
export function useDesk<Choice>(desk: Desk<Choice>): void {
  useEffect(() => {
    const look = () => {
      // Out of sight nothing is painted.
      if (document.visibilityState === "visible") void desk.refresh();
      else desk.settle();
    };
    // Whatever is done next, what was pressed before it has been said.
    const settle = () => desk.settle();
    look();
    addEventListener("online", look);
    for (const name of SETTLES) addEventListener(name, settle, true);
    document.addEventListener("visibilitychange", look);
    return () => {
      desk.stop();
      removeEventListener("online", look);
      for (const name of SETTLES) removeEventListener(name, settle, true);
      document.removeEventListener("visibilitychange", look);
    };
  }, [desk]);
}

/** Calls when the page comes back to the front, or has a network again: what it shows may be others' doing meanwhile. */
export function useReturns(look: () => void): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const again = () => {
      if (document.visibilityState === "visible") latest.current();
    };
    addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
    return () => {
      removeEventListener("online", again);
      document.removeEventListener("visibilitychange", again);
    };
  }, []);
}

/** How saving goes, in a word; spoken only where something is wrong. */
export function SavingNote<Choice>({ desk }: { desk: Desk<Choice> }) {
  // Signals write what they change themselves: every press passes here, and nothing else is drawn anew.
  const state = useComputed(() => desk.saving.value.state);
  const words = useComputed(() => savingWords(desk.saving.value, desk.unsaved.value));
  const name = useComputed(() => `saving ${state.value}`);
  const spoken = useComputed(() =>
    state.value === "saved" || state.value === "saving" ? "" : words.value
  );
  return (
    <>
      <span class={name} data-saving={state}>{words}</span>
      <span class="visually-hidden" role="status">{spoken}</span>
      <NoRoom desk={desk} />
    </>
  );
}

function NoRoom<Choice>({ desk }: { desk: Desk<Choice> }) {
  if (!desk.full.value) return null;
  return (
    <span class="tag danger" role="alert">
      This device has no room: what is not saved is lost when this page is closed
    </span>
  );
}

function savingWords(saving: Saving, unsaved: number): string {
  switch (saving.state) {
    case "saved":
      return "Saved";
    case "saving":
      return "Saving…";
    case "offline":
      return unsaved > 0 ? `Offline: ${unsaved} kept on this device` : "Offline";
    case "refused":
      return "Not saved";
  }
}

/** What the database did not take, and what can be done. */
export function Refused<Choice>({ desk }: { desk: Desk<Choice> }) {
  const sure = useSignal(false);
  const { value: saving } = desk.saving;
  if (saving.state !== "refused") return null;
  return (
    <div class="note danger refused" role="alert">
      <p>
        <strong>
          {desk.unsaved.value === 1 ? "One change was" : `${desk.unsaved.value} changes were`}{" "}
          not saved.
        </strong>{" "}
        {saving.error.message} What you see holds{" "}
        {desk.unsaved.value === 1 ? "it; it is" : "them; they are"} on this device only.
      </p>
      {saving.error.errors && (
        <ul>
          {saving.error.errors.map(({ path, message }) => <li key={path}>{path}: {message}</li>)}
        </ul>
      )}
      <div class="actions">
        {sure.value
          ? (
            <>
              <Button kind="danger" onClick={() => void desk.discard()}>Yes, give them up</Button>
              <Button onClick={() => sure.value = false}>Keep them</Button>
            </>
          )
          : (
            <>
              <Button onClick={() => void desk.refresh()}>Try again</Button>
              <Button onClick={() => sure.value = true}>Show what is saved instead</Button>
            </>
          )}
      </div>
    </div>
  );
}
