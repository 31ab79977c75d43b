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

/** Takes a procedure up from its journal and goes on as long as `pace` lets it. */
export function proceed<Result>(
  procedure: Procedure<Result>,
  journal: Journal,
  pace: Pace,
): Outcome<Result> {
  const results = [...journal.results];
  let next = procedure.next();
  for (const result of journal.results) {
    if (next.done) break;
    next = procedure.next(result);
  }
  let saved = journal.chain;
  while (!next.done) {
    const chain = next.value;
    if (saved !== null) chain.restore(saved);
    saved = null;
    if (!pace((count) => chain.advance(count))) {
      return {
        done: false,
        journal: { results, chain: chain.save() },
        progress: chain.progress(),
      };
    }
    results.push(chain.result());
    next = procedure.next(results[results.length - 1]);
  }
  return { done: true, result: next.value };
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
