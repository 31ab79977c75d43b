// How long the window is open: in the doctor's own time zone, by the database's clock.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { moment, nextTick, timeLeft } from "../model/when.ts";
import { useWork } from "../work.ts";

/** A line of text; drawn anew as time goes by, and once more when there is none left. */
export function Countdown({ short = false }: { short?: boolean }) {
  const { choice, desk } = useWork();
  const { dueDate, status, locked } = choice.value.window;
  const tick = useSignal(0);
  const left = dueDate === null ? Infinity : Date.parse(dueDate) - desk.now();
  useEffect(() => {
    if (left === Infinity || left <= 0) return;
    const timer = setTimeout(() => {
      tick.value++;
      // The end has come: the page asks the database what holds now.
      if (Date.parse(dueDate!) <= desk.now()) void desk.refresh();
    }, Math.min(nextTick(left), left + 50));
    return () => clearTimeout(timer);
  }, [dueDate, tick.value]);
  if (locked) return <p class="tag warn">{short ? "Locked" : "Locked by your workforce unit"}</p>;
  if (status !== "open" || left <= 0) {
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
