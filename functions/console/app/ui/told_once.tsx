// A secret that is shown this once, until it is kept.

import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";

/** See above. */
export function ToldOnce({ about, secret, class: name, onKept }: {
  about: ComponentChildren;
  secret: string;
  class: string;
  onKept: () => void;
}) {
  return (
    <div class="note" role="status">
      <p>{about}</p>
      <p class={name}>{secret}</p>
      <Button compact onClick={onKept}>I have kept it</Button>
    </div>
  );
}
