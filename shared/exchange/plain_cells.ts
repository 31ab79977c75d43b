// A cell as spreadsheet programs write it, found by looking at its characters: a sheet has hundreds of thousands of them, and a
// pattern's matches would cost more than all that is done with what they find.

/** The type of a cell, as it stands in a sheet (18.18.11). */
export type CellType = "" | "s" | "n" | "b" | "str" | "e";

const LETTER_A = 65, LETTER_Z = 90, DIGIT_0 = 48, DIGIT_9 = 57;
const SPACE = 32, QUOTE = 34, AMPERSAND = 38, SLASH = 47, EQUALS = 61, MORE = 62;
const B = 98, E = 101, N = 110, S = 115, T = 116;
const MAX_LETTERS = 3, MAX_ROW_DIGITS = 7, MAX_LOOK_DIGITS = 5, MAX_VALUE = 400;
const CELL = '<c r="', VALUE = "><v>", END = "</v></c>";

/** The cell that was found last. One object for all: none is made for each. */
export class PlainCell {
  /** From 1. */
  row = 0;
  /** From 1. */
  column = 0;
  /** The number of its look; -1: none. */
  look = -1;
  type: CellType = "";
  /** Where its value stands; it holds no "<", ">" or "&". */
  from = 0;
  to = 0;
  /** It has no value, only a look. */
  isBlank = false;
  /** Where it ends. */
  end = 0;

  #at = 0;

  /** Whether a cell that is written as programs write it begins at a place; what it is, it says then itself. */
  find(xml: string, from: number): boolean {
    if (!xml.startsWith(CELL, from)) return false;
    this.#at = from + CELL.length;
    if (!this.#findPlace(xml)) return false;
    this.look = -1;
    this.type = "";
    if (this.#hasAttribute(xml, S) && !this.#findLook(xml)) return false;
    this.isBlank = xml.charCodeAt(this.#at) === SLASH;
    if (this.isBlank) {
      this.end = this.#at + 2;
      return xml.charCodeAt(this.#at + 1) === MORE;
    }
    return (!this.#hasAttribute(xml, T) || this.#findType(xml)) &&
      (this.look >= 0 || !this.#hasAttribute(xml, S) || this.#findLook(xml)) &&
      this.#findValue(xml);
  }

  /** Whether an attribute whose name is a letter comes next; its value does then. */
  #hasAttribute(xml: string, name: number): boolean {
    const at = this.#at;
    const has = xml.charCodeAt(at) === SPACE && xml.charCodeAt(at + 1) === name &&
      xml.charCodeAt(at + 2) === EQUALS && xml.charCodeAt(at + 3) === QUOTE;
    if (has) this.#at = at + 4;
    return has;
  }

  /** `B12"` */
  #findPlace(xml: string): boolean {
    const from = this.#at;
    let at = from, column = 0, code = xml.charCodeAt(at);
    for (; code >= LETTER_A && code <= LETTER_Z; code = xml.charCodeAt(++at)) {
      column = 26 * column + code - LETTER_A + 1;
    }
    const letters = at - from;
    this.#at = at;
    this.row = this.#readDigits(xml);
    this.column = column;
    const digits = this.#at - at;
    return xml.charCodeAt(this.#at++) === QUOTE && letters >= 1 && letters <= MAX_LETTERS &&
      digits >= 1 && digits <= MAX_ROW_DIGITS;
  }

  /** The number of the digits that come next, none: 0; and goes behind them. */
  #readDigits(xml: string): number {
    let number = 0, at = this.#at;
    for (let code = xml.charCodeAt(at); code >= DIGIT_0 && code <= DIGIT_9;) {
      number = 10 * number + code - DIGIT_0;
      code = xml.charCodeAt(++at);
    }
    this.#at = at;
    return number;
  }

  /** `3"` */
  #findLook(xml: string): boolean {
    const from = this.#at;
    this.look = this.#readDigits(xml);
    const digits = this.#at - from;
    return xml.charCodeAt(this.#at++) === QUOTE && digits >= 1 && digits <= MAX_LOOK_DIGITS;
  }

  /** `s"` */
  #findType(xml: string): boolean {
    const from = this.#at;
    const type = xml.charCodeAt(from + 1) === QUOTE
      ? typeOf(xml.charCodeAt(from))
      : xml.startsWith('str"', from)
      ? "str"
      : null;
    if (type === null) return false;
    this.type = type;
    this.#at = from + type.length + 1;
    return true;
  }

  /** `><v>12</v></c>` */
  #findValue(xml: string): boolean {
    if (!xml.startsWith(VALUE, this.#at)) return false;
    this.from = this.#at + VALUE.length;
    this.to = xml.indexOf("<", this.from);
    if (this.to < 0 || this.to - this.from > MAX_VALUE || !xml.startsWith(END, this.to)) {
      return false;
    }
    this.end = this.to + END.length;
    for (let at = this.from; at < this.to; at++) {
      const code = xml.charCodeAt(at);
      if (code === MORE || code === AMPERSAND) return false;
    }
    return true;
  }

  /** The whole number that its value is; -1: its value is none, or more than nine digits. */
  wholeNumber(xml: string): number {
    const { from, to } = this;
    if (to === from || to - from > 9) return -1;
    this.#at = from;
    const number = this.#readDigits(xml);
    return this.#at === to ? number : -1;
  }
}

function typeOf(letter: number): CellType | null {
  return letter === S ? "s" : letter === N ? "n" : letter === B ? "b" : letter === E ? "e" : null;
}
