// A list of hundreds of rows. What is in sight is drawn at once; the others are there as well, so that the list has its
// length, its order and its headings, and get all that they have when the browser has time, the nearest first, or at once
// where it prints. Rows are kept (rows.ts): Preact knows the list, not what is in it.

import { h, type HTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { inPieces } from "../idle.ts";
import { place, type Rows } from "./rows.ts";

/** What a row shows, by its key. */
export type Item<Shows> = readonly [key: string, shows: Shows];

/**
 * Draws it.
 * @param first how many rows are complete at once: those that a window shows
 */
export function LongList<Shows extends object>({ tag, rows, items, first, ...attributes }: {
  tag: "ul" | "ol";
  rows: Rows<Shows>;
  items: readonly Item<Shows>[];
  first: number;
} & HTMLAttributes<HTMLElement>) {
  const list = useRef<HTMLElement | null>(null);
  const isNew = useRef(true);
  const rest = useRef<{ all(): void; stop(): void } | null>(null);
  useLayoutEffect(() => {
    rest.current?.stop();
    const elements = items.map(([key, shows]) => rows.get(key, shows));
    items.slice(0, first).forEach(([key], index) => {
      rows.complete(key);
      rows.sight(key, true);
      elements[index].classList.remove(LATER);
    });
    if (isNew.current) elements.forEach((element, at) => drawFirst(element, at < first));
    isNew.current = false;
    place<ChildNode>(list.current!, elements);
    rest.current = settle(rows, items, elements);
  });
  useEffect(() => {
    const all = () => rest.current?.all(), element = list.current!;
    addEventListener("beforeprint", all);
    element.addEventListener(
      SKIPS,
      ((event: Event & { skipped: boolean }) => {
        const row = event.target as HTMLElement;
        if (row.dataset.id === undefined) return;
        // What somebody is in stays.
        if (event.skipped && row.contains(document.activeElement)) return;
        rows.sight(row.dataset.id, !event.skipped);
      }) as EventListener,
    );
    return () => {
      removeEventListener("beforeprint", all);
      rest.current?.stop();
      // Out of the page rows are changed at no cost, and come back as cheaply as they were.
      element.remove();
      rows.hide();
    };
  }, []);
  return h(tag, { ...attributes, ref: list });
}

/**
 * How rows are drawn at first; the style sheet knows these. The browser need not find out which are in sight: those that are,
 * are laid out with the list, in one go, and no other. Later it finds that out by itself (content-visibility).
 */
export const NOW = "now";
const LATER = "later";
function drawFirst({ classList }: HTMLElement, inSight: boolean): void {
  classList.toggle(NOW, inSight);
  classList.toggle(LATER, !inSight);
}
/** What a row tells that the browser begins or ceases to lay out; where it never does, all rows are in sight. */
const SKIPS = "contentvisibilityautostatechange";
const tells = () => `on${SKIPS}` in HTMLElement.prototype;

/** Completes rows, and leaves it to the browser which of them it lays out, in pieces. */
function settle<Shows extends object>(
  rows: Rows<Shows>,
  items: readonly Item<Shows>[],
  elements: readonly HTMLElement[],
) {
  let at = 0;
  const isDone = (index: number) => {
    const { classList } = elements[index];
    return rows.isWhole(items[index][0]) && !classList.contains(LATER) && !classList.contains(NOW);
  };
  const lay = (index: number, inSight: boolean) => {
    rows.complete(items[index][0]);
    if (inSight) rows.sight(items[index][0], true);
    elements[index].classList.remove(LATER, NOW);
  };
  const stop = inPieces(() => {
    while (at < items.length && isDone(at)) at++;
    if (at >= items.length) return false;
    lay(at++, !tells());
    return true;
  });
  return {
    stop,
    all() {
      stop();
      items.forEach((_, index) => lay(index, true));
    },
  };
}
