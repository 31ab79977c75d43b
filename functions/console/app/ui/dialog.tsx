// A modal dialog over the platform's own <dialog>: focus begins at its first field or its main action (see `firstOf()`), is kept inside and returned;
// Escape closes.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { around, focusNearest } from "./keep_focus.ts";

/**
 * What is worked with first: a field, or else the main action; the button that closes stands before both. What cannot be undone
 * never is: an Enter held down, or pressed twice, would do it unseen.
 */
function firstOf(dialog: HTMLElement): HTMLElement | undefined {
  const all = (selector: string) => [...dialog.querySelectorAll<HTMLElement>(selector)];
  return all(".body :is(input, select, textarea):not(:disabled)")[0] ??
    all("footer button:not(:disabled, .danger)").at(-1);
}

/** Open as long as it is rendered. */
export function Dialog({ title, wide, onClose, actions, children }: {
  title: string;
  wide?: boolean;
  onClose: () => void;
  /** Buttons at the foot, the main one last. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // With the drawing, so that the frame that has it shows it.
  useLayoutEffect(() => {
    const opener = around(document.activeElement), element = dialog.current!;
    element.showModal();
    firstOf(element)?.focus();
    return () => {
      // As long as it is open nothing behind it takes the focus.
      element.close();
      focusNearest(opener);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${wide ? "wide" : ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="plain" compact aria-label="Close" onClick={onClose}>✕</Button>
      </header>
      <div class="body">{children}</div>
      {actions && <footer>{actions}</footer>}
    </dialog>
  );
}
