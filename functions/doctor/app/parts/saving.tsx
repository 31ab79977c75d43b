// How saving goes, and what the database did not take: the same for doctors and for departments.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Desk, Saving } from "../desk.ts";
import { nameKey, type Told } from "../model/told.ts";

/** Events before which nothing waits to be seen any more. */
const SETTLES = ["click", "keydown", "input", "pagehide"];

/** Listens for the page coming to the front or leaving it, and for a network. @returns what ends it */
function onReturns(look: () => void): () => void {
  addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    removeEventListener("online", look);
    document.removeEventListener("visibilitychange", look);
  };
}

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
    const end = onReturns(look);
    for (const name of SETTLES) addEventListener(name, settle, true);
    return () => {
      desk.stop();
      end();
      for (const name of SETTLES) removeEventListener(name, settle, true);
    };
  }, [desk]);
}

/** Calls when the page comes back to the front, or has a network again: what it shows may be others' doing meanwhile. */
export function useReturns(look: () => void): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() =>
    onReturns(() => {
      if (document.visibilityState === "visible") latest.current();
    }), []);
}

/** How saving goes, in a word; spoken only where something is wrong. */
export function SavingNote<Choice>({ desk }: { desk: Desk<Choice> }) {
  // Signals write what they change themselves: every press passes here, and nothing else is drawn anew.
  const state = useComputed(() => desk.saving.value.state);
  const words = useComputed(() =>
    savingWords(desk.saving.value, desk.unsaved.value, desk.refused.value.length)
  );
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

function savingWords(saving: Saving, unsaved: number, refused: number): string {
  switch (saving.state) {
    case "saved":
      return "Saved";
    case "saving":
      return "Saving…";
    case "offline":
      return unsaved > 0 ? `Offline: ${unsaved} kept on this device` : "Offline";
    case "refused":
      return refused > 0 ? `${refused} not saved` : "Not saved";
  }
}

/** What the database did not take, and what can be done; and what was changed elsewhere. */
export function Refused<Choice>({ desk }: { desk: Desk<Choice> }) {
  const { value: saving } = desk.saving, { value: rows } = desk.refused;
  return (
    <>
      {rows.length > 0
        ? <RefusedRows desk={desk} rows={rows} />
        : saving.state === "refused" && <RefusedAll desk={desk} error={saving.error} />}
      {desk.elsewhere.value.length > 0 && (
        <div class="note warn refused" role="status">
          <p>
            <strong>Changed on another device as well:</strong>
          </p>
          <ToldRows rows={desk.elsewhere.value} />
          <div class="actions">
            <Button compact onClick={() => desk.dismiss()}>I have read it</Button>
          </div>
        </div>
      )}
    </>
  );
}

/** All that is pending waits: nothing can be saved now. */
function RefusedAll<Choice>({ desk, error }: { desk: Desk<Choice>; error: ReceptorError }) {
  const { value: unsaved } = desk.unsaved;
  return (
    <div class="note danger refused" role="alert">
      <p>
        <strong>{unsaved === 1 ? "One change was" : `${unsaved} changes were`} not saved.</strong>
        {" "}
        {error.message} What you see holds {unsaved === 1 ? "it; it is" : "them; they are"}{" "}
        on this device only.
      </p>
      {error.errors && (
        <ul>
          {error.errors.map(({ path, message }) => <li key={path}>{path}: {message}</li>)}
        </ul>
      )}
      <GiveUp desk={desk} />
    </div>
  );
}

/** Single rows wait; everything else is saved. */
function RefusedRows<Choice>({ desk, rows }: { desk: Desk<Choice>; rows: readonly Told[] }) {
  return (
    <div class="note danger refused" role="alert">
      <p>
        <strong>
          {rows.length === 1 ? "One change was" : `${rows.length} changes were`} not saved.
        </strong>{" "}
        All others are saved; {rows.length === 1 ? "this one is" : "these are"}{" "}
        on this device only, until you say it anew or give it up.
      </p>
      <ToldRows rows={rows} />
      <GiveUp desk={desk} />
    </div>
  );
}

/** How many rows are told by name: a note stays shorter than the page. */
const MOST_TOLD = 5;

function ToldRows({ rows }: { rows: readonly Told[] }) {
  const more = rows.length - MOST_TOLD;
  return (
    <ul>
      {rows.slice(0, MOST_TOLD).map((row) => (
        <li key={nameKey(row)}>
          <strong>{row.name}</strong>: {row.message}
        </li>
      ))}
      {more > 0 && <li>{more} more; each says so in its place.</li>}
    </ul>
  );
}

/** Tries again, or gives up what is not saved. */
function GiveUp<Choice>({ desk }: { desk: Desk<Choice> }) {
  const sure = useSignal(false);
  return (
    <div class="actions">
      {sure.value
        ? (
          <>
            <Button kind="danger" onClick={() => desk.discard()}>Yes, give them up</Button>
            <Button onClick={() => sure.value = false}>Keep them</Button>
          </>
        )
        : (
          <>
            <Button onClick={() => desk.refresh()}>Try again</Button>
            <Button onClick={() => sure.value = true}>Show what is saved instead</Button>
          </>
        )}
    </div>
  );
}
