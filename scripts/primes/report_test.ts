import assert from "node:assert/strict";
import type { IsolateRecord } from "../stack/mod.ts";
import { isolatesAtOnce } from "./report.ts";

function isolate(name: string, second: number, wallMs: number, requests = 1): IsolateRecord {
  const startedAt = new Date(second * 1000).toISOString();
  return { function: name, startedAt, wallMs, requests } as IsolateRecord;
}

Deno.test("isolatesAtOnce() counts those that overlap, of one function, that worked", () => {
  const records = [
    isolate("a", 0, 5000),
    isolate("a", 1, 1000),
    isolate("a", 3, 1000),
    isolate("a", 3, 9000, 0),
    isolate("b", 3, 9000),
  ];
  assert.equal(isolatesAtOnce(records, "a"), 2);
  assert.equal(isolatesAtOnce(records, "b"), 1);
  assert.equal(isolatesAtOnce(records, "c"), 0);
});
