// Parts of the page whose script comes after the first drawing: asked for again after a failure, and with the network.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../console/app/ui/button.tsx";

/** What the script has. */
export type Later = typeof import("./steps/later.ts");

const parts = signal<Later | null>(null);

/** The parts, once they are here. */
export const later: ReadonlySignal<Later | null> = parts;
const failed = signal(false);
let asked: Promise<void> | null = null;

/**
 * Loads the script, once.
 * @param insist somebody asked again: browsers may remember that a script failed, and a deployment takes old ones away, so that
 * the page is loaded anew where it fails once more; what was typed is on the device
 */
export function loadLater({ insist = false } = {}): void {
  failed.value = false;
  asked ??= import("./steps/later.ts").then(
    (loaded) => void (parts.value = loaded),
    () => {
      if (insist) location.reload();
      failed.value = true;
      asked = null;
    },
  );
}

/** A part that is drawn. */
type PartName = Exclude<keyof Later, "prepare">;

/** A part by its name, or what is in its way. */
export function LaterPart<Name extends PartName>({ name, props }: {
  name: Name;
  props: Parameters<Later[Name]>[0];
}) {
  useEffect(() => {
    const load = () => loadLater();
    load();
    addEventListener("online", load);
    return () => removeEventListener("online", load);
  }, []);
  const Part = parts.value?.[name] as
    | ComponentType<Record<string, unknown>>
    | undefined;
  if (Part) return <Part {...props as unknown as Record<string, unknown>} />;
  if (!failed.value) return <p role="status">One moment…</p>;
  return (
    <div class="note danger row" role="alert">
      <span class="grow">This part of the page could not be loaded. Check the connection.</span>
      <Button compact onClick={() => loadLater({ insist: true })}>Try again</Button>
    </div>
  );
}
