// The cells of CSV text (RFC 4180), found by where they end: a library's reader that goes letter by letter takes ten times as
// long, and a file that is refused has to cost little (limits.ts). The tests hold it against that reader.

const QUOTE = 34, LINE_FEED = 10, CARRIAGE_RETURN = 13;

/**
 * Is told of each cell: its row and column, from 0, and where it stands in the text; one that begins with a quote is read with
 * {@link quotedCell}.
 */
export type OnCell = (row: number, column: number, from: number, to: number) => void;

/**
 * Finds the cells of a text. Quotes count where they begin a cell; one that nothing closes goes on to the end. Lines may end in any way.
 * @param delimiter one character
 */
export function findCells(text: string, delimiter: string, onCell: OnCell): void {
  const separator = delimiter.charCodeAt(0), last = text.length;
  let row = 0, column = 0, at = 0;
  while (at < last) {
    const from = at;
    if (text.charCodeAt(at) === QUOTE && separator !== QUOTE) at = behindQuotes(text, at);
    let code = 0;
    for (; at < last; at++) {
      code = text.charCodeAt(at);
      if (code === separator || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    onCell(row, column, from, at);
    if (at >= last) return;
    at++;
    if (code === separator) {
      column++;
      // Nothing behind the last delimiter of a text is a cell of its last row, unless a row was to follow.
      if (at >= last) onCell(row, column, at, at);
    } else {
      if (code === CARRIAGE_RETURN && text.charCodeAt(at) === LINE_FEED) at++;
      row++;
      column = 0;
    }
  }
}

/** Where what stands between quotes ends, in which two stand for one; several of them where nothing stands in the first. */
function behindQuotes(text: string, from: number): number {
  let at = from, isEmpty = true;
  while (isEmpty && text.charCodeAt(at) === QUOTE) {
    const to = closingQuote(text, at + 1);
    isEmpty = to === at + 1;
    at = Math.min(to + 1, text.length);
  }
  return at;
}

/** The quote that closes what begins at a place; the end of the text where none does. */
function closingQuote(text: string, from: number): number {
  let to = text.indexOf('"', from);
  while (to >= 0 && text.charCodeAt(to + 1) === QUOTE) to = text.indexOf('"', to + 2);
  return to < 0 ? text.length : to;
}

/** A cell that begins with a quote: what stands between its quotes and behind them, and whether the last one is there. */
function quotedParts(text: string): { inside: string; behind: string; isClosed: boolean } {
  let inside = "", at = 0, isClosed = true;
  while (inside === "" && text.charCodeAt(at) === QUOTE) {
    const to = closingQuote(text, at + 1);
    inside = text.slice(at + 1, to);
    isClosed = to < text.length;
    at = to + 1;
  }
  return { inside, behind: text.slice(at), isClosed };
}

/** What is meant by a cell that begins with a quote. @param text from that to its end, as it stands in the file */
export function quotedCell(text: string): string {
  const { inside, behind } = quotedParts(text);
  return (inside.includes('"') ? inside.replaceAll('""', '"') : inside) + behind;
}

/**
 * Whether what follows a quote was hardly meant to be in it: nothing closes the quote, or it goes over lines to another one that opens
 * a cell itself. Rows of the table would be lost in it without a word. A quote with nothing behind it stands for itself.
 */
export function swallowsRows(text: string): boolean {
  const { inside, behind, isClosed } = quotedParts(text);
  if (!isClosed) return inside.trim() !== "";
  return behind.trim() !== "" && /[\r\n]/.test(inside);
}
