// Filters of postgres_changes, `column=operator.value`, several of them separated by commas. Pure.

/** A parsed condition. */
export interface Condition {
  column: string;
  operator: Operator;
  negated: boolean;
  /** One value, several for `in`. */
  values: string[];
}

const OPERATORS = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "is"] as const;
type Operator = typeof OPERATORS[number];

/** @throws for an operator that hosted Supabase or this stand-in does not know, so that no filter silently matches nothing */
export function parseFilter(text: string): Condition[] {
  return splitOutside(text).map((part) => {
    const [, column, not, operator, value] =
      part.match(/^\s*([^=]+?)\s*=\s*(not\.)?([a-z]+)\.(.*)$/s) ?? [];
    if (!column || !OPERATORS.includes(operator as Operator)) {
      throw new Error(`Error parsing \`filter\` params: ${part}`);
    }
    const list = operator === "in" ? splitOutside(value.replace(/^\((.*)\)$/s, "$1")) : [value];
    return { column, operator: operator as Operator, negated: !!not, values: list.map(unquote) };
  });
}

/** Whether a row fulfils all conditions. Numbers and times compare by value, the rest as text. */
export function matches(conditions: Condition[], row: Record<string, unknown>): boolean {
  return conditions.every((condition) => {
    const value = row[condition.column] ?? null;
    if (condition.operator === "is") {
      return fulfilsIs(value, condition.values[0]) !== condition.negated;
    }
    // As in SQL, a comparison with null is neither true nor false.
    return value !== null &&
      condition.values.some((wanted) => fulfils(value, condition.operator, wanted)) !==
        condition.negated;
  });
}

function fulfils(value: unknown, operator: Operator, wanted: string): boolean {
  const order = compare(value, wanted);
  switch (operator) {
    case "neq":
      return order !== 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    default:
      return order === 0;
  }
}

function fulfilsIs(value: unknown, wanted: string): boolean {
  return wanted === "null" ? value === null : value !== null && String(value) === wanted;
}

function compare(value: unknown, wanted: string): number {
  if (typeof value === "number") return value - Number(wanted);
  const time = typeof value === "string" && /^\d{4}-\d\d-\d\d[T ]/.test(value)
    ? Date.parse(value)
    : NaN;
  if (!Number.isNaN(time) && !Number.isNaN(Date.parse(wanted))) return time - Date.parse(wanted);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text < wanted ? -1 : text > wanted ? 1 : 0;
}

/** Splits at commas that stand outside of quotes and parentheses. */
function splitOutside(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0, quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\\" && quoted) parts[parts.length - 1] += text[i++];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === "(") depth++;
    else if (!quoted && c === ")") depth--;
    if (c === "," && !quoted && depth === 0) parts.push("");
    else parts[parts.length - 1] += text[i];
  }
  return parts;
}

function unquote(value: string): string {
  const text = value.trim();
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}
