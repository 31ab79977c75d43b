// Couples who agreed on the doctors' page: taken into the match by one button, since it is the managers who decide.

import type { AgreedLink } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { type DraftCouple, newCouples } from "./draft.ts";
import type { Names } from "./names.ts";

/** See above; nothing where all are in the form, or none agreed. */
export function AgreedCouples({ agreed, couples, names, disabled, onTake }: {
  agreed: readonly AgreedLink[];
  couples: readonly DraftCouple[];
  names: Names;
  disabled: boolean;
  onTake: (couples: DraftCouple[]) => void;
}) {
  const { fresh, unmet } = newCouples(couples, agreed);
  const named = ({ first, second }: { first: string; second: string }) =>
    `${names.doctor(first)} and ${names.doctor(second)}`;
  return (
    <>
      {fresh.length > 0 && (
        <div class="note info small">
          <p>
            {plural(fresh.length, "couple")} agreed to be placed together:{" "}
            {fresh.map(named).join("; ")}.
          </p>
          <Button compact disabled={disabled} onClick={() => onTake(fresh)}>
            Link them in this match
          </Button>
        </div>
      )}
      {unmet.length > 0 && (
        <p class="note warn small">
          Agreed, but they ranked none of their pairs of lines both: {unmet.map(named).join("; ")}.
        </p>
      )}
    </>
  );
}
