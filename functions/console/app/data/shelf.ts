// What the browser keeps for a page, or does not: its storage may be full, or forbidden, and then the first look at it throws.
// Everything that keeps something does it here (scripts/house_test.ts), so that a page works without.

/** A storage that never throws. What the browser does not keep is there until the page is left. */
export interface Shelf {
  getItem(key: string): string | null;
  /** @returns whether the browser keeps it beyond this page */
  setItem(key: string, value: string): boolean;
  removeItem(key: string): void;
  /** Of all that is there. */
  names(): string[];
}

/** The part of `Storage` that a shelf needs. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** What the browser did not take, and what it had in its place then. */
interface Held {
  value: string;
  instead: string | null;
}

/** A shelf upon a storage. @param store gives the storage, or throws where that is forbidden */
export function shelfOf(store: () => Store): Shelf {
  const held = new Map<string, Held>();
  const attempt = <Value>(work: (store: Store) => Value, otherwise: Value): Value => {
    try {
      return work(store());
    } catch {
      return otherwise;
    }
  };
  const kept = (key: string) => attempt((it) => it.getItem(key), null);
  return {
    getItem(key) {
      const now = kept(key), own = held.get(key);
      // Another tab wrote since: that is later.
      return own && own.instead === now ? own.value : now;
    },
    setItem(key, value) {
      const isKept = attempt((it) => {
        it.setItem(key, value);
        return true;
      }, false);
      if (isKept) held.delete(key);
      else held.set(key, { value, instead: kept(key) });
      return isKept;
    },
    removeItem(key) {
      held.delete(key);
      attempt((it) => it.removeItem(key), undefined);
    },
    names() {
      const names = attempt((it) => Array.from({ length: it.length }, (_, i) => it.key(i)), []);
      return [...new Set([...names.filter((name) => name !== null), ...held.keys()])];
    },
  };
}

/** Kept by this browser, and seen by all its tabs. */
export const deviceShelf: Shelf = shelfOf(() => localStorage);

/** Kept as long as the tab is open. */
export const tabShelf: Shelf = shelfOf(() => sessionStorage);

/** Where a client of Auth keeps its session: its own look at the storage gives a full one up, with the session in it. */
export const authStorage = {
  getItem: (key: string) => deviceShelf.getItem(key),
  setItem: (key: string, value: string) => void deviceShelf.setItem(key, value),
  removeItem: (key: string) => deviceShelf.removeItem(key),
};

const TRIAL = "receptor.trial";

/** What is to be said to who signs in where the browser keeps nothing; null where it does. */
export function keepsNothing(shelf: Shelf = deviceShelf): string | null {
  const keeps = shelf.setItem(TRIAL, TRIAL);
  shelf.removeItem(TRIAL);
  return keeps
    ? null
    : "This browser keeps nothing for this page: its storage is full or switched off. You can work all the same, " +
      "but after a reload you sign in again, and what was not sent is lost.";
}
