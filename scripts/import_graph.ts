// Who imports whom, file by file, as the text says it: type imports count, since a reader follows them too.

const ROOT = new URL("..", import.meta.url);
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+\.tsx?)"/g;

/** Imports of every file: paths relative to the root. */
export type ImportGraph = Map<string, string[]>;

/** All TypeScript files below a folder, relative to the root. */
function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (/\.tsx?$/.test(path)) yield path;
  }
}

/** What the file imports from this repository. */
export function importsOf(path: string): string[] {
  const base = new URL(path, ROOT);
  const text = Deno.readTextFileSync(base);
  return [...text.matchAll(SPECIFIER)]
    .map(([, target]) => new URL(target, base).href.slice(ROOT.href.length));
}

/** The graph of all files below some folders. */
export function importGraph(folders: string[]): ImportGraph {
  const paths = folders.flatMap((folder) => [...sources(folder)]);
  return new Map(paths.map((path) => [path, importsOf(path)]));
}

/**
 * The circles of a graph: its strongly connected components of more than one file, and files that import themselves
 * (Tarjan 1972).
 */
export function circles(graph: ImportGraph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) === index.get(file)) {
      const component = stack.splice(stack.indexOf(file));
      const own = graph.get(file)!.includes(file);
      if (component.length > 1 || own) found.push(component.sort());
    }
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
