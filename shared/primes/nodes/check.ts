/**
 * Checks of what nodes hand in, as an engine: one answer after the other, in slices that end anywhere. Every factor is divided, every
 * certificate is read by the checker, every find without a proof is tested again; of the residues, those that are drawn. Who
 * differs is computed a second time before the node is called wrong: an error of ours shall not be a node's.
 */
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { SliceBudget } from "../../engine/units.ts";
import { type Journal, newJournal, type Pace, proceed } from "../arithmetic/chain.ts";
import { paceBy } from "../arithmetic/pace.ts";
import { type CheckState, prepareCheck } from "../check/machine.ts";
import type { Composite, Find } from "../engine.ts";
import type { Search } from "../forms/form.ts";
import { openSearch } from "../forms/mod.ts";
import { type CandidateVerdict, testCandidate } from "../proof/candidate.ts";
import type { WorkResult } from "../work.ts";
import { compositesOf } from "./answer.ts";
import { drawn } from "./sample.ts";

/** An answer that is to be checked. */
export interface NodeAnswer {
  /** Its place in the verification queue. */
  item: number;
  form: string;
  params: Record<string, unknown>;
  start: number;
  end: number;
  share: number;
  seed: string;
  answer: Pick<WorkResult, "finds"> & { evidence: NonNullable<WorkResult["evidence"]> };
}

/** What came out of a check. */
export interface NodeVerdict {
  item: number;
  valid: boolean;
  reason?: string;
  /** Candidates that were tested again, finds included. */
  tested: number;
  /** Finds that were tested again. */
  found: number;
  cpu_ms: number;
}

/** State of a list of checks, plain JSON. */
export interface NodeChecksState {
  /** Answers before this one are done. */
  at: number;
  /** Tasks of the answer before this one are done. */
  task: number;
  /** The test, or the check of a certificate, under way. */
  test: Journal | null;
  check: CheckState | null;
  /** The test is done a second time. */
  again: boolean;
  tested: number;
  found: number;
  cpuMs: number;
  /** Answers of the last step, which its checkpoint writes. */
  verdicts: NodeVerdict[];
}

type Task =
  | { kind: "factor"; composite: Composite & { factor: string } }
  | { kind: "find"; find: Find }
  | { kind: "residue"; composite: Extract<Composite, { res64: string }> };

/** What a task came to: null where the time was up. */
type Outcome = { wrong: string | null } | null;

const RIGHT = { wrong: null };
const NOTHING = { task: 0, test: null, check: null, again: false, tested: 0, found: 0, cpuMs: 0 };
/** Tasks are not begun with less than this left, in ms. */
const RESERVE_MS = 4;

/** Checks answers one after the other; bad input makes an answer wrong, never an error. */
export class NodeChecks {
  readonly format: CheckpointFormat = { engine: "node_checks", version: 1 };
  #opened: { at: number; search: Search; tasks: Task[] } | null = null;

  constructor(private readonly answers: readonly NodeAnswer[]) {}

  start(): NodeChecksState {
    return { at: 0, ...NOTHING, verdicts: [] };
  }

  step(from: NodeChecksState, budget: SliceBudget): NodeChecksState {
    const state: NodeChecksState = { ...structuredClone(from), verdicts: [] };
    budget.enter?.("Checking");
    const pace = paceBy(budget);
    let before = budget.remainingMs();
    const book = () => {
      const left = budget.remainingMs();
      const spent = before - left;
      state.cpuMs += Number.isFinite(spent) ? Math.max(0, spent) : 0;
      before = left;
    };
    while (!this.done(state)) {
      const { search, tasks } = this.#open(state.at);
      const task = tasks[state.task];
      const outcome = task === undefined ? RIGHT : this.#work(search, task, state, pace, budget);
      book();
      if (outcome === null) break;
      if (outcome.wrong !== null || task === undefined) this.#close(state, outcome.wrong);
      else Object.assign(state, { task: state.task + 1, test: null, check: null, again: false });
      if (before < RESERVE_MS) break;
    }
    return state;
  }

