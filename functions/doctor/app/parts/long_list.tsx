// A list of hundreds of rows. What is in sight is drawn at once; the others are there as well, in order and with their
// headings, and the list has about the length that it will have. They are laid out and get all that they have when the
// browser has time, the nearest first, or at once where it prints. Rows are kept (rows.ts): Preact knows the list, not what is
// in it.

import { h, type HTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { inPieces } from "../idle.ts";
import { place, type Rows } from "./rows.ts";

/** What a row shows, by its key. */
export type Item<Shows> = readonly [key: string, shows: Shows];

/**
 * Draws it.
 * @param first how many rows are complete at once: those that a window shows
 * @param height about how much longer a row makes the list, in px
 */
export function LongList<Shows extends object>({ tag, rows, items, first, height, ...attributes }: {
  tag: "ul" | "ol";
  rows: Rows<Shows>;
  items: readonly Item<Shows>[];
  first: number;
  height: number;
} & HTMLAttributes<HTMLElement>) {
  const list = useRef<HTMLElement | null>(null);
  const isNew = useRef(true);
  const rest = useRef<ReturnType<typeof settle> | null>(null);
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
    rest.current = settle({ list: list.current!, height, rows, items, elements, first });
  });
  useEffect(() => {
    const element = list.current!;
    let prints = false;
    const all = () => {
      prints = true;
      rest.current?.all();
    };
    const printed = () => prints = false;
    addEventListener("beforeprint", all);
    addEventListener("afterprint", printed);
    // Whoever takes a row before all have a place waits for that.
    for (const name of ["pointerdown", "keydown"]) {
      element.addEventListener(name, () => rest.current?.show(), true);
    }
    element.addEventListener(
      SKIPS,
      ((event: Event & { skipped: boolean }) => {
        const row = event.target as HTMLElement;
        if (row.dataset.id === undefined) return;
        // What is printed stays, and what somebody is in.
        if (event.skipped && (prints || row.contains(document.activeElement))) return;
        rows.sight(row.dataset.id, !event.skipped);
      }) as EventListener,
    );
    return () => {
      removeEventListener("beforeprint", all);
      removeEventListener("afterprint", printed);
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
 * are laid out with the list, in one go, and no other has a box. Later it finds that out by itself (content-visibility).
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
/** How many rows behind those in sight are so near that they are whole from the start. */
const NEAR = 3;

/** Completes rows, and leaves it to the browser which of them it lays out, in pieces. */
function settle<Shows extends object>({ list, height, rows, items, elements, first }: {
  list: HTMLElement;
  height: number;
  rows: Rows<Shows>;
  items: readonly Item<Shows>[];
  elements: readonly HTMLElement[];
  first: number;
}) {
  let at = 0;
  let missing = elements.filter(({ classList }) => classList.contains(LATER)).length;
  /** Stands for the rows that have no box yet. */
  const fill = () => list.style.paddingBottom = missing > 0 ? `${height * missing}px` : "";
  const box = ({ classList }: HTMLElement) => {
    if (!classList.contains(LATER)) return;
    classList.remove(LATER);
    missing--;
  };
  const isDone = (index: number) => {
    const { classList } = elements[index];
    return rows.isWhole(items[index][0]) && !classList.contains(LATER) && !classList.contains(NOW);
  };
  const lay = (index: number, inSight: boolean) => {
    rows.complete(items[index][0]);
    if (inSight) rows.sight(items[index][0], true);
    box(elements[index]);
    elements[index].classList.remove(NOW);
  };
  let stop = inPieces(() => {
    while (at < items.length && isDone(at)) at++;
    if (at >= items.length) {
      if (rows.differBySight && tells()) stop = look(rows, items, elements);
      return false;
    }
    lay(at, !tells() || at < first + NEAR);
    at++;
    fill();
    return true;
  });
  fill();
  return {
    stop: () => stop(),
    /** Gives every row its box. */
    show() {
      if (missing === 0) return;
      elements.forEach(box);
      fill();
    },
    /** Does at once all that is left. */
    all() {
      stop();
      items.forEach((_, index) => lay(index, true));
      fill();
    },
  };
}

/**
 * Looks once, in pieces, which rows the browser lays out: of a row that it has laid out ever since the row came (back) into the
 * page, it tells nothing. @returns what stops it
 */
function look<Shows extends object>(
  rows: Rows<Shows>,
  items: readonly Item<Shows>[],
  elements: readonly HTMLElement[],
): () => void {
  let at = 0;
  return inPieces(() => {
    if (at >= items.length) return false;
    const [key] = items[at], inside = elements[at++].firstElementChild!;
    if (inside.checkVisibility({ contentVisibilityAuto: true })) rows.sight(key, true);
    return true;
  });
}
