// The stack as its users see it: the unmodified supabase-js against a small project of its own.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { eventually } from "../../shared/platform/testing/eventually.ts";
import { es256Key, joined, signEs256, signHs256 } from "../../shared/platform/testing/tokens.ts";
import { lines } from "./lines.ts";
import { type IsolateRecord, type Stack, startStack } from "./mod.ts";
import { makeProject, type TestProject, users } from "./testing/project.ts";

/**
 * Shorter than hosted Supabase's, so that reaching them takes no time; what is counted in wall time no busy machine reaches. Memory
 * is so little that a machine of a quarter of the usual speed fills it long before its CPU is used up.
 */
const LIMITS = {
  cpuSoftMs: 300,
  cpuHardMs: 600,
  memoryBytes: 48 * 2 ** 20,
  idleMs: 600_000,
  chainCalls: 7,
};

/** Isolates of a function that take requests at once. */
const PARALLEL = Math.max(2, navigator.hardwareConcurrency);

let project: TestProject;
let stack: Stack;
let ann: SupabaseClient;
let bob: SupabaseClient;
let anon: SupabaseClient;
const log: string[] = [];

Deno.test.beforeAll(async () => {
  project = await makeProject();
  stack = await startStack({
    projectDir: project.dir,
    limits: LIMITS,
    log: (line) => log.push(line),
  });
  [ann, bob, anon] = [client(), client(), client()];
  for (const [user, email] of [[ann, users.ann], [bob, users.bob]] as const) {
    const { error } = await user.auth.signInWithPassword({ email, password: users.password });
    assert.equal(error, null);
  }
});

Deno.test.afterAll(async () => {
  await stack.stop();
  await project.remove();
});

/** A client without a session. */
function client(key = stack.publishableKey): SupabaseClient {
  return createClient(stack.url, key, { auth: { persistSession: false, autoRefreshToken: false } });
}

/** Waits for something to become true; its own text says what did not come. */
const waitFor = <T>(ask: () => T | Promise<T>) => eventually(String(ask), ask, 10);

/** Calls the fixture's function; answers status and body. */
async function echo(
  doing = "",
  user = ann,
  rest = "",
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { data, error } = await user.functions.invoke(`echo/some/path?do=${doing}${rest}`, {
    body: { a: 1 },
  });
  if (!error) return { status: 201, body: data };
  return { status: error.context.status, body: await error.context.json() };
}

