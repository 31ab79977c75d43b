// The functions' own pool when the database goes away, as it is kept by an isolate that serves more than one request.

import assert from "node:assert/strict";
import postgres from "postgres";
import { asEngine, connect, type Sql, sqlState } from "../shared/platform/database.ts";
import { startStack } from "./stack/mod.ts";

/** Asks the database something as the engine does. */
async function ask(sql: Sql): Promise<string> {
  const [row] = await asEngine(sql, null, (tx) => tx`select current_user::text as role`);
  return row.role;
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
  } finally {
    await sql.end();
    await stack.stop();
  }
});
