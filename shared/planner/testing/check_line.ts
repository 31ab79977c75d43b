// The rules' own checks of a line, one after the other, for tests of the rules.

import type { RuleBounds } from "../rules/bounds.ts";
import { activeRules, type RuleContext } from "../rules/mod.ts";

/**
 * Checks one finished line against every active rule.
 * @param line position index per term
 * @returns a sentence per broken rule, with the rule's name; empty for a legal line
 */
export function checkLine(
  context: RuleContext<RuleBounds>,
  line: readonly number[],
): { rule: string; message: string }[] {
  return activeRules(context.bounds).flatMap((rule) => {
    const message = rule.check(context, line);
    return message === null ? [] : [{ rule: rule.name, message }];
  });
}
