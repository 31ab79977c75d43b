// What may stand in a request's constraints, for the database: the migration that lists them, made from the rule objects, so
// that whoever asks for a run past the functions is told the same. `deno task docs:rules` writes it.

import { constraintCatalogue } from "../shared/planner/rules/catalogue.ts";

/** The migration. */
export const CONSTRAINTS_SQL = new URL(
  "../supabase/migrations/20261120095950_list_constraints.sql",
  import.meta.url,
);

/** As many entries, or characters, as a list, or a text, without a limit of its own may have; a request is bounded as a whole. */
const UNBOUNDED = 1000;

/** What is used of JSON Schema, with what it cannot say of the members of an object (`some`, `rising`). */
interface Schema {
  type?: string;
  anyOf?: Schema[];
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  some?: string[];
  rising?: string[];
}

/** A shape as private.shape_faults() reads it. */
type Shape = Record<string, unknown>;

/** The shape of values that a schema allows. @throws Error on what no shape says */
export function shapeOf(schema: Schema): Shape {
  if (schema.anyOf) return shapeOfAny(schema.anyOf);
  switch (schema.type) {
    case "object":
      return shapeOfObject(schema);
    case "array":
      return {
        is: "list",
        most: schema.maxItems ?? UNBOUNDED,
        ...schema.minItems !== undefined && { least: schema.minItems },
        of: shapeOf(schema.items!),
      };
    case "string":
      return schema.enum
        ? { is: "choice", of: schema.enum }
        : { is: "text", most: schema.maxLength ?? UNBOUNDED };
    case "boolean":
      return { is: "flag" };
    case "integer":
    case "number":
      return {
        is: schema.type === "integer" ? "whole" : "number",
        least: schema.minimum,
        most: schema.maximum,
      };
    default:
      throw new Error(`no shape says ${JSON.stringify(schema)}`);
  }
}

function shapeOfAny(forms: Schema[]): Shape {
  const shapes = forms.filter(({ type }) => type !== "null").map(shapeOf);
  const shape = shapes.length === 1 ? shapes[0] : { is: "either", of: shapes };
  return shapes.length < forms.length ? { ...shape, must: false } : shape;
}

function shapeOfObject({ properties = {}, required = [], some, rising }: Schema): Shape {
  const members = Object.entries(properties).map(([name, schema]) => {
    const shape = shapeOf(schema);
    return [name, required.includes(name) && !("must" in shape) ? { ...shape, must: true } : shape];
  });
  return {
    is: "object",
    exact: true,
    ...some && { some },
    ...rising && { rising },
    members: Object.fromEntries(members),
  };
}

/** The migration as the rules are now. */
export function constraintsSql(): string {
  const { rulesets, rules } = constraintCatalogue();
  const entries: [string, Shape][] = [
    ...rulesets.map(({ name }): [string, Shape] => [name, { ruleset: true }]),
    ...rules.map(({ name, parameter, may_be_bare }): [string, Shape] => [
      name,
      { bare: may_be_bare, value: shapeOf(parameter as Schema) },
    ]),
  ];
  const lines = entries.map(([name, shape]) => `    "${name}": ${JSON.stringify(shape)}`);
  return `-- Which constraints there are, and what each takes: made by scripts/constraint_shapes.ts (\`deno task docs:rules\`) from the rules
-- in shared/planner/rules, and not by hand.

-- private.constraint_shapes(): each ruleset and rule by its name: {ruleset: true}, or {bare, value}: whether its bare name is an
-- entry, and the shape of its value, see private.shape_faults().
-- Called by private.constraint_faults().
create function private.constraint_shapes()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{
${lines.join(",\n")}
  }'::jsonb
$$;
comment on function private.constraint_shapes() is 'The rulesets and rules that constraints may name, with the shapes of their values.';
revoke all on function private.constraint_shapes() from public, anon, authenticated, service_role;
grant execute on function private.constraint_shapes() to authenticated, service_role;
`;
}
