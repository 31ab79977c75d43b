// Which files of this repository a module reaches, as Deno sees it.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFunctions } from "./stack/config.ts";

const ROOT = new URL("..", import.meta.url);

/** What is of use here in the answer of `deno info --json`. */
interface Answer {
  modules: {
    specifier: string;
    error?: string;
    dependencies?: { code?: { specifier?: string }; type?: { specifier?: string } }[];
  }[];
}

/** Local modules and what each of them imports, types included, all as URLs. */
type Graph = Map<string, string[]>;

let ofFunctions: Promise<Graph> | undefined;

/**
 * Local files that a module reaches, the module included, relative to the root.
 * @throws Error when one of them imports what is not there
 */
export async function reached(entrypoint: string): Promise<string[]> {
  const { href } = new URL(entrypoint, ROOT);
  // Asked for all functions at once: they share most of what they reach, and Deno starts and parses for each question.
  let graph = await (ofFunctions ??= functionsGraph());
  if (!graph.has(href)) graph = await graphOf(href);
  const found = new Set([href]);
  for (const module of found) for (const next of graph.get(module) ?? []) found.add(next);
  return [...found].map((module) => module.slice(ROOT.href.length));
}

/** The graph of all functions. */
async function functionsGraph(): Promise<Graph> {
  const entrypoints = (await readFunctions(fileURLToPath(ROOT))).map((each) => each.entrypoint);
  const folder = await Deno.makeTempDir({ prefix: "receptor-graph-" });
  try {
    const all = join(folder, "all.ts");
    const imports = entrypoints.map((path) => `import ${JSON.stringify(path)};\n`);
    await Deno.writeTextFile(all, imports.join(""));
    return await graphOf(all);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The graph of a module, a path or a URL. */
async function graphOf(module: string): Promise<Graph> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `--config=${fileURLToPath(new URL("deno.json", ROOT))}`, module],
    cwd: ROOT,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Answer;
  const broken = modules.filter(({ error }) => error);
  if (broken.length > 0) {
    throw new Error(`${module} imports what is not there: ${JSON.stringify(broken)}`);
  }
  const local = modules.filter(({ specifier }) => specifier.startsWith(ROOT.href));
  return new Map(local.map(({ specifier, dependencies = [] }) => {
    const next = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
    return [specifier, next.filter((each) => each?.startsWith(ROOT.href)) as string[]];
  }));
}
