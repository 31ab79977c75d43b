// A correction that breaks rules is refused first, with their names; whoever means it sets them aside.

import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { Check } from "../ui/field.tsx";
import { Refused } from "./run_card.tsx";

/** What was refused, and, where rules were broken, the way past them. */
export function SetAside({ refused, override, onOverride }: {
  refused: ReceptorError | null;
  override: boolean;
  onOverride: (override: boolean) => void;
}) {
  return (
    <>
      <Refused error={refused} />
      {((refused?.errors?.length ?? 0) > 0 || override) && (
        <SetAsideCheck override={override} onOverride={onOverride} />
      )}
    </>
  );
}

/** The yes to what is broken. */
export function SetAsideCheck({ override, onOverride }: {
  override: boolean;
  onOverride: (override: boolean) => void;
}) {
  return (
    <Check
      label="Set these rules aside"
      hint="marked on the result, with the reason"
      checked={override}
      onChange={onOverride}
    />
  );
}
