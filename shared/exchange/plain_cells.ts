// Cells as spreadsheet programs write them, found by the codes of their characters: a sheet has hundreds of thousands of them, and
// a pattern's matches, or an object for each, would cost more than all that is done with what they find.

const LETTER_A = 65, LETTER_Z = 90, DIGIT_0 = 48, DIGIT_9 = 57;
const SPACE = 32, QUOTE = 34, AMPERSAND = 38, APOSTROPHE = 39, SLASH = 47, COLON = 58;
const LESS = 60, EQUALS = 61, MORE = 62;
const B = 98, C = 99, E = 101, I = 105, N = 110, O = 111, R = 114, S = 115, T = 116, U = 117;
const V = 118, W = 119;
const MAX_LETTERS = 3, MAX_ROW_DIGITS = 7, MAX_LOOK_DIGITS = 5, MAX_WHOLE_DIGITS = 9;
const MAX_ROW = 1_048_576;
/** Cells that are kept of one row until its end is seen. */
const MOST_CELLS = 2_048;
/** Characters of the tag of a row. */
const MOST_ROW_TAG = 500;
/** How a text that stands in its cell begins and ends; the second where it has spaces at its ends. */
const INLINE = ['inlineStr"><is><t>', 'inlineStr"><is><t xml:space="preserve">'].map(codesOf);
const INLINE_END = codesOf("</t></is></c>");
const STR = codesOf('str"');
const MERGE = codesOf('<mergeCell ref="');

/** The type of a cell, as it stands in a sheet (18.18.11), by the letter that is kept of it. */
export const TYPES: Readonly<Record<number, string>> = {
  0: "",
  [S]: "s",
  [N]: "n",
  [B]: "b",
  [E]: "e",
  [U]: "str",
  [I]: "inlineStr",
};
/** Kept of cells whose value is the number of a shared text. */
export const SHARED = S;
/** Kept of cells that say that their value is a number, which those that say nothing are as well. */
export const NUMBER = N;

/** Whether a cell of a type holds a text of its own. */
export function isText(type: number): boolean {
  return type === I || type === U;
}

function codesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Whether some characters stand at a place. */
function standAt(codes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let n = 0; n < wanted.length; n++) if (codes[at + n] !== wanted[n]) return false;
  return true;
}

/** Cells that were found last, by their number in their row. One object for all: none is made for each. */
export class PlainCells {
  /** From 1. */
  row = 0;
  /** Cells of the row that was found last. */
  count = 0;
  /** From 1. */
  readonly columns = new Int32Array(MOST_CELLS);
  /** The numbers of their looks; -1: none. */
  readonly looks = new Int32Array(MOST_CELLS);
  /** See {@link TYPES}. */
  readonly types = new Uint8Array(MOST_CELLS);
  /** The whole numbers that their values are; -1: another value. */
  readonly wholes = new Int32Array(MOST_CELLS);
  /** Where their values stand, which hold no "<"; both 0: they have none, only a look. */
  readonly from = new Int32Array(MOST_CELLS);
  readonly to = new Int32Array(MOST_CELLS);
  /** Whether entities stand in them. */
  readonly hasEntities = new Uint8Array(MOST_CELLS);

  constructor(private readonly codes: Uint8Array, private readonly mostCharacters: number) {}

  /**
   * Finds a whole row, from its tag to that which closes it.
   * @returns where it ends; 0: it, or one of its cells, is not written as programs write them
   */
  findRow(from: number): number {
    const { codes } = this;
    let at = from + 8, row = 0, code = codes[at];
    if (
      codes[from + 1] !== R || codes[from + 2] !== O || codes[from + 3] !== W ||
      codes[from + 4] !== SPACE || codes[from + 5] !== R || codes[from + 6] !== EQUALS ||
      codes[from + 7] !== QUOTE
    ) return 0;
    for (; code >= DIGIT_0 && code <= DIGIT_9; code = codes[++at]) row = 10 * row + code - DIGIT_0;
    if (code !== QUOTE || at - from > 8 + MAX_ROW_DIGITS || row < 1 || row > MAX_ROW) return 0;
    at = this.#afterTag(at + 1, from + MOST_ROW_TAG);
    if (at === 0) return 0;
    this.count = 0;
    const isAlone = codes[at - 2] === SLASH;
    while (!isAlone && codes[at + 1] === C && this.count < MOST_CELLS) {
      at = this.findCell(at, this.count);
      if (at === 0 || this.row !== row) return 0;
      this.count++;
    }
    this.row = row;
    if (isAlone) return at;
    return codes[at] === LESS && codes[at + 1] === SLASH && codes[at + 2] === R &&
        codes[at + 3] === O && codes[at + 4] === W && codes[at + 5] === MORE
      ? at + 6
      : 0;
  }

