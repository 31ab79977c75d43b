// Whatever is done to the lines of an allocation run, in whatever order: what a person put onto them is there, or comes
// back. Steps are drawn by seed (ledger_run.ts): planning again in every mode and from a day on, with and without a yes, with entries
// that come in between and with commits that die; restores, archiving, pins, other terms, edits by hand, copies to the next year,
// populate, imports of positions, matches, windows in which doctors say what they wish, results in versions, swaps, doctors who leave,
// come back or are erased, and deletions.

import assert from "node:assert/strict";
import postgres from "postgres";
import { draws } from "../../shared/engine/testing/draws.ts";
import { PATIENT, startStack } from "../stack/mod.ts";
import { keepLedger, neverCame, openLedger } from "./ledger_run.ts";

const SEEDS = draws(4);
const FIRST = Number(Deno.env.get("LEDGER_FIRST_SEED") ?? 1);
const STEPS = 22;
const MORE = 16;

Deno.test("what people put onto lines is there, or comes back, whatever is done in whatever order", async (t) => {
  const stack = await startStack({ ...PATIENT, seed: false, functions: false, cron: false });
  const admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    await openLedger(admin);
    // What may be refused came through somewhere, or nothing was said of it: a few more seeds where chance left it out.
    for (let n = 0; n < SEEDS || n < SEEDS + MORE && neverCame().length > 0; n++) {
      const seed = FIRST + n;
      await t.step(`seed ${seed}`, () => keepLedger(admin, stack.dbUrl, seed, STEPS));
    }
    assert.deepEqual(neverCame(), []);
  } finally {
    await admin.end();
    await stack.stop();
  }
});
