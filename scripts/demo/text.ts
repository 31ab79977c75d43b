// Words and numbers for people: padding, shortening and units of the demo's output.

/** Columns that a text takes in a terminal (of the scripts that the demo prints). */
export function widthOf(text: string): number {
  return [...text].length;
}

/** The text, followed by spaces up to a width. */
export function padRight(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** The text, after spaces up to a width. */
export function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/** The text, cut with an ellipsis where it is wider. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return [...text].slice(0, Math.max(0, width - 1)).join("").trimEnd() + "…";
}

const SMALL_WORDS = new Set(["and", "of", "the", "for", "in", "&"]);
/** Words up to this long at the end of a name tell the unit and the site. */
const TAIL_WORD = 3;
/** Fewer letters of a word say nothing. */
const FEWEST_LETTERS = 3;

/**
 * A name that fits a width and is still told apart from its neighbours. Small words go first; then
 * the last long word is cut ("General Medi… 1 WP"), or where that leaves nothing of it, every word
 * loses letters, the longest first ("Gene Medi 1 WP").
 */
export function shorten(name: string, width: number): string {
  if (widthOf(name) <= width) return name;
  const words = name.split(" ").filter((word) => !SMALL_WORDS.has(word.toLowerCase()));
  let tail = words.length;
  while (tail > 1 && widthOf(words[tail - 1]) <= TAIL_WORD) tail--;
  const end = words.slice(tail).map((word) => ` ${word}`).join("");
  const head = words.slice(0, tail);
  const room = width - widthOf(end);
  const lastWord = widthOf(head[tail - 1]);
  const lastShown = lastWord - (widthOf(head.join(" ")) - room) - 1;
  if (Math.min(lastShown, lastWord) >= FEWEST_LETTERS) return cut(head.join(" "), room) + end;
  const shaved = shave(head, room);
  if (shaved) return shaved + end;
  return room > FEWEST_LETTERS ? cut(head.join(" "), room) + end : cut(name, width);
}

/** Words that lost letters until they fit, the longest first; null where too few would be left. */
function shave(words: string[], width: number): string | null {
  const shaved = [...words];
  while (widthOf(shaved.join(" ")) > width) {
    const longest = shaved.reduce((a, b) => widthOf(b) >= widthOf(a) ? b : a);
    if (widthOf(longest) <= FEWEST_LETTERS) return null;
    shaved[shaved.indexOf(longest)] = cutOff(longest);
  }
  return shaved.join(" ");
}

function cutOff(word: string): string {
  return [...word].slice(0, -1).join("");
}

/** `1,234`. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-AU");
}

/** A duration in ms, in the unit that fits: "340 ms", "2.1 s", "1 min 05 s". */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** A share as per cent with one decimal: "2.3%". Never "0.0%" for what is not zero. */
export function percent(share: number): string {
  return share > 0 && share < 0.0005 ? "<0.1%" : `${(100 * share).toFixed(1)}%`;
}

/** `1` as "1st". */
export function ordinal(value: number): string {
  const teens = Math.floor(value / 10) % 10 === 1;
  return value + (teens ? "th" : ["th", "st", "nd", "rd"][value % 10] ?? "th");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2027-01-11` as "11 Jan". */
export function dayAndMonth(date: string): string {
  const [, month, day] = date.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]}`;
}

/** Joins items with a separator into as few rows as a width allows. */
export function wrap(items: string[], separator: string, width: number, measure = widthOf) {
  const rows: string[] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (last !== undefined && measure(last + separator + item) <= width) {
      rows[rows.length - 1] = last + separator + item;
    } else rows.push(item);
  }
  return rows;
}
