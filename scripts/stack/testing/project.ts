// A small project of its own for the tests of the stack, so that they do not depend on what this repository serves.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const IMPORT_MAP = fileURLToPath(new URL("../../../import_map.json", import.meta.url));

/** Users of the fixture's seed. */
export const users = { ann: "ann@one.example", bob: "bob@two.example", password: "receptor-test" };

const CONFIG = `
[api]
schemas = ["public"]
max_rows = 50
[functions.echo]
verify_jwt = false
entrypoint = "../functions/echo/index.ts"
import_map = "../import_map.json"
[functions.broken]
verify_jwt = false
entrypoint = "../functions/broken/index.ts"
import_map = "../import_map.json"
`;

const MIGRATION = `
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null default auth.uid() references auth.users (id),
  body text not null check (body <> ''),
  n int not null default 0,
  tags text[] not null default '{}',
  at timestamptz not null default now()
);
alter table public.notes enable row level security;
grant select, insert, update on public.notes to authenticated;
grant all on public.notes to service_role;
create policy own on public.notes to authenticated
  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
alter publication supabase_realtime add table public.notes;

create function public.whoami() returns jsonb language sql stable as $$
  select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'email', auth.jwt() ->> 'email', 'user', current_user)
$$;
create function public.fail(code text) returns void language plpgsql as $$
begin
  raise exception 'failed on purpose' using errcode = code, detail = 'why', hint = 'how';
end
$$;
create function public.odd(p_at timestamptz default null, p_list text[] default null) returns int language sql as $$ select 1 $$;
create function public.timeout() returns text language sql stable set statement_timeout = '75s' as $$
  select current_setting('statement_timeout')
$$;
create function public.hurried() returns text language sql set statement_timeout = '50ms' as $$
  select pg_sleep(5)::text
$$;
`;

const SEED = `
insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new
)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', email,
  extensions.crypt('${users.password}', extensions.gen_salt('bf')), now(),
  '{"provider":"email","providers":["email"]}', '{}', now(), now(), '', '', '', ''
from unnest(array['${users.ann}', '${users.bob}']) as email;
insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
select gen_random_uuid(), 'email', id::text, id, jsonb_build_object('sub', id::text, 'email', email), now(), now()
from auth.users;
`;

const ECHO = `
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createLocalJWKSet, jwtVerify } from "jose";
import { greeting } from "../../shared/greeting.ts";

const OWN = fileURLToPath(import.meta.url);
const refusal = (attempt) => {
  try { return attempt().length; } catch (error) { return error.name; }
};
const whileLoading = [
  refusal(() => Deno.readTextFileSync("/proc/thread-self/schedstat")),
  refusal(() => Deno.readTextFileSync(OWN)) > 100,
];

const work = {
  burn: () => { for (;;); },
  toil: async () => {
    let told;
    addEventListener("beforeunload", (event) => told = event.detail.reason);
    while (!told) {
      for (const end = performance.now() + 20; performance.now() < end;);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return { told };
  },
  hoard: async () => {
    const kept = [];
    for (;;) { kept.push(new Uint8Array(8e6).fill(1)); await new Promise((resolve) => setTimeout(resolve, 2)); }
  },
  heap: () => { const kept = []; for (;;) kept.push(new Array(1e4).fill(Math.random())); },
  idle: () => new Promise((resolve) => setTimeout(resolve, 900_000)),
  chain: async () => {
    const left = Number(new URL(globalThis.asked).searchParams.get("left"));
    if (left === 0) return { calls: 0 };
    try {
      const url = Deno.env.get("SUPABASE_URL") + "/functions/v1/echo?do=chain&left=" + (left - 1);
      const { calls, refused } = await (await fetch(url)).json();
      return { calls: calls + 1, refused };
    } catch (error) {
      return {
        calls: 0,
        refused: [error instanceof Deno.errors.RateLimitError, error.name, error.retryAfterMs],
      };
    }
  },
  exit: () => { Deno.exit(3); process.exit(3); Deno.addSignalListener("SIGTERM", () => {}); },
  probe: () => ({
    missing: [typeof Worker, typeof Deno.Command, typeof Deno.openKv, typeof Deno.dlopen],
    denied: [
      () => Deno.readTextFileSync("/proc/thread-self/schedstat"),
      () => Deno.readTextFileSync(OWN),
      () => Deno.openSync("/etc/hostname"),
      () => Deno.makeTempDirSync(),
      () => readFileSync(OWN),
    ].map(refusal),
    whileLoading,
    memory: { ...Deno.memoryUsage(), heapTotal: undefined },
    shared: SharedArrayBuffer === ArrayBuffer,
    cpu: process.cpuUsage(),
  }),
  zip: () => new Response(
    new Response("x".repeat(1e4)).body.pipeThrough(new CompressionStream("gzip")),
    { headers: { "content-encoding": "gzip", "content-type": "text/plain" } },
  ),
  throw: () => { throw new Error("thrown on purpose"); },
  float: () => {
    void Promise.reject(new Error("caught by nobody"));
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  later: () => {
    EdgeRuntime.waitUntil((async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await fetch(Deno.env.get("SUPABASE_URL") + "/rest/v1/notes", {
        method: "POST",
        headers: { apikey: JSON.parse(Deno.env.get("SUPABASE_SECRET_KEYS")).default, "content-type": "application/json" },
        body: JSON.stringify({ body: "from the background", owner: new URL(globalThis.asked).searchParams.get("owner") }),
      });
    })());
  },
};

Deno.serve(async (request) => {
  globalThis.asked = request.url;
  const url = new URL(request.url);
  console.log("logged");
  Deno.stdout.writeSync(new TextEncoder().encode("written by Deno\\n"));
  process.stdout.write("written by process\\n");
  const keys = createLocalJWKSet(JSON.parse(Deno.env.get("SUPABASE_JWKS")));
  const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
  const user = await jwtVerify(token, keys).then(({ payload }) => payload.email, () => null);
  const result = await work[url.searchParams.get("do")]?.();
  if (result instanceof Response) return result;
  return Response.json({
    ...result,
    greeting,
    path: url.pathname,
    method: request.method,
    body: await request.text(),
    user,
    secret: Deno.env.get("FROM_ENV_FILE"),
    internal: Deno.env.get("RECEPTOR_INTERNAL_KEY")?.length > 20,
  }, { status: 201, headers: { "x-echo": "yes" } });
});
`;

/** A project in a temporary directory. */
export interface TestProject {
  dir: string;
  /** Writes a file of the project. */
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the project; `files` are added to it or replace those it has. */
export async function makeProject(files: Record<string, string> = {}): Promise<TestProject> {
  const dir = await mkdtemp(join(tmpdir(), "receptor-stack-project-"));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  await cp(IMPORT_MAP, join(dir, "import_map.json"));
  const all = {
    "supabase/config.toml": CONFIG,
    "supabase/migrations/20260101000000_make_notes.sql": MIGRATION,
    "supabase/seed.sql": SEED,
    "supabase/functions/.env": "FROM_ENV_FILE=told\n",
    "functions/echo/index.ts": ECHO,
    "functions/broken/index.ts": "throw new Error('broken on purpose');",
    "shared/greeting.ts": 'export const greeting = "first";',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) await write(path, content);
  return { dir, write, remove: () => rm(dir, { recursive: true, force: true }) };
}
