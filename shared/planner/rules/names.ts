// How rules and rulesets are called, for whoever says it to people and has no need of the rules themselves.

import { RULE_NAMES } from "./rule_names.ts";

/** The state or territory of a ruleset, as people there call it. */
export const PLACES = {
  VIC: "Victoria",
  NSW: "New South Wales",
  WA: "Western Australia",
  SA: "South Australia",
  TAS: "Tasmania",
  QLD: "Queensland",
  NT: "Northern Territory",
  ACT: "Australian Capital Territory",
} as const;

/** A rule or ruleset by its name for people: "Most rural terms", "Victoria, PGY1"; its code stays what machines read. */
export function ruleName(code: string): string {
  const [, place, year] = /^([A-Z]{2,3})_(PGY\d)$/.exec(code) ?? [];
  if (place && place in PLACES) return `${PLACES[place as keyof typeof PLACES]}, ${year}`;
  if (/^PGY\d_PLUS$/.test(code)) return `${code.slice(0, 4)} and later`;
  const words = code.toLowerCase().replaceAll("_", " ").replace(/^max /, "most ")
    .replace(/^min /, "least ").replace(/\bfte\b/, "FTE");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A sentence with the names of rules in place of their codes; positions may be called ICU_A, and stay so. */
export function withRuleNames(text: string): string {
  return text.replace(
    /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g,
    (code) => RULE_NAMES.has(code) || isRuleset(code) ? `“${ruleName(code)}”` : code,
  );
}

function isRuleset(code: string): boolean {
  return /^[A-Z]{2,3}_PGY\d$|^PGY\d_PLUS$|^UNRESTRICTED$/.test(code);
}
