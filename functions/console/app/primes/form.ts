// The form of a search, as its schema describes it: what is typed becomes parameters; what is wrong stands beside its field.

import type { PrimeForm } from "../../../../shared/client/mod.ts";

/** A parameter as its JSON Schema describes it. */
export interface FormField {
  name: string;
  label: string;
  description: string;
  kind: "number" | "choice" | "text";
  choices: string[];
  least: number | null;
  most: number | null;
  required: boolean;
  /** What stands for an empty field. */
  otherwise: string | null;
}

interface PropertySchema {
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

/** The fields of a form, in its own order. */
export function fieldsOf({ schema }: PrimeForm): FormField[] {
  const properties = schema.properties as Record<string, PropertySchema>;
  const required = (schema.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    label: name.replaceAll("_", " "),
    description: property.description ?? "",
    kind: property.enum ? "choice" : property.type === "integer" ? "number" : "text",
    choices: property.enum ?? [],
    least: property.minimum ?? null,
    most: property.maximum ?? null,
    required: required.includes(name),
    otherwise: property.default === undefined ? null : String(property.default),
  }));
}

/** What was typed, by field. */
export type TypedSearch = Readonly<Record<string, string>>;

/** Parameters, or what is wrong by field. */
export type ReadSearch =
  | { params: Record<string, unknown>; faults: null }
  | { params: null; faults: Record<string, string> };

/** Reads what was typed. Empty fields are left out: the form has its own defaults. */
export function readTyped(fields: readonly FormField[], typed: TypedSearch): ReadSearch {
  const params: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const text = (typed[field.name] ?? "").trim();
    if (text === "") {
      if (field.required) faults[field.name] = "Fill this in.";
      continue;
    }
    if (field.kind !== "number") {
      params[field.name] = text;
      continue;
    }
    const value = wholeNumber(text);
    if (value === null) faults[field.name] = "This is no whole number.";
    else if (field.least !== null && value < field.least) {
      faults[field.name] = `At least ${field.least}.`;
    } else if (field.most !== null && value > field.most) {
      faults[field.name] = `At most ${field.most}.`;
    } else params[field.name] = value;
  }
  return Object.keys(faults).length > 0 ? { params: null, faults } : { params, faults: null };
}

/** "1 000", "1,000", "10^6" and "1e6", too. */
function wholeNumber(text: string): number | null {
  const plain = text.replaceAll(/[\s,_]/g, "");
  const power = /^(\d{1,3})\^(\d{1,2})$/.exec(plain);
  const value = power ? Number(power[1]) ** Number(power[2]) : Number(plain);
  return /^\d+(e\d+)?$|\^/.test(plain) && Number.isSafeInteger(value) ? value : null;
}

/** Faults that the function told, by field; what belongs to none is under "". */
export function faultsOf(
  errors: readonly { path: string; message: string }[],
): Record<string, string> {
  return Object.fromEntries(errors.map(({ path, message }) => {
    const name = path.startsWith("params.") ? path.slice("params.".length) : "";
    return [name, `${name || path ? "" : "The request "}${message}`];
  }));
}
