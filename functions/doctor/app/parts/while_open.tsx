// What asks somebody to do something: it stands there only while they can.

import type { ComponentChildren } from "preact";
import { useWork } from "../work.ts";

/** Its children while the doctor may write; @param otherwise what is true when they may not */
export function WhileOpen({ otherwise = null, children }: {
  otherwise?: ComponentChildren;
  children: ComponentChildren;
}) {
  return <>{useWork().canWrite() ? children : otherwise}</>;
}
