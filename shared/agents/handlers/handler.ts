// What a handler is: a task that needs no model, worked in slices, pure. The database reads what it works on, and writes what it came to.

import type * as z from "zod";
import type { SliceBudget } from "../../engine/units.ts";

/** An action that a handler proposes; a person decides about it. */
export interface Proposal {
  /** One of the actions of agents.perform(). */
  action: string;
  params: Record<string, unknown>;
  /** What it does and why, in a sentence. */
  summary: string;
}

/** A task that a handler opens for a person or an agent. */
export interface OpenedTask {
  title: string;
  description: string;
  role_name: string;
  priority: "low" | "normal" | "high" | "urgent";
}

/** What a handler came to: a summary in words, its figures, and what is to follow. Plain JSON. */
export interface Report {
  summary: string;
  proposals?: Proposal[];
  tasks?: OpenedTask[];
  /** Ids of primes whose certificates are to be checked. */
  checks?: number[];
  /** A decision of the strategy, with the project that it becomes; null: none fits. */
  decided?: { decision: number; project: Record<string, unknown> | null };
  [figure: string]: unknown;
}

/** A handler: `Data` is what agents.load_run() reads for it, `State` plain JSON. */
export interface Handler<Data, State> {
  readonly shape: z.ZodType<Data>;
  start(): State;
  /** Goes on until it is done or the slice is used up; at least a bit. */
  step(data: Data, state: State, budget: SliceBudget): State;
  done(state: State): boolean;
  report(data: Data, state: State): Report;
}

/** State of a handler that reports at one look. */
export interface Looked {
  looked: boolean;
}

/** A handler whose data is small enough to be read at once. */
export function atOnce<Data>(
  shape: z.ZodType<Data>,
  report: (data: Data) => Report,
): Handler<Data, Looked> {
  return {
    shape,
    start: () => ({ looked: false }),
    step: () => ({ looked: true }),
    done: ({ looked }) => looked,
    report: (data) => report(data),
  };
}

/** The value in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
