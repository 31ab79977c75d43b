// The cells of CSV text (RFC 4180), found by where they end: a library's reader that goes letter by letter takes ten times as
// long, and a file that is refused has to cost little (limits.ts). The tests hold it against that reader.

const QUOTE = 34, LINE_FEED = 10, CARRIAGE_RETURN = 13;

/**
 * Rows of cells. Quotes count where they begin a cell; one that nothing closes goes on to the end. Lines may end in any way.
 * @param delimiter one character
 */
export function csvRows(text: string, delimiter: string): string[][] {
  const reader = new CsvReader(text, delimiter.charCodeAt(0));
  const rows: string[][] = [];
  while (!reader.isAtEnd()) rows.push(reader.row());
  return rows;
}

class CsvReader {
  #at = 0;

  constructor(private readonly text: string, private readonly delimiter: number) {}

  isAtEnd(): boolean {
    return this.#at >= this.text.length;
  }

  /** The next row, and over the end of its line. */
  row(): string[] {
    const { text, delimiter } = this;
    const cells: string[] = [];
    for (;;) {
      cells.push(this.#cell());
      if (this.isAtEnd()) return cells;
      const end = text.charCodeAt(this.#at++);
      // Nothing behind the last delimiter of a text is a cell of its last row, unless a row was to follow.
      if (end === delimiter) {
        if (!this.isAtEnd()) continue;
        cells.push("");
        return cells;
      }
      if (end === CARRIAGE_RETURN && text.charCodeAt(this.#at) === LINE_FEED) this.#at++;
      return cells;
    }
  }

  /** A cell up to the delimiter, line break or end behind it. */
  #cell(): string {
    let cell = "";
    while (cell === "" && this.text.charCodeAt(this.#at) === QUOTE && this.delimiter !== QUOTE) {
      cell = this.#quoted();
    }
    return cell + this.#plain();
  }

  /** What stands between quotes, in which two stand for one. */
  #quoted(): string {
    const { text } = this, from = this.#at + 1;
    let to = text.indexOf('"', from), doubled = false;
    while (to >= 0 && text.charCodeAt(to + 1) === QUOTE) {
      doubled = true;
      to = text.indexOf('"', to + 2);
    }
    if (to < 0) to = text.length;
    this.#at = to + 1;
    const inside = text.slice(from, to);
    return doubled ? inside.replaceAll('""', '"') : inside;
  }

  #plain(): string {
    const { text, delimiter } = this, from = this.#at;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    this.#at = at;
    return text.slice(from, at);
  }
}
