/**
 * Checks of what nodes hand in, as an engine: one answer after the other, in slices that end anywhere. Every factor is divided, every
 * certificate is read by the checker, every find without a proof is tested again; of the residues, those that are drawn, or, where a
 * node of another operator has computed these, those that the two differ in and a few of the others. Who differs is computed a
 * second time before a node is called wrong: an error of ours shall not be a node's.
 */
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { SliceBudget } from "../../engine/units.ts";
import { type Journal, newJournal, type Pace, proceed } from "../arithmetic/chain.ts";
import { paceBy } from "../arithmetic/pace.ts";
import { type CheckState, prepareCheck } from "../check/machine.ts";
import type { Composite, Find } from "../engine.ts";
import type { Search } from "../forms/form.ts";
import { openSearch } from "../forms/mod.ts";
import { testCandidate } from "../proof/candidate.ts";
import { prepareWork, type WorkResult, type WorkState } from "../work.ts";
import { compositesOf } from "./answer.ts";
import { type ByResidue, claimed, describe, drawnAgain, drawnOf } from "./second.ts";
import { shown } from "./shown.ts";

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
  /** Where another operator's node computed the residues that are drawn: what it says of candidates where that is not the same; null: none did. */
  second?: Record<string, string> | null;
  /**
   * Of what was accepted on the word of two operators one of whom was found wrong: whether what was drawn of it is computed again here, or
   * every residue. Where it is wrong the block is worked anew.
   */
  reopened?: "drawn" | "whole" | null;
  answer: Pick<WorkResult, "finds"> & { evidence: NonNullable<WorkResult["evidence"]> };
}

/** What came out of a check. */
export interface NodeVerdict {
  item: number;
  valid: boolean;
  reason?: string;
  /** Of a second opinion: '' where nothing wrong was met in it, or what was. */
  second?: string;
  /** Candidates that were tested again, finds included. */
  tested: number;
  /** Finds that were tested again. */
  found: number;
  cpu_ms: number;
  /** What the block comes to, of an answer that was accepted before and is wrong. */
  redone?: WorkResult;
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
  /** The block under way that is worked anew. */
  block: WorkState | null;
  /** The test is done a second time. */
  again: boolean;
  /** What is wrong with the answer under way, and with the second opinion of it; null where nothing was met. */
  wrong: string | null;
  secondWrong: string | null;
  tested: number;
  found: number;
  cpuMs: number;
  /** Answers of the last step, which its checkpoint writes. */
  verdicts: NodeVerdict[];
}

type Task =
  | { kind: "factor"; composite: Composite & { factor: string } }
  | { kind: "find"; find: Find }
  /** `second` is what the second node says, where one was asked. */
  | { kind: "residue"; composite: ByResidue; second: string | null };

/** What a task came to: null where the time was up. */
type Outcome = { wrong: string | null; secondWrong?: string | null } | null;

const RIGHT = { wrong: null };
const NEXT = { test: null, check: null, again: false };
const NOTHING = {
  task: 0,
  ...NEXT,
  block: null,
  wrong: null,
  secondWrong: null,
  tested: 0,
  found: 0,
  cpuMs: 0,
};
/** Tasks are not begun with less than this left, in ms. */
const RESERVE_MS = 4;

