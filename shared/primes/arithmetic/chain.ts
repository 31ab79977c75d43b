/**
 * Long computations that can be cut anywhere. A *chain* is one of them (a power, a Lucas sequence);
 * a *procedure* is a generator that asks for chains one after the other and decides by their results.
 * A procedure's state is the journal of the results so far and the state of the chain under way:
 * resuming runs the generator again on the journal, so that the code of a proof reads straight on.
 */

/** What a chain may keep: plain JSON. */
export type Saved = null | boolean | number | string | Saved[] | { [key: string]: Saved };

/** A computation of many like steps. Its result does not depend on where it was cut. */
export interface Chain {
  /** Does up to `count` steps (at least one); true when there is nothing left to do. */
  advance(count: number): boolean;
  /** State between two steps. */
  save(): Saved;
  /** Takes up a saved state, on a chain made with the same arguments. */
  restore(saved: Saved): void;
  /** After advance() answered true: the result, as the journal keeps it. */
  result(): Saved;
  /** Steps done and steps in all, for progress; about. */
  progress(): { done: number; total: number };
}

/** Yields chains, is sent their results. Between two chains it does what costs milliseconds at most. */
export type Procedure<Result> = Generator<Chain, Result, Saved>;

/** State of a procedure. */
export type Journal = {
  /** Results of the chains that are done, in order. */
  results: Saved[];
  /** State of the chain under way; null where it has not begun. */
  chain: Saved;
};

/** Runs `advance(count)` until it answers true or time is up. @returns whether it answered true */
export type Pace = (advance: (count: number) => boolean) => boolean;

/** Journal of a procedure that has not begun. */
export function newJournal(): Journal {
  return { results: [], chain: null };
}

/** What became of a procedure within the time given. */
export type Outcome<Result> =
  | { done: true; result: Result }
  | { done: false; journal: Journal; progress: { done: number; total: number } };

/** A procedure as a chain: of its journal, only its result is kept once it is done. */
class ProcedureChain<Result> implements Chain {
  readonly #procedure: Procedure<Result>;
  readonly #results: Saved[] = [];
  #next: IteratorResult<Chain, Result>;

  constructor(procedure: Procedure<Result>) {
    this.#procedure = procedure;
    this.#next = procedure.next();
  }

  #take(result: Saved): void {
    this.#results.push(result);
    this.#next = this.#procedure.next(result);
  }

  advance(count: number): boolean {
    if (this.#next.done) return true;
    const chain = this.#next.value;
    if (chain.advance(count)) this.#take(chain.result());
    return this.#next.done ?? false;
  }

  /** The innermost chain under way, so that its pace can be found anew; null where there is none. */
  get current(): Chain | null {
    if (this.#next.done) return null;
    const chain = this.#next.value;
    return chain instanceof ProcedureChain ? chain.current ?? chain : chain;
  }

  save(): Journal {
    return { results: [...this.#results], chain: this.#next.done ? null : this.#next.value.save() };
  }

  restore(saved: Saved): void {
    const { results, chain } = saved as Journal;
    for (const result of results) if (!this.#next.done) this.#take(result);
    if (chain !== null && !this.#next.done) this.#next.value.restore(chain);
  }

  result(): Saved {
    return this.outcome() as Saved;
  }

  outcome(): Result {
    if (!this.#next.done) throw new Error("the procedure is not done");
    return this.#next.value;
  }

  progress() {
    return this.#next.done ? { done: 1, total: 1 } : this.#next.value.progress();
  }
}

/** Runs a part of a procedure whose inner results need not be kept; its own result is plain JSON. */
export function* collapsed<Result>(part: Procedure<Result>): Procedure<Result> {
  return (yield new ProcedureChain(part)) as Result;
}

/** Takes a procedure up from its journal and goes on as long as `pace` lets it. */
export function proceed<Result>(
  procedure: Procedure<Result>,
  journal: Journal,
  pace: Pace,
): Outcome<Result> {
  const chain = new ProcedureChain(procedure);
  chain.restore(journal);
  for (let current = chain.current; current !== null; current = chain.current) {
    // Chains differ in the length of their steps: each has its own pace.
    const inTime = pace((count) => chain.advance(count) || chain.current !== current);
    if (!inTime) return { done: false, journal: chain.save(), progress: chain.progress() };
  }
  return { done: true, result: chain.outcome() };
}

/** Runs a procedure to its end at once. */
export function complete<Result>(procedure: Procedure<Result>): Result {
  const outcome = proceed(procedure, newJournal(), (advance) => {
    while (!advance(1 << 20));
    return true;
  });
  if (!outcome.done) throw new Error("a procedure without limit of time did not end");
  return outcome.result;
}
