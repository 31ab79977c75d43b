// Words for choices.

const ORDINALS = new Intl.PluralRules("en-AU", { type: "ordinal" });
const SUFFIX: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };

/** `1st`, `22nd` */
export function ordinal(n: number): string {
  return `${n}${SUFFIX[ORDINALS.select(n)]}`;
}

/** `3rd`, `not ranked`. @param choice 1 for the first, which tied lines share; null: not ranked */
export function choiceWord(choice: number | null): string {
  return choice === null ? "not ranked" : ordinal(choice);
}
