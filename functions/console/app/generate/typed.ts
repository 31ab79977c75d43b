// What a user types into a control of a constraint's value, and the value that it means. Numbers are kept as they
// were typed, so that a half-finished or wrong one is never lost; the value is made when it is needed.

import { numberOf, numbersIn } from "../ui/numbers.ts";

/** The part of JSON Schema that the constraint catalogue uses. */
export interface Schema {
  type?: string;
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  format?: string;
}

/** The kinds of control that there are. */
export type Kind =
  | "switch"
  | "number"
  | "share"
  | "text"
  | "position"
  | "choices"
  | "numbers"
  | "list"
  | "variants"
  | "object";

/** A fault of what was typed; `path` as in a problem document, e.g. `[0].term`. */
export interface Fault {
  path: string;
  message: string;
}

/** Whether null is a value, and the schema of the others. */
export function splitNull(schema: Schema): { nullable: boolean; inner: Schema } {
  const others = schema.anyOf?.filter((each) => each.type !== "null");
  if (!others || others.length === schema.anyOf!.length) return { nullable: false, inner: schema };
  return {
    nullable: true,
    inner: others.length === 1
      ? { ...others[0], description: schema.description }
      : { anyOf: others },
  };
}

/** The control that a schema (without null) asks for. */
export function kindOf(schema: Schema): Kind {
  if (schema.anyOf) return "variants";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "number" && schema.minimum === 0 && schema.maximum === 1) return "share";
  if (schema.type === "number" || schema.type === "integer") return "number";
  if (schema.type === "object") return "object";
  if (schema.type === "array") {
    if (schema.items?.enum) return "choices";
    return kindOf(schema.items ?? {}) === "number" ? "numbers" : "list";
  }
  return schema.format === "position-id" ? "position" : "text";
}

/** The value of a rule that is switched off. */
export function offValue(schema: Schema): unknown {
  const { nullable, inner } = splitNull(schema);
  if (nullable) return null;
  return kindOf(inner) === "switch" ? false : inner.type === "array" ? [] : null;
}

/** Which of a schema's variants a typed value is: the first that has all of its members. */
export function variantOf(schema: Schema, typed: unknown): number {
  const members = Object.keys((typed ?? {}) as object);
  const fits = (schema.anyOf ?? []).findIndex(({ properties }) =>
    members.every((member) => properties && member in properties)
  );
  return Math.max(0, fits);
}

/** What stands in the controls for a value. */
export function toTyped(schema: Schema, value: unknown): unknown {
  const { nullable, inner } = splitNull(schema);
  if (nullable && value === null) return null;
  switch (kindOf(inner)) {
    case "number":
      return value === undefined ? "" : String(value);
    case "share":
      return value === undefined ? "" : String(rounded(100 * Number(value)));
    case "numbers":
      return ((value ?? []) as number[]).join(", ");
    case "list":
      return ((value ?? []) as unknown[]).map((each) => toTyped(inner.items!, each));
    case "choices":
      return value ?? [];
    case "object":
      return typedMembers(inner, value);
    case "variants":
      return typedMembers(inner.anyOf![variantOf(inner, value)], value);
    case "switch":
      return value ?? true;
    default:
      return value ?? "";
  }
}

function typedMembers(schema: Schema, value: unknown): Record<string, unknown> {
  const given = (value ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([member, each]) => [
      member,
      given[member] === undefined && splitNull(each).inner.type !== "array"
        ? ""
        : toTyped(each, given[member]),
    ]),
  );
}

/** 20, not 20.000000000000004. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** The value that was typed, and what is wrong with it. Members that were left empty are left out. */
export function fromTyped(schema: Schema, typed: unknown): { value: unknown; faults: Fault[] } {
  const faults: Fault[] = [];
  const value = read(schema, typed, "", faults);
  return { value, faults };
}

function read(schema: Schema, typed: unknown, path: string, faults: Fault[]): unknown {
  const { nullable, inner } = splitNull(schema);
  if (nullable && (typed === null || typed === undefined)) return null;
  switch (kindOf(inner)) {
    case "number":
      return readNumber(inner, typed, 1, path, faults);
    case "share":
      return readNumber(inner, typed, 100, path, faults);
    case "numbers":
      return numbersIn(String(typed ?? ""))
        .map((each) => readNumber(inner.items!, each, 1, path, faults));
    case "list":
      return ((typed ?? []) as unknown[])
        .map((each, index) => read(inner.items!, each, `${path}[${index}]`, faults));
    case "object":
      return readMembers(inner, typed, path, faults);
    case "variants":
      return readMembers(inner.anyOf![variantOf(inner, typed)], typed, path, faults);
    case "position":
      if (!typed) faults.push({ path, message: "Choose a position." });
      return typed;
    case "text":
      if (!typed && (inner.minLength ?? 0) > 0) faults.push({ path, message: "Fill this in." });
      return typed;
    default:
      return typed;
  }
}

function readNumber(schema: Schema, typed: unknown, scale: number, path: string, faults: Fault[]) {
  const text = String(typed ?? "").trim().replace(/\s*%$/, "");
  const value = numberOf(text) ?? NaN;
  const [low, high] = [(schema.minimum ?? -Infinity) * scale, (schema.maximum ?? Infinity) * scale];
  if (Number.isNaN(value)) {
    faults.push({ path, message: "Enter a number, in digits." });
  } else if (schema.type === "integer" && !Number.isInteger(value)) {
    faults.push({ path, message: "Enter a whole number." });
  } else if (value < low || value > high) {
    faults.push({ path, message: `Enter a number from ${low} to ${high}.` });
  }
  return rounded(value / scale);
}

function readMembers(schema: Schema, typed: unknown, path: string, faults: Fault[]) {
  const given = (typed ?? {}) as Record<string, unknown>;
  const needed = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).flatMap(([member, each]) => {
    const left = given[member];
    const empty = left === "" || left === undefined ||
      (Array.isArray(left) && left.length === 0);
    if (empty && !needed.has(member)) return [];
    return [[member, read(each, left, `${path}.${member}`, faults)]];
  });
  return Object.fromEntries(members);
}
