/**
 * The one door to GLPK: models in typed arrays in, checked answers out. Pure: no I/O, no permission,
 * synchronous. One solve is one uninterruptible call, so callers bound the size of their models.
 */
import { type LpModel, type LpOptions, type LpSolution } from "./model.ts";
import { LpSession } from "./session.ts";

export { LpBuilder } from "./builder.ts";
export {
  LP_LIMITS,
  type LpColumns,
  type LpModel,
  LpModelError,
  type LpModelErrorCode,
  type LpOptions,
  type LpSolution,
  type LpStatus,
} from "./model.ts";
export { LpSession } from "./session.ts";

/**
 * Solves a model: simplex, or branch and cut where columns are integer.
 *
 * @returns a solution whose bounds, rows and integrality were checked (1e-6 relative), or an empty one
 *   with the reason. Trouble inside GLPK answers `limit` with `stoppedBy: "numerics"`.
 * @throws {LpModelError} when the model or the options must not reach GLPK.
 */
export function solveLp(model: LpModel, options: LpOptions = {}): LpSolution {
  const session = new LpSession(model);
  try {
    return session.solve(options);
  } finally {
    session.close();
  }
}
