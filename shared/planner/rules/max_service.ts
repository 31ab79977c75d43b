// MAX_SERVICE: service terms (nights, relief) take at most a share of the year.

import type { LineRule } from "./rule.ts";
import { boundBy, type NumberBound } from "./bound_by.ts";
import {
  percent,
  positionsWhere,
  shareValue,
  shareWeeks,
  weeksFinding,
  weightOf,
} from "./shares.ts";
import { plural } from "../../engine/words.ts";

/** At most a share of the year's weeks in service terms. */
export const maxService: LineRule<NumberBound<"maxServiceShare">> = {
  name: "MAX_SERVICE",
  description: "Largest share of the year's weeks in service terms (nights, relief).",
  place: 900,
  ...boundBy("maxServiceShare", shareValue, "share at most"),
  check(context, line) {
    const { termWeeks } = context.problem;
    const share = context.bounds.maxServiceShare!;
    const weeks = weightOf(context, line, termWeeks, (p) => p.isService);
    return weeks > shareWeeks(share, termWeeks)
      ? `${weeks} of ${plural(context.totalWeeks, "week")} in service terms, at most ${
        percent(share)
      } allowed`
      : null;
  },
  finding: (context, line) => weeksFinding(context, line, "in service terms", (p) => p.isService),
  contribute: (context) => ({
    limits: [{
      max: shareWeeks(context.bounds.maxServiceShare!, context.problem.termWeeks),
      kind: "service",
      positions: positionsWhere(context, (p) => p.isService),
      termWeight: context.problem.termWeeks,
    }],
  }),
  explain: (bounds) => `at most ${percent(bounds.maxServiceShare!)} of the year in service terms`,
};
