// Whoever works by keyboard, or listens, stays where they are: where what has the focus is taken away, or can be used no more,
// the focus goes to the nearest thing around it that is still there, and not to the top of the page.

/** Stands at what holds the focus in the place of something else. */
const HOLDER = "data-holds-focus";

/** An element and all around it, the nearest first. */
export function around(element: Element | null): Element[] {
  const found: Element[] = [];
  for (let at = element; at && at !== document.body; at = at.parentElement) found.push(at);
  return found;
}

const isUsable = (element: Element) => element.isConnected && !element.matches(":disabled");

/**
 * Gives the focus to the first of some elements that can be used: as it is, or as what holds it, which no key acts on.
 * Whoever holds Enter down presses nothing that came in the place of what was pressed.
 */
export function focusNearest([first, ...others]: readonly Element[]): void {
  if (!first) return;
  if (isUsable(first)) return (first as HTMLElement).focus();
  const holder = others.find((at) => isUsable(at) && at.textContent!.trim()) as
    | HTMLElement
    | undefined;
  // Nothing is left but the page itself.
  if (!holder) return;
  if (!holder.hasAttribute("tabindex")) {
    holder.tabIndex = -1;
    holder.addEventListener("blur", () => holder.removeAttribute("tabindex"), { once: true });
  }
  holder.setAttribute(HOLDER, "");
  holder.addEventListener("blur", () => holder.removeAttribute(HOLDER), { once: true });
  holder.focus({ preventScroll: true });
}

/** Whether nothing has the focus that somebody chose. */
export function focusIsFree(): boolean {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || activeElement.hasAttribute(HOLDER);
}

/** Keeps it, as long as the page is open. */
export function keepFocus(): void {
  let had: Element[] = [];
  // What is disabled for a while gets it back.
  let left: Element[] = [];
  addEventListener("focusin", ({ target }) => {
    const element = target as Element;
    if (!element.hasAttribute(HOLDER)) left = [];
    had = around(element);
  });
  // A press beside everything takes it from what is still there.
  addEventListener("pointerdown", () => had = left = [], { capture: true });
  const look = () => {
    if (left[0] && isUsable(left[0]) && focusIsFree()) return focusNearest(left);
    if (!had[0] || isUsable(had[0])) return;
    const lost = had;
    focusNearest(lost);
    if (lost[0].isConnected) left = lost;
  };
  // What is put back in the same frame was not taken away.
  let waits = false;
  new MutationObserver(() => {
    if (waits || !(left[0] ?? had[0])) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      look();
    });
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
}
