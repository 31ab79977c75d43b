// How a run's `constraints` become bounds, and how finished lines are checked and judged by the rules in force.
//
// This folder owns what a line and a plan may be. It knows the problem and nothing else of the planner; everybody may
// import it, the console's tests and the exchange included. A new rule is a file of its own, from which `deno task docs:rules`
// makes all lists of rules (`registry.ts`); the tests then ask for the independent checker's own reading of it
// (`check/checker.ts`).

import { pathText } from "../../engine/paths.ts";
import { readShape } from "../../engine/shapes.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "./bounds.ts";
import type { LineFacts, LineRule, RuleContext } from "./rule.ts";
import { INHERENT_RULES, RULES } from "./registry.ts";
import { RULESETS } from "./rulesets.ts";

export type {
  LeaveReserve,
  LineFacts,
  LineLimit,
  LineRule,
  LineVariety,
  PathwayReserve,
  RuleContext,
  RuleContribution,
  RuleFinding,
} from "./rule.ts";
export { INHERENT_RULES, RULES } from "./registry.ts";
export { RULESET_VERSION, RULESETS } from "./rulesets.ts";

/** Names that `constraints` may use. */
export const KNOWN_CONSTRAINTS: readonly string[] = [
  ...Object.keys(RULESETS),
  ...RULES.map((rule) => rule.name),
];

/** Outcome of `parseConstraints`: the entries, or every fault with its path inside the array. */
export type ParsedConstraints =
  | { ok: true; constraints: ConstraintEntry[] }
  | { ok: false; errors: { path: string; message: string }[]; known: string[] };

/**
 * Validates the `constraints` of an allocation run or a request.
 * @param value anything; an array of names and `{name, value}` objects is what passes
 * @returns the entries, or the faults (paths such as `[1].value`) and the list of known names
 */
export function parseConstraints(value: unknown): ParsedConstraints {
  if (!Array.isArray(value)) return refuse([{ path: "", message: "constraints is not an array" }]);
  const errors: { path: string; message: string }[] = [];
  const rulesets = new Set<string>();
  for (const [i, entry] of value.entries()) {
    const fault = faultOf(entry);
    if (fault) {
      errors.push({ path: `[${i}]${fault.path}`, message: fault.message });
    } else if (Object.hasOwn(RULESETS, nameOf(entry))) {
      rulesets.add(nameOf(entry));
      if (rulesets.size > 1) {
        errors.push({ path: `[${i}]`, message: `a second ruleset: ${[...rulesets].join(", ")}` });
      }
    }
  }
  return errors.length > 0 ? refuse(errors) : { ok: true, constraints: value };
}

function refuse(errors: { path: string; message: string }[]): ParsedConstraints {
  return { ok: false, errors, known: [...KNOWN_CONSTRAINTS] };
}

function nameOf(entry: ConstraintEntry): string {
  return typeof entry === "string" ? entry : entry.name;
}

function valueOf(entry: ConstraintEntry, rule: LineRule): unknown {
  const given = typeof entry === "string" ? undefined : entry.value;
  return given === undefined ? rule.bare : given;
}

function isEntry(entry: unknown): entry is ConstraintEntry {
  if (typeof entry !== "object" || entry === null) return typeof entry === "string";
  return typeof (entry as { name?: unknown }).name === "string" &&
    Object.keys(entry).every((key) => key === "name" || key === "value");
}

/** The rule that an entry of this name sets, where there is one. */
export function ruleOf(name: string): LineRule<RuleBounds> | undefined {
  return RULES.find((rule) => rule.name === name);
}

function faultOf(entry: unknown): { path: string; message: string } | null {
  if (!isEntry(entry)) {
    return { path: "", message: "an entry is a name or an object {name, value}" };
  }
  const name = nameOf(entry);
  if (Object.hasOwn(RULESETS, name)) {
    const extra = typeof entry !== "string" && entry.value !== undefined;
    return extra ? { path: ".value", message: `${name} takes no value` } : null;
  }
  const rule = ruleOf(name);
  if (!rule) {
    const path = typeof entry === "string" ? "" : ".name";
    return { path, message: `unknown constraint ${JSON.stringify(name)}` };
  }
  const { faults } = readShape(rule.value(), valueOf(entry, rule));
  if (!faults) return null;
  const { path, message } = faults[0];
  // Forms show a rule's value as one field; which part of it is meant stands in the sentence.
  const part = pathText(["value", ...path]);
  return { path: ".value", message: `${name}${path.length > 0 ? `, ${part}` : ""}: ${message}` };
}

/**
 * The bounds in force: the named ruleset's defaults (UNRESTRICTED where none is named), with later
 * entries overriding single bounds.
 * @param constraints entries that `parseConstraints` accepts
 * @throws Error when an entry is unknown, because the caller skipped the validation
 */
export function resolveRules(constraints: readonly ConstraintEntry[]): RuleBounds {
  const ruleset = constraints.map(nameOf).find((name) => Object.hasOwn(RULESETS, name));
  let bounds = RULESETS[ruleset ?? "UNRESTRICTED"].bounds;
  for (const entry of constraints) {
    if (Object.hasOwn(RULESETS, nameOf(entry))) continue;
    const rule = ruleOf(nameOf(entry));
    if (!rule) throw new Error(`unknown constraint ${nameOf(entry)}`);
    // Parsed once more for the defaults that the entry left out.
    bounds = rule.set(bounds, rule.value().parse(valueOf(entry, rule)));
  }
  return bounds;
}

/**
 * What constraints name that the problem does not have: positions, terms.
 * @param constraints entries that `parseConstraints` accepts
 * @returns faults with their paths inside the array
 */
export function unknownReferences(
  constraints: readonly ConstraintEntry[],
  problem: PlannerProblem,
): { path: string; message: string }[] {
  return constraints.flatMap((entry, i) => {
    const rule = ruleOf(nameOf(entry));
    if (!rule?.unknown) return [];
    return rule.unknown(problem, resolveRules([entry])).map((message) => ({
      path: `[${i}].value`,
      message: `${rule.name}: ${message}`,
    }));
  });
}

/** The rules that bind under these bounds, the positions' own included. */
export function activeRules(bounds: RuleBounds): LineRule<RuleBounds>[] {
  return [...RULES, ...INHERENT_RULES].filter((rule) => rule.active(bounds));
}

/** A rule in force, and how a line stands to it. */
export interface RuleVerdict {
  rule: string;
  /** What the rule asks, in words. */
  requirement: string;
  /** Null for what the plan as a whole must keep, and no line by itself. */
  met: boolean | null;
  /** What was found in the line; of a broken rule, what is wrong with it. */
  finding: string;
  /** The terms that the finding rests on, from 0. */
  terms: number[];
}

/**
 * Which rule is met by what: every active rule with its verdict on a finished line.
 * @param line position index per term
 */
export function judgeLine(
  context: RuleContext<RuleBounds>,
  line: readonly number[],
  facts: LineFacts,
): RuleVerdict[] {
  return activeRules(context.bounds).map((rule) => {
    const fault = rule.check(context, line);
    const { text, terms, met = true } = rule.finding(context, line, facts);
    return {
      rule: rule.name,
      requirement: rule.explain(context.bounds),
      met: fault === null ? met : false,
      finding: fault ?? text,
      terms,
    };
  });
}
