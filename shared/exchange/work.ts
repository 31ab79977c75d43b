// What reading a file may cost, counted before it is done: a small file can ask for very much work.

import { MAX_WORK, type TableSize } from "./limits.ts";
import { tooLarge } from "./table.ts";

/** What is counted. */
export type WorkKind = keyof typeof MAX_WORK;

/** What a file is too much of, in words. */
const WORDS: Record<WorkKind, string> = {
  unpackedBytes: "bytes unpacked",
  elements: "elements",
  builtElements: "elements in its texts and looks",
  cells: "cells with formulas, or written as few spreadsheet programs write them",
  plainCells: "cells with something in them",
  blankCells: "empty cells that are formatted",
  csvCells: "cells",
  places: "places in its rows, empty ones before others included",
  characters: "characters in its cells",
  entities: "characters written as entities, such as &amp;",
  merges: "merged ranges",
};

/** The work that a file has asked for until now. */
export class Work {
  readonly #most: Record<WorkKind, number>;

  readonly done: Record<WorkKind, number> = {
    unpackedBytes: 0,
    elements: 0,
    builtElements: 0,
    cells: 0,
    plainCells: 0,
    blankCells: 0,
    csvCells: 0,
    places: 0,
    characters: 0,
    entities: 0,
    merges: 0,
  };

  /** @param more what the file's kind of table may ask for beyond most */
  constructor(more: TableSize["work"] = {}) {
    this.#most = { ...MAX_WORK, ...more };
  }

  /** Takes some work on. @throws ApiError 413 FILE_TOO_LARGE before more than a file may have is done */
  spend(kind: WorkKind, amount: number): void {
    this.done[kind] += amount;
    if (this.done[kind] > this.#most[kind]) {
      throw tooLarge(`It has more than ${this.#most[kind].toLocaleString("en")} ${WORDS[kind]}`);
    }
  }
}
