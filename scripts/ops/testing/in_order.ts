// What `ops status` and its checklist say of a stack in which everything is as it should be, whatever its keys are.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { KeyKind } from "../../stack/rest/tokens.ts";
import type { Stack } from "../../stack/mod.ts";
import { checklist, type Point } from "../checklist.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

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

/** `ops status` as an operator runs it, once the sweeper has come by. */
async function opsStatus({ dbUrl, url }: Stack): Promise<{ code: number; troubles: string[] }> {
  for (let tries = 0;; tries++) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["task", "--quiet", "ops", "status", "--json", "--db-url", dbUrl],
        ...["--functions-url", `${url}/functions/v1`],
      ],
      cwd: ROOT,
    }).output();
    const text = new TextDecoder();
    assert.ok(code < 2, text.decode(stderr));
    const { troubles } = JSON.parse(text.decode(stdout));
    if (code === 0 || tries === 20 || !/sweep|cannot be reached/.test(troubles[0])) {
      return { code, troubles };
    }
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
  const status = await opsStatus(stack);
  assert.deepEqual([status.code, status.troubles], [0, []], keys);
}
