// All forms, and the one way from a request to a search.

import * as z from "zod";
import { pathText } from "../../engine/paths.ts";
import { readShape } from "../../engine/shapes.ts";
import { PrimeSearchError } from "../errors.ts";
import { carolKynea } from "./carol_kynea.ts";
import { cullenWoodall } from "./cullen_woodall.ts";
import { factorial } from "./factorial.ts";
import type { Form, Search } from "./form.ts";
import { genFermat } from "./gen_fermat.ts";
import { nearRepdigit } from "./near_repdigit.ts";
import { palindromic } from "./palindromic.ts";
import { kbn, sophieGermain, twin } from "./powers.ts";
import { mersenne, repunit, wagstaff } from "./prime_exponents.ts";
import { primorial } from "./primorial.ts";

/** Every form that candidates are tested of, in the order in which they are offered. */
export const FORMS: readonly Form[] = [
  factorial,
  primorial,
  kbn,
  twin,
  sophieGermain,
  cullenWoodall,
  carolKynea,
  mersenne,
  wagstaff,
  repunit,
  genFermat,
  palindromic,
  nearRepdigit,
] as Form[];

/** The form of this name. @throws PrimeSearchError UNKNOWN_FORM */
export function formNamed(name: string): Form {
  const form = FORMS.find((candidate) => candidate.name === name);
  if (form) return form;
  const known = FORMS.map((each) => each.name).join(", ");
  throw PrimeSearchError.of(
    "UNKNOWN_FORM",
    "form",
    `no form is named "${name}"; there are ${known}`,
  );
}

/** A form's parameters with its defaults filled in. @throws PrimeSearchError INVALID_PARAMS, with every path */
export function readParams<Params>(schema: z.ZodType<Params>, params: unknown): Params {
  const read = readShape(schema, params, "there is no such parameter");
  if (!read.faults) return read.value;
  throw new PrimeSearchError(
    "INVALID_PARAMS",
    read.faults.map(({ path, message }) => ({ path: pathText(["params", ...path]), message })),
  );
}

/** Opens a search. @throws PrimeSearchError UNKNOWN_FORM or INVALID_PARAMS */
export function openSearch(name: string, params: unknown): Search {
  const form = formNamed(name);
  const read = readParams(form.schema, params);
  try {
    return form.open(read);
  } catch (error) {
    if (!(error instanceof PrimeSearchError)) throw error;
    const issues = error.issues.map(({ path, message }) => ({ path: `params.${path}`, message }));
    throw new PrimeSearchError(error.code, issues);
  }
}

/** A form as a page or a command line draws it. */
export interface FormDescription {
  name: string;
  title: string;
  /** JSON Schema of the parameters: types, bounds, defaults, descriptions. */
  schema: Record<string, unknown>;
  /** The pairs of parameters that may bound its range. */
  ranges: [from: string, to: string][];
}

/** Every form with its parameters. */
export function describeForms(): FormDescription[] {
  return FORMS.map((form) => ({
    name: form.name,
    title: form.title,
    schema: z.toJSONSchema(form.schema, { io: "input" }) as Record<string, unknown>,
    ranges: rangesOf(form),
  }));
}

/** Of k*b^n+-1 either n or k runs; of all others one pair bounds the range. */
function rangesOf(form: Form): [string, string][] {
  const pairs = [form.range({}), form.range({ n: 1 } as never)];
  return pairs.filter(([from], at) => pairs.findIndex(([other]) => other === from) === at);
}
