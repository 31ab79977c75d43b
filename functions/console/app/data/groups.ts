// Things in groups. Pure.

/** Items by their keys, keys and items in the order in which they come: `Map.groupBy()` for browsers that have none yet. */
export function groupsOf<Key, Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item), group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
