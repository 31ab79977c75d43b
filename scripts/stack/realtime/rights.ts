// Who may listen to a private channel and send to it: whoever the policies on realtime.messages let read, or write, a
// message of its topic. Asked as Realtime asks: by trying, and taking back what was tried.
import type { Sql, TransactionSql } from "postgres";
import type { Claims } from "../rest/tokens.ts";

/** Whether somebody may hear what is sent to a private channel. */
export async function mayListen(admin: Sql, claims: Claims, topic: string): Promise<boolean> {
  return await tried(admin, async (tx) => {
    const [{ id }] = await tx`
      insert into realtime.messages (topic, extension) values (${topic}, 'broadcast') returning id`;
    await become(tx, claims, topic);
    return (await tx`select 1 from realtime.messages where id = ${id}`).length > 0;
  });
}

/** Whether somebody may send to a private channel. */
export async function maySend(admin: Sql, claims: Claims, topic: string): Promise<boolean> {
  return await tried(admin, async (tx) => {
    await become(tx, claims, topic);
    await tx`insert into realtime.messages (topic, extension) values (${topic}, 'broadcast')`;
    return true;
  });
}

async function become(tx: TransactionSql, claims: Claims, topic: string): Promise<void> {
  await tx`select set_config('role', ${claims.role ?? "anon"}, true),
    set_config('realtime.topic', ${topic}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
}

/** Carries the answer out of a transaction that is always taken back. */
class Answer extends Error {
  constructor(readonly yes: boolean) {
    super();
  }
}

async function tried(
  admin: Sql,
  attempt: (tx: TransactionSql) => Promise<boolean>,
): Promise<boolean> {
  try {
    await admin.begin(async (tx) => {
      throw new Answer(await attempt(tx));
    });
  } catch (error) {
    if (error instanceof Answer) return error.yes;
    if ((error as { code?: string }).code !== "42501") throw error;
  }
  return false;
}
