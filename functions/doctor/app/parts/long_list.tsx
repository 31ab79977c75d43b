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
    if (isNew.current) {
      // The browser lays out what is near as well; what is farther waits by itself (content-visibility).
      for (const element of elements.slice(first, NEAR * first)) element.classList.add(LATER);
    }
    isNew.current = false;
    place<ChildNode>(list.current!, elements);
    rest.current = settle(rows, items, elements, first);
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

/** Rows that are not laid out yet; the style sheet knows them. */
const LATER = "later";
/** What a row tells that the browser begins or ceases to lay out; where it never does, all rows are in sight. */
const SKIPS = "contentvisibilityautostatechange";
const tells = () => `on${SKIPS}` in HTMLElement.prototype;
/** Windows of rows that a browser lays out around the one that is seen. */
const NEAR = 4;

/** Completes and lays out the rows after the first, in pieces. */
function settle<Shows extends object>(
  rows: Rows<Shows>,
  items: readonly Item<Shows>[],
  elements: readonly HTMLElement[],
  first: number,
) {
  let at = first;
  const isDone = (index: number) =>
    rows.isWhole(items[index][0]) && !elements[index].classList.contains(LATER);
  const lay = (index: number, inSight: boolean) => {
    rows.complete(items[index][0]);
    if (inSight) rows.sight(items[index][0], true);
    elements[index].classList.remove(LATER);
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
