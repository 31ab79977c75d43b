// What happened, said once: at the corner of the page and to screen readers.

import { signal } from "@preact/signals";
import { Button } from "./button.tsx";

/** Something that happened. */
export interface Notification {
  tone: "ok" | "info" | "warn" | "danger";
  title: string;
  message?: string;
  /** A way on, e.g. to the roster. */
  action?: { label: string; run: () => void };
}

interface Shown extends Notification {
  id: number;
}

const shown = signal<Shown[]>([]);
let last = 0;

/** How long what needs no answer stays, in ms. Warnings and failures stay until they are closed. */
const STAYS = 12_000;
const MOST = 4;

/** Shows a notification. */
export function notify(notification: Notification): void {
  const id = ++last;
  shown.value = [...shown.value, { ...notification, id }].slice(-MOST);
  if (notification.tone === "ok" || notification.tone === "info") {
    setTimeout(() => close(id), STAYS);
  }
}

function close(id: number): void {
  shown.value = shown.value.filter((each) => each.id !== id);
}

/** Where they appear; once per page. */
export function Notifications() {
  return (
    <section class="notifications" aria-label="Notifications">
      <div role="status" class="stack">
        {shown.value.map((each) => (
          <div key={each.id} class={`notification ${each.tone}`}>
            <div class="grow">
              <h3>{each.title}</h3>
              {each.message && <p>{each.message}</p>}
              {each.action && (
                <Button
                  compact
                  onClick={() => {
                    close(each.id);
                    each.action!.run();
                  }}
                >
                  {each.action.label}
                </Button>
              )}
            </div>
            <Button kind="plain" compact aria-label="Dismiss" onClick={() => close(each.id)}>
              ✕
            </Button>
          </div>
        ))}
      </div>
    </section>
  );
}
