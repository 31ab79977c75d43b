// `ops backup` and `ops restore`: all rows of a project in one snapshot, each as PostgreSQL writes it as text. What makes the
// tables is not in it: the migrations are, in the repository, and the backup says which. Vault's secrets, cron jobs and
// functions are put in place by `ops setup` and a deployment.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type postgres from "postgres";
import { fileFault, type OpsContext, OpsError } from "./context.ts";

/** What a backup says of itself. */
interface Manifest {
  format: 1;
  taken_at: string;
  /** Versions of the migrations that the rows fit. */
  migrations: string[];
  tables: { name: string; columns: string[]; rows: number }[];
  /** Which partitions tables have by now: the day each begins at. Their rows are among the tables'. */
  partitions: { of: string; since: string }[];
  /** Where sequences stand. */
  sequences: { name: string; at: string }[];
}

/** Rows that are read and written at once. */
const BATCH = 500;

const MANIFEST = "manifest.json";
/** Those that the migrations make, and `public`. */
export const SCHEMAS = [
  "public",
  "private",
  "fleet",
  "planner",
  "allocator",
  "messages",
  "prime_search",
  "agents",
];
/** The accounts of users, with what they sign in by. */
const ACCOUNTS = ["auth.users", "auth.identities"];

type Transaction = postgres.TransactionSql;

/** Writes all rows into a folder that is not there yet; nobody else can read it. @throws OpsError */
export async function backup({ sql, say }: OpsContext, folder: string | undefined): Promise<void> {
  if (!folder) throw new OpsError("Name a folder for the backup: deno task ops backup <folder>");
  await mkdir(folder, { mode: 0o700 }).catch(fileFault(folder, "written"));
  const manifest = await sql.begin("isolation level repeatable read read only", async (tx) => {
    await tx`set local statement_timeout = 0`;
    const found: Manifest = {
      format: 1,
      taken_at: new Date().toISOString(),
      migrations: await migrationsOf(tx),
      tables: [],
      partitions: await partitionsOf(tx),
      sequences: await sequencesOf(tx),
    };
    for (const { name, columns } of await tablesOf(tx)) {
      const file = createWriteStream(fileOf(folder, name), { mode: 0o600 });
      let rows = 0;
      const lines = async function* () {
        const cursor = tx`select (t.*)::text as row from ${tx.unsafe(name)} t`.cursor(BATCH);
        for await (const batch of cursor) {
          rows += batch.length;
          yield batch.map(({ row }) => `${JSON.stringify(row)}\n`).join("");
        }
      };
      await pipeline(lines, createGzip(), file).catch(fileFault(fileOf(folder, name), "written"));
      found.tables.push({ name, columns, rows });
    }
    return found;
  });
  // Last: a folder without it is no backup.
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, null, 2), { mode: 0o600 })
    .catch(fileFault(join(folder, MANIFEST), "written"));
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(
    `${rows} rows of ${manifest.tables.length} tables are in ${folder}. It holds the doctors' data: keep it where they may be.`,
  );
}

/**
 * Fills a project that the migrations have made and nobody has used yet. All of it or nothing.
 * @throws OpsError where the folder is no backup, the project is not empty, or its migrations are others
 */
export async function restore({ sql, say }: OpsContext, folder: string | undefined): Promise<void> {
  const manifest = await readManifest(folder);
  await sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    await refuseOthers(tx, manifest);
    // Rows as they were, without what triggers make of them; references were right in the snapshot.
    await tx`set local session_replication_role = replica`;
    // What the migrations put in is in the backup as it was by then.
    const ours = manifest.tables.map(({ name }) => name).filter((name) => !ACCOUNTS.includes(name));
    await tx`truncate ${tx.unsafe(ours.join(", "))}`;
    for (const { of, since } of manifest.partitions) {
      await tx`select private.ensure_partition(${of}::regclass, ${since}::timestamp at time zone 'UTC')`;
    }
    for (const { name, columns, rows } of manifest.tables) {
      for await (const batch of batchesOf(fileOf(folder!, name))) {
        await tx`
          insert into ${tx.unsafe(target(name, columns))} overriding system value
          select ${tx.unsafe(columns.map((column) => `r."${column}"`).join(", "))}
          from unnest(${batch}::text[]) as x
          cross join lateral (select (x::${tx.unsafe(name)}).* offset 0) as r`;
      }
      const [{ count }] = await tx`select count(*)::int from ${tx.unsafe(name)}`;
      if (count !== rows) {
        throw new OpsError(
          `${name} should have ${rows} rows, and has ${count}: the backup is damaged.`,
        );
      }
    }
    for (const { name, at } of manifest.sequences) {
      await tx`select setval(${name}::regclass, ${at})`;
    }
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(
    `${rows} rows are back, as of ${manifest.taken_at}. Go on with: ops setup, and the functions.`,
  );
  say(
    "Erase again who was erased since: the audit log of what was lost said so, your own list does.",
  );
}

