// The operators' commands against a database of their own.

import assert from "node:assert/strict";
import postgres, { type Sql } from "postgres";
import type { Point } from "./ops/checklist.ts";
import { enable, importRecords, requeue, rotateKey, setup, status } from "./ops/commands.ts";
import { appointManager } from "./ops/managers.ts";
import { offerRelease, publishRelease, rollbackRelease } from "./ops/releases.ts";
import { type OpsContext, OpsError } from "./ops/context.ts";
import { erasePerson, exportPerson } from "./ops/people.ts";
import { replay } from "./ops/replay.ts";
import { UNLIMITED } from "../shared/engine/units.ts";
import { describeForms } from "../shared/primes/forms/mod.ts";
import { primeSearchWorkload } from "../shared/primes/run/search_workload.ts";
import { readWorkbook } from "../shared/exchange/testing/workbooks.ts";
import { startStack } from "./stack/mod.ts";

const URL_OF_FUNCTIONS = "https://abc.supabase.co/functions/v1";
const KEY = "k".repeat(40);
const OTHER_KEY = "o".repeat(40);

/** A context that keeps what is said. */
function listening(sql: Sql): OpsContext & { said: string[] } {
  const said: string[] = [];
  return { sql, said, say: (line) => said.push(line) };
}

const secrets = (sql: Sql) =>
  sql`select name, decrypted_secret as value from vault.decrypted_secrets order by name`.then(
    (rows) => Object.fromEntries(rows.map((row) => [row.name, row.value])),
  );

const jobs = (sql: Sql) =>
  sql`select jobname, schedule, active from cron.job order by jobname`.then((rows) =>
    rows.map((row) => `${row.jobname} ${row.schedule} ${row.active}`)
  );

