// What `ops status` and its checklist say of a stack in which everything is as it should be, whatever its keys are.

import assert from "node:assert/strict";
import postgres from "postgres";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import type { KeyKind } from "../../stack/rest/tokens.ts";
import type { Stack } from "../../stack/mod.ts";
import { checklist, type Point } from "../checklist.ts";
import { status } from "../commands.ts";

/** What is said of a project of each kind. */
const KINDS: Record<KeyKind, RegExp> = {
  signing_keys: /API key: a publishable key\n.*signing keys \(ES256\)\nissuer/,
  legacy: /API key: the legacy anon key.*\n.*each call asks Auth.*\nissuer/,
  self_hosted: /API key: the legacy anon key.*\n.*the shared secret \(HS256\)\nissuer/,
};

/** Points as they are printed; a fault begins with "! ". */
export function said(points: Point[]): string {
  return points.map(({ ok, says }) => `${ok ? "" : "! "}${says}`).join("\n");
}

/** What `ops status` tells of troubles, once the sweeper has come by. */
async function opsStatus({ dbUrl, url }: Stack): Promise<{ isWell: boolean; troubles: string[] }> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
  try {
    return await eventually("the sweeper has come by", async () => {
      const said: string[] = [];
      const context = { sql, say: (line: string) => void said.push(line) };
      const isWell = await status(context, { functionsUrl: `${url}/functions/v1`, json: true });
      const { troubles } = JSON.parse(said.join("\n")) as { troubles: string[] };
      return (isWell || !/sweep|cannot be reached/.test(troubles[0])) && { isWell, troubles };
    }, 200);
  } finally {
    await sql.end();
  }
}

/**
 * Asserts that the checklist and `ops status` find nothing wrong.
 * @param names the functions that the checklist asks
 * @param keys of the stack
 */
export async function assertInOrder(
  stack: Stack,
  names: string[],
  keys: KeyKind = "signing_keys",
): Promise<void> {
  const functionsUrl = `${stack.url}/functions/v1`;
  const list = said(
    await checklist({ functionsUrl, names, internalKey: stack.internalKey, patienceMs: 600_000 }),
  );
  assert.doesNotMatch(list, /^!/m, list);
  assert.match(list, new RegExp(`functions: ${names.length} of ${names.length} start and answer`));
  assert.match(list, /^internal key: the functions have the one that Vault has$/m);
  assert.match(list, KINDS[keys]);
  assert.match(list, new RegExp(`issuer of tokens: ${stack.url}/auth/v1$`));
  await stack.cron.run("receptor-sweep");
  assert.deepEqual(await opsStatus(stack), { isWell: true, troubles: [] }, keys);
}
