// Where a draft is kept while it is typed: in the browser, one per user and allocation run, seen by other tabs.

import type { ConstraintEntry } from "../../../../shared/client/mod.ts";
import { deviceShelf, type Shelf } from "../data/shelf.ts";
import type { Draft } from "./draft.ts";

/** A draft as it is kept. */
export interface Kept {
  draft: Draft;
  /** The constraints of the allocation run that it was begun from. */
  base: ConstraintEntry[];
  /** When it was last changed: ISO time. */
  at: string;
  /** Made anew by each change. */
  version: string;
  /** The version that was changed, by which tabs tell a later draft from one that passed theirs by. */
  after: string;
}

/** Version of the shape of {@link Kept}: what an older console kept is not read wrongly. */
const VERSION = 1;

/** The part of the browser that a store needs. */
export interface StoreScope {
  shelf: Shelf;
  addEventListener(type: "storage", listener: (event: StorageEvent) => void): void;
  removeEventListener(type: "storage", listener: (event: StorageEvent) => void): void;
}

/** The draft of one user for one allocation run. */
export class DraftStore {
  readonly #key: string;

  constructor(
    userId: string,
    allocationRun: string,
    private readonly scope: StoreScope = {
      shelf: deviceShelf,
      addEventListener: (type, listener) => addEventListener(type, listener),
      removeEventListener: (type, listener) => removeEventListener(type, listener),
    },
  ) {
    this.#key = `receptor.draft.${VERSION}.${userId}.${allocationRun}`;
  }

  read(): Kept | null {
    return parse(this.scope.shelf.getItem(this.#key));
  }

  /** @returns whether it is kept beyond this page; a full or forbidden storage keeps nothing */
  write(kept: Kept): boolean {
    return this.scope.shelf.setItem(this.#key, JSON.stringify(kept));
  }

  clear(): void {
    this.scope.shelf.removeItem(this.#key);
  }

  /** Calls back when another tab writes the draft, or clears it (null). @returns what ends that */
  onOther(callback: (kept: Kept | null) => void): () => void {
    const listener = (event: StorageEvent) => {
      if (event.key === this.#key) callback(parse(event.newValue));
    };
    this.scope.addEventListener("storage", listener);
    return () => this.scope.removeEventListener("storage", listener);
  }
}

function parse(text: string | null): Kept | null {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // not ours
  }
}
