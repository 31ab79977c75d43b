// REQUIRED_CATEGORIES: the clinical experience categories that every line must cover.

import * as z from "zod";
import { once } from "../../engine/once.ts";
import { CATEGORIES, type Category } from "../problem.ts";
import type { LineRule } from "./rule.ts";
import { positionsWhere, termNames, termsOf } from "./shares.ts";

/** Every line covers each required category at least once. */
export const requiredCategories: LineRule<{ requiredCategories: Category[] }> = {
  name: "REQUIRED_CATEGORIES",
  description: "Clinical experience categories that every line must cover.",
  place: 600,
  value: once(() => z.array(z.enum(["A", "B", "C", "D"]))),
  set: (bounds, value) => ({
    ...bounds,
    requiredCategories: CATEGORIES.filter((c) => (value as Category[]).includes(c)),
  }),
  loosen: ({ requiredCategories: now }) =>
    now.map((dropped) => {
      const value = now.filter((category) => category !== dropped);
      return {
        value,
        words: `REQUIRED_CATEGORIES ${value.join(", ") || "none"} instead of ${now.join(", ")}`,
      };
    }),
  valueOf: (bounds) => bounds.requiredCategories,
  off: (bounds) => ({ ...bounds, requiredCategories: [] }),
  active: (bounds) => bounds.requiredCategories.length > 0,
  check(context, line) {
    const covered = new Set(line.flatMap((r) => context.problem.positions[r].categories));
    const missing = context.bounds.requiredCategories.filter((c) => !covered.has(c));
    return missing.length > 0 ? `category ${missing.join(", ")} not covered` : null;
  },
  finding(context, line) {
    const found = context.bounds.requiredCategories.map((category) => ({
      category,
      terms: termsOf(context, line, (p) => p.categories.includes(category)),
    }));
    const text = found.map(({ category, terms }) =>
      `${category} ${terms.length > 0 ? `in ${termNames(terms)}` : "in no term"}`
    ).join("; ");
    return { text, terms: [...new Set(found.flatMap(({ terms }) => terms))].sort((a, b) => a - b) };
  },
  contribute: (context) => ({
    covers: context.bounds.requiredCategories.map((category) => ({
      label: `category ${category}`,
      positions: positionsWhere(context, (p) => p.categories.includes(category)),
    })),
  }),
  explain: (bounds) => `every line covers ${bounds.requiredCategories.join(", ")}`,
};
