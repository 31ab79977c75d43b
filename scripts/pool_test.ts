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
} from "../shared/platform/database.ts";
import { startStack } from "./stack/mod.ts";

/** Asks the database something as the engine does. */
async function ask(sql: Sql): Promise<string> {
  const [row] = await asEngine(sql, null, (tx) => tx`select current_user::text as role`);
  return row.role;
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
      const sleeping = asEngine(sql, null, async (tx) => {
        crash.resolve(stack.postgres.restart("immediate"));
        await tx`select pg_sleep(15)`;
      });
      const crash = Promise.withResolvers<void>();
      await assert.rejects(sleeping, (error: Error & { code?: string }) => {
        assert.match(sqlState(error) ?? error.code ?? "", /^(57P01|57P02|CONNECTION_CLOSED)$/);
        return true;
      });
      await crash.promise;
      assert.equal(await ask(sql), "receptor_engine");
    });

    await t.step("is asked again where the connection turns out to be lost", async () => {
      const proxy = unreliableProxy(Number(new URL(stack.dbUrl).port));
      const through = connect(proxy.url);
      try {
        await ask(through);
        proxy.cut();
        await assert.rejects(ask(through), (error: Error & { code?: string }) => {
          assert.match(error.code ?? "", /^(CONNECTION_CLOSED|ECONNRESET|EPIPE)$/);
          return true;
        });
        await ask(through);
        proxy.cut();
        const [{ one }] = await asEngineAgain(through, (tx) => tx`select 1 as one`);
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
  } finally {
    await sql.end();
    await stack.stop();
  }
});
