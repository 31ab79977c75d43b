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

/** Where a file stands, looked at from a folder: in one of its folders (with a slash at its end), or in it itself; null: elsewhere. */
function roomIn(folder: string, path: string): string | null {
  if (!path.startsWith(`${folder}/`)) return null;
  const [first, ...deeper] = path.slice(folder.length + 1).split("/");
  return deeper.length === 0 ? first : `${first}/`;
}

/** What each room of a folder imports of the others. */
function roomGraph(graph: ImportGraph, folder: string): ImportGraph {
  const rooms: ImportGraph = new Map();
  for (const [path, targets] of graph) {
    const room = roomIn(folder, path);
    if (room === null) continue;
    const others = targets.map((target) => roomIn(folder, target))
      .filter((other) => other !== null && other !== room);
    rooms.set(room, [...new Set([...rooms.get(room) ?? [], ...others as string[]])]);
  }
  return rooms;
}

/** Circles of rooms in each folder of a graph, as `folder: rooms`. */
export function roomCircles(graph: ImportGraph): string[] {
  const folders = new Set<string>();
  for (const path of graph.keys()) {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      folders.add(path.slice(0, at));
    }
  }
  return [...folders].sort().flatMap((folder) =>
    circles(roomGraph(graph, folder)).map((rooms) => `${folder}: ${rooms.join(", ")}`)
  );
}

/**
 * The floors of a folder, from the table of a README: each row names rooms in its first column, the top floor first.
 * @param heading first column of the table's head
 */
export function floorsOf(readme: string, heading: string): string[][] {
  const lines = readme.split("\n");
  const head = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((row) =>
    [...row.split("|")[1].matchAll(/`([\w.]+\/?)`/g)].map(([, room]) => room)
  );
}

/** Faults as sentences: rooms without a floor, and imports that do not go to a lower one. */
export function climbs(graph: ImportGraph, folder: string, floors: string[][]): string[] {
  const floor = new Map(floors.flatMap((rooms, n) => rooms.map((room) => [room, n])));
  return [...roomGraph(graph, folder)].flatMap(([room, targets]) => {
    const from = floor.get(room);
    if (from === undefined) return [`${folder}/${room} has no floor`];
    return targets.filter((target) => (floor.get(target) ?? -1) <= from)
      .map((target) => `${folder}/${room} imports ${target}`);
  });
}
