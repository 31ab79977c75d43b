// The checker as the fleet sees it: a run is a list of certificates, read one after the other in slices.

import * as z from "zod";
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { SliceBudget } from "../../engine/units.ts";
import type { Claim, Machine, Workload } from "../../fleet/workload.ts";
import type { Transaction } from "../../platform/database.ts";
import { type CheckState, prepareCheck } from "../check/machine.ts";

/** Raise the version with every change of `Claims`. */
const INPUT_FORMAT: CheckpointFormat = { engine: "prime_check input", version: 1 };

const claimsShape = z.array(z.object({
  id: z.int(),
  form: z.string(),
  expression: z.string(),
  certificate: z.unknown(),
  digest: z.string(),
}));

/** What is to be checked, in order. */
export type Claims = z.infer<typeof claimsShape>;

/** What the checker said of a certificate. */
export interface CheckRecord {
  id: number;
  digest: string;
  valid: boolean;
  method?: string;
  reason?: string;
  slices: number;
  cpu_ms: number;
}

/** State of a list of checks, plain JSON. */
export interface ChecksState {
  /** Claims before this one are done. */
  at: number;
  /** The check under way, what it took so far. */
  check: CheckState | null;
  slices: number;
  cpuMs: number;
  /** Answers of the last step, which its checkpoint writes. */
  answers: CheckRecord[];
}

/** Checks of a slice are not begun with less than this left, in ms. */
const RESERVE_MS = 2;

/** Checks certificates one after the other. */
export class Checks implements Machine<ChecksState> {
  readonly format: CheckpointFormat = { engine: "prime_checks", version: 1 };

  constructor(private readonly claims: Claims) {}

  start(): ChecksState {
    return { at: 0, check: null, slices: 0, cpuMs: 0, answers: [] };
  }

  step(from: ChecksState, budget: SliceBudget): ChecksState {
    const state: ChecksState = { ...structuredClone(from), answers: [] };
    do {
      this.#goOn(state, budget);
    } while (!this.done(state) && state.check === null && budget.remainingMs() > RESERVE_MS);
    return state;
  }

  /** Goes on with a check until it, or the slice, ends. */
  #goOn(state: ChecksState, budget: SliceBudget): void {
    const { id, digest, form, expression, certificate } = this.claims[state.at];
    const machine = prepareCheck({ form, expression, certificate });
    const before = budget.remainingMs();
    const check = machine.step(state.check ?? machine.start(), budget);
    const spent = before - budget.remainingMs();
    state.cpuMs += Number.isFinite(spent) ? Math.max(0, spent) : 0;
    state.slices++;
    if (!machine.done(check)) {
      state.check = check;
      return;
    }
    const { slices, cpuMs } = state;
    const cpu_ms = Math.round(cpuMs * 10) / 10;
    state.answers.push({ id, digest, ...machine.outcome(check), slices, cpu_ms });
    Object.assign(state, { at: state.at + 1, check: null, slices: 0, cpuMs: 0 });
  }

  done(state: ChecksState): boolean {
    return state.at >= this.claims.length;
  }

  phase(): string {
    return "Checking";
  }
}

/** Reads certificates of primes that were found. */
export const primeCheckWorkload: Workload<Claims, ChecksState, Checks> = {
  searchType: "prime_check",
  inputFormat: INPUT_FORMAT,

  async load(tx, runId) {
    const [row] = await tx`select prime_search.load_check(${runId}) as document`;
    return claimsShape.parse(row.document);
  },

  prepare: (claims) => new Checks(claims),

  report: (tx, claim, _claims, _machine, state) => write(tx, claim, state),

  async commit(tx, claim, _claims, _machine, state) {
    await write(tx, claim, state);
    await tx`select prime_search.finish_check(${claim.claimToken})`;
  },
};

async function write(tx: Transaction, claim: Claim, { answers }: ChecksState): Promise<void> {
  if (answers.length === 0) return;
  await tx`select prime_search.record_checks(${claim.claimToken}, ${
    tx.json(JSON.parse(JSON.stringify(answers)))
  })`;
}