  /** The tasks of an answer: what is cheap to see comes first. */
  #open(at: number): { search: Search; tasks: Task[] } {
    if (this.#opened?.at === at) return this.#opened;
    const { form, params, start, end, share, seed, answer } = this.answers[at];
    const composites = compositesOf({ form, params, start, end }, answer);
    const failed = composites.filter((each) => "res64" in each);
    const tasks: Task[] = [
      ...composites.filter((each) => "factor" in each)
        .map((composite) => ({ kind: "factor" as const, composite })),
      ...answer.finds.map((find) => ({ kind: "find" as const, find })),
      ...drawn(seed, share, failed.length)
        .map((place) => ({ kind: "residue" as const, composite: failed[place] })),
    ];
    this.#opened = { at, search: openSearch(form, params), tasks };
    return this.#opened;
  }

  #work(
    search: Search,
    task: Task,
    state: NodeChecksState,
    pace: Pace,
    budget: SliceBudget,
  ): Outcome {
    switch (task.kind) {
      case "factor":
        return { wrong: divides(search, task.composite) };
      case "find":
        return task.find.proof === "deterministic"
          ? this.#readCertificate(task.find, state, budget)
          : this.#testAgain(search, task.find.index, "a probable prime", state, pace);
      case "residue": {
        const { test, base, res64, member } = task.composite;
        const said = describe({ kind: "composite", member, evidence: { test, base, res64 } });
        return this.#testAgain(search, task.composite.index, said, state, pace);
      }
    }
  }

  #readCertificate(find: Find, state: NodeChecksState, budget: SliceBudget): Outcome {
    const { form } = this.answers[state.at];
    const { expression, certificate } = find;
    const machine = prepareCheck({ form, expression, certificate });
    state.check = machine.step(state.check ?? machine.start(), budget);
    if (!machine.done(state.check)) return null;
    state.tested++;
    state.found++;
    const result = machine.outcome(state.check);
    return result.valid
      ? RIGHT
      : { wrong: `the certificate of ${shown(expression)} is refused: ${result.reason}` };
  }

  /** Tests a candidate as the search does; where that differs from what the node said, once more. */
  #testAgain(
    search: Search,
    index: number,
    said: string,
    state: NodeChecksState,
    pace: Pace,
  ): Outcome {
    const candidate = search.candidate(index);
    for (;;) {
      const outcome = proceed(testCandidate(candidate), state.test ?? newJournal(), pace);
      if (!outcome.done) {
        state.test = outcome.journal;
        return null;
      }
      const is = describe(outcome.result);
      if (is !== said && !state.again) {
        Object.assign(state, { test: null, again: true });
        continue;
      }
      state.tested++;
      if (outcome.result.kind !== "composite") state.found++;
      const { expression } = candidate;
      return {
        wrong: is === said
          ? null
          : `candidate ${index}, ${shown(expression)}: it says ${said}; it is ${is}`,
      };
    }
  }

  #close(state: NodeChecksState, wrong: string | null): void {
    const { tested, found, cpuMs } = state;
    state.verdicts.push({
      item: this.answers[state.at].item,
      valid: wrong === null,
      ...(wrong === null ? {} : { reason: wrong }),
      tested,
      found,
      cpu_ms: Math.round(cpuMs * 10) / 10,
    });
    Object.assign(state, NOTHING, { at: state.at + 1 });
  }

  done(state: NodeChecksState): boolean {
    return state.at >= this.answers.length;
  }

  phase(): string {
    return "Checking";
  }
}

/** Why a factor is none; null where it divides a number of the candidate and is another one. */
function divides(search: Search, composite: Composite & { factor: string }): string | null {
  const { index, member } = composite;
  const { members, expression } = search.candidate(index);
  const factor = BigInt(composite.factor);
  const numbers = member === undefined ? members : members.slice(member, member + 1);
  const isFactor = factor > 1n && numbers.some((number) => {
    const value = number.value();
    // Below 2 there is no prime, whatever divides it.
    return value % factor === 0n && value !== factor;
  });
  return isFactor
    ? null
    : `candidate ${index}, ${shown(expression)}: ${shown(composite.factor)} is no factor of it`;
}

/** A verdict in words that are the same where the verdicts are. */
function describe(verdict: CandidateVerdict): string {
  if (verdict.kind === "prime") return "a prime";
  if (verdict.kind === "probable") return "a probable prime";
  const { member, evidence } = verdict;
  if ("factor" in evidence) return `composite by the factor ${shown(evidence.factor)} (${member})`;
  return `composite by ${evidence.test} ${evidence.base ?? ""} ${evidence.res64} (${member})`;
}

/** A text that may be long, as far as a sentence has room for it. */
function shown(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 60)}... (${text.length} characters)`;
}
