// The catalogue of constraints, from which a UI draws its form: what may be named, what it means, the
// shape of its value, and what each ruleset sets it to.

import * as z from "zod";
import { RULES, RULESET_VERSION, RULESETS } from "./mod.ts";

/** A rule as a form shows it. */
export interface CatalogueRule {
  /** Name in `constraints`. */
  name: string;
  description: string;
  /** JSON Schema of the entry's `value`. */
  parameter: Record<string, unknown>;
  /** Whether the bare name stands for a value of its own. */
  may_be_bare: boolean;
}

/** A named set of defaults. */
export interface CatalogueRuleset {
  name: string;
  description: string;
  /** Value of every rule that this ruleset switches on, by the rule's name. */
  bounds: Record<string, unknown>;
  /** The same in words. */
  rules: { name: string; text: string }[];
}

/** Everything that `constraints` may hold. */
export interface ConstraintCatalogue {
  version: number;
  /** The ruleset of a run that names none. */
  default_ruleset: string;
  rulesets: CatalogueRuleset[];
  rules: CatalogueRule[];
}

/** The catalogue of rulesets and rules; the same for everybody. */
export function constraintCatalogue(): ConstraintCatalogue {
  return {
    version: RULESET_VERSION,
    default_ruleset: "UNRESTRICTED",
    rulesets: Object.entries(RULESETS).map(([name, { description, bounds }]) => {
      const active = RULES.filter((rule) => rule.active(bounds));
      return {
        name,
        description,
        bounds: Object.fromEntries(active.map((rule) => [rule.name, rule.valueOf(bounds)])),
        rules: active.map((rule) => ({ name: rule.name, text: rule.explain(bounds) })),
      };
    }),
    rules: RULES.map((rule) => ({
      name: rule.name,
      description: rule.description,
      parameter: z.toJSONSchema(rule.value(), { io: "input" }),
      may_be_bare: rule.bare !== undefined,
    })),
  };
}
