// NO_NIGHTS: nights and relief posts stay out of the lines.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { LineRule } from "./rule.ts";
import { countOfTerms, positionsWhere, termsOf } from "./shares.ts";

/** No nights or relief position in any line. */
export const noNights: LineRule<{ noNights: boolean }> = {
  name: "NO_NIGHTS",
  description: "No nights or relief position in any line.",
  place: 1600,
  value: once(() => z.boolean()),
  bare: true,
  set: (bounds, value) => ({ ...bounds, noNights: value as boolean }),
  valueOf: (bounds) => bounds.noNights,
  off: (bounds) => ({ ...bounds, noNights: false }),
  active: (bounds) => bounds.noNights,
  check(context, line) {
    const nights = line.find((r) => context.problem.positions[r].isNightsRelief);
    return nights === undefined
      ? null
      : `${context.problem.positions[nights].name} is a nights/relief position`;
  },
  finding(context, line) {
    const terms = termsOf(context, line, (p) => p.isNightsRelief);
    return { text: countOfTerms(terms.length, "nights/relief"), terms };
  },
  contribute: (context) => ({ forbids: positionsWhere(context, (p) => p.isNightsRelief) }),
  explain: () => "no nights or relief",
};
