// A small run of what `task test:chaos` does at length.

import assert from "node:assert/strict";
import postgres from "postgres";
import { startStack } from "../stack/mod.ts";
import { killSearchers } from "./primes.ts";
import { Tally } from "./tally.ts";

Deno.test("20 isolates on one search, killed at random: nothing is lost, no block is counted twice", async () => {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    const scene = { admin, dbUrl: stack.dbUrl };
    const found = await killSearchers(scene, new Tally(), { searchers: 20, kills: 15, seed: 1 });
    assert.deepEqual([found.lost, found.doubled], [[], []]);
    assert.ok(found.searches > 0 && found.most_at_once > 1, JSON.stringify(found));
  } finally {
    await admin.end({ timeout: 1 });
    await stack.stop();
  }
});
