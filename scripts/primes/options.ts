// The command line of `deno task primes`: each form's parameters are its options, as their schemas describe them.

import { parseArgs } from "node:util";
import { PrimeSearchError } from "../../shared/primes/errors.ts";
import { describeSearches, planWork, rangeOf } from "../../shared/primes/work.ts";

/** What was asked for. */
export interface PrimesOptions {
  form: string;
  /** Named as the form names them. */
  params: Record<string, number | string>;
  blockSize: number | null;
  isolates: number | null;
  json: boolean;
  color: boolean;
  help: boolean;
}

/** A command line that makes no sense; the message is for whoever typed it. */
export class PrimesUsageError extends Error {
  override name = "PrimesUsageError";
}

/** A parameter's JSON Schema, as far as it is used here. */
interface Field {
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

const FORMS = describeSearches().map(({ name, title, schema, ranges }) => ({
  name,
  title,
  ranges,
  fields: schema.properties as Record<string, Field>,
  required: (schema.required ?? []) as string[],
}));

/** Options that every form has. */
const COMMON = ["form", "from", "to", "block-size", "isolates", "json", "color", "help"];

/** "min_n" -> "--min-n" */
function optionOf(field: string): string {
  return `--${field.replaceAll("_", "-")}`;
}

/** What --help prints. */
export function help(): string {
  return `\
Searches for primes on a local stack, through the real functions on several isolates: plans, searches,
proves, and has every prime checked by the checker, which shares no code with the search.

Usage: deno task primes --form FORM --from A --to B [options of the form] [options]

  --form NAME        what numbers; see below
  --from A, --to B   the range, both ends included
  --isolates N       isolates that work side by side, at most (default: as many as the stack runs)
  --block-size N     candidates a block (default: by the price of a test)
  --json             print one JSON object at the end on standard output, everything else on standard error
  --no-color         no colours (so does NO_COLOR in the environment)
  --help             this text

Forms and their options:
${FORMS.map(describe).join("\n")}

Exit status: 0 every prime is proven and verified, 2 some found numbers are not proven, 1 anything else
that went wrong, 64 a bad option, 130 interrupted.
`;
}

function describe({ name, title, fields, ranges }: (typeof FORMS)[number]): string {
  const bounds = new Set(ranges.flat());
  const shown = Object.entries(fields).filter(([field]) => !bounds.has(field));
  return [
    `  ${name}: ${title}; --from and --to are ${ranges.map(rangeWords).join(", or ")}`,
    ...shown.map(([field, schema]) => {
      const choice = schema.enum ? `: ${schema.enum.join(", ")}` : "";
      const otherwise = schema.default === undefined ? "" : ` (default ${schema.default})`;
      return `      ${optionOf(field).padEnd(14)} ${schema.description ?? ""}${choice}${otherwise}`;
    }),
  ].join("\n");
}

function rangeWords([from, to]: [string, string]): string {
  return from === "from" ? "the first and last number" : `${from} and ${to}`;
}

/**
 * Reads the command line.
 * @throws {PrimesUsageError} when it makes no sense
 */
export function parsePrimesOptions(args: string[]): PrimesOptions {
  const values = parse(args);
  const common = {
    blockSize: wholeNumber("--block-size", values["block-size"], { minimum: 1 }),
    isolates: wholeNumber("--isolates", values.isolates, { minimum: 1, maximum: 100 }),
    json: values.json === true,
    color: values.color !== false,
    help: values.help === true,
  };
  if (common.help) return { form: "", params: {}, ...common };
  const form = knownForm(values.form);
  const params = paramsOf(form, values);
  refuseWhatCannotBe(form.name, params, common.blockSize);
  return { form: form.name, params, ...common };
}

/** What no function would take is told before a stack is started for it, in the words of the command line. */
function refuseWhatCannotBe(
  form: string,
  params: Record<string, number | string>,
  blockSize: number | null,
): void {
  try {
    planWork({ form, params }, blockSize ?? undefined);
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    const [{ path, message }] = error.issues;
    const [from, to] = rangeOf(form, params);
    const field = path.replace(/^params\./, "");
    const option = field === from ? "--from" : field === to ? "--to" : optionOf(field);
    throw new PrimesUsageError(`${option}: ${message}`);
  }
}

type Values = Record<string, string | boolean | undefined>;

function parse(args: string[]): Values {
  const fields = new Set(FORMS.flatMap(({ fields }) => Object.keys(fields)));
  const strings = ["form", "from", "to", "block-size", "isolates"];
  for (const field of fields) strings.push(field.replaceAll("_", "-"));
  try {
    return parseArgs({
      args: joinNegatives(args),
      allowNegative: true,
      options: {
        ...Object.fromEntries(strings.map((name) => [name, { type: "string" as const }])),
        json: { type: "boolean" },
        color: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values as Values;
  } catch (error) {
    // node's messages go on about positional arguments after the first sentence
    throw new PrimesUsageError((error as Error).message.split(/\.\s/)[0].replace(/\.$/, ""));
  }
}

/** `--from -3` as `--from=-3`: what follows an option and looks like a number is its value, right or wrong. */
function joinNegatives(args: string[]): string[] {
  return args.reduce<string[]>((joined, arg) => {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before?.startsWith("--") && !before.includes("=")) {
      return [...joined.slice(0, -1), `${before}=${arg}`];
    }
    return [...joined, arg];
  }, []);
}

function knownForm(name: string | boolean | undefined) {
  const names = FORMS.map((form) => form.name).join(", ");
  if (name === undefined) throw new PrimesUsageError(`--form is missing; it takes one of ${names}`);
  const form = FORMS.find((each) => each.name === name);
  if (form) return form;
  throw new PrimesUsageError(`--form takes one of ${names}, not "${name}"`);
}

function paramsOf(form: (typeof FORMS)[number], values: Values): Record<string, number | string> {
  const params: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (COMMON.includes(name) || value === undefined) continue;
    const field = name.replaceAll("-", "_");
    const schema = form.fields[field];
    if (!schema) {
      const known = ["from", "to", ...Object.keys(form.fields)].map(optionOf).join(", ");
      throw new PrimesUsageError(`${form.name} has no option --${name}; it has ${known}`);
    }
    params[field] = read(`--${name}`, String(value), schema);
  }
  const [from, to] = rangeOf(form.name, params);
  for (const [option, field] of [["from", from], ["to", to]]) {
    const value = values[option];
    if (value === undefined) continue;
    if (field in params) {
      throw new PrimesUsageError(
        `--${option} and ${optionOf(field)} are the same; give one of them`,
      );
    }
    params[field] = read(`--${option}`, String(value), form.fields[field]);
  }
  for (const [option, field] of [["from", from], ["to", to]]) {
    if (!(field in params)) {
      throw new PrimesUsageError(`--${option} is missing: ${form.fields[field].description}`);
    }
  }
  for (const field of form.required) {
    if (!(field in params)) {
      throw new PrimesUsageError(
        `${optionOf(field)} is missing: ${form.fields[field].description}`,
      );
    }
  }
  return params;
}

function read(option: string, value: string, schema: Field): number | string {
  if (schema.enum && !schema.enum.includes(value)) {
    throw new PrimesUsageError(`${option} takes one of ${schema.enum.join(", ")}, not "${value}"`);
  }
  return schema.type === "integer" ? wholeNumber(option, value, schema)! : value;
}

function wholeNumber(
  option: string,
  value: string | boolean | undefined,
  { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Field,
): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (/^\d+$/.test(String(value)) && number >= minimum && number <= maximum) return number;
  throw new PrimesUsageError(
    `${option} takes a whole number from ${minimum} to ${maximum}, not "${value}"`,
  );
}
