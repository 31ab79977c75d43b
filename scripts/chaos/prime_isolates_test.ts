// A search through the real functions, whose isolates and checkers get SIGKILL.

import assert from "node:assert/strict";
import postgres from "postgres";
import { PATIENT, startStack } from "../stack/mod.ts";
import { killPrimeIsolates } from "./prime_isolates.ts";
import { Tally } from "./tally.ts";

Deno.test("isolates that search and check are killed: the list is the same, and every find is verified", async () => {
  const stack = await startStack({ ...PATIENT, seed: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    const tally = new Tally();
    const found = await killPrimeIsolates({ stack, admin }, tally, { kills: 6, seed: 1 });
    assert.deepEqual([found.lost, found.doubled], [[], []]);
    assert.ok(tally.kills > 0, "nothing was killed");
  } finally {
    await admin.end({ timeout: 1 });
    await stack.stop();
  }
});
