// A dialog takes some frames until it is drawn, and makes the rest of the page wait while it is open. That it comes is seen in
// the frame after the press.

import { afterPaint } from "../after_paint.ts";
import { made } from "./made.ts";

let shell: HTMLElement | undefined;

/** What stands where a dialog is about to be: kept in the page, unseen, so that showing it lays out nothing but its title. */
export function dialogShell(): HTMLElement {
  if (!shell) document.body.append(shell = made("div", { class: "coming", "aria-hidden": "true" }));
  return shell;
}

/**
 * Opens a dialog: its frame and its title are seen at once, and it is drawn over them after that.
 * @param open draws it
 * @param height about what it will have: most have what the window has
 */
export function openDialog(title: string, open: () => void, height = ""): void {
  const { dataset, style } = dialogShell();
  style.height = height;
  // Not as text: what is read and found is the dialog's.
  dataset.title = title;
  afterPaint(() => {
    open();
    afterPaint(() => delete dataset.title);
  });
}
