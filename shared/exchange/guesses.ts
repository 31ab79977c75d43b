// Which name may have been meant by one that is none, whoever's file it stands in.

import { MAX_GUESSES } from "./limits.ts";

/** Names that are looked through for the nearest one. */
const MOST_NAMES = 500;

/** How many names a file still gets a guess for: few, for it may be made of nothing else. */
export class GuessBudget {
  left = MAX_GUESSES;
}

/** Names that may have been meant. */
export class Guesses {
  readonly #names: readonly [name: string, folded: string][];
  /** What was guessed for a text, which a file may hold in many rows. */
  readonly #guessed = new Map<string, string | null>();

  constructor(names: readonly string[], private readonly budget = new GuessBudget()) {
    this.#names = names.slice(0, MOST_NAMES).map((name) => [name, name.toLowerCase()]);
  }

  /** The name that differs from a text by the fewest letters, where it is not far off. */
  nearest(text: string): string | null {
    const before = this.#guessed.get(text);
    if (before !== undefined) return before;
    if (this.budget.left-- <= 0) return null;
    const near = this.#search(text);
    this.#guessed.set(text, near);
    return near;
  }

  #search(text: string): string | null {
    const wanted = text.toLowerCase();
    const most = Math.min(3, Math.floor(wanted.length / 3));
    let best: string | null = null;
    let least = most + 1;
    for (const [name, folded] of this.#names) {
      if (Math.abs(folded.length - wanted.length) >= least) continue;
      const steps = distance(wanted, folded, least);
      if (steps < least) [best, least] = [name, steps];
    }
    return best;
  }
}

/** The end of a sentence about a name that is none. @param near see {@link Guesses.nearest} */
export function didYouMean(near: string | null): string {
  return near === null ? "" : `; did you mean ${JSON.stringify(near)}?`;
}

/** Rows of the table of `distance()`, made once: names are short, and there are many. */
const ROWS = [new Uint16Array(400), new Uint16Array(400)];

/**
 * Letters to change, add or take away (Levenshtein); `enough` where it is that many or more. Only what lies so close to the
 * diagonal is looked at.
 */
function distance(a: string, b: string, enough: number): number {
  if (Math.max(a.length, b.length) >= ROWS[0].length) return enough;
  let [previous, row] = ROWS;
  for (let j = 0; j <= b.length; j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - enough), to = Math.min(b.length, i + enough);
    row[from - 1] = from === 1 ? i : enough;
    let least = row[from - 1];
    for (let j = from; j <= to; j++) {
      const changed = previous[j - 1] + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const above = j === i + enough ? enough : previous[j];
      const steps = Math.min(above + 1, row[j - 1] + 1, changed);
      row[j] = steps;
      if (steps < least) least = steps;
    }
    if (least >= enough) return enough;
    [previous, row] = [row, previous];
  }
  return Math.min(enough, previous[b.length]);
}
