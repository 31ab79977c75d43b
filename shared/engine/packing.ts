// Checkpoints as short text: lines of position indexes, rising numbers, prices and LP bases in printable characters.

const DIGITS =
  "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const BASE = DIGITS.length;
const VALUE_OF = new Int32Array(128).fill(-1);
for (let i = 0; i < BASE; i++) VALUE_OF[DIGITS.charCodeAt(i)] = i;

/** How a line of T cells is written: characters, and cells that share them. */
function layout(positions: number, terms: number): { cells: number; chars: number } {
  const radix = Math.max(2, positions);
  const cells = Math.max(1, Math.min(terms, Math.floor(52 / Math.log2(radix))));
  return { cells, chars: Math.ceil(cells * Math.log(radix) / Math.log(BASE) - 1e-12) };
}

/** Packs lines of position indexes (row-major, each below `positions`) into text. */
export function packCells(cells: Int32Array, positions: number, terms: number): string {
  const { cells: group, chars } = layout(positions, terms);
  const radix = Math.max(2, positions);
  let text = "";
  for (let at = 0; at < cells.length; at += terms) {
    for (let from = 0; from < terms; from += group) {
      let number = 0;
      for (let t = from; t < Math.min(terms, from + group); t++) {
        number = number * radix + cells[at + t];
      }
      for (let i = 0; i < chars; i++) {
        text += DIGITS[number % BASE];
        number = Math.floor(number / BASE);
      }
    }
  }
  return text;
}

/** Reads what `packCells` wrote. */
export function unpackCells(text: string, positions: number, terms: number): Int32Array {
  const { cells: group, chars } = layout(positions, terms);
  const radix = Math.max(2, positions);
  const perLine = Math.ceil(terms / group) * chars;
  const cells = new Int32Array(text.length / perLine * terms);
  let read = 0;
  for (let at = 0; at < cells.length; at += terms) {
    for (let from = 0; from < terms; from += group) {
      let number = 0;
      for (let i = chars - 1; i >= 0; i--) {
        number = number * BASE + VALUE_OF[text.charCodeAt(read + i)];
      }
      read += chars;
      for (let t = Math.min(terms, from + group) - 1; t >= from; t--) {
        cells[at + t] = number % radix;
        number = Math.floor(number / radix);
      }
    }
  }
  return cells;
}

/** Packs an LP basis (one status below 9 per item), two items per character. */
export function packBasis(basis: Uint8Array): string {
  let text = `${basis.length % 2}`;
  for (let i = 0; i < basis.length; i += 2) text += DIGITS[basis[i] * 9 + (basis[i + 1] ?? 0)];
  return text;
}

/** Reads what `packBasis` wrote. */
export function unpackBasis(text: string): Uint8Array {
  const basis = new Uint8Array(2 * (text.length - 1) - Number(text[0]));
  for (let i = 0; i < basis.length; i++) {
    const pair = VALUE_OF[text.charCodeAt(1 + (i >> 1))];
    basis[i] = i % 2 === 0 ? Math.floor(pair / 9) : pair % 9;
  }
  return basis;
}

/** Packs prices (kept to a thousandth) as integers in base 36, separated by spaces. */
export function packPrices(prices: Float64Array): string {
  return Array.from(prices, (x) => Math.round(x * 1000).toString(36)).join(" ");
}

/** Reads what `packPrices` wrote. */
export function unpackPrices(text: string): Float64Array {
  return text === ""
    ? new Float64Array(0)
    : Float64Array.from(text.split(" "), (x) => parseInt(x, 36) / 1000);
}

/** Digits that end a number; as many others say that it goes on. */
const HALF = Math.floor(BASE / 2);

/** A whole number from 0 on: one character for a small one, two for most. */
function packNumber(number: number): string {
  let text = "";
  for (; number >= HALF; number = Math.floor(number / HALF)) text += DIGITS[HALF + number % HALF];
  return text + DIGITS[number];
}

/** Numbers of a text, one after the other. */
class Numbers {
  #at = 0;

  constructor(readonly text: string) {}

  get isOver(): boolean {
    return this.#at >= this.text.length;
  }

  next(): number {
    for (let number = 0, factor = 1;; factor *= HALF) {
      const digit = VALUE_OF[this.text.charCodeAt(this.#at++)];
      number += factor * (digit % HALF);
      if (digit < HALF) return number;
    }
  }
}

/** Packs whole numbers from 0 on, small ones mostly. */
export function packNumbers(numbers: readonly number[]): string {
  return numbers.map(packNumber).join("");
}

/** Reads what `packNumbers` wrote. */
export function unpackNumbers(text: string): number[] {
  const read: number[] = [];
  for (const numbers = new Numbers(text); !numbers.isOver;) read.push(numbers.next());
  return read;
}

/** Packs whole numbers from 0 on that rise, as differences. */
export function packRising(numbers: Int32Array): string {
  let text = "", last = 0;
  for (const number of numbers) {
    text += packNumber(number - last);
    last = number;
  }
  return text;
}

/** Reads what `packRising` wrote. */
export function unpackRising(text: string): Int32Array {
  const numbers = unpackNumbers(text);
  for (let i = 1; i < numbers.length; i++) numbers[i] += numbers[i - 1];
  return Int32Array.from(numbers);
}

/** Bits that two characters hold. */
const PAIR_BITS = 13;

/** Packs what is so and what is not (anything but 0, and 0), 13 in two characters. */
export function packBits(bits: ArrayLike<number>): string {
  let text = "";
  for (let from = 0; from < bits.length; from += PAIR_BITS) {
    let number = 0;
    for (let i = from; i < from + PAIR_BITS; i++) number = 2 * number + (bits[i] ? 1 : 0);
    text += DIGITS[number % BASE] + DIGITS[Math.floor(number / BASE)];
  }
  return text;
}

/** Reads what `packBits` wrote. @param length how many there are */
export function unpackBits(text: string, length: number): Uint8Array {
  const bits = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const at = 2 * Math.floor(i / PAIR_BITS), shift = PAIR_BITS - 1 - i % PAIR_BITS;
    const number = VALUE_OF[text.charCodeAt(at)] + BASE * VALUE_OF[text.charCodeAt(at + 1)];
    bits[i] = (number >> shift) & 1;
  }
  return bits;
}

/** Packs lists of whole numbers, as their lengths and the differences within each. */
export function packLists(lists: readonly (readonly number[])[]): string {
  let text = "";
  for (const list of lists) {
    text += packNumber(list.length);
    let last = 0;
    for (const number of list) {
      const by = number - last;
      text += packNumber(by < 0 ? -2 * by - 1 : 2 * by);
      last = number;
    }
  }
  return text;
}

/** Reads what `packLists` wrote. */
export function unpackLists(text: string): number[][] {
  const lists: number[][] = [], numbers = new Numbers(text);
  while (!numbers.isOver) {
    let last = 0;
    lists.push(Array.from({ length: numbers.next() }, () => {
      const by = numbers.next();
      return last += by % 2 === 0 ? by / 2 : -(by + 1) / 2;
    }));
  }
  return lists;
}
