// What the copy of a year for the next one is called.

/** Years in a name: 2027, 2027/28, 2027–2028. */
const YEARS = /(?<![\p{L}\d])(20\d\d)(?:([/–-])(\d\d))?(?![\p{L}\d])/gu;

/** The name of the next year: each year in it is one more. */
export function nextName(name: string): string {
  const next = name.replaceAll(YEARS, (all, year: string, dash?: string, short?: string) => {
    const after = String(Number(year) + 1);
    if (short === undefined) return after;
    // 2027/28 is two years that follow each other; of anything else only the year is one.
    return Number(short) === Number(after) % 100
      ? `${after}${dash}${String(Number(after) + 1).slice(2)}`
      : all.replace(year, after);
  });
  return next === name ? `${name}, next year` : next;
}
