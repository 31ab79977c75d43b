// Counts in the sentences of engines: of one thing nothing is said in the plural.

/**
 * "1 line", "2 lines".
 * @param one the word for one, with what goes by it: "line was"
 * @param several for any other number, where it is not the word with an s
 */
export function plural(n: number, one: string, several = `${one}s`): string {
  return `${n} ${n === 1 ? one : several}`;
}