/** Functions that are all well, for a key that they do not look at. */
function fakeFunctions(): Disposable & { url: string } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (request.headers.has("x-receptor-key")) {
      return Response.json({
        deno: "2.1.4",
        fault: null,
        api_key: "publishable",
        issuers: ["https://x/auth/v1"],
        auth_issuer: "https://x/auth/v1",
        signing_keys: ["ES256"],
        shared_secret: "not given",
      });
    }
    return new Response("{}", {
      status: new URL(request.url).pathname.endsWith("/console") ? 200 : 401,
      headers: { "content-type": "application/problem+json" },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/functions/v1`,
    [Symbol.dispose]: () => void server.shutdown(),
  };
}

/** Inserts a run of the seed's first allocation run, by nobody. */
async function newRun(sql: Sql): Promise<string> {
  const [{ id }] = await sql`
    insert into public.allocation_planner_runs (allocation_run, n_job_lines)
    select id, 1 from public.allocation_runs where status <> 'closed' order by name limit 1 returning id`;
  return id;
}

/** A doctor "Ann" of this address in each of these new orgs, with a qualification; their ids. */
async function newDoctor(sql: Sql, email: string, ...orgs: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of orgs) {
    const [org] = await sql`insert into public.orgs (name) values (${name}) returning id`;
    const [worker] = await sql`
      insert into public.workers (org_id, email, name) values (${org.id}, ${email}, 'Ann') returning id`;
    const [tag] = await sql`
      insert into public.qualification_tags (org_id, name) values (${org.id}, 'Tag') returning id`;
    await sql`insert into public.worker_qualifications values (${org.id}, ${worker.id}, ${tag.id})`;
    ids.push(worker.id);
  }
  return ids;
}

/** The cron jobs of a project, with their schedules. */
const JOBS = [
  "receptor-mail * * * * * true",
  "receptor-projects 30 seconds true",
  "receptor-prune 23 3-5 * * * true",
  "receptor-rollup-metrics 7 * * * * true",
  "receptor-sweep 15 seconds true",
  "receptor-watch * * * * * true",
  "receptor-windows * * * * * true",
];

Deno.test("ops", async (t) => {
  const stack = await startStack({ functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 2, onnotice: () => {} });
  const folder = await Deno.makeTempDir();
  try {
    await t.step("setup needs the functions' URL and a key, and says so", async () => {
      await sql`delete from vault.secrets`;
      await sql`select cron.unschedule(jobname) from cron.job`;
      const run = (functionsUrl: string | undefined, key: { given?: string; file?: string }) =>
        setup(listening(sql), { functionsUrl, key, dryRun: false });
      await assert.rejects(run(undefined, { given: KEY }), /--functions-url/);
      await assert.rejects(run("abc", { given: KEY }), /no http\(s\) URL/);
      await assert.rejects(run(URL_OF_FUNCTIONS, {}), /RECEPTOR_INTERNAL_KEY/);
      await assert.rejects(run(URL_OF_FUNCTIONS, { given: "short" }), /fewer than 32/);
      assert.deepEqual(await secrets(sql), {}, "nothing is done by halves");
    });

    await t.step("setup --dry-run says what it would do and does nothing", async () => {
      const context = listening(sql);
      await setup(context, { functionsUrl: URL_OF_FUNCTIONS, key: {}, dryRun: true });
      assert.equal(context.said.filter((line) => line.includes("would be")).length, 3);
      assert.deepEqual([await secrets(sql), await jobs(sql)], [{}, []]);
    });

    await t.step("setup makes secrets and jobs, and tells nobody the key", async () => {
      const context = listening(sql);
      const options = { functionsUrl: `${URL_OF_FUNCTIONS}/`, key: { given: KEY }, dryRun: false };
      await setup(context, options);
      assert.deepEqual(await secrets(sql), {
        receptor_functions_url: URL_OF_FUNCTIONS,
        receptor_internal_key: KEY,
      });
      assert.deepEqual(await jobs(sql), JOBS);
      assert.ok(!context.said.join("\n").includes(KEY));
    });

    await t.step(
      "every cron job bounds its statements and its waits for locks, and works",
      async () => {
        const jobs = await sql`select jobname, command from cron.job`;
        assert.equal(jobs.length, JOBS.length);
        for (const { jobname, command } of jobs) {
          assert.match(
            command,
            /^set lock_timeout = '\d+s'; set statement_timeout = '\d+(s|min)'; /,
          );
          await stack.cron.run(jobname);
        }
        const runs = await sql`select distinct status from cron.job_run_details`;
        assert.deepEqual(runs.map((run) => run.status), ["succeeded"]);
      },
    );

    await t.step("enable and disable switch a kind of work, with what it needs", async () => {
      const state = () =>
        sql`select search_type, enabled from fleet.search_types where search_type ~ '^(prime|node)_' order by 1`
          .then((rows) => rows.map((row) => row.enabled));
      const context = listening(sql);
      await enable(context, "prime_search", false);
      assert.deepEqual(await state(), [false, false, false]);
      await enable(context, "prime_search", true);
      await enable(context, "prime_search", true);
      assert.deepEqual(await state(), [true, true, true]);
      assert.deepEqual(context.said.slice(3), [
        "prime_search: switched on",
        "prime_check: switched on",
        "node_check: switched on",
        "prime_search: was on",
        "prime_check: was on",
        "node_check: was on",
      ]);
      await assert.rejects(
        enable(context, "chess", true),
        /Name a kind of work: .*node_check, planner/,
      );
    });

    await t.step("releases are published, offered to some or all, and taken back", async () => {
      const file = `${folder}/release.json`;
      const publish = async (version: string, url = "https://releases.example/node.js") => {
        const artifacts = [{ os: "any", arch: "any", url, sha256: "a".repeat(64) }];
        await Deno.writeTextFile(file, JSON.stringify({ version, artifacts }));
        await publishRelease(listening(sql), file);
      };
      const offered = async () => {
        const [row] = await sql`select public.resolve_release('beta') ->> 'version' as version`;
        return row.version;
      };
      await publish("1.0.0");
      await publish("1.0.0");
      await publish("1.1.0");
      await assert.rejects(publish("1.0.0", "https://releases.example/other.js"), OpsError);
      await assert.rejects(publish("1.2.0", "http://releases.example/node.js"), OpsError);
      await offerRelease(listening(sql), "beta", "1.0.0", "100");
      await offerRelease(listening(sql), "beta", "1.1.0", "10");
      assert.equal(await offered(), "1.1.0");
      await assert.rejects(offerRelease(listening(sql), "beta", "9", "100"), /publish it first/);
      await assert.rejects(offerRelease(listening(sql), "gamma", "1.1.0", "100"), OpsError);
      await assert.rejects(offerRelease(listening(sql), "beta", "1.1.0", "101"), OpsError);
      await rollbackRelease(listening(sql), "beta");
      assert.equal(await offered(), "1.0.0");
      await assert.rejects(rollbackRelease(listening(sql), "stable"), /nothing before/);
    });

    await t.step("import-records takes a file, all of it or nothing", async () => {
      const file = `${folder}/records.json`;
      const importing = async (text: string) => {
        await Deno.writeTextFile(file, text);
        await importRecords(listening(sql), file);
      };
      const record = { form: "mersenne", expression: "2^31 - 1", digits: 10 };
      await assert.rejects(importing("{"), /is no JSON/);
      await assert.rejects(importing("[]"), OpsError);
      await assert.rejects(
        importing(JSON.stringify([{ ...record, digits: 0 }])),
        /\[0\]\.digits: not a whole number/,
      );
      await assert.rejects(
        importing(JSON.stringify([record, record])),
        /\[1\]\.form: mersenne, overall, is there already: \[0\]/,
      );
      await importing(JSON.stringify([record, { ...record, form: "twin" }]));
      await importing(JSON.stringify([{ ...record, digits: 11 }]));
      const rows = await sql`select form, digits::int from public.records order by form`;
      assert.deepEqual(rows.map((row) => [row.form, row.digits]), [["mersenne", 11], ["twin", 10]]);
      await importRecords(listening(sql));
      const forms = await sql`select distinct form from public.records order by form`;
      assert.deepEqual(
        forms.map((row) => row.form),
        describeForms().map(({ name }) => name).toSorted(),
        "of every form something is shipped",
      );
    });

    await t.step("setup again changes nothing, and mends one thing that is missing", async () => {
      const before = await sql`select * from vault.secrets order by name`;
      const context = listening(sql);
      const options = { functionsUrl: undefined, key: {}, dryRun: false };
      await setup(context, options);
      assert.ok(context.said.every((line) => line.includes(": ok")), context.said.join("\n"));
      assert.deepEqual(await sql`select * from vault.secrets order by name`, before);
      await sql`select cron.unschedule('receptor-prune')`;
      await setup(context, options);
      assert.match(context.said.at(-1)!, /cron jobs: scheduled \(receptor-prune\)/);
      assert.equal((await jobs(sql)).length, JOBS.length);
    });

    await t.step(
      "setup puts the webhook for alerts into Vault, and tells nobody where it leads",
      async () => {
        const setupWith = (alertWebhook: string, context: OpsContext) =>
          setup(context, { alertWebhook, key: {}, dryRun: false });
        await assert.rejects(setupWith("hooks.example", listening(sql)), /no http\(s\) URL/);
        const webhook = "https://hooks.example/secret";
        const context = listening(sql);
        await setupWith(webhook, context);
        assert.equal((await secrets(sql)).receptor_alert_webhook, webhook);
        assert.ok(!context.said.join("\n").includes("secret"), context.said.join("\n"));
        await sql`delete from vault.secrets where name = 'receptor_alert_webhook'`;
      },
    );

    await t.step("rotate-key takes a given key, or writes a new one into a file", async () => {
      await rotateKey(listening(sql), { given: OTHER_KEY });
      assert.equal((await secrets(sql)).receptor_internal_key, OTHER_KEY);
      await assert.rejects(rotateKey(listening(sql), { given: OTHER_KEY }), /has already/);

      const file = `${folder}/key.env`;
      const context = listening(sql);
      await rotateKey(context, { file });
      const { receptor_internal_key: key } = await secrets(sql);
      assert.match(key, /^[0-9a-f]{64}$/);
      assert.equal(await Deno.readTextFile(file), `RECEPTOR_INTERNAL_KEY=${key}\n`);
      assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
      assert.ok(!context.said.join("\n").includes(key));
      await assert.rejects(rotateKey(context, { file }), /exists already/);
      // Where nothing can be written, the key stays what it was, and the file is named.
      const nowhere = `${folder}/nowhere/key.env`;
      await assert.rejects(rotateKey(context, { file: nowhere }), {
        name: "OpsError",
        message: new RegExp(`^${nowhere} could not be written: `),
      });
      assert.equal((await secrets(sql)).receptor_internal_key, key);
    });

    await t.step("status tells of a missing sweep and a missing job", async () => {
      using functions = fakeFunctions();
      const context = listening(sql);
      const options = { functionsUrl: functions.url };
      assert.equal(await status(context, options), false);
      assert.match(
        context.said.join("\n"),
        /planner: 0 running, 0 waiting, 0 stale; in 24 h none ended/,
      );
      assert.match(context.said.join("\n"), /! no sweep has ended yet/);
      await sql`select fleet.record_sweep(0)`;
      const well = listening(sql);
      assert.equal(await status(well, options), true, well.said.join("\n"));
      assert.match(well.said.join("\n"), /functions: (\d+) of \1 start and answer/);
      const full = listening(sql);
      const isReadOnly = sql.begin(
        "read only",
        (tx) => status({ ...full, sql: tx as unknown as Sql }, options),
      );
      assert.equal(await isReadOnly, false);
      assert.match(full.said.join("\n"), /! the database takes no changes/);
      await sql`update fleet.last_sweep set swept_at = now() - interval '10 minutes'`;
      await sql`select cron.unschedule('receptor-sweep')`;
      const later = listening(sql);
      assert.equal(await status(later, options), false);
      assert.match(later.said.join("\n"), /! cron jobs are missing: receptor-sweep/);
      assert.match(later.said.join("\n"), /! the last sweep ended 6\d\d s ago/);
    });

    await t.step("appoint-manager gives an organisation a manager that has none", async () => {
      const email = `${crypto.randomUUID()}@test.example`;
      const [{ user }] = await sql`
        insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), ${email}, now()) returning id as user`;
      const [{ org }] =
        await sql`insert into public.orgs (name) values (${email}) returning id as org`;
      await sql`insert into public.org_members (org_id, user_id, role) values (${org}, ${user}, 'viewer')`;
      const troubles = async () => {
        using functions = fakeFunctions();
        const context = listening(sql);
        await status(context, { functionsUrl: functions.url });
        return context.said.filter((line) => line.includes(`ops appoint-manager ${org}`)).length;
      };
      assert.equal(await troubles(), 1);
      // Nor does it where the manager's was the only account.
      await sql`delete from public.org_members where org_id = ${org}`;
      assert.equal(await troubles(), 1);
      await assert.rejects(appointManager(listening(sql), org, undefined), OpsError);
      await assert.rejects(appointManager(listening(sql), org, "nobody"), /is no e-mail address/);
      await assert.rejects(appointManager(listening(sql), "No such org", email), /There is no/);
      for (
        const [named, address, says] of [
          [email, `Another.${email}`, /has no account .* they are invited/],
          [email, email.toUpperCase(), /manages it now/],
          [org, email, /manages it already/],
        ] as const
      ) {
        const context = listening(sql);
        await appointManager(context, named, address);
        assert.match(context.said.join("\n"), says);
      }
      assert.equal(await troubles(), 0);
      await sql`insert into public.orgs (name) values (${email})`;
      await assert.rejects(appointManager(listening(sql), email, email), /2 organisations/);
      await sql`delete from public.orgs where name = ${email}`;
      await sql`delete from auth.users where id = ${user}`;
    });

    await t.step("requeue refuses what is no run, and gets one going again", async () => {
      await assert.rejects(requeue(listening(sql), undefined), OpsError);
      await assert.rejects(requeue(listening(sql), "1; drop table x"), OpsError);
      assert.equal(await requeue(listening(sql), crypto.randomUUID()), false);

      const run = await newRun(sql);
      const context = listening(sql);
      await requeue(context, run);
      assert.match(context.said[0], /^The planner run .* waits in the queue/);
      await sql`select * from fleet.claim_next_block('planner', 'a worker')`;
      await requeue(context, run);
      assert.match(context.said[1], /its block is free/);
      await sql`select fleet.cancel_job('planner', ${run})`;
      await requeue(context, run);
      assert.match(context.said[2], /queued again as run [0-9a-f-]{36}\.$/);
      await assert.rejects(requeue(context, run), /has an unfinished one/);

      const [{ id: match }] = await sql`
        insert into public.allocator_py_runs (allocation_run, queued_at)
        select allocation_run, now() from public.allocation_planner_runs limit 1 returning id`;
      await requeue(context, match);
      assert.match(context.said[3], /^The allocator run .* waits in the queue/);

      const busy = listening(sql);
      using functions = fakeFunctions();
      await status(busy, { functionsUrl: functions.url, json: true });
      const { kinds, checklist } = JSON.parse(busy.said[0]);
      assert.ok(checklist.length > 3 && checklist.every(({ ok }: Point) => ok));
      const figures = kinds.map((kind: Record<string, unknown>) =>
        [kind.source, kind.queued, kind.running, kind.ended_24h].join(" ")
      );
      assert.deepEqual(figures, [
        "agent_task 0 0 0",
        "allocator 1 0 0",
        "node_check 0 0 0",
        "planner 1 0 1",
        "prime_check 0 0 0",
        "prime_search 0 0 0",
      ]);
    });

    await t.step(
      "export-person finds a doctor by id or address, and overwrites nothing",
      async () => {
        const [ann] = await newDoctor(sql, "ann@ops.example", "North", "South");
        const context = listening(sql);
        const to = (name: string) => `${folder}/${name}`;
        await exportPerson(context, ann, to("ann.json"));
        assert.equal(
          context.said[0],
          `All that is held of doctor ${ann} of North is in ${to("ann.json")}.`,
        );
        assert.equal(JSON.parse(await Deno.readTextFile(to("ann.json"))).person.name, "Ann");
        assert.equal((await Deno.stat(to("ann.json"))).mode! & 0o777, 0o600);
        await exportPerson(context, ann, to("ann.xlsx"));
        const { rows } = readWorkbook(await Deno.readFile(to("ann.xlsx"))).get("Person")!;
        assert.deepEqual(rows[0], ["Where", "Row", "What", "Value"]);
        assert.ok(rows.some((row) => row.includes("ann@ops.example")));

        await assert.rejects(exportPerson(context, ann, to("ann.json")), /not overwritten/);
        await assert.rejects(exportPerson(context, ann, to("ann.txt")), /--out/);
        await assert.rejects(
          exportPerson(context, undefined, to("x.json")),
          /export-person <doctor>/,
        );
        await assert.rejects(
          exportPerson(context, "nobody@ops.example", to("x.json")),
          /no doctor/,
        );
        await assert.rejects(
          exportPerson(context, "Ann@OPS.example", to("x.json")),
          /2 doctors with this address.*\(North\).*\(South\)/,
        );
      },
    );

    await t.step(
      "erase-person says what would go, and does it after a yes, with the reason",
      async () => {
        const [bob] = await newDoctor(sql, "bob@ops.example", "North");
        const nameOf = async () =>
          (await sql`select name from public.workers where id = ${bob}`)[0].name;
        const context = listening(sql);
        await erasePerson(context, "bob@ops.example", "He asked", false);
        assert.match(
          context.said[0],
          /would be erased; rows that would go: .*1 of worker_qualifications.*say --yes/,
        );
        assert.equal(await nameOf(), "Ann");
        await erasePerson(context, bob, "He asked", true);
        assert.match(context.said[1], /is erased\. Rows that went: .*1 of worker_qualifications/);
        assert.equal(await nameOf(), "Erased doctor");
        const [said] = await sql`
        select through, actor_name from public.audit_log
        where table_name = 'worker_qualifications' and operation = 'delete' and reason = 'He asked'`;
        assert.equal(said.through, "operator");
        await assert.rejects(erasePerson(context, bob, "Again", true), /erased already/);
      },
    );

    await t.step("replay works a search for primes again, block by block", async () => {
      const [{ id: org }] =
        await sql`insert into public.orgs (name) values ('Primes') returning id`;
      const search = {
        form: "factorial",
        params: { start: 1, end: 5 },
        candidates: 10,
        block_size: 4,
        cuts: [],
        sieve_depth: null,
      };
      const [{ id }] = await sql`
        insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
        values (${org}, ${search.form}, ${sql.json(search.params)}, 10, 4, 3, '{}') returning id`;
      const context = listening(sql);
      assert.equal(await replay(context, id), false, "nothing is done yet");
      for (const number of [1, 2, 3]) {
        const block = primeSearchWorkload.prepare(search, number);
        let state = block.start();
        while (!block.done(state)) state = block.step(state, UNLIMITED);
        const { digest, sieved, tested } = block.result(state);
        await sql`
          update public.prime_search_blocks set status = 'completed', completed_at = now(), digest = ${digest},
            sieved = ${sieved}, tested = ${tested}
          where run = ${id} and block_number = ${number}`;
      }
      assert.equal(await replay(context, id), true, context.said.join("\n"));
      assert.match(context.said.at(-2)!, /has 3 blocks that are done/);
      await sql`update public.prime_search_blocks set digest = ${
        "0".repeat(64)
      } where run = ${id} and block_number = 2`;
      assert.equal(await replay(context, id), false);
      assert.equal(context.said.at(-1), "Block 2 came to something else.");
    });

    await t.step("status tells of a Vault without its secrets", async () => {
      await sql`delete from vault.secrets`;
      const context = listening(sql);
      assert.equal(await status(context), false);
      const said = context.said.join("\n");
      assert.match(said, /! Vault has no receptor_functions_url, .*ops setup/);
      assert.match(said, /! Vault has no receptor_internal_key/);
    });
  } finally {
    await sql.end();
    await stack.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

/** Runs the command line as an operator does. */
async function ops(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/ops.ts", ...args],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1", SUPABASE_DB_URL: "" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("deno task ops explains itself and its errors, without a stack", async () => {
  const help = await ops("--help");
  assert.equal(help.code, 0);
  for (
    const command of ["setup", "status", "requeue", "rotate-key", "export-person", "erase-person"]
  ) {
    assert.ok(help.out.includes(command));
  }
  // What a command would not heed: nothing is done in spite of it.
  const dry = await ops("rotate-key", "--dry-run");
  assert.deepEqual([dry.code, dry.err.trim()], [
    2,
    "ops rotate-key knows no --dry-run: nothing was done.",
  ]);
  const more = await ops("status", "production");
  assert.deepEqual([more.code, more.err.trim()], [2, "Too many arguments: production"]);
  const unnamed = await ops("status");
  assert.deepEqual([unnamed.code, unnamed.err.includes("--db-url")], [2, true]);
  for (const address of ["postgresql://postgres:pa ss#wo@rd@host:5432/postgres", "secret"]) {
    const unread = await ops("status", "--db-url", address);
    assert.deepEqual([unread.code, /pa ss|wo@rd|secret/.test(unread.out + unread.err)], [2, false]);
    assert.match(unread.err, /percent-encoded/);
  }
  const address = "postgresql://postgres:not-told@127.0.0.1:1/postgres";
  const away = await ops("status", "--db-url", address);
  assert.deepEqual([away.code, away.out, away.err.trim()], [
    2,
    "",
    "The database postgres at 127.0.0.1:1 could not be reached as postgres (ECONNREFUSED). Check that it is " +
    "running, and its host and port; SUPABASE_DB_URL, or --db-url, names it.",
  ]);
});
