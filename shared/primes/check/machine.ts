// The checker as an engine: a certificate is checked in slices, cut anywhere.

import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Engine, SearchProgress } from "../../engine/contract.ts";
import type { SliceBudget } from "../../engine/units.ts";
import { type Journal, newJournal, proceed } from "../arithmetic/chain.ts";
import { paceBy } from "../arithmetic/pace.ts";
import { check, type CheckInput, type CheckResult } from "./mod.ts";

/** State of a check, plain JSON. */
export interface CheckState {
  journal: Journal;
  /** null while it goes on. */
  result: CheckResult | null;
  /** 0..1, about: how many powers there will be is not known. */
  fraction: number;
}

/** A check as an engine. Nothing is computed before the first step; bad input is a result. */
export function prepareCheck(input: CheckInput): Engine<CheckState, SearchProgress, CheckResult> {
  return new Check(input);
}

class Check implements Engine<CheckState, SearchProgress, CheckResult> {
  readonly format: CheckpointFormat = { engine: "prime_check", version: 1 };
  readonly #input: CheckInput;

  constructor(input: CheckInput) {
    this.#input = input;
  }

  start(): CheckState {
    return { journal: newJournal(), result: null, fraction: 0 };
  }

  step(state: CheckState, budget: SliceBudget): CheckState {
    if (state.result) return state;
    budget.enter?.("Checking");
    const outcome = proceed(check(this.#input), state.journal, paceBy(budget));
    if (outcome.done) return { journal: newJournal(), result: outcome.result, fraction: 1 };
    const { journal, progress: { done, total } } = outcome;
    // Each power is taken for half of what is left.
    const within = Math.min(1, done / Math.max(1, total)) / 2;
    const fraction = 1 - (1 - within) * 0.5 ** journal.results.length;
    return { journal, result: null, fraction: Math.max(state.fraction, fraction) };
  }

  done(state: CheckState): boolean {
    return state.result !== null;
  }

  phase(): string {
    return "Checking";
  }

  progress(state: CheckState): SearchProgress {
    return {
      phase: "Checking",
      fraction: state.fraction,
      objective: null,
      bound: null,
      gap: null,
    };
  }

  outcome({ result }: CheckState): CheckResult {
    if (!result) throw new Error("the check is not done");
    return result;
  }
}
