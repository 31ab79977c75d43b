// Shortest term of a position: part of the position itself, so it has no parameter and is always on.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import type { LineRule } from "./rule.ts";
import { plural } from "../../engine/words.ts";

/** A position sits only in terms of at least its own minimum length. */
export const minTermLength: LineRule = {
  name: "POSITION_MIN_WEEKS",
  description: "A position fills only terms that are long enough for it.",
  place: 3000,
  inherent: true,
  value: once(() => z.literal(true)),
  bare: true,
  set: (bounds) => bounds,
  valueOf: () => true,
  off: (bounds) => bounds,
  active: () => true,
  check(context, line) {
    const { positions, termWeeks } = context.problem;
    const t = line.findIndex((r, term) => positions[r].minWeeks > termWeeks[term]);
    return t < 0
      ? null
      : `${positions[line[t]].name} needs ${plural(positions[line[t]].minWeeks, "week")}, term ${
        t + 1
      } has ${termWeeks[t]}`;
  },
  finding({ problem: { positions, termWeeks } }, line) {
    const short = line.flatMap((r, t) => positions[r].minWeeks > termWeeks[t] ? [t] : []);
    return {
      text: short.length === 0 ? "every term is long enough" : "too short for its position",
      terms: short,
    };
  },
  contribute: ({ problem }) => ({
    forbidsSlot: (t, r) => problem.positions[r].minWeeks > problem.termWeeks[t],
  }),
  explain: () => "a position fills only terms that are long enough for it",
};
