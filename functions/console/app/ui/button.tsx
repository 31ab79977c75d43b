// Buttons.

import { useSignal } from "@preact/signals";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import { Sending, workOf } from "./form.tsx";

/** Props of {@link Button}. */
export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "onClick"> {
  /** What it looks like: `primary` once per page, `danger` for what cannot be undone by pressing again. */
  kind?: "primary" | "danger" | "plain";
  compact?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
  /** Shows that its work is under way; it cannot be pressed meanwhile, and keeps the focus. */
  busy?: boolean;
  /** What it does; as long as a promise that it answers has not settled, the button is at work, and a second press does nothing. */
  onClick?: (event: MouseEvent) => unknown;
  children: ComponentChildren;
}

/** A button. Whatever it does is done once for a press, and once for a double one. */
export function Button(
  { kind, compact, busy, disabled, type = "button", onClick, children, ...rest }: ButtonProps,
) {
  const working = useSignal(false), sending = useContext(Sending);
  const atWork = busy || working.value || type === "submit" && sending?.value === true;
  const classes = ["button", kind, compact && "compact", rest.class].filter(Boolean).join(" ");
  return (
    <button
      {...rest}
      type={type}
      class={classes}
      disabled={disabled}
      aria-busy={atWork}
      // A disabled button loses the focus: whoever pressed it by keyboard would be at the top of the page.
      aria-disabled={atWork || undefined}
      onClick={(event) => {
        if (atWork || working.value) event.preventDefault();
        else void workOf(working, onClick?.(event));
      }}
    >
      {children}
    </button>
  );
}
