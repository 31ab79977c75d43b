// The list of rules, shared/planner/rules/registry.ts, made from the files beside it: whatever rule one of them exports is in
// it, in the order of their places. `deno task docs:rules` writes it.

import type { LineRule } from "../shared/planner/rules/rule.ts";

/** The folder of the rules. */
const RULES_FOLDER = new URL("../shared/planner/rules/", import.meta.url);
const REGISTRY = "registry.ts";

/** A rule where it stands: its file, and the name under which that exports it. */
interface Found {
  file: string;
  name: string;
  rule: LineRule;
}

/** Files that the list can be made from: those that do not stand on it, so that they load whatever it says now. */
function below(texts: ReadonlyMap<string, string>): string[] {
  const above = new Set([REGISTRY]);
  for (let known = 0; known < above.size;) {
    known = above.size;
    for (const [file, text] of texts) {
      if ([...above].some((one) => text.includes(`"./${one}"`))) above.add(file);
    }
  }
  return [...texts.keys()].filter((file) => !above.has(file)).sort();
}

function isRule(value: unknown): value is LineRule {
  return typeof value === "object" && value !== null && "contribute" in value && "place" in value;
}

/** What two rules have in common that may not. */
function clash(found: readonly Found[], of: (rule: LineRule) => unknown): string | null {
  const at = new Map<unknown, string>();
  for (const { name, rule } of found) {
    const other = at.get(of(rule));
    if (other) return `${other} and ${name} both have ${of(rule)}`;
    at.set(of(rule), name);
  }
  return null;
}

/** The rules of a folder, in their order. @throws Error where two share a name or a place */
async function rulesIn(folder: URL): Promise<Found[]> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (/\.ts$/.test(name) && !/_test\.ts$/.test(name)) {
      texts.set(name, await Deno.readTextFile(new URL(name, folder)));
    }
  }
  const found: Found[] = [];
  for (const file of below(texts)) {
    const exported: Record<string, unknown> = await import(new URL(file, folder).href);
    for (const [name, rule] of Object.entries(exported)) {
      if (isRule(rule)) found.push({ file, name, rule });
    }
  }
  const fault = clash(found, ({ name }) => name) ?? clash(found, ({ place }) => place);
  if (fault) throw new Error(`Rules are told apart by their names and places: ${fault}.`);
  return found.sort((a, b) => a.rule.place - b.rule.place);
}

/** The import of a file's rules, as the formatter has it. */
function importOf(file: string, names: readonly string[]): string {
  const sorted = names.toSorted((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1);
  const line = `import { ${sorted.join(", ")} } from "./${file}";`;
  return line.length <= 100 ? line : `import {\n  ${sorted.join(",\n  ")},\n} from "./${file}";`;
}

function listOf(found: readonly Found[]): string {
  return found.length === 0
    ? "[]"
    : found.length <= 2
    ? `[${found.map(({ name }) => name).join(", ")}]`
    : `[\n${found.map(({ name }) => `  ${name},\n`).join("")}]`;
}

/** The list as the files of the folder have it. */
async function registrySource(folder: URL): Promise<string> {
  const found = await rulesIn(folder);
  const own = found.filter(({ rule }) => !rule.inherent);
  const inherent = found.filter(({ rule }) => rule.inherent);
  const files = [...new Set(found.map(({ file }) => file))].sort();
  const imports = files.map((file) =>
    importOf(file, found.filter((each) => each.file === file).map(({ name }) => name))
  );
  return `// Made by scripts/rules_registry.ts (\`deno task docs:rules\`) from the files beside it, and not by hand.

${imports.join("\n")}
import type { LineRule, OwnOf } from "./rule.ts";

/** What the rules keep in the bounds, each its own. */
export interface OwnBounds
  extends
${own.map(({ name }) => `    OwnOf<typeof ${name}>`).join(",\n")} {}

/** Every rule that a constraint entry can set. */
export const RULES: readonly LineRule<OwnBounds>[] = ${listOf(own)};

/** Rules that belong to the positions themselves and cannot be switched. */
export const INHERENT_RULES: readonly LineRule<OwnBounds>[] = ${listOf(inherent)};
`;
}

/** The list where it says otherwise than the files of its folder, with what it should say. */
export async function staleRegistry(folder: URL = RULES_FOLDER): Promise<[URL, string] | null> {
  const file = new URL(REGISTRY, folder), source = await registrySource(folder);
  return await Deno.readTextFile(file) === source ? null : [file, source];
}