/** A connection without a client that undoes what a server did. */
async function connect(port: number) {
  const connection = await Deno.connect({ port });
  return {
    write: (text: string) => connection.write(new TextEncoder().encode(text)),
    rest: () => new Response(connection.readable).bytes(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The latest isolate that is as described. */
async function isolate(described: Partial<IsolateRecord>): Promise<IsolateRecord> {
  const wanted = Object.entries(described);
  return await waitFor(async () =>
    (await stack.functions.isolates()).findLast((record) =>
      wanted.every(([name, value]) => record[name as keyof IsolateRecord] === value)
    )
  );
}

Deno.test("startStack() tells how long each phase took", () => {
  assert.deepEqual(Object.keys(stack.startupMs), [
    "database",
    "migrations",
    "seed",
    "api",
    "total",
  ]);
});

Deno.test("sign-in refuses a wrong password", async () => {
  const { error } = await client().auth.signInWithPassword({ email: users.ann, password: "wrong" });
  assert.equal(error?.code, "invalid_credentials");
});

Deno.test("Auth signs with a signing key, and serves its public half and nothing more to everybody", async () => {
  const response = await fetch(`${stack.url}/auth/v1/.well-known/jwks.json`);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("cache-control"), "public, max-age=600");
  const { keys } = await response.json();
  assert.deepEqual([keys.length, keys[0].alg, keys[0].d, keys[0].k], [
    1,
    "ES256",
    undefined,
    undefined,
  ]);
  const { data, error } = await ann.auth.getClaims();
  assert.equal(error, null);
  assert.deepEqual([data?.header.alg, data?.header.kid], ["ES256", keys[0].kid]);
  assert.equal(data?.claims.iss, `${stack.url}/auth/v1`);
});

Deno.test("a session is refreshed, and the new token holds like the old one", async () => {
  const { data } = await ann.auth.refreshSession();
  assert.equal((await ann.auth.getUser(data.session!.access_token)).data.user?.email, users.ann);
  assert.equal((await ann.rpc("whoami")).data.email, users.ann);
});

Deno.test("REST and Auth refuse tokens that this project did not sign", async () => {
  const { data: { session } } = await ann.auth.getSession();
  const [header, payload, signature] = session!.access_token.split(".");
  const claims = { sub: session!.user.id, role: "service_role", exp: 4e9 };
  const { publicJwk, privateKey } = es256Key(String(stack.signingKey.kid));
  for (
    const token of [
      `${header}.${payload}.${signature.toLowerCase()}`,
      signEs256(claims, privateKey, String(publicJwk.kid)),
      signHs256(claims, JSON.stringify(stack.signingKey)),
      joined({ alg: "none" }, claims),
      "nonsense",
    ]
  ) {
    for (const path of ["rest/v1/notes", "rest/v1/rpc/whoami", "auth/v1/user"]) {
      const response = await fetch(`${stack.url}/${path}`, {
        headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}` },
      });
      assert.ok([401, 403].includes(response.status), `${path}: ${response.status}`);
      await response.body?.cancel();
    }
  }
});

Deno.test("legacy API keys hold beside the new ones, as on hosted projects", async () => {
  assert.equal((await client(stack.anonKey).rpc("whoami")).data.role, "anon");
  assert.equal((await client(stack.serviceRoleKey).rpc("whoami")).data.user, "service_role");
  const { error } = await client(stack.anonKey).auth.signInWithPassword({
    email: users.ann,
    password: users.password,
  });
  assert.equal(error, null);
  assert.equal((await client("sb_publishable_of_nobody").rpc("whoami")).status, 401);
});

Deno.test("REST shows and takes rows under RLS", async () => {
  const { data: own, error } = await ann.from("notes").insert({ body: "mine" }).select().single();
  assert.equal(error, null);
  assert.match(own.at, /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
  assert.deepEqual((await bob.from("notes").select().eq("id", own.id)).data, []);
  assert.deepEqual((await bob.from("notes").update({ n: 9 }).eq("id", own.id).select()).data, []);
  assert.deepEqual((await ann.from("notes").update({ n: 2 }).eq("id", own.id).select("n")).data, [{
    n: 2,
  }]);
  assert.equal(
    (await bob.from("notes").insert({ body: "x", owner: own.owner })).error?.code,
    "42501",
  );
  const stranger = await anon.from("notes").select();
  assert.deepEqual([stranger.status, stranger.error?.code], [401, "42501"]);
});

Deno.test("REST passes on code, message, details and hint of an error", async () => {
  for (
    const [code, status] of [["P0001", 400], ["RC001", 400], ["23505", 409], [
      "PT418",
      418,
    ]] as const
  ) {
    const answer = await ann.rpc("fail", { code });
    assert.deepEqual([answer.status, answer.error?.code, answer.error?.message], [
      status,
      code,
      "failed on purpose",
    ]);
  }
  const { error } = await ann.rpc("fail", { code: "P0001" });
  assert.deepEqual([error?.details, error?.hint], ["why", "how"]);
  assert.equal((await ann.from("notes").insert({ body: "" })).error?.code, "23514");
});

Deno.test("REST shows the schemas of config.toml only, and no more rows than it says", async () => {
  assert.equal((await ann.schema("auth").from("users").select()).error?.code, "PGRST106");
  const service = client(stack.secretKey);
  const { data } = await ann.auth.getUser();
  await service.from("notes").insert(
    Array.from({ length: 60 }, () => ({ owner: data.user!.id, body: "many" })),
  );
  assert.equal((await service.from("notes").select()).data?.length, 50);
});

Deno.test("an argument that is no value of its type is refused by the database, and nothing is stuck", async () => {
  const odd = [1, -1e18, [], [null], [{}], {}];
  // More than REST has connections.
  for (const value of [...odd, ...odd]) {
    for (const name of ["p_at", "p_list"]) {
      const { error, status } = await ann.rpc("odd", { [name]: value });
      if (error) {
        assert.deepEqual(
          [status, /^22/.test(error.code)],
          [400, true],
          `${name} ${value}: ${error.code} ${error.message}`,
        );
      } else {assert.ok(
          name === "p_list" && Array.isArray(value),
          `${name} ${JSON.stringify(value)}`,
        );}
    }
  }
});

Deno.test("rpc knows who calls", async () => {
  const { data } = await ann.auth.getUser();
  assert.deepEqual((await ann.rpc("whoami")).data, {
    uid: data.user!.id,
    role: "authenticated",
    email: users.ann,
    user: "authenticated",
  });
  assert.equal((await anon.rpc("whoami")).data.role, "anon");
  assert.equal((await client(stack.secretKey).rpc("whoami")).data.user, "service_role");
});

Deno.test("rpc gives a function the time that it says it takes", async () => {
  assert.equal((await ann.rpc("timeout")).data, "75s");
  assert.equal((await ann.rpc("hurried")).error?.code, "57014");
  assert.equal((await ann.rpc("whoami")).error, null, "and no other call");
});

Deno.test("REST sees a table made after the start, once it is told", async () => {
  const sql = postgres(stack.dbUrl, { max: 1 });
  await sql.unsafe(
    "create table public.late (n int); grant select on public.late to anon; notify pgrst, 'reload schema'",
  );
  await sql.end();
  await waitFor(async () => (await anon.from("late").select()).status === 200);
});

Deno.test("migrations run as postgres, who is no superuser, and are recorded as the CLI does", async () => {
  const sql = postgres(stack.dbUrl, { max: 1 });
  const [role] =
    await sql`select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user`;
  const [row] =
    await sql`select version, name, statements[1] as first from supabase_migrations.schema_migrations`;
  const [table] = await sql`select tableowner from pg_tables where tablename = 'notes'`;
  await sql.end();
  assert.deepEqual(role, { rolsuper: false, rolbypassrls: true, rolcreaterole: true });
  assert.deepEqual(row, {
    version: "20260101000000",
    name: "make_notes",
    first: "create extension if not exists pg_cron with schema pg_catalog",
  });
  assert.equal(table.tableowner, "postgres");
});

Deno.test("a function gets path, body, user and environment, and lacks what hosted isolates lack", async () => {
  const { body } = await echo();
  assert.deepEqual(body, {
    greeting: "first",
    path: "/echo/some/path",
    method: "POST",
    body: '{"a":1}',
    user: users.ann,
    secret: "told",
    internal: true,
  });
  assert.equal((await echo("", anon)).body.user, null);
  for (const line of ["logged", "written by Deno", "written by process"]) {
    assert.ok(log.includes(`[echo] ${line}`), line);
  }
  const record = await isolate({ function: "echo", open: 0 });
  assert.equal(record.status, 201);
  for (const used of ["cpuMs", "wallMs", "peakMemoryBytes", "peakRssBytes"] as const) {
    assert.ok(record[used] > 0, used);
  }
});

Deno.test("a function has what a user worker of edge-runtime has, and no more", async () => {
  const { missing, denied, whileLoading, memory, shared, cpu } = (await echo("probe")).body;
  assert.deepEqual(missing, Array(4).fill("undefined"));
  assert.deepEqual(denied, Array(5).fill("PermissionDenied"));
  assert.deepEqual(whileLoading, ["NotFound", true]);
  const { rss, heapUsed, external } = memory as Record<string, number>;
  assert.deepEqual([rss, heapUsed > 0, external > 0, shared, cpu], [
    0,
    true,
    true,
    true,
    undefined,
  ]);
});

Deno.test("a function cannot end its isolate", async () => {
  const { status } = await echo("exit");
  const { requests } = await isolate({ function: "echo", outcome: "running" });
  assert.deepEqual([status, requests > 0, (await echo()).status], [201, true, 201]);
  assert.ok((await stack.functions.isolates()).every(({ outcome }) => outcome !== "failed"));
});

Deno.test("what a function has compressed reaches clients compressed", async () => {
  const { port } = new URL(stack.url);
  await using connection = await connect(Number(port));
  await connection.write(
    "GET /functions/v1/echo?do=zip HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n",
  );
  const answer = await connection.rest();
  const [head] = new TextDecoder("latin1").decode(answer).split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.match(head.toLowerCase(), /\r\ncontent-encoding: gzip(\r\n|$)/);
  assert.ok(answer.length < 1_000, `${answer.length} bytes`);
});

Deno.test("an isolate serves one request after the other, and several at once", async () => {
  await echo();
  const before = await isolate({ function: "echo", outcome: "running" });
  assert.equal((await echo()).status, 201);
  const after = (await stack.functions.isolates()).find(({ id }) => id === before.id)!;
  assert.equal(after.requests, before.requests + 1);

  const many = await Promise.all(Array.from({ length: 20 }, () => echo()));
  assert.ok(many.every(({ status }) => status === 201));
  const started = (await stack.functions.isolates()).filter(({ outcome }) => outcome === "running");
  assert.ok(started.length <= PARALLEL, `${started.length} isolates`);
});

Deno.test("a change of code counts for the next request, in modules that a function imports as well", async () => {
  await echo();
  const old = await isolate({ function: "echo", outcome: "running" });
  await project.write("shared/greeting.ts", 'export const greeting = "second";');
  assert.equal((await echo()).body.greeting, "second");
  await isolate({ id: old.id, outcome: "completed" });
  await project.write("supabase/functions/.env", "FROM_ENV_FILE=told again\n");
  assert.equal((await echo()).body.secret, "told again");
  await project.write("supabase/functions/.env", "FROM_ENV_FILE=told\n");
  await project.write("shared/greeting.ts", 'export const greeting = "first";');
});

Deno.test("a request under way when the code changes is answered by the code that it began with", async () => {
  await echo();
  const toiling = echo("toil");
  await waitFor(async () => (await stack.functions.isolates()).some(({ open }) => open > 0));
  await project.write("shared/greeting.ts", 'export const greeting = "second";');
  assert.equal((await echo()).body.greeting, "second");
  assert.equal((await toiling).body.greeting, "first");
  await project.write("shared/greeting.ts", 'export const greeting = "first";');
});

Deno.test("a function that fails answers as on hosted Supabase, and the next request is served", async () => {
  assert.deepEqual([(await echo("throw")).status, (await echo()).status], [500, 201]);
  const broken = await ann.functions.invoke("broken");
  assert.deepEqual([broken.error.context.status, (await broken.error.context.json()).code], [
    503,
    "BOOT_ERROR",
  ]);
  assert.equal((await ann.functions.invoke("nowhere")).error.context.status, 404);
  assert.ok(log.some((line) => line.includes("thrown on purpose")));
});

Deno.test("an error that nobody catches ends its isolate, with an answer", async () => {
  const { status, body } = await echo("float");
  assert.deepEqual([status, body.code], [500, "WORKER_ERROR"]);
  await isolate({ function: "echo", outcome: "failed" });
});

Deno.test("an isolate is ended at the limit of CPU, while others are served", async () => {
  const burning = echo("burn");
  assert.equal((await echo()).status, 201);
  const { status, body } = await burning;
  assert.deepEqual([status, body.code], [546, "WORKER_LIMIT"]);
  const { cpuMs } = await isolate({ outcome: "cpu" });
  assert.ok(cpuMs >= LIMITS.cpuHardMs && cpuMs < LIMITS.cpuHardMs + 1_000, `${cpuMs} ms`);
});

Deno.test("an isolate is told when it reaches the soft limit of CPU, may finish, and gets no more requests", async () => {
  const toiling = echo("toil");
  const { id } = await waitFor(async () =>
    (await stack.functions.isolates()).find(({ open }) => open > 0)
  );
  const { status, body } = await toiling;
  assert.deepEqual([status, body.told], [201, "cpu"]);
  assert.equal((await echo()).status, 201);
  const { requests } = await isolate({ id, outcome: "completed" });
  assert.equal((await isolate({ id })).requests, requests);
  assert.notEqual((await isolate({ function: "echo", outcome: "running" })).id, id);
});

Deno.test("an isolate is ended at the limit of memory, in the heap and outside of it", async () => {
  for (const doing of ["heap", "hoard"]) {
    assert.equal((await echo(doing)).status, 546, doing);
    await isolate({ function: "echo", outcome: "memory", status: 546 });
  }
});

Deno.test("an isolate that does not answer in time is answered for", async () => {
  const other = await startStack({
    projectDir: project.dir,
    seed: false,
    cron: false,
    limits: { idleMs: 500 },
  });
  try {
    const response = await fetch(`${other.url}/functions/v1/echo?do=idle`, { method: "POST" });
    assert.deepEqual([response.status, (await response.json()).code], [504, "IDLE_TIMEOUT"]);
  } finally {
    await other.stop();
  }
});

Deno.test("functions that call each other are refused when their chain has made its calls, and other chains are not", async () => {
  for (let n = 0; n < 2; n++) {
    const { calls, refused } = (await echo("chain", ann, `&left=${LIMITS.chainCalls + 3}`)).body;
    assert.equal(calls, LIMITS.chainCalls);
    const [known, name, retryAfterMs] = refused as [boolean, string, number];
    assert.deepEqual([known, name], [true, "RateLimitError"]);
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 60_000, `${retryAfterMs} ms`);
  }
});

Deno.test("waitUntil keeps an isolate alive after its answer", async () => {
  const { data } = await ann.auth.getUser();
  assert.equal((await echo("later", ann, `&owner=${data.user!.id}`)).status, 201);
  await waitFor(async () =>
    (await ann.from("notes").select().eq("body", "from the background")).data?.length
  );
});

Deno.test("killWorkers() ends a function in the middle of its work, and of everybody's who shares its isolates", async () => {
  // The request of the test before is still waiting.
  await stack.functions.killWorkers();
  await waitFor(async () => (await stack.pids()).isolates.length === 0);
  // More than there are isolates: some share one.
  const idle = Array.from({ length: PARALLEL + 4 }, () => echo("idle"));
  await waitFor(async () => {
    const open = (await stack.functions.isolates()).map((record) => record.open);
    return open.reduce((sum, count) => sum + count, 0) === idle.length;
  });
  const killed = await stack.functions.killWorkers("echo");
  assert.ok(killed.length < idle.length);
  assert.equal(killed.reduce((sum, { open }) => sum + open, 0), idle.length);
  assert.deepEqual(
    (await Promise.all(idle)).map(({ status }) => status),
    Array(idle.length).fill(500),
  );
  await isolate({ function: "echo", outcome: "killed" });
  assert.equal((await echo()).status, 201);
});

Deno.test("the functions host may die: what it was doing is answered 502, its isolates end, and another one serves", async () => {
  const before = await stack.pids();
  const idle = echo("idle");
  await waitFor(async () => (await stack.functions.isolates()).some(({ open }) => open > 0));
  const { isolates } = await stack.pids();
  await stack.functions.killHost();
  assert.equal((await idle).status, 502);
  assert.equal((await echo()).status, 201);
  assert.notEqual((await stack.pids()).functions, before.functions);
  await waitFor(() => !isolates.some(runs));
});

Deno.test("cron jobs run as their owner, and reach functions through pg_net and the vault", async () => {
  const sql = postgres(stack.dbUrl, { max: 1 });
  await sql`select cron.schedule('knock', '1 second', $$
    select net.http_post(
      url := (select decrypted_secret from vault.decrypted_secrets where name = 'receptor_functions_url') || '/echo',
      headers := jsonb_build_object('x-key', (select decrypted_secret from vault.decrypted_secrets where name = 'receptor_internal_key')),
      body := '{"from": "cron"}')
  $$)`;
  await sql`select cron.schedule('fail', '0 0 1 1 *', 'select 1 / 0')`;
  await sql`select cron.schedule('who', '0 0 1 1 *', 'create table public.made_by_cron as select session_user as who')`;
  await stack.cron.run("fail");
  await stack.cron.run("who");
  assert.deepEqual([...await sql`select who from public.made_by_cron`], [{ who: "postgres" }]);
  const [answer] = await waitFor(async () => {
    const rows =
      await sql`select status_code, content::jsonb ->> 'body' as body from net._http_response`;
    return rows.length ? rows : null;
  });
  await sql`select cron.unschedule('knock')`;
  await assert.rejects(
    sql`select cron.schedule('odd', '61 seconds', 'select 1')`,
    /invalid schedule: 61 seconds/,
  );
  const runs = await sql`
    select distinct username, status, return_message from cron.job_run_details where status <> 'running'`;
  await sql.end();
  assert.deepEqual(answer, { status_code: 201, body: '{"from": "cron"}' });
  assert.deepEqual(
    runs.map((run) => `${run.username} ${run.status} ${run.return_message}`).sort(),
    [
      "postgres failed ERROR:  division by zero",
      "postgres succeeded 1 row",
    ],
  );
});

Deno.test("more cron jobs than there are connections are due at once, and each has its turn", async () => {
  const sql = postgres(stack.dbUrl, { max: 1 });
  const names = Array.from({ length: 12 }, (_, n) => `at-once-${n}`);
  for (const name of names) await sql`select cron.schedule(${name}, '0 0 1 1 *', 'select 1')`;
  await Promise.all(names.map((name) => stack.cron.run(name)));
  const runs = await sql`
    select r.status from cron.job_run_details r join cron.job j using (jobid) where j.jobname like 'at-once-%'`;
  for (const name of names) await sql`select cron.unschedule(${name})`;
  await sql.end();
  assert.deepEqual(runs.map(({ status }) => status), names.map(() => "succeeded"));
});

/** What a client was told of notes, as [event, n]. */
type Heard = [event: string, n: number | undefined][];

/** Subscribes a client to notes; resolves when it is subscribed. */
function listen(
  user: SupabaseClient,
  filter?: string,
): Promise<{ heard: Heard; states: string[] }> {
  const heard: Heard = [];
  const states: string[] = [];
  return new Promise((resolve) => {
    user.channel(crypto.randomUUID())
      .on("postgres_changes", {
        event: "*",
        schema: "public",
        table: "notes",
        ...(filter ? { filter } : {}),
      }, (change) => {
        heard.push([change.eventType, (change.new as { n?: number }).n]);
      })
      .subscribe((state) => {
        states.push(state);
        if (state === "SUBSCRIBED") resolve({ heard, states });
      });
  });
}

/** A row of Ann's whose insertion Realtime has told: it reads the log behind the writes, and tells who joined meanwhile too. */
async function toldNote(body: string): Promise<{ id: string }> {
  const { heard } = await listen(ann);
  const { data: note } = await ann.from("notes").insert({ body }).select().single();
  await waitFor(() => heard.length);
  return note;
}

Deno.test("Realtime tells each user every change of the rows they may read, in order, each as it was then", async () => {
  const note = await toldNote("watched");
  const [annHears, bobHears, anonHears] = [
    await listen(ann, `id=eq.${note.id}`),
    await listen(bob),
    await listen(anon),
  ];
  const sql = postgres(stack.dbUrl, { max: 1 });
  for (let n = 1; n <= 100; n++) await sql`update public.notes set n = ${n} where id = ${note.id}`;
  await ann.from("notes").insert({ body: "another row" });
  await bob.from("notes").insert({ body: "bob's", n: 7 });
  await sql.end();
  await waitFor(() => annHears.heard.length >= 100 && bobHears.heard.length);
  assert.deepEqual(annHears.heard, Array.from({ length: 100 }, (_, i) => ["UPDATE", i + 1]));
  assert.deepEqual(bobHears.heard, [["INSERT", 7]]);
  assert.deepEqual(anonHears.heard, []);
  await Promise.all([ann, bob, anon].map((user) => user.removeAllChannels()));
});

Deno.test("Realtime refuses a filter that it does not understand", async () => {
  const channel = ann.channel("odd").on("postgres_changes", {
    event: "*",
    schema: "public",
    filter: "body=like.a",
  }, () => {});
  const message = await new Promise((resolve) =>
    channel.subscribe((_state, error) => error && resolve(error.message))
  );
  assert.match(String(message), /filter/);
  await ann.removeAllChannels();
});

Deno.test("Realtime comes back after a crash of the database, and its clients join again", async () => {
  const note = await toldNote("before the crash");
  const { heard, states } = await listen(ann, `id=eq.${note.id}`);
  await stack.postgres.restart("immediate");
  // A join that comes before the database is back is refused as well, and made again.
  await waitFor(() => states.length >= 3 && states.at(-1) === "SUBSCRIBED");
  assert.deepEqual(states.slice(0, 2), ["SUBSCRIBED", "CHANNEL_ERROR"]);
  assert.equal((await ann.from("notes").update({ n: 5 }).eq("id", note.id)).error, null);
  await waitFor(() => heard.length);
  assert.deepEqual(heard, [["UPDATE", 5]]);
  await ann.removeAllChannels();
});

Deno.test("mail that Auth would send is log, whatever prints it", async () => {
  const { error } = await client().auth.resetPasswordForEmail(users.ann);
  assert.equal(error, null);
  await waitFor(() => log.some((line) => line.includes(users.ann)));
  assert.equal((await ann.from("notes").select("id").limit(1)).status, 200);
});

Deno.test("a stack lives on when single sessions of its database are ended", async () => {
  const sql = postgres(stack.adminDbUrl, { max: 1 });
  const sessions = await sql`
    select pid, backend_type, application_name, query from pg_stat_activity
    where pid <> pg_backend_pid() and backend_type in ('client backend', 'walsender')`;
  assert.ok(sessions.length > 3, `${sessions.length} sessions`);
  const { stack: pid } = await stack.pids();
  for (const session of sessions) {
    // Under way: a library that still wants something of a connection that is gone did most harm.
    const underWay = Array.from(
      { length: 8 },
      (_, n) =>
        ann.from("notes").insert({ body: "under way", n }).abortSignal(AbortSignal.timeout(1_000)),
    );
    const settled = Promise.allSettled(underWay);
    await sql`select pg_terminate_backend(${session.pid}, 1000)`;
    await settled;
    await waitFor(async () => (await ann.from("notes").select("id").limit(1)).status === 200);
    assert.ok(runs(pid), `the stack ended with ${JSON.stringify(session)}`);
  }
  await sql.end();
  assert.equal((await echo()).status, 201);
  const { heard } = await listen(ann);
  await ann.from("notes").insert({ body: "after the sessions", n: 8 });
  await waitFor(() => heard.length);
  await ann.removeAllChannels();
});

Deno.test("two stacks run at once without knowing of each other", async () => {
  const other = await startStack({ projectDir: project.dir, seed: false, functions: false });
  try {
    const stranger = createClient(other.url, stack.publishableKey, {
      auth: { persistSession: false },
    });
    assert.equal((await stranger.from("notes").select()).status, 401);
    const sql = postgres(other.dbUrl, { max: 1 });
    assert.deepEqual([...await sql`select count(*)::int as users from auth.users`], [{ users: 0 }]);
    await sql.end();
  } finally {
    await other.stop();
  }
  assert.equal((await ann.from("notes").select("id").limit(1)).status, 200);
});

Deno.test("startStack() names file, line and fault of a migration that fails, and leaves nothing running", async () => {
  const broken = await makeProject({
    "supabase/migrations/20260102000000_break.sql": "select 1;\nselect nonsense;\n",
  });
  await assert.rejects(
    startStack({ projectDir: broken.dir }),
    /20260102000000_break\.sql:2: column "nonsense" does not exist \(SQLSTATE 42703\)/,
  );
  await broken.remove();
});

/** Starts a process that starts a stack, in a process of its own. */
async function startOwner(): Promise<{ owner: Deno.ChildProcess; home: string; pids: number[] }> {
  const script = `import { startStack } from ${
    JSON.stringify(new URL("./mod.ts", import.meta.url).href)
  };
    const stack = await startStack({ projectDir: ${JSON.stringify(project.dir)} });
    void fetch(stack.url + "/functions/v1/echo?do=burn").catch(() => {});
    while (!(await stack.pids()).isolates.length) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(JSON.stringify({ dataDir: stack.dataDir, ...await stack.pids() }));
    await stack.ended;`;
  const owner = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "-q",
      `--config=${fileURLToPath(new URL("../../deno.json", import.meta.url))}`,
      "-",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = owner.stdin.getWriter();
  await input.write(new TextEncoder().encode(script));
  await input.close();
  return await new Promise((resolve) =>
    void lines(owner.stdout, (line) => {
      const { dataDir, stack, postgres, functions, isolates } = JSON.parse(line);
      resolve({ owner, home: dirname(dataDir), pids: [stack, postgres, functions, ...isolates] });
    })
  );
}

/** Whether a process runs; one that has ended but that nobody has waited for does not. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

for (const victim of ["the process that started it", "its own process"]) {
  Deno.test(`a stack leaves nothing behind when ${victim} is killed with SIGKILL`, async () => {
    const { owner, home, pids } = await startOwner();
    assert.ok(pids.every(runs));
    Deno.kill(victim === "its own process" ? pids[0] : owner.pid, "SIGKILL");
    await owner.status;
    await waitFor(async () => !pids.some(runs) && !await stat(home).then(() => true, () => false));
  });
}

Deno.test("a stack whose PostgreSQL was killed leaves neither data nor shared memory behind", async () => {
  const other = await startStack({ projectDir: project.dir, seed: false, functions: false });
  const { postgres: pid } = await other.pids();
  const pidFile = await Deno.readTextFile(join(other.dataDir, "postmaster.pid"));
  const [key] = pidFile.split("\n")[6].trim().split(/ +/);
  const held = async () =>
    (await Deno.readTextFile("/proc/sysvipc/shm")).split("\n").some((line) =>
      line.trim().split(/ +/)[0] === key
    );
  assert.ok(await held());
  const maps = await Deno.readTextFile(`/proc/${pid}/maps`);
  assert.ok(!maps.includes("/dev/shm/PostgreSQL."), "what it maps lies in its data");
  Deno.kill(pid, "SIGKILL");
  await waitFor(() => !runs(pid));
  await other.stop();
  assert.ok(!await held());
  assert.ok(!await stat(dirname(other.dataDir)).then(() => true, () => false));
});
