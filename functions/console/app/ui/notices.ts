// What happened, as state: which notifications are shown, and for how long.

import { type ReadonlySignal, signal } from "@preact/signals";

/** Something that happened. */
export interface Notification {
  tone: "ok" | "info" | "warn" | "danger";
  title: string;
  message?: string;
  /** A way on, e.g. to the roster, and another one, e.g. back. */
  action?: { label: string; run: () => void };
  also?: { label: string; run: () => void };
  /** Stands in place of the one of the same kind that is shown: one for many pins. */
  kind?: string;
}

/** A notification that is shown. */
export interface Shown extends Notification {
  id: number;
}

/** How long what needs no answer stays, in ms. Warnings and failures stay until they are closed. */
const STAYS = 12_000;
const MOST = 4;

/** The notifications of a console. */
export class Notices {
  readonly #shown = signal<Shown[]>([]);
  #last = 0;

  /** Those in sight, the latest last. */
  get shown(): ReadonlySignal<readonly Shown[]> {
    return this.#shown;
  }

  /** Shows a notification. */
  readonly notify = (notification: Notification): void => {
    const id = ++this.#last;
    const others = this.#shown.value.filter(({ kind }) =>
      kind === undefined || kind !== notification.kind
    );
    this.#shown.value = [...others, { ...notification, id }].slice(-MOST);
    if (notification.tone === "ok" || notification.tone === "info") {
      setTimeout(() => this.close(id), STAYS);
    }
  };

  /** The network is back: that nothing could be reached is no news any more. */
  readonly back = (): void => {
    this.#shown.value = this.#shown.value.filter(({ message }) =>
      !message?.includes("could not be reached")
    );
  };

  close(id: number): void {
    this.#shown.value = this.#shown.value.filter((each) => each.id !== id);
  }
}
