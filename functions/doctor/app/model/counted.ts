// Counts in sentences: of one thing nothing is said in the plural.

/** `1 line`, `2 lines`. @param several where it is not the word with an s */
export function counted(n: number, one: string, several = `${one}s`): string {
  return `${n} ${n === 1 ? one : several}`;
}

/** `1 line is`, `2 lines are` */
export function countedAre(n: number, one: string): string {
  return `${counted(n, one)} ${n === 1 ? "is" : "are"}`;
}

/** What a file with an order says, in a sentence. */
export function rankedInFile(
  rows: number,
  one: string,
  read: readonly { order_preference: number | null }[],
): string {
  const ranked = read.filter(({ order_preference }) => order_preference !== null).length;
  return `The file has ${counted(rows, one)}, ${ranked} of them ranked.`;
}