/** Checks answers one after the other; bad input makes an answer wrong, never an error. */
export class NodeChecks {
  readonly format: CheckpointFormat = { engine: "node_checks", version: 3 };
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
      if (task === undefined) {
        const redone = this.#redo(state, budget);
        book();
        if (redone === null) break;
        this.#close(state, redone);
      } else if (state.wrong === null || this.#tellsOfSecond(task, state)) {
        const outcome = this.#work(search, task, state, pace, budget);
        book();
        if (outcome === null) break;
        state.wrong ??= outcome.wrong;
        state.secondWrong ??= outcome.secondWrong ?? null;
      }
      // Once an answer is wrong, only what tells whether the second opinion is wrong as well is looked at.
      if (task !== undefined) Object.assign(state, NEXT, { task: state.task + 1 });
      if (before < RESERVE_MS) break;
    }
    return state;
  }

  /** The tasks of an answer: what is cheap to see comes first. */
  #open(at: number): { search: Search; tasks: Task[] } {
    if (this.#opened?.at === at) return this.#opened;
    const { form, params, start, end, answer } = this.answers[at];
    const composites = compositesOf({ form, params, start, end }, answer);
    const tasks: Task[] = [
      ...composites.filter((each) => "factor" in each)
        .map((composite) => ({ kind: "factor" as const, composite })),
      ...answer.finds.map((find) => ({ kind: "find" as const, find })),
      ...residueTasks(this.answers[at]),
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
          : this.#testAgain(search, task.find.index, "a probable prime", null, state, pace);
      case "residue": {
        const { composite, second } = task;
        return this.#testAgain(search, composite.index, claimed(composite), second, state, pace);
      }
    }
  }

  /** Once an answer is wrong: whether a task tells if the second opinion is wrong as well. */
  #tellsOfSecond(task: Task, { at, secondWrong }: NodeChecksState): boolean {
    if (!this.answers[at].reopened) return isDisputed(task);
    return secondWrong === null && task.kind === "residue" && task.second !== null;
  }

  /** Works a block anew whose answer was accepted and is wrong. @returns null where the time was up, `nothing` where there is no need */
  #redo(state: NodeChecksState, budget: SliceBudget): WorkResult | "nothing" | null {
    const { reopened, form, params, start, end } = this.answers[state.at];
    if (!reopened || state.wrong === null) return "nothing";
    const worker = prepareWork({ form, params, start, end });
    let block = state.block ?? worker.start();
    if (!worker.done(block)) {
      block = worker.step(block, { remainingMs: () => budget.remainingMs() });
    }
    state.block = block;
    return worker.done(block) ? worker.result(block) : null;
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

  /** Tests a candidate as the search does; where that differs from what a node said, once more. @param second as in the task */
  #testAgain(
    search: Search,
    index: number,
    said: string,
    second: string | null,
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
      if ((is !== said || is !== (second ?? is)) && !state.again) {
        Object.assign(state, { test: null, again: true });
        continue;
      }
      state.tested++;
      if (outcome.result.kind !== "composite") state.found++;
      const { expression } = candidate;
      const judged = (says: string) =>
        is === says
          ? null
          : `candidate ${index}, ${shown(expression)}: it says ${says}; it is ${is}`;
      return { wrong: judged(said), secondWrong: judged(second ?? is) };
    }
  }

  #close(state: NodeChecksState, redone: WorkResult | "nothing"): void {
    const { wrong, secondWrong, tested, found, cpuMs } = state;
    const { item, second = null, reopened } = this.answers[state.at];
    state.verdicts.push({
      item,
      valid: wrong === null,
      ...(wrong === null ? {} : { reason: wrong }),
      ...(second === null && !reopened ? {} : { second: secondWrong ?? "" }),
      ...(redone === "nothing" ? {} : { redone }),
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

/**
 * The residues that are computed again: what was drawn, or where a second node was asked, what is disputed and a few of the rest. Of what is
 * looked at again, what was drawn, which the second node said the same of, or all of them.
 */
function residueTasks(answer: NodeAnswer): Extract<Task, { kind: "residue" }>[] {
  const asked = drawnOf(answer);
  const { second = null, seed, reopened } = answer;
  if (reopened) {
    const both = new Set(asked.map(({ index }) => index));
    return (reopened === "whole" ? drawnOf({ ...answer, share: 1 }) : asked).map((composite) => ({
      kind: "residue" as const,
      composite,
      second: both.has(composite.index) ? claimed(composite) : null,
    }));
  }
  if (second === null) return asked.map((composite) => ({ kind: "residue", composite, second }));
  const again = new Set(drawnAgain(seed, asked.length));
  return asked.flatMap((composite, place) => {
    const says = second[composite.index];
    if (says === undefined && !again.has(place)) return [];
    return [{ kind: "residue" as const, composite, second: says ?? claimed(composite) }];
  });
}

/** Whether two nodes say different things of it. */
function isDisputed(task: Task): boolean {
  return task.kind === "residue" && task.second !== null && task.second !== claimed(task.composite);
}
