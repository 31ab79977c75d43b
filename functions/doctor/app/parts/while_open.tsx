// What asks somebody to do something: it stands there only while they can.

import type { ComponentChildren } from "preact";
import { type Line, reasonOf } from "../model/lines.ts";
import { useWork } from "../work.ts";

/** Its children while the doctor may write; @param otherwise what is true when they may not */
export function WhileOpen({ otherwise = null, children }: {
  otherwise?: ComponentChildren;
  children: ComponentChildren;
}) {
  return <>{useWork().canWrite() ? children : otherwise}</>;
}

/** A step that is about lines: its children where the doctor may have any, else why there is nothing to rank. */
export function WithLines({ title, children }: { title: string; children: ComponentChildren }) {
  const { nothing, choice } = useWork();
  if (nothing.value === null) return <>{children}</>;
  const { lines, window } = choice.value;
  return (
    <section class="stack">
      <h1 tabIndex={-1}>{title}</h1>
      <p class="note">{nothing.value}</p>
      <NotOpen lines={lines} own={window.fte} />
    </section>
  );
}

/** Lines that the doctor may not have, each with the reason. @param own how much of full time they work */
export function NotOpen({ lines, own }: { lines: readonly Line[]; own: number }) {
  const closed = lines.filter(({ eligible }) => !eligible);
  if (closed.length === 0) return null;
  return (
    <details>
      <summary>
        {closed.length === 1 ? "One line is" : `${closed.length} lines are`} not open to you
      </summary>
      <ul>
        {closed.map((line) => <li key={line.id}>{line.name}: {reasonOf(line, own)}</li>)}
      </ul>
    </details>
  );
}
