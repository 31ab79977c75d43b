// How much of the cards of a long list is drawn: all headings at once, whole cards where somebody looks, and the text of all
// others when the browser has time, so that they can be searched and read out; before it prints, at any rate.

import { useSignal } from "@preact/signals";
import { options } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { whenIdle } from "../idle.ts";

/** How much of a card is drawn: its heading, its text as well, or all with its fields. */
export type Stage = "head" | "text" | "full";

/** Cards that are whole in the first drawing: more than a phone shows. */
const FIRST = 4;
/** Texts that are drawn in one go. */
const STRIDE = 10;
/** What is so far out of sight is drawn already, so that it is there when it comes. */
const MARGIN = "600px";

/** The stages of a list's cards. */
export interface Stages {
  /** @param index the card's place in the list */
  of(id: string, index: number): Stage;
  /** The ref of each card, whose `data-id` is its id. */
  watch(card: HTMLElement | null): void;
}

/** @param count how many cards there are */
export function useStages(count: number): Stages {
  const near = useSignal<ReadonlySet<string>>(new Set());
  const texts = useSignal(0);
  const observer = useMemo(
    () =>
      new IntersectionObserver((entries) => {
        const came = entries.filter(({ isIntersecting }) => isIntersecting)
          .map(({ target }) => target as HTMLElement);
        for (const card of came) observer.unobserve(card);
        const ids = came.map((card) => card.dataset.id!).filter((id) => !near.peek().has(id));
        if (ids.length > 0) near.value = new Set([...near.peek(), ...ids]);
      }, { rootMargin: MARGIN }),
    [],
  );
  useEffect(() => () => observer.disconnect(), []);
  useEffect(() => {
    if (texts.value >= count) return;
    return whenIdle(() => texts.value += STRIDE);
  }, [texts.value, count]);
  useEffect(() => {
    const all = () => atOnce(() => texts.value = Infinity);
    addEventListener("beforeprint", all);
    return () => removeEventListener("beforeprint", all);
  }, []);
  const watch = useRef((card: HTMLElement | null) => card && observer.observe(card));
  return {
    of: (id, index) =>
      near.value.has(id) || index < FIRST ? "full" : index < texts.value ? "text" : "head",
    watch: watch.current,
  };
}

/** Draws what a change brings before it returns: a browser prints what is there then. */
function atOnce(change: () => void): void {
  const before = options.debounceRendering;
  options.debounceRendering = (draw) => draw();
  change();
  options.debounceRendering = before;
}
