// The migrations say each thing once: nothing is made twice, replaced, changed or dropped again by a later file, so that
// what stands in a file is what a database has. Until a first release is tagged, a change edits the file that defines the thing.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { listMigrations } from "./stack/database/migrations.ts";
import { splitStatements } from "./stack/database/statements.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Statement {
  file: string;
  /** Without the comments before it, in one line. */
  text: string;
}

/** One line, without the comment lines that lead a statement and without the rest of the line before it. */
function normalise(statement: string): string {
  return statement.replace(/^(\s*--.*(\n|$))+/, "").replaceAll(/\s+/g, " ").trim();
}

async function statements(): Promise<Statement[]> {
  const found: Statement[] = [];
  for (const { file } of await listMigrations(ROOT)) {
    for (const statement of splitStatements(await Deno.readTextFile(file))) {
      const text = normalise(statement);
      if (text) found.push({ file: file.split("/").at(-1)!, text });
    }
  }
  return found;
}

/** Up to the parenthesis that closes the one at the start of the text. */
function parenthesised(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return text.slice(0, at + 1);
  }
  throw new Error(`no end of ${text.slice(0, 40)}`);
}

const MADE =
  /^create (?:or replace )?(?:unique )?(table|view|type|schema|trigger|policy|index)(?: if not exists)? ([\w.]+)(?:.*? on ([\w.]+))?/;

/** What a statement makes, e.g. `table public.orgs`, `policy engine_select on public.job_lines`; null when nothing. */
function madeBy(text: string): string | null {
  const routine = text.match(/^create (?:or replace )?function ([\w.]+) ?(?=\()/);
  if (routine) {
    const list = parenthesised(text.slice(routine[0].length));
    return `function ${routine[1]}${list.replaceAll(/ default [^,)]+/g, "")}`;
  }
  const [, kind, name, table] = text.match(MADE) ?? [];
  if (!kind) return null;
  return ["trigger", "policy"].includes(kind) ? `${kind} ${name} on ${table}` : `${kind} ${name}`;
}

Deno.test("madeBy() tells what is made, with what tells it apart", () => {
  const cases: [string, string | null][] = [
    [
      "create function a.f(p int default 1, q text) returns int",
      "function a.f(p int, q text)",
    ],
    [
      "create or replace function a.f (p numeric(3, 1)) returns int",
      "function a.f(p numeric(3, 1))",
    ],
    ["create unique index i on public.t (a)", "index i"],
    ["create policy p on public.t for select", "policy p on public.t"],
    ["create trigger g after update of status on fleet.jobs", "trigger g on fleet.jobs"],
    ["create table public.t (id int)", "table public.t"],
    ["grant select on public.t to anon", null],
  ];
  for (const [text, made] of cases) assert.equal(madeBy(text), made);
});

Deno.test("every table, function, view, type, trigger, policy and index is defined once", async () => {
  const where = new Map<string, string[]>();
  for (const { file, text } of await statements()) {
    const made = madeBy(text);
    if (made) where.set(made, [...where.get(made) ?? [], file]);
  }
  assert.ok([...where.keys()].filter((made) => made.startsWith("function ")).length > 80);
  assert.ok([...where.keys()].filter((made) => made.startsWith("table ")).length > 35);
  assert.deepEqual([...where].filter(([, files]) => files.length > 1), []);
});

Deno.test("no migration replaces, changes or drops what a migration made", async () => {
  // Of two tables that refer to each other the second one says the first one's reference.
  const allowed = [
    /^alter table [\w.]+ enable row level security$/,
    /^alter table [\w.]+\s+add constraint \w+ foreign key /,
    /^alter publication /,
    // A materialised view cannot say when it is made how its columns are stored.
    /^alter materialized view [\w.]+ alter column \w+ set storage /,
  ];
  for (const { file, text } of await statements()) {
    assert.doesNotMatch(text, /^create or replace/, `${file}: ${text.slice(0, 80)}`);
    assert.doesNotMatch(text, /^drop /, `${file}: ${text.slice(0, 80)}`);
    assert.doesNotMatch(text, /^(update|delete)\b/, `${file} repairs data: ${text.slice(0, 80)}`);
    if (/^alter /.test(text) && !allowed.some((form) => form.test(text))) {
      assert.fail(`${file}: ${text.slice(0, 80)}`);
    }
  }
});

Deno.test("every function says above its definition who calls it, and is taken from those who may by default", async () => {
  const all = await statements();
  for (const { file } of await listMigrations(ROOT)) {
    const lines = (await Deno.readTextFile(file)).split("\n");
    for (const [at, line] of lines.entries()) {
      if (!/^create function/.test(line)) continue;
      const above = lines.slice(0, at);
      const comment = above.slice(above.findLastIndex((other) => !other.startsWith("--")) + 1);
      assert.match(comment.join(" "), /\bCalled\b|\bTrigger\b|\bUsed by\b/, `${file}: ${line}`);
    }
  }
  const functions = all.filter(({ text }) => text.startsWith("create function "));
  const revoked = all.flatMap(({ text }) =>
    text.match(
      /^revoke all on function ([\w.]+)\(.*\) from public, anon, authenticated, service_role$/,
    )?.[1] ?? []
  );
  assert.deepEqual(
    functions.map(({ text }) => text.match(/function ([\w.]+)/)![1]).sort(),
    revoked.sort(),
  );
});

Deno.test("supabase/README.md has a line for each migration", async () => {
  const readme = await Deno.readTextFile(`${ROOT}supabase/README.md`);
  const listed = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  assert.deepEqual(listed, (await listMigrations(ROOT)).map(({ name }) => name));
});
