// A row of an order that is dragged by mouse, pen or finger: it follows by a transform; the order is written when it is let go.

import type { Bucket } from "../model/lines.ts";

/** Pixels from the window's edge at which it scrolls while a row is dragged, and how far in a frame. */
const EDGE = 80, SCROLL = 14;

/**
 * Drags a row until the pointer lets go of it. Nothing is drawn meanwhile but the row and the mark where it would go.
 * @param drop where it was let go: the bucket, and the place in it as if the row were not there
 */
// deno-lint-ignore house/long-function -- one drag, from the press to the letting go
export function startDrag(
  event: PointerEvent,
  list: HTMLElement,
  drop: (id: string, bucket: Bucket, index: number) => void,
): void {
  if (event.button !== 0) return;
  const handle = (event.target as Element).closest<HTMLElement>(".handle")!;
  const row = handle.closest<HTMLElement>(".rank")!;
  const startY = event.clientY + scrollY;
  let pointerY = event.clientY, frame = 0, moved = false;
  let target: { parent: HTMLElement; before: HTMLElement | null } | null = null;
  handle.setPointerCapture(event.pointerId);
  row.classList.add("dragged");

  const mark = (next: typeof target) => {
    list.querySelectorAll(".drop-before,.drop-end").forEach((each) =>
      each.classList.remove("drop-before", "drop-end")
    );
    target = next;
    if (!next) return;
    if (next.before) next.before.classList.add("drop-before");
    else next.parent.classList.add("drop-end");
  };
  const follow = () => {
    if (!moved) return;
    row.style.transform = `translateY(${pointerY + scrollY - startY}px)`;
    mark(placeAt(list, row, pointerY));
  };
  const scroll = () => {
    const by = pointerY < EDGE ? -SCROLL : pointerY > innerHeight - EDGE ? SCROLL : 0;
    if (by !== 0 && moved) {
      scrollBy(0, by);
      follow();
    }
    frame = requestAnimationFrame(scroll);
  };
  const onMove = (event: PointerEvent) => {
    pointerY = event.clientY;
    moved ||= Math.abs(pointerY + scrollY - startY) > 4;
    follow();
  };
  const end = (event: Event) => {
    cancelAnimationFrame(frame);
    handle.removeEventListener("pointermove", onMove);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      handle.removeEventListener(name, end);
    }
    row.classList.remove("dragged");
    row.style.transform = "";
    const found = target;
    mark(null);
    if (!moved || event.type !== "pointerup" || !found) return;
    const rows = [...found.parent.querySelectorAll<HTMLElement>(":scope > .rank")].filter((each) =>
      each !== row
    );
    const index = found.before ? rows.indexOf(found.before) : rows.length;
    drop(row.dataset.id!, Number(found.parent.dataset.bucket) as Bucket, index);
  };
  handle.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    handle.addEventListener(name, end);
  }
  frame = requestAnimationFrame(scroll);
}

/** The place below the pointer: found by halving, since rows of a list lie one below the other. */
function placeAt(list: HTMLElement, dragged: HTMLElement, y: number) {
  const parents = [...list.querySelectorAll<HTMLElement>("ol[data-bucket]")];
  const parent = parents.find((each) => y < each.getBoundingClientRect().bottom) ?? parents.at(-1)!;
  const rows = parent.querySelectorAll<HTMLElement>(":scope > .rank");
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = low + high >> 1;
    const { top, height } = boxOf(rows[middle], dragged);
    if (y < top + height / 2) high = middle;
    else low = middle + 1;
  }
  let before: HTMLElement | null = rows[low] ?? null;
  if (before === dragged) before = rows[low + 1] ?? null;
  return { parent, before };
}

/** Where a row lies; the dragged one counts where it came from. */
function boxOf(row: HTMLElement, dragged: HTMLElement): { top: number; height: number } {
  const { top, height } = row.getBoundingClientRect();
  if (row !== dragged) return { top, height };
  const by = /translateY\((-?[\d.]+)px\)/.exec(row.style.transform);
  return { top: top - Number(by?.[1] ?? 0), height };
}
