// Lists of names as one text, in a cell of a spreadsheet or a field of a form: a name that holds what separates them stands in quotes.

/** How entries of a text are found. */
type Splitter = (text: string) => string[];

/** @param separators each of them ends an entry, but within quotes, in which a quote is doubled */
function splitter(separators: string): Splitter {
  const between = new RegExp(`[${separators}]`);
  const entry = new RegExp(
    `\\s*"((?:[^"]|"")*)"\\s*(?:[${separators}]|$)|([^${separators}]*)(?:[${separators}]|$)`,
    "y",
  );
  return (text) => {
    if (!text.includes('"')) return text.split(between);
    const parts: string[] = [];
    for (entry.lastIndex = 0; entry.lastIndex < text.length;) {
      const [, quoted, plain] = entry.exec(text)!;
      parts.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    }
    return parts;
  };
}

const byComma = splitter(",");
const byStrong = splitter(";\n|");
const byAny = splitter(",;\n");

/** The entries of a cell: separated by semicolons, bars or lines where there are any outside of quotes, else by commas. */
export function cellEntries(text: string): string[] {
  const isStrong = /[;\n|]/.test(text.replaceAll(/"(?:[^"]|"")*"/g, ""));
  return (isStrong ? byStrong : byComma)(text);
}

/** The entries of what somebody typed, who separates them by commas, semicolons or lines. */
export function typedEntries(text: string): string[] {
  return byAny(text).map((entry) => entry.trim()).filter(Boolean);
}

/** Entries as one text in which they are found again. */
export function entryList(entries: readonly string[]): string {
  return entries
    .map((entry) => /[;|,"\n]/.test(entry) ? `"${entry.replaceAll('"', '""')}"` : entry)
    .join(", ");
}
