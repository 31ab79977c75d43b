/**
 * The one door to GLPK: models in typed arrays in, checked answers out. Pure: no I/O, no permission,
 * synchronous. One solve is one uninterruptible call, so callers bound the size of their models.
 *
 * Measured on one core of a small server, LPs like a restricted master with six entries per column:
 * 100 x 400 5 ms, 300 x 1500 30 ms, 600 x 3000 120 ms cold, of which the door itself takes 0.2, 0.6
 * and 1.2 ms. A set-packing MIP of 100 x 1000 does some 8 units of work per millisecond.
 *
 * Owns everything that knows GLPK. Any engine may import this file and `basis.ts`; it imports nothing.
 */
import type { LpModel, LpOptions, LpSolution } from "./model.ts";
import { LpSession } from "./session.ts";

export { LpBuilder } from "./builder.ts";
export {
  LP_LIMITS,
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
