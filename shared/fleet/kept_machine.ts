// The machine of the slice before: an isolate that goes on with the same run need not prepare its problem again.

import type { Machine, Workload } from "./workload.ts";

/**
 * A workload that takes the machine of its last slice where the input and the block are the same ones; one machine is
 * kept, and let go before another is prepared. Inputs are compared, not runs: a run that begins again reads its problem anew.
 * Only where {@link Workload.keepsNothing} says that a machine is the same before a step and after it.
 */
export function keepingMachine<Input, State, M extends Machine<State>>(
  workload: Workload<Input, State, M>,
): Workload<Input, State, M> {
  if (!workload.keepsNothing) return workload;
  let kept: { input: Input; blockNumber: number; machine: M } | null = null;
  return {
    ...workload,
    prepare(input, blockNumber) {
      if (kept?.blockNumber === blockNumber && isSame(kept.input, input)) return kept.machine;
      kept = null;
      const machine = workload.prepare(input, blockNumber);
      kept = { input, blockNumber, machine };
      return machine;
    },
  };
}

/** Whether two JSON values are the same, down to the last one; the order of an object's members counts for nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return one === other;
  }
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length &&
      one.every((value, i) => isSame(value, other[i]));
  }
  if (Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) =>
      Object.hasOwn(other, name) &&
      isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name])
    );
}
