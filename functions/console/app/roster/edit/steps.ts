// Steps of an edit, back and forth: what was done since the last save.

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Lines } from "./draft.ts";

interface Step {
  lines: Lines;
  words: string;
}

/** The lines of an edit, and the way to them. */
export class Steps {
  readonly #lines: Signal<Lines>;
  readonly #past = signal<readonly Step[]>([]);
  readonly #future = signal<readonly Step[]>([]);

  constructor(saved: Lines) {
    this.#lines = signal(saved);
  }

  /** Lines as they are now. */
  get lines(): ReadonlySignal<Lines> {
    return this.#lines;
  }

  /** What the next step back is, in words; undefined: there is none. */
  get undoes(): string | undefined {
    return this.#past.value.at(-1)?.words;
  }

  /** What the next step forth is, in words; undefined: there is none. */
  get redoes(): string | undefined {
    return this.#future.value.at(-1)?.words;
  }

  /** Takes a step; what could be done again is forgotten. */
  take(next: Lines, words: string): void {
    batch(() => {
      this.#past.value = [...this.#past.value, { lines: this.#lines.value, words }];
      this.#future.value = [];
      this.#lines.value = next;
    });
  }

  /** A step back. @returns whether there was one */
  back(): boolean {
    return this.#move(this.#past, this.#future);
  }

  /** A step forth again. @returns whether there was one */
  forth(): boolean {
    return this.#move(this.#future, this.#past);
  }

  #move(from: Signal<readonly Step[]>, to: Signal<readonly Step[]>): boolean {
    const step = from.value.at(-1);
    if (!step) return false;
    batch(() => {
      to.value = [...to.value, { lines: this.#lines.value, words: step.words }];
      from.value = from.value.slice(0, -1);
      this.#lines.value = step.lines;
    });
    return true;
  }

  /** Other lines, as they were read or saved: no step leads back from here. */
  restart(lines: Lines): void {
    this.put(lines);
    this.#past.value = this.#future.value = [];
  }

  /** Other lines, with the steps as they are. */
  put(lines: Lines): void {
    this.#lines.value = lines;
  }
}
