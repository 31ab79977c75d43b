// How the values of a text are separated, by what makes rows of it: titles, and commas in texts and numbers, make none.

/** What spreadsheet programs separate values by; of two that fit alike the first is taken. */
const SEPARATORS = [",", ";", "\t", "|"];

/** Characters from the start that it is told by. */
const SAMPLE = 20_000;

/** A cell in quotes, and what it stands behind: what is in it separates nothing, lines neither. */
const QUOTED = /(^|[,;\t|\r\n])"[^"]*(?:""[^"]*)*(?:"|$)/g;

/** How a separator divides a text. */
interface Division {
  /** Rows of as many cells as most of its rows with several have. */
  rows: number;
  /** The first of them. */
  first: number;
  cells: number;
}

/**
 * The separator of CSV text: the one that divides most rows into as many cells; of those that divide as many the one that
 * begins later, behind titles, then the one that makes more cells.
 */
export function separatorOf(text: string): string {
  const rows = wholeLines(text).replace(QUOTED, "$1").split(/\r\n?|\n/);
  let best: { separator: string; division: Division } | null = null;
  for (const separator of SEPARATORS) {
    const division = divide(rows, separator);
    if (division !== null && (best === null || isBetter(division, best.division))) {
      best = { separator, division };
    }
  }
  return best?.separator ?? ",";
}

/** The beginning of a text, without the line that its end would cut. */
function wholeLines(text: string): string {
  if (text.length <= SAMPLE) return text;
  const end = Math.max(text.lastIndexOf("\n", SAMPLE), text.lastIndexOf("\r", SAMPLE));
  return text.slice(0, end > 0 ? end : SAMPLE);
}

/** Null where no row has several cells. */
function divide(rows: readonly string[], separator: string): Division | null {
  const byCells = new Map<number, Division>();
  rows.forEach((row, first) => {
    const cells = row.split(separator).length;
    const alike = byCells.get(cells);
    if (alike) alike.rows++;
    else if (cells > 1) byCells.set(cells, { rows: 1, first, cells });
  });
  return [...byCells.values()].reduce<Division | null>(
    (best, each) => best === null || isBetter(each, best) ? each : best,
    null,
  );
}

function isBetter(a: Division, b: Division): boolean {
  return (a.rows - b.rows || a.first - b.first || a.cells - b.cells) > 0;
}
