// What is wrong with a value that is read by its shape: every fault with its place and a sentence of ours, whichever door it
// came through. A shape's own sentences stay as they are.

import type * as z from "zod";
import { pathText } from "./paths.ts";

/** A place in a document, and what is wrong with it. */
export interface ShapeFault {
  path: PropertyKey[];
  message: string;
}

/** What was read, or what is wrong with it. */
export type ShapeReading<Value> = { value: Value; faults?: never } | { faults: ShapeFault[] };

const NO_MEMBER = "there is no such member";

/**
 * Reads a value by its shape.
 * @param noMember said of a member that the shape does not have
 */
export function readShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  noMember = NO_MEMBER,
): ShapeReading<z.output<Shape>> {
  const read = shape.safeParse(value, { error: inOurWords });
  if (read.success) return { value: read.data };
  return {
    faults: read.error.issues.flatMap((issue): ShapeFault[] =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...issue.path, key], message: noMember }))
        : [{ path: issue.path, message: issue.message }]
    ),
  };
}

/** Faults as texts, for what is written into a log or kept with a run. */
export function faultTexts(faults: readonly ShapeFault[], most: number): string[] {
  return faults.slice(0, most).map(({ path, message }) =>
    `${pathText(path) || "the document"}: ${message}`
  );
}

/** Kinds of values as people call them. */
const KINDS: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  null: "null",
};

/** What lies beyond a bound, of numbers, texts and lists. */
function beyond(origin: string, least: boolean, bound: number | bigint, reached: boolean): string {
  if (origin === "string") {
    if (least && bound === 1) return "must not be empty";
    return `${least ? "shorter" : "longer"} than ${bound} characters`;
  }
  if (origin === "array" || origin === "set" || origin === "object" || origin === "record") {
    return `${least ? "fewer" : "more"} than ${bound} entries`;
  }
  if (reached) return `${least ? "below" : "above"} ${bound}`;
  return `not ${least ? "above" : "below"} ${bound}`;
}

function inOurWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `not ${KINDS[issue.expected] ?? `of the kind "${issue.expected}"`}`;
    case "too_small":
      return beyond(issue.origin, true, issue.minimum, issue.inclusive ?? true);
    case "too_big":
      return beyond(issue.origin, false, issue.maximum, issue.inclusive ?? true);
    case "invalid_format":
      return issue.format === "uuid" ? "not a UUID" : "not spelled as it must be";
    case "invalid_value":
      if (issue.input === undefined) return "is missing";
      return `not ${issue.values.length > 1 ? "one of " : ""}${
        issue.values.map(String).join(", ")
      }`;
    case "not_multiple_of":
      return `not a multiple of ${issue.divisor}`;
    case "invalid_union":
      return issue.input === undefined ? "is missing" : "none of the kinds that it may be";
    case "invalid_key":
      return "has a member whose name is not valid";
    case "unrecognized_keys":
      return NO_MEMBER;
    default:
      return "not valid";
  }
}
