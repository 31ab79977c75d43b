// Names by which things are told apart: two doctors may be called the same, and each hospital may have its Emergency JMO. Pure.

import { groupsOf } from "./groups.ts";

/** Compared as people read: case, spaces and ways to write an accent do not tell two names apart. */
const read = (name: string) => name.normalize("NFC").replace(/\s+/gu, " ").trim().toLowerCase();

/** Those of a name that others have as well. */
export function namesakes<Item extends { name: string }>(items: readonly Item[]): Item[] {
  return [...groupsOf(items, ({ name }) => read(name)).values()]
    .filter(({ length }) => length > 1).flat();
}

/**
 * The items, those of a name that others have as well with what tells them apart behind it: `Ann O'Neil (ann@example.org)`.
 * @param by what stands behind a name, the shortest first; the first is taken by which all of a name differ, else the last
 */
export function apart<Item extends { name: string }>(
  items: readonly Item[],
  ...by: readonly ((item: Item) => string)[]
): Item[] {
  const byName = groupsOf(items, ({ name }) => read(name));
  return items.map((item) => {
    const same = byName.get(read(item.name))!;
    if (same.length === 1) return item;
    const differs = (words: (item: Item) => string) =>
      new Set(same.map((each) => read(words(each)))).size === same.length;
    const words = (by.find(differs) ?? by.at(-1)!)(item);
    return words === "" ? item : { ...item, name: `${item.name} (${words})` };
  });
}

/**
 * What some doctors are called where several of them are named: those of one name with their addresses.
 * @returns names by their ids
 */
export function namesApart(
  doctors: Iterable<{ worker: string; name: string; email: string }>,
): Map<string, string> {
  const each = new Map(Array.from(doctors, (doctor) => [doctor.worker, doctor]));
  return new Map(
    apart([...each.values()], ({ email }) => email).map(({ worker, name }) => [worker, name]),
  );
}
