// Who signs in hears it where the browser keeps nothing for the page: the form is where they are again after a reload.

import { useMemo } from "preact/hooks";
import { keepsNothing } from "../data/shelf.ts";

/** Says so once, on the sign-in form; draws nothing where the browser keeps what it is given. */
export function KeepsNothing() {
  const words = useMemo(() => keepsNothing(), []);
  return words && <p class="note warn small" role="status">{words}</p>;
}
