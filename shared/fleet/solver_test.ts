import assert from "node:assert/strict";
import { CPU_LIMITS_MS } from "../engine/limits.ts";
import { leftOf, sliceAllowance } from "./solver.ts";

Deno.test("sliceAllowance() keeps whole isolates below 1,500 ms, whenever the platform retires them", () => {
  for (const isolateMs of [CPU_LIMITS_MS.isolate, CPU_LIMITS_MS.smallUnits]) {
    assert.ok(isolateMs < 1_500);
    for (let first = 0; first <= 1_000; first += 50) {
      let used = first;
      // As long as it has not used 1,000, the platform gives it calls.
      while (used < 1_000) used += sliceAllowance(used, isolateMs);
      assert.ok(used <= isolateMs, `${first}: ${used}`);
    }
  }
});

Deno.test("sliceAllowance() is a whole slice for a fresh isolate, and enough to get on for one that is called", () => {
  assert.equal(sliceAllowance(0), 800);
  assert.equal(sliceAllowance(700), 650);
  assert.equal(sliceAllowance(1_000), 350);
  assert.equal(sliceAllowance(5_000), 350);
});

Deno.test("leftOf() is never less than an isolate that is called has, and what a slice may use is a part of it", () => {
  assert.equal(leftOf(0), 1_350);
  for (let used = 0; used <= 2_000; used += 50) {
    assert.ok(leftOf(used) >= 350 && leftOf(used) >= sliceAllowance(used), `${used}`);
  }
});
