// The commands of `deno task ops`. Each says what it finds and does, one line per thing.

import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readFunctions } from "../stack/config.ts";
import { checklist, type Point } from "./checklist.ts";
import {
  fileFault,
  isRefusedInput,
  type OpsContext,
  OpsError,
  type Query,
  requireRunId,
} from "./context.ts";
import { unmanagedOrgs } from "./managers.ts";
import { ROOM } from "./unreachable.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where the internal key comes from: the environment, or a new one that goes into a file. */
export interface KeySource {
  given?: string;
  file?: string;
}

/** Names of the Vault secrets that pg_cron's call of the sweeper reads. */
const FUNCTIONS_URL = "receptor_functions_url";
const INTERNAL_KEY = "receptor_internal_key";
/** Where cron tells that the sweeper cannot be called. */
const ALERT_WEBHOOK = "receptor_alert_webhook";

/** The shortest key that is worth its name. */
const MIN_KEY_LENGTH = 32;

/** Sweeps come every 15 s; one that is this late needs a look. */
const LATE_SWEEP_S = 90;

const CRON_JOBS = [
  "receptor-mail",
  "receptor-projects",
  "receptor-prune",
  "receptor-rollup-metrics",
  "receptor-sweep",
  "receptor-watch",
  "receptor-windows",
];

/**
 * Puts the Vault secrets and the cron jobs in place; what is right already is left alone.
 * @throws OpsError when something is needed that only the operator can give
 */
export async function setup(
  { sql, say }: OpsContext,
  options: { functionsUrl?: string; alertWebhook?: string; key: KeySource; dryRun: boolean },
): Promise<void> {
  await requireExtensions(sql);
  const { dryRun } = options;
  const would = (done: string) => dryRun ? `would be ${done}` : done;
  await sql.begin(async (tx) => {
    const [url, key] = [await readSecret(tx, FUNCTIONS_URL), await readSecret(tx, INTERNAL_KEY)];
    const wantedUrl = functionsUrl(options.functionsUrl, url);
    if (wantedUrl === url) say(`${FUNCTIONS_URL}: ok (${url})`);
    else {
      if (!dryRun) await writeSecret(tx, FUNCTIONS_URL, wantedUrl);
      say(`${FUNCTIONS_URL}: ${would(url === null ? "created" : "changed")} (${wantedUrl})`);
    }
    const { given } = options.key;
    if (key !== null && (given === undefined || given === key)) say(`${INTERNAL_KEY}: ok`);
    else {
      const wanted = dryRun ? null : await internalKey(options.key);
      if (wanted !== null) await writeSecret(tx, INTERNAL_KEY, wanted);
      say(`${INTERNAL_KEY}: ${would(key === null ? "created" : "changed")}`);
      if (!dryRun) sayHowToSet(say, options.key);
    }
    if (options.alertWebhook !== undefined) {
      const webhook = webhookUrl(options.alertWebhook);
      if (!dryRun) await writeSecret(tx, ALERT_WEBHOOK, webhook);
      say(`${ALERT_WEBHOOK}: ${would("set")}`);
    }
    const missing = await missingCronJobs(tx);
    if (missing.length > 0 && !dryRun) await tx`select private.schedule_cron_jobs()`;
    say(
      missing.length === 0
        ? `cron jobs: ok (${CRON_JOBS.join(", ")})`
        : `cron jobs: ${would("scheduled")} (${missing.join(", ")})`,
    );
  });
}

/** @throws OpsError where it is no address that cron could post to */
function webhookUrl(given: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new OpsError(`--alert-webhook: "${given}" is no http(s) URL.`);
}

/** What is the matter right now, by cron's own watch, and whether the operators' webhook took it. */
async function incidentWords(sql: Query): Promise<string[]> {
  const open = await sql`
    select i.reason, i.told_at, i.alert_request, r.status_code, r.error_msg
    from fleet.incidents i left join net._http_response r on r.id = i.alert_request
    where i.ended_at is null`;
  return open.map(({ reason, told_at, alert_request, status_code, error_msg }) => {
    const webhook = alert_request === null
      ? "no webhook is configured: ops setup --alert-webhook"
      : status_code >= 200 && status_code < 300
      ? "the webhook took it"
      : `the webhook did not take it: ${status_code ?? error_msg ?? "no answer yet"}`;
    return `${reason} (told ${told_at.toISOString()}; ${webhook})`;
  });
}

