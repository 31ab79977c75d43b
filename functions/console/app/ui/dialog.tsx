// A modal dialog over the platform's own <dialog>: focus begins at its first field or its main action (see `firstOf()`), is kept inside and returned;
// Escape closes, but asks once more where something was typed.

import { useSignal } from "@preact/signals";
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

/** Fields for text; what is looked for by one is nothing that could be lost. */
const TEXTS =
  "textarea, input:not([type=checkbox], [type=radio], [type=search], [type=range], [type=file])";

/** Holds back an Escape that would lose what was typed since the dialog opened: a slip of a finger. The next one closes. */
function useTypedOnce() {
  const typed = useRef(false);
  const warns = useSignal(false);
  return {
    warns,
    onInput: ({ target }: Event) => {
      typed.current ||= (target as Element).matches(TEXTS);
      warns.value = false;
    },
    onKeyDown: (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
      if (event.key !== "Escape" || event.defaultPrevented || !typed.current || warns.value) return;
      // Of a question that stands before this one it is none of this one's.
      if ((event.target as Element).closest("dialog") !== event.currentTarget) return;
      const fields = event.currentTarget.querySelectorAll<HTMLInputElement>(TEXTS);
      if (![...fields].some(({ value }) => value.trim() !== "")) return;
      event.preventDefault();
      warns.value = true;
    },
  };
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
  const { warns, ...typing } = useTypedOnce();
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
      {...typing}
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
      {warns.value && (
        <p class="note warn" role="alert">
          Escape once more closes this, and what you typed in it is lost.
        </p>
      )}
      {actions && <footer>{actions}</footer>}
    </dialog>
  );
}
