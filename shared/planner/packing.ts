// Checkpoints as short text: lines of position indexes, prices and LP bases in printable characters.

const DIGITS =
  "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const BASE = DIGITS.length;
const VALUE_OF = new Int32Array(128).fill(-1);
for (let i = 0; i < BASE; i++) VALUE_OF[DIGITS.charCodeAt(i)] = i;

/** Characters per index: one where all indexes fit, else two (up to 8,000 positions). */
function width(positions: number): number {
  return positions <= BASE ? 1 : 2;
}

/** Packs position indexes (each below `positions`, at most 8,000) into text. */
export function packCells(cells: Int32Array, positions: number): string {
  let text = "";
  if (width(positions) === 1) { for (const r of cells) text += DIGITS[r]; }
  else for (const r of cells) text += DIGITS[Math.floor(r / BASE)] + DIGITS[r % BASE];
  return text;
}

/** Reads what `packCells` wrote. */
export function unpackCells(text: string, positions: number): Int32Array {
  const digit = (i: number) => VALUE_OF[text.charCodeAt(i)];
  if (width(positions) === 1) return Int32Array.from({ length: text.length }, (_, i) => digit(i));
  return Int32Array.from(
    { length: text.length / 2 },
    (_, i) => digit(2 * i) * BASE + digit(2 * i + 1),
  );
}

/** Packs an LP basis (one status below 9 per item), two items per character. */
export function packBasis(basis: Uint8Array): string {
  let text = `${basis.length % 2}`;
  for (let i = 0; i < basis.length; i += 2) text += DIGITS[basis[i] * 9 + (basis[i + 1] ?? 0)];
  return text;
}

/** Reads what `packBasis` wrote. */
export function unpackBasis(text: string): Uint8Array {
  const length = 2 * (text.length - 1) - Number(text[0]);
  return Uint8Array.from({ length }, (_, i) => {
    const pair = VALUE_OF[text.charCodeAt(1 + (i >> 1))];
    return i % 2 === 0 ? Math.floor(pair / 9) : pair % 9;
  });
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