/** One row of public.fleet_status. */
interface StatusRow {
  source: string;
  queued: number;
  running: number;
  stale: number;
  oldest_wait_s: string | null;
  last_sweep: Date | null;
  ended_24h: number;
  failed_24h: number;
}

/** What a person asks for besides. */
export interface StatusOptions {
  /** Where this machine reaches the functions; what Vault says, unless something else is said. */
  functionsUrl?: string;
  json?: boolean;
}

/** Says how the fleet is and goes through the project's checklist. @returns false when something needs a person */
export async function status(
  { sql, say }: OpsContext,
  { functionsUrl: wantedUrl, json = false }: StatusOptions = {},
): Promise<boolean> {
  const rows = await sql<StatusRow[]>`select * from public.fleet_status order by source`;
  const sweptAt = rows[0]?.last_sweep ?? null;
  const [{ age }] = await sql`
    select round(extract(epoch from clock_timestamp() - ${sweptAt}::timestamptz))::int as age`;
  const missing = await missingCronJobs(sql);
  const [{ read_only }] =
    await sql`select current_setting('transaction_read_only') = 'on' as read_only`;
  const points = await projectPoints(sql, wantedUrl);
  const mail = await mailState(sql);
  const troubles = [
    ...(read_only ? [`the database takes no changes: everything waits. ${ROOM}`] : []),
    ...(missing.length > 0 ? [`cron jobs are missing: ${missing.join(", ")} (ops setup)`] : []),
    ...(sweptAt === null
      ? ["no sweep has ended yet (ops setup; is heartbeat-sweeper deployed?)"]
      : age > LATE_SWEEP_S
      ? [`the last sweep ended ${age} s ago (is heartbeat-sweeper deployed, with the same key?)`]
      : []),
    ...await incidentWords(sql),
    ...mail.troubles,
    ...rows.filter((row) => row.stale > 0).map((row) =>
      `${row.source}: ${row.stale} stale claims; the sweeper takes them back`
    ),
    ...points.flatMap(({ ok, says }) => ok ? [] : [says]),
    ...await unmanagedOrgs(sql),
  ];
  if (json) {
    say(
      JSON.stringify({
        kinds: rows,
        seconds_since_sweep: age,
        mail: mail.figures,
        checklist: points,
        troubles,
      }),
    );
    return troubles.length === 0;
  }
  for (const row of rows) {
    const rate = row.ended_24h === 0
      ? "none ended"
      : `${row.failed_24h} of ${row.ended_24h} failed`;
    const waits = row.oldest_wait_s === null ? "" : `, the oldest for ${row.oldest_wait_s} s`;
    say(
      `${row.source}: ${row.running} running, ${row.queued} waiting${waits}, ${row.stale} stale; ` +
        `in 24 h ${rate}`,
    );
  }
  say(sweptAt === null ? "last sweep: never" : `last sweep: ${age} s ago`);
  say(`cron jobs: ${CRON_JOBS.filter((name) => !missing.includes(name)).join(", ") || "none"}`);
  say(mail.says);
  for (const { ok, says } of points) if (ok) say(says);
  for (const trouble of troubles) say(`! ${trouble}`);
  return troubles.length === 0;
}

/** How many e-mails are in which state, and who delivers. */
interface MailFigures {
  provider: string | null;
  waiting: number;
  dead: number;
  expired: number;
}

/** What operators need to know of the outbox of e-mails: dead ones and wrong settings need them. */
async function mailState(
  sql: Query,
): Promise<{ figures: MailFigures; says: string; troubles: string[] }> {
  const [delivery] = await sql<{ provider: string | null; fault: string | null }[]>`
    select provider, fault from messages.delivery`;
  const rows = await sql<{ state: string; emails: number; last_error: string | null }[]>`
    select state, sum(emails)::int as emails, max(last_error) as last_error
    from public.email_status group by state`;
  const of = (state: string) => rows.find((row) => row.state === state)?.emails ?? 0;
  const figures = {
    provider: delivery.provider,
    waiting: of("waiting") + of("sending"),
    dead: of("dead"),
    expired: of("expired"),
  };
  const lastError = rows.find(({ state }) => state === "dead")?.last_error;
  return {
    figures,
    says: `mail: ${
      delivery.provider === null ? "nobody delivers" : `by ${delivery.provider}`
    }, ${figures.waiting} waiting, ${of("sent")} sent, ${figures.dead} dead`,
    troubles: [
      ...(delivery.fault === null ? [] : [`mail is not delivered: ${delivery.fault}`]),
      ...(figures.dead === 0 ? [] : [
        `${figures.dead} e-mails were given up (${lastError}); mend it, then: ops retry-mail`,
      ]),
    ],
  };
}

