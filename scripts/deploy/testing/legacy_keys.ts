// What works on projects of before signing keys, and on self-hosted ones: users' tokens are signed with a shared secret and name no
// key, the key set is empty, and the only API keys are the legacy ones. Everything works there as it does elsewhere.

import assert from "node:assert/strict";
import { signHs256, userClaims } from "../../../shared/platform/testing/tokens.ts";
import { signIn } from "../../demo/session.ts";
import { assertInOrder } from "../../ops/testing/in_order.ts";
import type { Stack } from "../../stack/mod.ts";

/** Status and code of a function's answer to a user's token. */
async function called(stack: Stack, token: string, path = "planner-orchestration/constraints") {
  const response = await fetch(`${stack.url}/functions/v1/${path}`, {
    headers: { apikey: stack.anonKey, authorization: `Bearer ${token}` },
  });
  const { code } = await response.json();
  return code === undefined ? response.status : `${response.status} ${code}`;
}

/**
 * Looks at all that keys and tokens are for.
 * @param keys of the stack, which has been given the seed
 */
export async function assertLegacyKeysWork(
  t: Deno.TestContext,
  stack: Stack,
  keys: "legacy" | "self_hosted",
): Promise<void> {
  assert.equal(stack.publishableKey, stack.anonKey);
  const manager = await signIn(stack);
  const { data: { session } } = await manager.auth.getSession();
  const { access_token: token, user } = session!;
  const claims = userClaims(`${stack.url}/auth/v1`, { sub: user.id });

  await t.step("lets a signed-in user in, at every function for users", async () => {
    assert.equal(await called(stack, token), 200);
    const id = crypto.randomUUID();
    assert.equal(
      await called(stack, token, `allocator-orchestration/${id}`),
      "404 ALLOCATOR_RUN_NOT_FOUND",
    );
    assert.equal(
      await called(stack, token, `roster-exchange/${id}/roster.csv`),
      "404 ALLOCATION_RUN_NOT_FOUND",
    );
    assert.equal(await called(stack, signHs256(claims, stack.jwtSecret)), 200);
  });

  await t.step("refuses what it did not sign, with 401 and never with 500", async () => {
    const wrong = {
      "nobody": signHs256({ ...claims, sub: undefined }, stack.jwtSecret),
      "expired": signHs256({ ...claims, exp: 1 }, stack.jwtSecret),
      "another issuer": signHs256({ ...claims, iss: "https://x/auth/v1" }, stack.jwtSecret),
      "another audience": signHs256({ ...claims, aud: "x" }, stack.jwtSecret),
      "service_role": signHs256({ ...claims, role: "service_role" }, stack.jwtSecret),
      "another secret": signHs256(claims, "x"),
      "another secret with a key id": signHs256(claims, "x", "some-key"),
      "the anon key": stack.anonKey,
      "the service_role key": stack.serviceRoleKey,
      "nonsense": "nonsense",
    };
    for (const [what, wrongToken] of Object.entries(wrong)) {
      assert.equal(await called(stack, wrongToken), "401 UNAUTHENTICATED", what);
    }
  });

  await t.step("lets servers in by the legacy service_role key", async () => {
    const pending = async (apikey: string) => {
      const response = await fetch(
        `${stack.url}/functions/v1/allocator-orchestration/process-pending`,
        { method: "POST", headers: { apikey } },
      );
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await pending(stack.serviceRoleKey), 202);
    assert.equal(await pending(stack.anonKey), 401);
  });

  await t.step("tells the console's page the anon key", async () => {
    const response = await fetch(`${stack.url}/functions/v1/console/config.json`);
    assert.equal((await response.json()).publishable_key, stack.anonKey);
  });

  await t.step("a run is requested, made and heard over Realtime", async () => {
    const { data: [{ id: allocationRun }] } = await manager.from("allocation_runs")
      .select("id").neq("status", "closed").order("name").limit(1).throwOnError();
    const heard = Promise.withResolvers<string>();
    const channel = manager.channel("run").on("postgres_changes", {
      event: "*",
      schema: "public",
      table: "allocation_planner_runs",
    }, ({ new: row }) => {
      if ("finished_at" in row && row.finished_at) heard.resolve(row.status);
    });
    await new Promise<void>((resolve, reject) =>
      channel.subscribe((status) => status === "SUBSCRIBED" ? resolve() : reject(new Error(status)))
    );
    const { error } = await manager.functions.invoke("planner-orchestration", {
      body: { allocation_run: allocationRun, n_job_lines: 2 },
    });
    assert.equal(error, null);
    assert.equal(await heard.promise, "COMPLETED");
    await manager.removeAllChannels();
  });

  // That each function starts, whatever the keys, is tested beside the checklist.
  await t.step(
    "is found in order by an operator's checklist, which says of which kind it is",
    () => assertInOrder(stack, ["planner-orchestration", "heartbeat-sweeper", "console"], keys),
  );
}
