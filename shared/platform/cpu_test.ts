import assert from "node:assert/strict";
import { cpuMeter, sectionMeter } from "./cpu.ts";

Deno.test("sectionMeter() counts measured sections only", () => {
  let now = 0;
  const meter = sectionMeter(() => now);
  now = 100;
  assert.equal(meter.usedMs(), 0);
  const result = meter.measure(() => {
    now = 130;
    assert.equal(meter.usedMs(), 30);
    return "result";
  });
  now = 500;
  assert.equal(result, "result");
  assert.equal(meter.usedMs(), 30);
});

Deno.test("sectionMeter() counts a section that throws", () => {
  let now = 0;
  const meter = sectionMeter(() => now);
  assert.throws(() =>
    meter.measure(() => {
      now = 7;
      throw new Error("broken");
    })
  );
  assert.equal(meter.usedMs(), 7);
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
