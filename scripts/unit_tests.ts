// Which unit tests run in one isolate. Deno gives each test file one of its own, and starting it, reading and compiling
// the modules takes a tenth of a second of CPU, for most files far more than their tests do. So the files of a room are
// imported by one module; a file alone is run by `deno test FILE` as ever.

import { type ImportGraph, importGraph } from "./import_graph.ts";

const ROOT = new URL("..", import.meta.url);

/** Who reaches this starts a stack: such tests wait most of their time, and set up and end what they share. */
const STACK = "scripts/stack/mod.ts";

/** Rooms whose tests share an isolate: a file belongs to the first whose pattern it meets. The longest begins. */
const ROOMS: Readonly<Record<string, RegExp>> = {
  planner: /^shared\/planner\//,
  shared: /^shared\//,
  pages: /^functions\/\w+\/app\//,
  scripts: /^scripts\//,
};

/** Files that take longest of those that are alone. They begin first: one that began last would end with nothing beside it. */
const LONGEST = [
  "scripts/resume_test.ts",
  "scripts/chaos/ledger_test.ts",
  "scripts/deploy/rehearsal_test.ts",
  "scripts/deploy/self_hosted_test.ts",
  "scripts/campaign_kills_test.ts",
  "scripts/audit_test.ts",
];

/** How unit tests are run: paths from the root. */
export interface UnitTests {
  /** By room, the files that share an isolate. */
  together: Map<string, string[]>;
  /** Files with an isolate each, the longest first. */
  alone: string[];
}

/** Whether a file reaches another by its imports. */
function reaches(graph: ImportGraph, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const path of seen) for (const next of graph.get(path) ?? []) seen.add(next);
  return seen.has(to);
}

/** All unit tests of the repository: those of `functions/tests` are others, they need a stack. */
export function unitTests(graph = importGraph(["shared", "scripts", "functions"])): UnitTests {
  const together = new Map<string, string[]>(), alone: string[] = [];
  for (const path of [...graph.keys()].filter((path) => /_test\.tsx?$/.test(path)).sort()) {
    const room = Object.keys(ROOMS).find((name) => ROOMS[name].test(path));
    if (room === undefined) continue;
    if (reaches(graph, path, STACK)) alone.push(path);
    else together.set(room, [...together.get(room) ?? [], path]);
  }
  const longest = LONGEST.filter((path) => alone.includes(path));
  return { together, alone: [...new Set([...longest, ...alone])] };
}

/**
 * Writes a module a room that imports its tests.
 * @param folder where to
 * @returns what `deno test` is to run, from the root: the modules, and the files that are run alone
 */
export function writeUnitTests(folder: string, { together, alone }: UnitTests): string[] {
  const rooms = Object.keys(ROOMS).filter((room) => together.has(room));
  const modules = rooms.map((room) => {
    const paths = together.get(room)!;
    const file = `${folder}/${room}_test.ts`;
    const imports = paths.map((path) => `import ${JSON.stringify(new URL(path, ROOT).href)};\n`);
    Deno.writeTextFileSync(file, imports.join(""));
    return file;
  });
  return [...modules, ...alone];
}
