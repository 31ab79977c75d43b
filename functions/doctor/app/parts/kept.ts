// Rows of long lists without a component each: their nodes are made anew only where what they show has changed, and Preact
// passes over nodes that it is handed again.

import { useRef } from "preact/hooks";
import type { VNode } from "preact";

/** Draws a row, or hands out what was drawn. @param shows all that the row shows, compared one by one */
export type DrawKept = (key: string, shows: readonly unknown[], draw: () => VNode) => VNode;

/** Remembers rows as long as the component is there. */
export function useKept(): DrawKept {
  const rows = useRef<Map<string, { shows: readonly unknown[]; node: VNode }> | null>(null);
  const current = rows.current ??= new Map();
  return (key, shows, draw) => {
    const known = current.get(key);
    if (known && shows.every((value, i) => value === known.shows[i])) return known.node;
    const node = draw();
    current.set(key, { shows, node });
    return node;
  };
}
