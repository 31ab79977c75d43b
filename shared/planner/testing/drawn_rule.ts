// Values of a rule's entries, drawn from what the rule itself says they look like, and small problems about one rule alone: so
// that a new rule is drawn as it comes.

import * as z from "zod";
import type { Random } from "../../engine/random.ts";
import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import {
  type LineRule,
  parseConstraints,
  resolveRules,
  RULES,
  unknownReferences,
} from "../rules/mod.ts";
import { randomOrder, randomProblem } from "./problems.ts";

/** What rules use of JSON Schema. */
interface Schema {
  type?: string;
  anyOf?: Schema[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  format?: string;
}

/** Draws of one value after which there is none that fits the problem. */
const MOST_TRIES = 200;

/** Small numbers mostly, of terms; now and then one of weeks. */
function number(
  random: Random,
  { minimum = 0, maximum = 1 }: Schema,
  { termWeeks }: PlannerProblem,
) {
  const weeks = termWeeks.reduce((sum, n) => sum + n, 0);
  const most = Math.min(maximum, random.next() < 0.3 ? weeks : termWeeks.length + 1);
  return minimum + random.below(Math.max(1, most - minimum + 1));
}

function text(random: Random, { format }: Schema, { positions }: PlannerProblem): string {
  const { id, specialty } = positions[random.below(positions.length)];
  return format === "position-id" ? id : specialty;
}

function list(random: Random, { items = {}, minItems = 0 }: Schema, problem: PlannerProblem) {
  if (items.enum) return items.enum.filter(() => random.next() < 0.5);
  const length = minItems + random.below(problem.termWeeks.length + 1);
  return Array.from({ length }, () => valueOf(random, items, problem));
}

function object(
  random: Random,
  { properties = {}, required = [] }: Schema,
  problem: PlannerProblem,
) {
  const given = Object.entries(properties)
    .filter(([name]) => required.includes(name) || random.next() < 0.5);
  return Object.fromEntries(
    given.map(([name, schema]) => [name, valueOf(random, schema, problem)]),
  );
}

function valueOf(random: Random, schema: Schema, problem: PlannerProblem): unknown {
  const forms = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  if (forms.length > 0) return valueOf(random, forms[random.below(forms.length)], problem);
  if (schema.enum) return schema.enum[random.below(schema.enum.length)];
  switch (schema.type) {
    case "array":
      return list(random, schema, problem);
    case "object":
      return object(random, schema, problem);
    case "string":
      return text(random, schema, problem);
    case "boolean":
      return random.next() < 0.7;
    case "number":
      return random.below(11) / 10;
    case "integer":
      return number(random, schema, problem);
    default:
      throw new Error(`values of this shape are not drawn: ${JSON.stringify(schema)}`);
  }
}

/**
 * A value, never that which switches the rule off by null, that an entry of the rule may have in a run of this problem.
 * @throws Error where none is found
 */
export function anyValue(random: Random, rule: LineRule, problem: PlannerProblem): unknown {
  const schema = z.toJSONSchema(rule.value(), { io: "input" }) as Schema;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const value = valueOf(random, schema, problem), entry = [{ name: rule.name, value }];
    if (parseConstraints(entry).ok && unknownReferences(entry, problem).length === 0) return value;
  }
  throw new Error(`${rule.name}: no value was drawn that a problem of this shape allows`);
}

/** Entries that switch the rules of the house off. */
function houseOff(bounds: RuleBounds) {
  return RULES.filter(({ house }) => house !== undefined)
    .map((rule) => ({ name: rule.name, value: rule.valueOf(rule.off(bounds)) }));
}

/** A year of one line in which anything may be held anywhere, under one rule and those of the positions. */
export function drawnUnder(random: Random, rule: LineRule<RuleBounds>): PlannerProblem {
  const drawn = randomProblem(() => random.next(), {
    lines: 1,
    terms: 2 + random.below(2),
    positions: 4,
    postsUpTo: 1,
    sixMonth: random.next() < 0.3,
  });
  // For hospitals, and parts of full time.
  randomOrder(() => random.next(), drawn.positions);
  const problem: PlannerProblem = {
    ...drawn,
    termWeeks: drawn.termWeeks.map(() => 8 + random.below(6)),
    positions: drawn.positions.map((position) => ({
      ...position,
      minWeeks: random.next() < 0.2 ? 11 : 1,
    })),
    posts: drawn.posts.map((row) => row.map(() => 1)),
    minimumFill: drawn.minimumFill.map((row) => row.map(() => 0)),
  };
  const own = rule.inherent ? [] : [{ name: rule.name, value: anyValue(random, rule, problem) }];
  return { ...problem, constraints: [...houseOff(resolveRules([])), ...own] };
}

/** Whether the rule refuses lines by themselves: neither does one of the whole plan, nor a wish. */
export function judgesLines(rule: LineRule<RuleBounds>, problem: PlannerProblem): boolean {
  const bounds = resolveRules(problem.constraints);
  const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  return !rule.ofPlan && !("wishes" in rule.contribute({ problem, bounds, totalWeeks }));
}
