// Why a doctor did not get a line, in a sentence for managers. Pure.

import type { AllocatorReason } from "../../../../shared/client/mod.ts";
import { plural } from "../ui/format.ts";

/** @param tag the name of a qualification */
export function whyWords(
  { code, values }: AllocatorReason,
  tag: (id: string) => string,
): string {
  const { placed = 0, free = 0, tags = [] } = values;
  switch (code) {
    case "NOT_ELIGIBLE":
      return `Not eligible: ${RULES[values.rule!]}${
        tags.length > 0 ? ` (${tags.map(tag).join(", ")})` : ""
      }.`;
    case "FULL_BETTER":
      if (values.objectiveExact && values.objective === 0) {
        return `Full with ${plural(placed, "doctor")} as good for the match: the draw decided.`;
      }
      return `Full with ${plural(placed, "doctor")} put before. ${cost(values)}`.trim();
    case "WOULD_COST":
      return `${plural(free, "place")} free. ${cost(values)}`.trim();
    case "EARLIER_GROUP":
      return "Taken by doctors of an earlier priority group.";
    case "IMPOSSIBLE":
      return "No match that keeps the rules gives it to them.";
    case "PINNED":
      return "They were put to their line by hand.";
    case "NOT_OFFERED":
      return values.full ? "Full from an earlier match." : "No part of this match.";
  }
}

const RULES = {
  by_hand: "ruled out by hand for this match",
  excluded_worker: "excluded by name",
  works_more: "works more than this part-time line",
  excluded_tag: "holds what the line excludes",
  included_tags: "lacks what the line asks for",
};

function cost({ ranks, exact, objective, objectiveExact }: AllocatorReason["values"]): string {
  if (typeof ranks === "number") {
    const sum = told(ranks, exact);
    return `It would cost the others ${exact ? "" : "at least "}${sum} ${
      sum === 1 ? "rank" : "ranks"
    } in sum.`;
  }
  if (typeof objective === "number" && objective > 0) {
    return `The match would be ${objectiveExact ? "" : "at least "}${
      told(objective, objectiveExact)
    } worse by its objective.`;
  }
  return "";
}

/** To two places; what is a least figure is never made larger. */
function told(value: number, exact: boolean | undefined): number {
  return exact ? Number(value.toFixed(2)) : Math.floor(100 * value + 1e-6) / 100;
}
