import assert from "node:assert/strict";
import { describeError, lineBudget, type LogLevel, logLine } from "./log.ts";

/** The platform drops what is longer. */
const PLATFORM_LIMIT = 10_000;

Deno.test("logLine() is one line of JSON below the platform's limit, whatever it is given", () => {
  const entries: Record<string, unknown>[] = [
    { level: "info", component: "c", message: "m", run: "r" },
    { level: "error", component: "c", message: "m", error: { stack: "frame\n".repeat(50_000) } },
    { level: "error", component: "c", message: "x".repeat(50_000) },
    { level: "error", component: "c", message: '"'.repeat(50_000), other: "\u0001".repeat(9_000) },
    { level: "info", component: "c", message: "m", list: Array.from({ length: 9_000 }, () => "v") },
  ];
  for (const entry of entries) {
    const line = logLine(entry);
    assert.ok(line.length <= PLATFORM_LIMIT, `${line.length}`);
    assert.ok(!line.includes("\n"));
    const { level, component, message } = JSON.parse(line);
    assert.deepEqual([level, component], [entry.level, entry.component]);
    assert.ok(String(entry.message).startsWith(message.replace("…", "")));
  }
});

Deno.test("logLine() keeps the run and the first frames of a stack that is too long", () => {
  const error = { name: "RangeError", stack: `first frame\n${"frame\n".repeat(5_000)}` };
  const line = JSON.parse(
    logLine({ level: "error", component: "c", message: "m", run: "r", error }),
  );
  assert.deepEqual([line.run, line.error.name], ["r", "RangeError"]);
  assert.match(line.error.stack, /^first frame/);
});

Deno.test("lineBudget() lets no ten seconds have more lines than the platform takes", () => {
  let now = 0;
  const mayWrite = lineBudget(() => now);
  const times: number[] = [];
  for (; now < 60_000; now += 7) if (mayWrite("info") !== null) times.push(now);
  const most = Math.max(
    ...times.map((from, i) => times.filter((time, j) => j >= i && time < from + 10_000).length),
  );
  assert.ok(most <= 100 && most >= 50, `${most} lines`);
});

Deno.test("lineBudget() keeps room for errors, and tells how many lines were dropped", () => {
  let now = 0;
  const mayWrite = lineBudget(() => now);
  const write = (level: LogLevel, times: number) =>
    Array.from({ length: times }, () => mayWrite(level)).filter((answer) => answer !== null);
  const calm = write("info", 200);
  assert.ok(calm.every((dropped) => dropped === 0));
  const errors = write("error", 200);
  assert.equal(errors[0], 200 - calm.length);
  assert.ok(errors.length >= 10 && calm.length + errors.length < 100);
  now = 10_001;
  assert.equal(mayWrite("info"), 200 - errors.length);
  assert.equal(mayWrite("info"), 0);
});

Deno.test("describeError() takes whatever was thrown", () => {
  assert.deepEqual(describeError("text"), { name: "NonError", message: "text" });
  const error = Object.assign(new TypeError("bad"), { code: "42501" });
  const { name, message, code, stack } = describeError(error);
  assert.deepEqual([name, message, code], ["TypeError", "bad", "42501"]);
  assert.match(stack!, /log_test\.ts/);
});