/** Tries e-mails again that were given up. */
export async function retryMail({ sql, say }: OpsContext): Promise<void> {
  const [{ emails }] = await sql<{ emails: number }[]>`select messages.retry_dead() as emails`;
  say(`${emails} e-mails are tried again`);
}

/** The checklist of the project that Vault, or the operator, names. */
async function projectPoints(sql: Query, wanted: string | undefined): Promise<Point[]> {
  await requireExtensions(sql);
  const [stored, internalKey] = [
    await readSecret(sql, FUNCTIONS_URL),
    await readSecret(sql, INTERNAL_KEY),
  ];
  const inVault = Object.entries({ [FUNCTIONS_URL]: stored, [INTERNAL_KEY]: internalKey })
    .filter(([, value]) => value === null)
    .map(([name]) => ({
      ok: false,
      says: `Vault has no ${name}, so that cron reaches no function (ops setup)`,
    }));
  if (wanted === undefined && stored === null) return inVault;
  const functions = await readFunctions(ROOT);
  return [
    ...inVault,
    ...await checklist({
      functionsUrl: functionsUrl(wanted, stored),
      internalKey,
      names: functions.map(({ name }) => name),
    }),
  ];
}

const OUTCOMES: Record<string, string> = {
  waiting: "waits in the queue; there is nothing to do",
  released: "was under way: its block is free, and the next sweep has it go on from its checkpoint",
  repeated: "had ended without a result; the same request is queued again as run",
  completed: "is COMPLETED; there is nothing to do",
};

/** Gets a run of any engine going again. @returns false when there is no such run */
export async function requeue({ sql, say }: OpsContext, run: string | undefined): Promise<boolean> {
  const id = requireRunId("requeue", run);
  const [row] = await sql`select * from fleet.requeue_run(${id})`
    .catch((error) => {
      if (error.code !== "23505") throw error;
      throw new OpsError(
        `Run ${run} cannot be repeated: its allocation run has an unfinished one.`,
      );
    });
  if (row.outcome === "not_found") {
    say(`No run ${run} was ever queued.`);
    return false;
  }
  const again = row.outcome === "repeated" ? ` ${row.run_id}` : "";
  say(`The ${row.kind} run ${run} ${OUTCOMES[row.outcome]}${again}.`);
  return true;
}

/** Kinds of work that are of no use without another. */
const COMPANIONS: Record<string, string[]> = { prime_search: ["prime_check", "node_check"] };

/** Switches a kind of work on or off; what is queued when it goes off waits. */
export async function enable(
  { sql, say }: OpsContext,
  kind: string | undefined,
  enabled: boolean,
): Promise<void> {
  const kinds = await sql`select search_type from fleet.search_types order by search_type`;
  const names = kinds.map((row) => row.search_type as string);
  if (kind === undefined || !names.includes(kind)) {
    throw new OpsError(`Name a kind of work: ${names.join(", ")}.`);
  }
  for (const each of [kind, ...COMPANIONS[kind] ?? []]) {
    const changed = await sql`
      update fleet.search_types set enabled = ${enabled}
      where search_type = ${each} and enabled <> ${enabled} returning search_type`;
    const state = enabled ? "on" : "off";
    say(`${each}: ${changed.length > 0 ? "switched" : "was"} ${state}`);
  }
}

/** Large primes of every form that were known when this was written: what `ops import-records` imports where no file is named. */
const SHIPPED_RECORDS = fileURLToPath(new URL("records.json", import.meta.url));

