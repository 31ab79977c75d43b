// Lines as row-major cells: where each stands, when two are the same, and lists without repetition.

import { firstCellOf } from "./flat.ts";

/** The cells of line `i` of many, in place. */
export function lineAt(cells: Int32Array, i: number, terms: number): Int32Array {
  return cells.subarray(firstCellOf(i, terms), firstCellOf(i + 1, terms));
}

/** A copy of the cells of line `i` of many. */
export function lineCopy<Cells extends Int32Array | number[]>(
  cells: Cells,
  i: number,
  terms: number,
): Cells {
  return cells.slice(firstCellOf(i, terms), firstCellOf(i + 1, terms)) as Cells;
}

/** A name that equal lines share, and no others of the same problem. */
export function lineName(cells: Int32Array | readonly number[], at: number, terms: number): string {
  return cells.slice(at, at + terms).join();
}

/** Lines, each once, in the order in which they came first. */
export class DistinctLines {
  readonly #seen = new Set<string>();
  readonly #cells: number[] = [];

  /** @param line position index per term; copied */
  add(line: Int32Array): void {
    const name = lineName(line, 0, line.length);
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#cells.push(...line);
  }

  /** Row-major. */
  cells(): Int32Array {
    return Int32Array.from(this.#cells);
  }
}
