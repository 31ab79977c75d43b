import assert from "node:assert/strict";
import { type Books, type InnerSearch, stepUnits, type Unit, UNKNOWN_UNIT_MS } from "./units.ts";

/** A clock that only units move. */
class Clock {
  constructor(public leftMs: number) {}
  remainingMs = () => this.leftMs;
}

function books(): Books {
  return { unitMs: {}, spentMs: 0, fraction: 0, work: { units: 0 } };
}

/** Units of these milliseconds, one after the other. */
function unitsOf(clock: Clock, costs: number[], done: number[] = [], guessMs?: number) {
  return (): Unit | null =>
    done.length === costs.length ? null : {
      kind: "k",
      phase: `Unit ${done.length}`,
      ...guessMs === undefined ? {} : { guessMs },
      run: () => {
        clock.leftMs -= costs[done.length];
        done.push(costs[done.length]);
      },
    };
}

Deno.test("stepUnits() runs one unit even where nothing is left of the slice", () => {
  const clock = new Clock(-5), done: number[] = [], book = books();
  stepUnits({ books: book, next: unitsOf(clock, [10, 10], done), fraction: () => 0 }, clock);
  assert.deepEqual(done, [10]);
  assert.equal(book.work.units, 1);
});

Deno.test("stepUnits() stops before a unit that would not fit, with a quarter on top, and runs out otherwise", () => {
  // The next unit is taken for the largest so far: 40, 60, 100.
  for (const [left, units] of [[89, 1], [90, 2], [174, 2], [175, 3], [324, 3], [325, 4]]) {
    const clock = new Clock(left), done: number[] = [];
    const next = unitsOf(clock, [40, 60, 100, 100], done);
    stepUnits({ books: books(), next, fraction: () => 0 }, clock);
    assert.equal(done.length, units, `${left}`);
  }
});

Deno.test("stepUnits() takes a kind that has not run for its guess, or for a usual unit", () => {
  for (const guessMs of [undefined, 40]) {
    const guess = guessMs ?? UNKNOWN_UNIT_MS;
    for (const [left, expected] of [[1.25 * guess - 1, 1], [1.25 * guess, 2]]) {
      const clock = new Clock(left + 10), ran: string[] = [];
      const next = (): Unit | null =>
        ran.length === 2 ? null : {
          kind: `kind ${ran.length}`,
          phase: "p",
          guessMs,
          run: () => {
            clock.leftMs -= 10;
            ran.push("unit");
          },
        };
      stepUnits({ books: books(), next, fraction: () => 0 }, clock);
      assert.equal(ran.length, expected, `${guessMs} ${left}`);
    }
  }
});

Deno.test("stepUnits() keeps the largest recent time of a kind, which fades by a fifth", () => {
  const clock = new Clock(1e6), book = books();
  stepUnits({ books: book, next: unitsOf(clock, [100, 10, 10]), fraction: () => 0 }, clock);
  assert.deepEqual(book.unitMs, { k: 64 });
  assert.equal(book.spentMs, 120);
  assert.equal(book.work.units, 3);
});

Deno.test("stepUnits() never lets the shown fraction fall", () => {
  const clock = new Clock(1e6), book = books();
  for (const [now, shown] of [[0.5, 0.5], [0.2, 0.5], [0.9, 0.9]]) {
    stepUnits({ books: book, next: () => null, fraction: () => now }, clock);
    assert.equal(book.fraction, shown);
  }
});

Deno.test("stepUnits() calls expire() once the time limit is used up, before the next unit is chosen", () => {
  const clock = new Clock(1e6), done: number[] = [], book = books();
  let expired = false;
  const units = unitsOf(clock, [30, 30, 30, 30], done);
  const timeLimit = { ms: 60, expire: () => expired = true };
  stepUnits(
    { books: book, next: () => expired ? null : units(), fraction: () => 1, timeLimit },
    clock,
  );
  assert.deepEqual(done, [30, 30]);
});

Deno.test("stepUnits() tells the phase of each unit before it runs", () => {
  const clock = new Clock(1e6), phases: string[] = [];
  const budget = { remainingMs: clock.remainingMs, enter: (phase: string) => phases.push(phase) };
  stepUnits({ books: books(), next: unitsOf(clock, [1, 1]), fraction: () => 0 }, budget);
  assert.deepEqual(phases, ["Unit 0", "Unit 1"]);
});

Deno.test("stepUnits() leaves the slice to an inner search, which keeps its own books", () => {
  const clock = new Clock(1e6), book = books(), steps: number[] = [];
  const inner: InnerSearch = {
    kind: "inner",
    step: (budget) => {
      steps.push(budget.remainingMs());
      return steps.length === 2;
    },
  };
  const source = { books: book, next: () => steps.length === 2 ? null : inner, fraction: () => 0 };
  stepUnits(source, clock); // not over: the slice ends
  assert.equal(steps.length, 1);
  stepUnits(source, clock); // over: there is nothing else
  assert.equal(steps.length, 2);
  assert.equal(book.work.units, 0);
});

Deno.test("the units do not depend on the slices", () => {
  const run = (slice: number) => {
    const done: number[] = [], book = books();
    for (let slices = 0; done.length < 20; slices++) {
      assert.ok(slices < 100);
      const clock = new Clock(slice);
      const costs = Array.from({ length: 20 }, (_, i) => 10 + i);
      stepUnits({ books: book, next: unitsOf(clock, costs, done), fraction: () => 0 }, clock);
    }
    return { done, units: book.work.units };
  };
  for (const slice of [0, 50, 200]) assert.deepEqual(run(slice), run(1e6));
});

Deno.test("stepUnits() has a search end at the last call of its slice, whatever it has spent", () => {
  for (const isLast of [false, true]) {
    const clock = new Clock(1e6), done: number[] = [];
    let isOver = false;
    const unit = unitsOf(clock, [1, 1, 1], done);
    stepUnits({
      books: books(),
      next: () => isOver ? null : unit(),
      fraction: () => 0,
      timeLimit: { ms: 1e9, expire: () => isOver = true },
    }, { remainingMs: clock.remainingMs, isLastCall: () => isLast && done.length === 2 });
    assert.deepEqual([done.length, isOver], isLast ? [2, true] : [3, false]);
  }
});