/** Imports the world's records from a file: a JSON array of what `public.import_records()` takes; all of it or nothing. */
export async function importRecords(
  { sql, say }: OpsContext,
  file = SHIPPED_RECORDS,
): Promise<void> {
  const text = await readFile(file, "utf8").catch(fileFault(file, "read"));
  const records = parsed(file, text) as never;
  const count = await sql`select public.import_records(${sql.json(records)}) as count`
    .then(([row]) => row.count, (error) => {
      if (!isRefusedInput(error)) throw error;
      const [{ path, message }] = JSON.parse(error.detail);
      throw new OpsError(`${file}: ${path || "the whole"}: ${message}`);
    });
  say(`${count} records imported`);
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OpsError(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** Puts a new internal key into Vault. Runs under way are picked up by the sweeper. */
export async function rotateKey({ sql, say }: OpsContext, source: KeySource): Promise<void> {
  await requireExtensions(sql);
  const old = await readSecret(sql, INTERNAL_KEY);
  if (old === null) throw new OpsError("There is no key to rotate yet: run setup first.");
  if (source.given !== undefined && source.given === old) {
    throw new OpsError("RECEPTOR_INTERNAL_KEY is the key that Vault has already.");
  }
  await writeSecret(sql, INTERNAL_KEY, await internalKey(source));
  say(`${INTERNAL_KEY}: changed`);
  sayHowToSet(say, source);
}

function functionsUrl(wanted: string | undefined, current: string | null): string {
  const url = wanted ?? current;
  if (!url) {
    throw new OpsError(
      "Say where the functions are: --functions-url https://<project ref>.supabase.co/functions/v1",
    );
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new OpsError(`--functions-url is no http(s) URL: ${url}`);
  }
  return url.replace(/\/+$/, "");
}

/** The given key, or a new one in a file that its owner alone may read. */
async function internalKey({ given, file }: KeySource): Promise<string> {
  if (given !== undefined) {
    if (given.length < MIN_KEY_LENGTH) {
      throw new OpsError(`RECEPTOR_INTERNAL_KEY has fewer than ${MIN_KEY_LENGTH} characters.`);
    }
    return given;
  }
  if (!file) {
    throw new OpsError(
      "Set RECEPTOR_INTERNAL_KEY, or name a file for a new key: --key-file receptor.env",
    );
  }
  const key = randomBytes(32).toString("hex");
  await writeFile(file, `RECEPTOR_INTERNAL_KEY=${key}\n`, { flag: "wx", mode: 0o600 })
    .catch(fileFault(file, "written"));
  return key;
}

function sayHowToSet(say: (line: string) => void, { given, file }: KeySource) {
  say(
    given === undefined
      ? `Give the functions the same key, then delete the file: npx -y supabase@3.1.0 secrets set --env-file ${file}`
      : "Give the functions the same key: npx -y supabase@3.1.0 secrets set RECEPTOR_INTERNAL_KEY=…",
  );
}

async function requireExtensions(sql: Query): Promise<void> {
  const rows = await sql`
    select extname from pg_extension where extname in ('pg_cron', 'pg_net', 'supabase_vault')`;
  const there = rows.map((row) => row.extname);
  const missing = ["pg_cron", "pg_net", "supabase_vault"].filter((name) => !there.includes(name));
  if (missing.length > 0) {
    throw new OpsError(
      `These extensions are needed: ${
        missing.join(", ")
      }. Enable them (Database, Extensions), then run this again.`,
    );
  }
}

async function readSecret(sql: Query, name: string): Promise<string | null> {
  const [row] = await sql`
    select decrypted_secret from vault.decrypted_secrets where name = ${name}`;
  return row?.decrypted_secret ?? null;
}

async function writeSecret(sql: Query, name: string, secret: string): Promise<void> {
  const [row] = await sql`select id from vault.secrets where name = ${name}`;
  if (row) await sql`select vault.update_secret(${row.id}, ${secret})`;
  else await sql`select vault.create_secret(${secret}, ${name})`;
}

/** Cron jobs that are not there, or switched off. */
async function missingCronJobs(sql: Query): Promise<string[]> {
  const rows = await sql`select jobname from cron.job where active and jobname = any(${CRON_JOBS})`;
  const there = rows.map((row) => row.jobname);
  return CRON_JOBS.filter((name) => !there.includes(name));
}
