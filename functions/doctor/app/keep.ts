// What this device keeps, so that nothing typed is lost: the last that was read, and what is not saved yet.

import type { Shelf } from "../../console/app/data/shelf.ts";
import { count, type Kind, KINDS, merge, NO_WISHES, type Wishes } from "./model/wishes.ts";

const PREFIX = "receptor.doctor.";

/** What a device keeps of one person's work in one place. */
export interface Keep {
  /** What was put there last, or null. */
  read<Value>(what: string): Value | null;
  /** @returns whether there was room */
  write(what: string, value: unknown): boolean;
  /** All that is not saved yet: of this tab, and of tabs that were closed before they had saved. */
  takePending(): Wishes;
  /** Keeps what of this tab is not saved yet. @returns whether there was room */
  keepPending(pending: Wishes): boolean;
}

/** What stands there, or null: nothing, or nothing of ours. */
function readFrom<Value>(shelf: Shelf, name: string): Value | null {
  try {
    return JSON.parse(shelf.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** @param owner the person and the place; @param tab this tab, as no other is called */
export function createKeep(shelf: Shelf, owner: string, tab: string): Keep {
  const nameOf = (what: string) => `${PREFIX}${owner}.${what}`;
  const write = (what: string, value: unknown) =>
    shelf.setItem(nameOf(what), JSON.stringify(value));
  const read = <Value>(name: string) => readFrom<Value>(shelf, name);
  const own = `pending.${tab}`;
  return {
    read: (what) => read(nameOf(what)),
    write,
    takePending() {
      const names = shelf.names().filter((name) => name.startsWith(nameOf("pending.")));
      const all = names.map((name) => thaw(read(name))).reduce(merge, NO_WISHES);
      // What another tab left is this tab's now. One that is still open keeps its own in memory, and what comes twice
      // to the database is the same.
      if (count(all) === 0 || write(own, freeze(all))) {
        for (const name of names) if (name !== nameOf(own)) shelf.removeItem(name);
      }
      return all;
    },
    keepPending(pending) {
      if (count(pending) > 0) return write(own, freeze(pending));
      shelf.removeItem(nameOf(own));
      return true;
    },
  };
}

/** Forgets all that this device keeps of a person. */
export function forget(shelf: Shelf, person: string): void {
  for (const name of shelf.names()) {
    if (name.startsWith(`${PREFIX}${person}.`)) shelf.removeItem(name);
  }
}

/** How many rows of a person are on this device only. */
export function unsaved(shelf: Shelf, person: string): number {
  const names = shelf.names()
    .filter((name) => name.startsWith(`${PREFIX}${person}.`) && name.includes(".pending."));
  return names.reduce(
    (sum, name) => sum + count(thaw(readFrom(shelf, name))),
    0,
  );
}

type Frozen = { [K in Kind]?: [string, never][] };

function freeze(wishes: Wishes): Record<Kind, unknown> {
  return Object.fromEntries(KINDS.map((kind) => [kind, [...wishes[kind]]])) as Record<
    Kind,
    unknown
  >;
}

function thaw(frozen: unknown): Wishes {
  const rows = (kind: Kind) => new Map((frozen as Frozen | null)?.[kind] ?? []);
  return {
    lines: rows("lines"),
    rotations: rows("rotations"),
    specialties: rows("specialties"),
    screening: rows("screening"),
  };
}
