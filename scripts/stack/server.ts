// The process that runs a stack. It belongs to whoever started it (mod.ts): it takes its settings and calls on standard
// input, and when that ends, because its owner stopped, crashed or was killed, it removes everything and ends.
// deno-lint-ignore-file no-console -- lite and this process's last resort write to it
import { join } from "node:path";
import process from "node:process";
import postgres, { type Sql } from "postgres";
import type { StackCalls, StackInfo, StackSettings } from "./control.ts";
import { readApi, readFunctions } from "./config.ts";
import { startCron } from "./cron/cron.ts";
import { catchMail, mailEnvironment } from "./mail.ts";
import { prefetch } from "./functions/prefetch.ts";
import { route, type Services } from "./rest/gateway.ts";
import { bundles } from "./functions/bundles.ts";
import type { HostSettings } from "./functions/host_control.ts";
import { hostedDeno } from "./functions/hosted_deno.ts";
import { hostFunctions } from "./functions/hosted_functions.ts";
import { alone, cacheDirectory } from "./cache.ts";
import { contentsOf, fill } from "./contents.ts";
import { applySeed } from "./database/migrations.ts";
import { startNet } from "./cron/net.ts";
import { answerCalls, log, readSettings, tellOwner } from "./owner.ts";
import { type Cluster, isKept, removeAbandoned, startCluster } from "./database/postgres.ts";
import { type Realtime, startRealtime } from "./realtime/service.ts";
import type { RestAndAuth } from "./rest/rest.ts";
import { jsonWebKeySet, keyEnvironment, makeSecrets, type Secrets } from "./rest/tokens.ts";

/** How long one part of the stack may take to stop; whatever hangs must not keep the rest alive. */
const CLEANUP_MS = 2_000;
const settings = await readSettings<StackSettings>();
const cleanups: (() => Promise<unknown>)[] = [];
const startupMs: Record<string, number> = {};
let ending = false;

// The owner decides when the stack ends; a signal to the terminal's process group is the owner's business.
for (const signal of ["SIGINT", "SIGHUP"] as const) Deno.addSignalListener(signal, () => {});
Deno.addSignalListener("SIGTERM", () => void end(0));

// lite prints every error of the database that a client caused, with its stack; one line of log is enough.
console.error = (first: unknown, ...rest: unknown[]) => {
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  log(
    typeof code === "string" ? `rest: ${code} ${message}` : [first, ...rest].map(String).join(" "),
  );
};

// A connection that breaks is nobody's to wait for, and what a library still wants of it (postgres.js writes to a socket
// that it has let go of) must not end all the others.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  log(`stack: ${event.reason instanceof Error ? event.reason.message : event.reason}`);
});
addEventListener("error", (event) => {
  event.preventDefault();
  log(`stack: ${event.message}`);
});

