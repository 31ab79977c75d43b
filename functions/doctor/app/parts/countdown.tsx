// How long the window is open: in the doctor's own time zone, by the database's clock.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { moment, nextTick, timeLeft } from "../model/when.ts";
import { useWork } from "../work.ts";

/** Timers take no longer, in ms. */
const LONGEST = 2 ** 31 - 1;

/** Calls when a window ends, however the page is drawn meanwhile. @param now by the database's clock */
export function useEnd(dueDate: string | null, now: () => number, onEnd: () => void): void {
  useEffect(() => {
    if (dueDate === null) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      const left = Date.parse(dueDate) - now();
      timer = setTimeout(left > LONGEST ? wait : onEnd, Math.min(left + 50, LONGEST));
    };
    if (Date.parse(dueDate) > now()) wait();
    return () => clearTimeout(timer);
  }, [dueDate]);
}

/** A line of text; drawn anew as time goes by. */
export function Countdown({ short = false }: { short?: boolean }) {
  const { choice, desk, standing } = useWork();
  const { dueDate } = choice.value.window;
  const tick = useSignal(0);
  const left = dueDate === null ? Infinity : Date.parse(dueDate) - desk.now();
  useEffect(() => {
    if (left === Infinity || left <= 0) return;
    const timer = setTimeout(() => void tick.value++, Math.min(nextTick(left), left + 50));
    return () => clearTimeout(timer);
  }, [dueDate, tick.value]);
  if (standing.value === "locked") {
    return short ? <span class="tag warn">Locked</span> : (
      <p class="note warn">
        Your workforce unit has locked what you said. Nothing can be changed unless they unlock it.
      </p>
    );
  }
  if (standing.value === "closed") {
    return short ? <span class="tag">Closed</span> : (
      <p class="note">
        {/* It may have been closed by hand, long before its end. */}
        The window has closed{left <= 0 && ` (${moment(dueDate!)})`}. Nothing can be changed any
        more.
      </p>
    );
  }
  if (dueDate === null) return short ? null : <p>The window is open; no end was set yet.</p>;
  const text = timeLeft(left);
  return short ? <span class={`tag ${left < 86_400_000 ? "warn" : "info"}`}>{text} left</span> : (
    <p>
      Open until <strong>{moment(dueDate)}</strong>, your time: {text} left.
    </p>
  );
}
