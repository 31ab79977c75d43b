// The functions' own pool when the database goes away, as it is kept by an isolate that serves more than one request.

import assert from "node:assert/strict";
import postgres from "postgres";
import {
  asEngine,
  asEngineAgain,
  connect,
  keptPool,
  type Sql,
  sqlState,
  type Transaction,
} from "../shared/platform/database.ts";
import { asService } from "../shared/platform/service.ts";
import { hostedDeno } from "./stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "./stack/functions/isolate_process.ts";
import { lines } from "./stack/lines.ts";
import { startStack } from "./stack/mod.ts";

/** Asks the database something as the engine does. */
async function ask(sql: Sql): Promise<string> {
  const [row] = await asEngine(sql, null, (tx) => tx`select current_user::text as role`);
  return row.role;
}

/**
 * An isolate that has just handed a statement over and computes on, while somebody ends its connection: until then it hears
 * nothing but its standard input. Says what became of the statement, and whether the next one works.
 */
const BUSY_ISOLATE = `
  const [url, times] = Deno.args;
  const { asEngine, connect } = await import("${new URL(
  "../shared/platform/database.ts",
  import.meta.url,
)}");
  const sql = connect(url);
  for (let time = 0; time < times; time++) {
    const done = asEngine(sql, null, async (tx) => {
      const [{ pid }] = await tx\`select pg_backend_pid() as pid\`;
      const statement = tx\`select 1\`.catch((error) => { throw error; });
      for (let turn = 0; turn < 20; turn++) await null;
      console.log(pid);
      Deno.stdin.readSync(new Uint8Array(1));
      await statement;
    });
    const code = await done.then(() => "kept", (error) => error.code);
    const [{ one }] = await asEngine(sql, null, (tx) => tx\`select 1 as one\`);
    console.log(code + " " + one);
  }
  await sql.end();`;

