import assert from "node:assert/strict";
import { cpuMeter, isolateMeter } from "./cpu.ts";

/** A clock that is set by hand. */
function clock() {
  let time = 0;
  return { now: () => time, set: (ms: number) => void (time = ms) };
}

Deno.test("cpuMeter() counts measured sections only, also while they run", () => {
  const { now, set } = clock();
  const meter = cpuMeter(now);
  set(100);
  assert.equal(meter.usedMs(), 0);
  const result = meter.measure(() => {
    set(130);
    assert.equal(meter.usedMs(), 30);
    return "result";
  });
  set(500);
  assert.equal(result, "result");
  assert.equal(meter.usedMs(), 30);
});

Deno.test("cpuMeter() counts a section that throws", async () => {
  const { now, set } = clock();
  const meter = cpuMeter(now);
  assert.throws(() =>
    meter.measure(() => {
      set(7);
      throw new Error("broken");
    })
  );
  const failing = meter.allow(100, () => {
    set(10);
    return Promise.reject(new Error("broken, too"));
  });
  await assert.rejects(failing);
  assert.equal(meter.usedMs(), 10);
});

Deno.test("cpuMeter() counts work that waits by the clock, but no more than it can have used", async () => {
  const { now, set } = clock();
  const meter = cpuMeter(now);
  await meter.allow(50, () => Promise.resolve(set(20)));
  assert.equal(meter.usedMs(), 20);
  await meter.allow(50, () => Promise.resolve(set(9_000)));
  assert.equal(meter.usedMs(), 70);
});

Deno.test("isolateMeter() begins with what loading has cost, but no more than that can be", () => {
  const { now, set } = clock();
  set(120);
  assert.equal(isolateMeter(now).usedMs(), 120);
  set(5_000);
  assert.equal(isolateMeter(now).usedMs(), 250);
});

Deno.test("cpuMeter() grows with work", () => {
  const meter = cpuMeter();
  const before = meter.usedMs();
  meter.measure(() => {
    let x = 1;
    for (let i = 0; i < 5e6; i++) x = (x * 1103515245 + 12345) % 2147483648;
    return x;
  });
  assert.ok(meter.usedMs() > before);
});
