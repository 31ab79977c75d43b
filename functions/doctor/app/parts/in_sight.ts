// How much of a long list a window shows before it is scrolled, by about how high things are, in px: that much is drawn at
// once. A little too much costs little; what is missing comes a moment later.

/**
 * What lists are drawn into: how high the window is, and how many cards the style sheet puts side by side. Kept, since asking
 * for it in the middle of a drawing lays out the page on the spot.
 */
export const room = { height: 0, columns: 1 };
function look(): void {
  room.height = innerHeight;
  room.columns = matchMedia("(min-width: 56rem)").matches ? 2 : 1;
}
if (globalThis.document !== undefined) {
  look();
  addEventListener("resize", look);
}

/** What stands above the lists: the frame of the page, a title, a few words, what searches. */
const ABOVE_CARDS = 390, ABOVE_PARTS = 300;

/** How high a card is, without terms and for each term; and a row of an order, with the room between. */
const CARD = 170, TERM = 80;
/** How much longer a card or a row makes its list before it is laid out. */
export const CARD_HEIGHT = 430, ROW_HEIGHT = 62;

/** The heading of a part of an order, the sentence below it, and what stands there instead of rows. */
const HEADING = 46, HINT = 18, EMPTY = 76;

/**
 * How many cards are in sight.
 * @param terms how many terms each line has, in order
 * @param window the window's height
 * @param columns of cards, side by side
 */
export function cardsInSight(terms: readonly number[], window: number, columns: number): number {
  let count = 0;
  for (let y = ABOVE_CARDS; y < window && count < terms.length; count += columns) {
    y += CARD + TERM * terms[count];
  }
  return count;
}

/**
 * How many rows of each part of an order are in sight.
 * @param parts how many rows each has, and whether a sentence stands below its heading
 * @param window the window's height
 */
export function rowsInSight(
  parts: readonly { rows: number; hint: boolean }[],
  window: number,
): number[] {
  let y = ABOVE_PARTS;
  return parts.map(({ rows, hint }) => {
    y += HEADING + (hint ? HINT : 0) + (rows === 0 ? EMPTY : 0);
    const seen = Math.min(rows, Math.max(0, Math.ceil((window - y) / ROW_HEIGHT)));
    y += ROW_HEIGHT * rows;
    return seen;
  });
}
