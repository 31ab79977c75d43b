// Paper: whether the page is being printed, so that what shows its first rows shows all of them; and what stands above
// every printed page.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** True from before the pages are laid out until they are. */
export function usePrinting(): ReadonlySignal<boolean> {
  const printing = useSignal(false);
  useEffect(() => {
    const set = (event: Event) => printing.value = event.type === "beforeprint";
    for (const type of ["beforeprint", "afterprint"]) addEventListener(type, set);
    return () => {
      for (const type of ["beforeprint", "afterprint"]) removeEventListener(type, set);
    };
  }, []);
  return printing;
}

/**
 * Puts a text above the second and every further printed page, in the margin, where the browser draws margins' boxes;
 * the first page has it in its own text.
 */
export function useMarginText(text: string): void {
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    // A style sheet made by script: the policy of the page allows no inline one.
    sheet.replaceSync(`@media print {
      @page { @top-left { content: ${cssString(text)}; font: 8pt system-ui, sans-serif } }
      @page :first { @top-left { content: none } }
    }`);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  }, [text]);
}

/** A text as a style sheet writes it, whatever is in it. */
export function cssString(text: string): string {
  const code = (char: string) => `\\${char.codePointAt(0)!.toString(16)} `;
  return `"${text.replace(/["\\<>\n\r\f]/g, code)}"`;
}
