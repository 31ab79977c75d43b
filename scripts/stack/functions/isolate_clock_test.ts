import assert from "node:assert/strict";
import { isolateClock } from "./isolate_clock.ts";

/** A clock of a thread that has lived and waited for so long. */
function clock(rate = 1) {
  const thread = { at: 0, waited: 0, readings: 0 };
  const now = isolateClock(
    () => thread.at,
    () => {
      thread.readings++;
      return thread.waited;
    },
    rate,
  );
  /** Time passes, all but `waited` of it at work. */
  const pass = (ms: number, waited = 0) => {
    thread.at += ms;
    thread.waited += waited;
    return now();
  };
  return { thread, pass };
}

Deno.test("isolateClock() goes on while the thread works, and stands while it waits for a processor", () => {
  const { pass } = clock();
  assert.equal(pass(10), 10);
  assert.equal(pass(90, 90), 10);
  assert.equal(pass(100, 75), 35);
});

Deno.test("isolateClock() tells so many milliseconds for one that passes", () => {
  const { pass } = clock(4);
  assert.equal(pass(10), 40);
  assert.equal(pass(100, 95), 60);
});

Deno.test("isolateClock() never goes back, and asks at most once a millisecond", () => {
  const { thread, pass } = clock();
  assert.equal(pass(5), 5);
  assert.equal(pass(0.75, 0.75), 5.75);
  assert.equal(pass(0.5, 0), 5.75);
  assert.equal(pass(10), 15.5);
  assert.equal(thread.readings, 3);
});

Deno.test("isolateClock() tells no time before its beginning: threads wait before they run", () => {
  const { pass } = clock();
  assert.equal(pass(1, 8), 0);
});
