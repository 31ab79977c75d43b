// deno-lint-ignore-file no-console -- a command line tool
// `deno task ops <command>`: what operators do to a deployed project, through its database.

import { parseArgs } from "node:util";
import postgres from "postgres";
import { offerRelease, publishRelease, rollbackRelease } from "./ops/releases.ts";
import { backup, restore } from "./ops/backup.ts";
import {
  enable,
  importRecords,
  requeue,
  retryMail,
  rotateKey,
  setup,
  status,
} from "./ops/commands.ts";
import { type OpsContext, OpsError } from "./ops/context.ts";
import { unreachable } from "./ops/unreachable.ts";
import { appointManager } from "./ops/managers.ts";
import { erasePerson, exportPerson } from "./ops/people.ts";
import { replay } from "./ops/replay.ts";

const HELP = `SUPABASE_DB_URL=<postgresql://…> deno task ops <command> [options]

Ends with 2 when a command could not be carried out, or its database not be reached; why is said.

Commands
  setup                  Puts the Vault secrets and the cron jobs in place. May be run again at any time.
                           --functions-url <https://…/functions/v1>   where cron finds the functions
                           --alert-webhook <https://…>                where cron posts that the sweeper cannot be called
                           --dry-run                                  says what would be done, does nothing
  status                 Queue, running runs, stale claims, last sweep, failures of a day, and the project's checklist:
                         functions there and starting, keys, tokens, cron jobs. Ends with 1 when something needs a
                         person.
                           --functions-url <https://…/functions/v1>   where this machine finds the functions, if elsewhere
                           --json
  requeue <run id>       Gets a run of either engine going again: frees its block, or repeats it when it ended without
                         a result.
  replay <run id>        Solves a run again from what was kept of it, here, and says whether the same comes out: ends with
                         0 if so, 1 if not. Writes nothing.
  enable <kind>          Switches a kind of work on: prime_search (with its checker) is shipped switched off.
  disable <kind>         Switches it off; what is queued waits.
  release <file>         Publishes a version of the node program: {version, artifacts: [{os, arch, url, sha256}], notes?}.
  offer <channel>        Offers a version on a channel (stable, beta, nightly), to some nodes at first.
                           --version <version>   --percent <0 to 100; 100 where left out>
  rollback <channel>     Offers what the channel offered before, to all.
  retry-mail             Tries e-mails again that were given up.
  import-records [file]  Imports the world's largest primes by form, a JSON array; without a file, those that are shipped
                         (scripts/ops/records.json).
  appoint-manager <org>  Makes somebody a manager of an organisation (its id, or name), whose managers may all be gone; who
                         has no account with this address yet is invited.
                           --email <address>
  export-person <doctor> All that is held of a doctor (their id, or e-mail address), as JSON, or as a spreadsheet.
                           --out <file.json | file.xlsx>
  erase-person <doctor>  Erases a doctor: name, address, wishes and notes go, results stay without a person.
                           --reason <why>   for the audit log; name nobody in it
                           --yes            without it, says what would go and does nothing
  backup <folder>        All rows in one snapshot, accounts included, as files for:
  restore <folder>       Fills a project that the migrations have made and nobody has used.
  rotate-key             Makes a new internal key and puts it into Vault.

Internal key (setup, rotate-key)
  The functions need the same key as Vault. The commands read it from RECEPTOR_INTERNAL_KEY if that is set, or make one
  and write it to the file that --key-file names, for:
    npx -y supabase@3.1.0 secrets set --env-file <file>

The database is named by SUPABASE_DB_URL, or by --db-url, which everybody on this machine and its logs see, with the
password in it; use a connection as role postgres.`;

/** In ms; an operator waits for nothing that others hold for long. */
const BOUNDS = { statement_timeout: 60_000, lock_timeout: 10_000 };

/** What is typed behind `ops`. */
function readArguments() {
  return parseArgs({
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: "boolean", short: "h" },
      "db-url": { type: "string", default: Deno.env.get("SUPABASE_DB_URL") },
      "functions-url": { type: "string" },
      "alert-webhook": { type: "string" },
      "key-file": { type: "string" },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      email: { type: "string" },
      out: { type: "string" },
      reason: { type: "string" },
      yes: { type: "boolean", default: false },
      version: { type: "string" },
      percent: { type: "string", default: "100" },
    },
  });
}

type Options = ReturnType<typeof readArguments>["values"];

const keyOf = (values: Options) => ({
  given: Deno.env.get("RECEPTOR_INTERNAL_KEY"),
  file: values["key-file"],
});

