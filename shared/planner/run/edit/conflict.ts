// What an edit is refused for before the database is asked.

import { ApiError, type FieldError } from "../../../platform/problem_details.ts";

/** What somebody else did meanwhile; all else is wrong with the edit itself. */
const CHANGED_MEANWHILE = ["LINE_GONE", "CELL_CHANGED", "LEAVE_CHANGED"];
/** Faults of an edit that the database knows, too: their code is that of the answer, wherever they are found. */
const OF_LEAVE = ["LEAVE_OUTSIDE", "LEAVE_OVERLAPS"];

/** The refusal of an edit for its faults. */
export function conflict(errors: FieldError[]): ApiError {
  const own = errors.find(({ code }) => !CHANGED_MEANWHILE.includes(code!));
  const code = !own ? "EDIT_CONFLICT" : OF_LEAVE.includes(own.code!) ? own.code! : "INVALID_EDIT";
  return new ApiError(409, code, (own ?? errors[0]).message, { errors });
}
