// What the documents promise exists: each relative link and anchor, each `deno task`, each path. That their examples in TypeScript
// hold is what type_check.ts looks at.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { MAX_BYTES } from "./console/build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const PATHS = new Set<string>();
for (
  const file of execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).trim().split(
    "\n",
  )
) {
  for (let path = file; path !== "."; path = dirname(path)) PATHS.add(path);
}

const DOCUMENTS = [...PATHS].filter((path) => path.endsWith(".md"));

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-")
  );
}

/** What is wrong with a document's relative links. */
function badLinks(document: string): string[] {
  const links = [...read(document).matchAll(/(?:\]\(|\b(?:src|srcset|href)=")([^)"\s]+)/g)];
  return links.map(([, link]) => link).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path, anchor] = link.split("#");
    const target = path === "" ? document : normalize(join(dirname(document), path));
    if (!PATHS.has(target.replace(/\/$/, ""))) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
}

Deno.test("every relative link of a document leads somewhere", () => {
  for (const document of DOCUMENTS) assert.deepEqual(badLinks(document), [], document);
});

Deno.test("every task of ours explains itself by --help", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, string> };
  for (const [name, command] of Object.entries(tasks)) {
    const [, script] = command.match(/^(?:[A-Z_]+=\S+ )?deno run -A (\S+)/) ?? [];
    if (script) assert.match(read(script), /commandLine\(|explainIf\(|help/i, `deno task ${name}`);
  }
});

Deno.test("every task that a document or a text names is in deno.json", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, string> };
  const texts = [...PATHS].filter((path) =>
    /\.(md|ts|tsx|sql|yml)$/.test(path) && !/assets\.ts$|glpk_wasm\.ts$/.test(path)
  );
  for (const path of texts) {
    for (
      const [, name] of read(path).matchAll(
        /\bdeno(?:@[\d.]+)? task ([a-z0-9]+(?:[:-][a-z0-9]+)*)/g,
      )
    ) {
      assert.ok(name in tasks, `${path} names "deno task ${name}"`);
    }
    if (!path.endsWith(".md")) continue;
    for (const [, name] of read(path).matchAll(/`task ([a-z0-9]+(?:[:-][a-z0-9]+)*)/g)) {
      assert.ok(name in tasks, `${path} names "task ${name}"`);
    }
  }
});

Deno.test("every path of the project that a document names exists", () => {
  for (const document of DOCUMENTS) {
    const named = read(document).matchAll(
      /`((?:shared|functions|scripts|supabase|\.github|\.ci)\/[\w./-]*\w)\/?`/g,
    );
    for (const [, path] of named) {
      // What an operator makes in a project of their own.
      if (path === "supabase/functions/.env") continue;
      assert.ok(PATHS.has(path), `${document} names ${path}`);
    }
  }
});

Deno.test("the README is read in five minutes", () => {
  assert.ok(read("README.md").split("\n").length <= 250);
});

Deno.test("the README names the schemas, roles and cron jobs that the migrations make, and the console's size", () => {
  const sql = [...PATHS].filter((path) => /^supabase\/migrations\/.*\.sql$/.test(path)).map(read)
    .join("\n");
  const readme = read("README.md").replaceAll(/\s+/g, " ");
  const [, schemas, roles, jobs] = /the schemas (.*?), the roles? (.*?), and (\w+) cron jobs\./
    .exec(readme)!;
  const quoted = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort();
  const made = (pattern: RegExp) =>
    [...new Set([...sql.matchAll(pattern)].map(([, name]) => name))].sort();
  assert.deepEqual(quoted(schemas), made(/^create schema if not exists (\w+)/gm));
  assert.deepEqual(quoted(roles), made(/^ *create role (\w+)/gm));
  const count = made(/cron\.schedule\('([\w-]+)'/g).length;
  assert.equal(jobs, ["no", "one", "two", "three", "four", "five", "six", "seven"][count]);
  for (const document of ["README.md", "functions/console/README.md"]) {
    const [, most] = /stay\s+below\s+(\d+)\s+KB/.exec(read(document))!;
    assert.equal(1000 * Number(most), MAX_BYTES, document);
  }
});

Deno.test("operations say of all that is kept for how long", () => {
  const sql = read("supabase/migrations/20261120100150_say_what_is_kept.sql");
  const kept = [...sql.matchAll(/^ {2}\('([^']+)', (?:'([^']+)'|null), /gm)]
    .map(([, what, keep]) => [what, keep ?? "with the org"]);
  assert.ok(kept.length > 10);
  const told =
    read("scripts/ops/README.md").split("## What is kept for how long")[1].split("\n## ")[0];
  const rows = [...told.matchAll(/^\| ([a-z][a-z ]*?) +\| ([\w ]+?) +\|/gm)]
    .map(([, what, keep]) => [what, keep]).filter(([what]) => what !== "what");
  assert.deepEqual(rows.sort(), kept.sort());

  // What has a time goes by the cron job, by that time; nothing goes by a time of its own.
  const migrations = [...PATHS].filter((path) => path.startsWith("supabase/migrations/"))
    .map(read).join("\n");
  const goes = [...migrations.matchAll(/(?:kept_since\(|retention where what = )'([^']+)'/g)]
    .map(([, what]) => what);
  const timed = kept.filter(([, keep]) => keep !== "with the org").map(([what]) => what);
  assert.deepEqual([...new Set(goes)].sort(), timed.sort());
  assert.match(migrations, /cron\.schedule\('receptor-prune'[^;]*private\.prune\(\)/);
  assert.deepEqual(migrations.match(/delete from [^;]*\bnow\(\) - interval[^;]*/g) ?? [], []);
});
