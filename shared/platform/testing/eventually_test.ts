import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";

/** Waits by a clock of its own for what comes after so many ms. @returns the pauses between two tries */
async function pauses(afterMs: number, everyMs?: number): Promise<number[]> {
  const { setTimeout } = globalThis;
  const now = performance.now.bind(performance);
  let clock = 0;
  const found: number[] = [];
  Object.assign(globalThis, {
    setTimeout: (done: () => void, ms: number) => {
      found.push(ms);
      clock += ms;
      queueMicrotask(done);
    },
  });
  performance.now = () => clock;
  try {
    await eventually("it comes", () => clock >= afterMs, everyMs);
    return found;
  } finally {
    Object.assign(globalThis, { setTimeout });
    performance.now = now;
  }
}

Deno.test("eventually() asks less often the longer it waits, and is late by a tenth at most", async () => {
  const found = await pauses(10_000);
  assert.deepEqual(found, found.toSorted((a, b) => a - b));
  assert.deepEqual([found[0], found.at(-1)], [20, 200]);
  assert.ok(found.length < 100, `${found.length} tries`);
  for (const afterMs of [100, 500, 1_500]) {
    const waited = (await pauses(afterMs)).reduce((sum, ms) => sum + ms);
    assert.ok(waited < afterMs + Math.max(20, afterMs / 9), `${waited} of ${afterMs} ms`);
  }
});

Deno.test("eventually() asks as often as it is told to", async () => {
  assert.deepEqual(new Set(await pauses(2_000, 10)), new Set([10]));
});

Deno.test("eventually() gives up after ten minutes, and says what did not come", async () => {
  await assert.rejects(pauses(Infinity), /not within ten minutes: it comes/);
});
