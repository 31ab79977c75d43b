// Why a better-ranked line is another's, in a sentence: true to the stored run, without names and ranks of others. Codes and
// values: functions/README.md, "Why".

import type { Why } from "./wire.ts";

/** The sentence of a code and its values. */
export function whySentence({ code, values }: Pick<Why, "code" | "values">): string {
  switch (code) {
    case "NOT_ELIGIBLE":
      return `you could not be given it${ruleOf(values)}.`;
    case "NEVER":
      return "you said never to it.";
    case "FULL_BETTER": {
      const doctors = Number(values.placed) === 1
        ? "one doctor has"
        : `${values.placed} doctors have`;
      if (values.objective === 0 && values.objective_exact === true) {
        return `it is full: ${doctors} it. You were equal to them in all that the match counts, and the draw decided.`;
      }
      return `it is full: ${doctors} it, whom the match's own measure puts before you there.${
        worse(values)
      }`;
    }
    case "WOULD_COST": {
      const places = Number(values.free) === 1 ? "A place was" : `${values.free} places were`;
      return `${places.toLowerCase()} free, but giving you one would have cost the others more.${
        cost(values)
      }`;
    }
    case "EARLIER_GROUP":
      return "doctors of a group that was matched before yours have it.";
    case "IMPOSSIBLE":
      return "no matching that keeps all rules (lines that must be filled, the departments' limits, places given by hand, doctors placed together, stability where it was asked for) gives it to you.";
    case "PINNED":
      return "your own line was given to you by hand, for a reason that the managers wrote down.";
    case "NOT_OFFERED":
      return values.full === true
        ? "it was full already, from an earlier match."
        : "it was no part of this match.";
    default:
      return "it was given to others.";
  }
}

/** What the others would have lost; "at least" where the run has proven no more. Nothing where it has proven nothing. */
function cost(values: Why["values"]): string {
  const { ranks, exact } = values;
  if (typeof ranks !== "number" || told(ranks, exact) <= 0) return worse(values);
  return ` With it for you, the other doctors together would have lost ${least(exact)}${
    many(told(ranks, exact), "rank")
  }.`;
}

/** By how much the match would have been worse: of a line that is full no ranks, which might be those of one other doctor. */
function worse({ objective, objective_exact }: Why["values"]): string {
  if (typeof objective !== "number" || told(objective, objective_exact) <= 0) return "";
  return ` By that measure the whole match would have been worse by ${least(objective_exact)}${
    told(objective, objective_exact)
  }.`;
}

function least(exact: unknown): string {
  return exact === true ? "" : "at least ";
}

/** To two places; what is a least figure is never made larger. */
function told(value: number, exact: unknown): number {
  return exact === true ? Number(value.toFixed(2)) : Math.floor(100 * value + 1e-6) / 100;
}

function many(n: number, what: string): string {
  return n === 1 ? `one ${what}` : `${n} ${what}s`;
}

/** The rule, with the names of the qualifications that it is about. */
function ruleOf({ rule, tags }: Why["values"]): string {
  const names = Array.isArray(tags) ? tags.join(", ") : "";
  const several = Array.isArray(tags) && tags.length > 1;
  switch (rule) {
    case "included_tags":
      return several
        ? `: it needs a qualification that you do not have, one of ${names}`
        : `: it needs a qualification that you do not have${names && `, ${names}`}`;
    case "excluded_tag":
      return `: it is not for doctors with a qualification that you have${names && `, ${names}`}`;
    case "excluded_worker":
      return ": it is not open to you";
    case "works_more":
      return ": it is part-time, and you work more";
    case "by_hand":
      return ": the managers ruled it out by hand in this match, for a reason that they wrote down";
    default:
      return "";
  }
}