/** A command: what it does, and what may be typed behind it, beside --db-url and --help. */
interface Command {
  /** @returns false: what it looked at is not in order */
  run: (
    context: OpsContext,
    argument: string | undefined,
    values: Options,
  ) => Promise<boolean | void>;
  /** Whether it is told what to work on. */
  takes?: "argument";
  options?: readonly (keyof Options)[];
}

const COMMANDS: Record<string, Command> = {
  setup: {
    run: (context, _, values) =>
      setup(context, {
        functionsUrl: values["functions-url"],
        alertWebhook: values["alert-webhook"],
        key: keyOf(values),
        dryRun: values["dry-run"],
      }),
    options: ["functions-url", "alert-webhook", "dry-run", "key-file"],
  },
  status: {
    run: (context, _, values) =>
      status(context, { functionsUrl: values["functions-url"], json: values.json }),
    options: ["functions-url", "json"],
  },
  requeue: { run: requeue, takes: "argument" },
  replay: { run: replay, takes: "argument" },
  enable: { run: (context, argument) => enable(context, argument, true), takes: "argument" },
  disable: { run: (context, argument) => enable(context, argument, false), takes: "argument" },
  release: { run: publishRelease, takes: "argument" },
  offer: {
    run: (context, argument, { version, percent }) =>
      offerRelease(context, argument, version, percent),
    takes: "argument",
    options: ["version", "percent"],
  },
  rollback: { run: rollbackRelease, takes: "argument" },
  "retry-mail": { run: retryMail },
  "import-records": { run: importRecords, takes: "argument" },
  "appoint-manager": {
    run: (context, argument, { email }) => appointManager(context, argument, email),
    takes: "argument",
    options: ["email"],
  },
  "export-person": {
    run: (context, argument, { out }) => exportPerson(context, argument, out),
    takes: "argument",
    options: ["out"],
  },
  "erase-person": {
    run: (context, argument, { reason, yes }) => erasePerson(context, argument, reason, yes),
    takes: "argument",
    options: ["reason", "yes"],
  },
  backup: { run: backup, takes: "argument" },
  restore: { run: restore, takes: "argument" },
  "rotate-key": {
    run: (context, _, values) => rotateKey(context, keyOf(values)),
    options: ["key-file"],
  },
};

/**
 * The command that is typed. What it would not heed is refused: who types `rotate-key --dry-run` wants no new key.
 * @throws OpsError
 */
function commandOf(
  name: string,
  words: string[],
  given: string[],
): Command {
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new OpsError(`There is no command "${name}". --help lists them.`);
  }
  const command = COMMANDS[name];
  const most = command.takes ? 1 : 0;
  if (words.length > most) throw new OpsError(`Too many arguments: ${words.slice(most).join(" ")}`);
  const known: readonly string[] = ["help", "db-url", ...command.options ?? []];
  const other = given.find((option) => !known.includes(option));
  if (other) throw new OpsError(`ops ${name} knows no --${other}: nothing was done.`);
  return command;
}

/** @throws OpsError where the address is none; it has a password in it, which is not shown */
function connect(dbUrl: string): postgres.Sql {
  try {
    return postgres(dbUrl, {
      max: 1,
      onnotice: () => {},
      connect_timeout: 10,
      connection: { application_name: "receptor ops", ...BOUNDS },
    });
  } catch {
    const encode = "what means something in a URL (@ : / ? # % and blanks) is percent-encoded";
    throw new OpsError(`The database's address cannot be read. In a password ${encode}.`);
  }
}

async function main(): Promise<number> {
  const { values, positionals: [name, ...words], tokens } = readArguments();
  if (values.help || name === undefined) {
    console.log(HELP);
    return name === undefined && !values.help ? 2 : 0;
  }
  const command = commandOf(
    name,
    words,
    tokens.flatMap((token) => token.kind === "option" ? [token.name] : []),
  );
  const dbUrl = values["db-url"];
  if (!dbUrl) throw new OpsError("Name the database: SUPABASE_DB_URL=postgresql://… or --db-url.");
  const sql = connect(dbUrl);
  const context = { sql, say: (line: string) => console.log(line) };
  try {
    return await command.run(context, words[0], values) === false ? 1 : 0;
  } catch (error) {
    throw unreachable(error, sql.options) ?? error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A sentence instead of a stack for what operators can mend. */
function explain(error: unknown): string {
  if (error instanceof OpsError) return error.message;
  const { code, message } = error as { code?: string; message?: string };
  if (code === "42P01" || code === "42883" || code === "3F000") {
    return `The database lacks what the migrations make (${message}). Run: npx -y supabase@3.1.0 db push`;
  }
  if (code === "42501") return `The database refused (${message}). Connect as role postgres.`;
  return message || code || String(error);
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    console.error(explain(error));
    Deno.exit(2);
  }
}
