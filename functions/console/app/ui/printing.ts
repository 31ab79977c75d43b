// Whether the page is being printed: what shows its first rows only shows all of them on paper.

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