try {
  await answerCalls(await start());
  await end(0);
} catch (error) {
  tellOwner({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  await end(1);
}

/** Brings everything up, in the order in which one needs the other. */
async function start(): Promise<StackCalls> {
  const secrets = makeSecrets(settings.keys);
  const services: Services = {
    auth: { keySet: jsonWebKeySet(secrets), issuer: "" },
    rest: () => Promise.resolve(new Response("starting", { status: 503 })),
  };
  const url = listen(services);
  services.auth.issuer = `${url}/auth/v1`;
  const code = settings.functions ? functionsCode() : undefined;
  code?.catch(() => {}); // waited for below
  if (code) loadRest().catch(() => {}); // likewise
  const cluster = await database(url, secrets);
  const functions = code ? startFunctions(await code, url, cluster, secrets) : undefined;
  const admin = postgres(cluster.url("supabase_admin"), { max: 4, onnotice: () => {} });
  cleanups.push(() => admin.end({ timeout: 1 }));
  await prepareDatabase(cluster, admin, url, secrets);
  const api = startedOnce(() => startApi(cluster, admin, url, secrets));
  await admin.listen("pgrst", () => void api.started?.rest.reloadSchema());
  const cron = startCron(admin, { automatic: settings.cron, log });
  const stopNet = await startNet(admin);
  cleanups.push(() => Promise.resolve([cron.stop(), stopNet()]));
  // Who serves functions is asked for all of it; many a stack is a database alone.
  if (functions) await Promise.all([functions.ready, timed("api", api.get)]);
  Object.assign(services, {
    rest: async (request: Request) => await (await api.get()).rest.fetch(request),
    realtime: async (request: Request) => await (await api.get()).realtime.fetch(request),
    functions: functions?.fetch,
    mail: catchMail(),
  });
  tellOwner({ type: "ready", info: describe(url, cluster, secrets) });
  return {
    restartPostgres: (mode) => cluster.restart(mode),
    isolates: async () => await functions?.isolates() ?? [],
    killIsolates: async (name) => await functions?.killIsolates(name) ?? [],
    killFunctionsHost: async () => await functions?.killHost(),
    runCronJob: (name) => cron.run(name),
    pids: async () => ({
      stack: Deno.pid,
      postgres: cluster.pid(),
      ...await functions?.pids() ?? { functions: null, isolates: [] },
    }),
    reload: async () => await api.started?.rest.reloadSchema(),
  };
}

/** What runs the functions, and how: as bundles, or from their sources, for which everything that they import is there. */
async function functionsCode(): Promise<Pick<HostSettings, "deno" | "bundles">> {
  const { projectDir, bundled } = settings;
  if (bundled) {
    const [deno, folder] = await Promise.all([hostedDeno(), bundles(projectDir)]);
    return { deno, bundles: folder };
  }
  const deno = await hostedDeno();
  await prefetch(deno, await readFunctions(projectDir), log);
  return { deno, bundles: null };
}

/** PostgreSQL with what every stack of this project starts with: copied where it was made before, otherwise made and kept. */
async function database(url: string, secrets: Secrets): Promise<Cluster> {
  await removeAbandoned();
  const projectDir = settings.migrations ? settings.projectDir : null;
  const contents = await contentsOf(projectDir);
  const onDataDir = (path: string) => tellOwner({ type: "home", path });
  const start = async () => {
    const cluster = await timed("database", () => startCluster({ contents, log, onDataDir }));
    cleanups.push(() => cluster.stop());
    const authTables = async () => {
      const rest = await startRest(cluster, url, secrets);
      await rest.makeTables();
      await rest.close();
    };
    await timed("migrations", async () => {
      if (cluster.filled) return;
      await fill(cluster, authTables, projectDir);
      await cluster.keepContents();
    });
    return cluster;
  };
  // Of several stacks that find nothing to copy one makes it, and the others wait: they would all do the same.
  if (await isKept(contents)) return await start();
  return await alone(join(await cacheDirectory(), ".contents.lock"), start);
}

/** What clients of a project speak to: REST, Auth and Realtime. */
interface Api {
  rest: RestAndAuth;
  realtime: Realtime;
}

async function startApi(
  cluster: Cluster,
  admin: Sql,
  url: string,
  secrets: Secrets,
): Promise<Api> {
  const rest = await startRest(cluster, url, secrets);
  cleanups.push(() => rest.close());
  const realtime = startRealtime(admin, cluster.url("supabase_admin"), secrets, log);
  cleanups.push(() => realtime.stop());
  return { rest, realtime };
}

/** lite is large: it is loaded while the database starts, and not at all where nobody needs it. */
function loadRest() {
  return import("./rest/rest.ts");
}

async function startRest(cluster: Cluster, url: string, secrets: Secrets): Promise<RestAndAuth> {
  const { startRestAndAuth } = await loadRest();
  const api = await readApi(settings.projectDir);
  const dbUrl = cluster.url("supabase_admin");
  return startRestAndAuth(dbUrl, url, secrets, api, settings.statementTimeoutMs);
}

/** Something that the first who wants it starts, and that is there for all others. */
function startedOnce<T>(start: () => Promise<T>): { get(): Promise<T>; started: T | undefined } {
  let starting: Promise<T> | undefined;
  const once = {
    started: undefined as T | undefined,
    get: () => starting ??= start().then((value) => once.started = value),
  };
  return once;
}

function describe(url: string, cluster: Cluster, secrets: Secrets): StackInfo {
  const legacy = secrets.kind !== "signing_keys";
  return {
    url,
    // A legacy project has no others.
    publishableKey: legacy ? secrets.anonKey : secrets.publishableKey,
    secretKey: legacy ? secrets.serviceRoleKey : secrets.secretKey,
    anonKey: secrets.anonKey,
    serviceRoleKey: secrets.serviceRoleKey,
    internalKey: secrets.internalKey,
    signingKey: { ...secrets.signingKey },
    jwtSecret: secrets.jwtSecret,
    dbUrl: cluster.url("postgres"),
    adminDbUrl: cluster.url("supabase_admin"),
    dataDir: cluster.dataDir,
    startupMs,
  };
}

/** Opens the port; requests are routed to whatever services there are by then. */
function listen(services: Services): string {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: settings.port, onListen: () => {} },
    (request) => route(request, services),
  );
  cleanups.push(() =>
    Promise.race([server.shutdown(), new Promise((resolve) => setTimeout(resolve, 200))])
  );
  return `http://127.0.0.1:${server.addr.port}`;
}

/** The secrets that cron jobs read, and the seed. */
async function prepareDatabase(cluster: Cluster, admin: Sql, url: string, secrets: Secrets) {
  await admin`select vault.create_secret(${`${url}/functions/v1`}, 'receptor_functions_url')`;
  await admin`select vault.create_secret(${secrets.internalKey}, 'receptor_internal_key')`;
  if (!settings.seed) return;
  const sql = postgres(cluster.url("postgres"), { max: 1, onnotice: () => {} });
  try {
    await timed("seed", () => applySeed(sql, settings.projectDir));
  } finally {
    await sql.end();
  }
}

function startFunctions(
  code: Pick<HostSettings, "deno" | "bundles">,
  url: string,
  cluster: Cluster,
  secrets: Secrets,
) {
  const functions = hostFunctions({
    ...code,
    projectDir: settings.projectDir,
    url,
    env: {
      SUPABASE_URL: url,
      ...keyEnvironment(secrets),
      SUPABASE_DB_URL: cluster.url("postgres"),
      RECEPTOR_INTERNAL_KEY: secrets.internalKey,
      ...mailEnvironment(url),
    },
    limits: settings.limits,
  }, log);
  cleanups.push(() => functions.stop());
  return functions;
}

/** Undoes everything, last first, and ends the process. */
async function end(code: number) {
  if (ending) return;
  ending = true;
  for (const cleanup of cleanups.reverse()) {
    const done = Promise.try(cleanup).catch((error) => console.error(error));
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, CLEANUP_MS))]);
  }
  process.exit(code);
}

async function timed<T>(phase: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  startupMs[phase] = Math.round(performance.now() - started);
  return result;
}
