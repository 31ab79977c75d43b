// Whether the model of a line allows one, whatever it chooses beside its positions.

import { slotOf } from "../model/flat.ts";
import { LineScorer } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Whether a line of these positions (index per term of the year) is legal with some choice of leave; no pathways. */
export function isLegalInModel(tables: PlannerTables, line: readonly number[]): boolean {
  const scorer = new LineScorer(tables), R = tables.positions;
  const choices = tables.leave === null ? [[]] : tables.leave.options.map((r) => [r]);
  return choices.some((choice) => {
    const whole = [...line, ...choice];
    return whole.every((r, t) => tables.cap[slotOf(t, r, R)] > 0) &&
      scorer.faults(Int32Array.from(whole), 0) === 0;
  });
}
