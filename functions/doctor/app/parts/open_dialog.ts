// A dialog takes some frames until it is drawn, and makes the rest of the page wait while it is open. That it comes is seen in
// the frame after the press.

import { afterPaint } from "./after_paint.ts";
import { cloner, made } from "./made.ts";

const shell = cloner(() => made("div", { class: "coming", "aria-hidden": "true" }));

/**
 * Opens a dialog: its frame and its title are seen at once, and it is drawn over them after that.
 * @param open draws it
 * @param height about what it will have: most have what the window has
 */
export function openDialog(title: string, open: () => void, height?: string): void {
  const coming = shell();
  if (height) coming.style.height = height;
  // Not as text: what is read and found is the dialog's.
  coming.dataset.title = title;
  document.body.append(coming);
  afterPaint(() => {
    open();
    afterPaint(() => coming.remove());
  });
}
