// The refusal of a file whose cells have faults.

import { ApiError } from "../platform/problem_details.ts";
import { MAX_COUNTED_FAULTS, MAX_FAULTS } from "./limits.ts";
import type { CellFault } from "./table.ts";

/**
 * @param asked what a page needs to ask for the columns, see `askedColumns()`; null: they are known
 * @throws ApiError 400 INVALID_ROWS where there are faults, with the place of each
 */
export function refuseFaults(
  faults: readonly CellFault[],
  asked: Record<string, unknown> | null = null,
): void {
  if (faults.length === 0) return;
  const more = faults.length > MAX_COUNTED_FAULTS;
  const many = more ? `more than ${MAX_COUNTED_FAULTS.toLocaleString("en")}` : faults.length;
  const count = faults.length === 1 ? "one fault" : `${many} faults`;
  throw new ApiError(400, "INVALID_ROWS", `The file has ${count}; nothing was changed.`, {
    errors: faults.slice(0, MAX_FAULTS),
    members: { faults: faults.length, ...asked },
  });
}

/**
 * A list of the faults of a file, which ends its reading where there are more than are counted: a file of nothing else costs no
 * more than one that is nearly right.
 */
export function faultList(): CellFault[] {
  const faults: CellFault[] = [];
  return Object.defineProperty(faults, "push", {
    value: (...more: CellFault[]) => {
      for (const fault of more) {
        faults[faults.length] = fault;
        if (faults.length > MAX_COUNTED_FAULTS) refuseFaults(faults);
      }
      return faults.length;
    },
  });
}
