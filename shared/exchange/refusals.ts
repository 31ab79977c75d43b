// The refusal of a file whose cells have faults.

import { ApiError } from "../platform/problem_details.ts";
import { MAX_FAULTS } from "./limits.ts";
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
  const count = faults.length === 1 ? "one fault" : `${faults.length} faults`;
  throw new ApiError(400, "INVALID_ROWS", `The file has ${count}; nothing was changed.`, {
    errors: faults.slice(0, MAX_FAULTS),
    members: { faults: faults.length, ...asked },
  });
}
