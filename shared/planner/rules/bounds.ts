// The bounds in force for a run: what every rule keeps in them, each declared in the rule's own file.

import type { OwnBounds } from "./registry.ts";

/** A ruleset's defaults with single entries overridden. */
export interface RuleBounds extends OwnBounds {
  ruleset: string;
  rulesetVersion: number;
}
