import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentsOf } from "../contents.ts";
import { draftOf, removeUnused } from "../cache.ts";
import { copyFilled, FILLED, keepFilled, removeAbandonedDrafts } from "./template.ts";

/** An empty folder for one test. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), "receptor-template-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A data directory with one table in it. */
async function dataDirectory(path: string): Promise<string> {
  await mkdir(join(path, "base"), { recursive: true });
  await writeFile(join(path, "base/1"), "a table");
  return path;
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  return child.pid;
}

Deno.test("keepFilled() and copyFilled() hand a data directory on, also when several lay it at once", async () => {
  await using cache = await folder();
  const template = join(cache.path, "filled-0a");
  assert.equal(await copyFilled(template, join(cache.path, "none")), false);
  const data = await dataDirectory(join(cache.path, "data"));
  await Promise.all([1, 2, 3].map(() => keepFilled(template, data)));
  assert.deepEqual((await readdir(cache.path)).sort(), [".filled.lock", "data", "filled-0a"]);
  assert.equal(await copyFilled(template, join(cache.path, "copy")), true);
  assert.equal(await readFile(join(cache.path, "copy/base/1"), "utf8"), "a table");
});

Deno.test("copyFilled() counts as a use: what was not used for two days goes, and all but twelve", async () => {
  await using cache = await folder();
  const day = 86_400_000;
  for (let n = 0; n < 16; n++) {
    const path = await dataDirectory(join(cache.path, `filled-${n.toString(16)}`));
    const used = new Date(Date.now() - (n < 8 ? 3 * day + n : n * 1_000));
    await utimes(path, used, used);
  }
  await copyFilled(join(cache.path, "filled-0"), join(cache.path, "copy"));
  await removeUnused(cache.path, FILLED);
  const kept = (await readdir(cache.path)).sort();
  assert.deepEqual(kept, ["copy", ..."089abcdef"].map((n) => n === "copy" ? n : `filled-${n}`));
  for (let n = 0; n < 16; n++) await dataDirectory(join(cache.path, `filled-1${n.toString(16)}`));
  await removeUnused(cache.path, FILLED);
  assert.equal((await readdir(cache.path)).length, 1 + 12);
});

Deno.test("removeAbandonedDrafts() removes drafts of processes that have ended, and no other", async () => {
  await using cache = await folder();
  const own = draftOf(join(cache.path, "filled-0a"));
  await dataDirectory(own);
  await dataDirectory(own.replace(`-${Deno.pid}-`, `-${await deadPid()}-`));
  await dataDirectory(join(cache.path, "filled-0b"));
  await removeAbandonedDrafts(cache.path);
  assert.deepEqual(
    (await readdir(cache.path)).map((name) => join(cache.path, name)).sort(),
    [
      own,
      join(cache.path, "filled-0b"),
    ].sort(),
  );
});

Deno.test("contentsOf() differs with each migration's name and text, and without any", async () => {
  await using project = await folder();
  const migrations = join(project.path, "supabase/migrations");
  await mkdir(migrations, { recursive: true });
  const seen = [await contentsOf(null), await contentsOf(project.path)];
  await writeFile(join(migrations, "1_a.sql"), "select 1;");
  seen.push(await contentsOf(project.path));
  await writeFile(join(migrations, "1_a.sql"), "select 2;");
  seen.push(await contentsOf(project.path));
  await writeFile(join(migrations, "2_b.sql"), "");
  seen.push(await contentsOf(project.path));
  await rm(join(migrations, "2_b.sql"));
  await writeFile(join(migrations, "3_b.sql"), "");
  seen.push(await contentsOf(project.path));
  assert.equal(new Set(seen).size, seen.length);
  await rm(join(migrations, "3_b.sql"));
  assert.equal(await contentsOf(project.path), seen[3]);
});