  /** Where a tag ends whose values stand between double quotes; 0: it is another. */
  #afterTag(from: number, last: number): number {
    const { codes } = this;
    let isQuoted = false;
    for (let at = from; at < last; at++) {
      const code = codes[at];
      if (code === QUOTE) isQuoted = !isQuoted;
      else if (code === LESS || code === APOSTROPHE) return 0;
      else if (code === MORE && !isQuoted) return at + 1;
    }
    return 0;
  }

  /**
   * Finds a cell.
   * @param slot what it is kept as
   * @returns where it ends; 0: it is not written as programs write it
   */
  // deno-lint-ignore house/long-function -- in parts, their calls cost as much as they do, and there are 240,000 cells
  findCell(from: number, slot: number): number {
    const { codes } = this;
    if (
      codes[from] !== LESS || codes[from + 1] !== C || codes[from + 2] !== SPACE ||
      codes[from + 3] !== R || codes[from + 4] !== EQUALS || codes[from + 5] !== QUOTE
    ) return 0;
    // B12"
    let at = from + 6, code = codes[at], column = 0, number = 0, start = at;
    for (; code >= LETTER_A && code <= LETTER_Z; code = codes[++at]) {
      column = 26 * column + code - LETTER_A + 1;
    }
    if (at === start || at - start > MAX_LETTERS) return 0;
    start = at;
    for (; code >= DIGIT_0 && code <= DIGIT_9; code = codes[++at]) {
      number = 10 * number + code - DIGIT_0;
    }
    if (code !== QUOTE || at === start || at - start > MAX_ROW_DIGITS) return 0;
    this.row = number;
    this.columns[slot] = column;
    // s="3" and t="s", in whichever order
    let look = -1, type = 0;
    code = codes[++at];
    while (code === SPACE) {
      if (codes[at + 2] !== EQUALS || codes[at + 3] !== QUOTE) return 0;
      const name = codes[at + 1];
      start = at += 4;
      if (name === S && look < 0) {
        look = 0;
        for (code = codes[at]; code >= DIGIT_0 && code <= DIGIT_9; code = codes[++at]) {
          look = 10 * look + code - DIGIT_0;
        }
        if (at === start || at - start > MAX_LOOK_DIGITS) return 0;
      } else if (name === T && type === 0) {
        if (codes[at + 1] === QUOTE) {
          type = codes[at++];
          if (type !== S && type !== N && type !== B && type !== E) return 0;
        } else if (standAt(codes, at, STR)) {
          type = U;
          at += 3;
        } else {
          this.looks[slot] = look;
          return this.#findInline(at, slot);
        }
      } else return 0;
      if (codes[at] !== QUOTE) return 0;
      code = codes[++at];
    }
    this.looks[slot] = look;
    this.types[slot] = type;
    if (code === SLASH && type === 0) {
      this.from[slot] = this.to[slot] = 0;
      return codes[at + 1] === MORE ? at + 2 : 0;
    }
    // <v>12</v>
    if (code !== MORE || codes[at + 1] !== LESS || codes[at + 2] !== V || codes[at + 3] !== MORE) {
      return 0;
    }
    start = at += 4;
    number = 0;
    for (code = codes[at]; code >= DIGIT_0 && code <= DIGIT_9; code = codes[++at]) {
      number = 10 * number + code - DIGIT_0;
    }
    const digits = at - start;
    this.wholes[slot] = code === LESS && digits > 0 && digits <= MAX_WHOLE_DIGITS ? number : -1;
    this.from[slot] = start;
    this.#findEnd(at, slot);
    at = this.to[slot];
    return at > 0 && codes[at + 1] === SLASH && codes[at + 2] === V && codes[at + 3] === MORE &&
        codes[at + 4] === LESS && codes[at + 5] === SLASH && codes[at + 6] === C &&
        codes[at + 7] === MORE
      ? at + 8
      : 0;
  }

  /** Finds where a value ends, and whether entities stand in it; 0: it is too long. */
  #findEnd(from: number, slot: number): void {
    const { codes } = this;
    const last = Math.min(codes.length, this.from[slot] + this.mostCharacters + 1);
    let at = from, entities = 0, code = codes[at];
    while (code !== LESS && at < last) {
      if (code === AMPERSAND) entities = 1;
      code = codes[++at];
    }
    this.hasEntities[slot] = entities;
    this.to[slot] = code === LESS ? at : 0;
  }

  /** Finds the text that stands in a cell. @param at where the cell's type stands @returns as {@link findCell} */
  #findInline(at: number, slot: number): number {
    const { codes } = this;
    const start = INLINE.find((each) => standAt(codes, at, each));
    if (start === undefined) return 0;
    this.types[slot] = I;
    this.wholes[slot] = -1;
    this.from[slot] = at + start.length;
    this.#findEnd(at + start.length, slot);
    const to = this.to[slot];
    return to > 0 && standAt(codes, to, INLINE_END) ? to + INLINE_END.length : 0;
  }
}

/**
 * Finds a merged range.
 * @param ends its left column, top row, right column and bottom row are put there, from 1
 * @returns where it ends; 0: it is not written as programs write it
 */
export function findMerge(codes: Uint8Array, from: number, ends: Int32Array): number {
  if (!standAt(codes, from, MERGE)) return 0;
  let at = from + MERGE.length;
  for (let n = 0; n < ends.length; n += 2) {
    let column = 0, row = 0, start = at, code = codes[at];
    for (; code >= LETTER_A && code <= LETTER_Z; code = codes[++at]) {
      column = 26 * column + code - LETTER_A + 1;
    }
    if (at === start || at - start > MAX_LETTERS) return 0;
    start = at;
    for (; code >= DIGIT_0 && code <= DIGIT_9; code = codes[++at]) row = 10 * row + code - DIGIT_0;
    if (code !== (n === 0 ? COLON : QUOTE) || at === start || at - start > MAX_ROW_DIGITS) return 0;
    ends[n] = column;
    ends[n + 1] = row;
    at++;
  }
  return codes[at] === SLASH && codes[at + 1] === MORE ? at + 2 : 0;
}
