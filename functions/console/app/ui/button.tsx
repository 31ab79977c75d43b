// Buttons.

import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

/** Props of {@link Button}. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it looks like: `primary` once per page, `danger` for what cannot be undone by pressing again. */
  kind?: "primary" | "danger" | "plain";
  compact?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
  /** Shows that its work is under way; it cannot be pressed meanwhile, and keeps the focus. */
  busy?: boolean;
  children: ComponentChildren;
}

/** A button. */
export function Button(
  { kind, compact, busy, disabled, type = "button", children, ...rest }: ButtonProps,
) {
  const classes = ["button", kind, compact && "compact", rest.class].filter(Boolean).join(" ");
  return (
    <button
      {...rest}
      type={type}
      class={classes}
      disabled={disabled}
      aria-busy={busy}
      // A disabled button loses the focus: whoever pressed it by keyboard would be at the top of the page.
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {children}
    </button>
  );
}
