// Comments name what there is: functions of the database that exist, and files of ours. Who is gone from the code is gone from them.

import assert from "node:assert/strict";
import { importGraph } from "./import_graph.ts";

const ROOT = new URL("..", import.meta.url);
const MIGRATIONS = new URL("supabase/migrations/", ROOT);

/** Names of files that comments use and that are others', or a part of a name. */
const NOT_OURS = new Set(["x_page.tsx", "x_test.ts", "_browser.ts"]);

/** Functions that comments of a migration name, as `name()`. */
function namedFunctions(sql: string): string[] {
  const comments = sql.split("\n").filter((line) => line.startsWith("--"));
  return comments.flatMap((line) => [...line.matchAll(/\b([a-z_]+)\(\)/g)].map(([, name]) => name));
}

/** Comments of a source, without those within a line of code. */
function commentsOf(source: string): string[] {
  return [
    ...source.match(/\/\*[\s\S]*?\*\//g) ?? [],
    ...source.match(/^\s*\/\/.*$/gm) ?? [],
  ];
}

/** Files of TypeScript that a comment names without a path, or with one. */
function namedFiles(comment: string): string[] {
  return [...comment.matchAll(/(?<![\w/*<>.-])((?:[\w.-]+\/)*\w+\.tsx?)\b/g)].map(([, name]) =>
    name.split("/").at(-1)!
  );
}

Deno.test("what the comments of migrations call a function is one, of the database or of ours", () => {
  assert.deepEqual(namedFunctions("-- Called by gone() and private.there().\nselect x();"), [
    "gone",
    "there",
  ]);
  const texts = [...Deno.readDirSync(MIGRATIONS)]
    .map(({ name }) => [name, Deno.readTextFileSync(new URL(name, MIGRATIONS))]);
  const code = texts.map(([, sql]) => sql.replaceAll(/--.*$/gm, "")).join("\n") +
    Deno.readTextFileSync(new URL("supabase/tests/000_helpers.sql", ROOT));
  const known = new Set(code.match(/\w+(?= ?\()/g));
  const sources = [...importGraph(["shared", "functions", "scripts"]).keys()];
  for (const path of sources.filter((path) => !/assets|glpk_wasm|database\.types/.test(path))) {
    for (const name of Deno.readTextFileSync(new URL(path, ROOT)).match(/\w+(?=\()/g) ?? []) {
      known.add(name);
    }
  }
  const gone = texts.flatMap(([file, sql]) =>
    namedFunctions(sql).filter((name) => !known.has(name)).map((name) => `${file}: ${name}()`)
  );
  assert.deepEqual(gone, []);
});

/** A function of a migration: its name, who its comment says calls it, and its code. */
interface Described {
  name: string;
  comment: string;
  callers: string[];
  /** Whether the comment names callers, and says of no others by what they do. */
  namesAll: boolean;
  code: string;
}

/** Functions in a migration. Who calls one is named after "Called by", up to what tells more of them. */
function describedFunctions(sql: string): Described[] {
  const heads = [...sql.matchAll(/^((?:--.*\n)*)create (?:or replace )?function ([\w.]+)\(/gm)];
  return heads.map(({ 0: head, 1: comment, 2: name, index }, i) => {
    const [, told = ""] =
      /Called by ([^;]*?)(?:\. |\.$|;| after | in the |, as |,? see |, with |, whose | says |$)/
        .exec(comment.replaceAll(/\n?-- ?/g, " ").trim()) ?? [];
    const callers = [...told.matchAll(/([\w.]+)\(\)/g)].map(([, caller]) => caller);
    return {
      name,
      comment,
      callers,
      namesAll: callers.length > 0 &&
        !/\w/.test(told.replaceAll(/[\w.]+\(\)|\b(?:and|by|nobody|else)\b/g, "")),
      code: sql.slice(index + head.length, heads[i + 1]?.index).replaceAll(/^ *--.*$/gm, "")
        .replaceAll(/^comment on [\s\S]*?';$/gm, ""),
    };
  });
}

const SAMPLE = describedFunctions(`-- a.x(): does it. Called by a.y() and z(); not by w().
create function a.x() as 'select 1';
create function a.y() as 'select a.x()';
create function a.v() as 'select a.x()';
-- a.u(): Called by a.y() and by what else asks.
create function a.u() as 'select a.xx()';
`);

const own = (name: string) => name.split(".").at(-1)!;

/** Every function of the migrations. */
function allFunctions(): Described[] {
  return [...Deno.readDirSync(MIGRATIONS)]
    .flatMap(({ name }) => describedFunctions(Deno.readTextFileSync(new URL(name, MIGRATIONS))));
}

Deno.test("who a comment says calls a function of the database does so", () => {
  assert.deepEqual(SAMPLE.slice(0, 2).map(({ name, callers }) => [name, callers]), [
    ["a.x", ["a.y", "z"]],
    ["a.y", []],
  ]);
  const functions = allFunctions(), codes = Map.groupBy(functions, ({ name }) => own(name));
  const untrue = functions.flatMap(({ name, callers }) =>
    callers.filter((caller) => {
      const there = codes.get(own(caller));
      return there?.every(({ code }) => !new RegExp(`\\b${own(name)}\\(`).test(code));
    }).map((caller) => `${name}() is not called by ${caller}()`)
  );
  assert.deepEqual(untrue, []);
});

/** Callers that a comment leaves out which names callers alone. */
function unnamedCallers(functions: readonly Described[]): string[] {
  return functions.filter(({ namesAll }) => namesAll).flatMap(({ name, comment }) => {
    const call = new RegExp(`\\b${name.replace(".", "\\.")}\\(`);
    const others = functions.filter((other) =>
      other.name !== name && call.test(other.code) && !comment.includes(`${own(other.name)}()`)
    );
    return others.map((other) => `${name}() is called by ${other.name}() too`);
  });
}

Deno.test("a comment that names who calls a function of the database leaves nobody out", () => {
  assert.deepEqual(unnamedCallers(SAMPLE), ["a.x() is called by a.v() too"]);
  assert.deepEqual(unnamedCallers(allFunctions()), []);
});

Deno.test("files that comments name are there", () => {
  assert.deepEqual(namedFiles("See ../a/gone.ts and there_test.ts; not *_test.ts."), [
    "gone.ts",
    "there_test.ts",
  ]);
  const paths = [...importGraph(["shared", "functions", "scripts"]).keys()];
  const known = new Set(paths.map((path) => path.split("/").at(-1)!));
  const gone = paths.filter((path) => !/assets|glpk_wasm|_test\.tsx?$/.test(path)).flatMap((path) =>
    commentsOf(Deno.readTextFileSync(new URL(path, ROOT))).flatMap(namedFiles)
      .filter((name) => !known.has(name) && !NOT_OURS.has(name)).map((name) => `${path}: ${name}`)
  );
  assert.deepEqual(gone, []);
});