/** Works it on hosted Supabase's Deno. @returns what it said of each time, and how it ended */
async function workBusyIsolate(url: string, times: number, end: (pid: number) => Promise<void>) {
  const deno = await hostedDeno();
  const isolate = new Deno.Command(deno.path, {
    args: [
      ...["eval", "--no-config", "--no-lock", "--quiet", "--import-map=import_map.json"],
      ...[BUSY_ISOLATE, url, `${times}`],
    ],
    cwd: new URL("..", import.meta.url),
    clearEnv: true,
    env: loaderEnvironment(deno),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(isolate.stderr).text();
  const orders = isolate.stdin.getWriter();
  const said: string[] = [];
  let ending = Promise.resolve();
  await lines(isolate.stdout, (line) => {
    if (!/^\d+$/.test(line)) said.push(line);
    else ending = ending.then(() => end(Number(line))).then(() => orders.write(new Uint8Array(1)));
  });
  await ending;
  await orders.close().catch(() => {});
  return { said, code: (await isolate.status).code, errors: await errors };
}

/**
 * A way to the database that can fall silent (nothing gets through any more, and nothing breaks), and that can be cut:
 * whoever says something next finds the connection gone, and a new one works.
 */
function unreliableProxy(databasePort: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let silent = false, cut = false;
  const copy = async (from: Deno.Conn, to: Deno.Conn) => {
    const buffer = new Uint8Array(16 * 1024);
    for (let length; (length = await from.read(buffer)) !== null;) {
      if (cut) break;
      if (!silent) await to.write(buffer.subarray(0, length));
    }
  };
  const accept = async () => {
    for await (const client of listener) {
      const database = await Deno.connect({ hostname: "127.0.0.1", port: databasePort });
      const over = Promise.race([copy(client, database), copy(database, client)]);
      void over.catch(() => {}).then(() => {
        cut = false;
        for (const each of [client, database]) each.close();
      });
    }
  };
  void accept().catch(() => {});
  return {
    url: `postgres://postgres@127.0.0.1:${(listener.addr as Deno.NetAddr).port}/postgres`,
    silence: (on: boolean) => silent = on,
    cut: () => cut = true,
    close: () => listener.close(),
  };
}

/** A certificate of localhost, whose key is no secret, and who issued it. */
const CERTIFICATE = {
  authority: `-----BEGIN CERTIFICATE-----
MIIBgjCCASmgAwIBAgIUYnpBZbk0cM9bUjRTZDVA9wQyy/UwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLVGVzdCBvZiBUTFMwIBcNMjYxMTI4MTcxNTE4WhgPMjEyNjEx
MDQxNzE1MThaMBYxFDASBgNVBAMMC1Rlc3Qgb2YgVExTMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEPv97dRYIa32hXfeqGOOIdOib01GnBxzQFlb/kaXm6RBzZFqN
ZtpJnYl+jp5rgbbmm/7usqAZ6H7Dj8rzSOHxNqNTMFEwHQYDVR0OBBYEFEM9b91L
X7LIzw6CUHw0rSE+g0QgMB8GA1UdIwQYMBaAFEM9b91LX7LIzw6CUHw0rSE+g0Qg
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgF9sUoznGZ2xvdz24
S/QRA7gIu05+/1FewpZPRBpDn/ICICtLhrika9h0ZdtzmtZxxZGTx+PJjHTMVam3
uovDBpur
-----END CERTIFICATE-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUIvV51ym2QrD1jqc291q2p/hXTlYwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLVGVzdCBvZiBUTFMwIBcNMjYxMTI4MTcxNTQ0WhgPMjEyNjEx
MDQxNzE1NDRaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABLfwQj/Dnz4IjKMLWqHp7Gnke2bI7Mvg97dMvwhvKokcGmtwSHGG
uv/koyRuhZKCurG+N/wOcwnMRCpx9RDgbE+jaTBnMBoGA1UdEQQTMBGCCWxvY2Fs
aG9zdIcEfwAAATAJBgNVHRMEAjAAMB0GA1UdDgQWBBS9IU7sOI7i+1On5zgry3dM
JonN7zAfBgNVHSMEGDAWgBRDPW/dS1+yyM8OglB8NK0hPoNEIDAKBggqhkjOPQQD
AgNIADBFAiEA1C45VHQRlNSxotasnVQITf+u/Gtu5oqKd6UqtLVpYSACIF425MUY
k2WDl4b8ZVKAUequ1DcGxSShVuMe33WwPCAF
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3EoTW0N5cFaOWaZw
4qHS8l9j1kldSm2OOCg9IOyVU2ehRANCAAS38EI/w58+CIyjC1qh6exp5HtmyOzL
4Pe3TL8IbyqJHBprcEhxhrr/5KMkboWSgrqxvjf8DnMJzEQqcfUQ4GxP
-----END PRIVATE KEY-----
`,
};

/** Lets a database speak TLS. @returns the file of who issued its certificate */
async function speakTls(admin: Sql): Promise<string> {
  const [{ data_directory: folder }] = await admin`show data_directory`;
  const { uid, gid } = await Deno.stat(folder);
  for (const [name, text] of Object.entries(CERTIFICATE)) {
    await Deno.writeTextFile(`${folder}/${name}.pem`, text, { mode: 0o600 });
    await Deno.chown(`${folder}/${name}.pem`, uid, gid);
  }
  await admin`alter system set ssl_cert_file = 'certificate.pem'`;
  await admin`alter system set ssl_key_file = 'key.pem'`;
  await admin`alter system set ssl = on`;
  await admin`select pg_reload_conf()`;
  return `${folder}/authority.pem`;
}

/** Asks over TLS, on hosted Supabase's Deno. @returns whether TLS was spoken, or the error */
async function askOverTls(dbUrl: string, trusted: Record<string, string>): Promise<string> {
  const url = new URL(dbUrl);
  url.hostname = "localhost";
  url.searchParams.set("sslmode", "require");
  const deno = await hostedDeno();
  const script = `
    const { connect } = await import("${new URL(
    "../shared/platform/database.ts",
    import.meta.url,
  )}");
    const sql = connect(Deno.args[0]);
    const asked = sql\`select ssl::text from pg_stat_ssl where pid = pg_backend_pid()\`;
    console.log(await asked.then(([{ ssl }]) => ssl, (error) => error.message));
    await sql.end();`;
  const { stdout } = await new Deno.Command(deno.path, {
    args: [
      ...["eval", "--no-config", "--no-lock", "--quiet", "--import-map=import_map.json"],
      ...[script, url.href],
    ],
    cwd: new URL("..", import.meta.url),
    clearEnv: true,
    env: { ...loaderEnvironment(deno), ...trusted },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the pool of a kept isolate", async (t) => {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = connect(stack.dbUrl);
  try {
    await t.step("bounds every statement, lock and transaction", async () => {
      const settings = (rows: Record<string, string>[]) =>
        Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
      const read = (from: Sql) =>
        from<{ name: string; setting: string }[]>`
          select name, setting from pg_settings
          where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`;
      const bounds = {
        statement_timeout: 20_000,
        lock_timeout: 10_000,
        idle_in_transaction_session_timeout: 30_000,
      };
      assert.deepEqual(settings(await read(sql)), bounds);
      // Behind a pooler the connection's own settings are not there: the transaction brings them.
      const bare = postgres(stack.dbUrl, { max: 1, prepare: false, fetch_types: false });
      try {
        assert.notDeepEqual(settings(await read(bare)), bounds);
        const rows = await asEngine(bare, null, (tx) => read(tx as unknown as Sql));
        assert.deepEqual(settings(rows), bounds);
      } finally {
        await bare.end();
      }
    });

    await t.step("works on after a restart and after a crash that it slept through", async () => {
      for (const mode of ["fast", "immediate"] as const) {
        assert.equal(await ask(sql), "receptor_engine");
        await stack.postgres.restart(mode);
        assert.equal(await ask(sql), "receptor_engine");
      }
    });

    await t.step("fails what a crash interrupts, at once, and works on", async () => {
      const ways = [
        (work: (tx: Transaction) => Promise<unknown>) => asEngine(sql, null, work),
        (work: (tx: Transaction) => Promise<unknown>) => asService(sql, work),
      ];
      for (const way of ways) {
        const crash = Promise.withResolvers<void>();
        const sleeping = way(async (tx) => {
          crash.resolve(stack.postgres.restart("immediate"));
          await tx`select pg_sleep(15)`;
        });
        await assert.rejects(sleeping, (error: Error & { code?: string }) => {
          assert.match(sqlState(error) ?? error.code ?? "", /^(57P01|57P02|CONNECTION_CLOSED)$/);
          return true;
        });
        await crash.promise;
        assert.equal(await ask(sql), "receptor_engine");
      }
    });

    await t.step("outlives a connection that ends while a statement is on its way", async () => {
      const admin = postgres(stack.adminDbUrl, { max: 1 });
      try {
        const end = async (pid: number) => {
          await admin`select pg_terminate_backend(${pid}, 10000)`;
        };
        const { said, code, errors } = await workBusyIsolate(stack.dbUrl, 3, end);
        assert.deepEqual(said, Array(3).fill("CONNECTION_CLOSED 1"), errors);
        assert.equal(code, 0, errors);
      } finally {
        await admin.end();
      }
    });

    await t.step("is asked again where the connection turns out to be lost", async () => {
      const proxy = unreliableProxy(Number(new URL(stack.dbUrl).port));
      const through = connect(proxy.url);
      try {
        await ask(through);
        proxy.cut();
        assert.equal(await ask(through), "receptor_engine", "had not begun");
        let cuts = 1;
        const cutOnce = (tx: Transaction) => {
          if (cuts-- > 0) proxy.cut();
          return tx`select 1 as one`;
        };
        await assert.rejects(
          asEngine(through, null, cutOnce),
          (error: Error & { code?: string }) => {
            assert.match(error.code ?? "", /^(CONNECTION_CLOSED|ECONNRESET|EPIPE)$/);
            return true;
          },
        );
        await ask(through);
        cuts = 1;
        const [{ one }] = await asEngineAgain(through, cutOnce);
        assert.equal(one, 1);
        await assert.rejects(asEngineAgain(through, (tx) => tx`select 1 / 0`), { code: "22012" });
      } finally {
        await through.end();
        proxy.close();
      }
    });

    await t.step(
      "is given up with a connection that has fallen silent, and opened again",
      async () => {
        const proxy = unreliableProxy(Number(new URL(stack.dbUrl).port));
        const pool = keptPool(() => connect(proxy.url));
        try {
          assert.equal(await ask(pool()), "receptor_engine");
          assert.equal(pool(), pool());
          proxy.silence(true);
          const before = pool();
          await assert.rejects(asEngine(before, null, (tx) => tx`select 1`, 50), {
            code: "CONNECTION_STALLED",
          });
          proxy.silence(false);
          assert.notEqual(pool(), before);
          assert.equal(await ask(pool()), "receptor_engine");
        } finally {
          await pool().end();
          proxy.close();
        }
      },
    );

    await t.step("speaks TLS on hosted Supabase's Deno, or says why it does not", async () => {
      const admin = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
      try {
        const authority = await speakTls(admin as unknown as Sql);
        assert.equal(await askOverTls(stack.dbUrl, { DENO_CERT: authority }), "true");
        assert.match(await askOverTls(stack.dbUrl, {}), /invalid peer certificate/);
      } finally {
        await admin.end();
      }
    });
  } finally {
    await sql.end();
    await stack.stop();
  }
});
