// The kernel of every engine: a search is cut into units of work, and one loop runs as many of them as a slice has room
// for. What comes next, and what it finds, follows from the search's state alone: how long units take decides
// where a slice ends, never what is done.

/** What is left of a slice. */
export interface SliceBudget {
  /** Milliseconds of CPU that may still be used; a step ends before this falls below 0. */
  remainingMs(): number;
  /** Says that the work from here on belongs to this phase, so that its CPU is booked there. */
  enter?(phase: string): void;
  /** Whether the run's life is nearly over: a search with a time limit then ends with what it has. */
  isLastCall?(): boolean;
  /** Set where a search is solved again: when its time was up then, whatever the clock says now. */
  replay?: TimeUp;
}

/** When the time of a search was up: a search that a limit ended comes out the same once more only at the same place. */
export interface TimeUp {
  /** Units that had run by then; null: its time was never up. */
  units: number | null;
  /** The same of the search within it that was at work, if any. */
  inner?: TimeUp;
}

/** A slice without an end, for who has the time. */
export const UNLIMITED: SliceBudget = { remainingMs: () => Number.MAX_SAFE_INTEGER };

/** A piece of work that is not divided further: some 20 to 400 ms. */
export interface Unit {
  /** Units of a kind take about as long as each other. */
  kind: string;
  /** Name of its phase, for people. */
  phase: string;
  /** Milliseconds a first unit of this kind is taken for; {@link UNKNOWN_UNIT_MS} where nothing is known. */
  guessMs?: number;
  run(): void;
}

/** A search within a search: it runs units of its own on what is left of the slice, and keeps their books itself. */
export interface InnerSearch {
  kind: string;
  /** @returns whether it is over; a slice ends behind one that is not */
  step(budget: SliceBudget): boolean;
}

/** What the loop writes down; part of a search's checkpoint. */
export interface Books {
  /** Largest recent milliseconds of each kind of unit. */
  unitMs: Record<string, number>;
  /** Milliseconds of all units: measured, so only a time limit may look at them. */
  spentMs: number;
  /** Progress shown so far, 0..1: it never falls. */
  fraction: number;
  work: { units: number };
  /** Units that had run when the time was up, and when that was last acted on; not there where it never was. */
  timeUp?: { at: number; seen: number };
}

/** A search as the loop sees it. */
export interface UnitSource {
  readonly books: Books;
  /** What is to be done next; null: nothing. */
  next(): Unit | InnerSearch | null;
  /** How far the search is, 0..1. */
  fraction(): number;
  /**
   * Milliseconds of all units after which `expire` is called once before every further one, to end with what there is;
   * so it is where the slice says that the run's life is nearly over.
   */
  timeLimit?: { ms: number; expire(): void };
}

/** Milliseconds a unit is taken for before the first of its kind has run. */
export const UNKNOWN_UNIT_MS = 120;
/** Room left above what the last unit of a kind took: units differ, and a cold isolate runs them slower. */
const SPARE = 1.25;
/** How much of the largest time of a kind is kept when a unit took less. */
const MEMORY = 0.8;

/** Runs units until the next would not fit the budget or there is none; at least one, so that every slice gets on. */
export function stepUnits(source: UnitSource, budget: SliceBudget): void {
  for (let first = true;; first = false) {
    expireInTime(source, budget);
    const unit = source.next();
    if (unit === null) break;
    const leftMs = budget.remainingMs();
    if (!first && SPARE * expectedMs(source.books, unit) > leftMs) break;
    if ("run" in unit) runUnit(source, unit, budget, leftMs);
    else if (!unit.step(budget)) break;
  }
  source.books.fraction = Math.max(source.books.fraction, source.fraction());
}

/** Once before each unit, wherever slices end: what is done then must follow from the number of units alone. */
function expireInTime({ books, timeLimit }: UnitSource, budget: SliceBudget): void {
  if (!timeLimit || !isUp(books, timeLimit.ms, budget)) return;
  const { units } = books.work, { at = units, seen = -1 } = books.timeUp ?? {};
  if (seen === units) return;
  books.timeUp = { at, seen: units };
  timeLimit.expire();
}

function isUp({ spentMs, work, timeUp }: Books, limitMs: number, budget: SliceBudget): boolean {
  if (budget.replay) {
    const { units } = budget.replay;
    return units !== null && work.units >= units;
  }
  // Once up it stays so, also for a slice whose clock starts anew.
  return timeUp !== undefined || spentMs >= limitMs || budget.isLastCall?.() === true;
}

function expectedMs({ unitMs }: Books, unit: Unit | InnerSearch): number {
  const guess = "run" in unit ? unit.guessMs : undefined;
  return unitMs[unit.kind] ?? guess ?? UNKNOWN_UNIT_MS;
}

function runUnit(source: UnitSource, unit: Unit, budget: SliceBudget, leftMs: number): void {
  budget.enter?.(unit.phase);
  unit.run();
  const took = Math.max(0, leftMs - budget.remainingMs());
  const { books } = source;
  books.work.units++;
  books.spentMs += took;
  books.unitMs[unit.kind] = Math.round(Math.max(took, MEMORY * (books.unitMs[unit.kind] ?? 0)));
}
