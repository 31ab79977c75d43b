// What is told of the rules, made from the rule objects: the table in shared/planner/rules/README.md, their names, and the
// database's list of constraints. `deno task docs:rules` writes them.

import { constraintCatalogue } from "../shared/planner/rules/catalogue.ts";
import { INHERENT_RULES, RULES } from "../shared/planner/rules/mod.ts";
import { CONSTRAINTS_SQL, constraintsSql } from "./constraint_shapes.ts";

/** The README whose table it is. */
export const RULES_README = new URL("../shared/planner/rules/README.md", import.meta.url);
/** The names alone, for pages that say them and have no need of the rules. */
const NAMES_TS = new URL("../shared/planner/rules/rule_names.ts", import.meta.url);
const BEGIN = "<!-- rules: made by scripts/rules_readme.ts -->";
const END = "<!-- end of rules -->";
/** Rulesets that have a column of their own. */
const SHOWN = ["VIC_PGY1", "VIC_PGY2", "NSW_PGY1", "UNRESTRICTED"];

interface Schema {
  type?: string;
  anyOf?: Schema[];
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** A value's shape in few words: "0..1", "`[{position, term, lines?}]`". */
function shapeOf(schema: Schema): string {
  const forms = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
  if (forms.length > 0) return forms.map(shapeOf).join(" or ");
  switch (schema.type) {
    case "array":
      return `[${shapeOf(schema.items ?? {})}]`;
    case "object": {
      const required = schema.required ?? [];
      const names = Object.keys(schema.properties ?? {});
      return `{${names.map((name) => required.includes(name) ? name : `${name}?`).join(", ")}}`;
    }
    case "string":
      return schema.enum ? schema.enum.join(", ") : "text";
    case "boolean":
      return "true, false";
    default:
      return schema.type ?? "any";
  }
}

/** A value in force, short. */
function short(value: unknown): string {
  if (value === undefined) return "-";
  if (value === true || (typeof value === "object" && !Array.isArray(value))) return "on";
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/** The table, a line per rule. */
export function rulesTable(): string {
  const { rules, rulesets } = constraintCatalogue();
  const shown = SHOWN.map((name) => rulesets.find((ruleset) => ruleset.name === name)!);
  const rows = rules.map(({ name, description, parameter, may_be_bare }) => [
    `\`${name}\``,
    description,
    `\`${shapeOf(parameter as Schema)}\`${may_be_bare ? " or bare" : ""}`,
    ...shown.map(({ bounds }) => short(bounds[name])),
  ]);
  const head = ["constraint", "what it asks", "value", ...SHOWN.map((name) => `\`${name}\``)];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Cells alone: the formatter pads them. */
function bare(table: string): string {
  return table.trim().replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
}

/** The README with the table as the rules are now, and whether it was so before. */
export function updated(readme: string): { text: string; isCurrent: boolean } {
  const from = readme.indexOf(BEGIN) + BEGIN.length, to = readme.indexOf(END);
  if (from < BEGIN.length || to < from) throw new Error(`the README lacks "${BEGIN}" or "${END}"`);
  const table = rulesTable();
  return {
    text: `${readme.slice(0, from)}\n\n${table}\n\n${readme.slice(to)}`,
    isCurrent: bare(readme.slice(from, to)) === bare(table),
  };
}

/** {@link NAMES_TS} as the rules are now. */
export function namesSource(): string {
  const names = [...RULES, ...INHERENT_RULES].map(({ name }) => `  "${name}",\n`).join("");
  return `// Made by scripts/rules_readme.ts (\`deno task docs:rules\`) from the rules, and not by hand.

/** Every rule that an entry of constraints can set, and those of the positions themselves. */
export const RULE_NAMES: ReadonlySet<string> = new Set([
${names}]);
`;
}

/** What is told of the rules otherwise than they are, with what it should say. */
export async function staleTexts(): Promise<[URL, string][]> {
  const { text, isCurrent } = updated(await Deno.readTextFile(RULES_README));
  const made: [URL, string][] = [[CONSTRAINTS_SQL, constraintsSql()], [NAMES_TS, namesSource()]];
  const stale: [URL, string][] = isCurrent ? [] : [[RULES_README, text]];
  for (const [file, source] of made) {
    if (await Deno.readTextFile(file) !== source) stale.push([file, source]);
  }
  return stale;
}
