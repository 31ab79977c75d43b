// The way out of a form that changes one that is there: to one that adds another.

import { Button } from "../ui/button.tsx";

/** See above. @param blank what the form has for a new one */
export function Another<Draft>({ draft, blank }: {
  draft: { value: Draft };
  blank: () => Draft;
}) {
  return <Button compact onClick={() => draft.value = blank()}>Add another instead</Button>;
}
