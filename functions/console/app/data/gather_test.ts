import assert from "node:assert/strict";
import { gatherReads } from "./gather.ts";

const moment = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("news that come close together are read once, each read by itself", async () => {
  const reads = gatherReads(0), done: string[] = [];
  const one = () => void done.push("one"), other = () => void done.push("other");
  for (const read of [one, one, other, one]) reads.soon(read);
  await moment();
  assert.deepEqual(done, ["one", "other"]);
  reads.soon(one);
  await moment();
  assert.deepEqual(done, ["one", "other", "one"]);
});

Deno.test("once stopped nothing is read, what waits neither", async () => {
  const reads = gatherReads(0), done: string[] = [];
  reads.soon(() => void done.push("waits"));
  reads.stop();
  reads.soon(() => void done.push("late"));
  await moment();
  assert.deepEqual(done, []);
});