function fileOf(folder: string, table: string): string {
  return join(folder, `${table}.rows.gz`);
}

/** What is wrong with a file of a backup that cannot be read. */
function damaged(file: string, error: unknown): OpsError {
  return new OpsError(`${file} is damaged (${(error as Error).message}); nothing was restored.`);
}

/** The rows of a file, some at a time. @throws OpsError */
async function* batchesOf(file: string): AsyncGenerator<string[]> {
  let batch: string[] = [];
  try {
    const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
    for await (const line of lines) {
      batch.push(JSON.parse(line));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    throw damaged(file, error);
  }
  if (batch.length > 0) yield batch;
}

function target(table: string, columns: string[]): string {
  return `${table} (${columns.map((name) => `"${name}"`).join(", ")})`;
}

/** Our tables and the accounts, with the columns that are stored. */
async function tablesOf(tx: Transaction): Promise<{ name: string; columns: string[] }[]> {
  const rows = await tx`
    select n.nspname || '.' || c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind in ('r', 'p') and not c.relispartition
      and (n.nspname in ${tx(SCHEMAS)} or n.nspname || '.' || c.relname in ${tx(ACCOUNTS)})
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    group by 1 order by 1`;
  return rows.map(({ name, columns }) => ({ name, columns }));
}

/** Their names end with the day they begin at, by UTC, as `private.ensure_partition` makes them. */
async function partitionsOf(tx: Transaction): Promise<Manifest["partitions"]> {
  const rows = await tx`
    select n.nspname || '.' || p.relname as of, to_char(to_date(right(c.relname, 8), 'yyyymmdd'), 'yyyy-mm-dd') as since
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    join pg_class p on p.oid = i.inhparent join pg_namespace n on n.oid = p.relnamespace
    where p.relkind = 'p' and n.nspname in ${tx(SCHEMAS)} order by 1, 2`;
  return rows.map(({ of, since }) => ({ of, since }));
}

async function sequencesOf(tx: Transaction): Promise<Manifest["sequences"]> {
  const rows = await tx`
    select schemaname || '.' || sequencename as name, last_value::text as at
    from pg_sequences where schemaname in ${tx(SCHEMAS)} and last_value is not null order by 1`;
  return rows.map(({ name, at }) => ({ name, at }));
}

async function migrationsOf(tx: Transaction): Promise<string[]> {
  const rows = await tx`select version from supabase_migrations.schema_migrations order by version`;
  return rows.map(({ version }) => version);
}

async function readManifest(folder: string | undefined): Promise<Manifest> {
  if (!folder) throw new OpsError("Name the folder of the backup: deno task ops restore <folder>");
  const files = new Set(await readdir(folder).catch(() => []));
  if (!files.has(MANIFEST)) {
    throw new OpsError(`${folder} is no backup, or one that was broken off.`);
  }
  const manifest = await readFile(join(folder, MANIFEST), "utf8").then(JSON.parse).catch(
    (error) => {
      throw damaged(join(folder, MANIFEST), error);
    },
  ) as Manifest;
  if (manifest.format !== 1) throw new OpsError(`${folder} was written by another release.`);
  const missing = manifest.tables.find(({ name }) => !files.has(`${name}.rows.gz`));
  if (missing) throw new OpsError(`The file of ${missing.name} is missing in ${folder}.`);
  return manifest;
}

async function refuseOthers(tx: Transaction, manifest: Manifest): Promise<void> {
  const [{ used }] = await tx`
    select exists (select from public.orgs) or exists (select from auth.users) as used`;
  if (used) throw new OpsError("This project has orgs or users already. Restore into a new one.");
  const there = await migrationsOf(tx), wanted = manifest.migrations;
  if (there.join() === wanted.join()) return;
  const latest = (versions: string[]) => versions.at(-1) ?? "none";
  throw new OpsError(
    `The backup is of migrations up to ${latest(wanted)}, the project has those up to ${
      latest(there)
    }: ` +
      "check out the release of the backup, migrate, restore, and migrate on from there.",
  );
}
