// A project of before signing keys. Self-hosted ones have their own test, beside how they are set up: deploy/self_hosted_test.ts.

import { assertLegacyKeysWork } from "./deploy/testing/legacy_keys.ts";
import { PATIENT, startStack } from "./stack/mod.ts";

Deno.test("a project with legacy keys", async (t) => {
  const stack = await startStack({ ...PATIENT, keys: "legacy", cron: false });
  try {
    await assertLegacyKeysWork(t, stack, "legacy");
  } finally {
    await stack.stop();
  }
});
