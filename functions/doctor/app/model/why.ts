// Why a better-ranked line is another's, in a sentence: true to the stored run, without names and ranks of others.

import type { Why } from "../wire.ts";

/** The sentence of a code and its values. */
export function whySentence({ code, values }: Pick<Why, "code" | "values">): string {
  const number = (name: string) => Number(values[name] ?? 0);
  const many = (n: number, one: string, more: string) => n === 1 ? `one ${one}` : `${n} ${more}`;
  switch (code) {
    case "NOT_ELIGIBLE":
      return `you are not eligible for it${ruleOf(values.rule)}.`;
    case "NEVER":
      return "you said never to it.";
    case "FULL_BETTER":
      return `it is full with ${
        many(number("placed"), "doctor", "doctors")
      } whom the match's own objective puts before you there.`;
    case "WOULD_COST": {
      const least = values.exact === false ? "at least " : "";
      return `giving it to you would have cost the other doctors ${least}${
        many(number("ranks"), "rank", "ranks")
      } in all.`;
    }
    default:
      return "the match gave it to others.";
  }
}

function ruleOf(rule: unknown): string {
  switch (rule) {
    case "MISSING_QUALIFICATION":
      return ": it needs a qualification that you have not";
    case "EXCLUDED_QUALIFICATION":
      return ": it is not for doctors with your qualification";
    case "EXCLUDED_DOCTOR":
      return ": it is not open to you";
    default:
      return "";
  }
}
